"""From a key to the selection painted on the next row."""

from __future__ import annotations

import time

import programs
from fleet import LOUD, Fleet
from ptyrun import GaveUpError, Program
from tables import Table, number, percentile, verdict

AIM_MS = 30.0
WRITE = "awk 'BEGIN { for (i = 1; i <= LINES; i++) printf \"line %09d GET /some/path HTTP/1.1 200\\n\", i }'"
FLOOD = f"touch /flood; while [ -e /flood ]; do {WRITE.replace('LINES', '1000')}; usleep 95000; done"


def _press(running: Program, key: str, name: str, before: str) -> float:
    """One key; how long until the row of ``name`` has the ground that the row before had, and that row another."""
    ground = running.screen.ground_of(before)
    if ground == running.screen.ground_of(name):
        raise GaveUpError(f"{before} does not look selected")
    sent = running.send(key)
    moved = running.until(lambda screen: screen.ground_of(name) == ground != screen.ground_of(before), 5)
    return moved - sent


def _series(running: Program, names: list[str], keys: int) -> list[float]:
    """Goes down and up again; a pause that is not the same every time comes before each key."""
    taken: list[float] = []
    at, step = 0, 1
    while len(taken) < keys:
        if not 0 <= at + step < len(names):
            step = -step
        running.rest(0.05 + 0.013 * (len(taken) % 11))
        taken.append(1000 * _press(running, "j" if step > 0 else "k", names[at + step], names[at]))
        at += step
    return taken


def _idle(fleet: Fleet, program: str, keys: int) -> list[float]:
    with programs.ready(fleet, program) as running:
        visible = [name for name in fleet.all_names if running.screen.row_of(name) >= 0]
        if program != programs.DOCKDASH:  # the floor knows only j
            keys = min(keys, len(visible) - 1)
        return _series(running, visible, keys)


def _flooded(fleet: Fleet, keys: int) -> tuple[list[float], float, float]:
    """Keys in the list while the log that is open takes in some 10,000 lines a second; and CPU and bytes a second."""
    with programs.ready(fleet) as running:
        running.send("G")
        running.until(lambda screen: screen.row_of(LOUD) >= 0)
        running.rest(1)
        visible = [name for name in fleet.all_names if running.screen.row_of(name) >= 0]
        fleet.order(FLOOD)
        try:
            running.rest(2)
            cpu, written, began = running.cpu(), running.written, time.monotonic()
            running.rest(4)
            seconds = time.monotonic() - began
            cpu, written = (running.cpu() - cpu) / seconds, round((running.written - written) / seconds)
            # up and down at once: the log stays open until the cursor has rested for a moment
            taken: list[float] = []
            while len(taken) < keys:
                taken.append(1000 * _press(running, "k", visible[-2], LOUD))
                taken.append(1000 * _press(running, "j", LOUD, visible[-2]))
                running.rest(0.05 + 0.013 * (len(taken) % 11))
        finally:
            _calm(fleet)
        return taken, cpu, written


def _calm(fleet: Fleet) -> None:
    made = fleet.call("POST", f"/containers/{LOUD}/exec", {"Cmd": ["rm", "-f", "/flood"]})
    fleet.call("POST", f"/exec/{made['Id']}/start", {"Detach": True})


def _row(what: str, taken: list[float], aim: bool) -> tuple[str, ...]:
    high = percentile(taken, 0.95)
    middle, worst = number(percentile(taken, 0.5), 1), number(max(taken, default=None), 1)
    return what, str(len(taken)), middle, number(high, 1), worst, f"p95 ≤ 30: {verdict(high, AIM_MS)}" if aim else ""


def measure(fleet: Fleet, keys: int) -> Table:
    """Idle and flooded."""
    table = Table(
        f"Key to selection painted, N={len(fleet.all_names)}", ("", "keys", "p50, ms", "p95, ms", "worst, ms", "aim")
    )
    for program in (programs.DOCKDASH, programs.TEXTUAL):
        table.rows.append(_row(f"{program}, idle", _idle(fleet, program, keys), program == programs.DOCKDASH))
    try:
        taken, cpu, written = _flooded(fleet, keys)
    except GaveUpError as problem:
        table.notes.append(f"Under a flood: {problem}.")
        return table
    table.rows.append(_row("dockdash, log flooded", taken, True))
    table.notes.append(
        f"With the flooded log open (about 10,000 lines/s): {cpu:.0%} of a core, "
        f"{written / 1024:,.0f} KiB/s to the terminal."
    )
    return table
