"""What processes cost, from ``/proc``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

TICK = os.sysconf("SC_CLK_TCK")
MIB = 1 << 20


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, ())
    return found


def cpu_seconds(root: int) -> float:
    """CPU seconds of a process, of its children that ended, and of those that live."""
    total = 0
    for pid in tree(root):
        if fields := _fields(pid):
            total += sum(int(fields[at]) for at in (11, 12, 13, 14))
    return total / TICK


class Memory(NamedTuple):
    """Mebibytes of a process tree: resident, and with shared pages divided among those who share them."""

    rss: float
    pss: float


def memory(root: int) -> Memory:
    """The memory of a process and all that descend from it."""
    sums = {"Rss": 0, "Pss": 0}
    for pid in tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, rest = line.partition(":")
            if name in sums:
                sums[name] += int(rest.split()[0]) * 1024
    return Memory(sums["Rss"] / MIB, sums["Pss"] / MIB)


def busy() -> tuple[float, float]:
    """CPU seconds of the whole machine: those that were worked, and all."""
    fields = [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) / TICK, sum(fields) / TICK
