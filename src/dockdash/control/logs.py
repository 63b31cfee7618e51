"""Follows one container's log through stops, restarts and lost connections, into a store of lines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dockdash.control.host import Host, HostState
from dockdash.control.logstore import LogStore
from dockdash.control.topic import Topic
from dockdash.core.errors import ConnectError, DockdashError, NotFoundError, UnsupportedError
from dockdash.core.models import State

TAIL = 1000
"""Lines to begin with: 30 to 60 ms however long the log is (measured), where the whole of it may take a minute."""

OVERLAP_SECONDS = 1.0
PAUSE_SECONDS = 0.25
LONGEST_PAUSE = 2.0


class LogState(StrEnum):
    """How things stand with a log."""

    OPENING = "opening"
    FOLLOWING = "following"
    ENDED = "ended"
    LOST = "lost"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LogStatus:
    """A log's state and, where it is not simply following, the reason."""

    state: LogState
    reason: str = ""


def earlier(stamp: str) -> str:
    """A stamp a second before another one: the two streams of a container are not in order among themselves.

    What was read already is left out by the store; what a quiet stream wrote days ago is not asked for again.
    """
    try:
        moment = datetime.fromisoformat(stamp[:19]) - timedelta(seconds=OVERLAP_SECONDS)
    except ValueError:
        return ""
    return moment.isoformat() + stamp[19:]


class LogFollower:
    """The log of one container, as long as somebody looks at it.

    Args:
        host: Gives the engine now, the container's state and the connection's.
        container_id: Whose log.
        tail: Lines to begin with.
    """

    def __init__(self, host: Callable[[], Host], container_id: str, tail: int = TAIL) -> None:
        self._host, self._container, self._tail = host, container_id, tail
        self.store = LogStore()
        self.status = LogStatus(LogState.OPENING)
        self.changed: Topic[None] = Topic()
        self._opened = False

    def _set(self, state: LogState, reason: str = "") -> None:
        status = LogStatus(state, reason)
        if status != self.status:
            self.status = status
            self.changed.publish(None)

    async def run(self) -> None:
        """Follows until it is cancelled, or until there can be nothing more."""
        pause = PAUSE_SECONDS
        while True:
            before, begun = self.store.end, self._moment()
            try:
                await self._read()
                self._set(LogState.ENDED, self._why_ended())
            except UnsupportedError as error:
                return self._set(LogState.UNREADABLE, error.message)
            except NotFoundError:
                return self._set(LogState.ENDED, "the container is gone")
            except ConnectError as error:
                self._set(LogState.LOST, error.message)
            except DockdashError as error:
                self._set(LogState.UNREADABLE, error.message)
            pause = PAUSE_SECONDS if self.store.end > before else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)
            await self._until_more_can_come(begun)

    def _moment(self) -> tuple[object, ...] | None:
        """Something that differs after each start and each end of the container."""
        container = self._host().store.get(self._container)
        return (container.state, container.since, container.exit_code) if container else None

    def _why_ended(self) -> str:
        container = self._host().store.get(self._container)
        return f"the container is {container.state.value}" if container else "the container is gone"

    async def _until_more_can_come(self, begun: tuple[object, ...] | None) -> None:
        """Waits, on news and not on time, until the host is there and the container writes, or has written.

        Args:
            begun: The container's moment when the last reading began: one that started and ended since then has
                left lines, even though it was never seen running.
        """
        host, news = self._host(), asyncio.Event()
        ends = [
            host.changed.subscribe(lambda _: news.set()),
            host.store.changed.subscribe(lambda _: news.set()),
        ]
        try:
            while True:
                container = host.store.get(self._container)
                up = container is not None and container.state in (
                    State.RUNNING,
                    State.RESTARTING,
                    State.PAUSED,
                )
                news_of_it = up or not self._opened or self._moment() != begun
                if host.status.state is HostState.ONLINE and news_of_it:
                    return
                if container is None and host.status.state is HostState.ONLINE:
                    self._set(LogState.ENDED, "the container is gone")
                await news.wait()
                news.clear()
        finally:
            for end in ends:
                end()

    async def _read(self) -> None:
        engine = self._host().engine
        self.store.resume()
        since = earlier(max(self.store.last_stamps.values(), default=b"").decode("ascii", "replace"))
        stream = engine.logs(self._container, tail=None if since else self._tail, since=since)
        try:
            opening = asyncio.get_running_loop().call_later(0.3, self._still_quiet)
            try:
                async for pieces in stream:
                    self._opened = True
                    self.store.append(pieces)
                    self._set(LogState.FOLLOWING)
                    self.changed.publish(None)
                    await asyncio.sleep(0)  # a flood leaves the loop a turn for the keyboard
            finally:
                opening.cancel()
        except ConnectError:
            self.store.rewind()
            raise
        finally:
            await stream.aclose()
            self.store.flush()
        self._opened = True

    def _still_quiet(self) -> None:
        """A log that opens and says nothing is followed all the same."""
        if self.status.state in (LogState.OPENING, LogState.LOST, LogState.ENDED):
            self._set(LogState.FOLLOWING)
