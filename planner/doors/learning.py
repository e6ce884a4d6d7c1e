"""What the draws tell, at the public door: findings with figures, sentences and pictures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.doors.arguments import listed
from yaohao.planner.doors.group import Group, PathLike
from yaohao.planner.schema.report_rows import ReportRows

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding


class Learning(Group):
    """Estimates, inspectors, survival, effects, risk, and the next rates."""

    def estimate(
        self,
        draws: Iterable[str] = (),
        *,
        item: str = "",
        by: Iterable[str] = ("tier",),
        level: float = 0.95,
    ) -> Finding:
        """Shares and numbers in violation in the pool of a draw, or of several together.

        `by` divides it by ``tier``, ``region``, ``industry``, ``kind``, ``age`` or ``fields``.
        Without draws the last one that has results is meant.
        """
        from yaohao.planner.reports.estimates import estimate

        names = listed("draws", draws)
        return estimate(self._workspace, names, item=item, by=listed("by", by), level=level)

    def crews(
        self,
        draws: Iterable[str] = (),
        *,
        item: str = "",
        deals: int | None = None,
        seed: int = 1,
    ) -> Finding:
        """How much each inspector finds, against what their visits let expect; internal.

        Over all draws with results, or those named; `deals` new assignments give the p-values,
        as many as time allows, up to 2,000, where none are asked for.
        """
        from yaohao.planner.reports.crew_findings import crews

        names = listed("draws", draws)
        return crews(self._workspace, names, item=item, deals=deals, seed=seed)

    def survive(
        self,
        by: str = "",
        *,
        exits: PathLike | None = None,
        since: str = "",
        reports: PathLike | None = None,
        needs_figures: bool = True,
    ) -> Finding:
        """How long firms live, all and by ``kind``, ``industry``, ``region``, ``tier``, ``cohort``.

        `exits` is a file of days of exit, complete from the ISO day `since` on; `reports` one of
        annual reports, of which who reported on time is active, and, with `needs_figures`, did not
        report zeros throughout.
        """
        from yaohao.planner.reports.survival_findings import survive

        return survive(
            self._workspace,
            by=by,
            exits=None if exits is None else Path(exits),
            since=since,
            reports=None if reports is None else Path(reports),
            needs_figures=needs_figures,
        )

    # Many parameters: the question, each part of it by its own name.
    def evaluate(
        self,
        draw: str = "",
        *,
        outcome: str = "alive",
        file: PathLike | None = None,
        months: int = 12,
        redraws: int = 2000,
        seed: int = 1,
        bandwidth: float = 0.0,
        before: Iterable[str] = (),
        group: str = "",
    ) -> Finding:
        """What being drawn did to a later outcome: ``alive``, ``lead``, or a column of `file`.

        With `bandwidth` (years) the jump at the tolerance period's age limit instead; with `before`
        (columns, the oldest first) and `group` the difference in differences of a group.
        """
        from yaohao.planner.reports.effects import evaluate

        return evaluate(
            self._workspace,
            draw,
            outcome=outcome,
            file=None if file is None else Path(file),
            months=months,
            redraws=redraws,
            seed=seed,
            bandwidth=bandwidth,
            before=listed("before", before),
            group=group,
        )

    def check_trial(self, file: PathLike) -> Finding:
        """The smallest effect that a trial could show, and the sizes of its arms; no act."""
        from yaohao.planner.operations.trials import check_trial

        return check_trial(self._workspace, Path(file))

    def commit_trial(self, file: PathLike) -> Finding:
        """Commit to who takes part, the arms and the analysis of a trial."""
        from yaohao.planner.operations.trials import commit_trial

        return commit_trial(self._workspace, Path(file))

    def assign_trial(
        self, trial: str, seed: str, source: str = "", witnesses: Iterable[str] = ()
    ) -> Finding:
        """Assign the arms of a committed trial by tickets; `trial_arms` gives them."""
        from yaohao.planner.operations.trials import assign_trial

        known = listed("witnesses", witnesses)
        return assign_trial(self._workspace, trial, seed, source, known)

    def trial_arms(self, trial: str) -> ReportRows[dict[str, str]]:
        """The arm of every entity of a trial: rows of `entity_id` and `arm`."""
        from yaohao.planner.operations.trials import trial_arms

        return ReportRows(trial_arms(self._workspace, trial))

    def analyse_trial(self, trial: str, outcomes: PathLike) -> Finding:
        """Analyse a trial as was committed, from a file of outcomes; entered in the ledger."""
        from yaohao.planner.operations.trials import analyse_trial

        return analyse_trial(self._workspace, trial, Path(outcomes))

    def trials(self) -> ReportRows[dict[str, str]]:
        """The trials of the workspace and how far each is."""
        from yaohao.planner.operations.trials import list_trials

        return ReportRows(list_trials(self._workspace))

    def risk_fit(
        self,
        *,
        as_of: str = "",
        outcome: str = "any",
        regions: bool = False,
        to: PathLike | None = None,
        overwrite: bool = False,
    ) -> Finding:
        """A risk model from visits known before `as_of`, judged; written to `to` if it may rank."""
        from yaohao.planner.operations.risk_files import save_model
        from yaohao.planner.reports.risk_findings import risk_fit

        report, document = risk_fit(self._workspace, as_of=as_of, outcome=outcome, regions=regions)
        if to is not None and not report.failed:
            save_model(self._workspace, document, Path(to), overwrite=overwrite)
        return report

    # Many parameters: the question, each part of it by its own name.
    def risk_score(
        self,
        to: PathLike,
        *,
        model: PathLike | None = None,
        scheme: PathLike | None = None,
        events: PathLike | None = None,
        as_of: str = "",
        overwrite: bool = False,
    ) -> Finding:
        """Write the scores of all entities with their lines, by a fitted model or by indicators."""
        from yaohao.planner.operations.risk_files import score_entities

        return score_entities(
            self._workspace,
            Path(to),
            model=None if model is None else Path(model),
            scheme=None if scheme is None else Path(scheme),
            events=None if events is None else Path(events),
            as_of=as_of,
            overwrite=overwrite,
        )

    def risk_test(
        self,
        first: str,
        last: str = "",
        *,
        outcome: str = "any",
        capacity: int = 0,
        regions: bool = False,
    ) -> Finding:
        """What a model would have been worth from one ISO day to another, fitted by quarter."""
        from yaohao.planner.reports.risk_findings import risk_test

        return risk_test(
            self._workspace,
            first=first,
            last=last,
            outcome=outcome,
            capacity=capacity,
            regions=regions,
        )

    # Many parameters: what is chosen of a proposal, each by its own name.
    def propose(
        self,
        plan: PathLike,
        draws: Iterable[str] = (),
        *,
        alpha: float | None = None,
        floor: float = 0.005,
        law: float = 0.0,
        visits: float = 0.0,
        new_id: str = "",
        to: PathLike | None = None,
        overwrite: bool = False,
    ) -> Finding:
        """Rates for a plan (file or id) from what draws found; with `to` written as a plan file."""
        from yaohao.planner.operations.save_proposal import save_proposal
        from yaohao.planner.reports.rate_proposals import propose
        from yaohao.planner.storage.plan_files import plan_file

        file = plan_file(self._workspace, plan)
        proposal, text = propose(
            self._workspace,
            file,
            draws=listed("draws", draws),
            alpha=alpha,
            floor=floor,
            law=law,
            visits=visits,
            new_id=new_id,
        )
        if to is not None:
            save_proposal(self._workspace, text, Path(to), overwrite=overwrite)
        return proposal

    def save_pictures(
        self, finding: Finding, to: PathLike, *, overwrite: bool = False
    ) -> list[str]:
        """Write the pictures of a finding as SVG, a file each; the names of the files.

        The first is `to`, the others have ``-2``, ``-3`` … before its ending. Raises PlannerError
        where there is no picture, a file is there, or the place is a publication's.
        """
        from yaohao.planner.operations.save_pictures import save_pictures

        return save_pictures(self._workspace, finding, to, overwrite=overwrite)
