"""A view of many lines that draws only those on screen: wrapping, search and selection, from any source of lines."""

from __future__ import annotations

import math
from bisect import bisect_right
from time import perf_counter
from typing import Protocol

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip

from dockdash.tui.compat import set_virtual_size
from dockdash.tui.palette import Palette
from dockdash.tui.widgets.lines import Spans, crop, highlight, rows_needed, strip, wrap
from dockdash.tui.widgets.view import View

_CACHED = 1000

SLICE_SECONDS = 0.008
"""How long new lines may take to be laid out in one go; the rest is for the next call of ``sync``."""


class LineSource(Protocol):
    """Numbered lines; numbers never change, and ``first`` grows as old lines are dropped."""

    @property
    def first(self) -> int:
        """The number of the first line that is still there."""
        ...

    @property
    def end(self) -> int:
        """The number after the last line's."""
        ...

    def spans(self, number: int) -> Spans:
        """A line as harmless runs of text with their styles."""
        ...

    def text(self, number: int) -> str:
        """A line as harmless plain text: what a search looks at and a copy gives."""
        ...

    def prefix(self, number: int) -> int:
        """Cells that ``spans`` puts before the text of a line."""
        ...

    def indent(self, number: int) -> int:
        """Blank cells before every row of a wrapped line but the first."""
        ...


class LineView(View):
    """Shows a source of lines.

    Args:
        source: The lines.
        palette: The colours.
    """

    DEFAULT_CSS = "LineView { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }"

    def __init__(self, source: LineSource, palette: Palette, **options: str | None) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.source, self.palette = source, palette
        self.wrap = True
        self.needle = ""
        self.found_line = -1
        self.shift = 0
        self._ends: list[int] = []  # for each kept line, the row after its last; counted from the first line ever
        self._dropped_rows = 0
        self._first = 0
        self._cache: dict[int, list[Spans]] = {}

    # -- rows --

    @property
    def room(self) -> int:
        """Cells that a line has."""
        return max(1, self.scrollable_content_region.width)

    def _rows_of(self, number: int, room: int) -> int:
        if not self.wrap:
            return 1
        text = self.source.text(number)
        ascii_only = text.isascii()
        size = (len(text) if ascii_only else cell_len(text)) + self.source.prefix(number)
        if size <= room:
            return 1
        # a wide character may leave a cell free at the end of a row: only laying the line out tells
        return rows_needed(size, room, self.source.indent(number)) if ascii_only else len(self._layout(number))

    def _layout(self, number: int) -> list[Spans]:
        rows = self._cache.get(number)
        if rows is None:
            spans = self.source.spans(number)
            if self.needle:
                style = self.palette["found-now" if number == self.found_line else "found"]
                spans = highlight(spans, self.needle, style)
            rows = (
                wrap(spans, self.room, self.source.indent(number))
                if self.wrap
                else [crop(spans, self.shift, self.room)]
            )
            if len(self._cache) > _CACHED:
                self._cache.clear()
            self._cache[number] = rows
        return rows

    def sync(self) -> int:
        """Takes in lines that came, as far as a short time allows, and lets go of lines that went.

        Returns:
            How many rows went at the top.
        """
        source, gone_rows = self.source, 0
        if source.first > self._first:
            gone = min(source.first - self._first, len(self._ends))
            if gone:
                gone_rows = self._ends[gone - 1] - self._dropped_rows
                self._dropped_rows = self._ends[gone - 1]
                del self._ends[:gone]
            self._first = source.first
        last = self._ends[-1] if self._ends else self._dropped_rows
        room = self.room
        deadline = perf_counter() + (SLICE_SECONDS if self._ends else math.inf)
        for number in range(self._first + len(self._ends), source.end):
            last += self._rows_of(number, room)
            self._ends.append(last)
            if not number % 64 and perf_counter() > deadline:
                break
        set_virtual_size(self, Size(room, last - self._dropped_rows))
        return gone_rows

    def forget(self) -> None:
        """Forgets how lines were laid out, and draws nothing yet."""
        self._cache.clear()
        self._ends.clear()
        self._dropped_rows, self._first = 0, self.source.first
        self.sync()

    def reset(self) -> None:
        """Lays everything out again: another width, other colours, another way to show a line."""
        self.forget()
        self.refresh()

    def repaint(self) -> None:
        """Draws again what is on screen; no line has become longer or shorter."""
        self._cache.clear()
        self._base = None
        self.refresh()

    def row_of(self, number: int) -> int:
        """The first row of a line."""
        at = number - self._first
        if at <= 0 or not self._ends:
            return 0
        return self._ends[min(at, len(self._ends)) - 1] - self._dropped_rows

    def line_at(self, row: int) -> tuple[int, int]:
        """The number of the line at a row, and which of its rows that is; (-1, 0) below the last."""
        at = bisect_right(self._ends, row + self._dropped_rows)
        if at >= len(self._ends):
            return -1, 0
        begin = self._ends[at - 1] if at else self._dropped_rows
        return self._first + at, row + self._dropped_rows - begin

    @property
    def at_end(self) -> bool:
        """Whether the last line is on screen."""
        return self.scroll_y >= self.virtual_size.height - self.size.height

    def on_resize(self, event: events.Resize) -> None:
        """Wraps for the new width, with the same line on top."""
        top, _ = self.line_at(round(self.scroll_y))
        self.reset()
        if top >= 0:
            self.scroll_to(y=self.row_of(top), animate=False)

    # -- drawing --

    def row_style(self, number: int) -> Style:
        """A style over a whole row, for a cursor line."""
        return Style()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        base = self.base_style
        width = self.size.width
        number, part = self.line_at(round(self.scroll_y) + y)
        if number < 0:
            return Strip.blank(width, base)
        rows = self._layout(number)
        spans = rows[part] if part < len(rows) else []
        line = strip(spans, width, base + self.row_style(number))
        selection = self.text_selection
        row = round(self.scroll_y) + y
        if selection is not None and (reach := selection.get_span(row)) is not None:
            start, stop = reach[0], width if reach[1] == -1 else reach[1]
            middle = line.crop(start, stop).apply_style(Style(reverse=True))
            line = Strip.join([line.crop(0, start), middle, line.crop(stop)])
        return line.apply_offsets(0, row)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, row by row."""
        rows = []
        for row in range(self.virtual_size.height):
            if selection.get_span(row) is not None:
                number, part = self.line_at(row)
                parts = self._layout(number) if number >= 0 else []
                rows.append((row, "".join(text for text, _ in parts[part]) if part < len(parts) else ""))
        if not rows:
            return None
        text = "\n".join(text for _, text in rows)
        first = rows[0][0]
        start = selection.start and selection.start.transpose
        stop = selection.end and selection.end.transpose
        lines = text.split("\n")
        if stop is not None:
            lines[-1] = lines[-1][: stop[1]] if stop[0] - first == len(lines) - 1 else lines[-1]
        if start is not None and start[0] == first:
            lines[0] = lines[0][start[1] :]
        return "\n".join(line.rstrip() for line in lines), "\n"

    # -- search --

    def search(self, needle: str) -> int:
        """Marks every place of a text, whatever its case, and goes to the last one at or above the bottom.

        Args:
            needle: The text, "" to mark nothing.

        Returns:
            How many lines hold it.
        """
        self.needle = needle.lower()
        self.found_line = -1
        count = sum(self._holds(number) for number in range(self.source.first, self.source.end)) if needle else 0
        self.repaint()
        return count

    def _holds(self, number: int) -> bool:
        return self.needle in self.source.text(number).lower()

    def find(self, step: int) -> bool:
        """Goes to the next line that holds what is searched for, downwards for 1, upwards for -1, round the end.

        Returns:
            Whether there is one.
        """
        first, end = self.source.first, self.source.end
        if not self.needle or end <= first:
            return False
        begin = self.found_line
        if not first <= begin < end:
            top, _ = self.line_at(round(self.scroll_y) + (self.size.height - 1 if step < 0 else 0))
            begin = (top if top >= 0 else end - 1) - step
        for distance in range(1, end - first + 1):
            number = first + (begin - first + step * distance) % (end - first)
            if self._holds(number):
                self.found_line = number
                self.show_line(number)
                self.repaint()
                return True
        return False

    def show_line(self, number: int) -> None:
        """Scrolls so that a line is on screen, in the middle where it was not."""
        row = self.row_of(number)
        top = round(self.scroll_y)
        if not top <= row < top + self.size.height:
            self.scroll_to(y=max(0, row - self.size.height // 2), animate=False)
