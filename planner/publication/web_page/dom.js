// Words in the reader's language, and elements made of text alone: nothing that comes from a
// register is ever read as markup, and characters that could change how their neighbours show are
// written out.

const WORDS = JSON.parse(document.getElementById("words").textContent);
const HARMFUL = new RegExp("[\\0-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e"
  + "\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]|\\p{Surrogate}", "gu");
let language = document.documentElement.lang;

/** A text with harmful characters as escapes. */
function plain(text) {
  return text.replace(HARMFUL, (mark) =>
    `\\u${mark.codePointAt(0).toString(16).padStart(4, "0")}`);
}

/** The words of a name in the language in use, with `params` put in. */
function say(name, params = {}) {
  const entry = WORDS[name];
  if (!entry) {
    return name;
  }
  return putIn(entry[language], params);
}

/** Words with `params` put in: `{name}`, `{name|none|one|many}` and `{name?with|without}`, as in
 * planner/wording/template.py. */
function putIn(text, params) {
  let at = 0;
  const words = (stops) => {
    let said = "";
    while (at < text.length && !stops.includes(text[at])) {
      said += text[at] === "{" ? part() : text[at];
      at += 1;
    }
    return said;
  };
  const part = () => {
    const [head, name, mark] = /^\{(\w+)([|?}])/.exec(text.slice(at));
    at += head.length;
    if (mark === "}") {
      at -= 1;
      return Object.hasOwn(params, name) ? show(params[name]) : `{${name}}`;
    }
    const branches = [words("|}")];
    while (text[at] === "|") {
      at += 1;
      branches.push(words("|}"));
    }
    const number = numberOf(params[name]);
    if (mark === "?") {
      return branches[number ? 0 : 1] ?? "";
    }
    return branches[branches.length === 3 ? number : Number(number !== 1)];
  };
  return words("");
}

/** How many there are of a value: 0 for nothing, 1 for one, 2 for more. */
function numberOf(value) {
  const number = typeof value === "string" && !/^\d[\d,]*(\.\d+)?$/.test(value) ? Number(value !== "")
    : Number(typeof value === "string" ? value.replaceAll(",", "") : value?.length ?? value ?? 0);
  const isOne = number === 1 && !(typeof value === "string" && value.includes("."));
  return number === 0 || isOne ? number : 2;
}

// The families whose codes are the register's own; only those of China have words of ours.
const REGISTERED = ["tier", "entity", "status", "field", "trigger"];
let namesCodes = true;

/** Name codes from now on as the register of a ledger does. */
function nameCodesOf(lines) {
  namesCodes = lines[0]?.act?.register?.replace(/^rehearsal-/u, "") === "china";
}

/** Words for a code such as a result or a reason; the code itself where there are none. */
function sayCode(family, code) {
  const name = `${family}-${code}`;
  const isOwn = !namesCodes && REGISTERED.includes(family);
  return Object.hasOwn(WORDS, name) && !isOwn ? say(name) : code;
}

/** A value as people may see it. */
function show(value) {
  if (typeof value === "number" || typeof value === "bigint") {
    return value.toLocaleString("en");
  }
  if (typeof value === "string") {
    return value;
  }
  return value === undefined ? "" : JSON.stringify(value);
}

/** A text cut to a width, three dots behind it where it was longer. */
function brief(text, width = 160) {
  return text.length > width ? `${text.slice(0, width - 3)}...` : text;
}

/** How many minutes a time zone is ahead of UTC at a moment; 0 where the browser does not know it. */
function minutesAhead(zone, at) {
  const fixed = zone === "Asia/Shanghai" ? "UTC+8" : zone;
  const [whole, sign, hours, minutes] = /^UTC(?:([+-])(\d{1,2})(?::(\d\d))?)?$/u.exec(fixed) ?? [];
  if (whole) {
    return (sign === "-" ? -1 : 1) * (60 * Number(hours ?? 0) + Number(minutes ?? 0));
  }
  try {
    const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23",
      year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
      second: "numeric" }).formatToParts(at);
    const [year, month, day, hour, minute, second] = ["year", "month", "day", "hour", "minute",
      "second"].map((type) => Number(parts.find((part) => part.type === type).value));
    return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - at) / 60_000);
  } catch {
    return 0;
  }
}

/** A moment of the ledger where the bureau is, the distance from UTC beside it. */
function moment(time) {
  const at = Date.parse(time);
  if (Number.isNaN(at)) {
    return time;
  }
  const zone = document.querySelector('meta[name="yaohao-zone"]')?.content ?? "UTC";
  const ahead = minutesAhead(zone, at);
  const there = new Date(at + ahead * 60_000).toISOString();
  const [hours, rest] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  const minutes = rest ? `:${String(rest).padStart(2, "0")}` : "";
  const distance = ahead ? `UTC${ahead < 0 ? "-" : "+"}${hours}${minutes}` : "UTC";
  return `${there.slice(0, 10)} ${there.slice(11, 16)} (${distance})`;
}

/** An element: tag and classes as `tag.class.class`, attributes, listeners, then its children. */
function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = ["svg", "line", "rect", "text"].includes(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  if (classes.length) {
    made.setAttribute("class", classes.join(" "));
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(key, value);
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  append(made, children);
  return made;
}

/** Put children, texts made harmless, behind what an element already holds. */
function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      parent.append(child instanceof Node ? child : plain(String(child)));
    }
  }
}

/** Put children in the place of all that an element holds. */
function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/** The element of an id. */
function byId(id) {
  return document.getElementById(id);
}

/** A list of terms and what they are; pairs without a value are left out. */
function facts(pairs) {
  const rows = pairs.filter((pair) => pair && pair[1] !== "" && pair[1] !== null);
  return el("dl.facts", {}, rows.map(([term, ...value]) =>
    el("div", {}, el("dt", {}, term), el("dd", {}, value))));
}

/** A digest, key or ticket, to be read character by character. */
function code(text) {
  return el("code", {}, text);
}

/** A table: headings, then rows of cells, which carry their heading for narrow screens. */
function table(headings, rows, classes = "") {
  return el(`table${classes}`, {},
    el("thead", {}, el("tr", {}, headings.map((heading) => el("th", { scope: "col" }, heading)))),
    el("tbody", {}, rows.map((cells) =>
      el("tr", {}, cells.map((cell, i) =>
        el("td", { "data-label": headings[i] }, cell === "" ? null : el("div", {}, cell)))))));
}
