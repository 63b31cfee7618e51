"""The shared controller: one host, its store and its services, behind one object."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from dockdash.control.figures import Figures
from dockdash.control.host import Host, HostStatus
from dockdash.control.logs import TAIL, LogFollower
from dockdash.control.operations import Operations
from dockdash.control.store import Store
from dockdash.control.topic import Tasks, Topic
from dockdash.core.clock import Clock, SystemClock
from dockdash.core.models import Container, ContainerDetail, EngineInfo, ProcessTable
from dockdash.engines.registry import Backend, open_engine, survey

__all__ = ["Backend", "Controller", "contexts"]


def contexts() -> tuple[str, ...]:
    """The names of the Docker contexts on this machine.

    Raises:
        UsageError: The Docker command line's configuration cannot be read.
    """
    found = survey(Backend())
    if found.problem is not None and not found.contexts:
        raise found.problem
    return found.contexts


class Controller:
    """Drives one backend for any front end. Made and used on one event loop.

    Args:
        backend: Which engine.
        clock: Whose time to use.
        read_only: Refuse everything that would change a container.
    """

    def __init__(self, backend: Backend, clock: Clock | None = None, *, read_only: bool = False) -> None:
        self.backend = backend
        self.clock = clock or SystemClock()
        self.store = Store()
        self.faults: Topic[BaseException] = Topic()
        self.host_changed: Topic[HostStatus] = Topic()
        self._tasks = Tasks(self.faults.publish)
        self._host_task: asyncio.Task[None] | None = None
        self._switching = asyncio.Lock()
        self.host = self._make_host(backend)
        self.figures = Figures(lambda: self.host.engine, self.store, lambda: self.host.hear(), self.faults.publish)
        self.operations = Operations(lambda: self.host.engine, self.clock, read_only=read_only)
        self._logs: dict[LogFollower, asyncio.Task[None]] = {}

    def _make_host(self, backend: Backend) -> Host:
        host = Host(open_engine(backend, self.clock), self.store, self.clock)
        host.changed.subscribe(self.host_changed.publish)
        return host

    # -- life --

    def start(self) -> None:
        """Begins to connect; everything else follows by itself."""
        self._host_task = self._tasks.spawn(self.host.run(), "host")

    async def switch(self, backend: Backend) -> None:
        """Leaves this backend for another one.

        Args:
            backend: Which engine from now on.

        Raises:
            UsageError: There is no such kind of engine; nothing has changed then.
        """
        async with self._switching:  # two at once would leave two hosts that fill one store
            host = self._make_host(backend)
            await self._leave()
            self.backend, self.host = backend, host
            self.store.clear()
            self.host_changed.publish(host.status)
            self.start()

    async def _leave(self) -> None:
        for follower in tuple(self._logs):
            self.close_log(follower)
        await self.operations.aclose()
        self.figures.watch(())
        if self._host_task is not None:
            self._host_task.cancel()
            await asyncio.wait([self._host_task], timeout=1.0)
        await self.host.engine.aclose()

    async def aclose(self) -> None:
        """Ends everything, in bounded time, any number of times."""
        async with self._switching:
            await self._leave()
        await self.figures.aclose()
        await self._tasks.aclose()

    # -- looking --

    async def connect_once(self) -> EngineInfo:
        """Connects without following anything: for a command that asks once and ends.

        Raises:
            ConnectError: No engine answers.
            UsageError: The address or the context makes no sense.
        """
        return await self.host.engine.connect()

    async def list_once(self) -> tuple[Container, ...]:
        """The containers now, after ``connect_once``."""
        return await self.host.engine.list_containers()

    async def refresh(self) -> None:
        """Lists everything again, or tries at once to connect where there is no connection.

        Raises:
            DockdashError: The engine did not answer.
        """
        self.host.retry()
        if self.host.status.listed:
            await self.host.list_all()

    async def inspect(self, container_id: str) -> ContainerDetail:
        """All about one container; the store takes what it did not know.

        Raises:
            DockdashError: It is gone, or the engine is.
        """
        detail = await self.host.engine.inspect(container_id)
        self.host.hear()
        known = self.store.get(container_id)
        if known is not None:
            told = detail.container
            since = told.since if told.state is known.state else known.since
            self.store.put(replace(known, restarts=told.restarts, since=since or known.since))
        return detail

    async def top(self, container_id: str) -> ProcessTable:
        """The processes of one running container.

        Raises:
            DockdashError: It does not run, it is gone, or the engine is.
        """
        return await self.host.engine.top(container_id)

    def open_log(self, container_id: str, changed: Callable[[], None], tail: int = TAIL) -> LogFollower:
        """Follows a log until ``close_log``.

        Args:
            container_id: Whose log.
            changed: Called, on the loop, when there are new lines or another state.
            tail: Lines to begin with.

        Returns:
            The follower with its store of lines.
        """
        follower = LogFollower(lambda: self.host, container_id, tail)
        follower.changed.subscribe(lambda _: changed())
        self._logs[follower] = self._tasks.spawn(follower.run(), f"log-{container_id[:12]}")
        return follower

    def close_log(self, follower: LogFollower) -> None:
        """Ends a log that was opened, any number of times."""
        task = self._logs.pop(follower, None)
        if task is not None:
            task.cancel()
