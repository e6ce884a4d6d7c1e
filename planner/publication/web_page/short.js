// A short proof, as the code on a slip holds it: digits behind "#p", made whole with what the page
// has. Seventeen digits are seven bytes; a head in JSON, a zero byte, then digests.

const SHORT = /(?:^|#)p((?:[0-9]{17})+)\s*$/;
const SHORT_LEAF = ["entity_id", "standing", "cell", "reason", "tier", "region", "industry", "kind",
  "status", "established_on", "inspected_on", "fields", "visits_this_year", "drawn_this_year",
  "drawn_by_plan", "drawn_until", "name"];
const SHORT_CELL = ["size", "expected", "cells", "index", "count"];
const MOST_STEPS = 64; // of a path: no tree is higher

/** The proof in a text that ends in a short one, or null where there is none. */
function shortProof(text, record) {
  const found = SHORT.exec(text);
  if (!found) {
    return null;
  }
  try {
    return wholeProof(bytesOfDigits(found[1]), record);
  } catch {
    return { format: "no short proof" };
  }
}

/** The bytes that digits stand for. */
function bytesOfDigits(digits) {
  const bytes = new Uint8Array((digits.length / 17) * 7);
  for (let piece = 0; piece * 17 < digits.length; piece += 1) {
    let number = BigInt(digits.slice(piece * 17, piece * 17 + 17));
    for (let place = 6; place >= 0; place -= 1) {
      bytes[piece * 7 + place] = Number(number & 255n);
      number >>= 8n;
    }
    if (number) {
      throw new RangeError("digits");
    }
  }
  return bytes;
}

/** The proof that bytes hold, with what the record says. */
function wholeProof(bytes, record) {
  const end = bytes.indexOf(0);
  const head = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.slice(0, end)));
  const [version, draw, index, steps, texts, ofCell] = head;
  let place = end + 1;
  const take = (width) => {
    place += width;
    if (place > bytes.length) {
      throw new RangeError("cut short");
    }
    return hexOf(bytes.slice(place - width, place));
  };
  const path = (number) => {
    if (!Number.isInteger(number) || number < 0 || number > MOST_STEPS) {
      throw new RangeError("path");
    }
    return Array.from({ length: number }, () => take(32));
  };
  if (version !== 2 || texts.length !== SHORT_LEAF.length) {
    throw new RangeError("version");
  }
  const leaf = Object.fromEntries(SHORT_LEAF.map((name, at) => [name, texts[at]]));
  leaf.salt = take(16);
  const proof = { format: "yaohao-proof/2", draw, frame: record.select.frame,
    size: record.select.counts.scope, index, leaf, path: path(steps), cell: null };
  leaf.blind = "";
  if (ofCell) {
    leaf.blind = take(16);
    const numbers = Object.fromEntries(SHORT_CELL.map((name, at) => [name, ofCell[at]]));
    proof.cell = { cell: leaf.blind, salt: take(16), ...numbers, path: path(ofCell[5]) };
  }
  if (bytes.length - place >= 7 || bytes.slice(place).some(Boolean)) {
    throw new RangeError("more than a proof");
  }
  return proof;
}
