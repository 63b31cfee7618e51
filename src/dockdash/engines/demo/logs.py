"""A container's log as a function of time: which entries its spans hold, and when each was written.

Every entry has a place of its own on a grid, moved by a hash within its cell. So the number of entries before any
moment is known without making them, and the last thousand lines of a long life cost a thousand lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

from dockdash.core.models import LogPiece
from dockdash.engines.demo.lines import SCRIPTS, Script
from dockdash.engines.demo.noise import number, unit
from dockdash.engines.demo.state import Box, Span

BATCH = 500
"""About how many lines a batch holds at most."""

_JITTER = 0.8
_FOREVER = float("inf")


class LogReader:
    """Reads the log of one container on.

    Args:
        box: Whose log.
        now: The time of the question.
        tail: Begin with so many last lines; None for all.
        since: Leave out what is older than this stamp; "" for no limit.
        follow: Whether to go on with what is written from now on.
    """

    def __init__(self, box: Box, now: float, *, tail: int | None, since: str, follow: bool) -> None:
        self._box = box
        self._script = SCRIPTS[box.spec.script]
        self._end = b"\r\n" if box.spec.tty else b"\n"
        self._since = since.encode()
        # As with Docker, one run is followed: its end is the end of the stream.
        self._run = box.run
        self._follow = follow and box.is_live
        self._until = now
        self._span, self._index, self._skip = 0, 0, 0
        if tail is not None:
            self._seek_tail(tail, now)
        elif since:
            self._seek_since(now)

    @property
    def has_ended(self) -> bool:
        """Whether ``read`` gives nothing any more, once it gave nothing."""
        return not self._follow or self._box.run != self._run or not self._box.is_live

    def read(self, now: float) -> list[LogPiece]:
        """What was written until ``now`` and not read yet, in pieces of one line; at most about ``BATCH``."""
        until = now if self._follow else self._until
        spans = self._box.spans
        pieces: list[LogPiece] = []
        while self._span < len(spans) and spans[self._span].run <= self._run:
            span = spans[self._span]
            for index in range(max(self._index, self._first(span)), self._last(span, until)):
                lines = self._pieces(span, index)[self._skip :]
                pieces += [piece for piece in lines if piece.stamp >= self._since]
                self._index, self._skip = index + 1, 0
                if len(pieces) >= BATCH:
                    return pieces
            if span.end is None or span.end > until:
                break
            self._span, self._index = self._span + 1, 0
        return pieces

    def next_due(self) -> float:
        """When the next line is written, as far as is known, seconds since the epoch."""
        spans = self._box.spans
        if self._span >= len(spans):
            return _FOREVER
        span = spans[self._span]
        index = max(self._index, self._first(span))
        if self._script.steady is None and index >= len(self._script.boot):
            return _FOREVER
        return _time(self._script, self._box.spec.name, span, index)

    def _first(self, span: Span) -> int:
        return _count(self._script, self._box.spec.name, span.offset)

    def _last(self, span: Span, now: float) -> int:
        return _count(self._script, self._box.spec.name, span.active(max(now, span.begin)))

    def _entries(self, now: float) -> Iterator[tuple[int, int]]:
        """Every entry until ``now``, as numbers of span and entry, the last one first."""
        for place in range(len(self._box.spans) - 1, -1, -1):
            span = self._box.spans[place]
            for index in range(self._last(span, now) - 1, self._first(span) - 1, -1):
                yield place, index

    def _seek_tail(self, tail: int, now: float) -> None:
        spans, missing = self._box.spans, tail
        # Without a single line to show, reading begins behind all that was written.
        self._span = max(len(spans) - 1, 0)
        self._index = self._last(spans[-1], now) if spans else 0
        for place, index in self._entries(now):
            if missing <= 0:
                break
            pieces = self._pieces(spans[place], index)
            self._span, self._index = place, index
            self._skip = max(len(pieces) - missing, 0)
            missing -= len(pieces)
            if self._since and pieces[-1].stamp < self._since:
                break

    def _seek_since(self, now: float) -> None:
        """Jumps over the spans, and the entries of a span, that are too old for sure."""
        try:
            since = datetime.fromisoformat(f"{self._since.decode()[:19]}+00:00").timestamp()
        except ValueError:
            return
        spans = self._box.spans
        while self._span < len(spans) and (spans[self._span].end or now) < since - 1:
            self._span += 1
        if self._span < len(spans):
            self._index = self._last(spans[self._span], since - 1)

    def _pieces(self, span: Span, index: int) -> list[LogPiece]:
        at = _time(self._script, self._box.spec.name, span, index)
        lines = self._script.entry(index, at)
        return [
            LogPiece(stream, _stamp(at, index, place), text.encode() + self._end)
            for place, (stream, text) in enumerate(lines)
        ]


def _place(script: Script, key: str, index: int) -> float:
    """The active second at which an entry is written."""
    boot = len(script.boot)
    if index < boot:
        return index * script.gap
    return boot * script.gap + (index - boot + _JITTER * unit(key, index)) * script.every


def _count(script: Script, key: str, active: float) -> int:
    """How many entries are written before the active second ``active``."""
    boot = len(script.boot)
    rest = active - boot * script.gap
    if rest < 0:
        return min(math.ceil(active / script.gap), boot)
    if script.steady is None:
        return boot
    index = boot + int(rest / script.every)
    return index + (_place(script, key, index) < active)


def _time(script: Script, key: str, span: Span, index: int) -> float:
    return span.begin + _place(script, key, index) - span.offset


def _stamp(at: float, index: int, place: int) -> bytes:
    # Lines of one entry are some microseconds apart; a float has no nanoseconds, so those are made up.
    micros = round(at * 1e6) + place * 17
    seconds, rest = divmod(micros, 1_000_000)
    return f"{_second(seconds)}.{rest:06}{number('nanoseconds', index) % 1000:03}Z".encode()


@lru_cache(maxsize=256)
def _second(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
