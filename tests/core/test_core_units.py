from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockdash.core.units import UNKNOWN, age, duration, parse_duration_words, percent, rate, size

MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (None, UNKNOWN),
        (float("nan"), UNKNOWN),
        (-5, "0B"),
        (0, "0B"),
        (999, "999B"),
        (1023.9, "1023B"),
        (1024, "1.0K"),
        (1536, "1.5K"),
        (12.3 * 1024**2, "12.3M"),
        (99.96 * 1024, "100K"),
        (1023.7 * 1024, "1.0M"),
        (1024**3 - 1, "1.0G"),
        (3.2 * 1024**4, "3.2T"),
        (2**63, "8.0E"),
        (float("inf"), "999E"),
    ],
)
def test_size(n: float | None, words: str) -> None:
    assert size(n) == words


@given(st.integers(0, 2**64) | st.floats(0, 1e30))
def test_a_size_fits_its_cell(n: float) -> None:
    assert len(size(n)) <= 6
    assert not size(n).startswith("1024")


@pytest.mark.parametrize(
    ("n", "words"), [(None, UNKNOWN), (0.0, "0"), (0.9, "0"), (1.0, "1B/s"), (12.3 * 1024, "12.3K/s"), (-1.0, "0")]
)
def test_rate(n: float | None, words: str) -> None:
    assert rate(n) == words


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (None, UNKNOWN),
        (float("inf"), UNKNOWN),
        (0.0, "0.0%"),
        (12.34, "12.3%"),
        (99.94, "99.9%"),
        (99.96, "100%"),
        (123.4, "123%"),
        (-1.0, "0.0%"),
    ],
)
def test_percent(p: float | None, words: str) -> None:
    assert percent(p) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, UNKNOWN),
        (-3, "<1m"),
        (59.9, "<1m"),
        (60, "1m"),
        (HOUR - 1, "59m"),
        (3 * HOUR, "3h"),
        (DAY - 1, "23h"),
        (2 * DAY, "2d"),
        (14 * DAY - 1, "13d"),
        (14 * DAY, "2w"),
        (8 * 7 * DAY, "8w"),
        (9 * 7 * DAY, "2mo"),
        (130 * DAY, "4mo"),
        (365 * DAY - 1, "11mo"),
        (365 * DAY, "1y"),
        (800 * DAY, "2y"),
    ],
)
def test_age(seconds: float | None, words: str) -> None:
    assert age(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 s"),
        (0.4, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (125 * MINUTE, "2 h 5 min"),
        (2 * HOUR + 7, "2 h"),
        (3 * DAY + 4 * HOUR + 59, "3 d 4 h"),
        (float("inf"), UNKNOWN),
    ],
)
def test_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def human_duration(seconds: float) -> str:
    """The wording of docker/go-units, ``HumanDuration``, again."""
    whole, minutes, hours = int(seconds), int(seconds / 60), int(seconds / 3600 + 0.5)
    if whole < 1:
        return "Less than a second"
    if whole < 60:
        return "1 second" if whole == 1 else f"{whole} seconds"
    if minutes < 60:
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    if hours < 48:
        return "About an hour" if hours == 1 else f"{hours} hours"
    for most, length, unit in ((14, 24, "days"), (60, 168, "weeks"), (730, 720, "months")):
        if hours < most * 24:
            return f"{hours // length} {unit}"
    return f"{int(seconds / 3600) // 24 // 365} years"


@given(st.floats(0, 20 * 365 * DAY))
def test_the_engines_words_are_read_as_their_lower_bound(seconds: float) -> None:
    words = human_duration(seconds)
    least = parse_duration_words(words)
    assert least is not None
    assert least <= seconds
    assert least == 0 or human_duration(least) == words or "year" in words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Less than a second", 0),
        ("1 second", 1),
        ("32 seconds", 32),
        ("About a minute", 60),
        ("5 minutes", 300),
        ("About an hour", HOUR),
        ("3 hours", 2.5 * HOUR),
        ("2 days", 47.5 * HOUR),
        ("2 years", 2 * 365 * DAY),
        ("soon", None),
        ("", None),
        ("3 parsecs", None),
        ("٣ hours", None),
        ("9" * 5000 + " hours", None),
    ],
)
def test_duration_words(text: str, seconds: float | None) -> None:
    assert parse_duration_words(text) == seconds
