"""The programs that are measured, and what they have in common on a screen."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from fleet import Fleet
from ptyrun import GaveUpError, Program
from screen import Screen

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent

DOCKDASH, TEXTUAL, PYTHON, DOCKER = "dockdash", "floor_textual", "floor_python", "docker ps"

PROGRAMS: Mapping[str, list[str]] = {
    DOCKDASH: [str(BIN / "dockdash")],
    TEXTUAL: [sys.executable, str(HERE / "floor_textual.py")],
    PYTHON: [sys.executable, str(HERE / "floor_python.py")],
    DOCKER: ["docker", "ps", "--all", "--format", "table {{.Names}}\t{{.Image}}\t{{.Status}}"],
}


def shown(screen: Screen, names: list[str]) -> int:
    """How many of the names are listed on the screen."""
    text = screen.left_text
    return sum(name in text for name in names)


def run(program: str, fleet: Fleet) -> Program:
    """Starts one of the programs; nothing is remembered from its runs before."""
    shutil.rmtree(f"{fleet.home}/state", ignore_errors=True)
    return Program(PROGRAMS[program], fleet.environment)


def ready(fleet: Fleet, program: str = DOCKDASH, first: str = "bench-001") -> Program:
    """A program with its list on screen and everything of its start behind it."""
    running = run(program, fleet)
    try:
        running.until(lambda screen: screen.row_of(first) >= 0)
        running.rest(2.5)
    except GaveUpError:
        running.__exit__()
        raise
    return running


def by_cpu(running: Program) -> None:
    """Orders the dashboard's list by CPU, so that the figures of all containers are wanted."""
    running.send("O")
    running.rest(0.5)
    running.send("c")
