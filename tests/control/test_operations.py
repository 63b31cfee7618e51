"""Doing things to containers: progress, the journal, refusals, failures and cancellation."""

from __future__ import annotations

import asyncio
import shlex

import pytest

from dockdash.control.controller import Controller
from dockdash.control.operations import Operation, Outcome
from dockdash.control.verbs import VERBS
from dockdash.core.clock import ManualClock
from dockdash.core.errors import ConflictError, DeadlineError, ReadOnlyError, UnsupportedError, UsageError
from dockdash.core.models import Container, State
from tests.control.controllers import controlled, named
from tests.support.engine import ContainerFactory, TestEngine
from tests.support.wait import await_until


async def over(operation: Operation) -> Operation:
    assert operation.task is not None
    async with asyncio.timeout(30):
        await asyncio.wait([operation.task])
    return operation


async def known(controller: Controller, *ids: str) -> list[Container]:
    await await_until(lambda: set(ids) <= controller.store.containers.keys())
    return [controller.store.containers[each] for each in ids]


async def test_a_journey(real_engine: TestEngine, containers: ContainerFactory) -> None:
    ids = [containers(real_engine), containers(real_engine)]
    async with controlled(real_engine.url) as (controller, _):
        operations = controller.operations
        progress: list[tuple[int, int]] = []
        operations.changed.subscribe(lambda operation: progress.append((operation.over, operation.total)))
        found = await known(controller, *ids)

        operation = operations.begin("stop", found)
        assert operations.current == [operation]
        await over(operation)
        assert operations.current == []
        assert (operation.done, operation.over, operation.total, operation.errors) == (2, 2, 2, {})
        assert progress[0][0] == 0 and progress[-1] == (2, 2)
        assert [each[0] for each in progress] == sorted(each[0] for each in progress)
        await await_until(lambda: {controller.store.containers[each].state for each in ids} == {State.EXITED})

        journal = operations.journal
        assert [entry.number for entry in journal] == [1, 2]
        assert {entry.command for entry in journal} == {f"docker stop {each.name}" for each in found}
        assert {entry.outcome for entry in journal} == {Outcome.DONE}
        assert all(entry.seconds > 0 and entry.at > 1e9 and entry.error == "" for entry in journal)

        # one of them is gone meanwhile: the other is started all the same
        await controller.host.engine.remove(ids[0])
        await over(operation := operations.begin("start", found_again := [await stopped(each) for each in found]))
        assert (operation.done, operation.over) == (1, 2)
        assert set(operation.errors) == {found_again[0].name}
        failed = next(entry for entry in operations.journal if entry.outcome is Outcome.FAILED)
        assert failed.name == found[0].name
        assert "No such container" in failed.error


async def stopped(container: Container) -> Container:
    """The container as an earlier look at the list would have shown it."""
    return Container(container.id, container.name, container.image, state=State.EXITED)


@pytest.mark.parametrize(
    ("verb", "params", "command"),
    [
        ("start", {}, "docker start {name}"),
        ("stop", {}, "docker stop {name}"),
        ("restart", {}, "docker restart {name}"),
        ("pause", {}, "docker pause {name}"),
        ("unpause", {}, "docker unpause {name}"),
        ("kill", {}, "docker kill --signal SIGKILL {name}"),
        ("kill", {"signal": "SIGHUP"}, "docker kill --signal SIGHUP {name}"),
        ("rename", {"name": "new-name"}, "docker rename {name} new-name"),
        ("remove", {"force": "1", "volumes": "1"}, "docker rm -f -v {name}"),
        ("remove", {"force": "1"}, "docker rm -f {name}"),
    ],
)
async def test_each_verb_and_its_command_line(
    engine: TestEngine, containers: ContainerFactory, verb: str, params: dict[str, str], command: str
) -> None:
    """What the journal shows does the same when it is pasted: here the docker client does it to a twin."""
    mine, twin = containers(engine), containers(engine)
    before = {"start": "stop", "unpause": "pause"}.get(verb)
    if before:
        engine.docker(before, mine, twin)
    async with controlled(engine.url) as (controller, _):
        (container,) = await known(controller, mine)
        operation = await over(controller.operations.begin(verb, [container], params))
        assert (operation.done, operation.errors) == (1, {})
        (entry,) = controller.operations.journal
        assert entry.command == command.format(name=container.name)
        assert entry.verb == verb
        words = [twin if word == container.name else word for word in shlex.split(entry.command)[1:]]
        engine.docker(*(f"{word}-2" if word == "new-name" else word for word in words))
        await await_until(lambda: fate(engine, mine) == fate(engine, twin), what="the same fate")
    containers.track(engine, "new-name")
    containers.track(engine, "new-name-2")


def fate(engine: TestEngine, container: str) -> str:
    told = engine.docker("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", container, check=False)
    return "gone" if "No such" in told else told


async def test_errors_keep_their_kind(engine: TestEngine, containers: ContainerFactory) -> None:
    mine, other = containers(engine), containers(engine)
    async with controlled(engine.url) as (controller, _):
        container, taken = await known(controller, mine, other)
        operation = await over(controller.operations.begin("rename", [container], {"name": taken.name}))
        assert isinstance(operation.errors[container.name], ConflictError)
        operation = await over(controller.operations.begin("remove", [container]))
        assert isinstance(operation.errors[container.name], ConflictError)
        assert "running" in controller.operations.journal[-1].error
        operation = await over(controller.operations.begin("rename", [container], {"name": " "}))
        assert isinstance(operation.errors[container.name], UsageError)


async def test_read_only() -> None:
    async with controlled(read_only=True) as (controller, _):
        web = named(controller, "shop-web-1")
        for verb in VERBS:
            with pytest.raises(ReadOnlyError, match=verb):
                controller.operations.begin(verb, [web])
            assert isinstance(controller.operations.refusal(verb), ReadOnlyError)
        assert controller.operations.journal == ()
        assert controller.operations.current == []


async def test_what_the_engine_cannot_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async with controlled() as (controller, _):
        web = named(controller, "shop-web-1")
        engine = controller.host.engine
        monkeypatch.setattr(engine, "capabilities", engine.capabilities - {VERBS["pause"].capability})
        assert controller.operations.refusal("stop") is None
        for verb in ("pause", "unpause"):
            with pytest.raises(UnsupportedError, match="cannot pause containers"):
                controller.operations.begin(verb, [web])


async def test_nothing_to_do() -> None:
    async with controlled(clock=ManualClock()) as (controller, _):
        web, runner = named(controller, "shop-web-1"), named(controller, "ci-runner")
        begin = controller.operations.begin
        for verb, container in (
            ("start", web),
            ("unpause", web),
            ("stop", runner),
            ("kill", runner),
            ("pause", runner),
        ):
            with pytest.raises(UsageError, match=f"nothing to {verb}: {container.state.value}"):
                begin(verb, [container])
        with pytest.raises(UsageError, match="nothing to stop: nothing"):
            begin("stop", [])
        # only those that fit are counted
        operation = await over(begin("stop", [web, runner]))
        assert (operation.total, operation.done) == (1, 1)


async def test_hostile_names_in_the_journal() -> None:
    async with controlled(clock=ManualClock()) as (controller, _):
        web = named(controller, "shop-web-1")
        hostile = Container(web.id, "x\x1b[2J; rm -rf /", web.image, state=web.state)
        await over(controller.operations.begin("pause", [hostile]))
        (entry,) = controller.operations.journal
        assert "\x1b" not in entry.command + entry.name
        assert shlex.split(entry.command) == ["docker", "pause", "x␛[2J; rm -rf /"]


async def test_cancelling(engine: TestEngine, containers: ContainerFactory) -> None:
    # each of them needs its ten seconds of grace to stop
    stubborn = [
        containers(engine, "--stop-timeout", "10", cmd=["sh", "-c", "trap '' TERM; while :; do sleep 1; done"])
        for _ in range(8)
    ]
    async with controlled(engine.url) as (controller, _):
        found = await known(controller, *stubborn)
        operations = controller.operations

        at_once = operations.begin("stop", found)
        at_once.cancel()
        await over(at_once)
        assert at_once.cancelled and at_once.entries == {}
        assert operations.current == []

        operation = operations.begin("stop", found)
        await await_until(lambda: len(operation.entries) == 6, what="six at once")
        operation.cancel()
        operation.cancel()
        await over(operation)
        assert (len(operation.entries), operation.done, operation.over) == (6, 0, 6), "the others never began"
        assert {entry.outcome for entry in operations.journal} == {Outcome.CANCELLED}
        assert operations.current == []
        await over(operations.begin("kill", found))


async def test_no_answer_is_not_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    async with controlled() as (controller, _):
        web = named(controller, "shop-web-1")

        async def late(container_id: str, timeout: int | None = None) -> None:
            raise DeadlineError("stop: the engine did not answer in time")

        monkeypatch.setattr(controller.host.engine, "stop", late)
        operation = await over(controller.operations.begin("stop", [web]))
        assert "may still do it" in operation.errors["shop-web-1"].hint


async def test_the_journal_is_bounded() -> None:
    async with controlled(clock=ManualClock(), containers="1400") as (controller, _):
        everything = [each for each in controller.store.containers.values() if each.state is State.RUNNING]
        assert len(everything) > 1000
        await over(controller.operations.begin("pause", everything))
        journal = controller.operations.journal
        assert len(journal) == 1000
        assert journal[-1].number == len(everything)
        assert {entry.outcome for entry in journal} == {Outcome.DONE}
