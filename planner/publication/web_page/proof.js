// The proof of one entity: its own row leads to the published root (RFC 9162, section 2.1.3.2), and
// its cell gives its chance and the threshold that its ticket is held against.

const INNER_COLUMNS = ["standing", "cell", "reason", "tier", "region", "industry", "kind",
  "status", "established_on", "inspected_on", "fields", "visits_this_year", "drawn_this_year",
  "drawn_by_plan", "drawn_until", "blind", "salt", "name"];
const LEAF_COLUMNS = ["entity_id", ...INNER_COLUMNS];
const NUMBER_TEXT = matching("a whole number as text", /^(0|[1-9][0-9]{0,9})$/);
const PROOF_FORM = objectOf({
  format: oneOf("yaohao-proof/2"),
  draw: NAME,
  frame: DIGEST,
  size: POSITIVE,
  index: COUNT,
  leaf: objectOf({
    ...Object.fromEntries(LEAF_COLUMNS.map((column) => [column, TEXT])),
    entity_id: ENTITY,
    standing: oneOf("pool", "out", "directed"),
    visits_this_year: NUMBER_TEXT,
    drawn_this_year: NUMBER_TEXT,
    drawn_by_plan: NUMBER_TEXT,
    blind: matching("32 hex digits or nothing", /^([0-9a-f]{32})?$/),
    salt: KEY,
  }),
  path: listOf(DIGEST),
  cell: maybe(objectOf({
    cell: KEY,
    size: POSITIVE,
    expected: POSITIVE,
    salt: KEY,
    cells: POSITIVE,
    index: COUNT,
    path: listOf(DIGEST),
    count: maybe(COUNT),
  })),
});
const NEIGHBOUR_FORM = maybe(objectOf({
  index: COUNT, entity_id: ENTITY, inner: DIGEST, path: listOf(DIGEST),
}));
const ABSENCE_FORM = objectOf({
  format: oneOf("yaohao-absence/2"),
  draw: NAME,
  frame: DIGEST,
  size: POSITIVE,
  entity_id: ENTITY,
  why: oneOf("register", "scope"),
  rule: TEXT,
  before: NEIGHBOUR_FORM,
  after: NEIGHBOUR_FORM,
});

/** Whether a proof is one that an entity is not in the frame. */
function isAbsence(proof) {
  return isObject(proof) && String(proof.format).startsWith("yaohao-absence/");
}

/** The root that a leaf and its audit path lead to, hex, or null where the path cannot fit. */
function rootOfPath(leaf, index, size, path) {
  if (index >= size) {
    return null;
  }
  const node = (head, ...parts) => {
    const bytes = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
    bytes[0] = head;
    let at = 1;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return sha256(bytes);
  };
  let [position, last] = [index, size - 1];
  let found = node(0, ENCODER.encode(leaf));
  for (const step of path) {
    if (last === 0) {
      return null;
    }
    const sibling = bytesOf(step);
    if (position % 2 === 1 || position === last) {
      found = node(1, sibling, found);
      while (position % 2 === 0 && position !== 0) {
        position = Math.floor(position / 2);
        last = Math.floor(last / 2);
      }
    } else {
      found = node(1, found, sibling);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hexOf(found) : null;
}

/** Every check of a proof against the record of its draw, or alone where there is no record. */
function* checkProof(proof, record) {
  const absent = isAbsence(proof);
  const wrong = absent
    ? ABSENCE_FORM(proof, "") || misfitAbsence(proof)
    : PROOF_FORM(proof, "") || misfitCell(proof);
  if (wrong) {
    yield fails("proof-form", wrong.where, wrong.expected, wrong.found);
    return;
  }
  yield holds("proof-form");
  if (absent) {
    yield checkNeighbours(proof);
  } else {
    const inner = sha(INNER_COLUMNS.map((column) => proof.leaf[column]).join("|"));
    const leaf = `${proof.leaf.entity_id}|${inner}`;
    const root = rootOfPath(leaf, proof.index, proof.size, proof.path);
    yield compare("proof-root", "frame", proof.frame, root);
    if (proof.cell) {
      yield checkChance(proof);
    }
  }
  if (!record) {
    return;
  }
  const { select } = record;
  yield compare("proof-draw", "draw", record.draw, proof.draw);
  yield compare("proof-frame", "select.frame", select.frame, proof.frame);
  yield compare("proof-size", "select.counts.scope", select.counts.scope, proof.size);
  if (absent) {
    const listed = record.visits.some((one) => one.entity_id === proof.entity_id);
    yield listed ? fails("proof-part", "visits", "not in the list", proof.entity_id)
      : holds("proof-part", proof.why === "scope" ? "absent-scope" : "absent-register",
        { rule: proof.rule });
    return;
  }
  if (proof.cell) {
    yield checkCommittedCell(proof.cell, select);
  }
  if (select.key !== null) {
    yield checkPart(proof, record);
    if (proof.cell) {
      yield checkThreshold(proof, record);
    }
  }
}

/** Only who is in the pool has a cell, and it is the one that the row names. */
function misfitCell({ leaf, cell }) {
  if (LEAF_COLUMNS.slice(0, -1).some((column) => leaf[column].includes("|"))) {
    return { where: "leaf", expected: "no bar in a field", found: "a bar" };
  }
  const inPool = leaf.standing === "pool";
  if ([cell !== null, leaf.cell !== "", leaf.blind !== ""].some((there) => there !== inPool)) {
    return { where: "cell", expected: inPool ? "a cell" : "no cell", found: kindOf(cell) };
  }
  if (cell && cell.cell !== leaf.blind) {
    return { where: "cell.cell", expected: leaf.blind, found: cell.cell };
  }
  return null;
}

/** There is a neighbour at least, and a rule where the plan's scope decided. */
function misfitAbsence({ before, after, why, rule }) {
  if (!before && !after) {
    return { where: "before", expected: "a neighbour in the frame", found: "null" };
  }
  if ((why === "scope") !== (rule !== "")) {
    return { where: "rule", expected: "a rule where the scope decided", found: kindOf(rule) };
  }
  return null;
}

/** Two leaves side by side, between whose ids that of the entity would stand. */
function checkNeighbours({ frame, size, entity_id: entity, before, after }) {
  for (const [side, one] of Object.entries({ before, after })) {
    if (!one) {
      continue;
    }
    const root = rootOfPath(`${one.entity_id}|${one.inner}`, one.index, size, one.path);
    if (root !== frame) {
      return fails("proof-root", `${side}.path`, frame, root);
    }
    if (side === "before" ? one.entity_id >= entity : one.entity_id <= entity) {
      return fails("proof-root", `${side}.entity_id`, `an id ${side} ${entity}`, one.entity_id);
    }
  }
  const [place, found] = [before ? before.index + 1 : 0, after ? after.index : size];
  return place === found ? holds("proof-root", "proof-absent", { entity })
    : fails("proof-root", "after.index", place, found);
}

/** That the cell was committed to before the seed, with this size and this expected count. */
function checkCommittedCell(cell, { cells_root: committed, counts }) {
  const text = `${cell.cell}|${cell.size}|${cell.expected}|${cell.salt}`;
  const root = rootOfPath(text, cell.index, cell.cells, cell.path);
  if (root !== committed) {
    return fails("proof-cell", "select.cells_root", committed, root);
  }
  return cell.size > counts.pool
    ? fails("proof-cell", "cell.size", `at most ${counts.pool}`, cell.size)
    : holds("proof-cell");
}

/** A chance as a fraction in lowest terms: [above, below]. */
function chanceOf({ expected, size }) {
  let [a, b] = [BigInt(expected), BigInt(size) * BigInt(MILLION)];
  const whole = [a, b];
  while (b) {
    [a, b] = [b, a % b];
  }
  return whole.map((part) => part / a);
}

function checkChance({ cell, size }) {
  if (cell.size > size) {
    return fails("proof-chance", "cell.size", `at most ${size}`, cell.size);
  }
  if (BigInt(cell.expected) > BigInt(cell.size) * BigInt(MILLION)) {
    return fails("proof-chance", "cell.expected", `at most ${cell.size}000000`, cell.expected);
  }
  if (cell.count !== null && !isRounding(cell.count, cell.expected)) {
    return fails("proof-chance", "cell.count", `${cell.expected} / 1000000`, cell.count);
  }
  const [above, below] = chanceOf(cell);
  return holds("proof-chance", "chance-holds", { above, below });
}

/** The ticket of the entity of a proof, which has its salt where tiers are hidden. */
function ownTicket({ leaf }, record) {
  return ticketOf(record.select.key, leaf.entity_id, tiersShown(record) ? "" : leaf.salt);
}

/** The part that an entity has in a draw, by its leaf and by the list of visits. */
function checkPart(proof, record) {
  const { leaf } = proof;
  const ticket = ownTicket(proof, record);
  const visit = record.visits.find((one) => one.entity_id === leaf.entity_id);
  if (!visit) {
    return leaf.standing === "directed"
      ? fails("proof-part", "visits", "directed, so visited", "not in the list")
      : holds("proof-part", "part-not-drawn", { ticket });
  }
  const { standing, region, name } = leaf;
  const expected = { standing, region, name, ...(tiersShown(record) ? { ticket } : {}) };
  const found = Object.fromEntries(Object.keys(expected).map((key) => [key, visit[key]]));
  const difference = firstDifference(expected, found, "visits");
  if (difference) {
    return fails("proof-part", difference.where, difference.expected, difference.found);
  }
  return holds("proof-part", visit.reserve ? "part-reserve" : "part-drawn", { ticket });
}

/** The published threshold of the cell of a proof: a text, null, or undefined for no such cell. */
function thresholdOf({ cell }, { select }) {
  const found = (select.cells ?? []).find((one) => one.cell === cell.cell);
  return found && found.threshold;
}

/** The ticket against the published threshold of the entity's cell. */
function checkThreshold(proof, record) {
  const { leaf, cell } = proof;
  const { select, visits } = record;
  const name = "proof-threshold";
  if (cell.cells !== select.cells.length) {
    return fails(name, "select.cells", cell.cells, select.cells.length);
  }
  const own = select.cells.find((one) => one.cell === cell.cell);
  if (!own) {
    return fails(name, "select.cells", cell.cell, "no such cell");
  }
  const { threshold } = own;
  if (cell.count !== null && (cell.count > 0) !== (threshold !== null)) {
    return fails(name, "cell.count", `threshold ${threshold}`, cell.count);
  }
  if (tiersShown(record)) {
    const stated = { size: cell.size, expected: cell.expected, codes: leaf.cell,
      ...(cell.count === null ? {} : { count: cell.count }) };
    const found = Object.fromEntries(Object.keys(stated).map((key) => [key, own[key]]));
    const difference = firstDifference(found, stated, "select.cells");
    if (difference) {
      return fails(name, difference.where, difference.expected, difference.found);
    }
  }
  const drawn = visits.some((one) => one.entity_id === leaf.entity_id && one.standing === "pool"
    && !one.reserve);
  const ticket = ownTicket(proof, record);
  if (drawn !== (threshold !== null && ticket <= threshold)) {
    const expected = drawn ? `at most ${threshold}` : `above ${threshold}`;
    return fails(name, "ticket", expected, ticket);
  }
  const word = drawn ? "threshold-under" : threshold ? "threshold-above" : "threshold-none";
  return holds(name, word, { ticket, threshold });
}
