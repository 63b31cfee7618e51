"""Lines of one log, bounded: no view, no engine, only bytes in and numbered lines out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from dockdash.core.models import LogPiece
from dockdash.core.text import MAX_LINE

MAX_LINES = 20_000
MAX_BYTES = 32 << 20


class LogLine(NamedTuple):
    """One line as the container wrote it: decoded, not yet made harmless."""

    stream: int
    stamp: bytes
    text: str


class LogStore:
    """The last lines of a log.

    Lines have numbers that never change: the first line ever is 0, and ``first`` grows as old lines are dropped.

    Args:
        max_lines: Lines to keep.
        max_bytes: Characters to keep, in all lines together.
    """

    def __init__(self, max_lines: int = MAX_LINES, max_bytes: int = MAX_BYTES) -> None:
        self._max_lines, self._max_bytes = max_lines, max_bytes
        self._lines: deque[LogLine] = deque()
        self._size = 0
        self._open: dict[int, tuple[bytes, bytearray, int]] = {}
        self.first = 0
        self.last_stamps: dict[int, bytes] = {}
        self._known: dict[int, bytes] = {}

    @property
    def end(self) -> int:
        """The number after the last line's."""
        return self.first + len(self._lines)

    def __len__(self) -> int:
        """How many lines are kept."""
        return len(self._lines)

    def line(self, number: int) -> LogLine | None:
        """One line by its number, None where it is not kept."""
        at = number - self.first
        # deque finds the ends fast, and what is asked for one by one is at the end of a log that grows
        return self._lines[at] if 0 <= at < len(self._lines) else None

    def lines(self, start: int, stop: int) -> Sequence[LogLine]:
        """The kept lines with numbers from ``start`` to before ``stop``."""
        begin = max(0, start - self.first)
        return list(islice(self._lines, begin, max(begin, stop - self.first)))

    def resume(self) -> None:
        """Says that the log is opened again: what comes now and is not newer than what is known is left out."""
        self._known = dict(self.last_stamps)

    def append(self, pieces: Iterable[LogPiece]) -> None:
        """Takes pieces of log.

        Args:
            pieces: In the order in which they came; a line may come in several.
        """
        for piece in pieces:
            if piece.stamp:
                if self._known and piece.stream in self._known:
                    if piece.stamp <= self._known[piece.stream]:
                        continue
                    # all that follows is new, even with the same stamp (a long line) or an older one (a clock set back)
                    del self._known[piece.stream]
                self.last_stamps[piece.stream] = piece.stamp
            data = piece.data
            if piece.stream not in self._open and data.endswith(b"\n") and data.find(b"\n") == len(data) - 1:
                self._add(piece.stream, piece.stamp, data[:-1], 0)  # by far the most are one whole line
            else:
                self._collect(piece)
        self._trim()

    def _trim(self) -> None:
        while len(self._lines) > self._max_lines or self._size > self._max_bytes:
            self._size -= len(self._lines.popleft().text)
            self.first += 1

    def _collect(self, piece: LogPiece) -> None:
        for part in piece.data.splitlines(keepends=True) if b"\r" not in piece.data else _lines(piece.data):
            stamp, so_far, lost = self._open.pop(piece.stream, (piece.stamp, bytearray(), 0))
            ended = part.endswith(b"\n")
            body = part[:-1] if ended else part
            room = max(0, MAX_LINE - len(so_far))
            so_far += body[:room]
            lost += max(0, len(body) - room)
            if ended:
                self._add(piece.stream, stamp, bytes(so_far), lost)
            else:
                self._open[piece.stream] = (stamp, so_far, lost)

    def _add(self, stream: int, stamp: bytes, data: bytes, lost: int) -> None:
        if len(data) > MAX_LINE:
            lost, data = lost + len(data) - MAX_LINE, data[:MAX_LINE]
        text = data.decode("utf-8", "replace")
        if lost:
            text += f" … {lost:,} bytes more"
        self._lines.append(LogLine(stream, stamp, text))
        self._size += len(text)

    def rewind(self) -> None:
        """Forgets what has no end yet: the connection broke, and a later reading brings such a line again, whole.

        Docker gives all parts of a long line the same stamp, so the rest alone would be taken for what is known.
        """
        for stream, (stamp, _, _) in self._open.items():
            if stamp.endswith(b"Z"):
                self.last_stamps[stream] = stamp[:-1]  # sorts right before the stamp itself
        self._open = {stream: rest for stream, rest in self._open.items() if not rest[0].endswith(b"Z")}

    def flush(self) -> None:
        """Makes lines of what has no end yet: the stream is over."""
        for stream, (stamp, data, lost) in self._open.items():
            if data:
                self._add(stream, stamp, bytes(data), lost)
        self._open.clear()
        self._trim()


def _lines(data: bytes) -> list[bytes]:
    """Lines that end with a line feed only: a carriage return inside is the container's own business."""
    *whole, rest = data.split(b"\n")
    return [line + b"\n" for line in whole] + ([rest] if rest else [])
