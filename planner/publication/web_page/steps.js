// The steps of a verification, each with what was expected and what was found.

/** One step as an item of the list of steps. */
function stepItem(finding) {
  const state = finding.ok === null ? "open" : finding.ok ? "pass" : "fail";
  const values = finding.expected !== undefined && facts([
    finding.where && [say("where"), brief(finding.where)],
    [say("expected"), code(brief(show(finding.expected)))],
    [say("found"), code(brief(show(finding.found)))],
  ]);
  const where = finding.ok && finding.where && finding.word === "holds" ? finding.where : "";
  const words = finding.ok === false ? say("differs") : say(finding.word, wordParams(finding));
  const head = [el(`span.sign.${state}`, { role: "img", "aria-label": say(`state-${state}`) }),
    el("span.step", {}, sayCode("step", finding.name)), el("span.finding", {}, where && `${brief(where)}: `, words)];
  return el(`li.${state}`, { "data-step": finding.name, "data-state": state },
    values ? el("details", { open: finding.ok === false }, el("summary", {}, head), values)
      : el("div.summary", {}, head));
}

/** The parameters of a finding's words, codes among them in words too. */
function wordParams({ params }) {
  const shown = { ...params };
  if (shown.round) {
    shown.round = say(`round-${shown.round}`);
  }
  if (shown.at) {
    shown.at = moment(shown.at);
  }
  if (shown.stage) {
    shown.stage = sayCode("stage", shown.stage);
  }
  return shown;
}

/** All steps of a verification. */
function stepList(findings) {
  return el("ol.steps", {}, findings.map(stepItem));
}

/** What stands behind the draw, to stand beside a verdict: the level of each round, who checked. */
function standingOf(findings) {
  const has = (name, round) => findings.some((one) => one.ok === null && one.name === name
    && one.params.round === round);
  const rounds = ["select", "crew"].filter((round) =>
    findings.some((one) => one.name === `seed-${round}`));
  const levels = rounds.map((round) => {
    const level = has("published-first", round) ? "0-unpublished"
      : has("witnessed", round) ? "0" : has("level", round) ? "2-plan" : "1";
    return `${say(`round-${round}`)}: ${say(`level-${level}`)}`;
  });
  return rounds.length ? [...levels, say("unattested")] : [];
}

/** How a verification ended: its tone, and the lines that say it. */
function verdictOf(findings, seconds) {
  const failed = findings.filter((finding) => finding.ok === false);
  if (!failed.length) {
    const number = findings.filter((finding) => finding.ok).length;
    const words = say("verdict-pass", { number, seconds: seconds.toFixed(1) });
    return ["pass", [words, ...standingOf(findings)]];
  }
  const names = [...new Set(failed.map((finding) => sayCode("step", finding.name)))];
  return ["fail", [say("verdict-fail", { number: failed.length, names: names.join(", ") })]];
}

/** Lines of text as what stands in one paragraph. */
function broken(lines) {
  return lines.flatMap((line, place) => (place ? [el("br"), line] : [line]));
}

/** Show a verification: its end, and its steps. */
function renderSteps(id, findings, seconds) {
  const [state, lines] = verdictOf(findings, seconds);
  fill(byId(id), el(`p.verdict.${state}`, { "data-verdict": state }, ...broken(lines)),
    stepList(findings));
}
