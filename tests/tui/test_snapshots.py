"""What the dashboard looks like: pictures of the demo, always of the same moment.

After a wanted change: ``pytest tests/tui/test_snapshots.py --snapshot-update``, and look at each picture.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot

from dockdash.control.controller import Backend
from dockdash.core.clock import ManualClock
from dockdash.core.errors import DockdashError
from dockdash.engines.demo.engine import DemoEngine
from dockdash.tui.app import DockdashApp
from tests.support.wait import await_until
from tests.tui.demo import NOON, Demo, files_in

SnapCompare = Callable[..., bool]
WATCHED_SECONDS = 20


@pytest.fixture(autouse=True)
def _always_the_same_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.chdir(tmp_path)


class Moment:
    """A dashboard, and the way to its picture."""

    def __init__(self, folder: Path, theme: str, backend: Backend) -> None:
        self.clock = ManualClock(NOON)
        self.app = DockdashApp(backend, theme=theme, clock=self.clock, files=files_in(folder))

    async def settle(self, pilot: Pilot[None]) -> Demo:
        """Lets the figures of all containers on screen run for the same time, and stand still."""
        demo = Demo(self.app, pilot, self.clock)
        await await_until(lambda: demo.main.detail.container is not None, what="the list and the first details")
        await demo.select("shop-api-1")
        figures, store = self.app.controller.figures, self.app.controller.store
        boxes = cast(DemoEngine, self.app.controller.host.engine)._world.boxes

        def is_current() -> bool:
            """Every state is known, and every container that runs on screen was read at this second."""
            live = {key for key, box in boxes.items() if box.is_live} & demo.main.table.looked_at()
            read = {key for key, usage in figures.latest.items() if usage.at == self.clock.time()}
            return all(store.containers[key].state is box.state for key, box in boxes.items()) and live <= read

        await await_until(is_current, what="the first readings")
        for _ in range(WATCHED_SECONDS):
            self.clock.advance(1)
            await await_until(is_current, what="the readings of this second")
        await await_until(lambda: not figures._dirty and figures._timer is None, what="all figures are told")
        await pilot.pause()
        return demo


def run_to(moment: Moment, *keys: str, wanted: str = "") -> Callable[[Pilot[None]], Awaitable[None]]:
    """The steps to the picture: settle, press keys, wait for a text."""

    async def steps(pilot: Pilot[None]) -> None:
        demo = await moment.settle(pilot)
        for key in keys:
            await demo.press(key)
        if wanted:
            await demo.until(wanted)
        await pilot.pause()

    return steps


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_main_screen(snap_compare: SnapCompare, tmp_path: Path, size: tuple[int, int], theme: str) -> None:
    moment = Moment(tmp_path, theme, Backend("demo"))
    assert snap_compare(moment.app, terminal_size=size, run_before=run_to(moment))


def test_main_screen_plain(snap_compare: SnapCompare, tmp_path: Path) -> None:
    moment = Moment(tmp_path, "plain", Backend("demo"))
    assert snap_compare(moment.app, terminal_size=(120, 40), run_before=run_to(moment))


PICTURES: dict[str, tuple[tuple[str, ...], str]] = {
    "stats": (("2",), "Memory"),
    "env": (("3",), "JWT_SECRET"),
    "config": (("4",), "Container"),
    "top": (("5",), "PID"),
    "inspect": (("6",), '"Id":'),
    "filter": (("slash", *"name=shop !worker"), " of "),
    "remove": (("d",), "Remove shop-api-1?"),
    "menu": (("x",), "Restart"),
    "kill": (("ctrl+k",), "SIGKILL"),
    "rename": (("f2",), "Rename shop-api-1"),
    "columns": (("C",), "space on/off"),
    "sort": (("O",), "Order by"),
    "help": (("question_mark",), "Keys"),
    "journal": (("J",), "Journal"),
    "hosts": (("B",), "Which engine?"),
}


@pytest.mark.parametrize("picture", PICTURES)
def test_pictures(snap_compare: SnapCompare, tmp_path: Path, picture: str) -> None:
    keys, wanted = PICTURES[picture]
    moment = Moment(tmp_path, "dark", Backend("demo"))
    assert snap_compare(moment.app, terminal_size=(120, 40), run_before=run_to(moment, *keys, wanted=wanted))


def test_no_engine(snap_compare: SnapCompare, tmp_path: Path) -> None:
    app = DockdashApp(
        Backend("docker", {"host": "unix:///nowhere/docker.sock"}),
        theme="dark",
        clock=ManualClock(NOON),
        files=files_in(tmp_path),
    )

    async def steps(pilot: Pilot[None]) -> None:
        await Demo(app, pilot, ManualClock(NOON)).until("No container engine")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 40), run_before=steps)


def test_toasts(snap_compare: SnapCompare, tmp_path: Path) -> None:
    moment = Moment(tmp_path, "dark", Backend("demo"))

    async def steps(pilot: Pilot[None]) -> None:
        demo = await moment.settle(pilot)
        demo.main.tell("stopped: shop-web-1")
        demo.main.tell_error(DockdashError("the engine refused it", hint="look at the engine's log"), "shop-web-1")
        await demo.until("the engine refused it")
        await pilot.pause()

    assert snap_compare(moment.app, terminal_size=(120, 40), run_before=steps)
