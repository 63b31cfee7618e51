"""What the program may not have imported yet, in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"textual", "rich", "pyperclip", "docker", "requests", "urllib3", "fastapi", "uvicorn", "IPython"}

_REPORT = """
import contextlib, io, json, sys
sys.argv = ["dockdash", *sys.argv[1:]]
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    import dockdash
    if sys.argv[1:]:
        from dockdash.__main__ import main
        main()
print(json.dumps(sorted(sys.modules)))
"""


def imported(*arguments: str) -> set[str]:
    """The modules that a fresh interpreter has after a command; without one, after ``import dockdash``."""
    done = subprocess.run(
        [sys.executable, "-c", _REPORT, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_the_package_itself_imports_nothing() -> None:
    modules = imported()

    assert {name for name in modules if name.startswith("dockdash")} == {"dockdash"}
    assert not HEAVY & modules


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["-H", "a", "-c", "b"], ["--demo"]])
def test_what_needs_no_engine_imports_none(arguments: list[str]) -> None:
    modules = imported(*arguments)

    assert "dockdash.cli.main" in modules
    assert not (HEAVY | {"asyncio", "importlib.metadata"}) & modules
    for package in ("control", "tui", "config", "engines.docker", "engines.demo"):
        assert f"dockdash.{package}" not in modules


def test_a_command_on_the_demo_imports_neither_docker_nor_the_dashboard() -> None:
    modules = imported("ps", "--demo")

    assert "dockdash.engines.demo.engine" in modules
    assert not HEAVY & modules


def test_a_command_on_an_engine_imports_no_dashboard() -> None:
    modules = imported("ps", "-H", "unix:///nowhere.sock")

    assert "docker" in modules
    assert not {"textual", "rich", "pyperclip", "dockdash.tui", "dockdash.engines.demo"} & modules
