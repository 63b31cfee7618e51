"""Numbers as a person reads them: sizes, rates, shares and lengths of time."""

from __future__ import annotations

import math
import re

UNKNOWN = "–"
"""What stands where a number is not known."""

_STEP = 1024
_PREFIXES = "KMGTPE"
_LARGEST = 999 * _STEP ** len(_PREFIXES)

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_WEEK = 7 * _DAY
_MONTH = 365.25 * _DAY / 12
_YEAR = 365 * _DAY

_COUNTED = re.compile(r"([0-9]{1,9}) (second|minute|hour|day|week|month|year)s?")
_WORDED = {"less than a second": 0.0, "about a minute": float(_MINUTE), "about an hour": float(_HOUR)}


def size(n: int | float | None) -> str:
    """Words a number of bytes for a table cell, in steps of 1024.

    Args:
        n: The bytes; a negative number counts as 0, and more than 999 EiB is shown as "999E".

    Returns:
        At most six characters, such as "999B", "1.5K" or "123M"; ``UNKNOWN`` for None or no number.
    """
    if n is None or math.isnan(n):
        return UNKNOWN
    amount = float(min(max(n, 0), _LARGEST))
    if amount < _STEP:
        return f"{int(amount)}B"
    power = 0
    while power == 0 or round(amount) >= _STEP:
        amount /= _STEP
        power += 1
    digits = 1 if round(amount, 1) < 100 else 0
    return f"{amount:.{digits}f}{_PREFIXES[power - 1]}"


def rate(n: float | None) -> str:
    """Words bytes per second for a table cell.

    Args:
        n: Bytes per second.

    Returns:
        Such as "12.3K/s"; "0" below one byte per second, ``UNKNOWN`` for None.
    """
    words = size(n)
    if words == "0B":
        return "0"
    return words if words == UNKNOWN else f"{words}/s"


def percent(p: float | None) -> str:
    """Words a share.

    Args:
        p: The share in percent; a negative one counts as 0.

    Returns:
        Such as "12.3%", without the decimal from 100 on; ``UNKNOWN`` for None or no finite number.
    """
    if p is None or not math.isfinite(p):
        return UNKNOWN
    share = max(p, 0.0)
    return f"{share:.0f}%" if round(share, 1) >= 100 else f"{share:.1f}%"


def age(seconds: float | None) -> str:
    """Words how long ago something was, in one unit, rounded down.

    Args:
        seconds: The time since then; a negative one (two clocks that differ) counts as 0.

    Returns:
        "<1m", "5m", "3h", "2d", from 14 days on "5w", after eight weeks "4mo", then "2y"; ``UNKNOWN`` for None.
    """
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    if seconds < _MINUTE:
        return "<1m"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f}m"
    if seconds < _DAY:
        return f"{seconds // _HOUR:.0f}h"
    if seconds < 2 * _WEEK:
        return f"{seconds // _DAY:.0f}d"
    # Nine weeks are the first that make two whole months: "8w" is followed by "2mo", never by "1mo".
    if seconds < 9 * _WEEK:
        return f"{seconds // _WEEK:.0f}w"
    if seconds < _YEAR:
        return f"{seconds // _MONTH:.0f}mo"
    return f"{seconds // _YEAR:.0f}y"


def duration(seconds: float) -> str:
    """Words a length of time in its two largest units, rounded down.

    Args:
        seconds: The length; a negative one counts as 0.

    Returns:
        Such as "45 s", "2 h 5 min" or "3 d 4 h"; ``UNKNOWN`` for what is no finite number.
    """
    if not math.isfinite(seconds):
        return UNKNOWN
    rest = int(max(seconds, 0))
    counts: list[tuple[int, str]] = []
    for length, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s")):
        count, rest = divmod(rest, length)
        if count or counts:
            counts.append((count, unit))
    words = [f"{count} {unit}" for count, unit in counts[:2] if count]
    return " ".join(words) or "0 s"


def parse_duration_words(text: str) -> float | None:
    """Reads a length of time as the Docker engine words it.

    The words are those of ``HumanDuration`` in the Go package docker/go-units (v0.4 and later), which rounds hours
    to the nearest and counts days, weeks and months from the rounded hours.

    Args:
        text: Such as "Less than a second", "32 seconds", "About an hour" or "2 weeks"; the case does not matter.

    Returns:
        The shortest time in seconds that is worded so, or None where the text is none of these.
    """
    words = text.strip().lower()
    if words in _WORDED:
        return _WORDED[words]
    found = _COUNTED.fullmatch(words)
    return _shortest(int(found[1]), found[2]) if found else None


def _shortest(count: int, unit: str) -> float:
    """The shortest time that the engine words as ``count`` of ``unit``."""
    if unit == "second":
        return float(count)
    if unit == "minute":
        return float(count * _MINUTE)
    if unit == "year":
        return float(count * _YEAR)  # the only ones that are counted from the hours as they are
    lengths = {"hour": _HOUR, "day": _DAY, "week": _WEEK, "month": 30 * _DAY}
    return max(float(count * lengths[unit] - _HOUR / 2), 0.0)
