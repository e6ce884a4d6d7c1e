// Files given to the page, by choosing or dropping them: a bundle to be checked, or one's own proof.
// They are read here and go nowhere.

const given = { findings: null, seconds: 0 };
const LARGEST_FILE = 2 ** 30;

/** File name → bytes of the files of one folder. */
async function contentsOf(files) {
  const contents = new Map();
  for (const file of files) {
    if (file.size > LARGEST_FILE) {
      throw new Error(file.name);
    }
    contents.set(file.name, new Uint8Array(await file.arrayBuffer()));
  }
  return contents;
}

/** The files of a drop; of a folder those that lie directly in it. */
async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
  const folders = entries.filter((entry) => entry && entry.isDirectory);
  if (!folders.length) {
    return [...transfer.files];
  }
  const reader = folders[0].createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (!some.length) {
      break;
    }
    found.push(...some.filter((entry) => entry.isFile));
  }
  return Promise.all(found.map((entry) => new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  })));
}

/** The one document of a proof file, or null where the files are something else. */
function proofIn(contents) {
  if (contents.size !== 1) {
    return null;
  }
  const [[name, bytes]] = contents;
  if (name === "draw.json" || name === "SHA256SUMS") {
    return null;
  }
  try {
    const document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isObject(document) ? document : { format: kindOf(document) };
  } catch {
    return { format: "no JSON" };
  }
}

/** Take files in: one's own proof goes to the answer, anything else is checked as a bundle. */
async function takeFiles(bundle, files) {
  const contents = await contentsOf(files);
  const earlier = earlierIn(contents);
  if (earlier !== null && bundle.record) {
    Object.assign(given, { findings: [...checkSince(bundle, earlier)], seconds: 0 });
    renderGiven();
    return;
  }
  const proof = proofIn(contents);
  if (proof) {
    takeProof(bundle, proof);
    return;
  }
  const started = performance.now();
  fill(byId("folder-result"), el("p.verdict.open", {}, say("verdict-running")));
  const findings = [];
  for await (const finding of checkFolder(contents, bundle, {})) {
    findings.push(finding);
  }
  Object.assign(given, { findings, seconds: (performance.now() - started) / 1000 });
  renderGiven();
}

/** Take a proof in, as a file or as the text of a slip. */
function takeProof(bundle, proof) {
  const of = isObject(proof.leaf) ? proof.leaf : proof;
  const entity = typeof of.entity_id === "string" ? of.entity_id : "-";
  if (!bundle.record) {
    return;
  }
  askAbout(bundle, entity, proof);
}

/** Show what became of the files given. */
function renderGiven() {
  if (given.findings) {
    renderSteps("folder-result", given.findings, given.seconds);
    byId("folder-result").dataset.done = String(Number(byId("folder-result").dataset.done || 0) + 1);
  }
}

/** Let files be chosen and dropped, and the text of a slip be pasted. */
function listenToFiles(bundle) {
  for (const id of ["choose-files", "choose-folder", "choose-proof"]) {
    byId(id).addEventListener("change", async (event) => {
      const files = [...event.target.files];
      event.target.value = "";
      if (files.length) {
        await takeFiles(bundle, files);
      }
    });
  }
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      document.body.classList.remove("dropping");
    }
  });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    await takeFiles(bundle, await droppedFiles(event.dataTransfer));
  });
  byId("entity").addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    const short = bundle.record && shortProof(text, bundle.record);
    if (short) {
      event.preventDefault();
      takeProof(bundle, short);
    } else if (text.trim().startsWith("{")) {
      event.preventDefault();
      takeProof(bundle, proofIn(new Map([["pasted", ENCODER.encode(text)]])));
    }
  });
}
