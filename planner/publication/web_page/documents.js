// Documents: canonical JSON (RFC 8785), the readable form of draw.json, and the order of texts.

const DEEPEST = 32;

/** Texts in the order of their characters, as most programs have it (not of UTF-16 units). */
function byCharacters(one, other) {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i += 1) {
    let a = one.charCodeAt(i);
    let b = other.charCodeAt(i);
    if (a !== b) {
      a += a >= 0xe000 ? -0x800 : a >= 0xd800 ? 0x2000 : 0;
      b += b >= 0xe000 ? -0x800 : b >= 0xd800 ? 0x2000 : 0;
      return a - b;
    }
  }
  return one.length - other.length;
}

const SIMPLE = /^[ !#-[\]-~]*$/; // texts that JSON quotes as they are

/** A text in JSON; the escapes of RFC 8785 are those of JSON.stringify. */
function quoted(text) {
  if (SIMPLE.test(text)) {
    return `"${text}"`;
  }
  if (/\p{Surrogate}/u.test(text)) {
    throw new TypeError("half a character");
  }
  return JSON.stringify(text);
}

/** JSON of null, a truth value, or a whole number that every reader keeps exactly. */
function plainValue(value) {
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value !== "number" || !Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new TypeError("not a whole number within 2^53");
  }
  return String(value);
}

/** The keys of an object in an order; most stand in it already. */
function sortedKeys(value, order) {
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i += 1) {
    if (order(keys[i - 1], keys[i]) > 0) {
      return keys.sort(order);
    }
  }
  return keys;
}

/**
 * Whether JSON.stringify, which is many times as quick, gives a document what is asked of it: keys
 * that stand in their order, and no number or value that is kept otherwise than it was written.
 */
function standsInOrder(value, order, depth = 0) {
  if (typeof value === "string" || value === null || typeof value === "boolean") {
    return true;
  }
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && !Object.is(value, -0);
  }
  if (typeof value !== "object" || depth >= DEEPEST) {
    return false;
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      if (!standsInOrder(value[i], order, depth + 1)) {
        return false;
      }
    }
    return true;
  }
  let last = null;
  for (const key of Object.keys(value)) {
    if ((last !== null && order(last, key) >= 0) || !standsInOrder(value[key], order, depth + 1)) {
      return false;
    }
    last = key;
  }
  return true;
}

/** What JSON.stringify gives, or null where it might give something else than it should. */
function quickJson(value, order, indent) {
  if (!standsInOrder(value, order)) {
    return null;
  }
  const text = JSON.stringify(value, null, indent);
  return text.includes("\\ud") ? null : text; // perhaps half a character
}

/** Canonical JSON of a document of texts, whole numbers, truth values, null, lists and objects. */
function canonical(value) {
  return quickJson(value, byUnits, 0) ?? canonicalByHand(value);
}

function canonicalByHand(value, depth = 0) {
  if (typeof value === "string") {
    return quoted(value);
  }
  if (value === null || typeof value !== "object") {
    return plainValue(value);
  }
  if (depth >= DEEPEST) {
    throw new TypeError("nested too deeply");
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalByHand(item, depth + 1)).join(",")}]`;
  }
  const members = sortedKeys(value, byUnits).map((key) =>
    `${quoted(key)}:${canonicalByHand(value[key], depth + 1)}`);
  return `{${members.join(",")}}`;
}

/** The form of draw.json: sorted keys, indented by two blanks, characters unescaped. */
function readable(value, order = byCharacters) {
  return quickJson(value, order, 2) ?? readableByHand(value, order);
}

function readableByHand(value, order, start = "\n") {
  if (typeof value === "string") {
    return quoted(value);
  }
  if (value === null || typeof value !== "object") {
    return plainValue(value);
  }
  if (start.length > 2 * DEEPEST) {
    throw new TypeError("nested too deeply");
  }
  const inner = `${start}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => readableByHand(item, order, inner));
    return items.length ? `[${inner}${items.join(`,${inner}`)}${start}]` : "[]";
  }
  const keys = sortedKeys(value, order);
  const lines = keys.map((key) => `${quoted(key)}: ${readableByHand(value[key], order, inner)}`);
  return lines.length ? `{${inner}${lines.join(`,${inner}`)}${start}}` : "{}";
}

/** The order of RFC 8785: by UTF-16 units. */
function byUnits(one, other) {
  return one < other ? -1 : Number(one > other);
}

/** `D(x)`: the digest of the canonical JSON of a document. */
function documentDigest(document) {
  return longDigest(canonical(document));
}

/** Whether two plain values, texts, lists or objects are the same. */
function alike(one, other) {
  if (one === other) {
    return true;
  }
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") {
    return false;
  }
  return firstDifference(one, other) === null;
}

/** The first place at which two documents differ, as {where, expected, found}; null if none. */
function firstDifference(expected, found, where = "") {
  if (expected === found) {
    return null;
  }
  const isList = Array.isArray(expected);
  const bothObjects = [expected, found].every((side) => side !== null && typeof side === "object");
  if (!bothObjects || isList !== Array.isArray(found)) {
    return { where: where || "document", expected, found };
  }
  if (isList) {
    for (let i = 0; i < Math.min(expected.length, found.length); i += 1) {
      const deeper = firstDifference(expected[i], found[i], `${where}[${i}]`);
      if (deeper) {
        return deeper;
      }
    }
    return expected.length === found.length
      ? null
      : { where: `${where}: length`, expected: expected.length, found: found.length };
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  for (const key of [...keys].sort(byCharacters)) {
    const here = where ? `${where}.${key}` : key;
    if (!Object.hasOwn(expected, key)) {
      return { where: here, expected: "(nothing)", found: found[key] };
    }
    if (!Object.hasOwn(found, key)) {
      return { where: here, expected: expected[key], found: "(nothing)" };
    }
    const deeper = firstDifference(expected[key], found[key], here);
    if (deeper) {
      return deeper;
    }
  }
  return null;
}
