"""Reading log streams: whatever the cutting, the pieces are the same."""

from __future__ import annotations

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockdash.core.models import LogPiece
from dockdash.engines.frames import Dechunker, FrameReader, LineReader, split_stamp

STAMP = b"2026-11-21T03:22:17.118643398Z"
LATER = b"2026-11-21T03:22:17.118643399Z"
PART = 16_384


def frame(stream: int, payload: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(payload)) + payload


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The same bytes in pieces, cut at ``places`` (taken modulo the length)."""
    bounds = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(bounds)]


def joined(pieces: list[LogPiece]) -> list[tuple[int, bytes, bytes]]:
    """Pieces with the parts that have no stamp put together with what they belong to."""
    out: list[tuple[int, bytes, bytes]] = []
    for stream, stamp, data in pieces:
        if not stamp and out and not out[-1][2].endswith(b"\n"):
            out[-1] = (stream, out[-1][1], out[-1][2] + data)
        else:
            out.append((stream, stamp, data))
    return out


cuts = st.lists(st.integers(0, 1 << 20), max_size=30)
payloads = st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=80)), max_size=12)


@given(payloads, cuts)
def test_frames_in_any_cutting(wanted: list[tuple[int, bytes]], places: list[int]) -> None:
    reader = FrameReader()
    data = b"".join(frame(stream, STAMP + b" " + payload) for stream, payload in wanted)
    pieces = [piece for part in cut(data, places) for piece in reader.feed(part)]
    assert pieces == [LogPiece(stream, STAMP, payload) for stream, payload in wanted]


def test_a_frame_comes_as_soon_as_it_is_whole() -> None:
    reader = FrameReader()
    data = frame(1, STAMP + b" a\n") + frame(2, STAMP + b" b\n")
    assert reader.feed(data[:-1]) == [LogPiece(1, STAMP, b"a\n")]
    assert reader.feed(data[-1:]) == [LogPiece(2, STAMP, b"b\n")]


def test_kinds_of_streams() -> None:
    """0 is stdin (never seen, shown as stdout), 3 the engine's own errors."""
    data = b"".join(frame(kind, b"%d\n" % kind) for kind in range(4))
    assert [piece.stream for piece in FrameReader().feed(data)] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    "garbage",
    [
        b"plain text, as Podman may send it\nand more\n",
        b"\x04\0\0\0\0\0\0\1x\n",
        b"\x01\0\0\x01\0\0\0\1x\n",
        b"\x01\0\0\0\xff\xff\xff\xffx\n",
    ],
)
def test_what_is_no_frame_is_shown_as_it_is(garbage: bytes) -> None:
    reader = FrameReader()
    pieces = reader.feed(frame(1, b"first\n") + garbage) + reader.feed(b"later\n")
    assert pieces[0].data == b"first\n"
    assert b"".join(piece.data for piece in pieces[1:]) == garbage + b"later\n"


@given(st.binary(max_size=400), cuts)
def test_garbage_never_raises(data: bytes, places: list[int]) -> None:
    for reader in (FrameReader(), LineReader()):
        for part in cut(data, places):
            reader.feed(part)


# text without the one thing that only an engine may put there: a stamp at the beginning of a line
texts = st.lists(st.binary(max_size=60).map(lambda text: text.replace(b"\n", b".")), max_size=10)


@given(texts, cuts)
def test_terminal_lines_in_any_cutting(wanted: list[bytes], places: list[int]) -> None:
    reader = LineReader()
    data = b"".join(STAMP + b" " + line + b"\n" for line in wanted)
    pieces = [piece for part in cut(data, places) for piece in reader.feed(part)]
    assert joined(pieces) == [(1, STAMP, line + b"\n") for line in wanted]


@given(st.integers(0, 3 * PART + 5), cuts)
def test_the_stamps_inside_a_long_terminal_line_are_taken_off(length: int, places: list[int]) -> None:
    line = (b"0123456789abcdefghijklmnopqrstuvwxyz " * (length // 37 + 1))[:length] + b"\n"
    parts = [line[at : at + PART] for at in range(0, len(line), PART)]
    data = b"".join(STAMP + b" " + part for part in parts) + LATER + b" next\n"
    reader = LineReader()
    pieces = [piece for part in cut(data, places) for piece in reader.feed(part)]
    assert b"".join(piece.data for piece in pieces) == line + b"next\n"
    assert {piece.stamp for piece in pieces} <= {STAMP, LATER, b""}


def test_a_prompt_is_shown_before_its_end() -> None:
    reader = LineReader()
    assert reader.feed(STAMP[:12]) == []
    assert reader.feed(STAMP[12:] + b" name? ") == [LogPiece(1, STAMP, b"name? ")]
    assert reader.feed(b"Ann\r\n") == [LogPiece(1, b"", b"Ann\r\n")]
    assert reader.feed(LATER + b" hello Ann\r\n") == [LogPiece(1, LATER, b"hello Ann\r\n")]


@pytest.mark.parametrize(
    ("data", "stamp", "rest"),
    [
        (STAMP + b" text", STAMP, b"text"),
        (STAMP + b"  two blanks", STAMP, b" two blanks"),
        (b"2026-11-21T03:22:17+02:00 podman", b"2026-11-21T03:22:17+02:00", b"podman"),
        (b"2026-11-21T03:22:17Z x", b"2026-11-21T03:22:17Z", b"x"),
        (STAMP + b" \n", STAMP, b"\n"),
        (STAMP + b"\n", STAMP, b"\n"),
        (STAMP + b" ", STAMP, b""),
        (b"", b"", b""),
        (b"\n", b"", b"\n"),
        (b"no stamp here at all, only a text", b"", b"no stamp here at all, only a text"),
        (b"2026-11-21 03:22:17 other form", b"", b"2026-11-21 03:22:17 other form"),
        (b"xxxx-11-21T03:22:17Z x", b"", b"xxxx-11-21T03:22:17Z x"),
        (b"2026-11-21T03:22:17.118643398ZZZZZZZZZZZZZZZZ x", b"", b"2026-11-21T03:22:17.118643398ZZZZZZZZZZZZZZZZ x"),
    ],
)
def test_stamps(data: bytes, stamp: bytes, rest: bytes) -> None:
    assert split_stamp(data) == (stamp, rest)


def chunked(bodies: list[bytes]) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(body), body) for body in bodies if body)


@given(st.lists(st.binary(max_size=60), max_size=10), cuts, st.booleans())
def test_chunks_in_any_cutting(bodies: list[bytes], places: list[int], ends: bool) -> None:
    reader = Dechunker()
    data = chunked(bodies) + (b"0\r\n\r\n" if ends else b"")
    body = b"".join(reader.feed(part) for part in cut(data, places))
    assert body == b"".join(bodies)
    assert reader.finished is ends, "only the last chunk is the end"


def test_chunks_with_extensions_and_capitals() -> None:
    reader = Dechunker()
    assert reader.feed(b"A;name=value\r\n0123456789\r\n0\r\n\r\n") == b"0123456789"
    assert reader.finished


def test_a_chunk_comes_before_it_is_whole() -> None:
    assert Dechunker().feed(b"ff\r\nabc") == b"abc"


@pytest.mark.parametrize("data", [b"no length\r\n", b"x" * 300, b"-5\r\nabcde\r\n"])
def test_what_is_not_chunked_is_said_so(data: bytes) -> None:
    with pytest.raises(ValueError):
        Dechunker().feed(data)
