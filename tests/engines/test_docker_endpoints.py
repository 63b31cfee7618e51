"""Where engines are looked for: addresses, contexts, the environment, the usual sockets, TLS and ssh."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dockdash.core.clock import SystemClock
from dockdash.core.errors import ConnectError, DeniedError, DockdashError, LostError, UsageError
from dockdash.engines.docker.endpoints import Endpoint, Tls, candidates, check_url, context_names
from dockdash.engines.docker.engine import open_engine
from dockdash.engines.docker.ssh import Forward
from dockdash.engines.port import Stream
from tests.engines.docker_engines import connected, data, own_threads, rest, soon, take_until
from tests.engines.remote_engines import SshHost, certificates, find_sshd, network_of
from tests.support.engine import ContainerFactory, TestEngine, start_engine
from tests.support.wait import await_until, wait_until

# -- addresses --


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("unix:///run/x.sock", "unix:///run/x.sock"),
        (" /run/x.sock ", "unix:///run/x.sock"),
        ("tcp://10.0.0.1:2376", "tcp://10.0.0.1:2376"),
        ("10.0.0.1:2375", "tcp://10.0.0.1:2375"),
        ("host", "tcp://host"),
        ("tcp://[::1]:2375", "tcp://[::1]:2375"),
        ("https://host:2376", "https://host:2376"),
        ("ssh://me@host:2222", "ssh://me@host:2222"),
    ],
)
def test_addresses(url: str, wanted: str) -> None:
    assert check_url(url, "-H") == wanted


@pytest.mark.parametrize(
    "url",
    ["unix://", "tcp://", "tcp://host:port", "tcp://host:99999", "ftp://host", "tcp://[::1", "", "ssh://", "a b://c"],
)
def test_addresses_without_a_meaning(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_url(url, "DOCKER_HOST")
    assert caught.value.message.startswith("DOCKER_HOST: ")
    assert "tcp://host:2376" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "remote", "path"),
    [
        ("unix:///run/x.sock", False, "/run/x.sock"),
        ("tcp://127.0.0.1:2375", False, ""),
        ("tcp://localhost:2375", False, ""),
        ("tcp://10.0.0.1:2375", True, ""),
        ("ssh://localhost", True, ""),
    ],
)
def test_what_is_remote(url: str, remote: bool, path: str) -> None:
    endpoint = Endpoint(url, "-H")
    assert (endpoint.is_remote, endpoint.socket_path) == (remote, path)


# -- what is tried --


def write_context(home: Path, name: str, docker: dict[str, object], files: tuple[str, ...] = ()) -> Path:
    """A context as the docker command writes it; gives the folder of its TLS files."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    meta = home / ".docker/contexts/meta" / digest
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": docker}}))
    tls = home / ".docker/contexts/tls" / digest / "docker"
    if files:
        tls.mkdir(parents=True)
    for file in files:
        (tls / f"{file}.pem").write_text("x")
    return tls


def config(home: Path, **settings: object) -> None:
    (home / ".docker").mkdir(exist_ok=True)
    (home / ".docker/config.json").write_text(json.dumps(settings))


def test_the_usual_sockets_in_their_order(tmp_path: Path) -> None:
    found = candidates({}, {"XDG_RUNTIME_DIR": "/run/user/7"}, tmp_path)
    assert [(each.origin, each.socket_path) for each in found] == [
        ("Docker", "/var/run/docker.sock"),
        ("rootless Docker", "/run/user/7/docker.sock"),
        ("Docker Desktop", f"{tmp_path}/.docker/desktop/docker.sock"),
        ("Docker Desktop", f"{tmp_path}/.docker/run/docker.sock"),
        ("Colima", f"{tmp_path}/.colima/default/docker.sock"),
        ("Colima", f"{tmp_path}/.config/colima/default/docker.sock"),
        ("OrbStack", f"{tmp_path}/.orbstack/run/docker.sock"),
        ("Rancher Desktop", f"{tmp_path}/.rd/docker.sock"),
        ("Podman", "/run/user/7/podman/podman.sock"),
        ("Podman", "/run/podman/podman.sock"),
    ]
    assert candidates({}, {}, tmp_path)[1].socket_path == f"/run/user/{os.getuid()}/docker.sock"
    assert not any(each.tls for each in found)


def test_what_somebody_named_is_the_only_one(tmp_path: Path) -> None:
    write_context(tmp_path, "prod", {"Host": "tcp://prod:2376"})
    write_context(tmp_path, "dev", {"Host": "ssh://dev"})
    config(tmp_path, currentContext="dev")
    env = {"DOCKER_HOST": "tcp://env:1", "DOCKER_CONTEXT": "prod"}

    def only(options: dict[str, str], env: dict[str, str]) -> tuple[str, str]:
        (found,) = candidates(options, env, tmp_path)
        return found.url, found.origin

    assert only({"host": "/x.sock", "context": "prod"}, env) == ("unix:///x.sock", "-H")
    assert only({"context": "prod"}, env) == ("tcp://prod:2376", "context prod")
    assert only({}, env) == ("tcp://env:1", "DOCKER_HOST")
    assert only({}, {"DOCKER_CONTEXT": "prod"}) == ("tcp://prod:2376", "context prod")
    assert only({}, {}) == ("ssh://dev", "context dev")
    assert only({}, {"DOCKER_HOST": "", "DOCKER_CONTEXT": ""}) == ("ssh://dev", "context dev")
    # "default" means the usual places, whatever else is set
    assert len(candidates({"context": "default"}, env, tmp_path)) == 10
    assert len(candidates({}, {"DOCKER_CONTEXT": "default"}, tmp_path)) == 10


def test_contexts_without_a_config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docker-py looks into the working directory then, and takes the local engine without a word."""
    monkeypatch.chdir(tmp_path)
    write_context(tmp_path, "prod", {"Host": "tcp://prod:2376"})
    assert not (tmp_path / ".docker/config.json").exists()
    assert candidates({"context": "prod"}, {}, tmp_path)[0].url == "tcp://prod:2376"
    assert context_names({}, tmp_path) == ("default", "prod")
    moved = {"DOCKER_CONFIG": str(tmp_path / "elsewhere")}
    assert context_names(moved, tmp_path) == ("default",)
    shutil.move(tmp_path / ".docker", tmp_path / "elsewhere")
    assert candidates({"context": "prod"}, moved, tmp_path)[0].url == "tcp://prod:2376"


@pytest.mark.parametrize("where", ["option", "environment", "config"])
def test_an_unknown_context(tmp_path: Path, where: str) -> None:
    write_context(tmp_path, "prod", {"Host": "tcp://prod:2376"})
    write_context(tmp_path, "staging", {"Host": "tcp://staging:2376"})
    config(tmp_path, **({"currentContext": "prd"} if where == "config" else {}))
    options = {"context": "prd"} if where == "option" else {}
    env = {"DOCKER_CONTEXT": "prd"} if where == "environment" else {}
    with pytest.raises(UsageError) as caught:
        candidates(options, env, tmp_path)
    assert "there is no Docker context 'prd'" in caught.value.message
    assert caught.value.hint == "there are: default, prod, staging"


@pytest.mark.parametrize("text", ["{", "", "\xff\xfe", '{"currentContext": '])
def test_broken_json(tmp_path: Path, text: str) -> None:
    config(tmp_path)
    (tmp_path / ".docker/config.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=r"config\.json: cannot be read as JSON"):
        candidates({}, {}, tmp_path)
    # it is nobody's business where the engine was named otherwise
    assert candidates({"host": "/x.sock"}, {}, tmp_path)
    assert candidates({}, {"DOCKER_HOST": "/x.sock"}, tmp_path)
    write_context(tmp_path, "prod", {"Host": "tcp://prod:2376"})
    meta = next((tmp_path / ".docker/contexts/meta").glob("*/meta.json"))
    meta.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=r"meta\.json"):
        candidates({"context": "prod"}, {}, tmp_path)
    assert context_names({}, tmp_path) == ("default",)


@pytest.mark.parametrize("content", ["[]", "null", '"x"', '{"currentContext": null}', '{"currentContext": ""}'])
def test_a_config_file_that_says_nothing(tmp_path: Path, content: str) -> None:
    config(tmp_path)
    (tmp_path / ".docker/config.json").write_text(content)
    assert len(candidates({}, {}, tmp_path)) == 10


@pytest.mark.parametrize("docker", [{}, {"Host": ""}, {"Host": None}])
def test_a_context_without_an_address(tmp_path: Path, docker: dict[str, object]) -> None:
    write_context(tmp_path, "odd", docker)
    with pytest.raises(UsageError, match="names no Docker endpoint"):
        candidates({"context": "odd"}, {}, tmp_path)


def test_a_context_with_a_bad_address(tmp_path: Path) -> None:
    write_context(tmp_path, "odd", {"Host": "gopher://x"})
    with pytest.raises(UsageError, match=r"context odd: .* is no engine address"):
        candidates({"context": "odd"}, {}, tmp_path)


def test_hostile_context_names(tmp_path: Path) -> None:
    write_context(tmp_path, "a\x1b[2Jb", {"Host": "tcp://x:1"})
    with pytest.raises(UsageError) as caught:
        candidates({"context": "no\x1b]0;x\x07"}, {}, tmp_path)
    assert "\x1b" not in caught.value.message + caught.value.hint


def test_tls_of_contexts(tmp_path: Path) -> None:
    folder = write_context(tmp_path, "full", {"Host": "tcp://x:2376"}, ("ca", "cert", "key"))
    write_context(tmp_path, "ca", {"Host": "tcp://x:2376"}, ("ca",))
    write_context(tmp_path, "skip", {"Host": "tcp://x:2376", "SkipTLSVerify": True})
    write_context(tmp_path, "plain", {"Host": "tcp://x:2375", "SkipTLSVerify": False})

    def tls(name: str) -> Tls | None:
        return candidates({"context": name}, {}, tmp_path)[0].tls

    assert tls("full") == Tls(f"{folder}/ca.pem", f"{folder}/cert.pem", f"{folder}/key.pem")
    found = tls("ca")
    assert found and found.ca and not found.cert and not found.key and found.verify
    assert tls("skip") == Tls(verify=False)
    assert tls("plain") is None


def test_tls_of_the_environment(tmp_path: Path) -> None:
    for name in ("ca", "cert", "key"):
        (tmp_path / f"{name}.pem").write_text("x")
    files = Tls(f"{tmp_path}/ca.pem", f"{tmp_path}/cert.pem", f"{tmp_path}/key.pem")

    def tls(**env: str) -> Tls | None:
        (found,) = candidates({}, {"DOCKER_HOST": "tcp://x:1", **env}, tmp_path / "nobody")
        return found.tls

    assert tls(DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(tmp_path)) == files
    assert tls(DOCKER_TLS="1", DOCKER_CERT_PATH=str(tmp_path)) == replace(files, verify=False)
    assert tls(DOCKER_TLS_VERIFY="1") == Tls()
    assert tls(DOCKER_CERT_PATH=str(tmp_path)) is None
    assert tls(DOCKER_TLS_VERIFY="1", DOCKER_HOST="unix:///x.sock") is None
    (option,) = candidates(
        {"host": "tcp://x:1"}, {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(tmp_path)}, tmp_path
    )
    assert option.tls == files


def test_contexts_that_the_docker_command_made(engine: TestEngine, tmp_path: Path) -> None:
    env = {"DOCKER_CONFIG": str(tmp_path / "config"), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def docker(*arguments: str) -> None:
        subprocess.run(["docker", *arguments], env=env, check=True, capture_output=True, timeout=60)

    certificates(tmp_path / "pki", "me")
    own = tmp_path / "pki/me"
    tls = f",ca={own}/ca.pem,cert={own}/cert.pem,key={own}/key.pem"
    docker("context", "create", "here", "--docker", f"host={engine.url}")
    docker("context", "create", "far", "--docker", f"host=tcp://10.0.0.1:2376{tls}")
    assert context_names(env, tmp_path) == ("default", "far", "here")
    assert candidates({"context": "here"}, env, tmp_path) == [Endpoint(engine.url, "context here")]
    (far,) = candidates({"context": "far"}, env, tmp_path)
    assert far.tls and all(path and Path(path).read_text() for path in (far.tls.ca, far.tls.cert, far.tls.key))
    assert len(candidates({}, env, tmp_path)) == 10
    docker("context", "use", "far")
    assert candidates({}, env, tmp_path) == [far]


async def test_connecting_by_a_context(
    engine: TestEngine, own_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_context(own_environment, "here", {"Host": engine.url})
    async with connected(context="here") as client:
        assert [(each.origin, each.outcome) for each in client.attempts] == [("context here", "")]
    monkeypatch.setenv("DOCKER_CONTEXT", "here")
    async with connected() as client:
        assert (await client.info()).origin == "context here"
    monkeypatch.setenv("DOCKER_HOST", engine.url)
    async with connected() as client:
        assert (await client.info()).origin == "DOCKER_HOST"


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
