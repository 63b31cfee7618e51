"""The port: what every engine offers, in async calls and streams of batches.

Contract, checked by one test suite on every implementation:

* A call has a deadline of its own, ends in bounded time and raises only errors from ``core.errors``.
* A stream yields batches (a list of pieces, events or samples), never a byte or a line at a time. It ends by itself
  when its source does, and raises ``LostError`` when the engine went away under it: the two are never confused.
* ``aclose()`` of a stream returns in bounded time, from any state, twice over; whoever waits for the next batch
  then gets the end of the stream.
* What an engine cannot do it leaves out of ``capabilities``; asking all the same raises ``UnsupportedError``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, TypeVar

from dockdash.core.capabilities import Capability
from dockdash.core.models import (
    Container,
    ContainerDetail,
    EngineEvent,
    EngineInfo,
    LogPiece,
    ProcessTable,
    StatsSample,
)

T_co = TypeVar("T_co", covariant=True)


class Stream(Protocol[T_co]):
    """An async iterator of batches that can be closed."""

    def __aiter__(self) -> Stream[T_co]:
        """Itself."""
        ...

    async def __anext__(self) -> T_co:
        """The next batch; raises ``StopAsyncIteration`` at the end, ``LostError`` when the engine went away."""
        ...

    async def aclose(self) -> None:
        """Ends the stream, in bounded time, from any state, any number of times."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One address that was tried, and what came of it.

    Attributes:
        origin: Why it was tried ("DOCKER_HOST", "context prod", "usual place", …).
        address: The address.
        outcome: "" when the engine answered, else the reason why not, as a sentence for people.
    """

    origin: str
    address: str
    outcome: str = ""


class Engine(Protocol):
    """Something that holds containers."""

    @property
    def kind(self) -> str:
        """The registry's name of this kind of engine."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this engine can do; complete once ``connect`` returned."""
        ...

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """What the last ``connect`` tried, in order."""
        ...

    async def connect(self) -> EngineInfo:
        """Finds the engine and agrees on an API version.

        Returns:
            What the engine says of itself.

        Raises:
            ConnectError: Nothing answered; ``attempts`` says what was tried.
            UsageError: The address, or the named context, makes no sense.
        """
        ...

    async def info(self) -> EngineInfo:
        """All that the engine says of itself and its host: more than ``connect`` takes the time for."""
        ...

    async def ping(self, timeout: float) -> None:
        """Returns when the engine answered; raises ``ConnectError`` after at most ``timeout`` seconds."""
        ...

    async def list_containers(self, ids: Collection[str] | None = None) -> tuple[Container, ...]:
        """All containers, or those of ``ids`` that exist, in one request and without an inspection each."""
        ...

    async def inspect(self, container_id: str) -> ContainerDetail:
        """All about one container; raises ``NotFoundError`` where it is gone."""
        ...

    async def top(self, container_id: str) -> ProcessTable:
        """The processes of a running container."""
        ...

    async def start(self, container_id: str) -> None:
        """Starts a container; one that runs is left as it is."""
        ...

    async def stop(self, container_id: str, timeout: int | None = None) -> None:
        """Stops a container, with ``timeout`` seconds of grace (None: the container's own, else the engine's)."""
        ...

    async def restart(self, container_id: str, timeout: int | None = None) -> None:
        """Stops (as ``stop`` does) and starts a container."""
        ...

    async def pause(self, container_id: str) -> None:
        """Freezes all processes of a container."""
        ...

    async def unpause(self, container_id: str) -> None:
        """Lets the processes of a paused container go on."""
        ...

    async def kill(self, container_id: str, signal: str) -> None:
        """Sends ``signal`` (a name such as ``SIGTERM``) to the container's first process."""
        ...

    async def rename(self, container_id: str, name: str) -> None:
        """Gives a container another name."""
        ...

    async def remove(self, container_id: str, *, volumes: bool = False, force: bool = False) -> None:
        """Removes a container; ``volumes`` its anonymous volumes too, ``force`` even while it runs."""
        ...

    def events(self) -> Stream[list[EngineEvent]]:
        """The containers' events from now on.

        The first batch is empty and comes as soon as the stream is open: nothing that happens after it is missed.
        """
        ...

    def stats(self, container_id: str) -> Stream[list[StatsSample]]:
        """Readings of one running container's counters, about one a second."""
        ...

    def logs(
        self, container_id: str, *, tail: int | None = None, since: str = "", follow: bool = True
    ) -> Stream[list[LogPiece]]:
        """The log of one container, with stamps.

        Args:
            container_id: Whose log.
            tail: Begin with so many last lines; None for all.
            since: Leave out what is older than this stamp (as ``LogPiece.stamp`` gives it); "" for no limit.
            follow: Whether to go on with what the container writes from now on.
        """
        ...

    async def aclose(self) -> None:
        """Ends every stream and lets go of the connection, in bounded time, any number of times."""
        ...
