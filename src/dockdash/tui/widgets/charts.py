"""Charts out of block characters: pure functions from numbers to rows of text."""

from __future__ import annotations

from collections.abc import Sequence

_BLOCKS = " ▁▂▃▄▅▆▇█"
_BAR = "▏▎▍▌▋▊▉█"


def area(values: Sequence[float | None], width: int, height: int, top: float) -> list[str]:
    """A filled chart, the newest value at the right edge.

    Args:
        values: Oldest first; None leaves a gap.
        width: Columns; only the last so many values are drawn.
        height: Rows.
        top: The value that fills a column.

    Returns:
        ``height`` rows of ``width`` characters, the highest first.
    """
    newest = list(values)[-width:] if width > 0 else []
    gap: list[float | None] = [None] * (width - len(newest))
    shown = gap + newest
    levels = [
        0 if value is None or top <= 0 else max(min(round(value / top * height * 8), height * 8), 1 if value > 0 else 0)
        for value in shown
    ]
    return ["".join(_BLOCKS[max(0, min(8, level - row * 8))] for level in levels) for row in range(height - 1, -1, -1)]


def bar(share: float | None, width: int) -> str:
    """A horizontal bar of a share between 0 and 1, in eighths of a cell; blank where it is unknown."""
    if share is None or width <= 0:
        return " " * width
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    whole, part = divmod(eighths, 8)
    return ("█" * whole + (_BAR[part - 1] if part else "")).ljust(width)


def nice_top(value: float, least: float) -> float:
    """A round number at or above a value, for a scale that does not jump with every reading."""
    top = least
    while top < value:
        for step in (2, 2.5, 2):
            top *= step
            if top >= value:
                break
    return top
