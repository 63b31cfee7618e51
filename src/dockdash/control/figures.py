"""Figures of the containers that somebody looks at: a stream a container, one piece of news a second for all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

from dockdash.control.store import Store
from dockdash.control.topic import Tasks, Topic
from dockdash.core.diff import Diff
from dockdash.core.errors import DockdashError
from dockdash.core.models import State
from dockdash.core.stats import Usage, usage
from dockdash.engines.port import Engine

HISTORY = 600
"""Readings kept of each watched container: ten minutes at one a second."""

NEWS_SECONDS = 1.0
GATHER_SECONDS = 0.05
RETRY_SECONDS = 2.0


class Figures:
    """Watches the statistics of a changing set of containers.

    Args:
        engine: Tells the engine to ask now.
        store: Which containers run.
        heard: Called when the engine said something.
        fault: Called with what should not have happened.
    """

    def __init__(
        self,
        engine: Callable[[], Engine],
        store: Store,
        heard: Callable[[], None],
        fault: Callable[[BaseException], None],
    ) -> None:
        self._engine, self._store, self._heard = engine, store, heard
        self._tasks = Tasks(fault)
        self._wanted: frozenset[str] = frozenset()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._latest: dict[str, Usage] = {}
        self._history: dict[str, deque[Usage]] = {}
        self._dirty: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._last_news = 0.0
        self.changed: Topic[frozenset[str]] = Topic()
        store.changed.subscribe(self._store_changed)

    @property
    def latest(self) -> Mapping[str, Usage]:
        """The last reading of each container that is watched."""
        return self._latest

    def history(self, container_id: str) -> Sequence[Usage]:
        """Readings of one container since it is watched, oldest first, at most ``HISTORY``."""
        return self._history.get(container_id, ())

    def watch(self, ids: Collection[str]) -> None:
        """Says which containers are looked at from now on; the streams of the others end."""
        self._wanted = frozenset(ids)
        self._adjust()

    def _store_changed(self, difference: Diff) -> None:
        if difference.removed or difference.changed & (self._wanted | self._running.keys()):
            self._adjust()

    def _adjust(self) -> None:
        containers = self._store.containers
        want = {i for i in self._wanted if i in containers and containers[i].state in (State.RUNNING, State.PAUSED)}
        for gone in self._running.keys() - want:
            self._running.pop(gone).cancel()
            if self._latest.pop(gone, None) is not None:
                self._tell(gone)
        for gone in self._history.keys() - containers.keys():
            del self._history[gone]
        for new in want - self._running.keys():
            self._running[new] = self._tasks.spawn(self._follow(new), f"figures-{new[:12]}")

    async def _follow(self, container_id: str) -> None:
        history = self._history.setdefault(container_id, deque(maxlen=HISTORY))
        while True:
            previous = None
            with suppress(DockdashError):  # the host's own watch tells what is wrong with the engine
                stream = self._engine().stats(container_id)
                try:
                    async for batch in stream:
                        self._heard()
                        for sample in batch:
                            latest = usage(sample, previous)
                            previous = sample
                            if latest.cpu is not None or not history:
                                history.append(latest)
                            self._latest[container_id] = latest
                        self._tell(container_id)
                finally:
                    await stream.aclose()
            if self._latest.pop(container_id, None) is not None:
                self._tell(container_id)
            await asyncio.sleep(RETRY_SECONDS)

    def _tell(self, container_id: str) -> None:
        self._dirty.add(container_id)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = max(GATHER_SECONDS, self._last_news + NEWS_SECONDS - loop.time())
            self._timer = loop.call_later(wait, self._news)

    def _news(self) -> None:
        self._timer = None
        self._last_news = asyncio.get_running_loop().time()
        dirty, self._dirty = frozenset(self._dirty), set()
        self.changed.publish(dirty)

    async def aclose(self) -> None:
        """Ends all streams."""
        self._wanted = frozenset()
        self._running.clear()
        self._latest.clear()
        self._history.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._tasks.aclose()
