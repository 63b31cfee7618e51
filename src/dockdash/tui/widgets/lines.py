"""From spans of text to a line on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Spans = list[tuple[str, Style]]


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Text in exactly so many cells, cut with "…" or filled with blanks.

    Args:
        text: Harmless text of one line.
        width: Cells to fill.
        right: Fill on the left, as for numbers.
    """
    size = len(text) if text.isascii() else cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * (width - size) + text if right else text + " " * (width - size)


def strip(spans: Iterable[tuple[str, Style]], width: int, base: Style) -> Strip:
    """One line of exactly ``width`` cells, each span's style over ``base``."""
    segments = [Segment(text, base + style) for text, style in spans if text]
    return Strip(segments).adjust_cell_length(width, base)


def wrap(spans: Spans, width: int, indent: int = 0) -> list[Spans]:
    """Spans cut into rows of at most ``width`` cells; at least one row, which may be empty.

    Args:
        spans: One line.
        width: Cells of a row.
        indent: Blank cells before every row but the first.
    """
    rows: list[Spans] = [[]]
    indent = indent if indent < width else 0
    blank = [(" " * indent, Style())] if indent else []
    room = width
    for text, style in spans:
        narrow = text.isascii()
        at = 0
        while at < len(text):
            stop, used = (min(len(text), at + room), 0) if narrow else _reach(text, at, room)
            if stop > at:
                rows[-1].append((text[at:stop], style))
                room -= stop - at if narrow else used
                at = stop
            elif room >= width - indent:  # not even one character fits: a wide one in a very narrow pane
                at += 1
            if at < len(text):
                rows.append(list(blank))
                room = width - indent
    return rows


def _reach(text: str, start: int, room: int) -> tuple[int, int]:
    """Where the characters from ``start`` on stop to fit into so many cells, and how many they take."""
    used = 0
    for at in range(start, len(text)):
        size = get_character_cell_size(text[at])
        if used + size > room:
            return at, used
        used += size
    return len(text), used


def rows_needed(size: int, width: int, indent: int) -> int:
    """How many rows ``wrap`` makes of so many narrow characters."""
    indent = indent if indent < width else 0
    return 1 if size <= width else 1 + -(-(size - width) // (width - indent))


def crop(spans: Spans, start: int, width: int) -> Spans:
    """The cells from ``start`` on, at most ``width``, of one long line."""
    cropped = Strip([Segment(text, style) for text, style in spans]).crop(start, start + width)
    return [(segment.text, segment.style or Style()) for segment in cropped]


def highlight(spans: Spans, needle: str, style: Style) -> Spans:
    """Spans with every occurrence of ``needle`` (lower case) in another style, across span borders."""
    if not needle:
        return spans
    whole = "".join(text for text, _ in spans).lower()
    places = []
    at = whole.find(needle)
    while at >= 0:
        places.append((at, at + len(needle)))
        at = whole.find(needle, at + len(needle))
    if not places:
        return spans
    out: Spans = []
    offset = 0
    for text, own in spans:
        cuts = {0, len(text)}
        for start, stop in places:
            cuts |= {min(max(start - offset, 0), len(text)), min(max(stop - offset, 0), len(text))}
        edges = sorted(cuts)
        for left, right in pairwise(edges):
            inside = any(start <= offset + left < stop for start, stop in places)
            out.append((text[left:right], own + style if inside else own))
        offset += len(text)
    return out
