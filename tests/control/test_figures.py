"""Statistics of what somebody looks at, and of nothing else."""

from __future__ import annotations

from dockdash.control.figures import HISTORY
from dockdash.core.clock import ManualClock
from dockdash.core.models import State
from tests.control.controllers import controlled, named
from tests.engines.docker_engines import own_threads
from tests.support.engine import ContainerFactory, TestEngine
from tests.support.wait import await_until


async def test_figures_of_real_containers(engine: TestEngine, containers: ContainerFactory) -> None:
    busy = containers(engine, cmd=["sh", "-c", "while :; do :; done"])
    idle, ignored = containers(engine), containers(engine)
    async with controlled(engine.url) as (controller, _):
        figures, news = controller.figures, list[frozenset[str]]()
        figures.changed.subscribe(news.append)
        await await_until(lambda: {busy, idle, ignored} <= controller.store.containers.keys())
        figures.watch([busy, idle, "f" * 64])
        await await_until(lambda: len(figures.history(busy)) > 2 and len(figures.history(idle)) > 2)
        assert set(figures.latest) == {busy, idle}
        assert (figures.latest[busy].cpu or 0) > 15 > (figures.latest[idle].cpu or 0)
        assert all(usage.cpu is not None for usage in list(figures.history(busy))[1:])
        assert set().union(*news) == {busy, idle}
        times = [usage.at for usage in figures.history(busy)]
        assert times == sorted(set(times))

        # what nobody looks at any more costs nothing
        figures.watch([idle])
        await await_until(lambda: not [name for name in own_threads() if busy[:12] in name])
        assert set(figures.latest) == {idle}
        assert figures.history(busy), "what was seen is still known"

        # a container that ends, and one that starts again
        await controller.host.engine.stop(idle)
        await await_until(lambda: controller.store.containers[idle].state is State.EXITED)
        await await_until(lambda: not figures.latest and not [name for name in own_threads() if "stats" in name])
        before = len(figures.history(idle))
        await controller.host.engine.start(idle)
        await await_until(lambda: idle in figures.latest and len(figures.history(idle)) > before)
        assert news[-1] == {idle}

        await controller.host.engine.remove(idle, force=True)
        await await_until(lambda: not figures.latest and not figures.history(idle))


async def test_history_and_news_in_the_demo() -> None:
    clock = ManualClock()
    async with controlled(clock=clock) as (controller, _):
        figures, news = controller.figures, list[frozenset[str]]()
        figures.changed.subscribe(news.append)
        ids = [each.id for each in controller.store.containers.values()]
        figures.watch(ids)
        up = {each.id for each in controller.store.containers.values() if each.state in (State.RUNNING, State.PAUSED)}
        await await_until(lambda: figures.latest.keys() == up)
        web = named(controller, "shop-web-1").id

        async def later_than(at: float) -> None:
            await await_until(lambda: web in figures.latest and figures.latest[web].at > at)

        for _ in range(8):
            seen = figures.latest[web].at
            clock.advance(100)
            await later_than(seen + 99)
        assert len(figures.history(web)) == HISTORY
        assert len(news) < 40, "one piece of news a second at most, however many containers"
        figures.watch([])
        assert not figures.latest
