// An earlier ledger given to the page: this one must begin with the whole of it.

/** The text of an earlier `ledger.jsonl`, or of a last entry written down; null for other files. */
function earlierIn(contents) {
  if (contents.size !== 1) {
    return null;
  }
  const [[name, bytes]] = contents;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return name.endsWith(".jsonl") || /^\s*[0-9a-f]{64}\s*$/.test(text) ? text : null;
  } catch {
    return null;
  }
}

/** Whether the ledger of this page begins with the whole of an earlier one. */
function* checkSince({ lines }, text) {
  const entries = lines.map(({ entry }) => entry);
  const head = text.trim();
  if (DIGEST(head, "") === null) {
    const place = entries.indexOf(head);
    yield place < 0 ? fails("since", "ledger.jsonl", head, "no such entry")
      : holds("since", "since-holds", { number: entries.length - 1 - place });
    return;
  }
  let earlier;
  try {
    earlier = linesOf(text);
  } catch (error) {
    yield error.finding("since");
    return;
  }
  const chain = checkChain(earlier);
  if (!chain.ok) {
    yield { ...chain, name: "since" };
    return;
  }
  for (const [place, { entry }] of earlier.entries()) {
    if (entries[place] !== entry) {
      yield fails("since", `ledger.jsonl:${place + 1}`, entry, entries[place] ?? "nothing");
      return;
    }
  }
  yield holds("since", "since-holds", { number: entries.length - earlier.length });
}
