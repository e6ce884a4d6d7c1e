// The form of a plan (docs/bundle.md, "plan"): every key, every value, and what holds between them.

const PLAN_STRATA = ["tier", "region", "industry", "kind", "status", "age", "key"];
const MOST_VISITS = 10_000_000;
const MILLION = 1_000_000;
const GROUP_CODES = { age: ["new", "old"], key: ["key", "other"] };
const RATE_CODES = { age: ["new", "old", "other"], key: ["key", "other"] };

/** Whether a text may stand in a row of the frame: composed, without separators or hidden marks. */
function isPlainText(value) {
  return typeof value === "string" && value === value.normalize("NFC") && !/[|,/]/.test(value)
    && !HIDDEN.test(value);
}

/** Whether a value is a code of a plan: plain, not empty, no white space at an end. */
function isCode(value, most = 64) {
  return isPlainText(value) && value !== "" && [...value].length <= most
    && value === value.replace(ENDS, "");
}

/** The form of a list of codes, none of which stands twice. */
function codesOf(least = 0, most = 64) {
  return formOf("distinct codes", (value) => Array.isArray(value) && value.length >= least
    && value.every((code) => isCode(code, most)) && new Set(value).size === value.length);
}

/** The form of a text for people: composed, single blanks between words, nothing hidden. */
function tidyOf(most, least = 0) {
  return formOf(`a tidy text of ${least} to ${most} characters`, (value) =>
    typeof value === "string" && [...value].length >= least && [...value].length <= most
    && value === value.normalize("NFC") && !HIDDEN.test(value)
    && value === value.replace(BLANKS, " ").replace(ENDS, ""));
}

/** The form of whole numbers within a range. */
function rangedOf(least, most) {
  return formOf(`${least} to ${most}`, (value) =>
    Number.isSafeInteger(value) && value >= least && value <= most);
}

/** The forms that an object may have, told apart by their keys, and one for what is no object. */
function eitherOf(members, other) {
  const forms = members.map(objectOf);
  return (value, where) => {
    if (!isObject(value)) {
      return other(value, where);
    }
    const place = members.findIndex((one) =>
      Object.keys(one).some((key) => Object.hasOwn(value, key)));
    return forms[Math.max(place, 0)](value, where);
  };
}

/** The forms of members that may all be missing. */
function anyOf(forms) {
  return Object.fromEntries(Object.entries(forms).map(([key, form]) => [key, perhaps(form)]));
}

const CODE = formOf("a code", (value) => isCode(value));
const NO_CODE = formOf("a code or nothing", (value) => value === "" || isCode(value));
const CODES = codesOf();
const SEAT_TEXT = formOf("a plain text", isPlainText);
const SHARE = rangedOf(0, MILLION);
const PART_OF_ALL = rangedOf(1, MILLION);
const SEAT_COUNT = rangedOf(1, 20);
const MONTHS = rangedOf(0, 120);
const NUMBER = { count: rangedOf(1, MOST_VISITS) };
const RATE = eitherOf([NUMBER], PART_OF_ALL);
const RATES = namedOf(eitherOf([NUMBER, { min: maybe(RATE), max: maybe(RATE) }], PART_OF_ALL));
const AMOUNT = eitherOf([NUMBER, { share: PART_OF_ALL, of: oneOf("group", "draw") }], OBJECT);
const SOME_CODES = codesOf(1);
const WHERE = objectOf(anyOf(Object.fromEntries([...PLAN_STRATA, "fields"]
  .map((key) => [key, SOME_CODES]))));
const WINDOW = (value, where) => listOf(DAY)(value, where)
  || (value.length === 2 ? null : { where, expected: "two days", found: value.length });
const PLAN_FORM = objectOf({
  id: matching("1 to 64 letters, digits, - or _", /^[0-9A-Za-z_-]{1,64}$/),
  title: tidyOf(200, 1),
  authority: tidyOf(200, 1),
  as_of: DAY,
  window: WINDOW,
  frequency: rangedOf(1, 52),
  batch: POSITIVE,
  items: CODES,
  strata: codesOf(0, 71),
  scope: objectOf({ kind: CODES, region: CODES, status: CODES }),
  rates: objectOf({
    unknown_tier: CODE,
    ...anyOf(Object.fromEntries(PLAN_STRATA.map((key) => [key, RATES]))),
    base: perhaps(oneOf(...PLAN_STRATA.slice(1))),
  }),
  tolerance: objectOf({ years: rangedOf(0, 100), leave_out: SHARE }),
  low_risk: objectOf({ tiers: CODES, leave_out: SHARE }),
  key_fields: objectOf({ codes: CODES }),
  limits: objectOf({
    visits_per_year: rangedOf(0, 366),
    days_between: rangedOf(0, 3660),
    total: maybe(rangedOf(1, MOST_VISITS)),
  }),
  coverage: listOf(objectOf({ where: WHERE, within_years: rangedOf(1, 100) })),
  quota: listOf(objectOf({ where: WHERE, min: maybe(AMOUNT), max: maybe(AMOUNT) })),
  leads: objectOf({ triggers: CODES }),
  trigger_based: objectOf({
    tiers: CODES,
    observation_months: MONTHS,
    reminder_months: MONTHS,
    entries: listOf(objectOf({
      entry_id: CODE, item_id: CODE, content: tidyOf(2000), measure: tidyOf(2000), trigger: CODE,
    })),
  }),
  department: listOf(objectOf({
    name: CODE, items: SOME_CODES, size: SEAT_COUNT, qualifications: CODES,
  })),
  crew: objectOf({
    size: SEAT_COUNT,
    department: NO_CODE,
    seats: listOf(objectOf({ department: SEAT_TEXT, qualification: SEAT_TEXT })),
  }),
  seeds: objectOf({ select: listOf(ANNOUNCED), crew: listOf(ANNOUNCED) }),
  publication: objectOf({
    tiers: oneOf("hidden", "shown"),
    reserves: rangedOf(0, 1000),
    cosigners: perhaps(cosignersForm),
  }),
});

/** The cosigners that a plan names, if it names any: a few, each with a key of its own. */
function cosignersForm(value, where) {
  const wrong = listOf(objectOf({ name: tidyOf(200, 1), key: DIGEST }))(value, where);
  const keys = wrong ? [] : value.map((one) => one.key);
  if (!wrong && (!keys.length || keys.length > 20 || new Set(keys).size !== keys.length)) {
    return { where, expected: "1 to 20 cosigners, each with a key of its own", found: keys.length };
  }
  return wrong;
}

/** What keeps a document from being a plan in full, or null. */
function misshapenPlan(plan) {
  const wrong = PLAN_FORM(plan, "plan");
  return wrong || [...planFaults(plan)][0] || null;
}

/** What does not hold between the values of a plan. */
function* planFaults(plan) {
  const bad = (where, expected, found) => ({ where: `plan.${where}`, expected, found });
  const days = [plan.as_of, ...plan.window];
  if (!alike(days, [...days].sort())) {
    yield bad("window", "as_of, first and last day in order", days.join(", "));
  }
  yield* rateFaults(plan.rates, bad);
  yield* groupFaults(plan, bad);
  const lacking = neededStrata(plan).filter((name) => !plan.strata.includes(name));
  if (lacking.length) {
    yield bad("strata", lacking.join(", "), plan.strata.join(", "));
  }
  for (const name of plan.strata.filter((one) => !PLAN_STRATA.includes(one))) {
    const field = name.startsWith("fields:") ? name.slice(7) : "";
    if (!isCode(field) || field === "other") {
      yield bad("strata", "a stratum", name);
    }
  }
  if (plan.batch > plan.frequency) {
    yield bad("batch", `at most ${plan.frequency}`, plan.batch);
  }
  const ids = plan.trigger_based.entries.map((entry) => entry.entry_id);
  if (!alike(ids, [...ids].sort(byCharacters))) {
    yield bad("trigger_based.entries", "entries sorted by id", ids.join(", "));
  }
  yield* departmentFaults(plan, bad);
}

/** The base has rates, the tier that unknown ones count as among them; bounds are in order. */
function* rateFaults(rates, bad) {
  const base = rates.base ?? "tier";
  for (const stratum of new Set([base, ...Object.keys(rates)])) {
    if (PLAN_STRATA.includes(stratum) && !Object.keys(rates[stratum] ?? {}).length) {
      yield bad(`rates.${stratum}`, "rates", "none");
    }
  }
  const unknown = rates.unknown_tier;
  if (base === "tier" && unknown !== "refuse" && !Object.hasOwn(rates.tier ?? {}, unknown)) {
    yield bad("rates.unknown_tier", "a tier with a rate, or refuse", unknown);
  }
  for (const stratum of PLAN_STRATA) {
    for (const [code, rate] of Object.entries(rates[stratum] ?? {})) {
      const at = `rates.${stratum}.${code}`;
      const known = RATE_CODES[stratum];
      if (!isCode(code) || (stratum === "tier" && code === "refuse")
        || (known && !known.includes(code))) {
        yield bad(at, known ? known.join(", ") : "a code", code);
      }
      if (isObject(rate) && !Object.hasOwn(rate, "count")) {
        yield* boundFaults(at, rate, bad);
        if (stratum !== base && rate.max !== null && alike(rate.min, rate.max)) {
          yield bad(at, "a single rate", "minimum and maximum alike");
        }
      }
    }
  }
}

/** There is a least or a most, and the least is not above the most where both are alike. */
function* boundFaults(at, { min, max }, bad) {
  const isNumber = (one) => typeof one === "number";
  if (min === null && max === null) {
    yield bad(at, "a minimum or a maximum", "neither");
  } else if (isNumber(min) && isNumber(max) && min > max) {
    yield bad(at, `at most ${max}`, min);
  } else if (isObject(min) && isObject(max) && min.of === max.of) {
    const key = Object.hasOwn(min, "of") ? "share" : "count";
    if (min[key] > max[key]) {
      yield bad(at, `at most ${max[key]}`, min[key]);
    }
  }
}

/** Rules on groups name codes that there are; none is on an age that nobody has. */
function* groupFaults(plan, bad) {
  const aged = [["rates", plan.rates]];
  for (const name of ["coverage", "quota"]) {
    for (const [place, rule] of plan[name].entries()) {
      const at = `${name}[${place}]`;
      aged.push([`${at}.where`, rule.where]);
      for (const [key, known] of Object.entries(GROUP_CODES)) {
        const odd = (rule.where[key] ?? []).find((code) => !known.includes(code));
        if (odd !== undefined) {
          yield bad(`${at}.where.${key}`, known.join(", "), odd);
        }
      }
      if (name === "quota") {
        if ((rule.where.fields ?? []).includes("other")) {
          yield bad(`${at}.where.fields`, "a field", "other");
        }
        yield* boundFaults(at, rule, bad);
      } else if (!Object.keys(rule.where).length) {
        yield bad(`${at}.where`, "a condition", "none");
      }
    }
  }
  for (const [at, table] of aged) {
    if (Object.hasOwn(table, "age") && !plan.tolerance.years) {
      yield bad(`${at}.age`, "no rule on age without a tolerance period", "one");
    }
  }
  const { tiers, leave_out: share } = plan.low_risk;
  if (share < MILLION && !Object.hasOwn(plan.rates, "base")) {
    const odd = tiers.find((tier) => !Object.hasOwn(plan.rates.tier ?? {}, tier));
    if (odd !== undefined) {
      yield bad("low_risk.tiers", "tiers with a rate", odd);
    }
  }
}

/** The strata without which members of one cell would be under different rates or quotas. */
function neededStrata(plan) {
  const isPartial = (share) => share > 0 && share < MILLION;
  const needed = PLAN_STRATA.filter((stratum) => Object.hasOwn(plan.rates, stratum));
  if (plan.tolerance.years && isPartial(plan.tolerance.leave_out)) {
    needed.push("age", "key");
  }
  if (plan.low_risk.tiers.length && isPartial(plan.low_risk.leave_out)) {
    needed.push("tier", "key");
  }
  for (const { where } of plan.quota) {
    for (const [key, codes] of Object.entries(where)) {
      needed.push(...(key === "fields" ? codes.map((code) => `fields:${code}`) : [key]));
    }
  }
  return needed;
}

/** Departments have names and items of their own; each has its seats, sorted. */
function* departmentFaults({ department, crew }, bad) {
  const names = department.map((one) => one.name);
  const items = department.flatMap((one) => one.items);
  if (names.length && crew.department) {
    yield bad("crew.department", "nothing beside departments", crew.department);
  }
  for (const [at, list] of [["name", names], ["items", items]]) {
    if (new Set(list).size !== list.length) {
      yield bad(`department: ${at}`, "none twice", list.join(", "));
    }
  }
  if (names.length > 20) {
    yield bad("department", "at most 20", names.length);
  }
  const sizes = new Map(department.map((one) => [one.name, one.size]));
  const present = new Set(crew.seats.map((seat) => seat.department));
  const wanted = crew.department ? [crew.department] : names;
  if (wanted.length && (present.size !== new Set(wanted).size
    || wanted.some((name) => !present.has(name)))) {
    yield bad("crew.seats", wanted.join(", "), [...present].join(", "));
  }
  const bySeat = (one, other) => byCharacters(one.department, other.department)
    || byCharacters(one.qualification, other.qualification);
  if (!crew.seats.length || !alike(crew.seats, [...crew.seats].sort(bySeat))) {
    yield bad("crew.seats", "seats, sorted", crew.seats.length);
  }
  for (const name of present) {
    const asked = crew.seats.filter((seat) => seat.department === name);
    const reserved = asked.map((seat) => seat.qualification).filter(Boolean);
    const number = Math.max(sizes.get(name) ?? crew.size, new Set(reserved).size);
    if (asked.length !== number || new Set(reserved).size !== reserved.length) {
      yield bad(`crew.seats ${name}`, number, asked.length);
    }
  }
}
