"""Env, Config, Top and Inspect as lines of text: pure functions from what the engine told."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from dockdash.core.describe import config_sections
from dockdash.core.models import ContainerDetail, ProcessTable
from dockdash.core.posture import posture
from dockdash.core.redact import is_secret, mask, mask_raw
from dockdash.core.text import clean

Words = list[tuple[str, str]]
"""Text and the palette's name of its style."""


@dataclass(frozen=True, slots=True)
class DocLine:
    """One line of a document.

    Attributes:
        words: What it shows.
        value: What copying it gives, "" for the line itself.
        path: Where it begins something that folds, "" for nothing.
        indent: Blank cells before the rows that follow when it wraps.
    """

    words: Words
    value: str = ""
    path: str = ""
    indent: int = 0

    @property
    def text(self) -> str:
        """The line as plain text."""
        return "".join(text for text, _ in self.words)


def env_lines(detail: ContainerDetail, *, secrets: bool, key: str = "v") -> list[DocLine]:
    """The environment, sorted by name; secrets masked unless asked for by a key in the pane."""
    pairs = sorted(detail.env, key=lambda pair: pair[0].lower())
    if not pairs:
        return [DocLine([("It has no environment.", "muted")])]
    widest = min(32, max(len(clean(name, 200)) for name, _ in pairs))
    lines = []
    for name, value in pairs:
        hidden = is_secret(name, value) and not secrets
        shown = clean(mask(name, value) if hidden else value)
        lines.append(
            DocLine(
                [(clean(name, 200).ljust(widest), "primary"), ("  ", "text"), (shown, "muted" if hidden else "text")],
                value=shown,
                indent=widest + 2,
            )
        )
    if any(is_secret(name, value) for name, value in pairs):
        told = (
            f"{key} in this pane masks them again" if secrets else f"secrets are masked; {key} in this pane shows them"
        )
        lines += [DocLine([]), DocLine([(told, "muted")])]
    return lines


_LEVELS = {"good": ("✓", "running"), "note": ("·", "muted"), "warn": ("!", "warning"), "bad": ("✗", "broken")}


def config_lines(detail: ContainerDetail, *, secrets: bool) -> list[DocLine]:
    """Settings in sections, and what they mean for security in words."""
    raw = detail.raw if secrets else mask_raw(detail.raw)
    lines: list[DocLine] = []
    sections = [section for section in config_sections(raw) if section.rows]
    # one column for all sections, but for the labels, whose names are long
    widest = max((len(clean(key, 200)) for s in sections if s.title != "Labels" for key, _ in s.rows), default=0)
    for section in sections:
        lines += [DocLine([])] if lines else []
        lines.append(DocLine([(clean(section.title, 80), "title")]))
        for key, value in section.rows:
            name = f"  {clean(key, 200):<{min(24, widest)}}  "
            words = [(name, "muted"), (clean(value), "text")]
            lines.append(DocLine(words, value=clean(value), indent=min(len(name), 32)))
    lines += [DocLine([]), DocLine([("Security posture", "title")])]
    for finding in posture(detail.raw):
        glyph, style = _LEVELS[finding.level]
        lines.append(
            DocLine(
                [(f"  {glyph} ", style), (clean(finding.title, 120), style), (f": {clean(finding.text)}", "text")],
                indent=4,
            )
        )
    return lines


def top_lines(table: ProcessTable) -> list[DocLine]:
    """The processes as an aligned table; the last column is as long as it is."""
    titles = [clean(title, 40) for title in table.titles]
    rows = [[clean(cell) for cell in row] for row in table.rows]
    widths = [
        max(len(title), *(len(row[at]) if at < len(row) else 0 for row in rows), 0) for at, title in enumerate(titles)
    ]

    def line(cells: list[str]) -> str:
        padded = [cell.ljust(widths[at]) if at < len(titles) - 1 else cell for at, cell in enumerate(cells)]
        return "  ".join(padded)

    return [DocLine([(line(titles), "header")]), *(DocLine([(line(row), "text")]) for row in rows)]


def inspect_lines(detail: ContainerDetail, *, secrets: bool, folded: Collection[str]) -> list[DocLine]:
    """The engine's own answer as coloured JSON; what is folded takes one line."""
    raw = detail.raw if secrets else mask_raw(detail.raw)
    return list(_json("", None, raw, 0, "", folded))


def _scalar(value: Any) -> tuple[str, str]:
    if isinstance(value, str):
        return json.dumps(clean(value, 20_000), ensure_ascii=False), "running"
    if isinstance(value, bool) or value is None:
        return json.dumps(value), "warning" if value else "muted"
    return clean(json.dumps(value, default=str)), "accent"


def _json(path: str, key: str | None, value: Any, depth: int, comma: str, folded: Collection[str]) -> Iterator[DocLine]:
    indent = "  " * depth
    head: Words = [(indent, "text")]
    if key is not None:
        head += [(json.dumps(clean(key, 400), ensure_ascii=False), "primary"), (": ", "muted")]
    if not isinstance(value, dict | list) or not value:
        text, style = (
            ("{}" if isinstance(value, dict) else "[]", "muted") if isinstance(value, dict | list) else _scalar(value)
        )
        plain = clean(value, 20_000) if isinstance(value, str) else text
        yield DocLine([*head, (text, style), (comma, "muted")], value=plain, indent=len(indent) + 2)
        return
    begin, end = ("{", "}") if isinstance(value, dict) else ("[", "]")
    if path in folded:
        count = f" {len(value)} {'key' if isinstance(value, dict) else 'item'}{'' if len(value) == 1 else 's'} "
        yield DocLine([*head, (f"{begin}…{count}{end}", "muted"), (comma, "muted")], path=path)
        return
    yield DocLine([*head, (begin, "muted")], path=path)
    entries = list(value.items()) if isinstance(value, dict) else [(None, item) for item in value]
    for number, (name, item) in enumerate(entries):
        place = f"{path}/{number if name is None else name}"
        yield from _json(
            place,
            None if name is None else str(name),
            item,
            depth + 1,
            "," if number < len(entries) - 1 else "",
            folded,
        )
    yield DocLine([(indent + end, "muted"), (comma, "muted")])


def foldable(detail: ContainerDetail) -> frozenset[str]:
    """The paths of everything inside the document that folds, the document itself left out."""

    def walk(path: str, value: Any) -> Iterator[str]:
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, item in entries:
            place = f"{path}/{name}"
            if isinstance(item, dict | list) and item:
                yield place
            yield from walk(place, item)

    return frozenset(walk("", detail.raw))
