"""Which engine is meant, wherever the options stand."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from dockdash.cli.main import cli
from dockdash.cli.options import Choice
from dockdash.engines.registry import Backend
from tests.cli.program import dockdash


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["-H", "a", "-c", "b"], ("-H/--host", "-c/--context")),
        (["--demo", "-H", "a"], ("--demo", "-H/--host")),
        (["--demo", "--context", "a"], ("--demo", "-c/--context")),
        (["--demo-containers", "3", "-c", "b"], ("--demo", "-c/--context")),
        (["-H", "a", "ps", "-c", "b"], ("-H/--host", "-c/--context")),
        (["ps", "--demo", "-H", "a"], ("--demo", "-H/--host")),
        (["--demo", "doctor", "-H", "a"], ("--demo", "-H/--host")),
    ],
)
def test_options_that_exclude_each_other_are_named(arguments: list[str], names: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, arguments)

    assert result.exit_code == 2
    assert all(name in result.stderr for name in names)
    assert result.stdout == ""


@pytest.mark.parametrize("arguments", [["-H", "", "ps"], ["ps", "-c", " "]])
def test_an_empty_name_leads_to_no_other_engine(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, arguments)

    assert result.exit_code == 2
    assert "is empty" in result.stderr


@pytest.mark.parametrize("arguments", [["--demo", "ps"], ["ps", "--demo"], ["--demo", "ps", "--demo"]])
def test_an_engine_option_is_good_before_and_after_the_command(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, [*arguments, "-q"])

    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 5


def test_the_later_option_wins() -> None:
    done = dockdash("-H", "unix:///first", "ps", "-H", "unix:///second")

    assert done.returncode == 3
    assert "/second" in done.stderr
    assert "/first" not in done.stderr


@pytest.mark.parametrize(
    ("choice", "backend"),
    [
        (Choice(), Backend("docker", {})),
        (Choice(host="unix:///x"), Backend("docker", {"host": "unix:///x"})),
        (Choice(context="prod"), Backend("docker", {"context": "prod"})),
        (Choice(demo=True), Backend("demo", {})),
        (Choice(demo_containers=7), Backend("demo", {"containers": "7"})),
    ],
)
def test_what_is_chosen_is_opened(choice: Choice, backend: Backend) -> None:
    assert choice.backend() == backend


def test_hidden_options_are_hidden() -> None:
    result = CliRunner().invoke(cli, ["--help"])

    assert "--demo " in result.stdout
    assert "--demo-containers" not in result.stdout


def test_without_a_terminal_the_dashboard_says_what_else_there_is() -> None:
    done = dockdash("--demo")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("dockdash: the dashboard needs a terminal")
    assert "dockdash ps" in done.stderr


def test_an_unknown_theme_is_told_before_the_screen_changes() -> None:
    result = CliRunner().invoke(cli, ["--demo", "--theme", "no-such"])

    assert result.exit_code == 2
    assert "no-such" in result.stderr
    assert "dark" in result.stderr
