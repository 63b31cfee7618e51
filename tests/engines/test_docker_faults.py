"""Engines that die, freeze, refuse or are not there: the right error, in time, and never a clean end by mistake."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dockdash.core.clock import SystemClock
from dockdash.core.errors import ConnectError, DeadlineError, DeniedError, DockdashError, LostError, UsageError
from dockdash.engines.docker.engine import open_engine
from dockdash.engines.port import Stream
from tests.engines.docker_engines import connected, data, own_threads, rest, soon, take_until
from tests.support.engine import TestEngine
from tests.support.wait import await_until

TICKS = ("sh", "-c", "n=0; while :; do n=$((n+1)); echo line $n; sleep 0.1; done")


async def test_a_killed_engine_is_lost_and_comes_back(throwaway_engine: Callable[..., TestEngine]) -> None:
    real = throwaway_engine("--live-restore")
    plain, tty = real.run("plain", cmd=TICKS), real.run("tty", "--tty", cmd=TICKS)
    async with connected(real.url) as engine:
        streams: list[Stream[Any]] = [engine.events(), engine.logs(plain), engine.logs(tty), engine.stats(plain)]
        await asyncio.gather(*(soon(anext(stream)) for stream in streams))
        began = time.monotonic()
        waiting = [asyncio.ensure_future(rest(stream)) for stream in streams]
        await asyncio.to_thread(real.kill)
        for result in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(result, LostError), result
        assert time.monotonic() - began < 5
        for stream in streams:
            await soon(stream.aclose(), 1)

        for call in (engine.list_containers(), engine.inspect(plain), engine.ping(1), engine.stop(plain)):
            with pytest.raises(ConnectError) as caught:
                await soon(call)
            assert "refused" in caught.value.message or "lost" in caught.value.message
        with pytest.raises(ConnectError):
            await engine.connect()

        await asyncio.to_thread(real.start)
        await engine.connect()
        assert {each.id for each in await engine.list_containers()} == {plain, tty}


async def test_a_frozen_engine(throwaway_engine: Callable[..., TestEngine]) -> None:
    real = throwaway_engine()
    container = real.run("ticker", cmd=TICKS)
    async with connected(real.url) as engine:
        logs, stats, events = engine.logs(container), engine.stats(container), engine.events()
        await asyncio.gather(*(soon(anext(stream)) for stream in (logs, stats, events)))
        await asyncio.to_thread(real.freeze)
        try:
            for seconds in (0.3, 1.0):
                began = time.monotonic()
                with pytest.raises(DeadlineError):
                    await engine.ping(seconds)
                assert time.monotonic() - began < seconds + 0.5
            # calls and a new connection have deadlines of their own; all of them at once, since each takes seconds
            other = open_engine({"host": real.url}, SystemClock())
            began = time.monotonic()
            opening = engine.stats(container)
            calls = [engine.list_containers(), engine.inspect(container), engine.top(container), other.connect()]
            results = await soon(asyncio.gather(*calls, anext(opening), return_exceptions=True), 20)
            assert [type(result) for result in results] == [DeadlineError] * 5
            assert time.monotonic() - began < 13
            await other.aclose()
            # a stream that cannot even open is closed at once all the same
            stuck = engine.logs(container)
            began = time.monotonic()
            await stuck.aclose()
            assert time.monotonic() - began < 1
        finally:
            await asyncio.to_thread(real.thaw)
        await soon(engine.ping(5))
        # nothing is lost: the streams go on where they were
        pieces = await take_until(logs, lambda all_: len(all_) > 5)
        numbers = [int(line.split()[1]) for line in data(pieces).decode().splitlines()]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert await soon(anext(stats))
        await engine.pause(container)
        assert await take_until(events, lambda seen: any(event.action == "pause" for event in seen))
    await await_until(lambda: not own_threads(), timeout=15, what="the end of all threads")


async def test_closing_with_a_frozen_engine(throwaway_engine: Callable[..., TestEngine]) -> None:
    real = throwaway_engine()
    container = real.run("ticker", cmd=TICKS)
    engine = open_engine({"host": real.url}, SystemClock())
    await engine.connect()
    streams: list[Stream[Any]] = [engine.logs(container), engine.stats(container), engine.events()]
    await asyncio.gather(*(soon(anext(stream)) for stream in streams))
    await asyncio.to_thread(real.freeze)
    try:
        call = asyncio.ensure_future(engine.list_containers())
        streams.append(engine.logs(container))
        await asyncio.sleep(0)
        began = time.monotonic()
        await engine.aclose()
        assert time.monotonic() - began < 2.5
        call.cancel()
    finally:
        await asyncio.to_thread(real.thaw)
    await await_until(lambda: not own_threads(), timeout=15, what="the end of all threads")


# -- no way there --


@pytest.fixture
def dead_socket(tmp_path: Path) -> str:
    """A socket file that nobody listens on any more."""
    path = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    return f"unix://{path}"


@pytest.fixture
def closed_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def web_server() -> Iterator[Callable[[bytes], str]]:
    """A server that answers each connection with the given bytes, whatever it is asked."""
    listeners: list[socket.socket] = []

    def serve(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def work() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with peer:
                    peer.recv(65536)
                    peer.sendall(answer)

        threading.Thread(target=work, daemon=True).start()
        return f"tcp://127.0.0.1:{listener.getsockname()[1]}"

    yield serve
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


async def refusal(**options: str) -> DockdashError:
    engine = open_engine(options, SystemClock())
    with pytest.raises(DockdashError) as caught:
        await soon(engine.connect(), 30)
    await engine.aclose()
    if not isinstance(caught.value, UsageError):
        (attempt,) = engine.attempts
        assert attempt.outcome
        assert attempt.outcome in caught.value.message
    return caught.value


async def test_a_dead_socket(dead_socket: str) -> None:
    error = await refusal(host=dead_socket)
    assert type(error) is ConnectError
    assert error.message == f"connect to {dead_socket}: connection refused"
    assert "running" in error.hint


async def test_a_missing_socket(tmp_path: Path) -> None:
    error = await refusal(host=f"unix://{tmp_path}/none.sock")
    assert type(error) is ConnectError
    assert error.message.endswith("there is no such socket")


async def test_a_closed_port(closed_port: str) -> None:
    error = await refusal(host=closed_port)
    assert type(error) is ConnectError
    assert error.message == f"connect to {closed_port}: connection refused"


async def test_an_unknown_host() -> None:
    error = await refusal(host="tcp://no-such-host.invalid:2375")
    assert type(error) is ConnectError
    assert "no-such-host.invalid" in error.message


async def test_no_port_means_dockers_port() -> None:
    """Port 2375 as the docker command says; whoever has an engine there gets an answer instead."""
    engine = open_engine({"host": "tcp://127.0.0.1"}, SystemClock())
    try:
        info = await engine.connect()
        assert info.version
    except ConnectError as error:
        assert "port is required" not in error.message
        assert "refused" in error.message
    await engine.aclose()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found",
        b"HTTP/1.1 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
)
async def test_something_else_answers(web_server: Callable[[bytes], str], answer: bytes) -> None:
    error = await refusal(host=web_server(answer))
    assert isinstance(error, ConnectError)
    assert error.message.startswith("connect to tcp://127.0.0.1:")
    if b"HTTPS server" in answer:
        assert "HTTPS server" in error.message


async def test_a_plain_server_where_tls_was_asked_for(
    web_server: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_TLS", "1")
    error = await refusal(host=web_server(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    assert type(error) is DeniedError
    assert "secure connection failed" in error.message
    assert "ca.pem" in error.hint


ASK = """
import asyncio, sys
from dockdash.core.clock import SystemClock
from dockdash.engines.docker.engine import open_engine

async def main():
    engine = open_engine({"host": sys.argv[1]}, SystemClock())
    try:
        await engine.connect()
    except Exception as error:
        print(type(error).__name__, error, error.hint, sep="|")
    await engine.aclose()

asyncio.run(main())
"""


def test_permission_denied(engine: TestEngine, tmp_path: Path) -> None:
    """Somebody who may not use the socket: the operating system itself says no."""
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--reset-env"]
    possible = subprocess.run([*command, sys.executable, "-c", "import docker"], capture_output=True, check=False)
    if possible.returncode:
        pytest.skip("another user cannot run this Python here")
    # a private engine's socket belongs to the group docker or to root
    assert not engine.socket.stat().st_mode & 0o006
    done = subprocess.run(
        [*command, sys.executable, "-c", ASK, engine.url], capture_output=True, text=True, timeout=60, check=False
    )
    kind, message, hint = done.stdout.strip().split("|")
    assert kind == "DeniedError", done.stderr
    assert message == f"connect to {engine.url}: permission denied"
    assert "group" in hint


async def test_nothing_anywhere(own_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no address named, all usual places are tried, and the report says what came of each."""
    places = [own_environment / ".docker/run/docker.sock", own_environment / ".rd/docker.sock"]
    for path in places:
        path.parent.mkdir(parents=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    engine = open_engine({}, SystemClock())
    try:
        await engine.connect()
    except ConnectError as error:
        assert "no container engine answers" in error.message
        assert error.hint
        outcomes = {attempt.address: attempt.outcome for attempt in engine.attempts}
        assert len(outcomes) == len(engine.attempts) >= 9
        assert all(outcomes.values())
        assert {outcomes[str(path)] for path in places} == {"connection refused"}
        missing = str(own_environment / ".colima/default/docker.sock")
        assert outcomes[missing] == "there is no such socket"
    else:
        # this machine has an engine in a usual place
        assert engine.attempts[-1].outcome == ""
        assert all(attempt.outcome for attempt in engine.attempts[:-1])
    await engine.aclose()


async def test_unknown_options() -> None:
    with pytest.raises(UsageError):
        open_engine({"hots": "x"}, SystemClock())
