"""One-line widgets: the header, the footer with the keys, the tabs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from dockdash.tui.palette import Palette
from dockdash.tui.widgets.lines import strip

Words = tuple[tuple[str, str], ...]
"""Text and the palette's name of its style."""


class Line(Widget):
    """One line of text: words from the left, words from the right, the right ones first when room is short."""

    DEFAULT_CSS = "Line { height: 1; }"

    def __init__(self, palette: Palette, *, filled: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self.palette = palette
        self._filled = filled
        self._left: Words = ()
        self._right: Words = ()

    def show(self, left: Words, right: Words = ()) -> None:
        """Shows other words; paints only when they differ."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        base = self.rich_style + self.palette.bar if self._filled else self.rich_style
        over = Style(color=base.color) if self._filled and self.palette.spec.ansi else None

        def styled(words: Words) -> list[tuple[str, Style]]:
            # in the terminal's own colours the bar is drawn reversed: other colours would swap there too
            return [
                (text, (self.palette[name] if over is None else Style(bold=name in _STRONG))) for text, name in words
            ]

        right = strip(styled(self._right), min(width, sum(cell_len(text) for text, _ in self._right)), base)
        left = strip(styled(self._left), width - right.cell_length, base)
        return Strip.join([left, right])


_STRONG = frozenset({"bold", "title", "key", "broken", "warning", "error"})


class KeyBar(Line):
    """The footer: keys and what they do, as many as fit; a click does it."""

    class Pressed(Message):
        """A hint was clicked."""

        def __init__(self, action_id: str) -> None:
            super().__init__()
            self.action_id = action_id

    def __init__(self, palette: Palette, id: str | None = None) -> None:
        super().__init__(palette, id=id)
        self._hints: tuple[tuple[str, str, str, bool], ...] = ()
        self._places: list[tuple[int, int, str]] = []

    def set_hints(self, hints: Sequence[tuple[str, str, str, bool]]) -> None:
        """Takes other hints: action id, key, title, and whether it can be done now."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self._arrange()

    def on_resize(self, event: events.Resize) -> None:
        """Shows as many as fit."""
        self._arrange()

    def _arrange(self) -> None:
        words: list[tuple[str, str]] = []
        self._places, x = [], 0
        for action_id, key, title, possible in self._hints:
            size = cell_len(key) + cell_len(title) + 3
            if x + size > self.size.width:
                continue
            words += [(f" {key}", "key" if possible else "muted"), (f" {title} ", "text" if possible else "muted")]
            self._places.append((x, x + size, action_id))
            x += size
        self.show(tuple(words))

    def on_click(self, event: events.Click) -> None:
        """Does what the hint says."""
        for start, stop, action_id in self._places:
            if start <= event.x < stop:
                self.post_message(self.Pressed(action_id))


class TabBar(Line):
    """The names of the tabs, the active one marked."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, titles: Sequence[str], palette: Palette, id: str | None = None) -> None:
        super().__init__(palette, filled=False, id=id)
        self.titles = tuple(titles)
        self.active = 0
        self.status: Words = ()
        self.name_words: Words = ()
        self._ends: list[int] = []

    def refresh_words(self) -> None:
        """Shows the tabs, and at the right the status of the active one and a name, as far as there is room."""
        full = sum(len(title) + 4 for title in self.titles)
        short = sum(len(title) + 2 for title in self.titles)
        # what says most and fits: numbers and all words, no name, no numbers, no words
        status, numbers = next(
            (
                (words, numbers)
                for words, tabs, numbers in (
                    (self.status + self.name_words, full, True),
                    (self.status, full, True),
                    (self.status + self.name_words, short, False),
                    (self.status, short, False),
                )
                if tabs + sum(cell_len(text) for text, _ in words) <= self.size.width
            ),
            ((), False),
        )
        words: list[tuple[str, str]] = []
        self._ends = []
        x = 0
        for index, title in enumerate(self.titles):
            here = index == self.active
            number = f" {index + 1}" if numbers else ""
            words += [(number, "key" if here else "muted"), (f" {title}", "tab" if here else "muted"), (" ", "text")]
            x += len(number) + len(title) + 2
            self._ends.append(x)
        self.show(tuple(words), status)

    def on_resize(self, event: events.Resize) -> None:
        """Other words fit."""
        self.refresh_words()

    def on_click(self, event: events.Click) -> None:
        """Goes to the tab."""
        index = next((index for index, end in enumerate(self._ends) if event.x < end), -1)
        if index >= 0:
            self.post_message(self.Chosen(index))
