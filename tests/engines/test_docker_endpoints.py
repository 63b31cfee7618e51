"""Where engines are looked for: addresses, contexts, the environment, the usual sockets, TLS and ssh."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from dockdash.core.errors import UsageError
from dockdash.engines.docker.endpoints import Endpoint, Tls, candidates, check_url, context_names
from tests.engines.docker_engines import connected
from tests.engines.remote_engines import certificates, write_context
from tests.support.engine import TestEngine

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
