"""From q to the end of the process."""

from __future__ import annotations

import programs
from fleet import Fleet
from tables import Table, median, spread, verdict

AIM = 0.5


def _once(fleet: Fleet, program: str, by_cpu: bool) -> float:
    with programs.ready(fleet, program) as running:
        if by_cpu:
            programs.by_cpu(running)
            running.rest(2.5)
        began = running.send("q")
        return 1000 * (running.wait() - began)


def measure(fleet: Fleet, runs: int) -> Table:
    """With the streams of the rows on screen, with those of all, and the floor."""
    count = len(fleet.all_names)
    table = Table(f"Quit: q to exit, N={count}, {runs} runs", ("", "ms", "aim"))
    for what, program, by_cpu in (
        ("dockdash", programs.DOCKDASH, False),
        (f"dockdash, by CPU ({count} streams)", programs.DOCKDASH, True),
        ("floor_textual", programs.TEXTUAL, False),
    ):
        taken = [_once(fleet, program, by_cpu) for _ in range(runs)]
        aim = f"< 500: {verdict(median(taken), AIM * 1000)}" if program == programs.DOCKDASH else ""
        table.rows.append((what, spread(taken), aim))
    return table
