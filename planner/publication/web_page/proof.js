// The proof of one entity: its own row leads to the published root (RFC 9162, section 2.1.3.2), and
// its cell gives its chance and the threshold that its ticket is held against.

const LEAF_COLUMNS = ["entity_id", "standing", "cell", "reason", "tier", "region", "industry",
  "kind", "status", "established_on", "inspected_on", "fields", "salt"];
const PROOF_FORM = objectOf({
  format: oneOf("yaohao-proof/1"),
  draw: NAME,
  frame: DIGEST,
  size: POSITIVE,
  index: COUNT,
  leaf: objectOf({
    ...Object.fromEntries(LEAF_COLUMNS.map((column) => [column, TEXT])),
    entity_id: ENTITY,
    standing: oneOf("pool", "out", "directed"),
    salt: KEY,
  }),
  path: listOf(DIGEST),
  cell: maybe(objectOf({
    cell: POSITIVE,
    size: POSITIVE,
    expected: POSITIVE,
    count: maybe(COUNT),
    threshold: maybe(DIGEST),
  })),
});

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
  const wrong = PROOF_FORM(proof, "") || misfitCell(proof);
  if (wrong) {
    yield fails("proof-form", wrong.where, wrong.expected, wrong.found);
    return;
  }
  const texts = LEAF_COLUMNS.map((column) => proof.leaf[column]);
  if (texts.some((text) => text.includes("|"))) {
    yield fails("proof-form", "leaf", "no bar in a field", "a bar");
    return;
  }
  yield holds("proof-form");
  const root = rootOfPath(texts.join("|"), proof.index, proof.size, proof.path);
  yield compare("proof-root", "frame", proof.frame, root);
  if (proof.cell) {
    yield checkChance(proof);
  }
  if (!record) {
    return;
  }
  const { select } = record;
  yield compare("proof-draw", "draw", record.draw, proof.draw);
  yield compare("proof-frame", "select.frame", select.frame, proof.frame);
  yield compare("proof-size", "select.counts.scope", select.counts.scope, proof.size);
  if (select.key !== null) {
    yield checkPart(proof, record);
    if (proof.cell) {
      yield checkThreshold(proof, record);
    }
  }
}

/** Only who is in the pool has a cell; a threshold stands where somebody of the cell was drawn. */
function misfitCell({ leaf, cell }) {
  const inPool = leaf.standing === "pool";
  if (inPool !== (cell !== null) || inPool !== (leaf.cell !== "")) {
    return { where: "cell", expected: inPool ? "a cell" : "no cell", found: kindOf(cell) };
  }
  if (cell && (cell.threshold !== null) !== Boolean(cell.count)) {
    const expected = cell.count ? "a threshold" : "no threshold";
    return { where: "cell.threshold", expected, found: kindOf(cell.threshold) };
  }
  return null;
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

/** The part that an entity has in a draw, by its leaf and by the list of visits. */
function checkPart({ leaf }, { select, visits }) {
  const ticket = ticketOf(select.key, leaf.entity_id);
  const visit = visits.find((one) => one.entity_id === leaf.entity_id);
  if (!visit) {
    return leaf.standing === "directed"
      ? fails("proof-part", "visits", "directed, so visited", "not in the list")
      : holds("proof-part", "part-not-drawn", { ticket });
  }
  const expected = { standing: leaf.standing, region: leaf.region, ticket };
  const found = { standing: visit.standing, region: visit.region, ticket: visit.ticket };
  const difference = firstDifference(expected, found, "visits");
  if (difference) {
    return fails("proof-part", difference.where, difference.expected, difference.found);
  }
  return holds("proof-part", visit.reserve ? "part-reserve" : "part-drawn", { ticket });
}

/** The ticket against the threshold of the cell, and the cell against the published record. */
function checkThreshold({ leaf, cell }, record) {
  const { select, visits } = record;
  const name = "proof-threshold";
  if (cell.count === null) {
    return warns(name, "proof-early");
  }
  const shown = tiersShown(record) ? select.cells : null;
  const visit = visits.find((one) => one.entity_id === leaf.entity_id);
  if (shown) {
    const { expected, ...rest } = cell;
    const published = shown[cell.cell - 1] ?? null;
    if (!alike(published, rest)) {
      return fails(name, `select.cells[${cell.cell - 1}]`, show(published), show(rest));
    }
    if (visit && visit.cell !== cell.cell) {
      return fails(name, "visits: cell", visit.cell, cell.cell);
    }
    const other = visits.find((one) => one.cell === cell.cell && one.expected !== expected);
    if (other) {
      return fails(name, "visits: expected", other.expected, expected);
    }
  }
  const numbers = numbersOf(visits);
  if (cell.size > select.counts.pool) {
    return fails(name, "cell.size", `at most ${select.counts.pool}`, cell.size);
  }
  if (cell.count > numbers.drawn) {
    return fails(name, "cell.count", `at most ${numbers.drawn}`, cell.count);
  }
  const isDrawn = (one) => one.standing === "pool" && !one.reserve;
  const bearer = visits.find((one) => isDrawn(one) && one.ticket === cell.threshold);
  if (cell.threshold !== null && !bearer) {
    return fails(name, "cell.threshold", "the ticket of an entity drawn", cell.threshold);
  }
  const ticket = ticketOf(select.key, leaf.entity_id);
  const drawn = Boolean(visit && isDrawn(visit));
  const under = cell.threshold !== null && ticket <= cell.threshold;
  if (drawn !== under) {
    const expected = drawn ? `at most ${cell.threshold}` : `above ${cell.threshold}`;
    return fails(name, "ticket", expected, ticket);
  }
  const word = drawn ? "threshold-under" : cell.threshold ? "threshold-above" : "threshold-none";
  return holds(name, word, { ticket, threshold: cell.threshold });
}
