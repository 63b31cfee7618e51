"""The only module with threads: docker-py blocks, the rest of the program does not.

Short calls go to a bounded pool of our own, long streams to a named daemon thread each. Neither touches asyncio's
default executor, which has six workers on two processors and is joined at exit (measured: 40 blocked followers
starved every other job and held the exit up for as long as they blocked).
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

CLOSE_SECONDS = 0.5
"""How long ``aclose`` waits for a reader thread that was told to stop; the thread is a daemon and may outlive it."""


class _Job:
    """One call, waiting for a thread."""

    __slots__ = ("call", "dropped", "future", "loop", "undo")

    def __init__(self, call: Callable[[], object], undo: Callable[[Any], None] | None) -> None:
        self.call, self.undo = call, undo
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[object] = self.loop.create_future()
        self.dropped = False

    def run(self) -> None:
        try:
            result, error = self.call(), None
        except BaseException as caught:  # noqa: BLE001 - handed to whoever awaits the call
            result, error = None, caught
        try:
            self.loop.call_soon_threadsafe(self._settle, result, error)
        except RuntimeError:  # the loop is closed: nobody waits any more
            if error is None and self.undo is not None:
                self.undo(result)

    def _settle(self, result: object, error: BaseException | None) -> None:
        if self.future.done():
            if error is None and self.undo is not None:
                threading.Thread(target=self.undo, args=(result,), name="dockdash-undo", daemon=True).start()
        elif error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


class CallPool:
    """Runs blocking calls in at most ``size`` daemon threads, which are made when needed.

    Args:
        size: The bound.
        name: What the threads are called, with a number behind it.
    """

    def __init__(self, size: int = 12, name: str = "dockdash-call") -> None:
        self._size, self._name = size, name
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._threads = self._idle = 0
        self._closed = False

    async def run(self, call: Callable[[], T], timeout: float, undo: Callable[[T], None] | None = None) -> T:
        """Runs a blocking call.

        Args:
            call: What to run.
            timeout: Seconds after which the caller gives up; the thread is free when the call itself ends.
            undo: Called in a thread with a result that comes after the caller gave up or was cancelled.

        Returns:
            What ``call`` returned.

        Raises:
            TimeoutError: No result in time.
            RuntimeError: The pool is closed.
        """
        job = _Job(call, undo)
        with self._wake:
            if self._closed:
                raise RuntimeError("the call pool is closed")
            self._jobs.append(job)
            # a thread that was woken but does not run yet still counts as idle, and takes one job only
            if self._idle >= len(self._jobs):
                self._wake.notify()
            elif self._threads < self._size:
                self._threads += 1
                threading.Thread(target=self._work, name=f"{self._name}-{self._threads}", daemon=True).start()
        try:
            async with asyncio.timeout(timeout):
                return await job.future  # type: ignore[return-value]
        finally:
            job.dropped = True

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._jobs and not self._closed:
                    self._idle += 1
                    self._wake.wait()
                    self._idle -= 1
                if not self._jobs:
                    self._threads -= 1
                    return
                job = self._jobs.popleft()
            if not job.dropped:
                job.run()
            del job

    def close(self) -> None:
        """Ends the threads as they become free; waits for none."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()


class BlockingSource(Protocol):
    """What a stream thread reads from."""

    def open(self) -> None:
        """Begins; may block for as long as the engine takes to answer."""
        ...

    def read(self) -> bytes:
        """The next bytes, b"" at the end; raises where the stream broke."""
        ...

    def shut(self) -> None:
        """Makes a blocked ``read`` return at once; called from any thread, any number of times."""
        ...

    def close(self) -> None:
        """Frees everything; called by the reading thread, last."""
        ...


class ThreadStream:
    """Bytes of a blocking source as an async iterator of batches.

    The reader thread puts what it reads into a box and wakes the loop once; the loop takes all of it at once. When
    more than ``limit`` bytes wait in the box the thread stops reading, so the engine waits instead of our memory
    growing.

    Args:
        source: What to read.
        name: The thread's name.
        limit: Bytes that may wait.
        announce: Give an empty batch as soon as the source is open.
    """

    def __init__(self, source: BlockingSource, name: str, limit: int = 1 << 18, *, announce: bool = False) -> None:
        self._source, self._limit, self._announce = source, limit, announce
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._lock = threading.Condition()
        self._box: list[bytes] = []
        self._size = 0
        self._armed = self._over = self._closed = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._read, name=name, daemon=True)
        self._thread.start()

    def __aiter__(self) -> ThreadStream:
        """Itself."""
        return self

    async def __anext__(self) -> bytes:
        """All bytes that came since the last time, waiting for some."""
        while True:
            await self._ready.wait()
            with self._lock:
                self._armed = False
                self._ready.clear()
                opened = bool(self._box) and self._announce
                if opened:
                    # the empty batch that says so comes alone, even where the first bytes are there already
                    self._announce = False
                    del self._box[0]
                    data = b""
                else:
                    data, self._box, self._size = b"".join(self._box), [], 0
                self._lock.notify()
                ended, error = self._over or self._closed, self._error
                if ended or self._box:
                    self._ready.set()  # whoever comes next finds the rest, or the end
            if self._closed:
                raise StopAsyncIteration
            if data or opened:
                return data
            if ended:
                if error is not None:
                    raise error
                raise StopAsyncIteration

    async def aclose(self) -> None:
        """Ends the stream; waits at most ``CLOSE_SECONDS`` for the thread."""
        if self._closed:
            return
        with self._lock:
            self._closed = True
            self._lock.notify()
        self._ready.set()
        self._source.shut()
        deadline = self._loop.time() + CLOSE_SECONDS
        pause = 0.001
        while self._thread.is_alive() and self._loop.time() < deadline:
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.02)

    def _read(self) -> None:
        error: BaseException | None = None
        try:
            self._source.open()
            if self._announce:
                self._put(b"")
            while not self._closed:
                data = self._source.read()
                if not data:
                    break
                self._put(data)
        except BaseException as caught:  # noqa: BLE001 - handed to the reader of the stream
            error = caught
        finally:
            self._source.close()
        with self._lock:
            self._error, self._over = error, True
            self._wake()

    def _put(self, data: bytes) -> None:
        with self._lock:
            self._box.append(data)
            self._size += len(data)
            self._wake()
            while self._size > self._limit and not self._closed:
                self._lock.wait()

    def _wake(self) -> None:
        """Wakes the loop, once for everything that is in the box."""
        if self._armed:
            return
        self._armed = True
        try:
            self._loop.call_soon_threadsafe(self._ready.set)
        except RuntimeError:
            self._closed = True  # the loop is gone, and nobody will read
