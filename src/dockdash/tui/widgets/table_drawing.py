"""How a table's columns are laid out and its lines drawn: pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from dockdash.tui.palette import Palette
from dockdash.tui.widgets.lines import fit, strip


class Cell(NamedTuple):
    """What stands in one cell: text and the palette's name of its style, and perhaps a second part."""

    text: str
    style: str = "text"
    more: str = ""
    more_style: str = "muted"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        id: Its name.
        title: What the header says.
        width: Cells; the least for one that grows.
        grow: Share of the room that is left, 0 for none.
        right: Whether its text ends at the right edge.
    """

    id: str
    title: str
    width: int
    grow: int = 0
    right: bool = False


class Place(NamedTuple):
    """Where a column stands: its first cell, and how many it has."""

    column: Column
    x: int
    width: int


def lay_out(columns: Sequence[Column], room: int) -> list[Place]:
    """Gives each column its place; those at the end that do not fit are left out.

    Args:
        columns: In order.
        room: Cells of a line.
    """
    chosen: list[Column] = []
    for column in columns:
        gap = 1 if chosen else 0
        if room - column.width - gap < 0:
            break
        room -= column.width + gap
        chosen.append(column)
    shares = sum(column.grow for column in chosen)
    places, x = [], 0
    for column in chosen:
        width = column.width + (room * column.grow // shares if shares else 0)
        places.append(Place(column, x, width))
        x += width + 1
    return places


def draw_band(band: Sequence[tuple[str, str]], width: int, base: Style, over: Style, palette: Palette) -> Strip:
    """A row that goes across all columns."""
    return strip([(text, palette[style] + over) for text, style in band], width, base + over)


def draw_cells(
    places: Sequence[Place], cells: Sequence[Cell], width: int, base: Style, over: Style, palette: Palette
) -> Strip:
    """An ordinary row."""
    spans: list[tuple[str, Style]] = []
    for (column, _, size), cell in zip(places, cells, strict=True):
        if spans:
            spans.append((" ", over))
        room = max(0, size - len(cell.more))
        spans.append((fit(cell.text, room, right=column.right), palette[cell.style] + over))
        if cell.more:
            spans.append((fit(cell.more, size - room), palette[cell.more_style] + over))
    return strip(spans, width, base + over)


def draw_header(
    places: Sequence[Place], hidden: int, sorted_by: str, reverse: bool, width: int, base: Style, palette: Palette
) -> Strip:
    """The titles, the one that orders marked, and how many columns had no room."""
    spans: list[tuple[str, Style]] = []
    for column, _, size in places:
        if spans:
            spans.append((" ", Style()))
        title, style = column.title, palette["header"]
        if column.id == sorted_by:
            title, style = f"{title}{'▴' if reverse else '▾'}", palette["title"]
        spans.append((fit(title, size, right=column.right), style))
    line = strip(spans, width, base)
    mark = f" +{hidden}"
    if hidden > 0 and width > 2 * len(mark):
        rest = strip([(mark, palette["muted"])], len(mark), base)
        line = Strip.join([line.crop(0, width - len(mark)), rest])
    return line
