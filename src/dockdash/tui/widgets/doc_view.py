"""A view of a document: lines with a cursor line, to fold and to copy by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich.style import Style
from textual import events

from dockdash.tui.palette import Palette
from dockdash.tui.widgets.line_view import LineView
from dockdash.tui.widgets.lines import Spans


class DocumentLine(Protocol):
    """One line of a document."""

    @property
    def words(self) -> list[tuple[str, str]]:
        """Text and the palette's name of its style."""
        ...

    @property
    def text(self) -> str:
        """The line as plain text."""
        ...

    @property
    def indent(self) -> int:
        """Blank cells before the rows that follow when it wraps."""
        ...

    @property
    def value(self) -> str:
        """What copying the line gives, "" for its text."""
        ...


class Document:
    """Lines that are all there at once."""

    first = 0

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.lines: Sequence[DocumentLine] = ()

    @property
    def end(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def spans(self, number: int) -> Spans:
        """A line's text with its styles."""
        return [(text, self.palette[style]) for text, style in self.lines[number].words]

    def text(self, number: int) -> str:
        """A line's plain text."""
        return self.lines[number].text

    def prefix(self, number: int) -> int:
        """Nothing stands before the text."""
        return 0

    def indent(self, number: int) -> int:
        """Blank cells before the rows that follow when a line wraps."""
        return self.lines[number].indent


class DocView(LineView):
    """Shows a document with a cursor line."""

    def __init__(self, palette: Palette, id: str | None = None) -> None:
        self.document = Document(palette)
        super().__init__(self.document, palette, id=id)
        self.cursor_line = 0

    def set_lines(self, lines: Sequence[DocumentLine], *, keep: bool = False) -> None:
        """Shows other lines; with ``keep`` cursor and scroll position stay, as after folding."""
        old, self.document.lines = self.document.lines, lines
        if keep and list(old) == list(lines):
            return
        if not keep:
            self.cursor_line, self.found_line = 0, -1
        self.cursor_line = min(self.cursor_line, max(0, len(lines) - 1))
        self.reset()
        if not keep:
            self.scroll_to(y=0, animate=False)

    def row_style(self, number: int) -> Style:
        """The cursor's line stands out while the pane has the focus."""
        return self.palette.cursor if number == self.cursor_line and self.has_focus else Style()

    def move_to(self, number: int) -> None:
        """Puts the cursor on a line and shows it."""
        if not self.document.lines:
            return
        self.cursor_line = max(0, min(number, len(self.document.lines) - 1))
        row, top, height = self.row_of(self.cursor_line), round(self.scroll_y), self.size.height
        if row < top:
            self.scroll_to(y=row, animate=False)
        elif row >= top + height:
            self.scroll_to(y=row - height + 1, animate=False)
        self.refresh()

    def show_line(self, number: int) -> None:
        """Puts the cursor on a line that was found."""
        super().show_line(number)
        self.cursor_line = number

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor where the click was."""
        number, _ = self.line_at(round(self.scroll_y) + event.y)
        if number >= 0:
            self.move_to(number)

    @property
    def cursor_value(self) -> str:
        """What copying the cursor's line gives."""
        if not self.document.lines:
            return ""
        line = self.document.lines[self.cursor_line]
        return line.value or line.text.strip()

    def all_text(self) -> str:
        """The whole document as text."""
        return "\n".join(line.text for line in self.document.lines) + "\n"
