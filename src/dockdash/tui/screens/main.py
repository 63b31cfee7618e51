"""The main screen: the list, the details, and what goes between them. What keys do is in ``tui.commands``."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker

from dockdash.config.settings import Settings
from dockdash.control.controller import Controller
from dockdash.core.errors import DockdashError
from dockdash.core.text import clean
from dockdash.tui.actions import APP, DOC, LIST, LOGS, STATS
from dockdash.tui.compat import set_bindings
from dockdash.tui.keys import Keys
from dockdash.tui.palette import Palette
from dockdash.tui.panes.containers import GROUP, ContainerTable
from dockdash.tui.panes.detail import DetailPane
from dockdash.tui.panes.noengine import NoEngine
from dockdash.tui.panes.words import header_words
from dockdash.tui.screens.news import News
from dockdash.tui.screens.prompting import Prompting
from dockdash.tui.widgets.bars import KeyBar, Line, TabBar
from dockdash.tui.widgets.virtual_table import VirtualTable

if TYPE_CHECKING:
    from dockdash.tui.widgets.prompt import Prompt

SETTLE_SECONDS = 0.12
"""How long the cursor must rest on a row before its details are asked for."""

FIGURES_SECONDS = 0.4
"""How long after the start figures are first asked for."""

OPENING_SECONDS = 0.5
"""How long the next key waits for what the one before opens."""

SIDE_BY_SIDE = 110
"""From so many columns on, list and details stand beside each other."""

WIDE_SCREEN = 180
"""From so many columns on, the list has the larger half: it has more to show than a log has."""


class MainScreen(Screen[None]):
    """List, details, header, footer.

    Args:
        controller: What everything shows.
        palette: The colours.
        keys: Which key does what.
        settings: The user's settings.
    """

    def __init__(self, controller: Controller, palette: Palette, keys: Keys, settings: Settings) -> None:
        super().__init__()
        self.controller, self.keys, self.settings = controller, keys, settings
        self.header = Line(palette, id="header")
        self.table = ContainerTable(controller, palette, id="list")
        self.detail: DetailPane = DetailPane(controller, palette, settings, id="detail")
        self.detail.secrets_key = keys.hint("doc.secrets")
        self.list_box = Vertical(self.table, id="list-box")
        self.no_engine = NoEngine(palette, id="no-engine")
        self.prompting: Prompting = Prompting(self)
        self.keybar = KeyBar(palette, id="keys")
        self.share: int | None = None
        self.full = False
        self.mouse = True
        self.news = News(self)
        self._begun = math.inf
        self._settle: Timer | None = None

    def compose(self) -> ComposeResult:
        """The parts."""
        self.lay_out()  # before anything is mounted: the first picture is the right one
        yield self.header
        yield Horizontal(self.list_box, self.detail, self.no_engine, id="body")
        yield self.keybar

    def on_mount(self) -> None:
        """Binds the keys and listens to the controller."""
        set_bindings(self, self.keys.bindings(APP))
        set_bindings(self.table, self.keys.bindings(LIST))
        set_bindings(self.detail.log_view, self.keys.bindings(LOGS))
        set_bindings(self.detail.figures_view, self.keys.bindings(STATS))
        set_bindings(self.detail.doc_view, self.keys.bindings(DOC))
        self.set_focus(self.table)
        self.table.rebuild()
        self._begun = time.monotonic()
        self.news.listen()

    def on_unmount(self) -> None:
        """Listens no more."""
        self.news.close()

    def on_resize(self) -> None:
        """Side by side, or one over the other."""
        self.lay_out()

    # -- layout --

    def lay_out(self) -> None:
        """Gives list and details their room."""
        beside = self.app.size.width >= SIDE_BY_SIDE
        self.set_class(not beside, "-stacked")
        box, detail = self.list_box, self.detail
        in_detail = self.full and not self.table.has_focus
        lost = self.no_engine.display
        box.display = not in_detail and not lost
        detail.display = not (self.full and not in_detail) and not lost
        own = self.detail_share
        for widget, share in ((box, 100 - own), (detail, own)):
            widget.styles.width = f"{share}fr" if beside else "1fr"
            widget.styles.height = "1fr" if beside else f"{share}fr"
        if self.is_mounted:
            self.detail.set_hidden(not detail.display)

    @property
    def detail_share(self) -> int:
        """Percent of the room that the details have: as the user set it, else half, less where all is wide."""
        return self.share or (40 if self.app.size.width >= WIDE_SCREEN else 50)

    @property
    def scope(self) -> str:
        """Where the keyboard is."""
        return LIST if not self.detail.has_focus_within else self.detail.scope

    def on_descendant_focus(self) -> None:
        """Other keys work here."""
        self.show_keys()

    def show_keys(self) -> None:
        """The footer's keys for where the keyboard is; what cannot be done now is grey."""
        if self.prompting.is_open:
            self.keybar.set_hints([("", "enter", "Keep", True), ("", "esc", "Give up", True)])
            return
        hints = []
        for action in self.keys.footer(self.scope):
            possible = not action.verb or self.controller.operations.refusal(action.verb) is None
            hints.append((action.id, self.keys.hint(action.id), action.title.rstrip("…"), possible))
        self.keybar.set_hints(hints)

    # -- words --

    def show_header(self) -> None:
        """Host, counts, filter and what is under way."""
        left, right = header_words(self.controller, self.table.query_now.text, self.table.hide_stopped, self.size.width)
        self.header.show(left, right)

    def tell(self, words: str, *, severity: str = "information") -> None:
        """A short word in the corner."""
        self.notify(clean(words, 600), severity=severity, markup=False, timeout=4)  # type: ignore[arg-type]

    def tell_error(self, error: DockdashError, about: str = "") -> None:
        """An error in its own words, with what can be done."""
        hint = f"\n{clean(error.hint, 300)}" if error.hint else ""
        self.notify(
            clean(error.message, 600) + hint, title=clean(about, 80), severity="error", markup=False, timeout=10
        )

    # -- list and details --

    @on(VirtualTable.Moved)
    def _moved(self) -> None:
        if self._settle is not None:
            self._settle.stop()
        self._settle = self.set_timer(SETTLE_SECONDS, self.show_selected)

    def show_selected(self) -> None:
        """Shows the details of the row under the cursor."""
        if self._settle is not None:
            self._settle.stop()
            self._settle = None
        selected = self.table.selected
        if selected is not None or self.table.cursor is None or self.table.cursor.startswith(GROUP):
            self.detail.show(selected)
        self._watch()

    @on(ContainerTable.Looked)
    def _watch(self) -> None:
        if self._begun + FIGURES_SECONDS > time.monotonic():
            # a stream for each row would take the processor from the first picture of the list
            self.set_timer(FIGURES_SECONDS, self._watch)
            return
        wanted = self.table.looked_at()
        if self.detail.container is not None:
            wanted |= {self.detail.container.id}
        self.controller.figures.watch(wanted)
        self.count_restarts()

    def count_restarts(self) -> None:
        """Asks for the counts that only an inspection tells, where their column is shown."""
        if "restarts" in self.table.column_names:
            self._count_restarts()

    @work(group="restarts", exclusive=True)
    async def _count_restarts(self) -> None:
        from dockdash.tui.commands.containers import count_restarts

        await self._guarded(count_restarts(self))

    @on(VirtualTable.HeaderClicked)
    def _sort_by(self, message: VirtualTable.HeaderClicked) -> None:
        self.sort(message.column)

    @on(VirtualTable.RowClicked)
    def _row_clicked(self, message: VirtualTable.RowClicked) -> None:
        if message.button == 3:
            self.do("menu")
        elif message.key.startswith(GROUP) or message.chain == 2:
            self.do("open")

    @on(TabBar.Chosen)
    def _tab_chosen(self, message: TabBar.Chosen) -> None:
        self.detail.go_to(message.index)
        self.show_keys()

    @on(KeyBar.Pressed)
    def _hint_pressed(self, message: KeyBar.Pressed) -> None:
        if message.action_id:
            self.do(message.action_id)

    def sort(self, column: str) -> None:
        """Orders by a column; by the same one again, the other way round."""
        table = self.table
        table.reverse = not table.reverse if table.sort_column == column else False
        table.sort_column = column
        table.choose_columns()
        table.rebuild()
        table.move_to(0)  # who orders by something wants to see what comes first
        self._watch()

    def recolour(self) -> None:
        """Draws everything in the palette's colours of now."""
        self.table.redraw()
        for view in (self.detail.log_view, self.detail.doc_view):
            view.repaint()
        for widget in (self.header, self.keybar, self.detail.tabs, self.detail.figures_view, self.no_engine):
            widget.refresh()

    def on_prompt_changed(self, message: Prompt.Changed) -> None:
        """Something else is typed at the bottom."""
        self.prompting.changed(message.text)

    # -- actions --

    def do(self, action_id: str) -> Worker[None] | None:
        """Carries an action out; what takes time goes on by itself, in the worker that is given back."""
        # the commands and their dialogs are loaded by the first key, not by the first picture
        from dockdash.tui.commands import COMMANDS

        work = COMMANDS[action_id](self)
        return None if work is None else self.run_worker(self._guarded(work), group="commands")

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Carries a command out; whatever goes wrong in it is told, and the program goes on."""
        try:
            await work
        except DockdashError as error:
            self.tell_error(error)
        except Exception as error:  # noqa: BLE001 - a fault of one command is not the end of the program
            self.controller.faults.publish(error)

    async def action_do(self, action_id: str) -> None:
        """A key asks for an action; the next key waits until a dialog or a prompt that it opens takes keys."""
        worker = self.do(action_id)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + OPENING_SECONDS
        while loop.time() < deadline and not self._settled(worker):  # noqa: ASYNC110 - Textual has no event for this
            await asyncio.sleep(0.002)

    def _settled(self, worker: Worker[None] | None) -> bool:
        screen = self.app.screen
        if screen is not self:
            return screen.focused is not None
        return self.prompting.has_keyboard or worker is None or worker.is_finished
