"""The bureau's own forms of a draw, written into a folder: for entities, inspectors, the public."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from yaohao.planner.draw.stages import STAGES, check_not_abandoned
from yaohao.planner.draw.withdrawals import crew_of, made_visits
from yaohao.planner.follow_up.deadlines import WORKING_DAYS
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.publication.disclosure import policy_of
from yaohao.planner.publication.paper import national, workbooks
from yaohao.planner.publication.paper.public_forms import (
    FormsContext,
    write_bulletin,
    write_national,
)
from yaohao.planner.publication.paper.rehearsal import marked_plan
from yaohao.planner.publication.paper.templating import ALL, Templates
from yaohao.planner.publication.paper.visit_forms import (
    VisitSheet,
    boxes,
    cases,
    crew_lists,
    work_lists,
)
from yaohao.planner.publication.web_page.build import region_names
from yaohao.planner.schema.draw import Draw, Stage
from yaohao.planner.schema.reports.publications import NoticesReport
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.calendar import working_days, zone
from yaohao.planner.storage.entity_lookup import of_visits
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.storage.kept_results import check_reviewed
from yaohao.planner.storage.layout import SETTINGS
from yaohao.planner.storage.public_folders import check_strangers, keep_private
from yaohao.planner.storage.publications import unpublished_of
from yaohao.planner.vocabulary.files import sync
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.whole_folders import flush_folder, put_in_place, sweep_beside
from yaohao.planner.wording.messages import LANGUAGES

KINDS = ("notices", "records", "worklists", "bulletin", "national")
"""Notices of inspection, record forms, work lists, the bulletin, the national publicity record."""

PUBLIC_KINDS = ("bulletin", "national")
"""Forms that are made to be published."""

_FROM = {
    "notices": Stage.DEALT,
    "records": Stage.DEALT,
    "worklists": Stage.DEALT,
    "bulletin": Stage.DRAWN,
    "national": Stage.DRAWN,
}
_EACH = re.compile(r"[0-9]+-.+\.html")
"""Names of forms in a folder that has one for each entity."""
_STEP = {Stage.DRAWN: "draw", Stage.DEALT: "deal"}


# Many parameters: the parts of what is made, said once.
def write_notices(
    workspace: WorkspaceFolder,
    draw: str,
    to: Path,
    kinds: Sequence[str] = (),
    *,
    language: str = "",
    entities: Sequence[str] = (),
    each: bool = False,
    targeted: bool | None = None,
    progress: Progress | None = None,
) -> NoticesReport:
    """Write forms of a draw into a folder; the files written, and those that could not be yet.

    Without `kinds` all that the draw's stage allows. `entities` are those for whom notices and
    record forms are made, all without; `each` makes notices and record forms one file an entity,
    too. `language` is that of the workspace where it is empty; `targeted` settles what the national
    record says where the plan alone does not. A form appears whole or not at all, in the place of
    one of its name. Raises PlannerError for what is no form, or comes too early where it was asked
    for by name, for entities that are not visited, for templates that cannot be used, and
    where a public form is asked for by name while results wait for their review.
    """
    if to.exists() and not to.is_dir():
        raise refuse("forms.no-folder", folder=str(to))
    stored = workspace.store.draw(draw)
    stage, ready = stored.stage.value, _ready(stored, kinds)
    ready = _allowed(workspace, draw, kinds, ready)
    context = _gather(workspace, stored, language, entities)
    division = national.six_digits(workspace.settings.division)
    if not division and "national" in kinds:
        raise refuse("forms.no-division", file=str(workspace.folder / SETTINGS))
    wanted = [
        kind
        for kind in (kinds or ready)
        if kind != "national" or division
    ]  # fmt: skip
    results = workspace.store.results(draw)
    if any(kind not in PUBLIC_KINDS for kind in wanted):
        keep_private(to, workspace.folder)
    try:
        with outside_writes.writing(workspace.folder, to, private=True) as being:
            fresh = being.folder
            own = [kind for kind in dict.fromkeys(wanted) if kind not in PUBLIC_KINDS]
            if own:
                _write_own(workspace, context, own, fresh, each=each, progress=progress)
            for kind in dict.fromkeys(wanted):
                if kind in own:
                    continue
                if kind == "bulletin":
                    write_bulletin(context, fresh)
                else:
                    write_national(context, division, results, targeted, fresh)
            files = sorted(path.relative_to(fresh).as_posix() for path in _files(fresh))
            _put(fresh, to, draw)
    except OSError as error:
        raise refuse(
            "workspace.unwritable", file=str(to), found=error.strerror or str(error)
        ) from error
    left = [kind for kind in KINDS if not kinds and kind not in wanted]
    return {
        "draw": draw,
        "stage": stage,
        "folder": str(to),
        "language": context.language,
        "kinds": list(dict.fromkeys(wanted)),
        "left_out": left,
        "visits": len(context.asked),
        "files": files,
    }


def _allowed(
    workspace: WorkspaceFolder, draw: str, kinds: Sequence[str], ready: list[str]
) -> list[str]:
    """Those of the forms that may be made: none for the public of a rehearsal, or of results that
    wait for their review; PlannerError where one of those was asked for by name.
    """
    if not workspace.is_rehearsal and not workspace.store.unreviewed(draw):
        return ready
    if set(kinds) & set(PUBLIC_KINDS):
        workspace.refuse_rehearsal(draw)
        check_reviewed(workspace, draw)
    return [kind for kind in ready if kind not in PUBLIC_KINDS]


def _ready(stored: Draw, kinds: Sequence[str]) -> list[str]:
    """The kinds of forms that a draw's stage allows; PlannerError where it forbids one of `kinds`,
    or one is none.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise refuse("forms.unknown-kind", found=kind, known=list(KINDS))
    check_not_abandoned(stored)
    draw, stage = stored.id, stored.stage
    ready = [kind for kind in KINDS if STAGES.index(stage) >= STAGES.index(_FROM[kind])]
    for kind in kinds:
        if kind not in ready:
            missing = _STEP[_FROM[kind]]
            raise refuse(
                "forms.too-early", draw=draw, stage=stage.value, found=kind, missing=missing
            )
    return ready


def _gather(
    workspace: WorkspaceFolder, stored: Draw, language: str, entities: Sequence[str]
) -> FormsContext:
    draw, plan = stored.id, stored.plan
    if not language:
        settled = workspace.settings.language
        language = settled if settled in LANGUAGES else LANGUAGES[0]
    visits = workspace.store.visits(draw)
    made = made_visits(visits, stored.withdrawals)
    known = {visit["entity_id"] for visit in made}
    asked = {of_visits(workspace, stored, visits, entity) for entity in entities}
    for entity in sorted(asked - known):
        raise refuse("forms.not-visited", entity=entity, draw=draw)
    listed = {row["item_id"]: row for row in workspace.store.roster("items")}
    items = stored_plan(plan).all_items
    crews = _crews(visits, stored.withdrawals, made)
    return FormsContext(
        stored,
        language,
        policy_of(plan, workspace.settings.inspectors),
        visits,
        made,
        crews,
        [{"name": "", **listed.get(item, {}), "item_id": item} for item in items],
        {row["inspector_id"]: row for row in workspace.store.roster("inspectors")},
        [visit for visit in made if not asked or visit["entity_id"] in asked],
        working_days(workspace).due_on(date.fromisoformat(stored.window[1]), WORKING_DAYS),
        WORKING_DAYS,
        unpublished_of(workspace, stored),
        region_names(workspace.settings.register, (visit["region"] for visit in visits)),
        zone(workspace),
        {visit["entity_id"]: f"{place:04d}" for place, visit in enumerate(visits, 1)},
        workspace.settings.contact,
    )


def _crews(
    visits: Sequence[Mapping[str, Any]],
    withdrawals: Sequence[Mapping[str, Any]],
    made: Sequence[Mapping[str, Any]],
) -> dict[str, list[str]]:
    """The inspectors of each visit; a reserve has those of the entity whose place it took."""
    return {
        visit["entity_id"]: list(visit["inspectors"])
        or crew_of(visits, withdrawals, visit["entity_id"])
        for visit in made
    }


def _addresses(workspace: WorkspaceFolder, context: FormsContext) -> dict[str, str]:
    """The addresses of the entities asked for, as the frozen frame has them."""
    frame = workspace.frozen(context.draw).frame
    return frame.addresses([visit["entity_id"] for visit in context.asked])


class _Done:
    """Counts the forms that are done, and tells of every hundredth."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def __call__(self) -> None:
        self._done += 1
        if self._progress and (self._done % 100 == 0 or self._done == self._total):
            self._progress(min(self._done, self._total), self._total)

    def counted(self, cases: Iterable[VisitSheet]) -> Iterator[VisitSheet]:
        """Cases as they are; one is done when the next is asked for."""
        for case in cases:
            yield case
            self()


def _write_own(
    workspace: WorkspaceFolder,
    context: FormsContext,
    kinds: Sequence[str],
    folder: Path,
    *,
    each: bool,
    progress: Progress | None,
) -> None:
    """Notices, record forms and work lists, for the entities asked for."""
    templates = Templates(workspace.folder, context.language)
    materials = templates.materials()
    all_cases = cases(
        context.asked,
        context.crews,
        _addresses(workspace, context),
        context.items,
        context.inspectors,
        materials,
        context.language,
        context.region_names,
    )
    for case in all_cases:
        case["number"] = context.numbers[case["entity_id"]]
    ticks = boxes(context.language)
    plan = context.draw.plan
    if workspace.is_rehearsal:
        plan = marked_plan(plan, context.language)
    values: dict[str, Any] = {
        "draw": context.draw.id,
        "plan": plan,
        "select": context.draw.select,
        "crew": context.draw.crew,
        "published": "select" not in context.unpublished,
        "materials": materials[ALL],
        "boxes": ticks,
        "contact": context.contact,
    }
    title = plan["title"]
    per_case = {"notices": 1 + each, "records": 2 + each}
    done = _Done(sum(per_case.get(kind, 0) for kind in kinds) * len(all_cases), progress)
    for kind in kinds:
        if kind == "worklists":
            lists, crews = work_lists(all_cases), crew_lists(all_cases)
            page = templates.pieces("worklists.html", {**values, "lists": lists, "crews": crews})
            _write_pieces(folder / "worklists.html", page)
            path = folder / "worklists.xlsx"
            workbooks.work_list_workbook(path, context.language, title, lists, crews)
            continue
        name = f"{kind}.html"
        told_as = {**values, "cases": _Counted(all_cases, done)}
        _write_pieces(folder / name, templates.pieces(name, told_as))
        if kind == "records":
            path = folder / "records.xlsx"
            workbooks.record_workbook(
                path, context.language, title, context.draw.id, all_cases, ticks, step=done
            )
        if each:
            of_one = partial(templates.pieces, name)
            _write_each(folder / kind, of_one, values, done.counted(all_cases))


class _Counted(list[VisitSheet]):
    """The cases as a template sees them, a list; walking through it counts."""

    def __init__(self, all_cases: Sequence[VisitSheet], done: _Done) -> None:
        super().__init__(all_cases)
        self._done = done

    def __iter__(self) -> Iterator[VisitSheet]:
        return self._done.counted(super().__iter__())


def _write_each(
    folder: Path, pieces: Any, values: Mapping[str, Any], all_cases: Iterable[VisitSheet]
) -> None:
    folder.mkdir()
    for case in all_cases:
        # The number first: ids that differ in case alone, or begin with a point, make no trouble.
        name = f"{case['number']}-{case['entity_id']}.html"
        _write_pieces(folder / name, pieces({**values, "cases": [case]}))


def _write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _put(fresh: Path, to: Path, draw: str) -> None:
    """Move what was written into the folder asked for, each form in the place of an earlier one.

    Raises PlannerError for files in a folder of forms that no such writing put there.
    """
    to.mkdir(parents=True, exist_ok=True)
    sweep_beside(to)
    for path in fresh.iterdir():
        if path.is_dir() and (to / path.name).is_dir():
            check_strangers(to / path.name, draw, lambda one: bool(_EACH.fullmatch(one.name)))
    flush_folder(fresh)
    for path in sorted(fresh.iterdir()):
        if path.is_dir():
            put_in_place(path, to / path.name)
        else:
            path.replace(to / path.name)
    sync(to)
