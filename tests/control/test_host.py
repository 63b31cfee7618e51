"""One host: what its list and its events make of the store, whatever the engine's list lags behind."""

from __future__ import annotations

import asyncio

import pytest

from dockdash.control import host as host_module
from dockdash.control.host import Host, HostState
from dockdash.control.store import Store
from dockdash.core.clock import ManualClock, SystemClock
from dockdash.core.errors import UsageError
from dockdash.core.models import State
from dockdash.engines.registry import Backend, open_engine
from tests.control.controllers import controlled
from tests.support.engine import ContainerFactory, TestEngine
from tests.support.wait import await_until


async def test_the_store_follows_the_engine(real_engine: TestEngine, containers: ContainerFactory) -> None:
    first = containers(real_engine)
    async with controlled(real_engine.url) as (controller, watch):
        store, engine = controller.store, controller.host.engine
        status = controller.host.status
        assert (status.state, status.listed, status.reason) == (HostState.ONLINE, True, "")
        assert store.containers[first].state is State.RUNNING
        await await_until(lambda: controller.host.status.info and controller.host.status.info.cpus > 0)
        assert watch.states == [HostState.CONNECTING, HostState.ONLINE]

        new = await asyncio.to_thread(containers, real_engine)
        await await_until(lambda: new in store.containers and store.containers[new].networks)
        await engine.pause(new)
        await await_until(lambda: store.containers[new].state is State.PAUSED)
        await engine.unpause(new)
        await engine.rename(new, f"{store.containers[new].name}-x")
        await await_until(lambda: store.containers[new].name.endswith("-x"))
        await engine.stop(new)
        await await_until(lambda: store.containers[new].state is State.EXITED)
        assert store.containers[new].exit_code is not None
        await engine.remove(new)
        await await_until(lambda: new not in store.containers)
        assert first in store.containers

        detail = await controller.inspect(first)
        assert store.containers[first].restarts == detail.container.restarts == 0
        assert store.containers[first].since == detail.container.since
        assert (await controller.top(first)).rows


async def test_a_list_that_lags_behind(
    real_engine: TestEngine, containers: ContainerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker 20.10 lists a container as running for up to 0.4 s after it reported its death, and then says no more."""
    monkeypatch.setattr(host_module, "GATHER_SECONDS", 0.0)
    async with controlled(real_engine.url) as (controller, _):
        wrong: set[str] = set()

        def look(_: object) -> None:
            for container in controller.store.containers.values():
                if container.id in dead and container.state is not State.EXITED:
                    wrong.add(container.name)
                if container.state is State.EXITED:
                    dead.add(container.id)

        dead: set[str] = set()
        controller.store.changed.subscribe(look)
        ids = await asyncio.gather(
            *(asyncio.to_thread(containers, real_engine, cmd=["sleep", "0.3"]) for _ in range(6))
        )
        await await_until(lambda: dead >= set(ids))
        # two lists later everything that could lag has settled
        await controller.refresh()
        assert {controller.store.containers[each].state for each in ids} == {State.EXITED}
        assert wrong == set()


async def test_health_and_restarts(engine: TestEngine, containers: ContainerFactory) -> None:
    checked = containers(engine, "--health-cmd", "test -e /ok", "--health-interval", "0.2s", "--health-retries", "1")
    retried = containers(engine, "--restart", "always", cmd=["sleep", "0.2"])
    async with controlled(engine.url) as (controller, _):
        store = controller.store
        await await_until(lambda: store.containers[checked].health.value == "unhealthy")
        engine.docker("exec", checked, "touch", "/ok")
        await await_until(lambda: store.containers[checked].health.value == "healthy")
        # the events say no more than "die"; the list knows that it is between two attempts
        await await_until(lambda: store.containers[retried].state is State.RESTARTING, timeout=20)


async def test_an_address_that_makes_no_sense_is_not_tried_again() -> None:
    store = Store()
    host = Host(open_engine(Backend("docker", {"host": "gopher://x"}), SystemClock()), store, SystemClock())
    task = asyncio.create_task(host.run())
    await await_until(lambda: host.status.state is HostState.OFFLINE)
    assert "no engine address" in host.status.reason
    assert host.status.hint
    before = host.status
    statuses: list[object] = []
    host.changed.subscribe(statuses.append)
    for _ in range(3):
        host.retry()  # somebody asks for it; it fails in the same way, and nothing is new
        await asyncio.sleep(0)
    assert host.status == before
    assert not host.status.listed
    task.cancel()
    await asyncio.wait([task])
    await host.engine.aclose()


async def test_the_demo_is_followed() -> None:
    clock = ManualClock()
    async with controlled(clock=clock) as (controller, watch):
        store = controller.store
        worker = next(each for each in store.containers.values() if each.name == "shop-worker-1")
        seen: set[State] = set()
        store.changed.subscribe(lambda _: seen.add(store.containers[worker.id].state))
        for _ in range(4):
            clock.advance(45)
            await await_until(lambda: store.containers[worker.id].state is State.RUNNING)
        await await_until(lambda: seen >= {State.RUNNING})
        assert watch.states == [HostState.CONNECTING, HostState.ONLINE]


async def test_unknown_options_of_an_engine() -> None:
    with pytest.raises(UsageError):
        open_engine(Backend("docker", {"hots": "x"}), SystemClock())
    with pytest.raises(UsageError):
        open_engine(Backend("vmware"), SystemClock())
