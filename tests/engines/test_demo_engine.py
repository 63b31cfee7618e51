"""The demo engine: the same for everybody, alive, and in keeping with the port."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import TypeVar

import pytest

from dockdash.core.capabilities import LIFECYCLE, OBSERVE
from dockdash.core.clock import ManualClock, SystemClock
from dockdash.core.errors import ConflictError, ConnectError, EngineError, NotFoundError, UsageError
from dockdash.core.models import Container, EngineEvent, Health, LogPiece, State
from dockdash.core.stats import cpu_percent
from dockdash.engines.demo.engine import open_engine
from dockdash.engines.demo.fleet import fleet
from dockdash.engines.demo.lines import SCRIPTS
from dockdash.engines.port import Attempt, Engine, Stream
from dockdash.engines.registry import Backend
from dockdash.engines.registry import open_engine as open_registered

T = TypeVar("T")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def engine(clock: ManualClock) -> AsyncIterator[Engine]:
    engine = open_engine({}, clock)
    await engine.connect()
    yield engine
    await engine.aclose()


async def by_name(engine: Engine, name: str) -> Container:
    return next(each for each in await engine.list_containers() if each.name == name)


async def id_of(engine: Engine, name: str) -> str:
    return (await by_name(engine, name)).id


async def following(stream: Stream[list[T]]) -> list[T]:
    """The next batch with something in it: an empty one only says that the stream is open."""
    return await asyncio.wait_for(anext(stream), 2) or await asyncio.wait_for(anext(stream), 2)


async def rest(stream: Stream[list[T]]) -> list[T]:
    items: list[T] = []
    async with asyncio.timeout(2):
        async for batch in stream:
            items += batch
    return items


async def history(engine: Engine, name: str, *, tail: int | None = None, since: str = "") -> list[LogPiece]:
    return await rest(engine.logs(await id_of(engine, name), tail=tail, since=since, follow=False))


def actions(events: list[EngineEvent]) -> list[str]:
    return [event.action for event in events]


async def test_open_and_connect(clock: ManualClock) -> None:
    engine = open_registered(Backend("demo"), clock)
    assert not engine.attempts
    info = await engine.connect()
    assert (info.product, info.version, info.api_version, info.endpoint, info.origin) == (
        "Demo",
        "1.0",
        "1.43",
        "demo",
        "--demo",
    )
    assert await engine.info() == info
    assert engine.attempts == (Attempt("--demo", "demo"),)
    assert engine.kind == "demo"
    assert engine.capabilities == OBSERVE | LIFECYCLE
    await engine.ping(1)
    await engine.aclose()
    with pytest.raises(ConnectError):
        await engine.list_containers()
    with pytest.raises(ConnectError):
        await anext(engine.events())


@pytest.mark.parametrize("options", [{"hosts": "1"}, {"containers": "-1"}, {"containers": "x"}, {"scenario": "moon"}])
def test_options_that_make_no_sense(options: dict[str, str], clock: ManualClock) -> None:
    with pytest.raises(UsageError):
        open_engine(options, clock)


async def test_fleet(engine: Engine, clock: ManualClock) -> None:
    containers = await engine.list_containers()
    assert {each.project for each in containers} == {"shop", "blog", "metrics", ""}
    assert {each.state for each in containers} >= {
        State.RUNNING,
        State.PAUSED,
        State.EXITED,
        State.CREATED,
        State.RESTARTING,
    }
    assert len({each.id for each in containers}) == len({each.name for each in containers}) == len(containers) == 18
    web, mysql, runner = [await by_name(engine, name) for name in ("shop-web-1", "blog-mysql-1", "ci-runner")]
    assert [(port.public, port.address) for port in web.ports] == [(8080, "0.0.0.0"), (8080, "::")]
    assert web.since == clock.time() - 3 * 3600
    assert mysql.health is Health.UNHEALTHY
    assert (runner.exit_code, runner.since) == (137, clock.time() - 12 * 60)
    assert await engine.list_containers([web.id, "none"]) == (web,)


async def test_many_containers(clock: ManualClock) -> None:
    engine = open_engine({"containers": "1000"}, clock)
    containers = await engine.list_containers()
    assert len(containers) == 1018
    assert len({each.id for each in containers}) == len({each.name for each in containers}) == 1018


async def everything(clock: ManualClock) -> list[object]:
    engine = open_engine({"containers": "5"}, clock)
    events = engine.events()
    seen: list[object] = []
    for seconds in (0.0, 50.0, 1.5):
        clock.advance(seconds)
        for container in await engine.list_containers():
            seen += [container, await engine.inspect(container.id)]
            if container.state is State.RUNNING:
                seen += [await following(engine.stats(container.id)), await engine.top(container.id)]
            seen.append(await history(engine, container.name, tail=20))
    seen.append(await following(events))
    await engine.aclose()
    return seen


async def test_everything_follows_from_the_clock() -> None:
    assert await everything(ManualClock()) == await everything(ManualClock())


async def test_inspection_agrees_with_the_list(engine: Engine) -> None:
    for container in await engine.list_containers():
        detail = await engine.inspect(container.id)
        raw = detail.raw
        assert raw["Id"] == container.id
        assert raw["Name"] == f"/{container.name}"
        assert raw["Config"]["Image"] == container.image
        assert raw["State"]["Status"] == container.state.value
        assert raw["Config"]["Labels"] == container.labels
        assert " ".join([raw["Path"], *raw["Args"]]) == container.command.replace("'", "") or "'" in container.command
        published = [b["HostPort"] for bindings in raw["NetworkSettings"]["Ports"].values() for b in bindings or ()]
        assert sorted(published) == sorted(str(port.public) for port in container.ports if port.public)
    mysql = await engine.inspect(await id_of(engine, "blog-mysql-1"))
    assert mysql.container.restarts == mysql.raw["RestartCount"] == 4
    assert mysql.raw["State"]["Health"]["FailingStreak"] > 100
    assert len(mysql.raw["State"]["Health"]["Log"]) == 5
    assert dict(mysql.env)["MYSQL_ROOT_PASSWORD"].startswith("demo-only-")
    sandbox = (await engine.inspect(await id_of(engine, "sandbox-7f3a"))).raw
    assert sandbox["HostConfig"]["Privileged"]
    assert "/var/run/docker.sock" in [mount["Source"] for mount in sandbox["Mounts"]]
    assert (await engine.inspect(await id_of(engine, "shell"))).tty


async def test_stats_give_the_intended_load(engine: Engine, clock: ManualClock) -> None:
    loads = {}
    for name in ("flood", "shop-web-1", "shop-db-1", "blog-mysql-1"):
        stream = engine.stats(await id_of(engine, name))
        samples = await following(stream)
        assert [sample.at for sample in samples] == [clock.time()]
        clock.advance(60)
        samples += await following(stream)
        assert len(samples) == 61
        for counter in ("cpu", "system", "rx", "tx", "read", "written"):
            values = [getattr(sample, counter) for sample in samples]
            assert values == sorted(values)
        loads[name] = [cpu_percent(after, before) or 0.0 for before, after in itertools.pairwise(samples)]
        memory, limit = samples[-1].memory, samples[-1].memory_limit
        if name == "shop-db-1":
            assert memory and limit
            assert memory / limit == pytest.approx(0.7, abs=0.03)
        if name == "blog-mysql-1":
            assert memory and limit
            assert memory / limit == pytest.approx(0.93, abs=0.03)
        await stream.aclose()
    assert min(loads["flood"]) > 20
    assert sum(loads["flood"]) / 60 == pytest.approx(35, abs=2)
    assert max(loads["shop-web-1"]) > 3 * sum(loads["shop-web-1"]) / 60
    assert all(0 <= load <= 800 for load in itertools.chain.from_iterable(loads.values()))


async def test_stats_end_with_the_container(engine: Engine) -> None:
    db = await id_of(engine, "shop-db-1")
    stream = engine.stats(db)
    await following(stream)
    waiting = asyncio.ensure_future(rest(stream))
    await asyncio.sleep(0)
    await engine.stop(db)
    assert await waiting == []
    assert await rest(engine.stats(db)) == []


async def test_stats_of_a_paused_container_stand_still(engine: Engine, clock: ManualClock) -> None:
    db = await id_of(engine, "shop-db-1")
    await engine.pause(db)
    stream = engine.stats(db)
    first = await following(stream)
    clock.advance(5)
    later = await following(stream)
    assert {sample.cpu for sample in later} == {first[0].cpu}
    await engine.unpause(db)
    clock.advance(5)
    after = await following(stream)
    assert (after[-1].cpu or 0) > (first[0].cpu or 0)


@pytest.mark.parametrize(
    "name",
    ["shop-worker-1", "shop-db-1", "blog-mysql-1", "ci-runner", "shell", "legacy-import", "sandbox-7f3a", "retry-loop"],
)
async def test_a_tail_is_the_end_of_the_whole(engine: Engine, clock: ManualClock, name: str) -> None:
    clock.advance(100)
    everything = await history(engine, name)
    stamps = [piece.stamp for piece in everything]
    assert stamps == sorted(stamps)
    assert all(len(stamp) == 30 for stamp in stamps)
    for tail in (0, 1, 7, 400):
        assert await history(engine, name, tail=tail) == (everything[-tail:] if tail else [])
    for since in stamps[-300::60]:
        expected = [piece for piece in everything if piece.stamp >= since]
        assert await history(engine, name, since=since.decode()) == expected
        assert await history(engine, name, tail=50, since=since.decode()) == expected[-50:]


async def test_long_histories(engine: Engine) -> None:
    for name in ("shop-web-1", "shop-api-1", "flood"):
        assert len(await history(engine, name, tail=1000)) == 1000
    assert len(await history(engine, "shop-api-1", tail=3000)) == 3000
    assert {piece.stream for piece in await history(engine, "shop-api-1", tail=1000)} == {1, 2}
    shell = await history(engine, "shell")
    assert {piece.stream for piece in shell} == {1}
    assert all(piece.data.endswith(b"\r\n") for piece in shell)


async def test_following_goes_on_where_the_history_ended(engine: Engine, clock: ManualClock) -> None:
    flood = await id_of(engine, "flood")
    stream = engine.logs(flood, tail=10)
    pieces = await following(stream)
    assert len(pieces) == 10
    waiting = asyncio.ensure_future(following(stream))
    await asyncio.sleep(0.03)
    assert not waiting.done()
    clock.advance(1)
    pieces += await waiting
    assert len(pieces) == pytest.approx(210, abs=2)
    numbers = [int(piece.data.split()[1]) for piece in pieces]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert pieces == await history(engine, "flood", tail=len(pieces))
    clock.advance(0.5)
    await engine.stop(flood)
    assert len(await rest(stream)) == pytest.approx(100, abs=2)


async def test_logs_of_a_container_that_ended(engine: Engine) -> None:
    pieces = await rest(engine.logs(await id_of(engine, "db-migrate")))
    assert pieces[-1].data == b"5 migrations applied, schema is up to date\n"
    assert await rest(engine.logs(await id_of(engine, "metrics-alertmanager-1"))) == []


async def test_a_log_is_silent_while_its_container_is_paused(engine: Engine, clock: ManualClock) -> None:
    api = await id_of(engine, "shop-api-1")
    await engine.pause(api)
    before = await history(engine, "shop-api-1", tail=200)
    clock.advance(60)
    assert await history(engine, "shop-api-1", tail=200) == before
    await engine.unpause(api)
    clock.advance(60)
    after = await history(engine, "shop-api-1", since=before[0].stamp.decode())
    assert after[: len(before)] == before
    assert len(after) == pytest.approx(len(before) + 66, abs=15)


async def test_events_of_actions(engine: Engine) -> None:
    events = engine.events()
    db = await id_of(engine, "shop-db-1")
    await engine.stop(db)
    await engine.stop(db)
    batch = await following(events)
    assert actions(batch) == ["kill", "die", "stop"]
    assert batch[1].attributes["exitCode"] == "0"
    assert batch[1].attributes["name"] == "shop-db-1"
    assert batch[1].attributes["com.docker.compose.service"] == "db"
    assert (await by_name(engine, "shop-db-1")).state is State.EXITED
    await engine.start(db)
    await engine.start(db)
    assert (await by_name(engine, "shop-db-1")).health is Health.STARTING
    await engine.pause(db)
    await engine.unpause(db)
    await engine.kill(db, "SIGHUP")
    await engine.rename(db, "store")
    await engine.restart(db)
    assert (await by_name(engine, "store")).state is State.RUNNING
    await engine.kill(db, "SIGKILL")
    await engine.remove(db)
    batch = await following(events)
    moved = ["start", "pause", "unpause", "kill", "rename"]
    restarted = ["kill", "die", "stop", "start", "restart"]
    assert actions(batch) == [*moved, *restarted, "kill", "die", "destroy"]
    assert (batch[4].attributes["name"], batch[4].attributes["oldName"]) == ("store", "/shop-db-1")
    assert batch[-2].attributes["exitCode"] == "137"
    with pytest.raises(NotFoundError):
        await engine.inspect(db)


async def test_refusals(engine: Engine) -> None:
    web, runner, legacy, retry = [
        await id_of(engine, name) for name in ("shop-web-1", "ci-runner", "legacy-import", "retry-loop")
    ]
    refused = [
        engine.rename(web, "flood"),
        engine.remove(web),
        engine.remove(legacy),
        engine.remove(retry),
        engine.pause(runner),
        engine.pause(legacy),
        engine.unpause(web),
        engine.start(legacy),
        engine.kill(runner, "SIGTERM"),
    ]
    for call in refused:
        with pytest.raises(ConflictError):
            await call
    with pytest.raises(ConflictError):
        await engine.top(runner)
    for failing in (engine.kill(web, "SIGNONE"), engine.rename(web, "a b"), engine.rename(web, "shop-web-1")):
        with pytest.raises(EngineError):
            await failing
    for missing in (
        anext(engine.logs("none")),
        anext(engine.stats("none")),
        engine.inspect("none"),
        engine.stop("none"),
    ):
        with pytest.raises(NotFoundError, match="No such container: none"):
            await missing


async def test_a_stopped_retry_stays_stopped(engine: Engine, clock: ManualClock) -> None:
    retry = await id_of(engine, "retry-loop")
    await engine.stop(retry)
    clock.advance(100)
    assert (await by_name(engine, "retry-loop")).state is State.EXITED
    await engine.start(retry)
    clock.advance(1.5)
    assert (await by_name(engine, "retry-loop")).state is State.RESTARTING


async def test_life_by_itself(engine: Engine, clock: ManualClock) -> None:
    events = engine.events()
    retry = await id_of(engine, "retry-loop")
    before = (await engine.inspect(retry)).container.restarts or 0
    clock.advance(180)
    batch = await following(events)
    assert [event.at for event in batch] == sorted(event.at for event in batch)
    lives = {
        name: [event.action for event in batch if event.attributes["name"] == name]
        for name in ("shop-worker-1", "shop-worker-2", "retry-loop")
    }
    assert lives["shop-worker-1"] == lives["shop-worker-2"] == ["die", "start"] * 2
    assert lives["retry-loop"] == ["start", "die"] * 9
    assert (await engine.inspect(retry)).container.restarts == before + 9
    assert (await by_name(engine, "blog-mysql-1")).health is Health.UNHEALTHY


async def test_health_settles_after_a_start(engine: Engine, clock: ManualClock) -> None:
    events = engine.events()
    await engine.restart(await id_of(engine, "blog-mysql-1"))
    clock.advance(29)
    assert (await by_name(engine, "blog-mysql-1")).health is Health.STARTING
    clock.advance(2)
    assert (await by_name(engine, "blog-mysql-1")).health is Health.UNHEALTHY
    assert "health_status: unhealthy" in actions(await following(events))


async def test_a_restarted_container_that_ends_by_itself(engine: Engine, clock: ManualClock) -> None:
    events = engine.events()
    runner = await id_of(engine, "ci-runner")
    await engine.start(runner)
    await engine.pause(runner)
    clock.advance(100)
    await engine.unpause(runner)
    clock.advance(30)
    assert (await by_name(engine, "ci-runner")).state is State.RUNNING
    clock.advance(2)
    assert (await by_name(engine, "ci-runner")).exit_code == 137
    seen = [event.action for event in await following(events) if event.container_id == runner]
    assert seen == ["start", "pause", "unpause", "oom", "die"]


async def test_top(engine: Engine) -> None:
    table = await engine.top(await id_of(engine, "shop-web-1"))
    assert table.titles[-1] == "CMD"
    assert len(table.rows) == 9
    assert len({row[1] for row in table.rows}) == 9
    assert {row[2] for row in table.rows[1:]} == {table.rows[0][1]}


async def closing(stream: Stream[list[T]]) -> None:
    waiting = asyncio.ensure_future(rest(stream))
    await asyncio.sleep(0.03)
    await stream.aclose()
    await stream.aclose()
    await waiting
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_closing_ends_who_waits(engine: Engine) -> None:
    db = await id_of(engine, "shop-db-1")
    await closing(engine.events())
    await closing(engine.logs(db, tail=0))
    await closing(engine.logs(db))
    await closing(engine.stats(db))
    never_started = engine.stats(db)
    await never_started.aclose()
    assert await rest(never_started) == []


async def test_closing_the_engine_ends_its_streams(engine: Engine) -> None:
    waiting = [asyncio.ensure_future(rest(stream)) for stream in (engine.events(), engine.events())]
    await asyncio.sleep(0)
    await engine.aclose()
    await engine.aclose()
    assert await asyncio.gather(*waiting) == [[], []]


async def test_the_machine_clock_drives_it_too() -> None:
    engine = open_engine({}, SystemClock())
    flood = await id_of(engine, "flood")
    stream = engine.logs(flood, tail=1)
    pieces = await following(stream)
    for _ in range(3):
        pieces += await following(stream)
    assert len(pieces) > 10
    await engine.aclose()


def test_scripts_are_all_in_use() -> None:
    assert {spec.script for spec in fleet(1)} == set(SCRIPTS)
