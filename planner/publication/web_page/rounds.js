// Rounds: commitment, seed, key (the draw protocol, "Rounds: commit, then seed").

// Python's idea of white space, so that all verifiers strip alike.
const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const ENDS = new RegExp(`^${BLANK}+|${BLANK}+$`, "g");
const BLANKS = new RegExp(`${BLANK}+`, "g");

/** The commitment of the selection round over three hex digests. */
function selectCommitment({ plan, frame, lottery }) {
  return sha(`yaohao/1|select|${plan}|${frame}|${lottery}`);
}

/** The commitment of the crew round. */
function crewCommitment(select, { visits, roster }) {
  return sha(`yaohao/1|crew|${select}|${visits}|${roster}`);
}

/** The key of a round. */
function roundKey(commitment, seed) {
  return sha(`${commitment}|${seed}`).slice(0, 32);
}

/** The ticket of an entity under a key ("Selection"). */
function ticketOf(key, entity) {
  return sha(`${key}|${entity}`);
}

/** Whether a seed holds 64 bits: 20 digits, or text of enough different characters. */
function isStrong(seed) {
  const characters = [...seed.replace(BLANKS, "")];
  if (characters.every((character) => /[0-9-]/.test(character))) {
    return characters.filter((character) => character !== "-").length >= 20;
  }
  const different = BigInt(new Set(characters).size);
  return different ** BigInt(Math.min(characters.length, 64)) >= 2n ** 64n;
}

/** That a seed is in its normal form and strong enough, and that the key follows from it. */
function* checkSeed(name, round, commitment, seeded) {
  if (!seeded) {
    return;
  }
  const normal = seeded.seed.replace(ENDS, "").normalize("NFC");
  if (/[|,\p{Cc}\p{Cs}]/u.test(normal) || !isStrong(normal)) {
    yield fails(name, `${round}.seed`, "64 bits, no separator", seeded.seed);
  } else {
    yield compare(name, `${round}.seed`, normal, seeded.seed);
  }
  yield compare(name, `${round}.key`, roundKey(commitment, seeded.seed), seeded.key);
}

const LEAST_CORE = 10; // letters and digits by which a seed is told from another

/** What of a seed tells it from another: letters and digits, NFKC and in capitals ("Rounds: commit, then seed"). */
function seedCore(seed) {
  const text = seed.normalize("NFKC").toUpperCase();
  const core = text.replace(/[^\p{L}\p{Nd}]/gu, "");
  return [...core].length >= LEAST_CORE ? core : text.replace(/[\p{Z}\p{Cc}\p{Cf}]/gu, "");
}

/** That no seed of a draw was in the ledger, whole or in part, before its round's commitment. */
function* checkFresh({ record, lines }) {
  const known = [];
  const before = new Map();
  let number = 0;
  for (const { act } of lines) {
    const isOwn = act.draw === record.draw;
    if (act.act === "commitment" && isOwn) {
      before.set(act.round, known.length);
    }
    if (act.act !== "seed") {
      continue;
    }
    const core = seedCore(act.seed);
    const earlier = isOwn ? known.slice(0, before.get(act.round)) : [];
    const other = earlier.find((one) => core.includes(one.core) || one.core.includes(core));
    if (other) {
      const found = `the seed of ${other.draw}, ${other.round}: ${other.seed}`;
      yield fails("seed-fresh", `${act.round}.seed`, "a seed unknown at the commitment", found);
      return;
    }
    number += Number(isOwn);
    known.push({ ...act, core });
  }
  if (number) {
    yield holds("seed-fresh", "fresh-holds", { number });
  }
}

// The stage at which the commitment of each round is published; it ends with the round's seed.
const PUBLISHED_AT = { select: "committed", crew: "staffed" };

/** Whether the ledger shows that the commitment of a round was published before its seed. */
function isPublishedFirst(story, round) {
  return Boolean(story) && story.stages.includes(PUBLISHED_AT[round]);
}

/** Whether a round has a seed, and its commitment was not published before that. */
function isUnpublished(story, round) {
  return Boolean(story && story.steps[`seed ${round}`]) && !isPublishedFirst(story, round);
}
