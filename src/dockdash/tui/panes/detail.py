"""The details of the selected container, in tabs; only the tab on screen does any work."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.worker import get_current_worker

from dockdash.config.settings import Settings
from dockdash.control.controller import Controller
from dockdash.core.errors import DockdashError
from dockdash.core.models import Container, ContainerDetail
from dockdash.core.text import clean
from dockdash.tui.actions import DOC, LOGS, STATS
from dockdash.tui.messages import StatusChanged
from dockdash.tui.palette import Palette
from dockdash.tui.panes.documents import DocLine, config_lines, env_lines, foldable, inspect_lines, top_lines
from dockdash.tui.panes.figures import FiguresView
from dockdash.tui.panes.logs import LogView
from dockdash.tui.widgets.bars import TabBar
from dockdash.tui.widgets.doc_view import DocView

TABS = ("Logs", "Stats", "Env", "Config", "Top", "Inspect")
TOP_SECONDS = 2.0


class DetailPane(Vertical):
    """Tabs over a log, graphs and a document.

    Args:
        controller: What is shown comes from it.
        palette: The colours.
        settings: How a log begins.
    """

    def __init__(self, controller: Controller, palette: Palette, settings: Settings, id: str | None = None) -> None:
        super().__init__(id=id)
        self._controller = controller
        self.tabs = TabBar(TABS, palette, id="tabs")
        self.log_view = LogView(controller, palette, settings.tail, id="log")
        self.log_view.wrap, self.log_view.lines.times = settings.wrap, settings.timestamps
        self.figures_view = FiguresView(controller, palette, id="figures")
        self.doc_view = DocView(palette, id="doc")
        self.figures_view.display = self.doc_view.display = False
        self.container: Container | None = None
        self.secrets, self.secrets_key = False, "v"
        self.folded: frozenset[str] = frozenset()
        self._detail: ContainerDetail | None = None
        self._poll: Timer | None = None
        self._hidden = False

    def compose(self) -> ComposeResult:
        """The tabs and their views."""
        yield self.tabs
        yield self.log_view
        yield self.figures_view
        yield self.doc_view

    def on_mount(self) -> None:
        """Begins with the first tab."""
        self._apply()

    @property
    def tab(self) -> str:
        """The title of the active tab."""
        return TABS[self.tabs.active]

    @property
    def view(self) -> LogView | FiguresView | DocView:
        """The view of the active tab."""
        if self.tab == "Logs":
            return self.log_view
        return self.figures_view if self.tab == "Stats" else self.doc_view

    @property
    def scope(self) -> str:
        """Which keys work in the active tab."""
        return {"Logs": LOGS, "Stats": STATS}.get(self.tab, DOC)

    def set_hidden(self, hidden: bool) -> None:
        """Nobody sees the pane, or somebody does again."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._apply()

    # -- what is shown --

    def show(self, container: Container | None) -> None:
        """Shows another container, or the same in another state."""
        old, self.container = self.container, container
        if (old.id if old else "") != (container.id if container else ""):
            self.workers.cancel_group(self, "detail")
            self._detail, self.secrets, self.folded = None, False, frozenset()
            self.doc_view.search("")
            self._apply(fresh=True)
        elif old != container:
            self._apply()

    def go_to(self, index: int) -> None:
        """Shows another tab; the focus stays in the pane where it was there."""
        inside = self.view.has_focus
        self.tabs.active = index % len(TABS)
        self.doc_view.search("")
        self._apply(fresh=True)
        if inside:
            self.screen.set_focus(self.view)

    def _apply(self, *, fresh: bool = False) -> None:
        view = self.view
        for each in (self.log_view, self.figures_view, self.doc_view):
            each.display = each is view
        if view is self.log_view and not self._hidden:
            self.log_view.show(self.container)
        else:
            self.log_view.close()
        if self._poll is not None:
            self._poll.stop()
            self._poll = None
        if view is self.figures_view:
            self.figures_view.show(self.container)
        elif view is self.doc_view and not self._hidden:
            if fresh:
                self.doc_view.set_lines([DocLine([("…", "muted")])] if self.container else self._nothing())
            self.load(fresh=fresh)
        self.tell()

    @staticmethod
    def _nothing() -> list[DocLine]:
        return [DocLine([("No container is selected.", "muted")])]

    def load(self, *, fresh: bool = False) -> None:
        """Asks the engine for what the active document shows."""
        if self.container is not None:
            self._load(self.container, self.tab, fresh)

    @work(group="detail", exclusive=True)
    async def _load(self, container: Container, tab: str, fresh: bool) -> None:
        try:
            if tab == "Top":
                lines = await self._processes(container)
            else:
                detail = await self._controller.inspect(container.id)
                if not self._shows(container, tab):
                    return  # an answer that comes late is not shown under another's name
                self._detail = detail
                lines = self.document(tab)
        except DockdashError as error:
            lines = [DocLine([(error.message, "broken")]), DocLine([(error.hint, "muted")])]
        if self._shows(container, tab):
            self.doc_view.set_lines(lines, keep=not fresh)
            if tab == "Top" and container.state.is_up:
                self._poll = self.set_timer(TOP_SECONDS, self.load)

    def _shows(self, container: Container, tab: str) -> bool:
        """Whether a container's document is still the one on screen."""
        same = self.container is not None and self.container.id == container.id and self.tab == tab
        return same and not get_current_worker().is_cancelled

    async def _processes(self, container: Container) -> list[DocLine]:
        if not container.state.is_up:
            words = f"{clean(container.name, 60)} does not run: it has no processes."
            return [DocLine([(words, "muted")])]
        return top_lines(await self._controller.top(container.id))

    def document(self, tab: str) -> list[DocLine]:
        """The lines of a document from the last inspection."""
        detail = self._detail
        if detail is None:
            return self._nothing()
        if tab == "Env":
            return env_lines(detail, secrets=self.secrets, key=self.secrets_key)
        if tab == "Config":
            return config_lines(detail, secrets=self.secrets)
        return inspect_lines(detail, secrets=self.secrets, folded=self.folded)

    @property
    def detail(self) -> ContainerDetail | None:
        """The last inspection of the container shown."""
        return self._detail

    def whole_text(self) -> str:
        """The active document as text, with everything unfolded."""
        if self.tab == "Inspect" and self._detail is not None:
            lines = inspect_lines(self._detail, secrets=self.secrets, folded=())
            return "\n".join(line.text for line in lines) + "\n"
        return self.doc_view.all_text()

    def redo(self) -> None:
        """Shows the document again, with other things folded or masked."""
        if self.view is self.doc_view and self.tab != "Top" and self._detail is not None:
            self.doc_view.set_lines(self.document(self.tab), keep=True)

    def toggle_secrets(self) -> None:
        """Shows the secrets of this container, or masks them again."""
        self.secrets = not self.secrets
        self.redo()
        self.tell()

    def toggle_fold(self) -> None:
        """Folds or unfolds what begins on the cursor's line."""
        lines, at = self.doc_view.document.lines, self.doc_view.cursor_line
        line = lines[at] if at < len(lines) else None
        if isinstance(line, DocLine) and line.path:
            self.folded ^= {line.path}
            self.redo()

    def toggle_fold_all(self) -> None:
        """Folds everything on the document's first level and below, or unfolds it."""
        if self._detail is not None and self.tab == "Inspect":
            self.folded = frozenset() if self.folded else foldable(self._detail)
            self.redo()
            self.doc_view.move_to(0)

    # -- words --

    def on_status_changed(self, message: StatusChanged) -> None:
        """The log says something else of itself."""
        message.stop()
        self.tell()

    def tell(self) -> None:
        """Shows what the active view says of itself beside the tabs."""
        container = self.container
        self.tabs.name_words = ((clean(container.name, 40) + " ", "bold"),) if container is not None else ()
        if self.view is self.log_view:
            self.tabs.status = self.log_view.status_words()
        elif self.view is self.doc_view and self.doc_view.needle:
            self.tabs.status = ((f"/{clean(self.doc_view.needle, 20)} ", "match"),)
        else:
            self.tabs.status = ()
        self.tabs.refresh_words()

    def figures_changed(self) -> None:
        """New figures of the container shown."""
        if self.view is self.figures_view and not self._hidden:
            self.figures_view.refresh()
