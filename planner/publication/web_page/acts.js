// The acts of a ledger: chained, in order, bound to each other, for every draw told in it.

const ORIGIN = "0".repeat(64);
const STEPS = [
  "freeze",
  "commitment select",
  "seed select",
  "draw",
  "commitment crew",
  "seed crew",
  "crews",
];
// The stage after so many steps; between a seed and what it decides there is none.
const STAGES = [null, null, "committed", null, "drawn", "staffed", null, "dealt"];

/** The chain of a ledger: every entry is the digest of the one before and of its act. */
function checkChain(lines) {
  let previous = ORIGIN;
  let moment = "";
  for (const [place, line] of lines.entries()) {
    const where = `ledger.jsonl:${place + 1}`;
    if (line.previous !== previous) {
      return fails("ledger", `${where}: previous`, previous, line.previous);
    }
    const entry = sha(`${previous}|${canonical(line.act)}`);
    if (line.entry !== entry) {
      return fails("ledger", `${where}: entry`, entry, line.entry);
    }
    const at = String(line.act.at ?? "");
    if (at < moment) {
      return fails("ledger", `${where}: at`, `>= ${moment}`, at);
    }
    previous = entry;
    moment = at;
  }
  return holds("ledger", "ledger-holds", { number: lines.length }, previous);
}

/** The stage that a draw's acts have reached, or null between a seed and what it decides. */
function stageOf(story) {
  return story.abandonment ? "abandoned" : STAGES[Object.keys(story.steps).length];
}

/** The story of every draw of a ledger (a Map), and every act misshapen or out of order. */
function readStories(lines) {
  const histories = new Map();
  const problems = [];
  let register = null;
  for (const [place, { act }] of lines.entries()) {
    const where = `ledger.jsonl:${place + 1}`;
    const wrong = misshapenAct(act);
    if (wrong) {
      problems.push(fails("acts", `${where}: ${wrong.where}`, wrong.expected, wrong.found));
      continue;
    }
    const misplaced = misplacedAct(place + 1, act, register) || enterAct(histories, act);
    if (misplaced) {
      problems.push(fails("acts", where, ...misplaced));
    }
    if (["import", "register"].includes(act.act) && act.register === "entities") {
      register = act.content;
    }
  }
  return { histories, problems };
}

function misplacedAct(number, act, register) {
  if (number === 1 && act.act !== "workspace") {
    return ["workspace", act.act];
  }
  if (number > 1 && act.act === "workspace") {
    return ["one act `workspace`, the first", "another"];
  }
  if (act.act === "import" && act.rows !== act.accepted + act.set_aside) {
    return [`${act.accepted + act.set_aside} rows`, act.rows];
  }
  if (act.act === "freeze" && act.content !== register) {
    return [`the register of entities as it was: ${register}`, act.content];
  }
  return null;
}

function enterAct(histories, act) {
  if (!Object.hasOwn(act, "draw")) {
    return null;
  }
  const step = Object.hasOwn(act, "round") ? `${act.act} ${act.round}` : act.act;
  if (step === "freeze") {
    if (histories.has(act.draw)) {
      return ["one freeze a draw", `a second freeze of ${act.draw}`];
    }
    const drawn = [...histories].filter(([, one]) => one.steps.draw && !one.abandonment);
    const earlier = drawn.map(([draw]) => draw);
    if (!alike(act.earlier, earlier)) {
      return [`earlier draws ${earlier.join(", ")}`, act.earlier.join(", ")];
    }
    histories.set(act.draw, {
      steps: { freeze: act },
      withdrawals: [],
      early: 0,
      undoable: 0, // so many of the last withdrawals, that nothing came after
      results: null,
      abandonment: null,
      published: null,
      stages: [], // at which it was published
    });
    return null;
  }
  const story = histories.get(act.draw);
  if (!story) {
    return ["freeze", step];
  }
  if (act.act === "publication") {
    const stage = stageOf(story);
    story.published = act;
    story.undoable = 0;
    story.stages.push(act.stage);
    return act.stage === stage ? null : [`stage ${stage}`, `stage ${act.stage}`];
  }
  if (story.abandonment) {
    return ["nothing but publication after abandonment", step];
  }
  if (act.act === "withdrawal" || act.act === "results") {
    return followAct(story, act);
  }
  if (act.act === "abandonment") {
    if (story.steps.crews) {
      return ["no abandonment after crews", step];
    }
    story.abandonment = act;
    return null;
  }
  const due = STEPS[Object.keys(story.steps).length] ?? "publication";
  if (step !== due) {
    return [due, step];
  }
  if (["commitment", "seed", "draw"].includes(act.act)
    && isOlder(act) !== isOlder(story.steps.freeze)) {
    return ["an act of the same version of the protocol as the freeze", step];
  }
  story.steps[step] = act;
  story.undoable = 0;
  return null;
}

/** Enter what follows a draw: withdrawals outside the crew round, results after it. */
function followAct(story, act) {
  const { steps } = story;
  if (act.act === "results") {
    if (!steps.crews) {
      return ["no results before crews", act.act];
    }
    story.results = act;
    story.undoable = 0;
    return null;
  }
  if (!steps.draw || Boolean(steps["commitment crew"]) !== Boolean(steps.crews)) {
    return ["a withdrawal between draw and crew round, or after crews", act.act];
  }
  if (act.result === TAKEN_BACK) {
    const last = story.undoable ? story.withdrawals.at(-1).entity_id : "none";
    if (act.entity_id !== last || act.reserve !== null) {
      return [`the last withdrawal that is not public taken back: ${last}`, act.entity_id];
    }
    story.withdrawals.pop();
    story.undoable -= 1;
    story.early -= Number(!steps.crews);
    return null;
  }
  story.withdrawals.push(act);
  story.undoable += 1;
  story.early += Number(!steps.crews);
  return null;
}

/** Counts, commitments, seeds and keys of every draw of a ledger, abandoned ones too. */
function checkStories(histories) {
  for (const [draw, story] of histories) {
    const problems = [...checkStory(story)].filter((finding) => !finding.ok);
    if (problems.length) {
      return problems.map((one) => ({ ...one, where: `ledger.jsonl: ${draw}: ${one.where}` }));
    }
  }
  return [holds("rounds", "rounds-hold", { number: histories.size })];
}

function* checkStory({ steps, withdrawals, early }) {
  const { counts } = steps.freeze;
  const out = Object.values(counts.out).reduce((sum, number) => sum + number, 0);
  yield compare("rounds", "counts.scope", counts.pool + counts.directed + out, counts.scope);
  const select = steps["commitment select"];
  if (!select) {
    return;
  }
  for (const name of ["frame", "lottery", "plan", "cells_root"]) {
    yield compare("rounds", `commitment select.${name}`, steps.freeze[name], select[name]);
  }
  const first = selectCommitment(steps.freeze);
  yield compare("rounds", "commitment select", first, select.commitment);
  yield* checkSeed("rounds", "select", first, steps["seed select"]);
  yield* checkParts("select", select, steps["seed select"]);
  const { draw } = steps;
  if (!draw) {
    return;
  }
  yield compare("rounds", "draw.directed", counts.directed, draw.directed);
  if (draw.drawn + draw.reserves > counts.pool) {
    yield fails("rounds", "draw.drawn", `at most ${counts.pool}`, draw.drawn + draw.reserves);
  }
  const crew = steps["commitment crew"];
  if (!crew) {
    return;
  }
  if (!early) {
    yield compare("rounds", "commitment crew.visits", draw.visits, crew.visits);
  }
  const older = isOlder(crew);
  const second = crewCommitment(first, crew, older ? 1 : 2);
  yield compare("rounds", "commitment crew", second, crew.commitment);
  for (const [late, all] of [["recused_since", "recused"], ["absent_since", "absent"]]) {
    if (!older && crew.bearing[late] > crew.bearing[all]) {
      const most = `at most ${crew.bearing[all]}`;
      yield fails("rounds", `commitment crew.bearing.${late}`, most, crew.bearing[late]);
    }
  }
  yield* checkSeed("rounds", "crew", second, steps["seed crew"]);
  yield* checkParts("crew", crew, steps["seed crew"]);
  if (steps.crews) {
    const alone = withdrawals.slice(0, early).filter((one) => one.reserve === null).length;
    const visits = draw.drawn + draw.directed - alone;
    yield compare("rounds", "crews.dealt", visits, steps.crews.dealt);
  }
}
