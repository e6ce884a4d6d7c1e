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
  const number = typeof value === "string" && !/^\d[\d,]*$/.test(value) ? Number(value !== "")
    : Number(typeof value === "string" ? value.replaceAll(",", "") : value?.length ?? value ?? 0);
  return number === 0 || number === 1 ? number : 2;
}

/** Words for a code such as a result or a reason; the code itself where there are none. */
function sayCode(family, code) {
  const name = `${family}-${code}`;
  return Object.hasOwn(WORDS, name) ? say(name) : code;
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

/** A moment of the ledger: Beijing time in Chinese, UTC in English. */
function moment(time) {
  if (language === "en") {
    return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
  }
  const there = new Date(Date.parse(time) + 8 * 3600 * 1000).toISOString();
  return say("beijing-time", { time: `${there.slice(0, 10)} ${there.slice(11, 19)}` });
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
