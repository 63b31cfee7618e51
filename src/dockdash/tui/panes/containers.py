"""The container list: what the table shows of the store, filtered, grouped and ordered."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual import events
from textual.message import Message

from dockdash.control.controller import Controller
from dockdash.core.models import Container, Health
from dockdash.core.query import Query, parse
from dockdash.core.text import clean
from dockdash.core.units import percent, size
from dockdash.tui.palette import Palette
from dockdash.tui.panes.columns import COLUMNS, WIDE, Row, columns_for, failed
from dockdash.tui.widgets.table_drawing import Cell, Column
from dockdash.tui.widgets.virtual_table import VirtualTable

GROUP = "project:"
"""What the key of a project's row begins with; ids of containers hold no colon."""


class ContainerTable(VirtualTable):
    """The containers of the store.

    Args:
        controller: Where they and their figures come from.
        palette: The colours.
    """

    class Looked(Message):
        """Other rows are on screen: their figures are wanted."""

    def __init__(self, controller: Controller, palette: Palette, id: str | None = None) -> None:
        super().__init__(palette, id=id)
        self._controller = controller
        self.query_now: Query = parse("")
        self.hide_stopped = False
        self.grouped = True
        self.wide = False
        self.chosen: tuple[str, ...] = ()
        self.sort_column = "name"
        self.folded: set[str] = set()
        self._members: dict[str, list[str]] = {}
        self._looked: frozenset[str] = frozenset()
        self._stood = False

    # -- what is shown --

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns to show: all, the chosen ones, or what fits."""
        if self.wide:
            return WIDE
        return self.chosen or columns_for(self.size.width)

    def choose_columns(self) -> None:
        """Lays out the columns again."""
        self.sorted_by = self.sort_column
        self.set_columns([COLUMNS[name].column for name in self.column_names if name in COLUMNS])

    def on_resize(self, event: events.Resize) -> None:
        """Other columns fit another width."""
        self.choose_columns()
        super().on_resize(event)
        self._tell_looked()

    def _row(self, container: Container) -> Row:
        return Row(container, self._controller.figures.latest.get(container.id), self._controller.clock.time())

    def matching(self) -> list[Container]:
        """The containers that pass the filter, in the list's order."""
        query, hide = self.query_now, self.hide_stopped
        found = [
            container
            for container in self._controller.store.containers.values()
            if (not hide or container.state.is_up) and query.matches(container)
        ]
        found.sort(key=lambda container: container.name.lower())
        column = COLUMNS[self.sort_column]
        if self.sort_column != "name":
            found.sort(key=lambda container: column.order(self._row(container)), reverse=column.descending)
        if self.reverse:
            found.reverse()
        return found

    def rebuild(self) -> None:
        """Makes the rows anew from the store."""
        found = self.matching()
        self.marked &= self._controller.store.containers.keys()
        self._members = {}
        projects: dict[str, list[str]] = {}
        for container in found:
            projects.setdefault(container.project, []).append(container.id)
        if not self.grouped or not any(projects):
            self.set_rows([container.id for container in found])
        else:
            keys: list[str] = []
            for project in sorted(projects, key=lambda name: (not name, name.lower())):
                key = GROUP + project
                self._members[key] = projects[project]
                keys.append(key)
                if key not in self.folded:
                    keys += projects[project]
            self.set_rows(keys)
        if not self.keys:
            self._stood = False
        elif not self._stood:
            # the first container, not its project's row: its log is what a new user sees
            self._stood = True
            self.move_to(next((row for row, key in enumerate(self.keys) if not key.startswith(GROUP)), 0))
        self._tell_looked()

    def changed(self, ids: Collection[str]) -> None:
        """Repaints what changed of these containers, and the bands of their projects."""
        keys = set(ids) | {key for key, members in self._members.items() if not set(members).isdisjoint(ids)}
        self.update_rows(keys)

    # -- cells --

    def row_cells(self, key: str, columns: Sequence[Column]) -> tuple[Cell, ...]:
        """The cells of a container's row."""
        container = self._controller.store.get(key)
        if container is None:
            return tuple(Cell("") for _ in columns)
        row = self._row(container)
        marked = key in self.marked
        cells = [COLUMNS[column.id].cell(row) for column in columns]
        if marked and len(cells) > 1:
            cells[0] = Cell("✔", "mark")
            cells[1] = cells[1]._replace(style="mark")
        return tuple(cells)

    def band(self, key: str) -> list[tuple[str, str]] | None:
        """The row of a project: name, counts and sums."""
        if not key.startswith(GROUP):
            return None
        members = [c for i in self._members.get(key, ()) if (c := self._controller.store.get(i)) is not None]
        up = sum(container.state.is_up for container in members)
        bad = sum(failed(c) or c.health is Health.UNHEALTHY for c in members)
        name = clean(key.removeprefix(GROUP), 60) or "no project"
        words = [
            ("▸ " if key in self.folded else "▾ ", "muted"),
            (name, "title"),
            (f"  {up}/{len(members)} up", "running" if up == len(members) else "muted"),
        ]
        if bad:
            words.append((f"  {bad} in trouble", "broken"))
        usages = [u for c in members if (u := self._controller.figures.latest.get(c.id)) is not None]
        if usages and len(usages) == sum(container.state.is_up for container in members):
            cpus = [u.cpu for u in usages if u.cpu is not None]
            memories = [u.memory for u in usages if u.memory is not None]
            if cpus and memories:
                words.append((f"  {percent(sum(cpus))}  {size(sum(memories))}", "muted"))
        return words

    # -- cursor, marks, folding --

    def members(self, key: str) -> Sequence[str]:
        """The ids of a project's containers that pass the filter."""
        return self._members.get(key, ())

    @property
    def selected(self) -> Container | None:
        """The container under the cursor, None on a project's row."""
        return self._controller.store.get(self.cursor or "")

    @property
    def project(self) -> str:
        """The project under the cursor, "" for none."""
        if self.cursor is not None and self.cursor.startswith(GROUP):
            return self.cursor.removeprefix(GROUP)
        return self.selected.project if self.selected is not None else ""

    def targets(self) -> list[Container]:
        """What a verb acts on: the marked ones, else the one under the cursor, else its whole project.

        Marks on what the filter hides do not count: nothing is done to what nobody sees.
        """
        ids: Sequence[str] = [container.id for container in self.matching() if container.id in self.marked]
        if not ids and self.cursor is not None:
            ids = self.members(self.cursor) if self.cursor.startswith(GROUP) else [self.cursor]
        containers = [container for i in ids if (container := self._controller.store.get(i)) is not None]
        return sorted(containers, key=lambda container: container.name.lower())

    def toggle_mark(self, key: str | None) -> None:
        """Marks a row, or takes its mark off; a project's row stands for all of its containers."""
        if key is None:
            return
        keys = frozenset(self.members(key)) if key.startswith(GROUP) else frozenset({key})
        self.marked = self.marked - keys if keys <= self.marked else self.marked | keys
        self.update_rows(keys | {key})

    def clear_marks(self) -> bool:
        """Takes all marks off; False where there are none."""
        marked, self.marked = self.marked, frozenset()
        self.update_rows(marked)
        return bool(marked)

    def toggle_fold(self, key: str) -> None:
        """Folds a project, or unfolds it."""
        self.folded ^= {key}
        self.rebuild()
        self.redraw()

    # -- figures --

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are looked at."""
        super().watch_scroll_y(old_value, new_value)
        self._tell_looked()

    def looked_at(self) -> frozenset[str]:
        """The containers whose figures are wanted: those on screen, or all while figures order the list."""
        if COLUMNS[self.sort_column].from_figures:
            return frozenset(container.id for container in self.matching() if container.state.is_up)
        ids: set[str] = set()
        for key in self.visible_keys:
            ids |= set(self.members(key)) if key in self.folded else {key}
        return frozenset(ids)

    def _tell_looked(self) -> None:
        looked = self.looked_at()
        if looked != self._looked:
            self._looked = looked
            self.post_message(self.Looked())
