// «Was I drawn?»: an enterprise asks by its code, and with its proof file sees its row, its chance
// and its place against the threshold.

const asked = { entity: "", proof: null };
const CREDIT_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** Whether a text of 18 characters has the check character of a credit code (GB 32100-2015). */
function isCreditCode(text) {
  let sum = 0;
  let weight = 1;
  for (const [place, character] of [...text].entries()) {
    const value = CREDIT_CODE.indexOf(character);
    if (value < 0) {
      return false;
    }
    sum += value * (place < 17 ? weight : 1);
    weight = (weight * 3) % 31;
  }
  return sum % 31 === 0;
}

/** The rule that decided, in words; with the trigger of a lead, or the entry of the four lists. */
function reasonWords(reason) {
  const [head, ...rest] = reason.split(":");
  if (!rest.length || !Object.hasOwn(WORDS, `reason-${head}`)) {
    return sayCode("reason", reason);
  }
  const entry = rest.join(":");
  return say(`reason-${head}`, { entry, trigger: sayCode("trigger", entry) });
}

/** A code as typed, mended where that is exact: full width, blanks, small letters. */
function mendedCode(text, visits) {
  const typed = text.normalize("NFKC").replace(/\s+/g, "");
  const upper = typed.toUpperCase();
  return visits.some((visit) => visit.entity_id === typed) || !/^[0-9a-z]{15}([0-9a-z]{3})?$/i
    .test(typed) ? typed : upper;
}

/** Ask about an entity: by a click in the list, by its code, or by its proof. */
function askAbout(bundle, entity, proof = null) {
  Object.assign(asked, { entity, proof });
  byId("entity").value = entity;
  renderAnswer(bundle);
  byId("mine").scrollIntoView();
  byId("answer").focus({ preventScroll: true }); // the next key goes on from here
}

/** What the list says of an entity: a word, and a tone. */
function verdictOn({ record }, visit, leaf) {
  if (record.select.key === null) {
    return ["answer-early", "open"];
  }
  if (visit) {
    if (record.withdrawals.some((one) => one.entity_id === visit.entity_id)) {
      return ["answer-withdrawn", "no"];
    }
    const kind = calledBy(record, visit) ? "called" : kindOfVisit(visit);
    return [`answer-${kind}`, kind === "reserve" ? "open" : "yes"];
  }
  if (leaf) {
    return [leaf.standing === "out" ? "answer-out" : "answer-not-drawn", "no"];
  }
  if (asked.proof && isAbsence(asked.proof)) {
    return [`answer-absent-${asked.proof.why}`, "no"];
  }
  return ["answer-absent", "no"];
}

/** Fill the answer. */
function renderAnswer(bundle) {
  const { record, data } = bundle;
  const { entity, proof } = asked;
  const place = byId("answer");
  if (!entity) {
    fill(place);
    return;
  }
  const steps = proof ? [...checkProof(proof, record)] : [];
  const sound = steps.length > 0 && steps.every((step) => step.ok !== false);
  if (proof && !sound) {
    fill(place, el("p.answer.no", { "data-answer": "bad-proof" }, say("answer-bad-proof")),
      stepList(steps));
    return;
  }
  if (!/^[0-9A-Za-z._-]{1,64}$/.test(entity)) {
    fill(place, el("p.answer.no", { "data-answer": "no-code" }, say("answer-no-code")));
    return;
  }
  const visit = record.visits.find((one) => one.entity_id === entity);
  const leaf = sound && proof.leaf ? proof.leaf : null;
  const [word, tone] = verdictOn(bundle, visit, leaf);
  const reason = leaf && leaf.reason ? reasonWords(leaf.reason) : "";
  const doubtful = entity.length === 18 && !visit && !leaf && !isCreditCode(entity);
  fill(place,
    el(`p.answer.${tone}`, { "data-answer": word.replace("answer-", "") }, say(word, { reason })),
    doubtful && el("p.warning", {}, say("answer-doubtful")),
    isUnpublished(bundle.story, "select") && el("p.warning", {}, say("unpublished-text")),
    isUnwitnessed(record.select) && el("p.warning", {}, say("unwitnessed-text")),
    answerFacts(bundle, entity, visit),
    leaf && leafFacts(proof, record, data),
    leaf && proof.cell && record.select.key && thresholdOf(proof, record) && scale(record, proof),
    steps.length > 0 && el("div", {}, el("h3", {}, say("proof-steps")), stepList(steps)),
    !proof && !visit && el("p.quiet", {}, say("answer-ask-proof")));
}

/** What an enterprise asks for first: division, window, crew and result; then its ticket. */
function answerFacts(bundle, entity, visit) {
  const { record, data } = bundle;
  const { key } = record.select;
  const pairs = [
    visit && [say("name"), el("bdi", {}, brief(visit.name, 200))],
    [say("code"), code(entity)],
    visit && [say("region"), regionName(data, visit.region)],
  ];
  if (visit && (!visit.reserve || calledBy(record, visit))) {
    const { window } = record.plan;
    pairs.push([say("window"), say("from-to", { first: window[0], last: window[1] })]);
    pairs.push([say("inspectors"), inspectorsOf(record, visit).length ? inspectorsOf(record, visit) : say("crews-later")]);
    pairs.push([say("result"), resultText(bundle, visit)]);
    const own = record.results.filter((row) => row.entity_id === entity);
    pairs.push(...own.map((row) => [itemName(data, row.item_id), itemResult(row)]));
  }
  const shown = tiersShown(record);
  const own = asked.proof && asked.proof.leaf && asked.proof.leaf.entity_id === entity;
  if (key !== null && (shown || own)) {
    const salt = shown ? "" : asked.proof.leaf.salt;
    pairs.push([say("ticket"), code(ticketOf(key, entity, salt))]);
    const text = salt ? `${key}|${entity}|${salt}` : `${key}|${entity}`;
    pairs.push([say("how-ticket"), el("span.formula", {}, `sha256("${text}")`)]);
  } else if (key !== null) {
    pairs.push([say("ticket"), say("ticket-hidden")]);
  }
  return facts(pairs);
}

/** The name of an item, or its id. */
function itemName(data, id) {
  const item = data.items.find((one) => one.item_id === id);
  return item ? item.name : id || say("items");
}

/** What was found of one item, on which day, by which method, and what follows. */
function itemResult(row) {
  const parts = [sayCode("result", row.result), row.visited_on,
    row.method && sayCode("method", row.method),
    row.follow_up !== "none" && sayCode("follow-up", row.follow_up),
    row.follow_up_closed_on && say("closed-on", { day: row.follow_up_closed_on })];
  return parts.filter(Boolean).join("; ");
}

/** The row of the frame that a proof shows, and the chance. */
function leafFacts(proof, record, data) {
  const { leaf, cell } = proof;
  const threshold = cell ? thresholdOf(proof, record) : null;
  const percent = (above, below) => `${Number((above * 1000000n) / below) / 10000}%`;
  const [above, below] = cell ? chanceOf(cell) : [0n, 1n];
  return el("div", {}, el("h3", {}, say("proof-row")), facts([
    [say("standing"), sayCode("standing", leaf.standing)],
    leaf.reason && [say("rule"), reasonWords(leaf.reason)],
    leaf.tier && [say(namesCodes ? "tier" : "tier-own"), sayCode("tier", leaf.tier)],
    leaf.region && [say("region"), regionName(data, leaf.region)],
    leaf.industry && [say("industry"), leaf.industry],
    leaf.kind && [say("entity-kind"), sayCode("entity", leaf.kind)],
    leaf.status && [say("status"), sayCode("status", leaf.status)],
    leaf.established_on && [say("established"), leaf.established_on],
    leaf.inspected_on && [say("inspected"), leaf.inspected_on],
    leaf.fields && [say("fields"), leaf.fields.split(",").map((one) =>
      sayCode("field", one)).join(", ")],
    leaf.visits_this_year !== "0" && [say("visits-this-year"), leaf.visits_this_year],
    leaf.drawn_until && [say("drawn-until"), leaf.drawn_until],
    cell && [say("cell"), leaf.cell],
    cell && [say("cell-name"), code(cell.cell)],
    cell && [say("households"), show(cell.size)],
    cell && [say("expected-number"), String(cell.expected / MILLION)],
    cell && [say("chance"), `${above}/${below} (${percent(above, below)})`],
    cell && cell.count !== null && [say("drawn-number"), show(cell.count)],
    threshold && [say("threshold"), code(threshold)],
  ]));
}

/** Ticket and threshold on one scale from 0 to the highest ticket there can be. */
function scale(record, proof) {
  const part = (ticket) => parseInt(ticket.slice(0, 12), 16) / 2 ** 48;
  const own = part(ownTicket(proof, record));
  const most = part(thresholdOf(proof, record));
  const x = (share) => String(20 + 560 * share);
  const width = String(Math.max(560 * most, 1));
  const label = (at, y, words) => el("text", {
    x: x(at), y, "text-anchor": at < 0.2 ? "start" : at > 0.8 ? "end" : "middle",
  }, words);
  return el("svg.scale", { viewBox: "0 0 600 92", role: "img", "aria-label": say("scale") },
    el("rect.ground", { x: "20", y: "40", width: "560", height: "12" }),
    el("rect.taken", { x: "20", y: "40", width, height: "12" }),
    el("line.threshold", { x1: x(most), x2: x(most), y1: "34", y2: "64" }),
    el("line.own", { x1: x(own), x2: x(own), y1: "28", y2: "58" }),
    label(own, "20", say("scale-own")),
    label(most, "82", say("scale-threshold")));
}

/** Let the form work. */
function listenToEntity(bundle) {
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const entity = mendedCode(byId("entity").value, bundle.record.visits);
    const { leaf, entity_id: absent } = asked.proof ?? {};
    const own = entity === (leaf ? leaf.entity_id : absent);
    askAbout(bundle, entity, own ? asked.proof : null);
  });
}
