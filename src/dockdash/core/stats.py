"""From counters to figures, as ``docker stats`` computes them.

Sources: the Docker command line's ``cli/command/container/stats_helpers.go`` (processor and memory rules) and the
Engine API 1.41 on ``GET /containers/{id}/stats``. A figure that cannot be known is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dockdash.core.models import StatsSample


@dataclass(frozen=True, slots=True)
class Usage:
    """What a container uses, ready to be shown.

    Attributes:
        at: Seconds since the epoch of the reading.
        cpu: Percent of one processor (two busy processors are 200), None until two readings are there.
        memory: Bytes, without the page cache.
        memory_limit: Bytes allowed.
        rx: Bytes a second received.
        tx: Bytes a second sent.
        read: Bytes a second read from block devices.
        written: Bytes a second written to block devices.
        pids: Processes and threads.
        sample: The counters themselves.
    """

    at: float
    cpu: float | None
    memory: int | None
    memory_limit: int | None
    rx: float | None
    tx: float | None
    read: float | None
    written: float | None
    pids: int | None
    sample: StatsSample

    @property
    def memory_percent(self) -> float | None:
        """Memory as percent of the limit, None where one of them is unknown."""
        if self.memory is None or not self.memory_limit:
            return None
        return self.memory * 100 / self.memory_limit


def _rate(now: int | None, before: int | None, seconds: float) -> float | None:
    """Units a second; None where unknown or where the counter went back, as it does at a restart."""
    if now is None or before is None or seconds <= 0 or now < before:
        return None
    return (now - before) / seconds


def cpu_percent(sample: StatsSample, before: StatsSample) -> float | None:
    """Percent of one processor used between two readings.

    Where the engine tells the whole system's time, Docker's rule holds (share of it, times the processors on
    line). Podman fills that field with something else, so its engine leaves it out, and the wall clock serves.
    """
    if sample.cpu is None or before.cpu is None or sample.cpu < before.cpu:
        return None
    used = sample.cpu - before.cpu
    if sample.system is not None and before.system is not None and sample.cpus:
        system = sample.system - before.system
        return used / system * sample.cpus * 100 if system > 0 else None
    seconds = sample.at - before.at
    return used / (seconds * 1e9) * 100 if seconds > 0 else None


def usage(sample: StatsSample, before: StatsSample | None) -> Usage:
    """Figures from a reading and the one before it.

    Args:
        sample: The reading.
        before: The last reading of the same container, None for the first.

    Returns:
        The figures; rates and processor share are None without an earlier reading.
    """
    last = before or StatsSample(at=sample.at)
    seconds = sample.at - last.at
    return Usage(
        at=sample.at,
        cpu=cpu_percent(sample, last),
        memory=sample.memory,
        memory_limit=sample.memory_limit,
        rx=_rate(sample.rx, last.rx, seconds),
        tx=_rate(sample.tx, last.tx, seconds),
        read=_rate(sample.read, last.read, seconds),
        written=_rate(sample.written, last.written, seconds),
        pids=sample.pids,
        sample=sample,
    )


def used_memory(memory: Mapping[str, Any]) -> int | None:
    """Bytes in use without the page cache, from the API's ``memory_stats``.

    cgroup v1 tells ``total_inactive_file``, v2 ``inactive_file``; whichever is there and smaller than the usage is
    taken off it. Without a usage there is no figure.
    """
    used = memory.get("usage")
    if not isinstance(used, int):
        return None
    details = memory.get("stats") or {}
    for name in ("total_inactive_file", "inactive_file"):
        cache = details.get(name)
        if isinstance(cache, int) and cache < used:
            return used - cache
    return used
