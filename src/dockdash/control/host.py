"""One host: the connection's life. It connects, follows, notices silence, and comes back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from dockdash.control.store import Store
from dockdash.control.topic import Tasks, Topic
from dockdash.core.clock import Clock
from dockdash.core.errors import ConnectError, DeadlineError, DockdashError, LostError, UsageError
from dockdash.core.models import Container, EngineInfo, State
from dockdash.core.text import clean
from dockdash.engines.port import Attempt, Engine

FIRST_DELAY, LONGEST_DELAY = 0.25, 5.0
STEADY_SECONDS = 10.0
"""How long a connection must have held for the next attempts to be quick again."""

PING_SECONDS, REMOTE_PING_SECONDS = 1.0, 5.0
PING_PATIENCE, REMOTE_PING_PATIENCE = 0.8, 4.0
FIRST_PICTURE_SECONDS = 0.15
"""How long the first stream waits for the list to be drawn; a second list follows it, so nothing is missed."""

GATHER_SECONDS = 0.1
"""How long events are gathered before the containers that they concern are listed again."""
LAG_SECONDS = 2.0
"""How long the list may contradict the events before it is believed: Docker 20.10 lists a container as running for up
to 0.4 s after it reported its death (measured), and says nothing more when that is over."""

_PLAIN_STATES = frozenset({State.RUNNING, State.PAUSED, State.EXITED})
"""States between which events tell of every step; others, such as ``restarting``, only the list knows."""


class HostState(StrEnum):
    """How things stand with a host."""

    CONNECTING = "connecting"
    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class HostStatus:
    """A host's state, for people.

    Attributes:
        state: The state.
        info: What the engine said of itself the last time, None before that.
        reason: Why it is degraded or offline, one sentence.
        hint: What may be done about it.
        since: Seconds since the epoch at which it came into this state.
        attempts: What the last connection attempt tried.
        listed: Whether the containers were ever listed.
    """

    state: HostState
    info: EngineInfo | None = None
    reason: str = ""
    hint: str = ""
    since: float = 0.0
    attempts: tuple[Attempt, ...] = ()
    listed: bool = False


class Host:
    """Keeps the connection to one engine, and the store current.

    Args:
        engine: The engine, not yet connected.
        store: Where the containers go.
        clock: Whose time to use.
    """

    def __init__(self, engine: Engine, store: Store, clock: Clock) -> None:
        self.engine, self.store, self._clock = engine, store, clock
        self.status = HostStatus(HostState.CONNECTING, since=clock.time())
        self.changed: Topic[HostStatus] = Topic()
        self.heard = 0.0
        self._again = asyncio.Event()
        self._stale: set[str] = set()
        self._wake = asyncio.Event()
        self._doubted: dict[str, float] = {}

    def _set(self, state: HostState, *, reason: str = "", hint: str = "") -> None:
        status = replace(self.status, state=state, reason=reason, hint=hint, attempts=tuple(self.engine.attempts))
        if status.state is not self.status.state:
            status = replace(status, since=self._clock.time())
        self._publish(status)

    def _publish(self, status: HostStatus) -> None:
        if status != self.status:
            self.status = status
            self.changed.publish(status)

    def hear(self) -> None:
        """Notes that the engine has just said something, so that it need not be asked whether it is there."""
        self.heard = asyncio.get_running_loop().time()

    def retry(self) -> None:
        """Ends a pause between two attempts to connect."""
        self._again.set()

    async def run(self) -> None:
        """Connects, follows and reconnects until it is cancelled."""
        delay, loop = FIRST_DELAY, asyncio.get_running_loop()
        while True:
            self._again.clear()
            final, began = False, loop.time()
            try:
                info = await self.engine.connect()
                self._publish(replace(self.status, info=info, attempts=tuple(self.engine.attempts)))
                began = loop.time()
                await self._follow(info)
            except DockdashError as error:
                final = isinstance(error, UsageError)
                self._set(HostState.OFFLINE, reason=error.message, hint=error.hint)
            except Exception as error:  # noqa: BLE001 - an answer that nobody foresaw must not end the connection's life
                self._set(HostState.OFFLINE, reason=f"{type(error).__name__}: {clean(str(error), 200)}")
            if loop.time() - began > STEADY_SECONDS:
                delay = FIRST_DELAY  # it held for a while: what broke it may be over at once
            try:
                async with asyncio.timeout(None if final else delay):
                    await self._again.wait()
                delay = FIRST_DELAY
            except TimeoutError:
                delay = min(delay * 2, LONGEST_DELAY)

    async def _follow(self, info: EngineInfo) -> None:
        """One connection, from the first list to its loss, which it raises."""
        fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def failed(error: BaseException) -> None:
            if not fault.done():
                fault.set_exception(error)

        tasks = Tasks(failed)
        await self.list_all(trusted=True)
        # a driver that loads with its first stream would take the processor from the first picture of the list
        await asyncio.sleep(FIRST_PICTURE_SECONDS)
        events = self.engine.events()
        try:
            tasks.spawn(self._events(events), "events")
            tasks.spawn(self._relist(), "relist")
            tasks.spawn(self._once_more(), "once-more")
            tasks.spawn(self._watchdog(info.is_remote), "watchdog")
            tasks.spawn(self._describe(), "describe")
            await fault
        finally:
            await tasks.aclose()
            await events.aclose()

    async def _describe(self) -> None:
        """Adds the host's name and size, which nothing had to wait for."""
        try:
            info = await self.engine.info()
        except DockdashError:
            return
        self._publish(replace(self.status, info=info))

    async def _once_more(self) -> None:
        """Lists all again when nothing can lag any more that happened before the events were followed."""
        await asyncio.sleep(LAG_SECONDS / 2)
        await self._patiently(self.list_all)

    async def list_all(self, *, trusted: bool = False) -> None:
        """Lists all containers.

        Args:
            trusted: Believe the list whatever was known before: there were no events to contradict it.
        """
        containers = await self.engine.list_containers()
        self.hear()
        if not self.status.listed:
            self.status = replace(self.status, listed=True)
        if trusted:
            self._doubted.clear()
        else:
            containers = tuple(self._unless_behind(container) for container in containers)
        self.store.replace_all(containers, self._clock.time())
        self._set(HostState.ONLINE)

    def _unless_behind(self, listed: Container) -> Container:
        """A container as listed, or as known where the list seems to lag behind the events; asked again then."""
        known = self.store.get(listed.id)
        if known is None or known.state is listed.state or not {known.state, listed.state} <= _PLAIN_STATES:
            self._doubted.pop(listed.id, None)
            return listed
        now = asyncio.get_running_loop().time()
        if now - self._doubted.setdefault(listed.id, now) > LAG_SECONDS:
            del self._doubted[listed.id]
            return listed
        self._stale.add(listed.id)
        self._wake.set()
        return known

    async def _events(self, events: object) -> None:
        async for batch in events:  # type: ignore[attr-defined]
            self.hear()
            if not batch:
                # the stream is open from now on: what happened between the first list and this is in a second one
                await self._patiently(self.list_all)
            elif stale := self.store.apply(batch):
                self._stale |= stale
                self._wake.set()
        raise LostError("the engine ended the event stream")

    async def _relist(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._wake.clear()
            asked, self._stale = frozenset(self._stale), set()
            await self._patiently(lambda asked=asked: self._list_some(asked))  # type: ignore[misc]

    async def _list_some(self, asked: frozenset[str]) -> None:
        containers = await self.engine.list_containers(asked)
        self.hear()
        self.store.replace_some(asked, [self._unless_behind(each) for each in containers], self._clock.time())

    async def _patiently(self, call: Callable[[], object]) -> None:
        """Calls; a late answer makes the host degraded, and the watchdog lists again when it is back."""
        try:
            await call()  # type: ignore[misc]
        except DeadlineError as error:
            self._set(HostState.DEGRADED, reason=error.message)
        except ConnectError:
            raise
        except DockdashError as error:
            self._set(HostState.DEGRADED, reason=error.message, hint=error.hint)

    async def _watchdog(self, remote: bool) -> None:
        """Asks an engine that has been silent whether it is there: a frozen one ends no stream and says nothing."""
        pause = REMOTE_PING_SECONDS if remote else PING_SECONDS
        patience = REMOTE_PING_PATIENCE if remote else PING_PATIENCE
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(pause / 2)
            degraded = self.status.state is HostState.DEGRADED
            if not degraded and loop.time() - self.heard < pause:
                continue
            try:
                await self.engine.ping(patience)
            except DeadlineError:
                self._set(HostState.DEGRADED, reason="the engine does not answer")
                continue
            self.hear()
            if degraded:
                await self._patiently(self.list_all)
