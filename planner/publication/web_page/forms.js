// The forms of the documents of a publication (docs/bundle.md). A form is a function that takes a
// value and its place, and gives null or the first thing wrong: {where, expected, found}.

/** A value as it is told of: texts and numbers themselves, anything else by its kind. */
function kindOf(value) {
  if (typeof value === "string") {
    return `"${value.slice(0, 80)}"`;
  }
  if (value === undefined) {
    return "(nothing)";
  }
  if (value === null || typeof value !== "object") {
    return String(value);
  }
  return Array.isArray(value) ? "list" : "object";
}

/** The form of single values that pass a test. */
function formOf(expected, test) {
  return (value, where) => (test(value) ? null : { where, expected, found: kindOf(value) });
}

/** The form of texts that match a pattern from end to end. */
function matching(expected, pattern) {
  return formOf(expected, (value) => typeof value === "string" && pattern.test(value));
}

/** The form of texts out of a few. */
function oneOf(...texts) {
  return formOf(texts.join(" | "), (value) => texts.includes(value));
}

/** The form of lists. */
function listOf(form) {
  return (value, where) => {
    if (!Array.isArray(value)) {
      return { where, expected: "list", found: kindOf(value) };
    }
    for (let i = 0; i < value.length; i += 1) {
      if (form(value[i], "")) { // where it stands is written out for the one that is wrong alone
        return form(value[i], `${where}[${i}]`);
      }
    }
    return null;
  };
}

/** Null, or a form. */
function maybe(form) {
  return (value, where) => (value === null ? null : form(value, where));
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The form of a member that an object may have or not. */
function perhaps(form) {
  return Object.assign((value, where) => form(value, where), { mayBeMissing: true });
}

/** The form of objects with exactly these keys, but for those that may be missing. */
function objectOf(forms) {
  const names = Object.keys(forms);
  return (value, where) => {
    if (!isObject(value)) {
      return { where, expected: "object", found: kindOf(value) };
    }
    if (Object.keys(value).length === names.length
      && names.every((name) => Object.hasOwn(value, name) && !forms[name](value[name], ""))) {
      return null;
    }
    const keys = new Set([...Object.keys(forms), ...Object.keys(value)]);
    for (const key of [...keys].sort(byCharacters)) {
      const here = where ? `${where}.${key}` : key;
      if (!Object.hasOwn(forms, key)) {
        return { where: here, expected: "(nothing)", found: kindOf(value[key]) };
      }
      if (!Object.hasOwn(value, key)) {
        if (forms[key].mayBeMissing) {
          continue;
        }
        return { where: here, expected: "a value", found: "(nothing)" };
      }
      const wrong = forms[key](value[key], here);
      if (wrong) {
        return wrong;
      }
    }
    return null;
  };
}

/** The form of objects whose keys are codes, of a pattern or any, and whose values have one form. */
function namedOf(form, pattern = /^/) {
  return (value, where) => {
    if (isObject(value) && Object.hasOwn(value, "")) {
      return { where, expected: "keys that are not empty", found: '""' };
    }
    const keys = isObject(value) ? Object.keys(value) : [];
    const odd = keys.find((key) => !pattern.test(key));
    if (odd !== undefined) {
      return { where, expected: `keys like ${pattern.source}`, found: kindOf(odd) };
    }
    return objectOf(Object.fromEntries(keys.map((key) => [key, form])))(value, where);
  };
}

/** Whether a text is a UTC time to the second that calendar and clock have. */
function isTime(text) {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) {
    return false;
  }
  const moment = new Date(text);
  return !Number.isNaN(moment.valueOf()) && moment.toISOString() === text.replace("Z", ".000Z")
    && !text.startsWith("0000");
}

const DAYS = new Set(); // those that were found sound

/** Whether a text is a date that the calendar has; a draw has many results of few days. */
function isDay(text) {
  if (DAYS.has(text)) {
    return true;
  }
  const found = typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text)
    && isTime(`${text}T00:00:00Z`);
  if (found) {
    DAYS.add(text);
  }
  return found;
}

const TEXT = formOf("a text", (value) => typeof value === "string");
const NAME = formOf("a text that is not empty", (v) => typeof v === "string" && v !== "");
const DIGEST = matching("64 hex digits", /^[0-9a-f]{64}$/);
const KEY = matching("32 hex digits", /^[0-9a-f]{32}$/);
const ENTITY = matching("an entity id", /^[0-9A-Za-z._-]{1,64}$/);
// eslint-disable-next-line no-control-regex
const INSPECTOR = matching("an inspector's id", /^[^|,;\x00-\x1f\x7f]+$/);
const TIME = formOf("a time like 2027-01-06T01:02:03Z", isTime);
const DAY = formOf("a date like 2027-01-06", isDay);
const COUNT = formOf("a whole number from 0", (v) => Number.isSafeInteger(v) && v >= 0);
const POSITIVE = formOf("a whole number from 1", (v) => Number.isSafeInteger(v) && v >= 1);
const TRUTH = formOf("true or false", (value) => typeof value === "boolean");
const OBJECT = formOf("object", isObject);
const REGISTER = oneOf("entities", "inspectors", "items", "leads", "lists");
const READ_FROM =
  oneOf("entities", "inspectors", "items", "leads", "lists", "results", "inspections");
const MADE_WITH = perhaps(namedOf(matching("a version", /^[0-9A-Za-z.+!_-]{1,64}$/),
  /^[0-9a-z._-]{1,64}$/)); // versions of programs by their names
const PART_KIND = oneOf("dice", "lottery", "drand", "other");
// Characters that change how their neighbours show, or are no text at all.
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}\u{e0000}-\u{e007f}]/u;
const SOURCE = formOf("a tidy text of at most 500 characters", (value) => typeof value === "string"
  && [...value].length <= 500 && !HIDDEN.test(value) && value === value.normalize("NFC")
  && value === value.replace(BLANKS, " ").replace(ENDS, ""));
const ANNOUNCED_FORMS = {
  kind: PART_KIND,
  source: SOURCE,
  chain: perhaps(DIGEST),
  round: perhaps(POSITIVE),
};
const ANNOUNCED = objectOf(ANNOUNCED_FORMS); // a part of a seed as it is announced
const GIVEN = objectOf({ // and as it was given
  ...ANNOUNCED_FORMS,
  text: NAME,
  signature: perhaps(matching("96 hex digits", /^[0-9a-f]{96}$/)),
});
const MOST_PARTS = 10;
const SELECT_BEARING = objectOf({ narrow_rules: COUNT, certain: COUNT, doubles: COUNT });
const CREW_BEARING = objectOf({
  recused: COUNT,
  recused_since: COUNT,
  absent: COUNT,
  absent_since: COUNT,
  least_choice: COUNT,
});
const COUNTS = objectOf({ scope: COUNT, pool: COUNT, directed: COUNT, out: namedOf(COUNT) });

const ROUND_FORMS = {
  commitment: DIGEST,
  committed_at: TIME,
  seed: maybe(NAME),
  parts: listOf(GIVEN),
  seeded_at: maybe(TIME),
  witnesses: listOf(NAME),
  key: maybe(KEY),
};
const SELECT_FORMS = {
  plan: DIGEST,
  frame: DIGEST,
  lottery: DIGEST,
  cells_root: DIGEST,
  ...ROUND_FORMS,
  outcome: maybe(COUNT),
  counts: COUNTS,
  bearing: SELECT_BEARING,
};
const BLIND_FORMS = { cell: KEY, threshold: maybe(DIGEST) };
const BLIND_FORM = objectOf(BLIND_FORMS);
const CELL_FORM = objectOf({
  ...BLIND_FORMS,
  number: POSITIVE,
  codes: TEXT,
  size: POSITIVE,
  expected: POSITIVE,
  count: COUNT,
});
const VISIT_FORMS = {
  entity_id: ENTITY,
  name: NAME,
  region: TEXT,
  standing: oneOf("pool", "directed"),
  inspectors: listOf(INSPECTOR),
  reserve: TRUTH,
  result: NAME,
};
const SHOWN_FORMS = { cell: maybe(POSITIVE), expected: maybe(COUNT), ticket: DIGEST };
const DAY_OR_NOTHING = formOf("a date or nothing", (value) => value === "" || isDay(value));
const GONE = oneOf("7", "9", "10", "11", "12");
const TAKEN_BACK = "0";
const GONE_OR_BACK = oneOf("7", "9", "10", "11", "12", TAKEN_BACK);
// Results that say more than that no problem was found, the gravest first.
const GRAVEST_FIRST = ["8", "C", "A", "D", "B", "6", "E", "F", "7", "12", "11", "10", "9"];
const WITHDRAWAL_FORM = objectOf({
  entity_id: ENTITY,
  result: GONE,
  evidence: NAME,
  at: TIME,
  reserve: maybe(ENTITY),
});
const RESULT_FORM = objectOf({
  entity_id: ENTITY,
  item_id: TEXT,
  visited_on: DAY_OR_NOTHING,
  method: oneOf("", "on-site", "written", "online", "testing", "commissioned", "administrative"),
  result: oneOf("1", ...GRAVEST_FIRST),
  follow_up: oneOf("none", "rectify", "case", "copied", "abnormal-list", "other"),
  follow_up_closed_on: DAY_OR_NOTHING,
});
const RECORD_FORM = objectOf({
  format: oneOf("yaohao/2"),
  draw: NAME,
  title: NAME,
  authority: NAME,
  as_of: DAY,
  plan: OBJECT,
  select: OBJECT,
  crew: maybe(objectOf({
    visits: DIGEST, roster: DIGEST, bearing: CREW_BEARING, ...ROUND_FORMS,
  })),
  visits: listOf(OBJECT),
  withdrawals: listOf(WITHDRAWAL_FORM),
  results: listOf(RESULT_FORM),
  abandoned: maybe(objectOf({ at: TIME, reason: NAME })),
  previous: maybe(DIGEST),
  ledger: DIGEST,
});
const LINE_FORM = objectOf({ previous: DIGEST, act: OBJECT, entry: DIGEST });

/** Whether the plan of a record makes tiers, and with them chances, public. */
function tiersShown(record) {
  return record.plan.publication.tiers === "shown";
}

/** What is wrong with the form of a record, or null. */
function misshapenRecord(record) {
  const wrong = RECORD_FORM(record, "");
  if (wrong) {
    return wrong;
  }
  const odd = misshapenPlan(record.plan);
  if (odd) {
    return odd;
  }
  const shown = tiersShown(record);
  const select = { ...SELECT_FORMS, cells: maybe(listOf(shown ? CELL_FORM : BLIND_FORM)) };
  const visit = objectOf(shown ? { ...VISIT_FORMS, ...SHOWN_FORMS } : VISIT_FORMS);
  return objectOf(select)(record.select, "select") || listOf(visit)(record.visits, "visits")
    || misfitParts(record.select.parts, "select.parts")
    || (record.crew && misfitParts(record.crew.parts, "crew.parts"))
    || misfitSeeds(record.plan);
}

/** What is wrong with the sources that a plan announces beyond their form, or null. */
function misfitSeeds({ seeds }) {
  return misfitParts(seeds.select, "plan.seeds.select")
    || misfitParts(seeds.crew, "plan.seeds.crew");
}

/** What is wrong with the parts of a seed: a drand part has chain and round, no other has. */
function misfitParts(parts, where) {
  if (parts.length > MOST_PARTS) {
    return { where, expected: `at most ${MOST_PARTS} parts`, found: parts.length };
  }
  for (const [place, part] of parts.entries()) {
    const drand = part.kind === "drand";
    const beacon = ["chain", "round", ...(Object.hasOwn(part, "text") ? ["signature"] : [])];
    const keys = drand ? beacon : [];
    const found = Object.keys(part).filter((key) => !["kind", "source", "text"].includes(key));
    if (!alike(found.sort(), keys.sort())) {
      return { where: `${where}[${place}]`, expected: keys.join(", "), found: found.join(", ") };
    }
    if (!drand && part.source.toLowerCase().includes("drand")) {
      return { where: `${where}[${place}].source`, expected: "a drand part", found: part.source };
    }
  }
  return null;
}

const OF_DRAW = { act: NAME, at: TIME, draw: NAME };
const ACT_FORMS = {
  workspace: { act: NAME, at: TIME, register: oneOf("china", "free") },
  import: {
    act: NAME,
    at: TIME,
    register: REGISTER,
    files: listOf(DIGEST),
    rows: COUNT,
    accepted: COUNT,
    set_aside: COUNT,
    content: DIGEST,
  },
  register: { act: NAME, at: TIME, register: REGISTER, what: NAME, content: DIGEST },
  dismissal: {
    act: NAME,
    at: TIME,
    register: READ_FROM,
    rows: COUNT,
    set_aside: DIGEST,
    reason: DIGEST,
  },
  freeze: {
    ...OF_DRAW,
    content: DIGEST,
    plan: DIGEST,
    frame: DIGEST,
    lottery: DIGEST,
    cells_root: DIGEST,
    counts: COUNTS,
    bearing: SELECT_BEARING,
    earlier: listOf(NAME),
    given_secret: perhaps(TRUTH),
    made_with: MADE_WITH,
  },
  "commitment select": {
    ...OF_DRAW,
    commitment: DIGEST,
    parts: listOf(ANNOUNCED),
    round: oneOf("select"),
    plan: DIGEST,
    frame: DIGEST,
    lottery: DIGEST,
    cells_root: DIGEST,
  },
  "commitment crew": {
    ...OF_DRAW,
    commitment: DIGEST,
    parts: listOf(ANNOUNCED),
    round: oneOf("crew"),
    visits: DIGEST,
    roster: DIGEST,
    bearing: CREW_BEARING,
  },
  seed: {
    ...OF_DRAW,
    round: oneOf("select", "crew"),
    seed: NAME,
    parts: listOf(GIVEN),
    witnesses: DIGEST,
    witnessed: COUNT,
    key: KEY,
  },
  draw: {
    ...OF_DRAW,
    outcome: COUNT,
    drawn: COUNT,
    directed: COUNT,
    reserves: COUNT,
    visits: DIGEST,
    cells: maybe(DIGEST),
    roster: DIGEST,
  },
  case: { act: NAME, at: TIME, kind: NAME, case: NAME, event: NAME, content: DIGEST },
  crews: { ...OF_DRAW, crews: DIGEST, dealt: COUNT, made_with: MADE_WITH },
  withdrawal: {
    ...OF_DRAW,
    entity_id: ENTITY,
    result: GONE_OR_BACK,
    evidence: DIGEST,
    reserve: maybe(ENTITY),
  },
  results: { ...OF_DRAW, results: DIGEST, number: COUNT },
  publication: {
    ...OF_DRAW,
    stage: oneOf("committed", "drawn", "staffed", "dealt", "abandoned"),
    draw_json: DIGEST,
    visits_csv: DIGEST,
    sums: DIGEST,
  },
  abandonment: { ...OF_DRAW, reason: NAME },
};

/** What is wrong with the form of an act, or null. */
function misshapenAct(act) {
  const kind = act.act === "commitment"
    ? `commitment ${act.round === "crew" ? "crew" : "select"}`
    : act.act;
  if (typeof kind !== "string" || !Object.hasOwn(ACT_FORMS, kind)) {
    return { where: "act.act", expected: "a kind of act", found: kindOf(act.act) };
  }
  const forms = ACT_FORMS[kind];
  const wrong = objectOf(OF_A_DRAW.includes(act.act) && isOlder(act) ? olderForms(forms, kind)
    : forms)(act, "act");
  return wrong || (Object.hasOwn(act, "parts") ? misfitParts(act.parts, "act.parts") : null);
}

const OF_A_DRAW = ["freeze", "commitment", "seed", "draw"];
const OF_2 = ["cells_root", "bearing", "given_secret", "parts", "roster"];

/** Whether an act of a draw is written as version 1 of the protocol had it. */
function isOlder(act) {
  const own = { freeze: "cells_root", draw: "roster" }[act.act];
  return own ? !Object.hasOwn(act, own) : Object.hasOwn(act, "source");
}

/** The forms of an act of version 1, which an older part of a ledger may hold. */
function olderForms(forms, kind) {
  const kept = Object.entries(forms).filter(([key]) => !OF_2.includes(key)
    || (key === "roster" && kind === "commitment crew"));
  return { ...Object.fromEntries(kept), ...(Object.hasOwn(forms, "parts") ? { source: TEXT } : {}) };
}
