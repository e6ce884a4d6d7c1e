// Findings: what a check is called, whether it holds, what was expected and what was found.
// `ok` is null for a warning: nothing is wrong, but whoever reads the record should know.

/** A check that holds; `value` is what was computed and found alike, where that is one value. */
function holds(name, word = "holds", params = {}, value = undefined) {
  return { name, ok: true, word, params, expected: value, found: value };
}

/** A check that fails at a place. */
function fails(name, where, expected, found) {
  return { name, ok: false, word: "differs", params: {}, where, expected, found };
}

/** What a reader should know. */
function warns(name, word, params = {}) {
  return { name, ok: null, word, params };
}

/** A check that two values are the same. */
function compare(name, where, expected, found, word = "holds", params = {}) {
  if (alike(expected, found)) {
    return { ...holds(name, word, params, expected), where };
  }
  return fails(name, where, expected, found);
}

/** A check that two documents are the same, naming the first place where they are not. */
function same(name, expected, found, where = "") {
  const difference = firstDifference(expected, found, where);
  return difference
    ? fails(name, difference.where, difference.expected, difference.found)
    : holds(name);
}

/** A file or document that cannot be read as what it should be. */
class ReadingError extends Error {
  constructor(file, found, expected = "a sound file") {
    super(file);
    Object.assign(this, { file, found, expected });
  }

  /** As the finding of a check. */
  finding(name) {
    return fails(name, this.file, this.expected, this.found);
  }
}
