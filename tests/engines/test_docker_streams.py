"""What only real containers write and use: logs of every kind, and figures that agree with docker's own."""

from __future__ import annotations

import asyncio
import re
import threading
from itertools import pairwise
from typing import Any

import pytest

from dockdash.core.capabilities import Capability
from dockdash.core.errors import UnsupportedError
from dockdash.core.stats import usage
from dockdash.engines.docker.engine import DockerEngine
from dockdash.engines.docker.threads import CallPool, ThreadStream
from tests.engines.docker_engines import connected, data, own_threads, rest, soon, take_until
from tests.support.engine import ContainerFactory, TestEngine
from tests.support.wait import await_until

HIDDEN = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


async def finished(real: TestEngine, containers: ContainerFactory, script: str, *flags: str) -> str:
    """The id of a container that ran a script to its end."""
    container = await asyncio.to_thread(containers, real, *flags, cmd=["sh", "-c", script])
    await asyncio.to_thread(real.docker, "wait", container)
    return container


async def whole_log(engine: DockerEngine, container: str, stream: int = 0) -> bytes:
    return data(await rest(engine.logs(container, follow=False)), stream)


async def test_logs_of_finished_containers(real_engine: TestEngine, containers: ContainerFactory) -> None:
    scripts = {
        "apart": "for n in 1 2 3; do echo out $n; echo err $n >&2; done",
        "bytes": r"printf 'a\377\376b\n\000nul\n\033[31mred\n'; printf 'no end'",
        "long": "yes abcdefg | tr -d '\\n' | head -c 10000000; echo; echo next",
        "empty lines": "echo; echo; echo x",
        "silent": "true",
    }
    made = dict(
        zip(
            scripts,
            await asyncio.gather(
                *(
                    finished(
                        real_engine, containers, script, "--log-driver", "local" if name == "bytes" else "json-file"
                    )
                    for name, script in scripts.items()
                )
            ),
            strict=True,
        )
    )
    async with connected(real_engine.url) as engine:
        apart = await rest(engine.logs(made["apart"], follow=False))
        assert data(apart, 1) == b"out 1\nout 2\nout 3\n"
        assert data(apart, 2) == b"err 1\nerr 2\nerr 3\n"

        raw = await whole_log(engine, made["bytes"])
        assert raw == b"a\xff\xfeb\n\0nul\n\x1b[31mred\nno end"

        pieces = await rest(engine.logs(made["long"], follow=False))
        *parts, after = pieces
        line = data(parts)
        assert len(line) == 10_000_001 and line.endswith(b"\n")
        assert line[:-1] == (b"abcdefg" * 1_428_572)[:10_000_000]
        assert len({piece.stamp for piece in parts}) == 1, "all parts of one line have one stamp"
        assert after.data == b"next\n"

        assert await whole_log(engine, made["empty lines"]) == b"\n\nx\n"
        assert await rest(engine.logs(made["silent"])) == []


async def test_invalid_utf8_in_the_json_log(real_engine: TestEngine, containers: ContainerFactory) -> None:
    """The json-file driver replaces what is no UTF-8 itself; the rest of the line is there."""
    container = await finished(real_engine, containers, r"printf 'a\377b\000c\n'")
    async with connected(real_engine.url) as engine:
        assert (await whole_log(engine, container)).decode() == "a\ufffdb\0c\n"


async def test_terminal_logs_come_whole(real_engine: TestEngine, containers: ContainerFactory) -> None:
    script = (
        "for n in $(seq 1 500); do echo line $n; done;"
        "yes abcdefg | tr -d '\\n' | head -c 50000; echo; echo after; sleep 1000000"
    )
    container = await asyncio.to_thread(containers, real_engine, "--tty", cmd=["sh", "-c", script])
    async with connected(real_engine.url) as engine:
        assert (await engine.inspect(container)).tty
        stream = engine.logs(container)
        pieces = await take_until(stream, lambda all_: data(all_).endswith(b"after\r\n"))
        text = data(pieces)
        lines = text.split(b"\r\n")
        assert lines[:500] == [b"line %d" % n for n in range(1, 501)]
        assert lines[500] == (b"abcdefg" * 7143)[:50_000], "no stamp in the middle of the line"
        assert lines[501:] == [b"after", b""]
        assert not HIDDEN.search(text)
        assert len(pieces) < 520, "lines, not bytes"
        assert {piece.stream for piece in pieces} == {1}
        await stream.aclose()


async def test_a_silent_log_opens_and_goes_on(real_engine: TestEngine, containers: ContainerFactory) -> None:
    go = "while [ ! -e /tmp/go ]; do sleep 0.05; done; echo one; echo two; sleep 1000000"
    framed, tty = await asyncio.gather(
        asyncio.to_thread(containers, real_engine, cmd=["sh", "-c", go]),
        asyncio.to_thread(containers, real_engine, "--tty", cmd=["sh", "-c", go]),
    )
    async with connected(real_engine.url) as engine:
        streams = {container: engine.logs(container) for container in (framed, tty)}
        assert len(await engine.list_containers([framed, tty])) == 2
        for container, stream in streams.items():
            waiter = asyncio.ensure_future(take_until(stream, lambda all_: data(all_).count(b"\n") == 2))
            await asyncio.to_thread(real_engine.docker, "exec", container, "touch", "/tmp/go")
            assert data(await waiter).split() == [b"one", b"two"]


async def test_a_log_that_nobody_keeps(real_engine: TestEngine, containers: ContainerFactory) -> None:
    container = await asyncio.to_thread(containers, real_engine, "--log-driver", "none")
    async with connected(real_engine.url) as engine:
        with pytest.raises(UnsupportedError) as caught:
            await anext(engine.logs(container))
        assert caught.value.capability is Capability.LOGS
        assert "does not support reading" in caught.value.message
        assert (await engine.inspect(container)).log_driver == "none"


async def test_a_flood_waits_for_its_reader(real_engine: TestEngine, containers: ContainerFactory) -> None:
    """What nobody takes stays with the engine: our memory does not grow."""
    container = await asyncio.to_thread(
        containers, real_engine, cmd=["sh", "-c", "yes 0123456789012345678901234567890"]
    )
    async with connected(real_engine.url) as engine:
        stream = engine.logs(container)
        await soon(anext(stream))
        source = stream._source  # type: ignore[attr-defined]
        await await_until(lambda: source._size > source._limit, what="a full box")
        sizes = [source._size]
        for _ in range(20):
            await engine.ping(5)  # the engine goes on, and so does the container
            sizes.append(source._size)
        assert max(sizes) < source._limit + (1 << 20)
        await soon(stream.aclose(), 1.5)


async def test_figures_agree_with_dockers_own(real_engine: TestEngine, containers: ContainerFactory) -> None:
    busy, full = await asyncio.gather(
        asyncio.to_thread(containers, real_engine, cmd=["sh", "-c", "while :; do :; done"]),
        asyncio.to_thread(
            containers,
            real_engine,
            "--memory=128m",
            "--tmpfs=/big:size=64m",
            cmd=["sh", "-c", "dd if=/dev/zero of=/big/x bs=1M count=40; sleep 1000000"],
        ),
    )
    async with connected(real_engine.url) as engine:
        cpu, memory = engine.stats(busy), engine.stats(full)
        samples, others = await asyncio.gather(
            take_until(cpu, lambda all_: len(all_) > 3), take_until(memory, lambda all_: len(all_) > 2)
        )
        figures = [usage(now, before).cpu or 0 for before, now in pairwise(samples)]
        # other work on the machine takes from it, and nothing adds to it
        assert 20 < max(figures) < 125
        told = await asyncio.to_thread(
            real_engine.docker, "stats", "--no-stream", "--format", "{{.MemUsage}} {{.PIDs}}", full
        )
        words = re.fullmatch(r"([\d.]+)MiB / ([\d.]+)MiB (\d+)", told)
        assert words, told
        last = others[-1]
        assert (last.memory or 0) / 2**20 == pytest.approx(float(words[1]), rel=0.1)
        assert (last.memory_limit, last.pids) == (128 << 20, int(words[3]))
        assert float(words[2]) == 128


async def test_a_container_that_is_removed_ends_its_streams(
    real_engine: TestEngine, containers: ContainerFactory
) -> None:
    container = await asyncio.to_thread(containers, real_engine, cmd=["sh", "-c", "echo hello; sleep 1000000"])
    async with connected(real_engine.url) as engine:
        logs, stats = engine.logs(container), engine.stats(container)
        await asyncio.gather(soon(anext(logs)), soon(anext(stats)))
        await engine.remove(container, force=True)
        # both end by themselves and raise nothing: the engine is there
        await asyncio.gather(rest(logs), rest(stats))
        await engine.ping(5)


async def test_a_list_takes_one_request(
    real_engine: TestEngine, containers: ContainerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [containers(real_engine), containers(real_engine)]
    async with connected(real_engine.url) as engine:
        assert engine._client
        asked: list[str] = []
        session = engine._client.api
        send = session.send

        def spy(request: Any, **settings: Any) -> Any:
            asked.append(request.path_url)
            return send(request, **settings)

        monkeypatch.setattr(session, "send", spy)
        await engine.list_containers()
        assert {each.id for each in await engine.list_containers(ids)} == set(ids)
        assert [path.split("?")[0] for path in asked] == [f"/v{session._version}/containers/json"] * 2


# -- threads --


async def test_calls_do_not_wait_for_one_another() -> None:
    """Two calls in a row with one idle thread: each gets a thread of its own."""
    pool = CallPool(size=2, name="dockdash-test")
    await pool.run(lambda: None, 5)
    await await_until(lambda: pool._idle == pool._threads == 1)
    gate = threading.Event()
    slow = asyncio.ensure_future(pool.run(lambda: gate.wait(10), 10))
    quick = asyncio.ensure_future(pool.run(lambda: 7, 5))
    assert await quick == 7
    gate.set()
    assert await slow
    pool.close()
    await await_until(lambda: not [name for name in own_threads() if "test" in name])
    with pytest.raises(RuntimeError):
        await pool.run(lambda: None, 1)


async def test_a_result_that_nobody_waits_for_is_undone() -> None:
    pool = CallPool(size=2, name="dockdash-test")
    gate, undone = threading.Event(), list[str]()

    def call() -> str:
        gate.wait(10)
        return "made"

    cancelled = asyncio.ensure_future(pool.run(call, 10, undone.append))
    with pytest.raises(TimeoutError):
        await pool.run(call, 0.05, undone.append)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert undone == []
    gate.set()
    await await_until(lambda: undone == ["made", "made"])
    assert await pool.run(call, 5, undone.append) == "made"
    assert undone == ["made", "made"], "one that is waited for is not"
    pool.close()


class Script:
    """A source that gives what it was told to, and then waits to be shut."""

    def __init__(self, *parts: bytes) -> None:
        self.parts, self.shut_down, self.closed = list(parts), threading.Event(), False

    def open(self) -> None:
        pass

    def read(self) -> bytes:
        if self.parts:
            return self.parts.pop(0)
        self.shut_down.wait(10)
        return b""

    def shut(self) -> None:
        self.shut_down.set()

    def close(self) -> None:
        self.closed = True


async def test_the_first_batch_is_empty_however_fast_the_engine_is() -> None:
    source = Script(b"a", b"b")
    stream = ThreadStream(source, "dockdash-test", announce=True)
    await await_until(lambda: not source.parts)
    assert await soon(anext(stream)) == b""
    assert await soon(anext(stream)) == b"ab"
    await stream.aclose()
    assert source.closed


async def test_what_was_read_before_the_end_is_given() -> None:
    source = Script(b"a", b"b", b"")
    stream = ThreadStream(source, "dockdash-test")
    await await_until(lambda: source.closed)
    assert [batch async for batch in stream] == [b"ab"]
