// The page comes to life: it reads what it holds, checks it, and shows it.

const bundle = { keys: [] };
const own = { findings: [], seconds: 0, running: true };

/** Put all words in the language in use, and show everything anew. */
function render() {
  document.documentElement.lang = language;
  for (const place of document.querySelectorAll("[data-word]")) {
    fill(place, say(place.dataset.word));
  }
  for (const place of document.querySelectorAll("[data-placeholder]")) {
    place.setAttribute("placeholder", say(place.dataset.placeholder));
  }
  for (const place of document.querySelectorAll("[data-label-word]")) {
    place.setAttribute("aria-label", say(place.dataset.labelWord));
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  renderVerdict();
  if (bundle.record) {
    bundle.keys = [];
    fill(byId("stage"), say(`stage-${bundle.stage}`));
    renderBanners(bundle);
    renderNotice(bundle);
    renderList(bundle);
    renderCells(bundle);
    renderLedger(bundle);
    renderAnswer(bundle);
    renderFiles(bundle);
  }
  renderGiven();
}

/** How the page's own check stands, at its head and in its section. */
function renderVerdict() {
  byId("verdict").setAttribute("aria-busy", String(own.running));
  byId("again").disabled = own.running;
  if (own.running) {
    fill(byId("verdict"), el("p.verdict.open", {}, say("verdict-running"), " ",
      el("span.quiet", { id: "progress", "aria-hidden": "true" })));
    return;
  }
  const [state, lines] = verdictOf(own.findings, own.seconds);
  fill(byId("verdict"), el(`p.verdict.${state}`, { "data-verdict": state }, ...broken(lines), " ",
    el("a", { href: "#check" }, say("see-steps"))));
  renderSteps("own-steps", own.findings, own.seconds);
  fill(byId("means"), say(hasWebCrypto() ? "with-webcrypto" : "without-webcrypto"));
}

/** The files of the publication with their digests. */
function renderFiles({ data }) {
  const rows = Object.entries(data.files).map(([file, digest]) => [file, code(digest)]);
  fill(byId("files"), table([say("file"), "SHA-256"], rows, ".stacked"));
}

/** Check everything that the page holds; shows how it went. */
async function checkOwn() {
  Object.assign(own, { findings: [], running: true });
  renderVerdict();
  await pause(0);
  const started = performance.now();
  const seal = document.querySelector('meta[name="yaohao-data"]').content;
  const read = {};
  try {
    for await (const finding of checkPage(byId("data").textContent, seal, read)) {
      own.findings.push(finding);
      fill(byId("progress"), sayCode("step", finding.name));
    }
  } catch (error) {
    own.findings.push(fails("form", "data of this page", "a sound document", String(error)));
  }
  own.seconds = (performance.now() - started) / 1000;
  own.running = false;
  if (read.record && !bundle.record) {
    const stage = read.story ? stageOf(read.story) : null;
    Object.assign(bundle, read, { stage: stage || "broken" });
    nameCodesOf(bundle.data.ledger);
    render();
  } else {
    renderVerdict();
  }
  const failed = own.findings.filter((finding) => finding.ok === false);
  Object.assign(document.body.dataset, {
    state: failed.length ? "fail" : "pass",
    milliseconds: String(Math.round(own.seconds * 1000)),
    checked: String(Number(document.body.dataset.checked || 0) + 1),
  });
}

/** The language that the address asks for, as in index.html#en. */
function languageAsked() {
  const found = globalThis.location.hash.slice(1);
  return ["zh", "en"].includes(found) ? found : "";
}

/** Begin. */
async function begin() {
  language = languageAsked() || language;
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      language = button.dataset.language;
      render();
    });
  }
  byId("again").addEventListener("click", checkOwn);
  byId("print").addEventListener("click", () => globalThis.print());
  document.body.classList.add("alive");
  render();
  await checkOwn();
  listenToFiles(bundle);
  if (bundle.record) {
    listenToList(bundle);
    listenToEntity(bundle);
    listenToLedger(bundle);
    globalThis.addEventListener("hashchange", takeAddress);
    takeAddress();
  }
}

/** Take the proof in that the address holds: the code on a slip is such an address. */
function takeAddress() {
  const proof = shortProof(globalThis.location.hash, bundle.record);
  if (proof) {
    takeProof(bundle, proof);
  }
}

begin();
