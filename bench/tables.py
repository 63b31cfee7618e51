"""Medians and Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

NOTHING = "–"


def median(values: Sequence[float]) -> float | None:
    """The median, None of nothing."""
    return statistics.median(values) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def number(value: float | None, digits: int = 0) -> str:
    """A number for people."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median, and from where to where the values go."""
    if not values:
        return NOTHING
    return f"{number(median(values), digits)} ({number(min(values), digits)}–{number(max(values), digits)})"


def ratio(value: float | None, floor: float | None) -> str:
    """How many times the floor."""
    return f"{value / floor:.2f}" if value is not None and floor else NOTHING


def verdict(value: float | None, most: float) -> str:
    """Whether an aim is met; never an error."""
    return NOTHING if value is None else "met" if value <= most else "**missed**"


@dataclass
class Table:
    """One table to print."""

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"### {self.title}", "", f"| {' | '.join(self.head)} |"]
        lines.append("|" + "|".join([" --- "] + [" ---: "] * (len(self.head) - 1)) + "|")
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join([*lines, *(f"\n{note}" for note in self.notes), ""])
