"""What is typed into the line at the bottom: the filter of the list, the search of a pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockdash.core.query import QueryError, parse
from dockdash.core.text import clean

if TYPE_CHECKING:
    from dockdash.tui.panes.logs import LogView
    from dockdash.tui.screens.main import MainScreen
    from dockdash.tui.widgets.doc_view import DocView
    from dockdash.tui.widgets.prompt import Prompt


class Prompting:
    """The prompt of one screen, and what its text does there.

    Args:
        screen: Whose list and panes.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._prompt: Prompt | None = None
        self._filters = True
        self._before = ""

    @property
    def is_open(self) -> bool:
        """Whether the prompt is on screen."""
        return self._prompt is not None and self._prompt.is_open

    @property
    def has_keyboard(self) -> bool:
        """Whether what is typed goes there."""
        return self._prompt is not None and self._prompt.has_focus_within

    async def filter(self) -> None:
        """Asks what the list shall hold."""
        hint = "words  /regex/  !not  label=  status=  image=  port="
        self._before = self._screen.table.query_now.text
        await self._open(True, "filter", self._before, hint)

    async def search(self) -> None:
        """Asks what to look for in the pane."""
        await self._open(False, "search", self._view.needle, "text, in either case")

    @property
    def _view(self) -> LogView | DocView:
        detail = self._screen.detail
        return detail.log_view if detail.tab == "Logs" else detail.doc_view

    async def _open(self, filters: bool, label: str, text: str, placeholder: str) -> None:
        from dockdash.tui.widgets.prompt import Prompt

        if self._prompt is None:  # made when it is first asked for: a field costs the start 20 ms
            self._prompt = Prompt(id="prompt")
            await self._screen.mount(self._prompt, before=self._screen.keybar)
        self._filters = filters
        self._prompt.open(label, text, placeholder, self._done)

    def _note(self, words: str) -> None:
        if self._prompt is not None:
            self._prompt.note(words)

    def changed(self, text: str) -> None:
        """Something else is typed: it takes effect at once."""
        if self._filters:
            self.set_filter(text)
            return
        view = self._view
        count = view.search(text)
        if count and view is self._screen.detail.doc_view:
            view.find(1)
        self._note(f" {count:,} line{'' if count == 1 else 's'} " if text else "")
        self._screen.detail.tell()

    def _done(self, text: str, kept: bool) -> None:
        screen = self._screen
        if self._filters:
            self.set_filter(text if kept else self._before)
            screen.set_focus(screen.table)
            return
        view = self._view
        view.search(text if kept else "")
        if kept and text and view is screen.detail.log_view:
            view.find(-1)
        screen.detail.tell()
        screen.set_focus(view)

    def set_filter(self, text: str) -> None:
        """Narrows the list; a filter that makes no sense yet says so and changes nothing."""
        screen = self._screen
        try:
            screen.table.query_now = parse(text)
        except QueryError as error:
            self._note(f" {clean(error.message, 80)} ")
            return
        screen.table.rebuild()
        self._note(f" {len(screen.table.matching())} of {len(screen.controller.store.containers)} ")
        screen.show_header()
