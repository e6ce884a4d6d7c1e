// Time stamps (RFC 3161): what a response stamps, and when. Who signed it is openssl's to say.

const STAMP = "SHA256SUMS.tsr";
const HASHES = {
  "608648016503040201": "SHA-256",
  "608648016503040202": "SHA-384",
  "608648016503040203": "SHA-512",
};

/** The elements in DER (X.690) that bytes are a row of: mark and content. */
function elementsOf(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length;) {
    let size = bytes[at + 1];
    let start = at + 2;
    if (size >= 0x80) {
      const digits = size - 0x80;
      if (digits < 1 || digits > 4) {
        throw new RangeError("length");
      }
      size = bytes.subarray(start, start + digits).reduce((sum, byte) => 256 * sum + byte, 0);
      start += digits;
    }
    if (!(start + size <= bytes.length)) {
      throw new RangeError("beyond the end");
    }
    found.push({ mark: bytes[at], content: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return found;
}

/** The content of an element of a mark. */
function contentOf(element, mark) {
  if (!element || element.mark !== mark) {
    throw new RangeError("another element");
  }
  return element.content;
}

/** What a response stamps: hash, imprint (hex), moment (ISO, UTC). */
function stampOf(bytes) {
  const only = (elements) => {
    if (elements.length !== 1) {
      throw new RangeError("not one element");
    }
    return elements[0];
  };
  const inside = (element, mark) => elementsOf(contentOf(element, mark));
  const [status, token] = inside(only(elementsOf(bytes)), 0x30);
  if (!["00", "01"].includes(hexOf(inside(status, 0x30)[0].content))) {
    throw new RangeError("not granted");
  }
  const content = (element, name) => {
    const parts = inside(element, 0x30);
    if (parts.length !== 2 || hexOf(contentOf(parts[0], 0x06)) !== name) {
      throw new RangeError("another content");
    }
    return only(inside(parts[1], 0xa0));
  };
  const signed = inside(content(token, "2a864886f70d010702"), 0x30);
  const info = only(elementsOf(contentOf(content(signed[2], "2a864886f70d0109100104"), 0x04)));
  const [, , imprint, , time] = inside(info, 0x30);
  const [algorithm, digest, ...more] = inside(imprint, 0x30);
  const text = String.fromCharCode(...contentOf(time, 0x18));
  const hash = HASHES[hexOf(inside(algorithm, 0x30)[0].content)];
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text);
  if (!hash || !found || more.length) {
    throw new RangeError("another hash or time");
  }
  const [, year, month, day, hour, minute, second] = found;
  const at = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return { hash, imprint: hexOf(contentOf(digest, 0x04)), at };
}

/** The time stamp of a bundle, where there is one. */
async function* checkStamp(files) {
  if (!files.has(STAMP)) {
    return;
  }
  let stamp;
  try {
    stamp = stampOf(files.get(STAMP));
  } catch {
    yield fails("stamp", STAMP, "a time stamp that was granted (RFC 3161)", "another file");
    return;
  }
  const message = files.get("SHA256SUMS") ?? new Uint8Array();
  if (stamp.hash !== "SHA-256" && !hasWebCrypto()) {
    yield warns("stamp", "stamp-unchecked", { hash: stamp.hash });
    return;
  }
  const found = stamp.hash === "SHA-256"
    ? await longDigest(message)
    : hexOf(new Uint8Array(await globalThis.crypto.subtle.digest(stamp.hash, message)));
  if (found !== stamp.imprint) {
    yield fails("stamp", `${STAMP}: imprint`, found, stamp.imprint);
    return;
  }
  yield holds("stamp", "stamp-holds", { at: stamp.at }, found);
  yield warns("stamper", "stamper");
}
