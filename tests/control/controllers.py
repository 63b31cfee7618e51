"""A controller for a test: started, watched for faults, and closed in the end."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dockdash.control.controller import Controller
from dockdash.control.host import HostState, HostStatus
from dockdash.core.clock import Clock
from dockdash.core.models import Container
from dockdash.engines.registry import Backend
from tests.support.wait import await_until


class Watch:
    """What a controller told, in order."""

    def __init__(self, controller: Controller) -> None:
        self.statuses: list[HostStatus] = []
        self.faults: list[BaseException] = []
        controller.host_changed.subscribe(self.statuses.append)
        controller.faults.subscribe(self.faults.append)

    @property
    def states(self) -> list[HostState]:
        """The states, each once in a row."""
        found: list[HostState] = []
        for status in self.statuses:
            if not found or found[-1] is not status.state:
                found.append(status.state)
        return found


@asynccontextmanager
async def controlled(
    host: str = "", *, clock: Clock | None = None, read_only: bool = False, **options: str
) -> AsyncIterator[tuple[Controller, Watch]]:
    """A controller on ``-H host``, or on the demo, that is online; nothing may have gone wrong inside when it ends."""
    backend = Backend("docker", {"host": host}) if host else Backend("demo", options)
    controller = Controller(backend, clock, read_only=read_only)
    watch = Watch(controller)
    controller.start()
    try:
        await await_until(lambda: controller.host.status.state is HostState.ONLINE, what="online")
        yield controller, watch
    finally:
        began = time.monotonic()
        await controller.aclose()
        await controller.aclose()
        took = time.monotonic() - began
    assert took < 4
    assert watch.faults == []


def named(controller: Controller, name: str) -> Container:
    """A container of the store by its name."""
    return next(each for each in controller.store.containers.values() if each.name == name)
