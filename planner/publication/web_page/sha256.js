// SHA-256 (FIPS 180-4), for browsers that keep WebCrypto from pages opened as a file, and for the
// many short texts of a draw, where a call of WebCrypto takes longer than the digest itself.

const ROUND_CONSTANTS = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const FIRST_STATE = new Int32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
// Made once, for a draw has many short texts: each call uses them anew, and none calls another.
const SCHEDULE = new Int32Array(64);
const STATE = new Int32Array(8);
const TAIL = new Uint8Array(128);
const TAIL_END = new DataView(TAIL.buffer);
const SCRATCH = new Uint8Array(512); // texts that fit need no buffer of their own
const ENCODER = new TextEncoder();
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Mix one block of 64 bytes, from `start` on, into the state. */
function mixBlock(state, bytes, start) {
  const w = SCHEDULE;
  for (let i = 0; i < 16; i += 1) {
    const at = start + 4 * i;
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The digest of the first `length` bytes, left in STATE. */
function digestInto(bytes, length) {
  STATE.set(FIRST_STATE);
  const rest = length % 64;
  const whole = length - rest;
  for (let start = 0; start < whole; start += 64) {
    mixBlock(STATE, bytes, start);
  }
  TAIL.fill(0);
  for (let i = 0; i < rest; i += 1) {
    TAIL[i] = bytes[whole + i];
  }
  TAIL[rest] = 0x80;
  const end = rest < 56 ? 64 : 128;
  TAIL_END.setUint32(end - 8, Math.floor(length / 0x20000000));
  TAIL_END.setUint32(end - 4, (length << 3) >>> 0);
  for (let start = 0; start < end; start += 64) {
    mixBlock(STATE, TAIL, start);
  }
}

/** The digest of bytes, as 32 bytes. */
function sha256(bytes) {
  digestInto(bytes, bytes.length);
  const digest = new DataView(new ArrayBuffer(32));
  STATE.forEach((word, place) => digest.setInt32(4 * place, word));
  return new Uint8Array(digest.buffer);
}

/** Bytes as lower-case hex. */
function hexOf(bytes) {
  let text = "";
  for (const byte of bytes) {
    text += HEX[byte];
  }
  return text;
}

/** Lower-case hex as bytes. */
function bytesOf(hex) {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.substr(2 * i, 2), 16));
}

/** `sha(text)` of the protocol: lower-case hex SHA-256 of the UTF-8 bytes of a text. */
function sha(text) {
  if (3 * text.length > SCRATCH.length) {
    return hexOf(sha256(ENCODER.encode(text)));
  }
  digestInto(SCRATCH, ENCODER.encodeInto(text, SCRATCH).written);
  let hex = "";
  for (let i = 0; i < 8; i += 1) {
    const word = STATE[i];
    hex += HEX[word >>> 24] + HEX[(word >>> 16) & 255] + HEX[(word >>> 8) & 255] + HEX[word & 255];
  }
  return hex;
}

/** Whether this browser lends its own cryptography to this page. */
function hasWebCrypto() {
  return Boolean(globalThis.crypto && globalThis.crypto.subtle);
}

/**
 * Whether a signature (Ed25519, RFC 8032) of bytes holds; key and signature in hex. Null where this
 * browser cannot tell.
 */
async function isSigned(key, signature, message) {
  if (!hasWebCrypto()) {
    return null;
  }
  const { subtle } = globalThis.crypto;
  try {
    const opened = await subtle.importKey("raw", bytesOf(key), "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", opened, bytesOf(signature), message);
  } catch (error) {
    return error.name === "NotSupportedError" ? null : false;
  }
}

let longScratch = new Uint8Array(0);

/** The UTF-8 of a long text, in memory that the next long text will use too. */
function encodedForNow(text) {
  if (3 * text.length > longScratch.length) {
    longScratch = new Uint8Array(3 * text.length);
  }
  return longScratch.subarray(0, ENCODER.encodeInto(text, longScratch).written);
}

/** Hex SHA-256 of a long text or of bytes: by WebCrypto where there is one, else by the above. */
async function longDigest(content) {
  const bytes = typeof content === "string" ? encodedForNow(content) : content;
  if (hasWebCrypto()) { // which takes a copy of the bytes before it gives control back
    return hexOf(new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes)));
  }
  return hexOf(sha256(bytes));
}
