"""Nothing that a container prints or is called reaches the terminal as anything but text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dockdash.core.text import (
    MAX_LINE,
    PLAIN,
    UNSAFE,
    Sgr,
    apply_sgr,
    clean,
    clean_block,
    last_state,
    spans,
    strip_escapes,
)

FLOOD = re.compile("[\u0300-\u036f\u20d0-\u20ff]{5}")
PIECES = [
    "\x1b[31m", "\x1b[", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x1b\\", "\x1b]8;;http://x\x1b\\", "\x1bP1$r\x1b\\", "\x1b",
    "\x9b31m", "\x9d0;x\x9c", "\x90", "\x1b_G", "\x1bc", "\x1b(0", "\r", "\n", "\t", "\b", "\0", "\x7f", "\u202e",
    "\u2066", "\u200b", "\u2028", "\ufeff", "\ud800", "\U000e0041", "\u0301" * 9, "[bold]", "text", "漢",
    "e\u0301", "🙂",
]  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20).map("".join) | st.text(
    alphabet=st.characters(), max_size=80
)


@given(hostile)
@example("\u0301\x1b[m" * 50)
@example("a" + "\u0301\u200b" * 50)
@example("\x1b[3\x1b]8;;\x07\x9b1")
def test_nothing_unsafe_survives(text: str) -> None:
    shown = [clean(text), strip_escapes(text), *(run for run, _ in spans(text))]
    shown += clean_block(text).split("\n")
    for line in shown:
        assert not UNSAFE.search(line)
        assert "\x1b" not in line
        assert not FLOOD.search(line)
        line.encode()  # no lone surrogate


@given(hostile, st.integers(2, 40))
def test_cleaned_text_is_bounded(text: str, limit: int) -> None:
    assert len(clean(text, limit)) <= limit
    assert len(clean(clean(text), limit)) <= limit


@given(hostile)
def test_spans_and_their_plain_text_are_the_same(text: str) -> None:
    assert strip_escapes(text) == "".join(run for run, _ in spans(text))
    assert all(run for run, _ in spans(text)), "no empty runs"


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"])))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    """Markup and format characters are text like any other."""
    assert clean(text) == text == strip_escapes(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web-1", "web-1"),
        ("Übergröße 漢字 🙂", "Übergröße 漢字 🙂"),
        ("[bold red]x[/] [link=http://x]", "[bold red]x[/] [link=http://x]"),
        ("a\x1b[2Jb", "a␛[2Jb"),
        ("a\x1b]52;c;aGk=\x07b", "a␛]52;c;aGk=␇b"),
        ("a\tb\nc\rd", "a b c d"),
        ("\0\x08\x7f", "␀␈␡"),
        ("a\x9b31mb", "a\ufffd31mb"),
        ("abc\u202egnp.exe", "abc\ufffdgnp.exe"),
        ("a\ud800b", "a\ufffdb"),
        ("a" + "\u0301" * 30, "a" + "\u0301" * 4),
    ],
)
def test_clean_shows_what_it_took_away(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_clean_block_keeps_lines() -> None:
    assert clean_block("one\r\ntwo\x1b[2J\nthree") == "one\ntwo␛[2J\nthree"
    assert clean("x" * 100, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b]0;owned\x07title", "title"),
        ("\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1b]52;c;Y3VybA==\x07paste", "paste"),
        ("\x1b]52;c;never ended", ""),
        ("\x1b]52;c;ended by another\x1b[1mtext", "text"),
        ("\x1bPq#0;2;0;0;0\x1b\\sixel", "sixel"),
        ("\x1b_Gf=24;AAAA\x1b\\kitty", "kitty"),
        ("\x1b^pm\x1b\\a\x1bXsos\x1b\\b", "ab"),
        ("\x9d0;c1 title\x9ctext", "text"),
        ("\x9b2Jc1 csi\x90dcs\x9c.", "c1 csi."),
        ("\x1b[2J\x1b[H\x1b[?1049hscreen", "screen"),
        ("\x1b[6n\x1b[c\x1b[>q\x1bZquestions", "questions"),
        ("\x1bc\x1b(0\x1b#8\x1b7\x1b8reset", "reset"),
        ("cut off \x1b[38;5", "cut off "),
        ("cut off \x1b", "cut off "),
        ("bell\x07 back\x08 null\0 del\x7f", "bell back null del"),
        ("a\tb", "a       b"),
        ("1234567\tb\tc", "1234567 b       c"),
        ("\x1b[1mab\x1b[0m\tc", "ab      c"),
        ("10%\r50%\r100%", "100%"),
        ("100%\r", "100%"),
        ("done\r\n", "done"),
        ("\r\r\n", ""),
        ("abc\u202ecba\u2069\u200b\ufeffd", "abccbad"),
        ("a\ud83db", "ab"),
        ("a\U000e0041b\u2028c\u061cd", "abcd"),
        ("", ""),
    ],
)
def test_what_a_log_line_shows(line: str, shown: str) -> None:
    assert strip_escapes(line) == shown


@pytest.mark.parametrize(
    ("line", "state"),
    [("a\rb", "b"), ("a\r\r", "a"), ("a\r\n", "a"), ("a\rb\r\n", "b"), ("plain", "plain"), ("\r", ""), ("a\n", "a")],
)
def test_the_last_state_of_a_progress_line(line: str, state: str) -> None:
    assert last_state(line) == state


def test_runs_with_their_looks() -> None:
    assert spans("a\x1b[31mb\x1b[1mc\x1b[0md") == [
        ("a", PLAIN),
        ("b", Sgr(fg=1)),
        ("c", Sgr(fg=1, bold=True)),
        ("d", PLAIN),
    ]
    assert spans("\x9b31mred") == [("red", Sgr(fg=1))]
    assert spans("\x1b[31\x07mx") == [("mx", PLAIN)], "a control inside a sequence ends it"
    assert spans("\x1b[?31mx\x1b[>4;2my\x1b[31 mz") == [("x", PLAIN), ("y", PLAIN), ("z", PLAIN)]
    assert spans("") == spans("\x1b[31m") == []


@pytest.mark.parametrize(
    ("parameters", "look"),
    [
        ("", PLAIN),
        ("0", PLAIN),
        ("1;3;4;7;9", Sgr(bold=True, italic=True, underline=True, reverse=True, strike=True)),
        ("2", Sgr(dim=True)),
        ("31", Sgr(fg=1)),
        ("37;44", Sgr(fg=7, bg=4)),
        ("97;100", Sgr(fg=15, bg=8)),
        ("90;107", Sgr(fg=8, bg=15)),
        ("38;5;208", Sgr(fg=208)),
        ("48;5;0;1", Sgr(bg=0, bold=True)),
        ("38;2;1;2;3", Sgr(fg=(1, 2, 3))),
        ("38;2;1;2;3;48;2;4;5;6;4", Sgr(fg=(1, 2, 3), bg=(4, 5, 6), underline=True)),
        ("38:5:208", Sgr(fg=208)),
        ("38:2:1:2:3", Sgr(fg=(1, 2, 3))),
        ("38:2::1:2:3", Sgr(fg=(1, 2, 3))),
        ("1;48:2:0:1:2:3;31", Sgr(fg=1, bg=(1, 2, 3), bold=True)),
        ("38:2::1:2:3:::", Sgr(fg=(1, 2, 3))),
        ("4:3", Sgr(underline=True)),
        ("4:3;58:2::255:0:0", Sgr(underline=True)),
        ("58;5;9;1", Sgr(bold=True)),
        ("58;2;1;2;3;1", Sgr(bold=True)),
        ("21", Sgr(underline=True)),
        ("5;6;8", PLAIN),
        ("38;5;256;1", Sgr(bold=True)),
        ("38;2;1;2;300", PLAIN),
        ("38", PLAIN),
        ("38;5", PLAIN),
        ("38:5", PLAIN),
        ("38:", PLAIN),
        (":", PLAIN),
        ("99999999999999999999", PLAIN),
        (";;1", Sgr(bold=True)),
        ("1;" * 200, PLAIN),
    ],
)
def test_select_graphic_rendition(parameters: str, look: Sgr) -> None:
    assert apply_sgr(parameters, PLAIN) == look


@pytest.mark.parametrize(
    ("parameters", "look"),
    [
        ("22", {"bold": False, "dim": False}),
        ("23", {"italic": False}),
        ("24", {"underline": False}),
        ("4:0", {"underline": False}),
        ("27", {"reverse": False}),
        ("29", {"strike": False}),
        ("39", {"fg": None}),
        ("49", {"bg": None}),
        ("1;4:0", {"underline": False}),
    ],
)
def test_what_takes_one_look_back(parameters: str, look: dict[str, object]) -> None:
    everything = Sgr(1, 2, bold=True, dim=True, italic=True, underline=True, reverse=True, strike=True)
    assert apply_sgr(parameters, everything) == everything._replace(**look)  # type: ignore[arg-type]
    assert apply_sgr("0", everything) == apply_sgr("", everything) == PLAIN


@given(st.text(alphabet="0123456789;:", max_size=60))
def test_no_parameters_raise(parameters: str) -> None:
    look = apply_sgr(parameters, PLAIN)
    for colour in (look.fg, look.bg):
        parts = colour if isinstance(colour, tuple) else (colour or 0,)
        assert all(0 <= part < 256 for part in parts)


@pytest.mark.parametrize(
    "unit", ["x", "\x1b[31m", "\x1b]", "\x1b", "\r", "\t", "\u0301", "\x9b", "\x1b[;", "\x1bP\x1b", "é", "\0", "38;"]
)
def test_a_line_of_ten_megabytes_is_cut_and_takes_no_time(unit: str) -> None:
    line = unit * (10_000_000 // len(unit))
    began = time.process_time()
    shown = strip_escapes(line)
    clean(line)
    assert time.process_time() - began < 1.0  # measured: below 0.05
    assert len(shown) <= 8 * (MAX_LINE + 2)  # a tab becomes up to eight blanks
