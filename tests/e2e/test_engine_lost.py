"""An engine that dies, freezes and comes back under the running program."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from tests.e2e.conftest import TerminalFactory
from tests.e2e.dashboard import in_row, open_dashboard, row, say, select
from tests.e2e.terminal import Terminal
from tests.support.engine import TestEngine

Throwaway = Callable[..., TestEngine]
NAME, OTHER = "lost-main", "lost-other"
SOON = 3.0
"""Seconds within which the user shall know: a second of silence, 0.8 for an answer, the rest for a busy machine."""


@pytest.fixture
def engine_to_lose(throwaway_engine: Throwaway) -> TestEngine:
    engine = throwaway_engine("--live-restore")
    for name in (NAME, OTHER):
        engine.run(name)
    return engine


@pytest.fixture
def dash(engine_to_lose: TestEngine, terminals: TerminalFactory) -> Terminal:
    dash = open_dashboard(terminals((120, 40)), engine_to_lose)
    select(dash, NAME)
    say(engine_to_lose, NAME, "before\\n")
    dash.wait_for("before")
    return dash


def header(word: str) -> Callable[[str], bool]:
    return lambda screen: word in screen.splitlines()[0]


def keys_answer(dash: Terminal) -> None:
    """The keyboard works whatever the engine does."""
    dash.press("?", "─ Keys ─", timeout=3)
    dash.press("Escape", lambda screen: "─ Keys ─" not in screen, timeout=3)


def test_an_engine_that_dies_and_comes_back(dash: Terminal, engine_to_lose: TestEngine) -> None:
    engine_to_lose.kill()
    dash.wait_for(header("offline"), timeout=SOON)
    keys_answer(dash)
    assert row(dash.screen(), OTHER), "the last list stays"
    dash.press("1", "before")
    dash.keys("s")  # an action fails in words
    dash.wait_for(lambda screen: re.search(r"engine|connect|socket", " ".join(screen.splitlines()[1:]).lower()))
    engine_to_lose.start()
    dash.wait_for(lambda screen: "offline" not in screen.splitlines()[0] and "●" in screen.splitlines()[0])
    engine_to_lose.docker("rm", "--force", OTHER)
    dash.wait_for(lambda screen: not row(screen, OTHER))
    engine_to_lose.docker("start", NAME, check=False)
    engine_to_lose.run("lost-fresh")
    dash.wait_for(in_row("lost-fresh", "up"))
    select(dash, "lost-fresh")
    say(engine_to_lose, "lost-fresh", "after\\n")
    dash.press("1", "after")


def test_an_engine_that_freezes_and_thaws(dash: Terminal, engine_to_lose: TestEngine) -> None:
    engine_to_lose.freeze()
    try:
        dash.wait_for(header("degraded"), timeout=SOON)
        keys_answer(dash)
        dash.press("6", "6 Inspect")
        keys_answer(dash)
    finally:
        engine_to_lose.thaw()
    dash.wait_for(lambda screen: "degraded" not in screen.splitlines()[0] and "●" in screen.splitlines()[0])
    dash.press("1", "before")
    say(engine_to_lose, NAME, "thawed\\n")
    dash.wait_for("thawed")


def test_quitting_while_the_engine_is_frozen_is_quick(dash: Terminal, engine_to_lose: TestEngine) -> None:
    engine_to_lose.freeze()
    try:
        dash.wait_for(header("degraded"), timeout=SOON)
        began = time.monotonic()
        dash.keys("q")
        dash.wait_for(lambda _: dash.is_in_shell(), what="the shell")
        assert time.monotonic() - began < SOON
    finally:
        engine_to_lose.thaw()
