"""Makes the pictures in ``screenshots/`` from the demo: always the same fleet, at the same moment.

Needs rsvg-convert (Debian's librsvg2-bin) and a monospace font with block characters (fonts-dejavu-core).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TZ"] = "UTC"

from textual.pilot import Pilot

from dockdash.config.locations import Locations
from dockdash.control.controller import Backend
from dockdash.core.clock import ManualClock
from dockdash.tui.app import DockdashApp

ROOT = Path(__file__).resolve().parent.parent
CELL = 12.2
"""Units of Rich's SVG that a cell is wide."""

Steps = Callable[[Pilot[None], ManualClock], Awaitable[None]]


async def ready(pilot: Pilot[None], clock: ManualClock) -> None:
    """Waits for the list and lets the figures run for a while."""
    app = pilot.app
    assert isinstance(app, DockdashApp)
    for _ in range(500):
        await pilot.pause(0.02)
        if app.controller.store.containers:
            break
    await pilot.pause(0.3)
    for _ in range(90):
        clock.advance(1)
        await pilot.pause(0.03)
    await pilot.pause(1.2)


def keys(*names: str) -> Steps:
    """Presses keys and lets the screen settle."""

    async def steps(pilot: Pilot[None], clock: ManualClock) -> None:
        for name in names:
            await pilot.press(name)
            await pilot.pause(0.2)
        await pilot.pause(0.6)

    return steps


PICTURES: dict[str, tuple[tuple[int, int], str, Steps]] = {
    "dashboard": ((120, 40), "dark", keys("j")),
    "dashboard-wide": ((200, 60), "dark", keys("j", "2")),
    "dashboard-small": ((80, 24), "dark", keys("j")),
    "light": ((120, 40), "light", keys("j", "4")),
    "plain": ((120, 40), "plain", keys("j")),
    "inspect": ((120, 40), "dark", keys("j", "6", "tab", "j", "j")),
    "env": ((120, 40), "dark", keys("G", "up", "up", "3")),
    "filter": ((120, 40), "dark", keys("slash", *"shop !worker")),
    "remove": ((120, 40), "dark", keys("j", "d")),
    "actions": ((120, 40), "dark", keys("j", "x")),
    "help": ((120, 40), "dark", keys("question_mark")),
}


def _without_blanks(found: re.Match[str]) -> str:
    """A text that begins where its first blank ended."""
    blanks = len(found[5]) // len("&#160;")
    x, length = float(found[1]) + blanks * CELL, float(found[3]) - blanks * CELL
    return f'x="{x:.1f}"{found[2]} textLength="{length:.1f}"{found[4]}'


async def take(name: str, folder: Path) -> Path:
    """Makes one picture as SVG."""
    size, theme, steps = PICTURES[name]
    with tempfile.TemporaryDirectory() as home:
        files = Locations(Path(home, "config.toml"), Path(home, "themes"), Path(home, "state.json"))
        clock = ManualClock(1_795_000_000.0)
        app = DockdashApp(Backend("demo"), theme=theme, clock=clock, files=files)
        async with app.run_test(size=size, notifications=True) as pilot:
            await ready(pilot, clock)
            await steps(pilot, clock)
            svg = app.export_screenshot(title="dockdash")
    # rsvg-convert drops blanks at the beginning of a text, and has no font from the network
    svg = re.sub(r'x="([\d.]+)"( y="[\d.]+") textLength="([\d.]+)"([^>]*>)((?:&#160;)+)(?=[^<])', _without_blanks, svg)
    svg = re.sub(r"font-family: [^;]+;", "font-family: DejaVu Sans Mono, monospace;", svg)
    path = folder / f"{name}.svg"
    path.write_text(svg, encoding="utf-8")
    return path


def main() -> int:
    """Makes all pictures, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which pictures; all when none is named")
    parser.add_argument("--into", type=Path, default=ROOT / "screenshots", help="the folder for the PNG files")
    asked = parser.parse_args()
    if shutil.which("rsvg-convert") is None:
        print("rsvg-convert is missing: install librsvg2-bin", file=sys.stderr)
        return 1
    asked.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name in asked.names or PICTURES:
            svg = asyncio.run(take(name, Path(scratch)))
            png = asked.into / f"{name}.png"
            subprocess.run(["rsvg-convert", "-z", "0.9", str(svg), "-o", str(png)], check=True)
            print(png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
