"""Going back to where one came from, with something to say there."""

from __future__ import annotations

import asyncio

from yaohao.tui.screens.base import BaseScreen

STEPS = 200
"""Turns of the loop in which the other screen comes up, at the most."""


class GoingBack(BaseScreen):
    """A screen that is left once its work is done."""

    async def do_leave(self) -> None:
        """Back to where one came from; what is done stays."""
        await self.yaohao.perform_named("back")

    def go_back(self, words: str) -> None:
        """Go back, and say there what was done here."""
        self.run_worker(self._going_back(words), exit_on_error=False)

    async def _going_back(self, words: str) -> None:
        await self.yaohao.perform_named("back")
        await self.tell_there(words)

    async def tell_there(self, words: str) -> None:
        """Say something on the screen that takes the place of this one, once it is there."""
        for _ in range(STEPS):
            there = self.yaohao.here
            if there is not None and there is not self and there.is_mounted:
                there.tell(words)
                return
            await asyncio.sleep(0.01)
