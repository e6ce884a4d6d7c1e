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
      ...(await roundAsTold(story, "select", ["plan", "frame", "lottery", "cells_root"], select)),
      counts: story.steps.freeze.counts,
      bearing: story.steps.freeze.bearing ?? null,
      cells: select.cells, // compared by digest, in the check of the cells
      outcome: story.steps.draw ? story.steps.draw.outcome : null,
    },
    crew: story.steps["commitment crew"]
      ? await roundAsTold(story, "crew", ["visits", "roster", "bearing"], crew || {})
      : null,
    abandoned: story.abandonment
      ? { at: story.abandonment.at, reason: story.abandonment.reason }
      : null,
    previous: story.published ? story.published.sums : null,
  };
  const found = Object.fromEntries(Object.keys(expected).map((key) => [key, record[key]]));
  yield same("record", expected, found);
  for (const name of ["select", "crew"]) {
    const act = story.steps[`commitment ${name}`];
    if (act && !alike(act.parts ?? null, plan.seeds[name])) {
      yield same("record", act.parts ?? null, plan.seeds[name], `plan.seeds.${name}`);
    }
  }
}

/** A round as the ledger tells it; witnesses stand there as a digest and a number. */
async function roundAsTold(story, name, digests, stated) {
  const committed = story.steps[`commitment ${name}`];
  const seeded = story.steps[`seed ${name}`];
  const committedTo = { seed: null, seeded_at: null, key: null, parts: [], witnesses: [] };
  for (const key of [...digests, "commitment"]) {
    committedTo[key] = committed[key] ?? null;
  }
  committedTo.committed_at = committed.at;
  if (seeded) {
    Object.assign(committedTo, { seed: seeded.seed, parts: seeded.parts ?? null, key: seeded.key });
    committedTo.seeded_at = seeded.at;
    const names = stated.witnesses ?? null;
    const kept = (await documentDigest(names)) === seeded.witnesses
      && (names || []).length === seeded.witnessed;
    committedTo.witnesses = kept ? names : `digest ${seeded.witnesses}`;
  }
  return committedTo;
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

const FEW_CHOICES = 3; // inspectors from whom a seat could have been filled

/** What bears on who is drawn and who inspects whom, so far as it is out of the ordinary. */
function* bearingOf({ visits }, { steps }) {
  const frozen = steps.freeze.bearing;
  if (frozen && Object.values(frozen).some(Boolean)) {
    yield warns("narrow", "narrow", frozen);
  }
  const late = steps["commitment crew"] && steps["commitment crew"].bearing;
  if (!late) {
    return;
  }
  const made = visits.filter((visit) => !visit.reserve).length;
  if (late.recused_since + late.absent_since > Math.max(2, Math.floor(made / 10))) {
    yield warns("recusals", "recused-late", late);
  }
  if (late.least_choice < FEW_CHOICES) {
    yield warns("choices", "few-choices", late);
  }
}

const MOST_TOLD = 5; // draws that are named in one warning

/** Draws of the same plan, and draws whose commitment was not public before its seed. */
function* otherDrawsOf({ draw: own, plan }, story, histories) {
  const others = [...histories].filter(([draw]) => draw !== own);
  const names = [plan.id, ...others.map((_, place) => `${plan.id}-${place + 2}`)];
  const again = others.filter(([draw, other]) => names.includes(draw)
    || other.steps.freeze.plan === story.steps.freeze.plan).map(([draw]) => draw);
  if (again.length && plan.frequency === 1) {
    yield warns("frozen-again", "frozen-again", { plan: plan.id, draws: someOf(again) });
  }
  const unseen = others.filter(([, other]) => ["select", "crew"]
    .some((round) => isUnpublished(other, round))).map(([draw]) => draw);
  if (unseen.length) {
    yield warns("published-first", "unpublished-others", { draws: someOf(unseen) });
  }
}

/** The first of some draws, and how many more there are. */
function someOf(draws) {
  const more = draws.length > MOST_TOLD ? ` (+${draws.length - MOST_TOLD})` : "";
  return draws.slice(0, MOST_TOLD).join(", ") + more;
}

/** Whether a seed that is known has neither a source nor a witness. */
function isUnwitnessed(round) {
  return Boolean(round && round.seed !== null && !sourceOf(round.parts) && !round.witnesses.length);
}

/** Commitments not published first, unwitnessed seeds, changed sources, draws given up or not carried through. */
function* warningsOf({ record, story }, histories) {
  if (story.steps.freeze.given_secret) {
    yield warns("given-secret", "given-secret");
  }
  for (const round of ["select", "crew"]) {
    const committed = story.steps[`commitment ${round}`];
    const seeded = story.steps[`seed ${round}`];
    if (isUnpublished(story, round)) {
      yield warns("published-first", "unpublished-round", { round });
    }
    if (!seeded || !seeded.parts) {
      continue;
    }
    const [announced, used] = [sourceOf(committed.parts), sourceOf(seeded.parts)];
    if (!used && !seeded.witnessed) {
      yield warns("witnessed", "unwitnessed-round", { round });
    } else if (!isAsAnnounced(committed.parts, seeded.parts)) {
      const params = { round, announced, found: used };
      yield warns("source", announced ? "source-changed" : "source-unannounced", params);
    }
    for (const part of seeded.parts.filter((one) => one.kind === "drand")) {
      yield warns("beacon", "beacon", { number: part.round });
    }
  }
  if (story.steps["seed select"]) {
    yield warns("attested", "unattested");
  }
  yield* bearingOf(record, story);
  yield* otherDrawsOf(record, story, histories);
  for (const [draw, other] of histories) {
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
