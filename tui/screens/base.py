"""What all screens have in common: their frame, their actions, how they are filled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Input, TextArea
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import EVERYWHERE, Action
from yaohao.tui.background_job import Job, refusable
from yaohao.tui.keys import key_typed, key_words
from yaohao.tui.screens.table_actions import TableActions, with_table_actions
from yaohao.tui.screens.teaching import Teaching
from yaohao.tui.type_ahead import send_on
from yaohao.tui.widgets.bars import KeyBar, StatusLine, TopBar
from yaohao.tui.widgets.table import RowTable
from yaohao.tui.widgets.told_click import sign_under
from yaohao.tui.widgets.under_mouse import under_mouse

if TYPE_CHECKING:
    from yaohao.tui.shell import Shell


class BaseScreen(TableActions, Teaching):
    """A screen. A subclass says its words in `body` and puts its state into them in `fill`.

    What is shown is kept in attributes, never in widgets alone: when the language changes the
    widgets are composed anew and filled again. `read` takes the state from the workspace; it is
    called before the first `fill` and whenever the workspace has changed.
    """

    SCREEN_NAME: ClassVar[str] = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    AUTO_FOCUS = ""  # `FOCUS` says what is typed into first; a filter before it is not meant
    CLICKS: ClassVar[Mapping[str, str]] = {}
    """What a click on a line of words does: by the id of its widget an action or a place."""
    FOCUS: ClassVar[str] = ""
    """The selector of the widget that is typed into first."""

    def __init__(self) -> None:
        super().__init__()
        self._version: Any = None
        self._is_filled = False

    @property
    def yaohao(self) -> Shell:
        """The app."""
        return cast("Shell", self.app)

    @property
    def workspace(self) -> Workspace:
        """The workspace, for quick looks in the app's own thread; long ones are `work`."""
        return self.yaohao.workspace

    # what a screen is made of

    def body(self) -> ComposeResult:
        """The widgets between the bars, with their words."""
        yield from ()

    def below(self) -> ComposeResult:
        """The widgets below the body: a picture of the work, where a place has one."""
        yield from ()

    def read(self) -> None:
        """Take what is shown from the workspace: quick looks only."""

    def fill(self) -> None:
        """Put the state into the widgets."""

    def receive(self, **given: Any) -> None:
        """Take what another screen hands over, before this one is shown."""

    def around(self) -> dict[str, str]:
        """What this screen is about now: its `draw`, `entity`, `inspector`, `plan`, as known.

        With it the forms of jobs begin that are called from here.
        """
        draw = self.yaohao.chosen_draw
        if draw is None:
            draws = self.workspace.draws()
            draw = str(draws[-1]["draw"]) if draws else None
        plans = [file.name for file in (self.workspace.folder / "plans").glob("*.toml")]
        only = {"plan": f"plans/{plans[0]}"} if len(plans) == 1 else {}
        site = self.workspace.site_folder()
        return {**({"draw": draw} if draw else {}), **({"site": str(site)} if site else {}), **only}

    def come_from(self, other: BaseScreen) -> None:
        """Be gone to from another screen."""

    def filter_typed(self) -> str:
        """What stands in its filter; nothing where it has none."""
        return ""

    def take_filter(self, typed: str) -> None:
        """Filter by this, where there is a filter."""

    def kept(self) -> dict[str, str]:
        """What else of this screen is to be there again in the next session, as texts."""
        return {}

    def take_kept(self, kept: Mapping[str, str]) -> None:
        """Take up what was kept of the last session, before anything is shown."""

    # how it lives

    def compose(self) -> ComposeResult:
        """The screens above, the body, what was told, and the keys below."""
        yield TopBar(id="top")
        with Container(id="body"):
            yield from self.body()
        yield from self.below()
        yield from self.lesson_widgets()
        yield StatusLine(id="told")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Read and fill."""
        self.set_class(self.yaohao.ascii_only, "-ascii")
        self.refill()
        self._focus_first()

    def on_screen_resume(self) -> None:
        """Take up what has changed while another screen was looked at."""
        self._keys_changed()
        if self._is_filled:
            self.take_up()

    def take_up(self) -> None:
        """Read and fill again if the workspace has changed since; nothing is repainted if not."""
        if self.is_mounted and self._version != self.yaohao.version:
            self.refill()

    def forget(self) -> None:
        """Have what is shown read again when this is gone to: it is about something else now."""
        self._version = None

    def refill(self) -> None:
        """Read and fill, whatever has changed."""
        self._version = self.yaohao.version
        self._is_filled = True
        try:
            self.read()
            self.fill()
        except Exception as error:
            self.tell_error(error)

    async def retell(self) -> None:
        """Say everything in the language now in use."""
        if not self._is_filled:
            return
        kept = self.focused.id if self.focused is not None else None
        views = {table.id: table.view for table in self.query(RowTable)}
        await self.recompose()
        for table in self.query(RowTable):
            if table.id in views:
                table.view.go_on(views[table.id])
        self.fill()
        found = self.query(f"#{kept}") if kept else None
        if found:
            found.first().focus()
        else:
            self._focus_first()

    def _focus_first(self) -> None:
        found = self.query(self.FOCUS) if self.FOCUS else self.query(RowTable)
        if found:
            self.set_focus(found.first())

    def unsaved(self) -> str:
        """What would be lost if the program were left now, in words; nothing where nothing is."""
        return ""

    def keep_unsaved(self) -> None:
        """Keep what is not saved where it is found again: the program may end at any moment."""

    def give_up(self) -> None:
        """Forget what is not saved: somebody has said so."""

    # telling and asking

    def tell(self, text: str, kind: str = "") -> None:
        """Say something in the line above the keys; `kind` ``bad`` for what went wrong."""
        self.query_one("#told", StatusLine).tell(text, kind)

    def tell_undoable(self, text: str) -> None:
        """Say what was done, and beside it how that is taken back."""
        undo = next(one for one in EVERYWHERE if one.name == "undo-last")
        control = say("tui_lessons.go", key=key_words(undo.keys[0]), label=undo.label()).strip()
        self.tell(text)
        self.offer(control, lambda: self.app.call_later(self.yaohao.perform, undo))

    def offer(self, control: str, act: Callable[[], object]) -> None:
        """Show what mends what was told, behind it; a click does it."""
        self.query_one("#told", StatusLine).offer(control, act)

    def tell_of_key(self, text: str) -> None:
        """Say why a key did nothing; the next key takes it back."""
        self.query_one("#told", StatusLine).tell(text, "bad", is_of_key=True)

    def tell_error(self, error: BaseException) -> None:
        """Say plainly what went wrong."""
        self.yaohao.tell_error(error)

    def confirm(self, title: str, text: str, yes: str, then: Callable[[], None]) -> None:
        """Ask before what cannot be undone; `then` is done only on the key y."""
        from yaohao.tui.widgets.dialogs import Confirm

        def answered(said: Any) -> None:
            if said:
                self.yaohao.guarded(then)
            else:
                self.tell("")

        self.app.push_screen(Confirm(title, text, yes), answered)

    def work(
        self,
        words: str,
        job: Job,
        done: Callable[[Any], None],
        again: Callable[[str], None] | None = None,
    ) -> None:
        """Do long work in a thread: told while it lasts, stopped by Escape; then `done`.

        With `again` a refusal is no error: it is handed why, and asks anew for what was typed.
        """
        if again is None:
            self.yaohao.work(words, job, done)
        else:
            self.yaohao.work(words, refusable(job), lambda found: found.go_on(done, again))

    def done_with(self, about: object) -> None:
        """Forget what was typed for something (`Ask`): it is done."""
        self.yaohao.drafts.pop(about, None)

    def copy(self, headings: Sequence[str], values: Sequence[Any]) -> None:
        """Copy a row as tab-separated text, or those picked; say where it is also saved."""
        if self.picked_rows():
            TableActions.do_copy(self)
        else:
            self.yaohao.copy_rows(headings, [values])

    # keys

    def actions(self) -> list[Action]:
        """What can be done here now, this screen's own first."""
        return [action for action in self.declared() if self.can(action)]

    def declared(self) -> list[Action]:
        """What can be done here at all: its own actions, then those of every table."""
        return with_table_actions(self.ACTIONS)

    def can(self, action: Action) -> bool:
        """Whether an action can be done now."""
        return not action.when or bool(getattr(self, action.when)())

    def why_not(self, action: Action) -> str:
        """Why an action of this screen cannot be done now."""
        return action.why_not()

    def is_typing(self) -> bool:
        """Whether letters are typed into something."""
        return isinstance(self.focused, Input | TextArea)

    def typing_keys(self) -> list[tuple[str, str]]:
        """The keys that matter while something is typed, each with what it does."""
        keys = [("enter", say("tui_keys.typing-enter"))] if isinstance(self.focused, Input) else []
        return [*keys, ("escape", say("tui_keys.typing-escape"))]

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Other keys matter while something is typed."""
        self._keys_changed()

    def on_descendant_blur(self) -> None:
        """Other keys matter while nothing is typed."""
        self._keys_changed()

    def on_screen_suspend(self) -> None:
        """The keys of what is above matter now."""
        self._keys_changed()

    def _keys_changed(self) -> None:
        for bar in self.query(KeyBar):
            bar.refresh()

    async def on_key(self, event: events.Key) -> None:
        """Do what the key is for, unless something is being typed."""
        typing = self.is_typing()
        if self.app.screen is not self or (typing and event.is_printable):
            send_on(self.app.screen, event)
            return
        if event.key == "ctrl+c" and (typing or self.get_selected_text()):
            return  # what is selected is copied, as everywhere
        action = self.yaohao.action_of(event.key, event.character)
        if typing and (action is None or not action.anywhere):
            return
        if action is None:
            await self._other_key(event)
            return
        event.stop()
        event.prevent_default()
        self.told_key()
        await self.yaohao.perform(action)

    async def _other_key(self, event: events.Key) -> None:
        """A key of no action: what has the focus may have a use for it; else it is said why not."""
        self.told_key()
        name = key_typed(event.key, event.character)
        bound = self.active_bindings.get(name)
        if bound is None and not self.yaohao.tell_why_not(event.key, event.character):
            return
        if bound is None or name != event.key:
            event.stop()
            event.prevent_default()
        if bound is not None and name != event.key:  # an input method made its sign a wide one
            await self.app.run_action(bound.binding.action, bound.node)

    async def on_click(self, event: events.Click) -> None:
        """Press the key that words name, or do what a line of words is for.

        A heading, or a label, goes to what stands below it.
        """
        if sign := sign_under(self, event):
            await self.yaohao.press_told(sign)
            return
        widget = under_mouse(self, event)
        name = self.CLICKS.get(widget.id or "") if widget is not None else None
        if name is not None:
            await self.yaohao.perform_clicked(name)
        elif widget is not None and {"heading", "label"} & widget.classes:
            after = widget.parent.children if widget.parent is not None else []
            places = [one for one in after if one is widget or one.focusable]
            following = places[places.index(widget) + 1 :]
            if following:
                following[0].focus()

    def take_back(self) -> None:
        """Take back what was told of the act before; how far long work is stays."""
        for line in self.query("#told").results(StatusLine):
            if line.kind != "work":
                line.tell("")

    def told_key(self) -> None:
        """Take back what was told of the key before."""
        line = self.query_one("#told", StatusLine)
        if line.is_of_key:
            line.tell("")

    def do_back(self) -> bool | Awaitable[bool]:
        """Leave what is open here; False where nothing is, and the screen itself is to be left."""
        return False
