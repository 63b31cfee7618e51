"""What the port promises, on every engine that there is: the demo, the distribution's Docker and a newer one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import pytest

from dockdash.core.capabilities import LIFECYCLE, OBSERVE
from dockdash.core.clock import SystemClock
from dockdash.core.errors import ConflictError, ConnectError, DockdashError, EngineError, NotFoundError
from dockdash.core.models import Container, EngineEvent, LogPiece, State
from dockdash.core.stats import usage
from dockdash.engines.port import Engine, Stream
from dockdash.engines.registry import Backend, open_engine
from tests.support.engine import ContainerFactory, TestEngine
from tests.support.wait import await_until, wait_until

T = TypeVar("T")

UNKNOWN = "0123456789abcdef" * 4
QUICK = 1.5


class Ground:
    """One engine to test on, and the containers that the tests need there."""

    def __init__(self, engine: Engine, real: TestEngine | None, containers: ContainerFactory) -> None:
        self.engine, self.real, self._containers = engine, real, containers

    async def running(self, *flags: str, script: str = "sleep 1000000") -> str:
        """The id of a container that runs; in the demo, one that stays as it is."""
        if self.real is None:
            return await self.demo("shop-db-1")
        command = ["sh", "-c", f"trap 'exit 0' TERM; {script} & wait"]
        return await asyncio.to_thread(self._containers, self.real, *flags, cmd=command)

    async def writing(self, lines: int = 20) -> str:
        """The id of a container that has written so many lines, "line 0001" and so on, and goes on living."""
        if self.real is None:
            return await self.demo("shop-web-1")
        container = await self.running(script=f"for n in $(seq -w 1 {lines}); do echo line $n; done; sleep 1000000")
        await await_until(lambda: self.real and f"line {lines}" in self.real.docker("logs", "--tail", "1", container))
        return container

    async def demo(self, name: str) -> str:
        return next(each.id for each in await self.engine.list_containers() if each.name == name)

    async def get(self, container: str) -> Container:
        (found,) = await self.engine.list_containers([container])
        return found

    async def state(self, container: str) -> State:
        return (await self.get(container)).state

    async def ended(self, container: str) -> Container:
        """The container once the list says that it ended: Docker 26 answers ``stop`` a little before that."""

        async def look() -> Container | None:
            found = await self.get(container)
            return found if found.state is State.EXITED else None

        found = await await_until(look)
        assert found
        return found


@pytest.fixture(params=["demo", "docker", "newer"])
async def ground(request: pytest.FixtureRequest, containers: ContainerFactory) -> AsyncIterator[Ground]:
    real: TestEngine | None = None
    if request.param != "demo":
        real = request.getfixturevalue("engine" if request.param == "docker" else "newer_engine")
    options = {"host": real.url} if real else {}
    engine = open_engine(Backend("docker" if real else "demo", options), SystemClock())
    await engine.connect()
    yield Ground(engine, real, containers)
    await engine.aclose()


async def soon(awaitable: Awaitable[T], seconds: float = 10) -> T:
    async with asyncio.timeout(seconds):
        return await awaitable


async def rest(stream: Stream[list[T]], seconds: float = 20) -> list[T]:
    items: list[T] = []
    async with asyncio.timeout(seconds):
        async for batch in stream:
            items += batch
    return items


async def take_until(stream: Stream[list[T]], enough: Callable[[list[T]], object], seconds: float = 20) -> list[T]:
    items: list[T] = []
    async with asyncio.timeout(seconds):
        while not enough(items):
            items += await anext(stream)
    return items


# -- connection --


async def test_connect(ground: Ground) -> None:
    info = await ground.engine.connect()
    assert info.version and info.api_version.startswith("1.")
    (attempt,) = ground.engine.attempts
    assert attempt.outcome == ""
    if ground.real:
        assert ground.engine.kind == "docker"
        assert (info.product, info.endpoint, info.origin, info.is_remote) == ("Docker", ground.real.url, "-H", False)
        assert info.version == ground.real.docker("version", "--format", "{{.Server.Version}}")
        assert (attempt.origin, attempt.address) == ("-H", str(ground.real.socket))
    assert ground.engine.capabilities == OBSERVE | LIFECYCLE
    full = await ground.engine.info()
    assert (full.product, full.version, full.api_version) == (info.product, info.version, info.api_version)
    assert full.name and full.os and full.cpus > 0 and full.memory > 1 << 20
    await ground.engine.ping(5)


async def test_closing(ground: Ground) -> None:
    container = await ground.running()
    streams: list[Stream[Any]] = [ground.engine.events(), ground.engine.logs(container), ground.engine.stats(container)]
    waiting = [asyncio.ensure_future(rest(stream)) for stream in streams]
    await asyncio.sleep(0)
    began = time.monotonic()
    await ground.engine.aclose()
    await ground.engine.aclose()
    assert time.monotonic() - began < QUICK
    await soon(asyncio.gather(*waiting))
    with pytest.raises(ConnectError):
        await ground.engine.list_containers()
    with pytest.raises(ConnectError):
        await ground.engine.ping(1)
    with pytest.raises(ConnectError):
        await anext(ground.engine.events())


# -- looking --


async def test_list(ground: Ground) -> None:
    first, second = await asyncio.gather(ground.running(), ground.running())
    found = {each.id: each for each in await ground.engine.list_containers()}
    assert {first, second} <= found.keys()
    some = await ground.engine.list_containers([second, UNKNOWN, first])
    assert {each.id for each in some} == {first, second}
    assert await ground.engine.list_containers([]) == ()
    assert await ground.engine.list_containers([UNKNOWN]) == ()
    assert await ground.engine.list_containers([first[:12]]) == (), "an id is whole"
    container = some[0]
    assert container.state is State.RUNNING
    assert container.name and container.image and container.command and container.created > 1e9
    assert container.since is not None
    assert container.restarts is None, "the list does not tell"


async def test_inspect_agrees_with_the_list(ground: Ground) -> None:
    container = await ground.running("--env", "PATH=/bin:/x=y")
    listed, detail = await ground.get(container), await ground.engine.inspect(container)
    told = detail.container
    assert (told.id, told.name, told.image, told.image_id) == (listed.id, listed.name, listed.image, listed.image_id)
    assert (told.state, told.health, told.labels, told.ports) == (
        listed.state,
        listed.health,
        listed.labels,
        listed.ports,
    )
    assert told.networks == listed.networks
    assert told.restarts == 0
    assert told.created == pytest.approx(listed.created, abs=1)
    assert told.since is not None and listed.since is not None
    assert told.since == pytest.approx(listed.since, abs=3700 if ground.real is None else 3)
    assert detail.tty is False
    assert detail.log_driver == "json-file"
    assert dict(detail.env)["PATH"].startswith("/")
    assert detail.raw["Id"] == container


async def test_top(ground: Ground) -> None:
    container = await ground.running()
    table = await ground.engine.top(container)
    assert "PID" in table.titles
    assert table.rows and all(len(row) == len(table.titles) for row in table.rows)
    await ground.engine.stop(container)
    with pytest.raises(EngineError, match="not running"):
        await ground.engine.top(container)


CALLS: dict[str, Callable[[Engine], Awaitable[object]]] = {
    "inspect": lambda e: e.inspect(UNKNOWN),
    "top": lambda e: e.top(UNKNOWN),
    "start": lambda e: e.start(UNKNOWN),
    "stop": lambda e: e.stop(UNKNOWN),
    "restart": lambda e: e.restart(UNKNOWN),
    "pause": lambda e: e.pause(UNKNOWN),
    "unpause": lambda e: e.unpause(UNKNOWN),
    "kill": lambda e: e.kill(UNKNOWN, "SIGTERM"),
    "rename": lambda e: e.rename(UNKNOWN, "other"),
    "remove": lambda e: e.remove(UNKNOWN),
    "stats": lambda e: anext(e.stats(UNKNOWN)),
    "logs": lambda e: anext(e.logs(UNKNOWN)),
}


async def test_unknown_containers(ground: Ground) -> None:
    for name, call in CALLS.items():
        with pytest.raises(NotFoundError) as caught:
            await soon(call(ground.engine))
        assert UNKNOWN in caught.value.message, name


# -- acting --


async def test_stop_start_restart(ground: Ground) -> None:
    engine, container = ground.engine, await ground.running()
    before = (await engine.inspect(container)).container.since or 0.0
    await engine.stop(container, timeout=5)
    assert (await ground.ended(container)).exit_code == 0
    await engine.stop(container)
    await engine.start(container)
    await engine.start(container)
    assert await ground.state(container) is State.RUNNING
    await engine.restart(container, timeout=5)
    again = (await engine.inspect(container)).container
    assert again.state is State.RUNNING
    assert (again.since or 0.0) > before


async def test_pause_unpause(ground: Ground) -> None:
    engine, container = ground.engine, await ground.running()
    with pytest.raises(EngineError, match="not paused"):
        await engine.unpause(container)
    await engine.pause(container)
    assert await ground.state(container) is State.PAUSED
    assert (await engine.inspect(container)).container.state is State.PAUSED
    with pytest.raises(EngineError, match="already paused"):
        await engine.pause(container)
    await engine.unpause(container)
    assert await ground.state(container) is State.RUNNING


async def test_kill(ground: Ground) -> None:
    engine, container = ground.engine, await ground.running()
    with pytest.raises(DockdashError, match=r"(?i)invalid signal"):
        await engine.kill(container, "SIGNONSENSE")
    await engine.kill(container, "SIGKILL")
    assert (await ground.ended(container)).exit_code == 137
    with pytest.raises(ConflictError):
        await engine.kill(container, "SIGTERM")


async def test_rename(ground: Ground) -> None:
    engine, container = ground.engine, await ground.running()
    taken = await ground.get(await ground.running() if ground.real else await ground.demo("shop-web-1"))
    old = (await ground.get(container)).name
    await engine.rename(container, f"{old}-other")
    assert (await ground.get(container)).name == f"{old}-other"
    with pytest.raises(ConflictError, match="already in use"):
        await engine.rename(container, taken.name)
    for bad in ("", "  ", "a b", "-x", "ä"):
        with pytest.raises(DockdashError):
            await engine.rename(container, bad)
    await engine.rename(container, old)
    assert (await ground.get(container)).name == old


async def test_remove(ground: Ground) -> None:
    engine, container = ground.engine, await ground.running()
    with pytest.raises(ConflictError):
        await engine.remove(container)
    assert await ground.state(container) is State.RUNNING
    await engine.remove(container, volumes=True, force=True)
    assert await engine.list_containers([container]) == ()
    with pytest.raises(NotFoundError):
        await engine.inspect(container)


# -- events --


async def test_events(ground: Ground) -> None:
    engine, container = ground.engine, await ground.running()
    other = "" if ground.real is None else await ground.running()
    events = engine.events()
    assert await soon(anext(events)) == [], "the stream is open"
    began = time.time()
    old = (await ground.get(container)).name
    await engine.stop(container)
    await engine.start(container)
    await engine.rename(container, f"{old}-other")
    await engine.remove(container, force=True)
    seen = await take_until(events, lambda all_: any(e.action == "destroy" for e in all_))
    mine = [event for event in seen if event.container_id == container]
    wanted = ["die", "start", "rename", "die", "destroy"]
    assert [event.action for event in mine if event.action in wanted] == wanted
    assert "stop" in [event.action for event in mine], "before or after die, as the version goes"
    assert all(began - 2 < event.at < time.time() + 2 for event in mine)
    die, rename = (next(event for event in mine if event.action == action) for action in ("die", "rename"))
    assert die.attributes["exitCode"] == "0"
    assert die.attributes["name"] == old
    assert (rename.attributes["name"], rename.attributes["oldName"]) == (f"{old}-other", f"/{old}")
    if other:
        assert not [event for event in seen if event.container_id == other]
    await soon(events.aclose(), QUICK)
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_every_listener_hears_everything(ground: Ground) -> None:
    container = await ground.running()
    listeners = [ground.engine.events() for _ in range(5)]
    for events in listeners:
        assert await soon(anext(events)) == []
    await ground.engine.pause(container)

    def paused(seen: list[EngineEvent]) -> bool:
        return any(event.action == "pause" and event.container_id == container for event in seen)

    for events in listeners:
        assert await take_until(events, paused)
        await events.aclose()
    await ground.engine.unpause(container)


# -- statistics --


async def test_stats(ground: Ground) -> None:
    container = await ground.running()
    stream = ground.engine.stats(container)
    first, second, *_ = await take_until(stream, lambda samples: len(samples) >= 2)
    assert 0.5 < second.at - first.at < 3
    assert (first.cpu or 0) > 0 and (first.memory or 0) > 0
    assert first.cpus and first.system and (first.pids or 0) >= 1
    figures = usage(second, first)
    assert figures.cpu is not None and 0 <= figures.cpu < 60
    assert figures.rx is not None and figures.tx is not None
    ended = asyncio.ensure_future(rest(stream))
    await ground.engine.stop(container)
    await soon(ended)  # the stream ends by itself when the container does
    assert await soon(rest(ground.engine.stats(container))) == [], "and has nothing to say of one that does not run"


# -- logs --


def texts(pieces: list[LogPiece]) -> list[str]:
    return b"".join(piece.data for piece in pieces).decode().splitlines()


async def test_the_whole_log_its_tail_and_the_rest_of_it(ground: Ground) -> None:
    engine, container = ground.engine, await ground.writing(20)
    if ground.real is None:
        await engine.pause(container)  # so that every reading finds the same
    pieces = await rest(engine.logs(container, follow=False))
    lines = texts(pieces)
    assert len(lines) >= 20
    stamps = [piece.stamp for piece in pieces]
    assert stamps == sorted(set(stamps))
    assert all(len(stamp) == 30 and stamp.endswith(b"Z") for stamp in stamps)
    assert texts(await rest(engine.logs(container, tail=7, follow=False))) == lines[-7:]
    assert await rest(engine.logs(container, tail=0, follow=False)) == []
    # going on from a stamp: nothing lost, nothing doubled, once the last known piece itself is left out
    for place in (0, len(pieces) // 2, len(pieces) - 1):
        known = pieces[place].stamp.decode()
        later = await rest(engine.logs(container, since=known, follow=False))
        assert [piece for piece in later if piece.stamp > pieces[place].stamp] == pieces[place + 1 :]
        assert later[0] == pieces[place]


async def test_following_sees_what_is_written_and_the_end(ground: Ground) -> None:
    if ground.real is None:
        container = await ground.demo("shop-web-1")
    else:
        container = await ground.running(script="n=0; while :; do n=$((n+1)); echo line $n; sleep 0.2; done")
    stream = ground.engine.logs(container, tail=0)
    pieces = await take_until(stream, lambda all_: len(all_) >= 3)
    if ground.real:
        numbers = [int(line.split()[1]) for line in texts(pieces)]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    ended = asyncio.ensure_future(rest(stream))
    await ground.engine.stop(container)
    await soon(ended)
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


# -- the end of streams --


async def close_quickly(stream: Stream[Any]) -> None:
    began = time.monotonic()
    await stream.aclose()
    await stream.aclose()
    assert time.monotonic() - began < QUICK
    with pytest.raises(StopAsyncIteration):
        await soon(anext(stream), 2)


async def test_close_from_any_state(ground: Ground) -> None:
    engine, container = ground.engine, await ground.running()

    async def before_the_first_batch(stream: Stream[Any]) -> None:
        await close_quickly(stream)

    async def in_the_middle(stream: Stream[Any]) -> None:
        await soon(anext(stream))
        await close_quickly(stream)

    async def while_somebody_waits(stream: Stream[Any]) -> None:
        waiter = asyncio.ensure_future(rest(stream))
        await asyncio.sleep(0)
        await close_quickly(stream)
        await soon(waiter, 2)

    makers: list[Callable[[], Stream[Any]]] = [
        engine.events,
        lambda: engine.stats(container),
        lambda: engine.logs(container),
        lambda: engine.logs(container, follow=False),
    ]
    await asyncio.gather(*(before_the_first_batch(make()) for make in makers))
    await asyncio.gather(*(while_somebody_waits(make()) for make in makers))
    await asyncio.gather(in_the_middle(engine.events()), in_the_middle(engine.stats(container)))
    for ended in (engine.logs(container, follow=False), engine.logs(UNKNOWN)):
        try:
            await rest(ended)
        except NotFoundError:
            pass
        await soon(ended.aclose(), QUICK)
        await soon(ended.aclose(), QUICK)


def own_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("dockdash-")]


async def test_forty_streams_end_at_once(ground: Ground) -> None:
    container = await ground.running()
    engine = ground.engine
    streams: list[Stream[Any]] = [engine.logs(container) if n % 2 else engine.stats(container) for n in range(40)]
    for stats in streams[::2]:
        assert await soon(anext(stats))
    if ground.real:
        await await_until(lambda: len(own_threads()) > 40, what="a thread for each stream")
        assert len(await soon(engine.list_containers([container]))) == 1, "calls do not wait for streams"
    waiting = [asyncio.ensure_future(rest(stream)) for stream in streams]
    await asyncio.sleep(0)
    began = time.monotonic()
    await engine.aclose()
    assert time.monotonic() - began < 0.5
    await soon(asyncio.gather(*waiting))
    wait_until(lambda: not own_threads(), what="the end of all threads")
