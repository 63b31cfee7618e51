"""The stats pane: graphs of one container since it is watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from dockdash.control.controller import Controller
from dockdash.core.models import Container
from dockdash.core.stats import Usage
from dockdash.core.text import clean
from dockdash.core.units import UNKNOWN, percent, rate, size
from dockdash.tui.palette import Palette
from dockdash.tui.widgets.charts import area, nice_top
from dockdash.tui.widgets.lines import fit, strip

_GUTTER = 8


class Chart(NamedTuple):
    """One graph: its title, the words of now, its values, the value at its top, that value in words, its colour."""

    title: str
    now: str
    values: Sequence[float | None]
    top: float
    top_words: str
    style: str


def _best(values: Sequence[float | None]) -> float:
    return max((value for value in values if value is not None), default=0.0)


def _sum(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second


def _cpu(history: Sequence[Usage]) -> Chart:
    values = [usage.cpu for usage in history]
    top = nice_top(_best(values), 10.0)
    now = history[-1].cpu if history else None
    return Chart("CPU", f"{percent(now)}  peak {percent(_best(values))}", values, top, percent(top), "cpu")


def _memory(history: Sequence[Usage]) -> Chart:
    values: list[float | None] = [usage.memory for usage in history]
    last = history[-1] if history else None
    limit = last.memory_limit if last else None
    best = _best(values)
    top = float(limit) if limit and best > limit * 0.2 else nice_top(best, float(1 << 20))
    now = f"{size(last.memory)} of {size(limit)}  {percent(last.memory_percent)}" if last else UNKNOWN
    return Chart("Memory", now, values, top, size(top), "memory")


def _flow(
    title: str, style: str, names: tuple[str, str], parts: Callable[[Usage], tuple[float | None, float | None]]
) -> Callable[[Sequence[Usage]], Chart]:
    def chart(history: Sequence[Usage]) -> Chart:
        values = [_sum(*parts(usage)) for usage in history]
        top = nice_top(_best(values), 1024.0)
        one, two = parts(history[-1]) if history else (None, None)
        return Chart(title, f"{names[0]} {rate(one)}  {names[1]} {rate(two)}", values, top, rate(top), style)

    return chart


_CHARTS = (
    _cpu,
    _memory,
    _flow("Network", "network", ("↓", "↑"), lambda usage: (usage.rx, usage.tx)),
    _flow("Disk", "disk", ("read", "write"), lambda usage: (usage.read, usage.written)),
)


class FiguresView(Widget, can_focus=True):
    """Four graphs, in two columns where there is room.

    Args:
        controller: Where the figures come from.
        palette: The colours.
    """

    def __init__(self, controller: Controller, palette: Palette, id: str | None = None) -> None:
        super().__init__(id=id)
        self._controller, self.palette = controller, palette
        self.container: Container | None = None

    def show(self, container: Container | None) -> None:
        """Shows another container's figures."""
        self.container = container
        self.refresh()

    def _words(self) -> str:
        if self.container is None:
            return "No container is selected."
        if not self.container.state.is_up:
            return f"{clean(self.container.name, 60)} does not run: there is nothing to measure."
        return "Waiting for the first reading …"

    def render_lines(self, crop: object) -> list[Strip]:
        """All lines at once: the graphs share their columns."""
        del crop
        return self._lines()

    def _lines(self) -> list[Strip]:
        width, height, base = self.size.width, self.size.height, self.rich_style
        history = self._controller.figures.history(self.container.id) if self.container else ()
        if not history or self.container is None or not self.container.state.is_up:
            lines = [Strip.blank(width, base)] * height
            if height:
                words = self._words()
                pad = " " * max(0, (width - len(words)) // 2)
                lines[max(0, height // 2 - 1)] = strip([(pad + words, self.palette["muted"])], width, base)
            return lines
        across = 2 if width >= 2 * (_GUTTER + 24) else 1
        down = -(-len(_CHARTS) // across)
        each, left = divmod(height, down)
        lines = []
        for row in range(down):
            charts = [make(history) for make in _CHARTS[row * across : (row + 1) * across]]
            room = each + (1 if row < left else 0)
            cells = width // across
            blocks = [
                self._block(chart, cells if i < across - 1 else width - cells * i, room, base)
                for i, chart in enumerate(charts)
            ]
            lines += [Strip.join(parts) for parts in zip(*blocks, strict=True)]
        return lines

    def _block(self, chart: Chart, width: int, height: int, base: Style) -> list[Strip]:
        """Title and graph of one chart in a rectangle."""
        palette = self.palette
        colour = palette[chart.style]
        title = strip([(f" {chart.title} ", colour + Style(bold=True)), (chart.now, palette["text"])], width, base)
        rows = max(0, height - 1)
        graph = area(chart.values, max(0, width - _GUTTER - 1), rows, chart.top)
        lines = [title] if height else []
        for number, row in enumerate(graph):
            label = chart.top_words if number == 0 else "0" if number == rows - 1 else ""
            lines.append(
                strip([(fit(label, _GUTTER - 1, right=True) + "▕", palette["muted"]), (row, colour)], width, base)
            )
        return lines
