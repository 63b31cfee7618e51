"""Aligned columns, also of text that is not as wide as it is long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dockdash.cli.table import cut, table, width
from dockdash.core.text import clean

TEXT = st.text(max_size=30).map(clean)


def test_columns_are_aligned_and_lines_end_with_text() -> None:
    assert table([("A", "B"), ("long", ""), ("x", "y")]) == "A     B\nlong\nx     y\n"


def test_wide_characters_and_marks_count_as_a_terminal_counts_them() -> None:
    assert width("日本") == 4
    assert width("e\u0301") == 1
    assert table([("日本", "x"), ("abcd", "y")]) == "日本  x\nabcd  y\n"


def test_a_line_is_cut_at_the_width() -> None:
    assert table([("name", "image")], 8) == "name  i…\n"
    assert cut("日本語", 4) == "日…"
    assert cut("abc", 0) == ""


@given(TEXT, st.integers(0, 40))
def test_what_is_cut_fits(text: str, columns: int) -> None:
    assert width(cut(text, columns)) <= columns
    if width(text) <= columns:
        assert cut(text, columns) == text


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1), st.none() | st.integers(1, 40))
def test_a_row_is_a_line(rows: list[tuple[str, str]], columns: int | None) -> None:
    assert table(rows, columns).count("\n") == len(rows)
