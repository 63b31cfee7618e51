"""``dockdash ps`` on a real engine."""

from __future__ import annotations

import json
import os
import pty
import struct
import subprocess
import sys
from fcntl import ioctl
from termios import TIOCSWINSZ
from typing import Any

from dockdash.cli.table import width
from tests.cli.program import dockdash
from tests.support.engine import ContainerFactory, TestEngine

KEYS = {
    "id",
    "name",
    "image",
    "state",
    "status",
    "health",
    "exit_code",
    "created",
    "ports",
    "labels",
    "networks",
    "project",
    "service",
}


def _json(*arguments: str) -> list[dict[str, Any]]:
    done = dockdash("ps", "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_running_ones_or_all(engine: TestEngine, containers: ContainerFactory) -> None:
    up = containers(engine, "--label", "cli=one", name="cli-up")
    over = containers(engine, "--label", "cli=one", name="cli-over", cmd=("sh", "-c", "exit 7"))
    engine.docker("wait", "cli-over")

    done = dockdash("-H", engine.url, "ps", "-q", "-f", "label=cli=one")
    assert done.stdout.split() == [up]
    done = dockdash("ps", "-H", engine.url, "-a", "-q", "-f", "label=cli=one")
    assert done.stdout.split() == [over, up]

    done = dockdash("ps", "-a", "-f", "label=cli=one", DOCKER_HOST=engine.url)
    head, first, second = done.stdout.splitlines()
    assert head.split() == ["NAME", "IMAGE", "STATUS", "PORTS", "PROJECT"]
    assert first.split()[:4] == ["cli-over", "busybox", "exited", "7"]
    assert second.split()[:3] == ["cli-up", "busybox", "up"]


def test_json_has_the_documented_keys(engine: TestEngine, containers: ContainerFactory) -> None:
    flags = ("--label", "com.docker.compose.project=shop", "--label", "com.docker.compose.service=web")
    made = containers(engine, *flags, "--expose", "9000", name="cli-json")

    (found,) = _json("-H", engine.url, "-f", "name=cli-json")
    assert set(found) == KEYS
    assert (found["id"], found["name"], found["image"]) == (made, "cli-json", "busybox")
    assert (found["state"], found["health"], found["exit_code"]) == ("running", "none", None)
    assert (found["project"], found["service"]) == ("shop", "web")
    assert found["ports"] == [{"private": 9000, "public": None, "protocol": "tcp", "address": ""}]
    assert found["created"].endswith("Z")
    assert [network["name"] for network in found["networks"]] == ["bridge"]


def test_a_hostile_label_breaks_no_line(engine: TestEngine, containers: ContainerFactory) -> None:
    evil = "com.docker.compose.project=a\nb\x1b[2J\x1b]52;c;eA==\x07\u202e"
    containers(engine, "--label", evil, name="cli-evil")

    done = dockdash("ps", "-H", engine.url, "-f", "name=cli-evil")
    assert len(done.stdout.splitlines()) == 2
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_an_empty_table_says_what_is_hidden(engine: TestEngine, containers: ContainerFactory) -> None:
    containers(engine, name="cli-stopped", cmd=("true",))
    engine.docker("wait", "cli-stopped")

    done = dockdash("ps", "-H", engine.url, "-f", "name=cli-stopped")
    assert done.stdout.split() == ["NAME", "IMAGE", "STATUS", "PORTS", "PROJECT"]
    assert "-a" in done.stderr
    assert _json("-H", engine.url, "-f", "name=cli-stopped") == []


def test_a_filter_that_makes_no_sense_is_a_usage_error() -> None:
    done = dockdash("ps", "--demo", "-f", "/(/")

    assert done.returncode == 2
    assert done.stderr.startswith("dockdash: /(/: ")


def test_json_and_quiet_exclude_each_other() -> None:
    done = dockdash("ps", "--demo", "--json", "-q")

    assert done.returncode == 2
    assert "--json" in done.stderr
    assert "--quiet" in done.stderr


def test_a_terminal_gets_lines_that_fit_and_a_pipe_the_whole() -> None:
    leader, follower = pty.openpty()
    ioctl(follower, TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    env = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
    process = subprocess.Popen([sys.executable, "-m", "dockdash", "ps", "--demo"], stdout=follower, env=env)
    os.close(follower)
    shown = b""
    try:
        while piece := os.read(leader, 1 << 16):
            shown += piece
    except OSError:
        pass  # how Linux says that nobody writes any more
    os.close(leader)

    assert process.wait(60) == 0
    lines = shown.decode().splitlines()
    assert max(map(width, lines)) == 40
    assert any(line.endswith("…") for line in lines)
    assert "…" not in dockdash("ps", "--demo").stdout
