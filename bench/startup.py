"""From exec to the first frame, and to the list with all names that fit."""

from __future__ import annotations

import programs
from fleet import Fleet
from ptyrun import GaveUpError
from tables import Table, median, number, ratio, spread, verdict

AIM = 1.4


def _most(program: str, fleet: Fleet) -> int:
    """How many names a program shows when it has settled; this also warms everything up."""
    with programs.run(program, fleet) as running:
        running.settle(quiet=1.2, most=6)
        return programs.shown(running.screen, fleet.all_names)


def _once(program: str, fleet: Fleet, names: int) -> tuple[float, float, float]:
    with programs.run(program, fleet) as running:
        drawn = running.until(lambda screen: screen.drawn) - running.began
        filled = running.until(lambda screen: programs.shown(screen, fleet.all_names) >= names) - running.began
        return drawn, filled, running.cpu()


def measure(fleet: Fleet, runs: int) -> Table:
    """One table for as many containers as there are; the programs take turns."""
    most = {program: _most(program, fleet) for program in programs.PROGRAMS}
    taken: dict[str, list[tuple[float, float, float]]] = {program: [] for program in programs.PROGRAMS}
    for _ in range(runs):
        for program, names in most.items():
            try:
                taken[program].append(_once(program, fleet, names))
            except GaveUpError as problem:
                print(f"{program}: {problem}", flush=True)
    floor = median([filled for _, filled, _ in taken[programs.TEXTUAL]])
    count = len(fleet.all_names)
    table = Table(
        f"Start-up, N={count}, {runs} runs",
        ("", "first frame, ms", "list filled, ms", "/ floor_textual", "names shown", "CPU until then, s", "aim"),
    )
    for program, values in taken.items():
        filled = [value[1] * 1000 for value in values]
        times = ratio(median(filled), floor * 1000 if floor else None)
        aim = verdict((median(filled) or 0) / 1000 / floor, AIM) if floor and filled else "–"
        table.rows.append(
            (
                program,
                spread([value[0] * 1000 for value in values]),
                spread(filled),
                times,
                str(most[program]),
                # the program may be gone by then, and its account with it
                number(median([value[2] for value in values if value[2]]), 2),
                f"≤ {AIM}: {aim}" if program == programs.DOCKDASH else "",
            )
        )
    return table
