// The notice: what is inspected, by whom, when, on what ground; counts by rule; the two rounds.

/** By when results of visits on a day must be public, in words; "" where it is not known. */
function dueBy({ due }, day, word, mark = "due-about") {
  if (!Object.hasOwn(due.by, day)) {
    return "";
  }
  const { day: by, estimated } = due.by[day];
  const sure = estimated.length ? say(mark, { years: estimated.join(", ") }) : "";
  return say(word, { day: by, number: due.days }) + sure;
}

/** The name of a division, with its code unless it is known from elsewhere. */
function regionName(data, region, withCode = true) {
  const name = Object.hasOwn(data.regions, region) ? data.regions[region] : "";
  return name && withCode ? `${name} ${region}` : name || region;
}

/** The sentence that opens the notice, by how far the draw has come. */
function opening({ record, stage }) {
  const { select, crew, plan } = record;
  const params = {
    authority: record.authority,
    title: record.title,
    ...numbersOf(record.visits),
    pool: select.counts.pool,
    committed: moment(select.committed_at),
    seeded: select.seeded_at ? moment(select.seeded_at) : "",
    dealt: crew && crew.seeded_at ? moment(crew.seeded_at) : "",
    first: plan.window[0],
    last: plan.window[1],
  };
  return say(`opening-${stage}`, params);
}

/** What the notice says of the plan. */
function noticeFacts({ record, data, lines }) {
  const { plan } = record;
  const items = itemsOf(plan).map((id) => {
    const item = data.items.find((one) => one.item_id === id);
    return item ? `${item.name} (${id})` : id;
  });
  const used = data.items.filter((item) => item.basis);
  const basis = [...new Set(used.map((item) => item.basis))];
  const departments = [...new Set(plan.crew.seats.map((seat) => seat.department))];
  const published = lines.length ? lines[lines.length - 1].act.at : "";
  const each = say("per-visit", { number: plan.crew.seats.length });
  return facts([
    [say("authority"), record.authority],
    [say("plan-title"), record.title],
    [say("draw-id"), code(record.draw)],
    [say("basis"), basis.map((one) => el("p", {}, one))],
    [say("items"), items.map((one) => el("p", {}, one))],
    [say("as-of"), record.as_of],
    [say("window"), say("from-to", { first: plan.window[0], last: plan.window[1] })],
    [say("inspectors"), [each, departments.filter(Boolean).join(", ")].filter(Boolean).join(" / ")],
    [say("results-due"), dueBy(data, plan.window[1], "results-due-text", "due-estimated")],
    [say("signature"), data.signature ? code(data.signature.key) : say("unsigned")],
    [say("state-of"), published && moment(published)],
  ].filter((pair) => pair[1] && pair[1].length !== 0));
}

/** Counts by the rule that decided. */
function countsTable({ record }) {
  const { counts } = record.select;
  const share = (number) => (counts.scope ? `${((100 * number) / counts.scope).toFixed(1)}%` : "");
  const out = Object.entries(counts.out);
  const sum = out.reduce((total, [, number]) => total + number, 0);
  const rows = [
    [say("count-scope"), show(counts.scope), ""],
    [say("count-pool"), show(counts.pool), share(counts.pool)],
    [say("count-directed"), show(counts.directed), share(counts.directed)],
    [say("count-out"), show(sum), share(sum)],
    ...out.map(([reason, number]) =>
      [el("span.under", {}, reasonWords(reason)), show(number), share(number)]),
  ];
  return table([say("rule"), say("households"), say("share")], rows, ".counts");
}

/** Visits by division and by result. */
function tallies({ record, data }) {
  const made = record.visits.filter((visit) => !visit.reserve || calledBy(record, visit));
  const count = (key) => {
    const found = new Map();
    for (const visit of made) {
      found.set(visit[key], (found.get(visit[key]) || 0) + 1);
    }
    return [...found].sort(([a], [b]) => byCharacters(a, b));
  };
  const regions = count("region").map(([region, number]) =>
    [regionName(data, region) || say("no-region"), show(number)]);
  const results = count("result").map(([result, number]) =>
    [sayCode("result", result), show(number)]);
  return el("div.pair", {},
    table([say("region"), say("visits")], regions, ".counts"),
    table([say("result"), say("visits")], results, ".counts"));
}

/** The plan in full, as it was committed to: names and values, whatever keys it has. */
function planTree(value) {
  if (Array.isArray(value)) {
    return value.every((item) => item === null || typeof item !== "object")
      ? value.join(", ") || say("none")
      : el("ol", {}, value.map((item) => el("li", {}, planTree(item))));
  }
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value);
    return keys.length
      ? el("dl.tree", {}, keys.map((key) =>
        el("div", {}, el("dt", {}, key), el("dd", {}, planTree(value[key])))))
      : say("none");
  }
  return value === null || value === "" ? say("none") : String(value);
}

/** One round: commitment, seed, source, witnesses, key, and how the one follows from the other. */
function roundCard(name, { record, story }, parts) {
  const round = record[name];
  if (!round) {
    return el("article.round", {}, el("h3", {}, say(`round-${name}`)),
      el("p.quiet", {}, say("round-later")));
  }
  const seeded = round.seed !== null;
  const unwitnessed = isUnwitnessed(round);
  const unpublished = isUnpublished(story, name);
  const announced = sourceOf(record.plan.seeds[name]);
  const witnesses = round.witnesses.length ? round.witnesses.join(", ") : say("none");
  return el("article.round", {},
    el("h3", {}, say(`round-${name}`), " ",
      unwitnessed && el("strong.mark.bad", {}, say("unwitnessed")), unwitnessed && " ",
      unpublished && el("strong.mark.bad", {}, say("unpublished"))),
    facts([
      ...parts.map((part) => [say(`part-${part}`), code(round[part])]),
      [say("commitment"), code(round.commitment)],
      [say("committed-at"), moment(round.committed_at)],
      [say("announced"), announced || say("not-announced")],
      [say("seed"), seeded ? code(round.seed) : say("seed-later")],
      seeded && [say("seeded-at"), moment(round.seeded_at)],
      seeded && [say("source"), sourceOf(round.parts) || say("none")],
      seeded && [say("witnesses"), witnesses],
      seeded && [say("key"), code(round.key)],
    ]),
    unwitnessed && el("p.warning", {}, say("unwitnessed-text")),
    unpublished && el("p.warning", {}, say("unpublished-text")),
    seeded && el("p.formula", {}, say(`formula-${name}`)));
}

/** Fill the notice. */
function renderNotice(bundle) {
  const { record } = bundle;
  const { plan } = record;
  fill(byId("opening"), opening(bundle));
  fill(byId("facts"), noticeFacts(bundle));
  fill(byId("counts"), countsTable(bundle));
  fill(byId("tallies"), record.visits.length ? tallies(bundle) : "");
  fill(byId("rounds"),
    roundCard("select", bundle, ["plan", "frame", "lottery", "cells_root"]),
    roundCard("crew", bundle, ["visits", "roster"]));
  fill(byId("plan"), planTree(plan));
  const isFirst = record.select.seed !== null && isPublishedFirst(bundle.story, "select");
  fill(byId("code-caption"), say(isFirst ? "code-caption-first" : "code-caption"));
}

/** What must be said wherever the draw is shown: given up, unpublished, unwitnessed. */
function renderBanners({ record, story }) {
  const banners = [];
  if (record.abandoned) {
    const { at, reason } = record.abandoned;
    banners.push(el("p.warning", {}, say("abandoned-banner", { at: moment(at), reason })));
  }
  for (const name of ["select", "crew"]) {
    const round = say(`round-${name}`);
    if (isUnpublished(story, name)) {
      banners.push(el("p.warning.unpublished", {}, say("unpublished-banner", { round })));
    }
    if (isUnwitnessed(record[name])) {
      banners.push(el("p.warning.unwitnessed", {}, say("unwitnessed-banner", { round })));
    }
  }
  fill(byId("banners"), banners);
}
