"""What several tests of the docker engine share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from dockdash.core.clock import SystemClock
from dockdash.core.models import LogPiece
from dockdash.engines.docker.engine import DockerEngine, open_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dockdash.engines.port import Stream

T = TypeVar("T")


@asynccontextmanager
async def connected(host: str = "", **options: str) -> AsyncIterator[DockerEngine]:
    """A docker engine for ``-H host``, or other options, connected; closed in the end."""
    engine = open_engine(options | ({"host": host} if host else {}), SystemClock())
    try:
        await engine.connect()
        yield engine
    finally:
        await engine.aclose()


async def soon(awaitable: Awaitable[T], seconds: float = 10) -> T:
    """Awaits, but not for ever."""
    async with asyncio.timeout(seconds):
        return await awaitable


async def rest(stream: Stream[list[T]], seconds: float = 30) -> list[T]:
    """All that a stream gives until its end."""
    items: list[T] = []
    async with asyncio.timeout(seconds):
        async for batch in stream:
            items += batch
    return items


async def take_until(stream: Stream[list[T]], enough: Callable[[list[T]], object], seconds: float = 20) -> list[T]:
    """What a stream gives until it is enough; whole batches."""
    items: list[T] = []
    async with asyncio.timeout(seconds):
        while not enough(items):
            items += await anext(stream)
    return items


def data(pieces: list[LogPiece], stream: int = 0) -> bytes:
    """The bytes of all pieces, or of those of one stream."""
    return b"".join(piece.data for piece in pieces if stream in (0, piece.stream))


def own_threads() -> list[str]:
    """The names of the program's threads that are alive."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("dockdash-")]
