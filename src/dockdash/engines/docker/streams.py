"""The engine's streams: bytes from a reader thread, made into batches of events, samples and pieces of log."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from dockdash.core.errors import DockdashError
from dockdash.core.models import EngineEvent, LogPiece, StatsSample
from dockdash.engines.docker import mapping
from dockdash.engines.docker.client import Client, RawBody
from dockdash.engines.docker.loading import load_driver
from dockdash.engines.docker.threads import ThreadStream
from dockdash.engines.frames import FrameReader, LineReader

T = TypeVar("T")

_LONGEST_DOCUMENT = 8 << 20
_STAMP = re.compile(r"(.{19})(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
"""The second, its fraction, and the zone: Docker writes UTC, Podman the host's own."""


def in_words(error: Exception, doing: str) -> DockdashError:
    """The program's error for what a driver raised; the map imports the driver, so it is imported here."""
    if isinstance(error, DockdashError):
        return error
    load_driver()
    from dockdash.engines.docker.errors import from_exception

    return from_exception(error, doing)


def worded(call: Callable[[], T], doing: str) -> T:
    """Calls in this thread, with the program's own errors."""
    try:
        return call()
    except Exception as error:
        raise in_words(error, doing) from error


class JsonReader:
    """Cuts a stream of JSON documents, one a line."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> list[Mapping[str, Any]]:
        """Takes bytes, gives the documents that are complete by now; what is no JSON is left out."""
        *lines, self._tail = (self._tail + data).split(b"\n")
        if len(self._tail) > _LONGEST_DOCUMENT:
            self._tail = b""
        documents: list[Mapping[str, Any]] = []
        for line in lines:
            try:
                document = json.loads(line) if line.strip() else None
            except ValueError:
                continue
            if isinstance(document, dict):
                documents.append(document)
        return documents


class BatchStream(Generic[T]):
    """A stream of the port: batches out of a thread's bytes, errors in the program's own words.

    Args:
        source: The bytes.
        feed: What makes a batch of them; an empty one is not given on. It may raise ``StopAsyncIteration``.
        doing: What is being done, for error messages.
        done: Called once when the stream is over or closed.
    """

    def __init__(
        self,
        source: ThreadStream,
        feed: Callable[[bytes], list[T]],
        doing: str,
        done: Callable[[BatchStream[Any]], None],
    ) -> None:
        self._source, self._feed, self._doing, self._done = source, feed, doing, done

    def __aiter__(self) -> BatchStream[T]:
        """Itself."""
        return self

    async def __anext__(self) -> list[T]:
        """The next batch; an empty one only says that the stream is open."""
        while True:
            try:
                data = await self._source.__anext__()
                batch = self._feed(data)
            except StopAsyncIteration:
                await self.aclose()
                raise
            except Exception as error:
                self._done(self)
                raise in_words(error, self._doing) from error
            if batch or not data:
                return batch

    async def aclose(self) -> None:
        """Ends the stream."""
        self._done(self)
        await self._source.aclose()


class LogBody(RawBody):
    """A log's bytes, and whether they are framed."""

    def __init__(self, client: Client, container_id: str, params: Mapping[str, object], *, late: bool = False) -> None:
        super().__init__(client, f"/containers/{container_id}/logs", params, late=late)
        self._container = container_id
        self._reader_of: FrameReader | LineReader | None = None

    def open(self) -> None:
        """Opens the log, then learns its form: by the content type (API 1.42 on), else by an inspection."""
        super().open()
        if "multiplexed" in self.content_type:
            tty = False
        elif "docker.raw-stream" in self.content_type:
            tty = True
        else:
            answer = self._client.get(f"/containers/{self._container}/json")
            tty = bool((answer.get("Config") or {}).get("Tty"))
        self._reader_of = LineReader() if tty else FrameReader()

    def feed(self, data: bytes) -> list[LogPiece]:
        """Bytes of the log as pieces."""
        return self._reader_of.feed(data) if self._reader_of is not None else []


def since_parameter(stamp: str) -> str:
    """A stamp as the engine's ``since`` wants it: seconds and nanoseconds since the epoch."""
    parts = _STAMP.fullmatch(stamp)
    # whole seconds and the fraction apart: a float has no nanoseconds
    seconds = mapping.epoch(parts[1] + (parts[3] or "Z")) if parts else None
    if parts is None or seconds is None:
        return ""
    return f"{int(seconds)}.{(parts[2] or '')[:9]:0<9}"


def event_feed() -> Callable[[bytes], list[EngineEvent]]:
    """What makes events of bytes."""
    reader = JsonReader()
    return lambda data: [event for raw in reader.feed(data) if (event := mapping.event(raw)) is not None]


def stats_feed(*, wall_clock: bool) -> Callable[[bytes], list[StatsSample]]:
    """What makes samples of bytes."""
    reader = JsonReader()

    def feed(data: bytes) -> list[StatsSample]:
        found = [mapping.sample(raw, wall_clock=wall_clock) for raw in reader.feed(data)]
        samples = [sample for sample in found if sample is not None]
        if found and not samples:
            # Docker goes on with empty readings of a container that stopped, for ever
            raise StopAsyncIteration
        return samples

    return feed
