"""Lines out of pieces, within bounds; and a log that is followed through everything that can happen to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockdash.control import logs as logs_module
from dockdash.control.host import HostState
from dockdash.control.logs import LogFollower, LogState, LogStatus
from dockdash.control.logstore import LogStore
from dockdash.core.models import LogPiece, State
from dockdash.core.text import MAX_LINE
from tests.control.controllers import controlled, named
from tests.support.engine import ContainerFactory, TestEngine
from tests.support.wait import await_until


def stamp(number: int) -> bytes:
    return b"2026-11-21T03:22:17.%09dZ" % number


def piece(number: int, data: bytes, stream: int = 1) -> LogPiece:
    return LogPiece(stream, stamp(number), data)


def texts(store: LogStore) -> list[str]:
    return [line.text for line in store.lines(store.first, store.end)]


# -- the store --


def test_lines_and_their_numbers() -> None:
    store = LogStore(max_lines=3)
    store.append([piece(n, b"line %d\n" % n) for n in range(5)])
    assert (store.first, store.end, len(store)) == (2, 5, 3)
    assert texts(store) == ["line 2", "line 3", "line 4"]
    assert [line.text for line in store.lines(3, 4)] == ["line 3"]
    assert [line.text for line in store.lines(0, 3)] == ["line 2"], "what is gone is left out"
    assert list(store.lines(9, 20)) == list(store.lines(4, 2)) == []
    assert store.lines(2, 3)[0].stamp == stamp(2)


def test_both_streams_at_once() -> None:
    store = LogStore()
    store.append([piece(1, b"out "), piece(2, b"err ", 2), piece(3, b"put\n"), piece(4, b"or\n", 2)])
    assert [(line.stream, line.stamp, line.text) for line in store.lines(0, 9)] == [
        (1, stamp(1), "out put"),
        (2, stamp(2), "err or"),
    ]


def test_bytes_are_bounded() -> None:
    store = LogStore(max_bytes=1000)
    store.append([piece(n, b"x" * 99 + b"\n") for n in range(100)])
    assert sum(len(text) for text in texts(store)) <= 1000
    assert store.end == 100
    store = LogStore(max_lines=2)
    store.append([piece(1, b"a\nb\nc"), piece(2, b"d", 2)])
    store.flush()
    assert len(store) == 2 and store.end == 4


def test_a_long_line_is_cut_and_says_so() -> None:
    store = LogStore()
    for _ in range(640):
        store.append([piece(1, b"x" * 16_384)])
    store.append([piece(1, b"end\n"), piece(2, b"next\n")])
    long, after = texts(store)
    assert long.startswith("x" * MAX_LINE)
    assert long[MAX_LINE:] == f" … {640 * 16_384 + 3 - MAX_LINE:,} bytes more"
    assert after == "next"
    store.append([piece(3, b"y" * (MAX_LINE + 5) + b"\n")])
    assert texts(store)[-1].endswith("y … 5 bytes more")


def test_line_ends_are_line_feeds_only() -> None:
    store = LogStore()
    store.append([piece(1, b"10%\r20%\r30%\r\nnext\x0bstill\x0c\x85\n\n")])
    assert texts(store) == ["10%\r20%\r30%\r", "next\x0bstill\x0c\ufffd", ""]


def test_what_has_no_end_yet() -> None:
    store = LogStore()
    store.append([piece(1, b"prompt> ")])
    assert texts(store) == []
    store.flush()
    store.flush()
    assert texts(store) == ["prompt> "]


def test_going_on_where_it_was_lost() -> None:
    store = LogStore()
    store.append([piece(1, b"a\n"), piece(5, b"e\n", 2), piece(3, b"c\n")])
    store.resume()
    store.append([piece(3, b"c\n"), piece(4, b"d\n"), piece(5, b"e\n", 2), piece(6, b"f\n", 2)])
    assert texts(store) == ["a", "e", "c", "d", "f"]
    assert store.last_stamps == {1: stamp(4), 2: stamp(6)}
    store.append([piece(2, b"the clock was set back\n"), piece(2, b"by an hour\n")])
    assert texts(store)[5:] == ["the clock was set back", "by an hour"]


def test_a_line_that_broke_off_comes_again_whole() -> None:
    """All parts of one line have one stamp: the rest alone would be taken for what is known."""
    store = LogStore()
    store.append([piece(1, b"a\n"), piece(2, b"first half, ")])
    store.rewind()
    store.flush()
    assert texts(store) == ["a"]
    assert min(store.last_stamps.values()) < stamp(2)
    store.resume()
    store.append([piece(1, b"a\n"), piece(2, b"first half, "), piece(2, b"second half\n")])
    assert texts(store) == ["a", "first half, second half"]


@given(
    st.lists(st.binary(max_size=40).map(lambda text: text.replace(b"\n", b"")), max_size=20),
    st.lists(st.integers(0, 800), max_size=20),
)
def test_lines_in_any_cutting(wanted: list[bytes], places: list[int]) -> None:
    data = b"".join(line + b"\n" for line in wanted)
    bounds = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    store = LogStore()
    for begin, end in pairwise(bounds):
        store.append([piece(1, data[begin:end])])
    assert texts(store) == [line.decode("utf-8", "replace") for line in wanted]


# -- the follower --

SCRIPT = """
trap 'exit 0' TERM
n=$(cat /n 2>/dev/null || echo 0)
while :; do n=$((n+1)); echo $n >/n; echo line $n; echo error $n >&2; sleep 0.05; done
"""


def numbers(follower: LogFollower, word: str = "line") -> list[int]:
    lines = follower.store.lines(0, follower.store.end)
    return [int(line.text.split()[1]) for line in lines if line.text.startswith(word)]


async def past(follower: LogFollower, number: int, seconds: float = 15) -> None:
    """Returns when lines with numbers above ``number`` are there, on both streams."""
    await await_until(
        lambda: all((numbers(follower, word) or [0])[-1] > number for word in ("line", "error")),
        timeout=seconds,
        what=f"lines after {number}",
    )


def check_complete(follower: LogFollower) -> None:
    """No line is missing and none is there twice."""
    for word in ("line", "error"):
        seen = numbers(follower, word)
        assert seen == list(range(1, len(seen) + 1))


async def test_restarts_and_the_end(real_engine: TestEngine, containers: ContainerFactory) -> None:
    container = containers(real_engine, cmd=["sh", "-c", SCRIPT])
    async with controlled(real_engine.url) as (controller, _):
        heard = 0

        def hear() -> None:
            nonlocal heard
            heard += 1

        follower = controller.open_log(container, hear)
        await past(follower, 3)
        assert follower.status.state is LogState.FOLLOWING
        for _ in range(2):
            seen = numbers(follower)[-1]
            await controller.host.engine.restart(container, timeout=5)
            await past(follower, seen + 3)
        await controller.host.engine.stop(container, timeout=5)
        await await_until(lambda: follower.status == LogStatus(LogState.ENDED, "the container is exited"))
        check_complete(follower)
        assert numbers(follower)[-1] == int(
            real_engine.docker("logs", "--tail", "1", container, check=False).split()[1]
        )
        assert heard > 3
        await controller.host.engine.remove(container)
        await await_until(lambda: follower.status.reason == "the container is gone")


async def test_runs_that_are_over_before_they_are_seen(
    real_engine: TestEngine, containers: ContainerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # both runs begin and end while the follower rests between two readings
    monkeypatch.setattr(logs_module, "PAUSE_SECONDS", 2.5)
    container = containers(real_engine, cmd=["sh", "-c", "n=$(($(cat /n || echo 0)+1)); echo $n >/n; echo line $n"])
    real_engine.docker("wait", container)
    async with controlled(real_engine.url) as (controller, _):
        follower = controller.open_log(container, lambda: None)
        await await_until(lambda: numbers(follower) == [1] and follower.status.state is LogState.ENDED)
        for _ in range(2):
            await asyncio.to_thread(real_engine.docker, "start", "--attach", container)
        await await_until(lambda: numbers(follower) == [1, 2, 3])


@pytest.mark.parametrize("flags", [["--live-restore"], []], ids=["live-restore", "plain"])
async def test_the_engine_dies_and_comes_back(throwaway_engine: Callable[..., TestEngine], flags: list[str]) -> None:
    real = throwaway_engine(*flags)
    container = real.run("ticker", cmd=["sh", "-c", SCRIPT])
    async with controlled(real.url) as (controller, watch):
        follower = controller.open_log(container, lambda: None)
        await past(follower, 3)
        await asyncio.to_thread(real.kill)
        await await_until(lambda: follower.status.state is LogState.LOST)
        assert follower.status.reason
        seen = numbers(follower)[-1]
        await asyncio.to_thread(real.start)
        await await_until(lambda: watch.states[-1] is HostState.ONLINE, timeout=20)
        if not flags:
            # without live-restore the engine ends its containers when it starts
            await await_until(lambda: follower.status.state is LogState.ENDED)
            await controller.host.engine.start(container)
            await await_until(lambda: follower.status.state is LogState.FOLLOWING)
            seen = numbers(follower)[-1]
        await past(follower, seen + 3)
        check_complete(follower)
        assert follower.status.state is LogState.FOLLOWING


async def test_a_log_that_cannot_be_read(engine: TestEngine, containers: ContainerFactory) -> None:
    mute, silent = containers(engine, "--log-driver", "none"), containers(engine)
    async with controlled(engine.url) as (controller, _):
        unreadable, quiet = controller.open_log(mute, lambda: None), controller.open_log(silent, lambda: None)
        await await_until(lambda: unreadable.status.state is LogState.UNREADABLE)
        assert "does not support reading" in unreadable.status.reason
        await await_until(lambda: quiet.status.state is LogState.FOLLOWING)
        assert len(quiet.store) == 0
        gone = controller.open_log("f" * 64, lambda: None)
        await await_until(lambda: gone.status.reason == "the container is gone")
        for follower in (unreadable, quiet, gone, gone):
            controller.close_log(follower)


async def test_the_tail_of_a_long_log(engine: TestEngine, containers: ContainerFactory) -> None:
    container = containers(engine, cmd=["sh", "-c", "seq -f 'line %g' 30000 || seq 30000 | sed 's/^/line /'"])
    engine.docker("wait", container)
    async with controlled(engine.url) as (controller, _):
        follower = controller.open_log(container, lambda: None, tail=500)
        await await_until(lambda: follower.status.state is LogState.ENDED)
        assert [line.text for line in follower.store.lines(0, 9999)][-500:][0] == "line 29501"
        assert follower.store.end == 500


async def test_a_log_in_the_demo() -> None:
    async with controlled() as (controller, _):
        web = named(controller, "shop-web-1")
        follower = controller.open_log(web.id, lambda: None, tail=50)
        await await_until(lambda: len(follower.store) > 50)
        await controller.host.engine.stop(web.id)
        await await_until(lambda: follower.status.state is LogState.ENDED)
        end = follower.store.end
        await controller.host.engine.start(web.id)
        await await_until(lambda: follower.store.end > end and follower.status.state is LogState.FOLLOWING)
        stamps = [line.stamp for line in follower.store.lines(0, follower.store.end)]
        assert stamps == sorted(set(stamps))
        assert controller.store.containers[web.id].state is State.RUNNING
