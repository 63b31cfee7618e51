"""The life of a connection: engines die, freeze and come back, and the controller with them, by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dockdash.control.controller import Controller
from dockdash.control.host import HostState
from dockdash.control.logs import LogState
from dockdash.core.errors import ConnectError, UsageError
from dockdash.core.models import State
from dockdash.engines.registry import Backend
from tests.control.controllers import Watch, controlled, named
from tests.engines.docker_engines import own_threads
from tests.support.engine import ContainerFactory, TestEngine
from tests.support.wait import await_until


async def reaches(controller: Controller, state: HostState, seconds: float) -> float:
    """Waits for a state; gives the seconds that it took, which must not be more than ``seconds``."""
    began = time.monotonic()
    await await_until(lambda: controller.host.status.state is state, timeout=20, what=state.value)
    took = time.monotonic() - began
    assert took < seconds, f"{state.value} after {took:.1f} s"
    return took


async def test_killed_and_started_again(throwaway_engine: Callable[..., TestEngine]) -> None:
    real = throwaway_engine("--live-restore")
    kept, ended = real.run("kept"), real.run("ended")
    async with controlled(real.url) as (controller, watch):
        store = controller.store
        assert {each.name for each in store.containers.values()} == {"kept", "ended"}
        kill = asyncio.create_task(asyncio.to_thread(real.kill))
        await reaches(controller, HostState.OFFLINE, 2.5)  # the script that kills takes a part of it
        await kill
        assert controller.host.status.reason
        assert store.containers.keys() == {kept, ended}, "what was known stays in view"
        with pytest.raises(ConnectError):
            await controller.inspect(kept)
        # it is tried again and again; meanwhile somebody else changes things
        await asyncio.to_thread(real.start)
        await asyncio.to_thread(real.docker, "rm", "--force", ended)
        new = await asyncio.to_thread(real.run, "new")
        await reaches(controller, HostState.ONLINE, 6)
        await await_until(lambda: store.containers.keys() == {kept, new})
        assert store.containers[kept].state is State.RUNNING
        await controller.host.engine.pause(kept)
        await await_until(lambda: store.containers[kept].state is State.PAUSED)
        assert watch.states[-3:] == [HostState.ONLINE, HostState.OFFLINE, HostState.ONLINE]


async def test_frozen_and_thawed(throwaway_engine: Callable[..., TestEngine]) -> None:
    real = throwaway_engine()
    container = real.run("witness")
    async with controlled(real.url) as (controller, watch):
        await asyncio.to_thread(real.freeze)
        try:
            await reaches(controller, HostState.DEGRADED, 3)
            assert "does not answer" in controller.host.status.reason
        finally:
            await asyncio.to_thread(real.thaw)
        await reaches(controller, HostState.ONLINE, 3)
        assert controller.host.status.reason == ""
        await controller.host.engine.stop(container)
        await await_until(lambda: controller.store.containers[container].state is State.EXITED)
        assert HostState.OFFLINE not in watch.states


async def test_closing_on_a_frozen_engine(throwaway_engine: Callable[..., TestEngine]) -> None:
    real = throwaway_engine()
    container = real.run("witness")
    try:
        async with controlled(real.url) as (controller, _):
            controller.open_log(container, lambda: None)
            controller.figures.watch([container])
            await await_until(lambda: controller.figures.latest)
            await asyncio.to_thread(real.freeze)
            controller.operations.begin("stop", [controller.store.containers[container]])
            await reaches(controller, HostState.DEGRADED, 3)
    finally:
        await asyncio.to_thread(real.thaw)


async def test_nothing_to_connect_to(tmp_path: Path) -> None:
    controller = Controller(Backend("docker", {"host": f"unix://{tmp_path}/none.sock"}))
    watch = Watch(controller)
    controller.start()
    await await_until(lambda: controller.host.status.state is HostState.OFFLINE)
    status = controller.host.status
    assert "no such socket" in status.reason
    assert status.hint
    assert [(each.origin, each.outcome) for each in status.attempts] == [("-H", "there is no such socket")]
    assert not status.listed
    with pytest.raises(ConnectError):
        await controller.connect_once()
    began = time.monotonic()
    await controller.aclose()
    assert time.monotonic() - began < 2
    assert watch.faults == []


async def test_to_the_demo_and_back(engine: TestEngine, containers: ContainerFactory) -> None:
    container = containers(engine, cmd=["sh", "-c", "while :; do echo x; sleep 0.1; done"])
    async with controlled(engine.url) as (controller, watch):
        follower = controller.open_log(container, lambda: None)
        controller.figures.watch([container])
        await await_until(lambda: controller.figures.latest and follower.status.state is LogState.FOLLOWING)

        with pytest.raises(UsageError):
            await controller.switch(Backend("vmware"))
        assert controller.backend.kind == "docker"
        assert container in controller.store.containers

        await controller.switch(Backend("demo"))
        assert not controller.store.containers or container not in controller.store.containers
        await reaches(controller, HostState.ONLINE, 2)
        assert controller.host.engine.kind == "demo"
        assert named(controller, "shop-web-1")
        await await_until(lambda: not own_threads(), what="the end of the first engine")
        info = controller.host.status.info
        assert info and info.product == "Demo"
        web = named(controller, "shop-web-1").id
        controller.figures.watch([web])
        await await_until(lambda: controller.figures.latest.keys() == {web})

        await controller.switch(Backend("docker", {"host": engine.url}))
        await reaches(controller, HostState.ONLINE, 5)
        assert container in controller.store.containers
        assert web not in controller.store.containers
        assert not controller.figures.latest
        controller.figures.watch([container])
        await await_until(lambda: controller.figures.latest.keys() == {container})
        assert watch.states == [HostState.CONNECTING, HostState.ONLINE] * 3
    await await_until(lambda: not own_threads())


async def test_asking_once(engine: TestEngine, containers: ContainerFactory) -> None:
    container = containers(engine)
    controller = Controller(Backend("docker", {"host": engine.url}))
    info = await controller.connect_once()
    assert info.product == "Docker"
    assert container in {each.id for each in await controller.list_once()}
    await controller.aclose()
    await await_until(lambda: not own_threads())


async def test_closing_at_any_moment(engine: TestEngine, tmp_path: Path) -> None:
    """Right after the start, while it connects, and before it was started at all."""
    for turns in (0, 1, 5, 50):
        for host in (engine.url, f"unix://{tmp_path}/none.sock"):
            controller = Controller(Backend("docker", {"host": host}))
            watch = Watch(controller)
            if turns:
                controller.start()
            for _ in range(turns):
                await asyncio.sleep(0)
            began = time.monotonic()
            await controller.aclose()
            assert time.monotonic() - began < 2
            assert watch.faults == []
    await await_until(lambda: not own_threads())
