"""What stands in place of the list when no engine answers: what was tried, why it failed, what to do."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from dockdash.control.host import HostStatus
from dockdash.core.text import clean
from dockdash.tui.keys import Keys
from dockdash.tui.palette import Palette
from dockdash.tui.widgets.lines import strip


class NoEngine(Widget):
    """A report in the middle of the screen."""

    def __init__(self, palette: Palette, id: str | None = None) -> None:
        super().__init__(id=id)
        self.palette = palette
        self._lines: list[list[tuple[str, str]]] = []
        self.display = False

    def show(self, status: HostStatus, keys: Keys) -> None:
        """Shows another report."""
        lines: list[list[tuple[str, str]]] = [
            [("No container engine", "broken")],
            [],
            [(clean(status.reason, 300), "text")],
        ]
        if status.hint:
            lines.append([(clean(status.hint, 300), "muted")])
        lines.append([])
        missing = [attempt for attempt in status.attempts if "no such socket" in attempt.outcome]
        told = [attempt for attempt in status.attempts if attempt not in missing]
        if told:
            lines.append([("Tried:", "muted")])
        widest = max((len(clean(attempt.origin, 24)) for attempt in told), default=0)
        lines += [
            [
                (f"  {clean(attempt.origin, 24):<{widest}}  ", "text"),
                (clean(attempt.address, 80), "primary"),
                (f"  {clean(attempt.outcome, 160)}", "muted"),
            ]
            for attempt in told
        ]
        if missing:
            lines.append([("No socket at:", "muted")])
            lines += [[(f"  {clean(a.origin, 24):<17}", "text"), (clean(a.address, 80), "muted")] for a in missing]
        lines += [[], self._offer(keys)]
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    @staticmethod
    def _offer(keys: Keys) -> list[tuple[str, str]]:
        words: list[tuple[str, str]] = []
        for action, title in (("refresh", "try again"), ("hosts", "another host, or the demo"), ("quit", "quit")):
            words += [(f"{keys.hint(action)} ", "key"), (f"{title}    ", "text")]
        return words

    def render_line(self, y: int) -> Strip:
        """One line of the report."""
        width, base = self.size.width, self.rich_style
        room = max(0, self.size.height - len(self._lines)) // 3
        row = y - room
        if not 0 <= row < len(self._lines):
            return Strip.blank(width, base)
        widest = max((sum(len(text) for text, _ in line) for line in self._lines), default=0)
        pad = " " * max(2, (width - widest) // 2)
        words = [(text, self.palette[style]) for text, style in self._lines[row]]
        return strip([(pad, Style()), *words], width, base)
