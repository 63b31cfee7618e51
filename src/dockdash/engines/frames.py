"""From the bytes of a log stream to pieces of log: frames, chunks and stamps.

Pure state machines: bytes in, pieces out, in any cutting. Sources: the Docker Engine API 1.41, ``ContainerAttach``
("Stream format": one byte of stream type, three zero bytes, four bytes of length, the payload) and RFC 9112, 7.1
(chunked transfer coding).
"""

from __future__ import annotations

import struct
import sys

from dockdash.core.models import LogPiece

_HEADER = struct.Struct(">BxxxL")
_PART = 16_384
"""Bytes after which Docker cuts a line (the buffer of its log copier)."""
_LONGEST_FRAME = 64 << 20
"""No engine sends longer ones (Docker's have 16 KiB): such a length is no length."""
_STAMP_LIMIT = 40
"""A stamp has 20 to 35 characters; after so many without a blank there is none."""


def split_stamp(data: bytes) -> tuple[bytes, bytes]:
    """Parts the RFC 3339 stamp that the engine put before a piece from the piece.

    Args:
        data: The piece as it came.

    Returns:
        The stamp (b"" where there is none) and the rest.
    """
    end = data.find(b" ", 0, _STAMP_LIMIT)
    if end < 19 or data[10:11] != b"T" or not data[:4].isdigit():
        # an empty line may come as a stamp and nothing else
        bare = data.rstrip(b"\r\n")
        if 19 <= len(bare) < _STAMP_LIMIT and bare[10:11] == b"T" and bare[:4].isdigit() and b" " not in bare:
            return bare, data[len(bare) :]
        return b"", data
    return data[:end], data[end + 1 :]


class FrameReader:
    """Reads the multiplexed stream of a container without a terminal."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._raw: LineReader | None = None

    def feed(self, data: bytes) -> list[LogPiece]:
        """Takes bytes, gives the frames that are complete by now as pieces."""
        if self._raw is not None:
            return self._raw.feed(data)
        buffer = self._buffer
        buffer += data
        out: list[LogPiece] = []
        at, size = 0, len(buffer)
        while size - at >= 8:
            kind, length = _HEADER.unpack_from(buffer, at)
            if kind > 3 or length > _LONGEST_FRAME or buffer[at + 1] or buffer[at + 2] or buffer[at + 3]:
                # no frames at all: Podman, or an engine that lost count; show the bytes rather than nothing
                self._raw = LineReader()
                out += self._raw.feed(bytes(buffer[at:]))
                buffer.clear()
                return out
            if size - at - 8 < length:
                break
            stamp, payload = split_stamp(bytes(buffer[at + 8 : at + 8 + length]))
            out.append(LogPiece(2 if kind >= 2 else 1, stamp, payload))
            at += 8 + length
        del buffer[:at]
        return out


class LineReader:
    """Reads the raw stream of a container with a terminal: every line has its own stamp.

    Docker cuts a line every ``_PART`` bytes, and writes the stamp again before each part, in the middle of the line.
    """

    def __init__(self) -> None:
        self._tail = b""
        self._room = 0  # bytes of the line that may still come before a stamp does

    def feed(self, data: bytes) -> list[LogPiece]:
        """Takes bytes, gives whole lines, and what a line has so far (a prompt has no end)."""
        pieces: list[LogPiece] = []
        *whole_lines, rest = data.split(b"\n")
        for line in [line + b"\n" for line in whole_lines] + ([rest] if rest else []):
            self._line(line, pieces)
        return pieces

    def _line(self, line: bytes, pieces: list[LogPiece]) -> None:
        """Takes a line or what there is of it, adds its parts to ``pieces``."""
        while line:
            stamp = b""
            if not self._room:
                whole = self._tail + line
                if not whole.endswith(b"\n") and len(whole) < _STAMP_LIMIT and b" " not in whole:
                    self._tail = whole  # the stamp itself may be cut
                    return
                self._tail = b""
                stamp, line = split_stamp(whole)
                self._room = _PART if stamp else sys.maxsize
            part, line = line[: self._room], line[self._room :]
            self._room = 0 if part.endswith(b"\n") else self._room - len(part)
            pieces.append(LogPiece(1, stamp, part))


class Dechunker:
    """Takes off the chunked transfer coding, so that a stream's own end is told from a broken connection."""

    def __init__(self) -> None:
        self.finished = False
        self._buffer = bytearray()
        self._left = 0  # bytes of the current chunk that are still to come, its line end included

    def feed(self, data: bytes) -> bytes:
        """Takes bytes as they are on the wire, gives the body's bytes.

        Raises:
            ValueError: This is no chunked body.
        """
        buffer = self._buffer
        buffer += data
        out: list[bytes] = []
        at = 0
        while not self.finished:
            if self._left:
                piece = bytes(buffer[at : at + self._left])
                self._left -= len(piece)
                at += len(piece)
                # the chunk's own line end is not part of it
                over = max(0, 2 - self._left) if self._left < 2 else 0
                out.append(piece[: len(piece) - min(over, len(piece))])
                if self._left:
                    break
                continue
            end = buffer.find(b"\r\n", at)
            if end < 0:
                if len(buffer) - at > 256:
                    raise ValueError("chunk header too long")
                break
            digits = bytes(buffer[at:end].split(b";")[0].strip())
            if not digits or digits.strip(b"0123456789abcdefABCDEF"):  # int() takes signs and underscores too
                raise ValueError("no chunk header")
            length = int(digits, 16)
            at = end + 2
            self.finished = length == 0
            self._left = length + 2 if length else 0
        del buffer[:at]
        return b"".join(out)
