"""Results entered and reviewed by persons, at the public door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.doors.arguments import listed
from yaohao.planner.doors.group import Group, PathLike

if TYPE_CHECKING:
    from yaohao.planner.schema.result import EntryReport


class ResultEntryMethods(Group):
    """What a person found is entered; another person reviews it."""

    # Many parameters: what is said of a visit, each a keyword for users' own Python.
    def enter_results(
        self,
        draw: str,
        entity_id: str,
        results: Iterable[Mapping[str, str]],
        *,
        by: str,
        on: str = "",
        officers: Iterable[str] = (),
        evidence: Iterable[PathLike] = (),
        statement: str = "",
        reason: str = "",
        all_items: bool = False,
        dry_run: bool = False,
    ) -> EntryReport:
        """Enter what a visit found: for each item its `item_id`, `result`, and what there is of
        `method`, `finding`, `follow_up` and `follow_up_closed_on`.

        `by` is who enters it, `on` the ISO day of the visit, today by default; `officers` are those
        of the crew unless others are named; of `evidence` files the digests are kept. With
        `all_items` one result without an item is that of every other item. Whatever was entered
        otherwise before is corrected with a `reason`.
        """
        from yaohao.planner.operations.enter_results import Said, enter_results

        said = Said(
            by,
            on,
            listed("officers", officers),
            [Path(file) for file in listed("evidence", evidence)],
            statement,
            reason,
        )
        return enter_results(
            self._workspace,
            draw,
            entity_id,
            list(results),
            said,
            all_items=all_items,
            dry_run=dry_run,
        )

    def review_results(
        self,
        draw: str,
        entities: Iterable[str] = (),
        *,
        by: str,
        every: bool = False,
        dry_run: bool = False,
    ) -> EntryReport:
        """Review results that another person than `by` entered, of some entities or `every` one."""
        from yaohao.planner.operations.review_results import review_results

        named = listed("entities", entities)
        return review_results(self._workspace, draw, named, by=by, every=every, dry_run=dry_run)

    # Many parameters: which results, and who sends them back, and why.
    def return_results(
        self,
        draw: str,
        entities: Iterable[str],
        *,
        by: str,
        reason: str,
        items: Iterable[str] = (),
        dry_run: bool = False,
    ) -> EntryReport:
        """Send results that wait for a review back to who entered them, with a reason."""
        from yaohao.planner.operations.review_results import return_results

        return return_results(
            self._workspace,
            draw,
            listed("entities", entities),
            by=by,
            reason=reason,
            items=listed("items", items),
            dry_run=dry_run,
        )
