"""The demo's streams: each asks its source again and again, as time goes by and whenever something happens."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from dockdash.core.clock import Clock, SystemClock
from dockdash.core.models import EngineEvent, LogPiece, StatsSample
from dockdash.engines.demo.logs import LogReader
from dockdash.engines.demo.state import Box
from dockdash.engines.demo.stats import sample
from dockdash.engines.demo.world import World

T = TypeVar("T")

POLL = 0.02
"""Seconds between two looks at a clock that moves by hand."""
SHORTEST, LONGEST = 0.05, 0.5
"""Seconds between two looks at the machine's clock: at least, so that lines come in batches, and at most."""
BACKLOG = 120
"""How many readings are made up for after the clock leapt."""


class Source(Protocol[T]):
    """What a stream reads from."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing comes any more, once ``take`` gave nothing."""
        ...

    def take(self, now: float) -> list[T]:
        """What is there at ``now`` and was not taken yet."""
        ...

    def next_due(self) -> float:
        """When more comes by itself, seconds since the epoch."""
        ...


class EventSource:
    """All events from its making on."""

    has_ended = False

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: deque[EngineEvent] = deque()

    def hear(self, event: EngineEvent) -> None:
        """Keeps an event until it is taken."""
        self._waiting.append(event)

    def take(self, now: float) -> list[EngineEvent]:
        """The events that were heard and not taken yet."""
        events = list(self._waiting)
        self._waiting.clear()
        return events

    def next_due(self) -> float:
        """When something happens by itself."""
        return self._world.next_due()


class StatsSource:
    """One reading a second of one run of a container, the first at once."""

    def __init__(self, box: Box, now: float) -> None:
        self._box = box
        self._run = box.run
        self._due = now

    @property
    def has_ended(self) -> bool:
        """Whether the run is over."""
        return self._box.run != self._run or not self._box.is_live

    def take(self, now: float) -> list[StatsSample]:
        """The readings that are due."""
        if self.has_ended:
            return []
        self._due = max(self._due, self._due + int(now - self._due) - BACKLOG)
        samples = []
        while self._due <= now:
            age = self._due - self._box.started
            samples.append(sample(self._box.spec, self._due, self._box.active(self._due), age))
            self._due += 1
        return samples

    def next_due(self) -> float:
        """When the next reading comes."""
        return self._due


class LogSource:
    """The log of a container."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader

    @property
    def has_ended(self) -> bool:
        """Whether the log goes on no further."""
        return self._reader.has_ended

    def take(self, now: float) -> list[LogPiece]:
        """The lines that were written and not taken yet."""
        return self._reader.read(now)

    def next_due(self) -> float:
        """When the next line is written."""
        return self._reader.next_due()


class DemoStream(Generic[T]):
    """A stream of batches out of a source.

    Args:
        open_source: Makes the source when the first batch is asked for; what it raises, that question raises.
        world: Where things happen.
        clock: Whose time to use.
        on_close: Called once, when the stream ends.
        announce: Give an empty batch first, which says that the stream is open.
    """

    def __init__(
        self,
        open_source: Callable[[], Source[T]],
        world: World,
        clock: Clock,
        on_close: Callable[[DemoStream[T]], None],
        *,
        announce: bool = False,
    ) -> None:
        self._open_source = open_source
        self._announce = announce
        self._source: Source[T] | None = None
        self._world = world
        self._clock = clock
        self._on_close = on_close
        self._wake = asyncio.Event()
        self._is_closed = False
        world.listen(self._hear)

    def __aiter__(self) -> DemoStream[T]:
        return self

    async def __anext__(self) -> list[T]:
        # A source that always has something must not keep everybody else waiting.
        await asyncio.sleep(0)
        while not self._is_closed:
            self._wake.clear()
            if self._announce:
                self._announce = False
                self._open()
                return []
            batch = self._look()
            if batch:
                return batch
            if not self._is_closed:
                await self._wait()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Ends the stream at once, for whoever waits for a batch too."""
        self._close()

    def _open(self) -> Source[T]:
        if self._source is None:
            try:
                self._source = self._open_source()
            except BaseException:
                self._close()
                raise
        return self._source

    def _look(self) -> list[T]:
        now = self._world.catch_up()
        source = self._open()
        try:
            batch = source.take(now)
        except BaseException:
            self._close()
            raise
        if not batch and source.has_ended:
            self._close()
        return batch

    async def _wait(self) -> None:
        due = self._source.next_due() if self._source else 0.0
        seconds = POLL
        if isinstance(self._clock, SystemClock):
            seconds = min(max(min(due, self._world.next_due()) - self._clock.time(), SHORTEST), LONGEST)
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _hear(self, event: EngineEvent) -> None:
        self._wake.set()

    def _close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._world.unlisten(self._hear)
            self._on_close(self)
        self._wake.set()
