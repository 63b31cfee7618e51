"""The pure functions that draw: nothing is lost, and widths are right, whatever the text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from dockdash.tui.widgets import lines
from dockdash.tui.widgets.charts import area, bar, nice_top
from dockdash.tui.widgets.lines import Spans, crop, fit, highlight, rows_needed, strip, wrap
from dockdash.tui.widgets.table_drawing import Column, lay_out

TEXT = st.text(alphabet="ab  Zß漢字ひ한😀│▁é-", max_size=40)
STYLES = st.sampled_from([Style(), Style(bold=True), Style(color="red")])
SPANS = st.lists(st.tuples(TEXT, STYLES), max_size=6)
WIDTH = st.integers(min_value=2, max_value=30)


def plain(spans: Spans) -> str:
    return "".join(text for text, _ in spans)


def styled(spans: Spans) -> list[tuple[str, Style]]:
    return [(character, style) for text, style in spans for character in text]


@given(SPANS, WIDTH)
def test_wrapping_loses_no_character_and_no_style(spans: Spans, width: int) -> None:
    rows = wrap(spans, width)
    assert styled([span for row in rows for span in row]) == styled(spans)
    assert all(cell_len(plain(row)) <= width for row in rows)
    assert len(rows) >= 1


@given(SPANS, WIDTH, st.integers(min_value=0, max_value=40))
def test_wrapped_rows_are_indented_but_for_the_first(spans: Spans, width: int, indent: int) -> None:
    rows = wrap(spans, width, indent)
    used = indent if indent < width else 0
    assert all(plain(row).startswith(" " * used) for row in rows[1:])
    assert all(cell_len(plain(row)) <= width or width - used < 2 for row in rows)
    if width - used >= 2:
        text = plain(rows[0]) + "".join(plain(row)[used:] for row in rows[1:])
        assert text == plain(spans)


@given(st.text(alphabet="abc ", max_size=80), WIDTH, st.integers(min_value=0, max_value=12))
def test_the_rows_of_narrow_text_are_foretold(text: str, width: int, indent: int) -> None:
    assert rows_needed(len(text), width, indent) == len(wrap([(text, Style())], width, indent))


def test_a_wide_character_never_straddles_two_rows() -> None:
    assert [plain(row) for row in wrap([("a漢漢b", Style())], 4)] == ["a漢", "漢b"]
    assert wrap([("漢", Style())], 1) == [[]], "no room for it at all"


@given(SPANS, st.integers(min_value=0, max_value=50), WIDTH)
def test_cropping_gives_the_cells_asked_for(spans: Spans, start: int, width: int) -> None:
    cropped = crop(spans, start, width)
    assert cell_len(plain(cropped)) <= width
    whole = plain(spans)
    if cell_len(whole) == len(whole):
        assert plain(cropped) == whole[start : start + width]


@given(SPANS, st.text(alphabet="abz漢 ", min_size=1, max_size=3))
def test_highlighting_changes_no_text_and_marks_every_place(spans: Spans, needle: str) -> None:
    marked = Style(reverse=True)
    out = highlight(spans, needle, marked)
    assert plain(out) == plain(spans)
    places = [at for at, (_, style) in enumerate(styled(out)) if style.reverse]
    expected: list[int] = []
    lower, at = plain(spans).lower(), 0
    while len(lower) == len(plain(spans)) and (at := lower.find(needle, at)) >= 0:
        expected += range(at, at + len(needle))
        at += len(needle)
    assert places == expected


def test_highlighting_goes_across_spans_in_either_case() -> None:
    out = highlight([("foB", Style()), ("Ar", Style(bold=True))], "bar", Style(reverse=True))
    assert [(text, bool(style.reverse)) for text, style in out if text] == [("fo", False), ("B", True), ("Ar", True)]


@given(TEXT, st.integers(min_value=0, max_value=30), st.booleans())
def test_fitting_fills_exactly(text: str, width: int, right: bool) -> None:
    fitted = fit(text, width, right=right)
    assert cell_len(fitted) == width
    if cell_len(text) <= width:
        assert fitted.strip() == text.strip()
    elif width:
        assert fitted.endswith("…")


@given(SPANS, st.integers(min_value=0, max_value=60))
def test_a_strip_is_as_wide_as_it_shall_be(spans: Spans, width: int) -> None:
    line = strip(spans, width, Style(bgcolor="blue"))
    assert isinstance(line, Strip)
    assert line.cell_length == width
    assert sum(segment.cell_length for segment in line) == width


VALUES = st.lists(st.none() | st.floats(min_value=0, max_value=1e12), max_size=80)


@given(VALUES, st.integers(1, 60), st.integers(0, 12), st.just(0.0) | st.floats(min_value=0.1, max_value=1e12))
def test_a_chart_is_a_full_rectangle(values: list[float | None], width: int, height: int, top: float) -> None:
    rows = area(values, width, height, top)
    assert len(rows) == height
    assert all(len(row) == width for row in rows)


def test_a_chart_has_the_newest_value_at_the_right_and_gaps_where_there_is_none() -> None:
    assert area([0, None, 4, 8], 6, 1, 8) == ["    ▄█"]
    assert area([8, 16], 2, 2, 16) == [" █", "██"]
    assert area([0.001], 1, 2, 100) == [" ", "▁"], "little is still something"
    assert area([1000], 1, 1, 1) == ["█"]


@given(st.none() | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6), st.integers(1, 20))
def test_a_bar_is_as_wide_as_it_shall_be(share: float | None, width: int) -> None:
    assert len(bar(share, width)) == width


@pytest.mark.parametrize(
    ("share", "drawn"), [(None, "    "), (0.0, "    "), (0.001, "▏   "), (0.5, "██  "), (1.0, "████"), (7.0, "████")]
)
def test_bars(share: float | None, drawn: str) -> None:
    assert bar(share, 4) == drawn


@given(st.floats(min_value=0, max_value=1e15), st.floats(min_value=0.1, max_value=1e6))
def test_the_top_of_a_scale_holds_the_value_and_is_not_far_above(value: float, least: float) -> None:
    top = nice_top(value, least)
    assert top >= value
    assert top >= least
    assert top == least or top <= value * 2.5


COLUMN = st.builds(Column, st.just("x"), st.just("X"), st.integers(1, 20), st.integers(0, 3), st.booleans())


@given(st.lists(COLUMN, max_size=12), st.integers(0, 200))
def test_columns_never_overlap_nor_leave_the_line(columns: list[Column], room: int) -> None:
    places = lay_out(columns, room)
    assert [place.column for place in places] == columns[: len(places)]
    end = -1
    for _, x, width in places:
        assert x == end + 1
        end = x + width
    assert end <= max(room, -1) or not places
    assert all(width >= column.width for column, _, width in places)


def test_wrapping_a_long_line_is_not_quadratic(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = 0

    def counted(text: str) -> int:
        nonlocal measured
        measured += len(text)
        return cell_len(text)

    monkeypatch.setattr(lines, "cell_len", counted)
    text = "x" * 65_536 + " … 9,934,464 bytes more"
    rows = wrap([(text, Style())], 57, 2)
    assert "".join(plain(row).removeprefix("  ") for row in rows) == text
    assert measured <= 20 * len(text), "characters measured, over and over"
