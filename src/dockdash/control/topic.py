"""News for whoever listens, and tasks that do not die unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Topic(Generic[T]):
    """Calls its subscribers, on the event loop, in the order in which they came."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[T], None]] = []

    def subscribe(self, callback: Callable[[T], None]) -> Callable[[], None]:
        """Adds a subscriber, which must be quick and must not raise.

        Args:
            callback: Called with each piece of news.

        Returns:
            What ends the subscription, any number of times.
        """
        self._subscribers.append(callback)

        def end() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return end

    def publish(self, news: T) -> None:
        """Tells everybody."""
        for callback in tuple(self._subscribers):
            callback(news)


class Tasks:
    """Background tasks of one owner: kept alive, cancelled together, their faults told.

    Args:
        fault: Called with whatever a task raised that it should not have.
    """

    def __init__(self, fault: Callable[[BaseException], None]) -> None:
        self._fault = fault
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Starts a task."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fault(error)

    async def aclose(self, seconds: float = 1.0) -> None:
        """Cancels all tasks and waits for them, at most so many seconds."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
