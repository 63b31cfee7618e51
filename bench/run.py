"""Measures dockdash beside the raw floor on this machine; see README.md. Prints tables in Markdown."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version

import follow
import idle
import imports
import keys
import leaving
import procs
import startup
from fleet import Fleet
from ptyrun import HEIGHT, WIDTH, GaveUpError
from tables import Table

PARTS = ("imports", "startup", "keys", "idle", "quit", "follow")


def _describe(fleet: Fleet) -> str:
    with open("/proc/cpuinfo") as file:  # noqa: PTH123 - a file of the kernel
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "?")
    client = subprocess.run(["docker", "version", "-f", "{{.Client.Version}}"], capture_output=True, text=True)
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} × {model}; Linux {platform.release()}; Python {platform.python_version()}; "
        f"Textual {version('textual')}; dockdash {version('dockdash')}; engine {fleet.version()}, "
        f"client {client.stdout.strip() or '?'}; terminal {WIDTH}x{HEIGHT}; load at the start {load}\n"
    )


def _scenarios(fleet: Fleet, parts: list[str], quick: bool) -> Iterator[Callable[[], Table]]:
    runs, count, seconds = (3, 30, 8.0) if quick else (9, 60, 20.0)
    if "imports" in parts:
        yield lambda: imports.measure(3 if quick else 9)
    if "startup" in parts:
        fleet.grow(5)
        yield lambda: startup.measure(fleet, runs)
    fleet.grow(50)
    if "startup" in parts:
        yield lambda: startup.measure(fleet, runs)
    if "keys" in parts:
        yield lambda: keys.measure(fleet, count)
    if "idle" in parts:
        yield lambda: idle.measure(fleet, seconds)
    if "quit" in parts:
        yield lambda: leaving.measure(fleet, 3 if quick else 5)
    if "follow" in parts:
        lines = 20_000 if quick else 100_000
        yield lambda: follow.measure_burst(fleet, lines)
        yield lambda: follow.measure_opening(fleet, lines)
    if not quick and {"startup", "idle"} & set(parts):
        fleet.grow(200)
        if "startup" in parts:
            yield lambda: startup.measure(fleet, runs)
        if "idle" in parts:
            yield lambda: idle.measure(fleet, seconds)
    if "idle" in parts:
        yield lambda: idle.measure_stopped(fleet, seconds)


def main() -> int:
    """Runs the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="at most 50 containers, few runs, small bursts")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of: {', '.join(PARTS)} (default: all)")
    options = parser.parse_args()
    if wrong := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(wrong))}; there are {', '.join(PARTS)}")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    began, (worked, everything) = time.monotonic(), procs.busy()
    fleet = Fleet()
    try:
        print(_describe(fleet), flush=True)
        for scenario in _scenarios(fleet, options.parts or list(PARTS), options.quick):
            try:
                print(scenario(), flush=True)
            except (GaveUpError, OSError, RuntimeError) as problem:
                print(f"**Not measured**: {problem}\n", flush=True)
    finally:
        fleet.destroy()
    now_worked, now_everything = procs.busy()
    share = (now_worked - worked) / max(1.0, now_everything - everything)
    print(f"{time.monotonic() - began:.0f} s; all cores together were busy for {share:.0%} of it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
