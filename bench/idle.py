"""What it costs to look at a screen on which nobody does anything."""

from __future__ import annotations

import time
from typing import NamedTuple

import procs
import programs
from fleet import Fleet
from ptyrun import Program
from tables import Table, number, verdict

CPU_AIM, MEMORY_AIM = 3.0, 120.0


class Cost(NamedTuple):
    """Percent of a core, bytes a second, mebibytes, and percent of a core that the engine took."""

    cpu: float
    written: float
    memory: procs.Memory
    engine: float


def _watch(running: Program, fleet: Fleet, seconds: float) -> Cost:
    cpu, engine, written, began = running.cpu(), procs.cpu_seconds(fleet.pid), running.written, time.monotonic()
    running.rest(seconds)
    took = time.monotonic() - began
    return Cost(
        100 * (running.cpu() - cpu) / took,
        (running.written - written) / took,
        procs.memory(running.pid),
        100 * (procs.cpu_seconds(fleet.pid) - engine) / took,
    )


def _row(what: str, cost: Cost, aim: str = "") -> tuple[str, ...]:
    rss, pss = number(cost.memory.rss), number(cost.memory.pss)
    return what, number(cost.cpu, 1), number(cost.written), rss, pss, number(cost.engine, 1), aim


def measure(fleet: Fleet, seconds: float) -> Table:
    """The dashboard with figures, beside its floor, ``docker stats`` and nothing."""
    count = len(fleet.all_names)
    table = Table(
        f"Idle for {seconds:g} s, N={count}",
        ("", "CPU, % of a core", "terminal, B/s", "RSS, MiB", "PSS, MiB", "engine CPU, %", "aim"),
    )
    with programs.ready(fleet) as running:
        running.rest(2)
        cost = _watch(running, fleet, seconds)
        aims = []
        if count <= 50:
            aims.append(f"CPU ≤ {CPU_AIM:g} %: {verdict(cost.cpu, CPU_AIM)}")
        aims.append(f"RSS ≤ {MEMORY_AIM:g} MiB: {verdict(cost.memory.rss, MEMORY_AIM)}")
        table.rows.append(_row("dockdash", cost, ", ".join(aims)))
        programs.by_cpu(running)
        running.rest(4)
        table.rows.append(_row("dockdash, by CPU (all streams)", _watch(running, fleet, seconds)))
    with programs.ready(fleet, programs.TEXTUAL) as running:
        table.rows.append(_row(programs.TEXTUAL, _watch(running, fleet, seconds / 2)))
    with Program(["docker", "stats"], fleet.environment) as running:
        running.rest(4)
        table.rows.append(_row("docker stats", _watch(running, fleet, seconds)))
    with Program(["sleep", "1000"], fleet.environment) as running:
        table.rows.append(_row("nothing", _watch(running, fleet, seconds / 2)))
    return table


def measure_stopped(fleet: Fleet, seconds: float) -> Table:
    """Every container stopped: then nothing may be written at all. Ages may change, as minutes go by."""
    fleet.stop_all()
    table = Table(
        f"Idle for {seconds:g} s, N={len(fleet.all_names)}, all stopped",
        ("", "CPU, % of a core", "terminal, B/s", "RSS, MiB", "PSS, MiB", "engine CPU, %", "aim"),
    )
    with programs.ready(fleet) as running:
        running.rest(75)  # ages of less than a minute are told in seconds
        cost = _watch(running, fleet, seconds)
        table.rows.append(_row("dockdash", cost, f"0 B/s: {verdict(cost.written, 0)}"))
    return table
