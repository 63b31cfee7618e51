"""How the program ends, and what it says where."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dockdash import __version__
from dockdash.cli.main import cli
from tests.cli.program import dockdash


def test_the_version_is_one_line() -> None:
    done = dockdash("--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"dockdash {__version__}\n", "")


def test_help_names_the_commands_and_completion() -> None:
    done = dockdash("--help")

    assert done.returncode == 0
    for word in ("ps", "doctor", "_DOCKDASH_COMPLETE", "--read-only", "--theme", "Usage: dockdash "):
        assert word in done.stdout


@pytest.mark.parametrize("command", ["ps", "doctor"])
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(cli, [command, "--help"])

    assert result.exit_code == 0
    assert "--host" in result.stdout
    assert "--json" in result.stdout


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(cli, ["no-such-command"])

    assert result.exit_code == 2
    assert "no-such-command" in result.stderr


def test_an_error_is_a_line_and_a_hint_on_stderr() -> None:
    done = dockdash("ps", "-H", "unix:///nowhere/\x1b]0;x\x07.sock")

    assert done.returncode == 3
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines[0].startswith("dockdash: connect to unix:///nowhere/")
    assert all(line.startswith("  ") for line in lines[1:])
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr


def test_completion_knows_commands_and_options() -> None:
    done = dockdash(_DOCKDASH_COMPLETE="bash_complete", COMP_WORDS="dockdash d", COMP_CWORD="1")
    assert "doctor" in done.stdout

    done = dockdash(_DOCKDASH_COMPLETE="bash_complete", COMP_WORDS="dockdash --theme da", COMP_CWORD="2")
    assert "dark" in done.stdout


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "dockdash", "ps", "--demo", "--demo-containers", "5000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()

    assert process.wait(60) == 141
    assert said == b""


def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "dockdash", "ps", "--demo"], stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 1
    assert done.stderr.startswith(b"dockdash: cannot write the output")
    assert b"Traceback" not in done.stderr


def test_ctrl_c_ends_quietly(tmp_path: Path) -> None:
    """An engine that accepts and never answers: the interrupt comes while the program certainly waits for it."""
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        process = subprocess.Popen(
            [sys.executable, "-m", "dockdash", "ps", "-H", f"unix://{path}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        listener.settimeout(30)
        connection, _ = listener.accept()
        connection.recv(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        connection.close()

    assert process.returncode == 130
    assert (out, err) == (b"", b"")


def test_a_locale_without_utf8_gets_question_marks() -> None:
    done = dockdash("ps", "--demo", "-a", PYTHONIOENCODING="ascii")

    assert done.returncode == 0
    assert done.stdout.isascii()
