"""Aligned columns of text for a terminal or a pipe."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import accumulate

_GAP = "  "


def _cells(letter: str) -> int:
    """How many columns a terminal gives a character (Unicode Standard Annex 11; combining marks take none)."""
    if unicodedata.category(letter) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def width(text: str) -> int:
    """How many columns a terminal gives a text without controls."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def cut(text: str, columns: int) -> str:
    """A text that fits.

    Args:
        text: Text without controls.
        columns: How many columns there are.

    Returns:
        The text, or its beginning and "…" where it is wider.
    """
    if width(text) <= columns:
        return text
    ends = accumulate(map(_cells, text))
    kept = sum(1 for end in ends if end < columns)
    return text[:kept] + "…" if columns > 0 else ""


def table(rows: Sequence[Sequence[str]], columns: int | None = None) -> str:
    """Lines with aligned columns.

    Args:
        rows: The cells, row by row, without controls; all rows have as many.
        columns: How wide a line may be, None for as wide as it gets.

    Returns:
        The lines, each with its line end and without blanks before it.
    """
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        line = _GAP.join(cells).rstrip()
        lines.append(line if columns is None else cut(line, columns))
    return "".join(f"{line}\n" for line in lines)
