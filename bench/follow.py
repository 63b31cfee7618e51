"""A burst into a log that is open, and the opening of a log that is long."""

from __future__ import annotations

import itertools
import time

import procs
import programs
from fleet import LOUD, Fleet
from keys import WRITE
from ptyrun import GaveUpError, Program
from tables import NOTHING, Table, number, ratio, verdict

_numbers = itertools.count(1)

Row = tuple[str, float | None, float, float]


def _burst_of(lines: int, marker: str) -> str:
    return f"{WRITE.replace('LINES', str(lines))}; echo {marker}"


def _marker() -> str:
    return f"MARKER-{time.monotonic_ns() % 10**9}-{next(_numbers)}"


def _burst(running: Program, fleet: Fleet, what: str, lines: int) -> Row:
    marker = _marker()
    cpu, before, began = running.cpu(), procs.memory(running.pid).rss, time.monotonic()
    fleet.order(_burst_of(lines, marker))
    try:
        seconds: float | None = running.until(lambda screen: marker in screen.text, 120) - began
    except GaveUpError:
        seconds = None
    running.rest(0.5)
    return what, seconds, running.cpu() - cpu, procs.memory(running.pid).rss - before


def _on_loud(fleet: Fleet) -> Program:
    running = programs.ready(fleet)
    running.send("G")
    running.until(lambda screen: screen.row_of(LOUD) >= 0)
    running.rest(1)
    return running


def measure_burst(fleet: Fleet, lines: int) -> Table:
    """The programs follow one burst each, one after the other."""
    fleet.order("echo begin")
    rows: list[Row] = []
    with Program(["docker", "logs", "--follow", "--tail", "1", LOUD], fleet.environment) as running:
        running.rest(1)
        rows.append(_burst(running, fleet, "docker logs -f", lines))
    with _on_loud(fleet) as running:
        rows.append(_burst(running, fleet, "dockdash", lines))
        rows.append(_burst(running, fleet, "dockdash, once more", lines))
    table = Table(
        f"Following a burst of {lines:,} lines",
        ("", "marker visible, s", "/ docker logs -f", "CPU, s", "RSS growth, MiB", "aim"),
    )
    floor = rows[0][1]
    for what, seconds, cpu, growth in rows:
        aim = f"≤ 1.5: {verdict(seconds / floor, 1.5)}" if what == "dockdash" and seconds and floor else ""
        table.rows.append((what, number(seconds, 2), ratio(seconds, floor), number(cpu, 2), number(growth), aim))
    return table


def measure_opening(fleet: Fleet, lines: int) -> Table:
    """The last line of a log that is long already; the burst before has made it so."""
    marker = _marker()
    fleet.order(_burst_of(lines, marker))
    with Program(["docker", "logs", "--follow", "--tail", "1", LOUD], fleet.environment) as running:
        running.until(lambda screen: marker in screen.text, 120)
    table = Table(f"Opening a log of more than {lines:,} lines", ("", "last line visible, ms", "aim"))
    with Program(["docker", "logs", "--tail", "1000", LOUD], fleet.environment) as running:
        taken = 1000 * (running.until(lambda screen: marker in screen.text) - running.began)
    table.rows.append(("docker logs --tail 1000 (with its start)", number(taken), ""))
    for keys, what in (("G", "dockdash, cursor moved there"), ("Gl", "dockdash, its key for the log")):
        with programs.ready(fleet) as running:
            sent = running.send(keys)
            try:
                value: float | None = 1000 * (running.until(lambda screen: marker in screen.text) - sent)
            except GaveUpError:
                value = None
        table.rows.append((what, number(value) if value else NOTHING, f"≤ 300: {verdict(value, 300)}"))
    return table
