"""From the controller's news to the main screen: gathered, and painted only where something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockdash.control.host import HostState, HostStatus
from dockdash.control.operations import Operation
from dockdash.core.diff import Diff
from dockdash.core.text import clean
from dockdash.tui.panes.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockdash.tui.screens.main import MainScreen

TICK_SECONDS = 15.0
"""How often ages are looked at; nothing is written where none has changed."""

MOST_ERRORS = 4
"""Failures of one operation that are told one by one; the journal holds them all."""


class News:
    """Listens to the controller for one screen.

    Args:
        screen: What is kept current.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._rebuild_wanted = False
        self._ends: list[Callable[[], None]] = []

    def listen(self) -> None:
        """Begins to listen, and shows how things stand."""
        controller = self._screen.controller
        self._ends = [
            controller.store.changed.subscribe(self._store_changed),
            controller.figures.changed.subscribe(self._figures_changed),
            controller.host_changed.subscribe(self._host_changed),
            controller.operations.changed.subscribe(self._operation_changed),
        ]
        self._screen.set_interval(TICK_SECONDS, self._tick)
        self._host_changed(controller.host.status)

    def close(self) -> None:
        """Listens no more."""
        for end in self._ends:
            end()

    def _store_changed(self, difference: Diff) -> None:
        if not self._rebuild_wanted:
            self._rebuild_wanted = True
            self._screen.call_later(self._rebuild)
        self._screen.table.changed(difference.changed)

    def _rebuild(self) -> None:
        self._rebuild_wanted = False
        screen = self._screen
        screen.table.rebuild()
        screen.table.changed(screen.controller.store.containers.keys())
        screen.show_header()
        screen.count_restarts()
        selected, shown = screen.table.selected, screen.detail.container
        if selected is not None and shown is not None and selected.id == shown.id:
            screen.detail.show(selected)
        elif shown is not None and screen.table.cursor is None:
            screen.detail.show(None)

    def _figures_changed(self, ids: frozenset[str]) -> None:
        screen = self._screen
        if COLUMNS[screen.table.sort_column].from_figures:
            screen.table.rebuild()
        screen.table.changed(ids)
        if screen.detail.container is not None and screen.detail.container.id in ids:
            screen.detail.figures_changed()

    def _host_changed(self, status: HostStatus) -> None:
        screen = self._screen
        lost = status.state is HostState.OFFLINE and not status.listed
        if screen.no_engine.display != lost:
            screen.no_engine.display = lost
            screen.lay_out()
        if lost:
            screen.no_engine.show(status, screen.keys)
        screen.table.set_class(status.state in (HostState.OFFLINE, HostState.DEGRADED), "-stale")
        screen.show_header()
        screen.show_keys()

    def _operation_changed(self, operation: Operation) -> None:
        self._screen.show_header()
        if operation not in self._screen.controller.operations.current:
            self._tell_result(operation)

    def _tell_result(self, operation: Operation) -> None:
        if operation.cancelled:
            return
        for name, error in list(operation.errors.items())[:MOST_ERRORS]:
            self._screen.tell_error(error, name)
        if operation.done:
            names = [entry.name for entry in operation.entries.values()]
            what = names[0] if operation.total == 1 else f"{operation.done} of {operation.total} containers"
            self._screen.tell(f"{operation.verb.done}: {clean(what, 80)}")

    def _tick(self) -> None:
        self._screen.table.changed(frozenset(self._screen.table.visible_keys))
