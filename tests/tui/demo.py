"""The dashboard on the demo engine, in a terminal that exists only in the test, with a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from textual.pilot import Pilot

from dockdash.config.locations import Locations
from dockdash.control.controller import Backend
from dockdash.control.figures import Figures
from dockdash.core.clock import ManualClock
from dockdash.core.models import Container
from dockdash.engines.demo.engine import DemoEngine
from dockdash.engines.demo.spec import Compose
from dockdash.tui.app import DockdashApp
from dockdash.tui.screens.main import MainScreen
from tests.support.wait import await_until

NOON = 1_795_000_000.0


def files_in(folder: Path) -> Locations:
    """The program's own files in a folder of the test."""
    return Locations(folder / "config.toml", folder / "themes", folder / "state.json")


def _all_since(figures: Figures, moment: float) -> bool:
    return all(usage.at >= moment for usage in figures.latest.values())


class Demo:
    """A running dashboard, and what a test asks of it."""

    def __init__(self, app: DockdashApp, pilot: Pilot[None], clock: ManualClock) -> None:
        self.app, self.pilot, self.clock = app, pilot, clock

    @property
    def main(self) -> MainScreen:
        """The main screen, also while a dialog is above it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    @property
    def names(self) -> list[str]:
        """The names of the containers in the list, in its order."""
        store = self.app.controller.store
        return [found.name for key in self.main.table.keys if (found := store.get(key)) is not None]

    def container(self, name: str) -> Container:
        """A container by name."""
        return next(c for c in self.app.controller.store.containers.values() if c.name == name)

    def lines(self) -> list[str]:
        """What can be read on the screen, as it is painted."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    def text(self) -> str:
        """The same in one piece."""
        return "\n".join(self.lines())

    def document(self) -> str:
        """The text of the document in the details."""
        return "\n".join(line.text for line in self.main.detail.doc_view.document.lines)

    def dialog_is_open(self) -> bool:
        """Whether a dialog takes the keys."""
        return self.app.screen is not self.main and self.app.screen.focused is not None

    async def press(self, *keys: str) -> None:
        """Presses keys."""
        await self.pilot.press(*keys)

    def shows(self, text: str) -> bool:
        """Whether a text is on the screen."""
        return text in self.text()

    def details_of(self) -> str:
        """The id of the container in the details, "" for none."""
        container = self.main.detail.container
        return container.id if container else ""

    async def until_gone(self, text: str) -> None:
        """Waits until a text is no longer on the screen."""
        await await_until(lambda: not self.shows(text), what=f"no {text!r} on the screen")

    async def until_details(self, container_id: str) -> None:
        """Waits until the details are of a container."""
        await await_until(lambda: self.details_of() == container_id, what="the details of another container")

    async def until_document(self) -> None:
        """Waits until the document has come."""
        await await_until(lambda: self.document() not in ("", "…"), what="the document")

    async def until_done(self, count: int) -> None:
        """Waits until so many things were begun."""
        await await_until(lambda: len(self.app.controller.operations.journal) >= count, what=f"{count} in the journal")

    async def until(self, wanted: str) -> str:
        """Waits until a text is on the screen; the screen."""
        await await_until(lambda: wanted in self.text(), what=f"{wanted!r} on the screen")
        return self.text()

    async def select(self, name: str) -> None:
        """Puts the cursor on a container, and waits for its details."""
        table = self.main.table
        table.focus()
        assert table.move_to_key(self.container(name).id), f"{name} is not in the list"
        await await_until(lambda: self.details_of() == self.container(name).id, what=f"the details of {name}")

    async def run(self, seconds: int) -> None:
        """Lets time go by, and waits until the figures know it."""
        figures = self.app.controller.figures
        for _ in range(seconds):
            self.clock.advance(1)
            now = self.clock.time()
            await await_until(partial(_all_since, figures, now - 1.5), what="figures of now")

    async def poison(self, evil: Mapping[str, str]) -> None:
        """Gives containers other names, images, projects, environments and processes, in the engine itself."""
        engine = cast(DemoEngine, self.app.controller.host.engine)
        for name, text in evil.items():
            box = next(box for box in engine._world.boxes.values() if box.name == name)
            box.name = text
            hashed = text.encode(
                "utf-8", "replace"
            ).decode()  # the demo makes ids of these, which surrogates cannot be in
            box.spec = replace(
                box.spec,
                image=hashed,
                compose=Compose(hashed, hashed),
                env=(f"EVIL={text}", f"{text}=value"),
                cmd=(text,),
                processes=(("root", text),),
            )
        await self.app.controller.refresh()
        await await_until(lambda: set(evil.values()) <= set(self.names), what="the new names")


@asynccontextmanager
async def running(
    folder: Path,
    size: tuple[int, int] = (120, 40),
    *,
    options: Mapping[str, str] | None = None,
    theme: str = "",
    read_only: bool = False,
) -> AsyncIterator[Demo]:
    """Runs the dashboard until it has listed the demo's containers, and shows the first one's details."""
    clock = ManualClock(NOON)
    app = DockdashApp(
        Backend("demo", options or {}), theme=theme, read_only=read_only, clock=clock, files=files_in(folder)
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        demo = Demo(app, pilot, clock)
        await await_until(lambda: demo.main.table.keys, what="the list")
        await await_until(lambda: demo.main.detail.container is not None, what="the details")
        yield demo
