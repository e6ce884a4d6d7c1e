// Rounds: commitment, seed, key (the draw protocol, "Rounds: commit, then seed").

// Python's idea of white space, so that all verifiers strip alike.
const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const ENDS = new RegExp(`^${BLANK}+|${BLANK}+$`, "g");
const BLANKS = new RegExp(`${BLANK}+`, "g");

/** The commitment of the selection round over four hex digests; of version 1 over three. */
function selectCommitment({ plan, frame, lottery, cells_root: cells }) {
  return cells === undefined
    ? sha(`yaohao/1|select|${plan}|${frame}|${lottery}`)
    : sha(`yaohao/2|select|${plan}|${frame}|${lottery}|${cells}`);
}

/** The commitment of the crew round. */
function crewCommitment(select, { visits, roster }, version = 2) {
  return sha(`yaohao/${version}|crew|${select}|${visits}|${roster}`);
}

/** The key of a round. */
function roundKey(commitment, seed) {
  return sha(`${commitment}|${seed}`).slice(0, 32);
}

/** The ticket of an entity under a key ("Selection"); with its salt where tiers are hidden. */
function ticketOf(key, entity, salt = "") {
  return sha(salt ? `${key}|${entity}|${salt}` : `${key}|${entity}`);
}

/** What a visit stands in order by ("Crews"); it has nothing to do with its ticket. */
function placeOf(key, entity) {
  return sha(`${key}|visit|${entity}`);
}

/** Where a seed comes from, in words: the sources of its parts, of drand chain and round. */
function sourceOf(parts) {
  const words = (part) => {
    if (part.kind !== "drand") {
      return part.source;
    }
    const round = `drand ${part.chain === QUICKNET ? "quicknet" : part.chain} round ${part.round}`;
    return part.source ? `${round} (${part.source})` : round;
  };
  return [...new Set(parts.map(words))].filter(Boolean).join("; ");
}

/** Whether a seed has the parts that were announced, of the same kinds, sources and rounds. */
function isAsAnnounced(announced, parts) {
  const announcement = (list) => list.map((part) =>
    ["kind", "source", "chain", "round"].map((key) => part[key] ?? null));
  return alike(announcement(announced), announcement(parts));
}

const QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
const GENESIS = 1692803367; // the moment of its round 1, in seconds; a round every 3 seconds
const MOST_ROUNDS = 2 ** 36;

/** When a round of quicknet is due, as the ledger writes times. */
function beaconMoment(number) {
  const seconds = GENESIS + 3 * (Math.min(number, MOST_ROUNDS) - 1);
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** That a seed is made of its parts, and a beacon's is the announced one, and not too early. */
function* checkParts(name, committed, seeded) {
  if (!seeded || !Object.hasOwn(seeded, "parts")) {
    return;
  }
  const { parts } = seeded;
  const made = parts.map((part) => part.text).join(" ");
  if (made !== seeded.seed || parts.some((part) => part.text !== part.text.replace(ENDS, ""))) {
    yield fails("rounds", `seed ${name}.parts`, seeded.seed, made);
    return;
  }
  const rounds = committed.parts.filter((part) => part.kind === "drand")
    .map((part) => `${part.chain} ${part.round}`);
  for (const [place, part] of parts.entries()) {
    const where = `seed ${name}.parts[${place}]`;
    if (part.kind !== "drand") {
      continue;
    }
    const randomness = hexOf(sha256(bytesOf(part.signature)));
    if (randomness !== part.text) {
      yield fails("rounds", `${where}.text`, randomness, part.text);
    }
    if (rounds.length && !rounds.includes(`${part.chain} ${part.round}`)) {
      yield fails("rounds", `${where}.round`, rounds[0], part.round);
    }
    if (part.chain === QUICKNET && beaconMoment(part.round) <= committed.at) {
      yield fails("rounds", `${where}.round`, `later than ${committed.at}`, part.round);
    }
  }
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
  const normal = seeded.seed.normalize("NFKC").replace(ENDS, "");
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
