"""The port over docker-py: calls from the pool, streams from threads of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from dockdash.core.capabilities import LIFECYCLE, OBSERVE, Capability
from dockdash.core.clock import Clock
from dockdash.core.errors import (
    ConnectError,
    DeadlineError,
    DockdashError,
    EngineError,
    LostError,
    UsageError,
)
from dockdash.core.models import (
    Container,
    ContainerDetail,
    EngineEvent,
    EngineInfo,
    LogPiece,
    ProcessTable,
    StatsSample,
)
from dockdash.engines.docker import mapping
from dockdash.engines.docker.client import ACTION_SECONDS, CALL_SECONDS, CONNECT_SECONDS, Client, RawBody
from dockdash.engines.docker.endpoints import Endpoint, candidates
from dockdash.engines.docker.streams import BatchStream, LogBody, event_feed, since_parameter, stats_feed, worded
from dockdash.engines.docker.threads import BlockingSource, CallPool, ThreadStream
from dockdash.engines.port import Attempt, Stream

T = TypeVar("T")

STOP_GRACE = 10
"""Seconds that the engine waits before it kills a container, where the container names none (Docker's default)."""


def patience_for(timeout: int | None) -> float:
    """Seconds to wait for a container to stop, its grace included."""
    return ACTION_SECONDS + 1.0 + (STOP_GRACE if timeout is None else timeout)


def unreachable(failure: DockdashError) -> DockdashError:
    """What a failed connection is told as: whatever answered, but not as an engine does, is no engine."""
    if not isinstance(failure, EngineError):
        return failure  # a web server, for example, or an engine that wants TLS, gives an EngineError
    return ConnectError(failure.message, hint=failure.hint or "is this the address of an engine?")


class DockerEngine:
    """A Docker or Podman engine.

    Args:
        options: ``host`` (as ``-H``) or ``context`` (as ``-c``); with neither, the environment and the usual places.
        clock: Whose time to use for what the engine tells as "so long ago".
    """

    kind = "docker"
    capabilities: frozenset[Capability] = OBSERVE | LIFECYCLE

    def __init__(self, options: Mapping[str, str], clock: Clock) -> None:
        self._options, self._clock = options, clock
        self._pool = CallPool()
        self._client: Client | None = None
        self._podman = False
        self._streams: set[BatchStream[Any]] = set()
        self.attempts: tuple[Attempt, ...] = ()

    # -- connection --

    async def connect(self) -> EngineInfo:
        """Tries the endpoints in order and keeps the first that answers."""
        tried: list[Attempt] = []
        last: DockdashError | None = None
        await self._drop()
        for endpoint in candidates(self._options):
            place = endpoint.shown.removeprefix("unix://")
            try:
                info = await self._open(endpoint)
            except DockdashError as failure:
                error = unreachable(failure)
                tried.append(Attempt(endpoint.origin, place, error.message.partition(": ")[2] or error.message))
                # the reason that says most: a barred door rather than a missing one
                if last is None or type(error) is not ConnectError:
                    last = error
                continue
            finally:
                self.attempts = tuple(tried)
            self.attempts = (*tried, Attempt(endpoint.origin, place))
            return info
        assert last is not None
        if len(tried) == 1:
            raise last
        raise ConnectError("no container engine answers here", hint="start one, or name one with -H or a context")

    async def _open(self, endpoint: Endpoint) -> EngineInfo:
        doing = f"connect to {endpoint.shown}"

        def make() -> tuple[Client, Mapping[str, Any]]:
            client = Client(endpoint)
            try:
                return client, client.negotiate()
            except BaseException:
                client.close()
                raise

        # whoever is cancelled meanwhile must not leave an ssh process and a pool of connections behind
        client, version = await self._guard(make, doing, CONNECT_SECONDS + 12, lambda made: made[0].close())
        self._client = client
        parts = [str((part or {}).get("Name")) for part in version.get("Components") or ()]
        self._podman = any("Podman" in part for part in parts)
        return self._told(
            endpoint,
            version=str(version.get("Version") or "?"),
            api_version=str(version.get("ApiVersion") or "?"),
            os=str(version.get("Os") or ""),
        )

    def _told(self, endpoint: Endpoint, **facts: Any) -> EngineInfo:
        """What the engine told, with what is known without asking."""
        product = "Podman" if self._podman else "Docker"
        place: dict[str, Any] = {"endpoint": endpoint.shown, "origin": endpoint.origin, "is_remote": endpoint.is_remote}
        return EngineInfo(product=product, **facts, **place)

    async def info(self) -> EngineInfo:
        """What the engine tells of its host; takes longer than ``connect`` should."""
        endpoint = self._live().endpoint

        def ask(client: Client) -> EngineInfo:
            answer = client.get("/info")
            return self._told(endpoint, api_version=client.version, **mapping.host_facts(answer))

        return await self._call(ask, "ask about the host")

    async def ping(self, timeout: float) -> None:
        """Returns when the engine answered."""
        await self._call(lambda c: c.ping(timeout), "ask whether the engine is there", timeout + 0.1)

    def _live(self) -> Client:
        if self._client is None:
            raise LostError("there is no connection to the engine")
        if lost := self._client.lost:
            raise LostError(lost)
        return self._client

    async def _guard(
        self, call: Callable[[], T], doing: str, timeout: float, undo: Callable[[T], None] | None = None
    ) -> T:
        try:
            return await self._pool.run(lambda: worded(call, doing), timeout, undo)
        except TimeoutError as error:
            raise DeadlineError(f"{doing}: the engine did not answer in time") from error

    async def _call(self, call: Callable[[Client], T], doing: str, timeout: float = CALL_SECONDS + 1) -> T:
        client = self._live()
        return await self._guard(lambda: call(client), doing, timeout)

    # -- looking --

    async def list_containers(self, ids: Collection[str] | None = None) -> tuple[Container, ...]:
        """All containers, or those of ``ids``, in one request."""
        params: dict[str, object] = {"all": 1}
        if ids is not None:
            if not ids:
                return ()  # an empty filter is no filter: the engine would list everything
            params["filters"] = json.dumps({"id": sorted(ids)})
        now = self._clock.time()

        def ask(client: Client) -> list[Container]:
            return [mapping.container(entry, now) for entry in client.get("/containers/json", params) or ()]

        found = await self._call(ask, "list the containers")
        # the engine's filter takes the beginning of an id too
        return tuple(each for each in found if ids is None or each.id in ids)

    async def inspect(self, container_id: str) -> ContainerDetail:
        """All about one container."""
        return await self._call(lambda c: mapping.detail(c.get(f"/containers/{container_id}/json")), "inspect")

    async def top(self, container_id: str) -> ProcessTable:
        """The processes of a running container."""
        path = f"/containers/{container_id}/top"
        # with columns named so, Podman looks by itself: else it runs the image's own ps, where it has one
        params = {"ps_args": "user,pid,ppid,pcpu,time,args"} if self._podman else None
        return await self._call(lambda c: mapping.processes(c.get(path, params)), "list the processes")

    def events(self) -> Stream[list[EngineEvent]]:
        """The containers' events from now on."""
        filters = json.dumps({"type": ["container"]})
        body = RawBody(self._live(), "/events", {"filters": filters})
        return self._stream(body, event_feed(), "follow the events", "events", announce=True)

    def stats(self, container_id: str) -> Stream[list[StatsSample]]:
        """Readings of one container's counters."""
        body = RawBody(self._live(), f"/containers/{container_id}/stats", {"stream": 1})
        feed = stats_feed(wall_clock=self._podman)
        return self._stream(body, feed, "read the statistics", f"stats-{container_id[:12]}")

    def logs(
        self, container_id: str, *, tail: int | None = None, since: str = "", follow: bool = True
    ) -> Stream[list[LogPiece]]:
        """The log of one container, with stamps."""
        params: dict[str, object] = {"stdout": 1, "stderr": 1, "timestamps": 1, "follow": int(follow)}
        params["tail"] = "all" if tail is None else tail
        if since:
            params["since"] = since_parameter(since)
        # Podman's answer begins with the first line, however long the container says nothing
        body = LogBody(self._live(), container_id, params, late=follow and self._podman)
        return self._stream(body, body.feed, "read the log", f"logs-{container_id[:12]}")

    def _stream(
        self,
        body: BlockingSource,
        feed: Callable[[bytes], list[T]],
        doing: str,
        name: str,
        *,
        announce: bool = False,
    ) -> BatchStream[T]:
        source = ThreadStream(body, f"dockdash-{name}", announce=announce)
        stream = BatchStream(source, feed, doing, self._streams.discard)
        self._streams.add(stream)
        return stream

    # -- acting --

    async def start(self, container_id: str) -> None:
        """Starts a container."""
        await self._call(lambda c: c.api.start(container_id), "start", ACTION_SECONDS)

    async def stop(self, container_id: str, timeout: int | None = None) -> None:
        """Stops a container."""
        timeout = await self._grace(container_id, timeout, "stop")
        await self._call(lambda c: c.api.stop(container_id, timeout=timeout), "stop", patience_for(timeout))

    async def restart(self, container_id: str, timeout: int | None = None) -> None:
        """Stops and starts a container."""
        timeout = await self._grace(container_id, timeout, "restart")
        # docker-py would always send a time, over the container's own
        params = {} if timeout is None else {"t": timeout}
        patience = patience_for(timeout)
        await self._call(
            lambda c: c.post(f"/containers/{container_id}/restart", params, patience), "restart", patience + 1
        )

    async def _grace(self, container_id: str, timeout: int | None, doing: str) -> int | None:
        """The seconds to send: Podman 4.3 kills at once where it is told none.

        A restart does so always, a stop where the container was made over this API without a time of its own.
        """
        if timeout is not None or not self._podman:
            return timeout
        answer = await self._call(lambda c: c.get(f"/containers/{container_id}/json"), doing)
        own = (answer.get("Config") or {}).get("StopTimeout")
        return own if isinstance(own, int) and own > 0 else STOP_GRACE

    async def pause(self, container_id: str) -> None:
        """Freezes a container."""
        await self._call(lambda c: c.api.pause(container_id), "pause")

    async def unpause(self, container_id: str) -> None:
        """Lets a paused container go on."""
        await self._call(lambda c: c.api.unpause(container_id), "unpause")

    async def kill(self, container_id: str, signal: str) -> None:
        """Sends a signal."""
        await self._call(lambda c: c.api.kill(container_id, signal), f"send {signal}")

    async def rename(self, container_id: str, name: str) -> None:
        """Gives a container another name."""
        if not name.strip():
            raise UsageError("rename: a container needs a name")
        await self._call(lambda c: c.api.rename(container_id, name), "rename")

    async def remove(self, container_id: str, *, volumes: bool = False, force: bool = False) -> None:
        """Removes a container."""
        await self._call(
            lambda c: c.api.remove_container(container_id, v=volumes, force=force), "remove", ACTION_SECONDS
        )

    # -- the end --

    async def _drop(self) -> None:
        """Ends the streams and the connection, keeps the pool."""
        streams = list(self._streams)
        await asyncio.gather(*(stream.aclose() for stream in streams))
        client, self._client = self._client, None
        if client is not None:
            try:
                await self._pool.run(client.close, 1.5)
            except (TimeoutError, RuntimeError, OSError):
                pass  # it is given up either way

    async def aclose(self) -> None:
        """Ends every stream and lets go of the connection."""
        await self._drop()
        self._pool.close()


def open_engine(options: Mapping[str, str], clock: Clock) -> DockerEngine:
    """Makes a Docker engine for the registry.

    Args:
        options: ``host`` or ``context``.
        clock: Whose time to use.

    Raises:
        UsageError: An option that it does not know.
    """
    unknown = set(options) - {"host", "context"}
    if unknown:
        raise UsageError(f"the docker engine has no option {', '.join(sorted(unknown))}")
    return DockerEngine(options, clock)
