"""No engine at all: what was tried, what can be done, and the demo."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import TerminalFactory
from tests.e2e.terminal import Terminal


@pytest.fixture
def dash(terminals: TerminalFactory) -> Terminal:
    return terminals((120, 40))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_it_says_what_was_tried_and_goes_on_with_the_demo(terminals: TerminalFactory, size: tuple[int, int]) -> None:
    dash = terminals(size)
    dash.start(env={"DOCKER_HOST": "unix:///nowhere/docker.sock"})
    screen = dash.wait_for("No container engine")
    assert "DOCKER_HOST" in screen
    assert "/nowhere/docker.sock" in screen
    for words in ("try again", "another host, or the demo", "quit"):
        assert words in screen
    dash.press("B", "the demo")
    dash.press("d", lambda screen: "● demo" in screen.splitlines()[0] and "shop-api-1" in screen)
    dash.keys("q")
    dash.wait_for(lambda _: dash.is_in_shell(), what="the shell")


def test_a_wrong_address_is_told(dash: Terminal) -> None:
    dash.start("-H", "gopher://example")
    screen = dash.wait_for(lambda screen: "gopher" in screen.replace("dockdash -H", "") and "No container" in screen)
    assert re.search(r"unix://|tcp://|ssh://", screen), "what an address looks like"


def test_nobody_listens_at_the_address(dash: Terminal) -> None:
    dash.start("-H", "tcp://127.0.0.1:1")
    screen = dash.wait_for("No container engine")
    assert "127.0.0.1:1" in screen
    assert "refused" in screen.lower()
    dash.press("?", "─ Keys ─")
    dash.press("Escape", "No container engine")


def test_the_demo_needs_no_engine(dash: Terminal) -> None:
    dash.start("--demo", env={"DOCKER_HOST": "unix:///nowhere/docker.sock"})
    dash.wait_for(lambda screen: "● demo" in screen and "shop-web-1" in screen)
    dash.wait_for(lambda screen: re.search(r"shop-web-1 .* \d+\.\d%", screen), what="figures")
    dash.keys("j")
    dash.press("3", "1 Logs")
    dash.press("s", "stopped: ")


def test_a_theme_that_does_not_exist_is_an_error_before_anything_is_drawn(dash: Terminal) -> None:
    dash.start("--demo", "--theme", "nosuchtheme")
    dash.wait_for(lambda screen: "there is no theme 'nosuchtheme'" in screen and "dark" in screen)
    assert b"\x1b[?1049h" not in dash.output()
