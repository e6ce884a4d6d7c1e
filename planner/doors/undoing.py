"""Taking the last act back, at the public door: a further act, where there is one for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaohao.planner.doors.group import Group
from yaohao.planner.vocabulary.problems import Problem, raise_all, refuse

if TYPE_CHECKING:
    from yaohao.planner.schema.reports.undo import UndoneReport, UndoOffer


class Undoing(Group):
    """The last act, and taking it back."""

    def undo_offer(self) -> UndoOffer:
        """What the last act did, and how it is taken back or why it cannot be."""
        from yaohao.planner.reports.undo_offer import undo_offer

        return undo_offer(self._workspace)

    def undo_last(
        self, reason: str = "", *, actor: str = "", entry: str = "", dry_run: bool = False
    ) -> UndoneReport:
        """Take the last act back by a further act; the ledger keeps both.

        `reason` and `actor` are needed where the offer asks for them; `entry` is that of the act
        that is meant. Raises PlannerError where it cannot be taken back, with why, and where
        another act came meanwhile.
        """
        offer = self.undo_offer()
        if entry and offer["entry"] != entry:
            raise refuse("undo.moved-on")
        if offer["why_not"] is not None:
            raise_all([Problem(offer["why_not"]["code"], offer["why_not"]["params"])])
        said = {"reason": reason.strip(), "actor": actor.strip()}
        missing = [name for name in offer["asks"] if not said[name]]
        if missing and not dry_run:
            raise_all([Problem(f"undo.need-{name}", {}) for name in missing])
        if not dry_run:
            self._take_back(offer, reason, actor)
        return {"offer": offer, "dry_run": dry_run, "entry": self._workspace.store.head()}

    def _take_back(self, offer: UndoOffer, reason: str, actor: str) -> None:
        params, what = offer["params"], offer["what"]
        if what in ("recusal", "absence"):
            from yaohao.planner.operations.inspector_notes import undo_absence, undo_recusal

            if what == "recusal":
                undo_recusal(self._workspace, params["inspector"], params["entity"])
            else:
                days = params["first"], params["last"]
                undo_absence(self._workspace, params["inspector"], *days)
        elif what == "import":
            from yaohao.planner.operations.undo_import import undo_import

            undo_import(self._workspace, params["register"])
        elif what == "withdrawal":
            from yaohao.planner.operations.withdraw import undo_withdrawal

            undo_withdrawal(self._workspace, params["draw"], params["entity"], reason)
        else:
            from yaohao.planner.operations.correct_case import correct_case
            from yaohao.planner.storage.case_acts import By

            by = By(role="reviewer", actor=actor, reason=reason)
            correct_case(self._workspace, params["case"], params["number"], by)
