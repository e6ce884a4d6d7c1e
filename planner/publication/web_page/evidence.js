// Evidence of others beside a bundle: cosignatures, attestations, stamps of earlier publications.
// What is false fails. Whom to believe this page cannot be told: it knows the keys that the plan
// named before the draw, and these alone raise a level here.

const EVIDENCE = /^(?:(?:cosign|attest)-[0-9a-f]{16}-[0-9a-f]{16}\.json|stamp-[0-9a-f]{16}\.tsr)$/;
const COSIGNATURE = "yaohao-cosign/2";
const ATTESTATION = "yaohao-attest/2";
const CHECK_NAMES = formOf("a sorted list of checks", (value) => Array.isArray(value)
  && value.length <= 500 && value.every((name) => typeof name === "string" && /^[a-z-]{1,64}$/.test(name))
  && value.every((name, place) => !place || value[place - 1] < name));

/** The form of a statement of a kind. */
function statementForm(own) {
  return objectOf({
    format: oneOf(COSIGNATURE, ATTESTATION),
    draw: matching("1 to 64 letters, digits, - or _", /^[0-9A-Za-z_-]{1,64}$/),
    sums: DIGEST,
    ledger: DIGEST,
    at: matching("a time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    key: DIGEST,
    signature: matching("128 hex digits", /^[0-9a-f]{128}$/),
    ...own,
  });
}

const STATEMENTS = {
  [COSIGNATURE]: statementForm({ stage: oneOf("committed", "drawn", "staffed", "dealt", "abandoned") }),
  [ATTESTATION]: statementForm({ commitment: DIGEST, passed: CHECK_NAMES, unseen: CHECK_NAMES }),
};

/** The publications of the draw by the digest of SHA256SUMS: stage, and the ledger's last entry. */
async function publicationsOf(files, { record, lines, story }) {
  const known = new Map();
  for (const { act, previous } of lines) {
    if (act.act === "publication" && act.draw === record.draw) {
      known.set(act.sums, { stage: act.stage, ledger: previous });
    }
  }
  const own = await longDigest(files.get("SHA256SUMS") ?? new Uint8Array());
  known.set(own, { stage: stageOf(story), ledger: lines[lines.length - 1].entry });
  return known;
}

/** What a statement says; raises ReadingError where it has not its form or its name. */
function readStatement(files, name) {
  const statement = documentOf(name, textOf(files, name), (x) => `${canonical(x)}\n`);
  const form = isObject(statement) && Object.hasOwn(STATEMENTS, statement.format)
    ? STATEMENTS[statement.format] : STATEMENTS[COSIGNATURE];
  const wrong = form(statement, "");
  if (wrong) {
    throw new ReadingError(`${name}: ${wrong.where}`, wrong.found, wrong.expected);
  }
  const cosigned = statement.format === COSIGNATURE;
  const about = cosigned ? statement.sums : statement.ledger;
  const right = `${cosigned ? "cosign" : "attest"}-${about.slice(0, 16)}-${statement.key.slice(0, 16)}.json`;
  if (name !== right) {
    throw new ReadingError(name, name, right);
  }
  return statement;
}

/** The first thing that a statement says of another draw or publication, or null. */
function misplacedStatement(statement, known, { record, lines }) {
  const expected = [["draw", record.draw]];
  if (statement.format === ATTESTATION) {
    expected.push(["commitment", record.select.commitment]);
    const heads = lines.map((line) => line.entry);
    expected.push(["ledger",
      heads.includes(statement.ledger) ? statement.ledger : "an entry of ledger.jsonl"]);
  } else {
    const { stage, ledger } = known.get(statement.sums) ?? {};
    expected.push(["sums", known.has(statement.sums) ? statement.sums : "a publication of this draw"],
      ["stage", stage], ["ledger", ledger]);
  }
  return expected.find(([key, right]) => statement[key] !== right) ?? null;
}

/** The cosigners that the plan of a record names. */
function plannedCosigners(record) {
  return record.plan.publication.cosigners ?? [];
}

/** The bureau's own key, with which a bundle is signed, or null. */
function bureauKey(files) {
  try {
    return publicKeyIn(textOf(files, "SHA256SUMS.pub"));
  } catch {
    return null;
  }
}

/**
 * One statement of somebody else: whether it is true, and whose it is as far as the plan says.
 * Cosignatures with keys of the plan are entered in `signed`.
 */
async function* checkStatement(files, name, known, bundle, signed) {
  const statement = readStatement(files, name);
  const { signature, ...rest } = statement;
  const misplaced = misplacedStatement(statement, known, bundle);
  if (misplaced) {
    yield fails("evidence", `${name}: ${misplaced[0]}`, misplaced[1], statement[misplaced[0]]);
    return;
  }
  const holding = await isSigned(statement.key, signature, ENCODER.encode(canonical(rest)));
  const cosigned = statement.format === COSIGNATURE;
  const own = statement.key === bureauKey(files);
  const planned = cosigned && !own
    && plannedCosigners(bundle.record).some((one) => one.key === statement.key);
  if (holding === null) {
    yield warns("evidence", "signature-unchecked", { key: statement.key });
    signed.push(...(planned ? [{ ...statement, unchecked: true }] : []));
    return;
  }
  if (!holding) {
    yield fails("evidence", `${name}: signature`, `a signature with ${statement.key}`, signature);
    return;
  }
  yield holds("evidence", cosigned ? "cosigned-holds" : "attested-holds", statement);
  if (planned) {
    signed.push(statement);
  } else if (cosigned) {
    yield warns("cosigner", own ? "own-cosigner" : "cosigner", { key: statement.key });
  } else {
    yield warns("auditor", own ? "own-auditor" : "auditor", { key: statement.key });
  }
}

/** What the cosignatures that the plan promised come to, for each round that has a seed. */
function* plannedLevels({ record, story }, signed) {
  for (const round of ["select", "crew"]) {
    const seeded = story.steps[`seed ${round}`];
    if (!seeded || !seeded.parts) {
      continue;
    }
    const ofRound = signed.filter((one) => one.stage === PUBLISHED_AT[round]);
    const early = ofRound.filter((one) => one.at < seeded.at);
    const checked = ofRound.filter((one) => !one.unchecked);
    if (early.some((one) => !one.unchecked)) {
      yield warns("level", "level-2-plan", { round });
    } else if (checked.length) {
      yield warns("late", "cosigned-late", { round });
    }
    for (const { name, key } of plannedCosigners(record)) {
      if (!early.some((one) => one.key === key)) {
        yield warns("uncosigned", "uncosigned", { round, name, key });
      }
    }
  }
}

/** That cosigners are named whose signatures no page can hold. */
function* elsewhere({ record, story }) {
  const names = plannedCosigners(record).map((one) => one.name).join(", ");
  if (names && story && story.steps["seed select"]) {
    yield warns("cosigner", "cosigners-elsewhere", { names });
  }
}

/** The stamp of an earlier publication. */
function* checkEarlierStamp(files, name, known) {
  let stamp;
  try {
    stamp = stampOf(files.get(name));
  } catch {
    yield fails("stamp", name, "a time stamp that was granted (RFC 3161)", "another file");
    return;
  }
  const right = `stamp-${stamp.imprint.slice(0, 16)}.tsr`;
  if (stamp.hash !== "SHA-256" || !known.has(stamp.imprint) || name !== right) {
    yield fails("stamp", `${name}: imprint`, "a publication of this draw", stamp.imprint);
    return;
  }
  yield holds("stamp", "stamp-earlier", { at: stamp.at, stage: known.get(stamp.imprint).stage });
  yield warns("stamper", "stamper");
}

/** Every piece of evidence in a bundle. */
async function* checkEvidence(files, bundle) {
  const names = [...files.keys()].filter((name) => EVIDENCE.test(name)).sort(byCharacters);
  const known = names.length ? await publicationsOf(files, bundle) : new Map();
  const signed = [];
  for (const name of names) {
    if (name.endsWith(".tsr")) {
      yield* checkEarlierStamp(files, name, known);
      continue;
    }
    try {
      yield* checkStatement(files, name, known, bundle, signed);
    } catch (error) {
      if (!(error instanceof ReadingError)) {
        throw error;
      }
      yield error.finding("evidence");
    }
  }
  yield* plannedLevels(bundle, signed);
}
