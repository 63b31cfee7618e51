"""The demo engine: the port on a host that exists only in this program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from dockdash.core.capabilities import LIFECYCLE, OBSERVE, Capability
from dockdash.core.clock import Clock
from dockdash.core.errors import ConnectError, UsageError
from dockdash.core.models import (
    Container,
    ContainerDetail,
    EngineEvent,
    EngineInfo,
    LogPiece,
    ProcessTable,
    State,
    StatsSample,
)
from dockdash.engines.demo import inspection, processes
from dockdash.engines.demo.fleet import fleet
from dockdash.engines.demo.logs import LogReader
from dockdash.engines.demo.state import Box
from dockdash.engines.demo.stats import CPUS, HOST_MEMORY
from dockdash.engines.demo.streams import DemoStream, EventSource, LogSource, Source, StatsSource
from dockdash.engines.demo.world import World
from dockdash.engines.port import Attempt, Engine, Stream

T = TypeVar("T")

RESTART_SECONDS = 0.2
"""How long a restarted container is down."""
MOST_CONTAINERS = 100_000
"""How many synthetic containers may be asked for."""


def open_engine(options: Mapping[str, str], clock: Clock) -> Engine:
    """Makes a demo engine.

    Args:
        options: ``containers`` is how many synthetic containers to add; ``scenario`` names the fleet: there is
            "default" only, so far.
        clock: Whose time to use; the ages in the fleet are relative to its time now.

    Returns:
        The engine.

    Raises:
        UsageError: An option is unknown, or its value makes no sense.
    """
    for name in options:
        if name not in ("containers", "scenario"):
            raise UsageError(f"the demo has no option {name!r}", hint="there are: containers, scenario")
    if options.get("scenario", "default") != "default":
        raise UsageError(f"the demo has no scenario {options['scenario']!r}", hint="there is: default")
    extra = options.get("containers", "0")
    if not (extra.isascii() and extra.isdecimal() and int(extra) <= MOST_CONTAINERS):
        raise UsageError(f"containers={extra!r} is no number of containers", hint=f"between 0 and {MOST_CONTAINERS}")
    return DemoEngine(World(fleet(int(extra)), clock), clock)


class DemoEngine:
    """The engine.

    Args:
        world: Its host.
        clock: Whose time to use.
    """

    kind = "demo"
    capabilities: frozenset[Capability] = OBSERVE | LIFECYCLE

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._streams: set[DemoStream[Any]] = set()
        self._is_closed = False
        self._attempts: tuple[Attempt, ...] = ()

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The one way there is, once it was taken."""
        return self._attempts

    async def connect(self) -> EngineInfo:
        """Opens the engine, also after it was closed.

        Returns:
            What the engine says of itself.
        """
        self._is_closed = False
        self._attempts = (Attempt("--demo", "demo"),)
        return await self.info()

    async def info(self) -> EngineInfo:
        """What the engine says of itself."""
        self._check_open()
        return EngineInfo(
            product="Demo",
            version="1.0",
            api_version="1.43",
            name="demo",
            os="Demo OS",
            cpus=CPUS,
            memory=HOST_MEMORY,
            endpoint="demo",
            origin="--demo",
        )

    async def ping(self, timeout: float) -> None:
        """Returns at once."""
        self._check_open()

    async def list_containers(self, ids: Collection[str] | None = None) -> tuple[Container, ...]:
        """All containers, or those of ``ids`` that exist."""
        self._check_open()
        self._world.catch_up()
        boxes = self._world.boxes.values()
        return tuple(box.container() for box in boxes if ids is None or box.spec.id in ids)

    async def inspect(self, container_id: str) -> ContainerDetail:
        """All about one container."""
        box = self._find(container_id)
        raw = inspection.document(box, self._world.catch_up())
        driver = str(raw["HostConfig"]["LogConfig"]["Type"])
        return ContainerDetail(box.container(inspected=True), raw, tty=box.spec.tty, log_driver=driver)

    async def top(self, container_id: str) -> ProcessTable:
        """The processes of a running container."""
        box = self._find(container_id)
        self._world.need_processes(box)
        return processes.table(box, self._clock.time())

    async def start(self, container_id: str) -> None:
        """Starts a container; one that runs is left as it is."""
        self._world.start(self._find(container_id))

    async def stop(self, container_id: str, timeout: int | None = None) -> None:
        """Stops a container, at once whatever the grace."""
        self._world.stop(self._find(container_id))

    async def restart(self, container_id: str, timeout: int | None = None) -> None:
        """Stops a container and starts it a moment later."""
        box = self._find(container_id)
        self._world.stop(box)
        await asyncio.sleep(RESTART_SECONDS)
        # It may have been removed meanwhile, and started by somebody else.
        box = self._find(box.spec.id)
        if box.state is not State.PAUSED:
            self._world.start(box)
        self._world.note_restart(box)

    async def pause(self, container_id: str) -> None:
        """Freezes all processes of a container."""
        self._world.pause(self._find(container_id))

    async def unpause(self, container_id: str) -> None:
        """Lets the processes of a paused container go on."""
        self._world.unpause(self._find(container_id))

    async def kill(self, container_id: str, signal: str) -> None:
        """Sends a signal to the container's first process."""
        self._world.kill(self._find(container_id), signal)

    async def rename(self, container_id: str, name: str) -> None:
        """Gives a container another name."""
        self._world.rename(self._find(container_id), name)

    async def remove(self, container_id: str, *, volumes: bool = False, force: bool = False) -> None:
        """Removes a container, ``force`` even while it runs."""
        self._world.remove(self._find(container_id), force=force)

    def events(self) -> Stream[list[EngineEvent]]:
        """The containers' events from now on."""
        self._world.catch_up()
        source = EventSource(self._world)
        self._world.listen(source.hear)

        def opened() -> EventSource:
            self._check_open()
            return source

        return self._stream(opened, lambda: self._world.unlisten(source.hear), announce=True)

    def stats(self, container_id: str) -> Stream[list[StatsSample]]:
        """Readings of one running container's counters, one a second."""
        return self._stream(lambda: StatsSource(self._find(container_id), self._clock.time()))

    def logs(
        self, container_id: str, *, tail: int | None = None, since: str = "", follow: bool = True
    ) -> Stream[list[LogPiece]]:
        """The log of one container, with stamps, a piece for each line."""

        def source() -> LogSource:
            box, now = self._find(container_id), self._clock.time()
            return LogSource(LogReader(box, now, tail=tail, since=since, follow=follow))

        return self._stream(source)

    async def aclose(self) -> None:
        """Ends every stream."""
        self._is_closed = True
        for stream in tuple(self._streams):
            await stream.aclose()

    def _check_open(self) -> None:
        if self._is_closed:
            raise ConnectError("the demo engine was closed")

    def _find(self, container_id: str) -> Box:
        self._check_open()
        self._world.catch_up()
        return self._world.find(container_id)

    def _stream(
        self, source: Callable[[], Source[T]], on_close: Callable[[], None] = lambda: None, *, announce: bool = False
    ) -> DemoStream[T]:
        def forget(stream: DemoStream[T]) -> None:
            self._streams.discard(stream)
            on_close()

        stream = DemoStream(source, self._world, self._clock, forget, announce=announce)
        self._streams.add(stream)
        return stream
