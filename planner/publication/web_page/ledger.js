// The ledger: every act up to this publication, in the order in which it was entered.

const LEDGER_SIZE = 40;
let ledgerPage = 0;

/** An act in words. */
function actWords(act) {
  const shown = { ...act };
  if (act.round) {
    shown.round = say(`round-${act.round}`);
  }
  if (act.register) {
    shown.register = sayCode("register", act.register);
  }
  if (act.stage) {
    shown.stage = sayCode("stage", act.stage);
  }
  if (act.act === "withdrawal") {
    shown.reserve = act.reserve ?? say("none");
    shown.result = sayCode("result", act.result);
  }
  if (act.counts) {
    shown.pool = act.counts.pool;
    shown.scope = act.counts.scope;
  }
  const isUndone = act.act === "withdrawal" && act.result === TAKEN_BACK;
  const name = isUndone ? "act-undone" : `act-${act.act}`;
  return Object.hasOwn(WORDS, name) ? say(name, shown) : act.act;
}

/** Show a page of the ledger. */
function renderLedger(bundle) {
  const { lines } = bundle;
  const last = Math.max(Math.ceil(lines.length / LEDGER_SIZE) - 1, 0);
  ledgerPage = Math.min(Math.max(ledgerPage, 0), last);
  const first = ledgerPage * LEDGER_SIZE;
  const part = lines.slice(first, first + LEDGER_SIZE);
  const rows = part.map(({ act, entry }, place) => [
    String(first + place + 1),
    moment(String(act.at)),
    act.draw || "",
    brief(actWords(act), 300),
    el("code.short", { title: entry }, `${entry.slice(0, 12)}...`),
  ]);
  fill(byId("ledger-list"), table(
    [say("number"), say("time"), say("draw-id"), say("act"), say("entry")], rows, ".ledger.stacked"));
  fill(byId("ledger-range"), say("list-range", {
    first: first + 1, last: first + part.length, found: lines.length, all: lines.length,
  }));
  byId("ledger-before").disabled = ledgerPage === 0;
  byId("ledger-after").disabled = ledgerPage === last;
  byId("ledger-pages").hidden = last === 0;
}

/** Let the pages of the ledger turn. */
function listenToLedger(bundle) {
  for (const [id, step] of [["ledger-before", -1], ["ledger-after", 1]]) {
    byId(id).addEventListener("click", () => {
      ledgerPage += step;
      renderLedger(bundle);
    });
  }
}
