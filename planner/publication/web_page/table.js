// visits.csv as the record gives it (docs/bundle.md).

/** The columns of a published visit, in the order of visits.csv. */
function visitColumns(record) {
  const more = tiersShown(record) ? ["cell", "expected", "ticket"] : [];
  return ["entity_id", "name", "region", "standing", ...more, "inspectors", "reserve", "result"];
}

/** A value as the text of a cell; a text that a spreadsheet might run gets an apostrophe. */
function cellText(value) {
  if (value === null) {
    return "";
  }
  const text = Array.isArray(value) ? value.join(";") : value;
  if (typeof text !== "string") {
    return String(text);
  }
  return /^[=+\-@\t\r']/.test(text) ? `'${text}` : text;
}

function csvField(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** visits.csv: with byte order mark, lines ended by CR LF. */
function csvText(record) {
  const columns = visitColumns(record);
  const rows = record.visits.map((visit) =>
    columns.map((column) => csvField(cellText(visit[column]))).join(","));
  return `\ufeff${[columns.join(","), ...rows].join("\r\n")}\r\n`;
}

/** Where two texts part, as a finding; null where they are the same. */
function textDifference(name, file, expected, found) {
  if (expected === found) {
    return null;
  }
  let place = 0;
  while (place < expected.length && expected[place] === found[place]) {
    place += 1;
  }
  const line = found.slice(0, place).split("\n").length;
  const near = [expected, found].map((text) => text.slice(Math.max(place - 12, 0), place + 40));
  return fails(name, `${file}:${line}`, near[0] || "(nothing)", near[1] || "(nothing)");
}
