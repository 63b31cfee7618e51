"""``dockdash doctor``: what it finds, and how it ends."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from dockdash.config.surroundings import clipboard_way as clipboard
from dockdash.engines.docker.survey import survey
from dockdash.engines.registry import Backend
from tests.cli.program import dockdash
from tests.support.engine import TestEngine


def _doctor(*arguments: str, **env: str) -> dict[str, Any]:
    done = dockdash("doctor", "--json", *arguments, **env)
    assert done.stderr == ""
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["exit_code"] == done.returncode
    return told


def _context(home: Path, name: str, host: str) -> None:
    folder = home / ".docker/contexts/meta" / hashlib.sha256(name.encode()).hexdigest()
    folder.mkdir(parents=True)
    meta = {"Name": name, "Endpoints": {"docker": {"Host": host}}}
    (folder / "meta.json").write_text(json.dumps(meta))


def test_an_engine_that_answers(engine: TestEngine) -> None:
    told = _doctor("-H", engine.url)

    assert told["exit_code"] == 0
    assert told["engine"]["reachable"]
    assert told["engine"]["product"] == "Docker"
    assert told["engine"]["version"] == engine.docker("version", "--format", "{{.Server.Version}}")
    assert told["engine"]["candidates"][0] == {
        "origin": "-H",
        "address": engine.url,
        "exists": True,
        "reachable": True,
        "reason": "",
        "hint": "",
    }


def test_every_usual_socket_is_tried_not_only_the_first(engine: TestEngine, own_environment: Path) -> None:
    run = own_environment / ".run"
    (own_environment / ".docker/run").mkdir(parents=True)
    (run / "docker.sock").symlink_to(engine.socket)
    (own_environment / ".docker/run/docker.sock").touch()
    (run / "podman").mkdir()
    (run / "podman/podman.sock").symlink_to(engine.socket)

    found = {one["address"]: one for one in _doctor()["engine"]["candidates"]}
    assert found[f"unix://{run}/docker.sock"]["reachable"]
    assert found[f"unix://{run}/podman/podman.sock"]["reachable"]
    dead = found[f"unix://{own_environment}/.docker/run/docker.sock"]
    assert dead["exists"]
    assert not dead["reachable"]
    assert dead["reason"]

    text = dockdash("doctor").stdout
    assert "of the 10 usual sockets" in text
    assert ".colima" not in text


def test_without_an_engine() -> None:
    told = _doctor("-H", "unix:///nowhere.sock")

    assert told["exit_code"] == 3
    assert not told["engine"]["reachable"]
    assert told["engine"]["candidates"][0]["reason"] == "there is no such socket"
    assert "there is no such socket" in dockdash("doctor", "-H", "unix:///nowhere.sock").stdout


@pytest.mark.parametrize(
    ("variable", "value"), [("DOCKER_HOST", "foo://x"), ("DOCKER_CONTEXT", "no-such"), ("DOCKER_HOST", "tcp://h:x")]
)
def test_an_environment_that_makes_no_sense_is_reported(variable: str, value: str) -> None:
    told = _doctor(**{variable: value})

    assert told["exit_code"] == 3
    assert variable in told["engine"]["problem"] or value in told["engine"]["problem"]
    assert told["docker"]["environment"] == {variable: value}
    assert told["engine"]["problem"] in dockdash("doctor", **{variable: value}).stdout


def test_contexts_are_found_and_the_current_one_is_used(engine: TestEngine, own_environment: Path) -> None:
    _context(own_environment, "here", engine.url)
    _context(own_environment, "there", "unix:///there.sock")
    (own_environment / ".docker/config.json").write_text('{"currentContext": "here"}')

    told = _doctor()
    assert told["docker"]["contexts"] == ["default", "here", "there"]
    assert told["docker"]["current"] == "here"
    assert told["engine"]["origin"] == "context here"
    assert _doctor(DOCKER_CONTEXT="there")["docker"]["current"] == "there"
    assert _doctor(DOCKER_HOST=engine.url)["docker"]["current"] == "default"
    assert "here (current)" in dockdash("doctor").stdout


def test_a_damaged_docker_configuration_is_reported(own_environment: Path) -> None:
    (own_environment / ".docker").mkdir()
    (own_environment / ".docker/config.json").write_text("{")

    assert "config.json" in _doctor()["engine"]["problem"]


def test_configuration_problems_have_a_place(own_environment: Path) -> None:
    folder = own_environment / ".config/dockdash"
    (folder / "themes").mkdir(parents=True)
    (folder / "config.toml").write_text('wrap = true\ntheem = "dark"\n')
    (folder / "themes/mine.toml").write_text("[colours]\nprimary = 1\n")

    told = _doctor("--demo")
    assert told["exit_code"] == 2
    places = [problem["place"] for problem in told["configuration"]["problems"]]
    assert f"{folder}/config.toml:2" in places
    assert f"{folder}/themes/mine.toml" in places
    assert told["configuration"]["files"][0] == {
        "what": "settings",
        "path": f"{folder}/config.toml",
        "exists": True,
    }
    assert _doctor("-H", "unix:///nowhere")["exit_code"] == 3


def test_a_theme_that_does_not_exist_is_a_problem(own_environment: Path) -> None:
    (own_environment / ".config/dockdash").mkdir(parents=True)
    (own_environment / ".config/dockdash/config.toml").write_text('theme = "darc"\n')

    (problem,) = _doctor("--demo")["configuration"]["problems"]
    assert "did you mean 'dark'" in problem["message"]


def test_secrets_and_controls_are_not_shown() -> None:
    env = {
        "DOCKER_AUTH_CONFIG": '{"auths": {"x": {"auth": "aHVudGVyMg=="}}}',
        "DOCKER_HOST": "tcp://me:hunter2@127.0.0.1:1",
        "DOCKER_ODD": "a\x1b[2Jb",
    }
    for arguments in (("doctor",), ("doctor", "--json")):
        done = dockdash(*arguments, **env)
        assert "hunter2" not in done.stdout
        assert "aHVudGVyMg" not in done.stdout
        assert "\x1b" not in done.stdout


def test_the_demo_needs_nothing() -> None:
    told = _doctor("--demo")

    assert told["exit_code"] == 0
    assert told["engine"]["product"] == "Demo"
    assert told["docker"]["contexts"] == []


def test_the_terminal() -> None:
    terminal = _doctor("--demo", TERM="xterm-kitty", COLORTERM="truecolor", NO_COLOR="1", TMUX="/tmp/x,1,0")["terminal"]

    assert terminal["term"] == "xterm-kitty"
    assert terminal["colorterm"] == "truecolor"
    assert terminal["no_color"]
    assert terminal["tmux"]
    assert not terminal["stdin"]
    assert not _doctor("--demo", LC_ALL="C", PYTHONCOERCECLOCALE="0")["terminal"]["utf8"]


def test_the_way_to_the_clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert clipboard({"TMUX": "x", "DISPLAY": ":0"}) == "OSC 52"
    for name in ("tmux", "xclip"):
        (tmp_path / name).touch(0o755)

    assert clipboard({"TMUX": "x", "DISPLAY": ":0"}) == "tmux"
    assert clipboard({"DISPLAY": ":0"}) == "xclip"
    assert clipboard({"DISPLAY": ":0", "SSH_CONNECTION": "x"}) == "OSC 52"
    assert clipboard({}) == "OSC 52"


def test_a_survey_connects_to_nothing(tmp_path: Path) -> None:
    found = survey(Backend(), {}, tmp_path)

    assert len(found.candidates) == 10
    assert found.problem is None
    assert {one.backend.options["host"] for one in found.candidates} == {one.address for one in found.candidates}
    only = survey(Backend("docker", {"host": "unix:///x"}), {}, tmp_path)
    assert [one.exists for one in only.candidates] == [False]
