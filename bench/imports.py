"""What importing costs before anything can be drawn: timed in fresh interpreters."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from tables import Table, median, number, ratio

STATEMENTS = {
    "nothing": "pass",
    "textual.app": "import textual.app",
    "textual.app and a DataTable": "import textual.app; from textual.widgets import DataTable",
    "dockdash.tui.app": "import dockdash.tui.app",
    "docker": "import docker",
    "dockdash.tui.app and its Docker engine": "import dockdash.tui.app, dockdash.engines.docker.engine",
}
FLOOR = "textual.app and a DataTable"
VERSION = "dockdash --version"
HEAVY_MS = 2.0


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _command(what: str) -> list[str]:
    if what == VERSION:
        return [str(Path(sys.executable).parent / "dockdash"), "--version"]
    return [sys.executable, "-c", STATEMENTS[what]]


def _once(what: str) -> tuple[float, float]:
    """Milliseconds on the clock, and of CPU."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(_command(what), env=_environment(), stdout=subprocess.DEVNULL, check=True)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * took, 1000 * cpu


def _own_times(statement: str) -> dict[str, float]:
    """Milliseconds that each module itself took, by ``-X importtime``."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", statement],
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    times: dict[str, float] = {}
    for line in done.stderr.splitlines():
        own, _, name = line.removeprefix("import time:").partition("|")
        if own.strip().isdigit():
            times[name.partition("|")[2].strip()] = int(own) / 1000
    return times


def _beyond(what: str) -> str:
    """The packages that a statement imports beyond the floor, those that cost most first."""
    floor = _own_times(STATEMENTS[FLOOR])
    packages: dict[str, float] = {}
    for name, own in _own_times(STATEMENTS[what]).items():
        if name not in floor:
            parts = name.split(".")
            package = ".".join(parts[:2]) if parts[0] in ("dockdash", "textual") else parts[0]
            packages[package] = packages.get(package, 0.0) + own
    heavy = sorted(packages.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {own:.0f}" for name, own in heavy if own >= HEAVY_MS) or "none"


def measure(runs: int) -> Table:
    """Medians, in turns, and which packages come on top of what Textual needs."""
    whats = [*STATEMENTS, VERSION]
    for what in whats:
        _once(what)
    taken: dict[str, list[tuple[float, float]]] = {what: [] for what in whats}
    for _ in range(runs):
        for what in whats:
            taken[what].append(_once(what))
    table = Table(f"Imports in a fresh interpreter, {runs} runs", ("", "ms", "CPU, ms", f"CPU / {FLOOR}"))
    floor = median([cpu for _, cpu in taken[FLOOR]])
    for what, values in taken.items():
        cpu = median([each for _, each in values])
        table.rows.append((what, number(median([each for each, _ in values])), number(cpu), ratio(cpu, floor)))
    for what in ("dockdash.tui.app", "dockdash.tui.app and its Docker engine"):
        table.notes.append(f"`{what}` beyond `{FLOOR}`, ms of {HEAVY_MS:g} or more: {_beyond(what)}.")
    return table


if __name__ == "__main__":
    print(measure(5))
