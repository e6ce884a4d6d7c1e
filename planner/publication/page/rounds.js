// Rounds: commitment, seed, key (the draw protocol, section 2).

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

/** The ticket of an entity under a key (section 4). */
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
