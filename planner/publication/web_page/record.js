// The record against what ledger and plan say of the same draw, and its rounds computed anew.

/** The record against ledger and plan, value by value. */
async function* checkRecord({ record, story }) {
  if (stageOf(story) === null) {
    yield fails("record", "ledger.jsonl", "what the seed decides", "a seed and nothing after it");
  }
  const { plan, select, crew } = record;
  const expected = {
    title: plan.title,
    authority: plan.authority,
    as_of: plan.as_of,
    select: {
      ...(await roundAsTold(story, "select", ["plan", "frame", "lottery"], select)),
      counts: story.steps.freeze.counts,
      outcome: story.steps.draw ? story.steps.draw.outcome : null,
    },
    crew: story.steps["commitment crew"]
      ? await roundAsTold(story, "crew", ["visits", "roster"], crew || {})
      : null,
    abandoned: story.abandonment
      ? { at: story.abandonment.at, reason: story.abandonment.reason }
      : null,
    previous: story.published ? story.published.sums : null,
  };
  if (Object.hasOwn(select, "cells")) {
    expected.select.cells = select.cells; // compared by digest, in the check of the cells
  }
  const found = Object.fromEntries(Object.keys(expected).map((key) => [key, record[key]]));
  yield same("record", expected, found);
  for (const name of ["select", "crew"]) {
    const act = story.steps[`commitment ${name}`];
    if (act && act.source !== plan.seeds[name]) {
      yield fails("record", `plan.seeds.${name}`, act.source, plan.seeds[name]);
    }
  }
}

/** A round as the ledger tells it; witnesses stand there as a digest and a number. */
async function roundAsTold(story, name, digests, found) {
  const committed = story.steps[`commitment ${name}`];
  const seeded = story.steps[`seed ${name}`];
  const told = { seed: null, seeded_at: null, key: null, witnesses: [] };
  for (const key of [...digests, "commitment", "source"]) {
    told[key] = committed[key];
  }
  told.committed_at = committed.at;
  if (seeded) {
    Object.assign(told, { seed: seeded.seed, source: seeded.source, key: seeded.key });
    told.seeded_at = seeded.at;
    const names = found.witnesses ?? null;
    const kept = (await documentDigest(names)) === seeded.witnesses
      && (names || []).length === seeded.witnessed;
    told.witnesses = kept ? names : `digest ${seeded.witnesses}`;
  }
  return told;
}

/** Commitments, seeds and keys of both rounds, computed anew. */
function* checkRounds({ record }) {
  const { select, crew } = record;
  const first = selectCommitment(select);
  yield compare("commitment-select", "select.commitment", first, select.commitment);
  yield* checkRoundSeed("select", select);
  if (crew) {
    const second = crewCommitment(select.commitment, crew);
    yield compare("commitment-crew", "crew.commitment", second, crew.commitment);
    yield* checkRoundSeed("crew", crew);
  }
}

function* checkRoundSeed(name, round) {
  if (round.seed === null) {
    return;
  }
  yield* checkSeed(`seed-${name}`, name, round.commitment, round);
  if (round.seeded_at === null || round.seeded_at < round.committed_at) {
    const expected = `not before ${round.committed_at}`;
    yield fails(`seed-${name}`, `${name}.seeded_at`, expected, round.seeded_at);
  }
}

/** Whether a seed that is known has neither a source nor a witness. */
function isUnwitnessed(round) {
  return Boolean(round && round.seed !== null && !round.source.trim() && !round.witnesses.length);
}

/** Commitments not published first, unwitnessed seeds, changed sources, draws given up or not carried through. */
function* warningsOf({ record, story }, told) {
  for (const round of ["select", "crew"]) {
    const committed = story.steps[`commitment ${round}`];
    const seeded = story.steps[`seed ${round}`];
    if (isUnpublished(story, round)) {
      yield warns("published-first", "unpublished-round", { round });
    }
    if (seeded && !seeded.source.trim() && !seeded.witnessed) {
      yield warns("witnessed", "unwitnessed-round", { round });
    } else if (seeded && seeded.source !== committed.source) {
      const params = { round, announced: committed.source, found: seeded.source };
      yield warns("source", committed.source ? "source-changed" : "source-unannounced", params);
    }
  }
  for (const [draw, other] of told) {
    const own = draw === record.draw;
    if (other.abandonment) {
      const { at, reason } = other.abandonment;
      const word = own ? "abandoned-own" : "abandoned-earlier";
      yield warns("abandoned", word, { draw, at, reason });
    } else if (!own && !other.steps.crews) {
      yield warns("unfinished", "unfinished", { draw });
    }
  }
}
