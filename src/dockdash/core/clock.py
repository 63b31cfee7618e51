"""Time as a dependency: a real clock for people, a manual one for tests and pictures."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time, in seconds."""

    def time(self) -> float:
        """Seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        ...


class SystemClock:
    """The machine's clock."""

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told.

    Args:
        start: The first time it tells, seconds since the epoch.
    """

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start

    def time(self) -> float:
        """Seconds since the epoch."""
        return self._now

    def monotonic(self) -> float:
        """The same: this clock never goes back."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Moves the clock on by ``seconds`` (not negative)."""
        if seconds < 0:
            raise ValueError("a clock does not go back")
        self._now += seconds
