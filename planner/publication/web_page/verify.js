// The run of all checks: of what this page itself holds, and of the files of a bundle given to it.
// Checks have the names that `yaohao verify` gives them.

const NEEDED = ["draw.json", "ledger.jsonl", "verify.py", "visits.csv"];
const KNOWN = [...NEEDED, "index.html", "visits.xlsx", "draw.schema.json",
  "visits.csv-metadata.json"];
const UNLISTED = ["SHA256SUMS", "SHA256SUMS.sig", "SHA256SUMS.pub",
  "SHA256SUMS.tsr"];
const TAG = "script"; // not written out behind a <, which would look like another element here
const PAGE_DATA = new RegExp(`<${TAG} type="application/json" id="data">([^<]*)</${TAG}>`);

/** JSON as it stands in a page: nothing in it can end its element or open another. */
function escapedForPage(json) {
  if (!/[<>&\u2028\u2029]/.test(json)) {
    return json;
  }
  return json.replace(/[<>&\u2028\u2029]/g, (mark) =>
    `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const TURN = new MessageChannel();
const waiting = [];
TURN.port1.onmessage = () => waiting.shift()();
let lastPause = 0;

/** Let the browser paint, and whoever reads go on reading, where it has waited for a while. */
async function pause(patience = 30) {
  if (performance.now() - lastPause >= patience) {
    await new Promise((resolve) => { // a timer would let four milliseconds go by every time
      waiting.push(resolve);
      TURN.port2.postMessage(null);
    });
    lastPause = performance.now();
  }
}

/** The lines of a ledger as the text of ledger.jsonl. */
function ledgerText(lines) {
  return lines.map((line) => `${canonical(line)}\n`).join("");
}

/**
 * Every check of what this page holds. `bundle` receives `data`, `record`, `lines` and `story` as far
 * as they could be read; `seal` is the digest of the data that stands in the head of the page.
 */
async function* checkPage(text, seal, bundle) {
  const sealed = longDigest(text); // WebCrypto works on it beside the reading
  await pause();
  const misread = await readPage(text, bundle);
  yield compare("page", "data of this page", seal, await sealed);
  yield misread || holds("form");
  if (misread) {
    return;
  }
  await pause();
  const { record, lines, data } = bundle;
  const files = {
    "draw.json": () => `${readable(record)}\n`,
    "ledger.jsonl": () => ledgerText(lines),
    "visits.csv": () => csvText(record),
  };
  const made = new Map();
  for (const [file, write] of Object.entries(files)) {
    const content = write();
    await pause();
    made.set(file, longDigest(content));
    await pause();
  }
  for (const [file, digest] of made) {
    const name = file === "visits.csv" ? "table" : "files";
    yield compare(name, file, data.files[file], await digest, "digest-holds", { file });
  }
  if (data.signature) {
    const { key, signature } = data.signature;
    yield* checkSignature(key, signature, ENCODER.encode(listOfFiles(data.files)));
  }
  yield* checkLines(bundle, ledgerText(lines));
  yield* checkTold(bundle);
  yield* elsewhere(bundle);
}

/** Read the data of a page into `bundle`; the finding where they cannot be read. */
async function readPage(text, bundle) {
  try {
    const data = JSON.parse(text);
    await pause();
    if (escapedForPage(canonical(data)) !== text) {
      throw new ReadingError("data of this page", "another form", "canonical JSON");
    }
    await pause();
    shapedPage(data);
    Object.assign(bundle, { data, record: data.record, lines: data.ledger });
    return null;
  } catch (error) {
    return unreadable("data of this page", error);
  }
}

/** A list of files as SHA256SUMS has it: what a signature is of. */
function listOfFiles(digests) {
  const names = Object.keys(digests).sort(byCharacters);
  return names.map((name) => `${digests[name]}  ${name}\n`).join("");
}

/** A signature over a list of files, and that nobody here knows whose key it is. */
async function* checkSignature(key, signature, message) {
  const holding = await isSigned(key, signature, message);
  if (holding === null) {
    yield warns("signature", "signature-unchecked", { key });
  } else if (holding) {
    yield holds("signature", "signature-holds", { key });
    yield warns("signer", "signer", { key });
  } else {
    yield fails("signature", "", `a signature with ${key}`, signature);
  }
}

/** The signature of a bundle, where there is one. */
async function* checkSigned(files) {
  if (!files.has("SHA256SUMS.sig") && !files.has("SHA256SUMS.pub")) {
    return;
  }
  try {
    const key = publicKeyIn(textOf(files, "SHA256SUMS.pub"));
    for (const name of ["SHA256SUMS", "SHA256SUMS.sig"]) {
      if (!files.has(name)) {
        throw new ReadingError(name, "no such file");
      }
    }
    const signature = hexOf(files.get("SHA256SUMS.sig"));
    yield* checkSignature(key, signature, files.get("SHA256SUMS"));
  } catch (error) {
    yield error.finding("signature");
  }
}

/** The Ed25519 key in a PEM file (RFC 8410), hex. */
function publicKeyIn(pem) {
  const found = /^-----BEGIN PUBLIC KEY-----\n([0-9A-Za-z+/]{59}=)\n-----END PUBLIC KEY-----\n$/
    .exec(pem);
  const hex = found ? hexOf(Uint8Array.from(atob(found[1]), (mark) => mark.charCodeAt(0))) : "";
  if (!hex.startsWith("302a300506032b6570032100")) {
    throw new ReadingError("SHA256SUMS.pub", "another text", "an Ed25519 public key in PEM");
  }
  return hex.slice(24);
}

/** Raise ReadingError where the data of a page have not the form of such data. */
function shapedPage(data) {
  const wrong = objectOf({
    format: oneOf("yaohao-page/1"),
    record: OBJECT,
    ledger: listOf(LINE_FORM),
    files: namedOf(DIGEST),
    items: listOf(objectOf({ item_id: TEXT, name: TEXT, basis: TEXT })),
    regions: namedOf(NAME),
    due: objectOf({ days: POSITIVE,
      by: namedOf(objectOf({ day: DAY, estimated: listOf(POSITIVE) })) }),
    signature: maybe(objectOf({ key: DIGEST, signature: matching("128 hex digits",
      /^[0-9a-f]{128}$/) })),
  })(data, "") || misshapenRecord(data.record);
  if (wrong) {
    throw new ReadingError(wrong.where, wrong.found, wrong.expected);
  }
}

/** What went wrong in reading, as a finding. */
function unreadable(file, error) {
  if (error instanceof ReadingError) {
    return error.finding("form");
  }
  return fails("form", file, "a sound document", error.message);
}

async function* checkLines({ record, lines }, text) {
  const chain = checkChain(lines);
  yield chain.ok ? textDifference("ledger", "ledger.jsonl", ledgerText(lines), text) || chain : chain;
  const head = lines.length ? lines[lines.length - 1].entry : ORIGIN;
  yield compare("head", "draw.json: ledger", head, record.ledger);
}

/** The checks of a record and a ledger that could be read. */
async function* checkTold(bundle, table = null) {
  const { record, lines } = bundle;
  const { histories, problems } = readStories(lines);
  const story = histories.get(record.draw);
  if (!problems.length) {
    yield holds("acts");
    if (!story || !story.steps["commitment select"]) {
      yield fails("acts", "ledger.jsonl", record.draw, "no such draw");
      return;
    }
  } else {
    yield* problems;
    return;
  }
  bundle.story = story;
  yield* checkStories(histories);
  const digest = await documentDigest(record.plan);
  yield compare("plan", "draw.json: plan", story.steps.freeze.plan, digest);
  await pause();
  yield* checkRecord(bundle);
  if (table) {
    yield table(record);
  }
  yield* checkRounds(bundle);
  yield* checkFresh(bundle);
  await pause();
  for await (const finding of checkVisits(bundle)) {
    yield finding;
    await pause();
  }
  yield* warningsOf(bundle, histories);
}

// ------------------------------------------------------------------------- the files of a bundle

/** The text of a file; ReadingError where it is missing or no UTF-8. */
function textOf(files, name) {
  if (!files.has(name)) {
    throw new ReadingError(name, "no such file");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(files.get(name));
  } catch {
    throw new ReadingError(name, "not UTF-8");
  }
}

/** Whether SHA256SUMS names every file, and no other, with its digest. */
async function checkSums(files) {
  const sums = "SHA256SUMS";
  const lines = textOf(files, sums).split("\n");
  if (lines.pop()) {
    return fails("files", sums, "a line feed after the last line", "none");
  }
  const listed = new Map();
  for (const [place, line] of lines.entries()) {
    const found = /^([0-9a-f]{64}) {2}([^/\\]+)$/.exec(line);
    if (!found || listed.has(found[2])) {
      return fails("files", `${sums}:${place + 1}`, "digest, two blanks, a new name", line);
    }
    listed.set(found[2], found[1]);
  }
  const names = [...listed.keys()];
  const there = [...files.keys()].filter((name) => !UNLISTED.includes(name)
    && !EVIDENCE.test(name)).sort(byCharacters);
  if (!alike(names, [...names].sort(byCharacters))) {
    return fails("files", sums, [...names].sort(byCharacters).join(", "), names.join(", "));
  }
  if (!alike(there, names)) {
    return fails("files", sums, there.join(", "), names.join(", "));
  }
  const wrong = NEEDED.some((name) => !there.includes(name))
    || there.some((name) => !KNOWN.includes(name));
  if (wrong) {
    return fails("files", "", NEEDED.join(", "), there.join(", "));
  }
  for (const [name, digest] of listed) {
    const content = await longDigest(files.get(name));
    if (content !== digest) {
      return fails("files", name, digest, content);
    }
  }
  return holds("files", "files-hold", { number: listed.size });
}

/** A JSON document written in one of the forms that `write` gives it. */
function documentOf(file, text, ...write) {
  let document;
  try {
    document = JSON.parse(text);
    if (!write.some((form) => form(document) === text)) {
      throw new ReadingError(file, "another form", "the stated form");
    }
  } catch (error) {
    throw error instanceof ReadingError ? error : new ReadingError(file, error.message);
  }
  return document;
}

/** Every check of the files of a bundle (file name → bytes), and that the page agrees with them. */
async function* checkFolder(files, page, bundle) {
  try {
    yield await checkSums(files);
  } catch (error) {
    yield error.finding("files");
  }
  yield* checkSigned(files);
  yield* checkStamp(files);
  await pause();
  try {
    const forms = [byCharacters, byUnits].map((order) => (x) => `${readable(x, order)}\n`);
    const record = documentOf("draw.json", textOf(files, "draw.json"), ...forms);
    const wrong = misshapenRecord(record);
    if (wrong) {
      throw new ReadingError(`draw.json: ${wrong.where}`, wrong.found, wrong.expected);
    }
    Object.assign(bundle, { record, lines: linesOf(textOf(files, "ledger.jsonl")) });
  } catch (error) {
    yield unreadable("draw.json", error);
    return;
  }
  yield holds("form");
  yield* checkLines(bundle, textOf(files, "ledger.jsonl"));
  yield* checkTold(bundle, (record) => {
    try {
      const found = textOf(files, "visits.csv");
      return textDifference("table", "visits.csv", csvText(record), found) || holds("table");
    } catch (error) {
      return error.finding("table");
    }
  });
  if (bundle.story) {
    yield* checkEvidence(files, bundle);
  }
  if (files.has("index.html")) {
    yield await checkPageFile(files, bundle);
  }
  if (files.has("visits.xlsx")) {
    yield warns("workbook", "workbook");
  }
  if (page.record) {
    yield* checkAgreement(page, bundle);
  }
}

/** The lines of a ledger out of their text. */
function linesOf(text) {
  if (!text.endsWith("\n")) {
    throw new ReadingError("ledger.jsonl", "the last line does not end");
  }
  return text.slice(0, -1).split("\n").map((line, place) => {
    const file = `ledger.jsonl:${place + 1}`;
    let value;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw new ReadingError(file, error.message);
    }
    const wrong = LINE_FORM(value, "");
    if (wrong) {
      throw new ReadingError(`${file}: ${wrong.where}`, wrong.found, wrong.expected);
    }
    canonical(value); // raises where a number or a character is none that every reader keeps
    return value;
  });
}

/** Whether a page in a bundle holds the record, ledger and digests of the bundle's other files. */
async function checkPageFile(files, { record, lines }) {
  try {
    const found = PAGE_DATA.exec(textOf(files, "index.html"));
    const data = documentOf("index.html", found ? found[1] : "", (x) => escapedForPage(canonical(x)));
    shapedPage(data);
    const strange = strangeName(data, record, lines);
    if (strange !== undefined) {
      return fails("page", "index.html", "names of the plan's items and the visits' regions", strange);
    }
    const key = files.has("SHA256SUMS.pub") ? publicKeyIn(textOf(files, "SHA256SUMS.pub")) : null;
    if (key !== (data.signature ? data.signature.key : null)) {
      return fails("page", "index.html: signature.key", key, kindOf(data.signature?.key));
    }
    const listed = textOf(files, "SHA256SUMS").split("\n").filter(Boolean)
      .map((line) => [line.slice(66), line.slice(0, 64)]);
    const expected = {
      record,
      ledger: lines,
      files: Object.fromEntries(listed.filter(([name]) => name !== "index.html")),
    };
    const shown = { record: data.record, ledger: data.ledger, files: data.files };
    const { signature } = data;
    const message = ENCODER.encode(listOfFiles(expected.files));
    if (key && (await isSigned(key, signature.signature, message)) === false) {
      return fails("page", "index.html: signature", `a signature with ${key}`, signature.signature);
    }
    return same("page", expected, shown, "index.html");
  } catch (error) {
    return error.finding("page");
  }
}

/** An item named in a page that the plan has not, or a region without a visit; else undefined. */
function strangeName({ items, regions }, record, lines) {
  const wanted = itemsOf(record.plan);
  const visits = lines[0].act.register === "china" ? record.visits : [];
  const visited = visits.map((visit) => visit.region);
  return items.map((item) => item.item_id).find((id) => !wanted.includes(id))
    ?? Object.keys(regions).find((region) => !visited.includes(region));
}

/** Whether this page and a bundle tell of the same draw, as far as both have come. */
function* checkAgreement(one, other) {
  const shorter = Math.min(one.lines.length, other.lines.length);
  const [here, there] = [one, other].map(({ lines }) => lines.slice(0, shorter));
  yield same("same-ledger", here, there, "ledger.jsonl");
  const steps = Object.keys(one.story?.steps ?? {})
    .filter((step) => Object.hasOwn(other.story?.steps ?? {}, step));
  const [ours, theirs] = [one.record, other.record].map((record) => commonPart(record, steps));
  if (one.lines.length === other.lines.length) {
    ours.abandoned = one.record.abandoned;
    theirs.abandoned = other.record.abandoned;
  }
  yield same("same-record", ours, theirs);
}

/** The part of a record that hangs on steps which both publications have seen. */
function commonPart(record, steps) {
  const part = {};
  for (const key of ["format", "draw", "title", "authority", "as_of", "plan"]) {
    part[key] = record[key];
  }
  const committed = ["plan", "frame", "lottery", "counts", "visits", "roster", "commitment",
    "committed_at"];
  for (const name of ["select", "crew"]) {
    if (steps.includes(`seed ${name}`)) {
      part[name] = record[name];
    } else if (steps.includes(`commitment ${name}`)) {
      const keys = committed.filter((key) => Object.hasOwn(record[name], key));
      part[name] = Object.fromEntries(keys.map((key) => [key, record[name][key]]));
    }
  }
  if (steps.includes("draw")) {
    const left = steps.includes("crews") ? ["result"] : ["inspectors", "result"];
    part.visits = record.visits.map((visit) =>
      Object.fromEntries(Object.entries(visit).filter(([key]) => !left.includes(key))));
  }
  return part;
}
