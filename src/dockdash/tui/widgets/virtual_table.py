"""A table that draws only what is on screen and repaints only the cells that changed.

Textual's DataTable repaints itself whole for one changed cell (measured: 23.6 KB and a tenth of a core a second for
fifty rows, against 0.3 KB and 0.4 %), and removing rows takes quadratic time. This one holds an order of keys and
asks for cells when it draws them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from dockdash.tui.palette import Palette
from dockdash.tui.widgets.table_drawing import (
    Cell,
    Column,
    Place,
    draw_band,
    draw_cells,
    draw_header,
    lay_out,
)
from dockdash.tui.widgets.view import View


class VirtualTable(View):
    """Rows by key; subclasses say what the cells hold (``row_cells``) and which rows are bands across (``band``)."""

    DEFAULT_CSS = "VirtualTable { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }"

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, key: str | None) -> None:
            super().__init__()
            self.key = key

    class HeaderClicked(Message):
        """A column's title was clicked."""

        def __init__(self, column: str) -> None:
            super().__init__()
            self.column = column

    class RowClicked(Message):
        """A row was clicked: with which button, and whether twice."""

        def __init__(self, key: str, button: int, chain: int) -> None:
            super().__init__()
            self.key, self.button, self.chain = key, button, chain

    def __init__(self, palette: Palette, **options: str | None) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.palette = palette
        self.columns: Sequence[Column] = ()
        self.sorted_by = ""
        self.reverse = False
        self.marked: frozenset[str] = frozenset()
        self.cursor: str | None = None
        self._keys: list[str] = []
        self._rows: dict[str, int] = {}
        self._places: list[Place] = []
        self._drawn: dict[str, tuple[Cell, ...]] = {}
        self._strips: dict[str, tuple[object, Strip]] = {}

    # -- what subclasses say --

    def row_cells(self, key: str, columns: Sequence[Column]) -> tuple[Cell, ...]:
        """The cells of a row, one for each column."""
        raise NotImplementedError

    def band(self, key: str) -> list[tuple[str, str]] | None:
        """Text and style names of a row that goes across all columns; None for an ordinary row."""
        return None

    # -- content --

    @property
    def keys(self) -> Sequence[str]:
        """The keys of all rows, in order."""
        return self._keys

    @property
    def body_height(self) -> int:
        """How many rows fit under the header."""
        return max(0, self.size.height - 1)

    @property
    def visible_keys(self) -> Sequence[str]:
        """The keys of the rows on screen."""
        top = round(self.scroll_y)
        return self._keys[top : top + self.body_height]

    def set_rows(self, keys: Sequence[str]) -> None:
        """Takes a new order of rows; the cursor stays on its row, or where its row was."""
        if list(keys) == self._keys:
            return
        place = self._rows.get(self.cursor or "", 0)
        before, visible = self._keys, range(round(self.scroll_y), round(self.scroll_y) + self.body_height)
        self._keys = list(keys)
        self._rows = {key: row for row, key in enumerate(self._keys)}
        for gone in self._strips.keys() - self._rows.keys():
            del self._strips[gone]
        if self.cursor not in self._rows:
            cursor = self._keys[min(place, len(self._keys) - 1)] if self._keys else None
            self._set_cursor(cursor)
        if len(before) != len(self._keys):
            self.virtual_size = Size(self.size.width, len(self._keys) + 1)
            self.refresh()
            return
        moved = [row for row in visible if row < len(before) and before[row] != self._keys[row]]
        if moved:
            self.refresh(*(Region(0, row - visible.start + 1, self.size.width, 1) for row in moved))

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Takes other columns."""
        self.columns = columns
        self._lay_out()

    def redraw(self) -> None:
        """Forgets what was drawn, as after a change of colours or columns."""
        self._base = None
        self._strips.clear()
        self._drawn.clear()
        self.refresh()

    def update_rows(self, keys: Collection[str]) -> None:
        """Repaints those cells of these rows that are on screen and have changed."""
        regions = []
        for row, key in enumerate(self.visible_keys):
            if key not in keys:
                continue
            y = row + 1
            if self.band(key) is not None:
                self._strips.pop(key, None)
                regions.append(Region(0, y, self.size.width, 1))
                continue
            old = self._drawn.get(key)
            new = self._cells(key)
            if old is None or len(old) != len(new):
                regions.append(Region(0, y, self.size.width, 1))
                continue
            changed = [
                (x, x + width)
                for (_, x, width), before, after in zip(self._places, old, new, strict=True)
                if before != after
            ]
            if changed:
                # one region a row: Textual writes a row from its left edge to the end of each region
                regions.append(Region(changed[0][0], y, changed[-1][1] - changed[0][0], 1))
        if regions:
            self.refresh(*regions)

    def _cells(self, key: str) -> tuple[Cell, ...]:
        return self.row_cells(key, [column for column, _, _ in self._places])

    # -- cursor --

    @property
    def cursor_row(self) -> int:
        """The number of the cursor's row, -1 where there is none."""
        return self._rows.get(self.cursor or "", -1)

    def _set_cursor(self, key: str | None) -> None:
        if key == self.cursor:
            return
        before, self.cursor = self.cursor, key
        self._refresh_row(before)
        self._refresh_row(key)
        self.post_message(self.Moved(key))

    def _refresh_row(self, key: str | None) -> None:
        row = self._rows.get(key or "", -1) - round(self.scroll_y)
        if 0 <= row < self.body_height:
            self.refresh(Region(0, row + 1, self.size.width, 1))

    def move_to(self, row: int) -> None:
        """Puts the cursor on a row, the nearest where there is none of that number, and shows it."""
        if not self._keys:
            return
        row = max(0, min(row, len(self._keys) - 1))
        self._set_cursor(self._keys[row])
        top = round(self.scroll_y)
        if row < top:
            self.scroll_to(y=row, animate=False)
        elif row >= top + self.body_height:
            self.scroll_to(y=row - self.body_height + 1, animate=False)

    def move_to_key(self, key: str) -> bool:
        """Puts the cursor on the row of a key; False where there is none."""
        row = self._rows.get(key)
        if row is None:
            return False
        self.move_to(row)
        return True

    def move_by(self, rows: int) -> None:
        """Moves the cursor, down for a positive number."""
        self.move_to(max(self.cursor_row, 0) + rows)

    # -- drawing --

    def _lay_out(self) -> None:
        self._places = lay_out(self.columns, self.scrollable_content_region.width)
        self.redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Lays out again and keeps the cursor in sight."""
        self.virtual_size = Size(self.size.width, len(self._keys) + 1)
        self._lay_out()
        if self.cursor_row >= 0:
            self.call_after_refresh(self.move_to, self.cursor_row)

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, then rows."""
        width = self.size.width
        base = self.base_style
        if y == 0:
            hidden = len(self.columns) - len(self._places)
            return draw_header(self._places, hidden, self.sorted_by, self.reverse, width, base, self.palette)
        row = round(self.scroll_y) + y - 1
        if row >= len(self._keys):
            return Strip.blank(width, base)
        key = self._keys[row]
        band = self.band(key)
        cells = () if band is not None else self._cells(key)
        if band is None:
            self._drawn[key] = cells
        at_cursor = key == self.cursor
        inputs = (tuple(band or ()), cells, at_cursor, self.has_focus, key in self.marked, width, base)
        cached = self._strips.get(key)
        if cached is not None and cached[0] == inputs:
            return cached[1]
        over = (self.palette.cursor if self.has_focus else self.palette.cursor_blurred) if at_cursor else Style()
        if band is not None:
            line = draw_band(band, width, base, over, self.palette)
        else:
            line = draw_cells(self._places, cells, width, base, over, self.palette)
        self._strips[key] = (inputs, line)
        return line

    # -- mouse --

    def _column_at(self, x: int) -> str:
        return next((column.id for column, left, width in self._places if left <= x <= left + width), "")

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor, or tells of a click on the header."""
        event.stop()
        if event.y == 0:
            if column := self._column_at(event.x):
                self.post_message(self.HeaderClicked(column))
            return
        row = round(self.scroll_y) + event.y - 1
        if 0 <= row < len(self._keys):
            self.move_to(row)
            self.post_message(self.RowClicked(self._keys[row], event.button, event.chain))
