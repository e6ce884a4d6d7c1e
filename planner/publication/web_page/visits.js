// The visits of a record: tickets, order, numbers, results, crews and, where tiers are shown, cells.

/** Everything that anyone can check of the visits. */
async function* checkVisits(bundle) {
  const { record, story } = bundle;
  const act = story.steps.draw;
  const shown = tiersShown(record);
  if (!act) {
    yield compare("numbers", "visits", 0, record.visits.length);
    yield compare("cells", "select.cells", null, record.select.cells);
    return;
  }
  if (shown) {
    yield checkTickets(record);
  }
  yield checkOrder(record);
  yield* checkNumbers(record, act);
  const digest = await documentDigest(visitsDocument(record, record.visits));
  yield compare("visits", "visits", act.visits, digest);
  yield* checkWithdrawals(bundle);
  if (record.crew) {
    const made = story.early // else it is the same document
      ? await documentDigest(visitsDocument(record, crewVisits(bundle)))
      : digest;
    yield compare("visits", "crew.visits", made, record.crew.visits);
  }
  yield* checkResults(bundle);
  yield* checkCrews(bundle);
  yield* checkCells(record, act);
}

function checkTickets({ select, visits }) {
  const key = String(select.key);
  for (const [place, visit] of visits.entries()) {
    const expected = ticketOf(key, visit.entity_id);
    if (visit.ticket !== expected) {
      return fails("tickets", `visits[${place}].ticket`, expected, visit.ticket);
    }
  }
  return holds("tickets", "tickets-hold", { number: visits.length });
}

/** 0 for the drawn, 1 for the directed, 2 and more for reserves. */
function groupOf(visit) {
  return (visit.reserve ? 2 : 0) + (visit.standing === "pool" ? 0 : 1);
}

function checkOrder(record) {
  const { visits } = record;
  const [key, shown] = [String(record.select.key), tiersShown(record)];
  const mark = (visit) => (shown && visit.reserve ? visit.ticket : placeOf(key, visit.entity_id));
  const seen = new Set();
  for (let place = 1; place < visits.length; place += 1) {
    const [one, other] = [visits[place - 1], visits[place]];
    const step = groupOf(other) - groupOf(one);
    if (step < 0 || (step === 0 && mark(one) >= mark(other))) {
      const expected = "drawn, directed, reserves, each in the protocol's order";
      return fails("order", `visits[${place}]`, expected, other.entity_id);
    }
  }
  for (const [place, visit] of visits.entries()) {
    if (seen.has(visit.entity_id)) {
      return fails("order", `visits[${place}]`, "every entity once", visit.entity_id);
    }
    seen.add(visit.entity_id);
    if (visit.reserve && visit.standing !== "pool") {
      return fails("order", `visits[${place}].reserve`, "a reserve of the pool", "directed");
    }
  }
  return holds("order");
}

/** How many visits were drawn, are for cause, or in reserve. */
function numbersOf(visits) {
  const numbers = { drawn: 0, directed: 0, reserves: 0 };
  for (const visit of visits) {
    numbers.reserves += Number(visit.reserve);
    numbers.directed += Number(visit.standing === "directed");
    numbers.drawn += Number(visit.standing === "pool" && !visit.reserve);
  }
  return numbers;
}

function* checkNumbers(record, act) {
  const { counts } = record.select;
  const numbers = numbersOf(record.visits);
  const expected = { drawn: act.drawn, directed: act.directed, reserves: act.reserves };
  const difference = firstDifference(expected, numbers, "visits");
  yield difference
    ? fails("numbers", difference.where, difference.expected, difference.found)
    : holds("numbers", "numbers-hold", { ...numbers, pool: counts.pool });
  yield compare("numbers", "select.counts.directed", numbers.directed, counts.directed);
  if (numbers.drawn + numbers.reserves > counts.pool) {
    yield fails("numbers", "visits", `at most ${counts.pool}`, numbers.drawn + numbers.reserves);
  }
  if (numbers.reserves && !record.plan.publication.reserves) {
    yield fails("numbers", "visits: reserve", 0, numbers.reserves);
  }
}

/** The visits of the crew round, as its commitment and the ledger bind them. */
function visitsDocument({ plan, select }, visits) {
  const made = inCrewOrder(visits.filter((visit) => !visit.reserve), String(select.key));
  const { seats } = plan.crew;
  return made.map(({ entity_id, standing, region }) => ({ entity_id, region, seats, standing }));
}

/** Visits in the order of the crew round: the drawn, then the directed, in the protocol's order. */
function inCrewOrder(visits, key) {
  const marks = new Map(visits.map((one) => [one.entity_id, placeOf(key, one.entity_id)]));
  return [...visits].sort((a, b) => Number(a.standing !== "pool") - Number(b.standing !== "pool")
    || byUnits(marks.get(a.entity_id), marks.get(b.entity_id)));
}

/** The visits that are to be made: the withdrawn left out, reserves only where they are used. */
function madeVisits(visits, withdrawals) {
  if (!withdrawals.length) {
    return visits.filter((one) => !one.reserve);
  }
  const gone = new Set(withdrawals.map((one) => one.entity_id));
  const used = new Set(withdrawals.map((one) => one.reserve));
  return visits
    .filter((one) => !gone.has(one.entity_id) && (!one.reserve || used.has(one.entity_id)))
    .map((visit) => ({ ...visit, reserve: false }));
}

/** The visits for which crews are dealt. */
function crewVisits({ record, story }) {
  return madeVisits(record.visits, record.withdrawals.slice(0, story.early));
}

/** The reserve that takes the place of an entity, or null where its cell has none left. */
function nextReserve(visits, before, entity) {
  const { cell } = visits.find((one) => one.entity_id === entity);
  const used = before.map((one) => one.reserve);
  const spare = visits.filter((one) => cell !== null && one.cell === cell && one.reserve
    && !used.includes(one.entity_id));
  spare.sort((a, b) => byUnits(a.ticket, b.ticket));
  return spare.length ? spare[0].entity_id : null;
}

/** Withdrawals as the ledger has them, of entities to be visited, with reserves in order. */
function* checkWithdrawals({ record, story }) {
  const name = "withdrawals";
  const acts = story.withdrawals.map(({ entity_id, result, at, evidence, reserve }) => ({
    entity_id, result, at, evidence, reserve,
  }));
  const withdrawals = record.withdrawals;
  const published = withdrawals.map((one) => ({ ...one, evidence: sha(one.evidence) }));
  yield same(name, acts, published, name);
  for (const [place, one] of withdrawals.entries()) {
    const where = `withdrawals[${place}]`;
    const before = withdrawals.slice(0, place);
    if (!madeVisits(record.visits, before).some((two) => two.entity_id === one.entity_id)) {
      yield fails(name, where, "an entity that is to be visited", one.entity_id);
      return;
    }
    const next = tiersShown(record) ? nextReserve(record.visits, before, one.entity_id) : null;
    if (one.reserve === null) {
      if (next !== null) {
        yield warns("reserve-passed", "reserve-passed", { entity: one.entity_id, reserve: next });
      }
      continue;
    }
    const withdrawn = record.visits.find((two) => two.entity_id === one.entity_id);
    if (withdrawn.standing === "directed") {
      yield fails(name, `${where}.reserve`, "no reserve for a directed visit", one.reserve);
      return;
    }
    const unused = record.visits.some((two) => two.reserve && two.entity_id === one.reserve)
      && !before.some((two) => two.reserve === one.reserve);
    if (!unused) {
      yield fails(name, `${where}.reserve`, "an unused reserve", one.reserve);
      return;
    }
    if (tiersShown(record)) {
      yield compare(name, `${where}.reserve`, next, one.reserve);
    }
  }
}

/** What a visit inspects: the plan's own items, then those of its departments. */
function itemsOf(plan) {
  return [...new Set([...plan.items, ...(plan.department ?? []).flatMap((one) => one.items)])];
}

/** The code of a visit from the results of its items: the gravest; 1 where all were inspected. */
function visitResult(results, items) {
  if (!results.length) {
    return "0";
  }
  const codes = results.map((row) => row.result);
  const gravest = GRAVEST_FIRST.find((code) => codes.includes(code));
  if (gravest) {
    return gravest;
  }
  const asked = items.length ? items : [""];
  const whole = asked.every((item) => results.some((row) => row.item_id === item));
  return whole ? "1" : "0";
}

/** The results by the ledger's digest, and the code of every visit that they come to. */
async function* checkResults({ record, story }) {
  const { results, visits, plan } = record;
  if (story.results) {
    yield compare("results", "results", story.results.results, await documentDigest(results));
    yield compare("results", "results: number", story.results.number, results.length);
  } else {
    yield compare("results", "results", 0, results.length);
  }
  const items = itemsOf(plan);
  const gone = new Map(record.withdrawals.map((one) => [one.entity_id, one.result]));
  const rest = new Map();
  for (const row of results) {
    const own = rest.get(row.entity_id);
    if (own) {
      own.push(row);
    } else {
      rest.set(row.entity_id, [row]);
    }
  }
  const none = [];
  for (const [place, visit] of visits.entries()) {
    const own = rest.get(visit.entity_id) ?? none;
    rest.delete(visit.entity_id);
    const expected = gone.get(visit.entity_id) || visitResult(own, items);
    if (visit.result !== expected) {
      yield fails("results", `visits[${place}].result`, expected, visit.result);
      return;
    }
  }
  if (rest.size) {
    yield fails("results", "results", "entities that are visited", [...rest.keys()][0]);
    return;
  }
  yield holds("results", "results-hold", { number: results.length });
}

async function* checkCrews(bundle) {
  const { record, story } = bundle;
  const act = story.steps.crews;
  const seats = record.plan.crew.seats.length;
  const ordered = inCrewOrder(crewVisits(bundle), String(record.select.key));
  const dealt = new Set(ordered.map((visit) => visit.entity_id));
  for (const [place, visit] of record.visits.entries()) {
    const named = visit.inspectors;
    const asked = act && dealt.has(visit.entity_id) ? seats : 0;
    const sorted = named.every((one, i) => i === 0 || byCharacters(named[i - 1], one) < 0);
    if (named.length !== asked || !sorted) {
      yield fails("crews", `visits[${place}].inspectors`, `${asked}, ascending`, named.join(", "));
      return;
    }
  }
  if (!act) {
    yield holds("crews", "crews-later");
    return;
  }
  const crews = ordered.map((visit) => [visit.entity_id, visit.inspectors]);
  yield compare("crews", "crews", act.crews, await documentDigest(crews));
  yield compare("crews", "crews: dealt", act.dealt, crews.length);
}

async function* checkCells(record, act) {
  const { cells, counts } = record.select;
  if (cells === null) {
    yield fails("cells", "select.cells", "a list", "null");
    return;
  }
  const total = (key) => cells.reduce((sum, cell) => sum + cell[key], 0);
  yield compare("cells", "select.cells", act.cells, await documentDigest(cells));
  const names = cells.map(({ cell }) => cell);
  if (tiersShown(record)) {
    names.sort(byUnits);
  }
  if (names.some((name, place) => place > 0 && names[place - 1] >= name)) {
    yield fails("cells", "select.cells", "every cell once, ascending", names.join(", "));
  }
  const withDrawn = cells.filter(({ threshold }) => threshold !== null).length;
  if (withDrawn > act.drawn || (act.drawn && !withDrawn)) {
    yield fails("cells", "select.cells", `at most ${act.drawn} cells with a threshold`, withDrawn);
  }
  if (!tiersShown(record)) {
    yield holds("cells", "cells-hidden", { number: cells.length });
    return;
  }
  yield compare("cells", "select.cells: size", counts.pool, total("size"));
  yield compare("cells", "select.cells: count", act.drawn, total("count"));
  const members = cells.map(() => []);
  for (const [place, visit] of record.visits.entries()) {
    if (visit.standing === "directed") {
      if (visit.cell !== null || visit.expected !== null) {
        yield fails("cells", `visits[${place}].cell, expected`, "null", "a number");
        return;
      }
    } else if (visit.cell === null || visit.cell > cells.length) {
      yield fails("cells", `visits[${place}].cell`, `1 to ${cells.length}`, visit.cell);
      return;
    } else {
      members[visit.cell - 1].push(visit);
    }
  }
  for (const [place, cell] of cells.entries()) {
    const wrong = cellProblem(place + 1, cell, members[place], record.plan.publication.reserves);
    if (wrong) {
      yield fails("cells", `select.cells[${place}]${wrong[0]}`, wrong[1], wrong[2]);
      return;
    }
  }
  yield holds("cells", "cells-hold", { number: cells.length });
}

/** What is wrong with a cell and its visits: where, expected, found; or null. */
function cellProblem(number, cell, visits, reserves) {
  const taken = visits.filter((visit) => !visit.reserve).map((visit) => visit.ticket);
  const spare = visits.filter((visit) => visit.reserve).map((visit) => visit.ticket);
  const highest = taken.reduce((most, ticket) => (ticket > most ? ticket : most), "") || null;
  const lowest = spare.reduce((least, ticket) => (ticket < least ? ticket : least), "g");
  const expected = [...new Set(visits.map((visit) => visit.expected))];
  if (cell.number !== number) {
    return [".number", number, cell.number];
  }
  if (cell.count !== taken.length) {
    return [".count", taken.length, cell.count];
  }
  if (cell.count > cell.size) {
    return [".size", `>= ${cell.count}`, cell.size];
  }
  if (cell.threshold !== highest) {
    return [".threshold", highest, cell.threshold];
  }
  if (spare.length && highest !== null && lowest <= highest) {
    return [": reserve", `> ${highest}`, lowest];
  }
  const most = Math.min(reserves, cell.size - cell.count);
  if (spare.length > most) {
    return [": reserves", `at most ${most}`, spare.length];
  }
  const x = cell.expected;
  if (expected.some((one) => one !== x)) {
    return [": expected", x, expected.join(", ")];
  }
  const fits = isRounding(cell.count, x) && BigInt(x) <= BigInt(cell.size) * BigInt(MILLION);
  return fits ? null : [": expected", `${cell.count}, rounded`, x];
}

/** Whether a count is so many millionths rounded down or up. */
function isRounding(count, millionths) {
  return count === Math.floor(millionths / MILLION) || count === Math.ceil(millionths / MILLION);
}
