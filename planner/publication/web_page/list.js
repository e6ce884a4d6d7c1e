// The list of visits: searched, filtered, in pages; the whole of it on paper.

const PAGE_SIZE = 50;
const view = { text: "", kind: "all", page: 0 };

/** How a visit came about: drawn, for cause, or in reserve. */
function kindOfVisit(visit) {
  return visit.reserve ? "reserve" : visit.standing === "pool" ? "drawn" : "directed";
}

/** A text as it is searched. */
function searchKey(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** The visits that the search and the filter let through. */
function visitsFound({ record, data, keys }) {
  const wanted = searchKey(view.text).split(" ").filter(Boolean);
  return record.visits.filter((visit, place) => {
    if (view.kind !== "all" && kindOfVisit(visit) !== view.kind) {
      return false;
    }
    if (!wanted.length) {
      return true;
    }
    keys[place] ??= searchKey([visit.entity_id, visit.name, regionName(data, visit.region),
      sayCode("result", visit.result), ...visit.inspectors].join(" "));
    return wanted.every((word) => keys[place].includes(word));
  });
}

/** The headings of the list. */
function listHeadings(record) {
  const shown = tiersShown(record) ? [say("cell"), say("chance"), say("ticket")] : [];
  return [say("number"), say("name"), say("code"), say("region"), say("kind"), ...shown,
    say("inspectors"), say("result")];
}

/** A visit as a row of cells. */
function visitRow(bundle, visit, place) {
  const { record, data } = bundle;
  const kind = kindOfVisit(visit);
  const cells = [
    String(place + 1),
    el("bdi.name", {}, brief(visit.name, 80)),
    el("button.link", { type: "button", click: () => askAbout(bundle, visit.entity_id) },
      visit.entity_id),
    visit.region && el("span", { title: visit.region }, regionName(data, visit.region, false)),
    el(`span.kind.${kind}`, {}, say(`kind-${kind}`)),
  ];
  if (tiersShown(record)) {
    const cell = visit.cell && record.select.cells && record.select.cells[visit.cell - 1];
    const chance = cell ? chanceOf({ expected: visit.expected, size: cell.size }) : null;
    cells.push(visit.cell === null ? "" : String(visit.cell));
    cells.push(chance ? `${chance[0]}/${chance[1]}` : "");
    cells.push(el("code.short", { title: visit.ticket }, `${visit.ticket.slice(0, 12)}...`));
  }
  return [...cells,
    inspectorsOf(record, visit),
    resultText(bundle, visit)];
}

/** The withdrawal in which a reserve takes somebody's place, if it does. */
function calledBy({ withdrawals }, { reserve, entity_id: entity }) {
  return reserve ? withdrawals.find((one) => one.reserve === entity) : undefined;
}

/** The inspectors of a visit, no number of theirs broken in two; a late reserve has those dealt. */
function inspectorsOf(record, visit) {
  const called = calledBy(record, visit);
  const whose = called && !visit.inspectors.length
    ? record.visits.find((one) => one.entity_id === called.entity_id) : visit;
  return whose.inspectors.map((one, i) => [i ? " " : "", el("span.id", { title: one }, one)]);
}

/** The last day on which something was found at each entity. */
function daysVisited(bundle) {
  if (!bundle.visited) {
    bundle.visited = new Map();
    for (const { entity_id: entity, visited_on: day } of bundle.record.results) {
      if (day > (bundle.visited.get(entity) || "")) {
        bundle.visited.set(entity, day);
      }
    }
  }
  return bundle.visited;
}

/** The result of a visit, and by when it is or was due. */
function resultText(bundle, visit) {
  const { record, data } = bundle;
  const { plan, withdrawals } = record;
  if (visit.reserve && !calledBy(record, visit)) {
    return say("result-reserve");
  }
  const gone = withdrawals.find((one) => one.entity_id === visit.entity_id);
  if (gone) {
    return [el("strong", {}, sayCode("result", gone.result)), ": ",
      el("bdi", {}, brief(gone.evidence, 120))];
  }
  const day = daysVisited(bundle).get(visit.entity_id);
  if (visit.result === "0") {
    const due = dueBy(data, day || plan.window[1], "result-due");
    return [say("result-0"), " ", el("span.due", {}, due)];
  }
  const due = day ? dueBy(data, day, "result-was-due") : "";
  return [el("strong", {}, sayCode("result", visit.result)), due && " ",
    due && el("span.due", {}, due)];
}

/** Show the page of the list that is asked for. */
function renderList(bundle, whole = false) {
  const { record } = bundle;
  const places = new Map(record.visits.map((visit, place) => [visit, place]));
  const found = visitsFound(bundle);
  const last = Math.max(Math.ceil(found.length / PAGE_SIZE) - 1, 0);
  view.page = Math.min(Math.max(view.page, 0), last);
  const first = whole ? 0 : view.page * PAGE_SIZE;
  const part = found.slice(first, whole ? found.length : first + PAGE_SIZE);
  const rows = part.map((visit) => visitRow(bundle, visit, places.get(visit)));
  fill(byId("list"), record.visits.length
    ? table(listHeadings(record), rows, ".visits.stacked")
    : el("p.quiet", {}, say("list-empty")));
  fill(byId("list-range"), say(found.length ? "list-range" : "list-none", {
    first: first + 1, last: first + part.length, found: found.length,
    all: record.visits.length,
  }));
  byId("list-controls").hidden = !record.visits.length;
  byId("list-pages").hidden = !record.visits.length;
  byId("list-before").disabled = view.page === 0;
  byId("list-after").disabled = view.page === last;
}

/** Let search, filter and pages work, and put the whole list on paper. */
function listenToList(bundle) {
  const again = (change) => () => {
    change();
    renderList(bundle);
  };
  const search = byId("search");
  search.addEventListener("input", again(() => {
    Object.assign(view, { text: search.value, page: 0 });
  }));
  const filter = byId("filter");
  filter.addEventListener("change", again(() => {
    Object.assign(view, { kind: filter.value, page: 0 });
  }));
  byId("list-before").addEventListener("click", again(() => {
    view.page -= 1;
  }));
  byId("list-after").addEventListener("click", again(() => {
    view.page += 1;
  }));
  globalThis.addEventListener("beforeprint", () => renderList(bundle, true));
  globalThis.addEventListener("afterprint", () => renderList(bundle));
}

/** The cells under their public names, with thresholds; where tiers are shown all else of them. */
function renderCells({ record }) {
  const { cells } = record.select;
  byId("cells-part").hidden = !cells;
  if (!cells) {
    return;
  }
  const shown = tiersShown(record);
  const rows = cells.map((cell) => [
    ...(shown ? [`${cell.number} (${cell.codes})`, show(cell.size), show(cell.count)] : []),
    code(cell.cell),
    cell.threshold ? code(cell.threshold) : say("none"),
  ]);
  const more = shown ? [say("cell"), say("households"), say("drawn-number")] : [];
  fill(byId("cells"), table([...more, say("cell-name"), say("threshold")], rows, ".stacked"));
}
