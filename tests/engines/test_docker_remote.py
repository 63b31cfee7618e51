"""Engines on other machines: behind TLS and behind ssh, both for real."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dockdash.core.clock import SystemClock
from dockdash.core.errors import ConnectError, DeniedError, DockdashError, LostError, UsageError
from dockdash.engines.docker.engine import open_engine
from dockdash.engines.docker.ssh import Forward
from dockdash.engines.port import Stream
from tests.engines.docker_engines import connected, data, own_threads, rest, soon, take_until
from tests.engines.remote_engines import SshHost, certificates, find_sshd, network_of, write_context
from tests.support.engine import ContainerFactory, TestEngine, start_engine
from tests.support.wait import await_until, wait_until

# -- TLS --


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl")
    folder = certificates(tmp_path_factory.mktemp("pki") / "right", "me")
    certificates(folder.parent / "wrong", "me")
    return folder


@pytest.fixture(scope="module")
def tls_engine(engine: TestEngine, pki: Path) -> Iterator[TestEngine]:
    """An engine that listens on tcp://127.0.0.1:2376, in its own network, for those with a certificate."""
    own = pki / "server"
    flags = ["--host", "tcp://127.0.0.1:2376", "--tlsverify", "--tlscacert", str(own / "ca.pem")]
    real = start_engine(*flags, "--tlscert", str(own / "cert.pem"), "--tlskey", str(own / "key.pem"), label="s")
    yield real
    real.destroy()


TLS_URL = "tcp://127.0.0.1:2376"


@pytest.mark.parametrize("way", ["environment", "context", "option"])
async def test_an_engine_behind_tls(
    tls_engine: TestEngine, pki: Path, own_environment: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    # a company's own bundle, as many machines have it, must not replace the engine's
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pki.parent / "wrong/ca.pem"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    options = {}
    if way == "context":
        folder = write_context(own_environment, "far", {"Host": TLS_URL}, ("ca",))
        shutil.copytree(pki / "me", folder, dirs_exist_ok=True)
        options["context"] = "far"
    else:
        monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
        monkeypatch.setenv("DOCKER_CERT_PATH", str(pki / "me"))
        if way == "environment":
            monkeypatch.setenv("DOCKER_HOST", TLS_URL)
        else:
            options["host"] = TLS_URL
    name = f"tls-{way}"
    container = tls_engine.run(name, cmd=["sh", "-c", "n=0; while :; do n=$((n+1)); echo line $n; sleep 0.1; done"])
    with network_of(tls_engine):
        async with connected(**options) as client:
            info = await client.info()
            assert (info.endpoint, info.is_remote) == (TLS_URL, False)
            assert container in {each.id for each in await client.list_containers()}
            logs, events, stats = client.logs(container), client.events(), client.stats(container)
            assert await soon(anext(events)) == []
            pieces = await take_until(logs, lambda all_: len(all_) > 3)
            assert data(pieces).startswith(b"line 1\nline 2\n")
            await soon(anext(stats))
            # streams over TLS are closed as quickly as others
            streams: list[Stream[Any]] = [logs, events, stats]
            waiting = [asyncio.ensure_future(rest(stream)) for stream in streams]
            await asyncio.sleep(0)
            began = time.monotonic()
            await asyncio.gather(*(stream.aclose() for stream in streams))
            assert time.monotonic() - began < 1.5
            await soon(asyncio.gather(*waiting), 2)
            await client.remove(container, force=True)
        await await_until(lambda: not own_threads())


async def tls_refusal(engine: TestEngine, **options: str) -> DockdashError:
    with network_of(engine):
        client = open_engine({"host": TLS_URL, **options}, SystemClock())
        with pytest.raises(DockdashError) as caught:
            await soon(client.connect(), 20)
        await client.aclose()
    return caught.value


async def test_tls_that_fails(
    tls_engine: TestEngine, pki: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # without TLS at all
    error = await tls_refusal(tls_engine)
    assert isinstance(error, ConnectError)
    assert "HTTPS server" in error.message

    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    mixed = tmp_path / "mixed"
    shutil.copytree(pki / "me", mixed)

    # the server was certified by somebody else
    shutil.copy(pki.parent / "wrong/ca.pem", mixed / "ca.pem")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(mixed))
    error = await tls_refusal(tls_engine)
    assert type(error) is DeniedError
    assert "CERTIFICATE_VERIFY_FAILED" in error.message
    assert "ca.pem" in error.hint

    # we were certified by somebody else
    shutil.copytree(pki.parent / "wrong/me", mixed, dirs_exist_ok=True)
    shutil.copy(pki / "ca.pem", mixed / "ca.pem")
    error = await tls_refusal(tls_engine)
    assert type(error) is DeniedError
    assert "secure connection failed" in error.message
    assert "cert.pem" in error.hint

    # we have no certificate
    (mixed / "cert.pem").unlink()
    (mixed / "key.pem").unlink()
    error = await tls_refusal(tls_engine)
    assert type(error) is DeniedError
    assert "secure connection failed" in error.message

    # what should be a certificate is none
    (mixed / "cert.pem").write_text("nonsense")
    (mixed / "key.pem").write_text("nonsense")
    error = await tls_refusal(tls_engine)
    assert type(error) is DeniedError


async def test_tls_without_a_check(tls_engine: TestEngine, pki: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for by DOCKER_TLS or SkipTLSVerify: any server will do, and nothing is written to the terminal about it."""
    monkeypatch.setenv("DOCKER_TLS", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(pki / "me"))
    with network_of(tls_engine):
        async with connected(TLS_URL) as client:
            await client.list_containers()


# -- ssh --


@pytest.fixture(scope="module")
def ssh_host(engine: TestEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshHost]:
    sshd = find_sshd()
    if not sshd or not shutil.which("ssh"):
        pytest.skip("there is no openssh-server, and it could not be installed")
    host = SshHost(tmp_path_factory.mktemp("ssh"), sshd)
    yield host
    host.kill()


@pytest.fixture
def own_ssh(ssh_host: SshHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SshHost:
    """The host, found by an ssh that knows it; what the program leaves in the folder for temporary files is its own."""
    monkeypatch.setenv("PATH", f"{ssh_host.programs}:{os.environ['PATH']}")
    temporary = tmp_path / "t"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    return ssh_host


def folders(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "t").iterdir())


async def test_an_engine_behind_ssh(
    own_ssh: SshHost, engine: TestEngine, containers: ContainerFactory, tmp_path: Path
) -> None:
    container = containers(engine, cmd=["sh", "-c", "n=0; while :; do n=$((n+1)); echo line $n; sleep 0.1; done"])
    # an alias, its port and its user out of ssh's own configuration
    async with connected(f"ssh://testhost{engine.socket}") as client:
        assert (await client.info()).is_remote
        assert len(folders(tmp_path)) == 1
        assert container in {each.id for each in await client.list_containers()}
        streams = [client.logs(container) for _ in range(15)]  # more than sshd's MaxSessions
        for stream in streams:
            assert data(await take_until(stream, lambda all_: len(all_) > 2)).startswith(b"line 1\nline 2\n")
        events = client.events()
        assert await soon(anext(events)) == []
        everything: list[Stream[Any]] = [*streams, events]
        waiting = [asyncio.ensure_future(rest(stream)) for stream in everything]

        await asyncio.to_thread(own_ssh.kill)
        try:
            for result in await soon(asyncio.gather(*waiting, return_exceptions=True), 20):
                assert isinstance(result, LostError), result
            with pytest.raises(ConnectError):
                await client.list_containers()

            async def gone() -> str:
                try:
                    await client.ping(1)
                except LostError as error:
                    return error.message
                except ConnectError:
                    return ""
                raise AssertionError("it answered")

            assert (await await_until(gone)).startswith("ssh: "), "ssh's own words"
        finally:
            await asyncio.to_thread(own_ssh.start)
        await client.connect()
        assert container in {each.id for each in await client.list_containers()}
    assert folders(tmp_path) == []
    await await_until(lambda: not own_threads())


async def test_ssh_that_fails(
    own_ssh: SshHost, engine: TestEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refusal(url: str) -> DockdashError:
        client = open_engine({"host": url}, SystemClock())
        with pytest.raises(DockdashError) as caught:
            await soon(client.connect(), 30)
        await client.aclose()
        assert folders(tmp_path) == []
        return caught.value

    address = f"127.0.0.1:{own_ssh.port}"
    error = await refusal(f"ssh://nobody-here@{address}")
    assert type(error) is DeniedError
    assert "ermission denied" in error.message
    assert error.hint

    (own_ssh.folder / "none").touch()
    error = await refusal("ssh://root@127.0.0.1:1")
    assert type(error) is ConnectError
    assert "refused" in error.message

    error = await refusal(f"ssh://root@{address}/no/such.sock")
    assert isinstance(error, ConnectError)

    for url in ("ssh://-oProxyCommand=x", "ssh://-x@host"):
        assert type(await refusal(url)) is UsageError

    monkeypatch.setenv("PATH", str(tmp_path))
    error = await refusal(f"ssh://root@{address}")
    assert type(error) is UsageError
    assert "no ssh" in error.message


def test_closing_a_forward(own_ssh: SshHost, engine: TestEngine, tmp_path: Path) -> None:
    forward = Forward(f"ssh://testhost{engine.socket}")
    assert forward.wait() == f"unix://{forward.socket}"
    assert forward.alive
    assert forward.socket.is_socket()
    forward.close()
    forward.close()
    assert folders(tmp_path) == []
    assert forward._process.poll() is not None


async def test_giving_up_while_ssh_connects(own_ssh: SshHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that is never heard of: whoever leaves meanwhile leaves nothing behind."""
    monkeypatch.setattr("dockdash.engines.docker.ssh.CONNECT_SECONDS", 2.0)
    slow = own_ssh.programs / "ssh"
    before = slow.read_text()
    slow.write_text("#!/bin/sh\nexec sleep 1000\n")
    try:
        client = open_engine({"host": "ssh://testhost"}, SystemClock())
        connecting = asyncio.ensure_future(client.connect())
        await await_until(lambda: folders(tmp_path))
        connecting.cancel()
        began = time.monotonic()
        await client.aclose()
        assert time.monotonic() - began < 2
        wait_until(lambda: not folders(tmp_path), timeout=20, what="the end of ssh")
    finally:
        slow.write_text(before)
