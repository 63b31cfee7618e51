"""The details of a real container, tab by tab."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import TerminalFactory
from tests.e2e.dashboard import home, open_dashboard, right, select
from tests.e2e.terminal import Terminal
from tests.support.engine import ContainerFactory, TestEngine

NAME, STOPPED = "tabs-main", "tabs-stopped"
SECRET = "hunter2-do-not-show"


@pytest.fixture(scope="module")
def program(engine: TestEngine, module_terminals: TerminalFactory, module_containers: ContainerFactory) -> Terminal:
    module_containers(
        engine,
        *("--env", f"DB_PASSWORD={SECRET}", "--env", "COLOUR=blue", "--memory", "64m", "--publish", "127.0.0.1::80"),
        *("--label", "team=core", "--cap-add", "SYS_ADMIN", "--volume", "tabs-data:/data"),
        name=NAME,
        cmd=("sh", "-c", "while :; do :; done & sleep 1000000"),
    )
    module_containers(engine, name=STOPPED)
    engine.docker("stop", STOPPED)
    return open_dashboard(module_terminals((120, 40)), engine)


@pytest.fixture
def dash(program: Terminal) -> Terminal:
    select(program, NAME)
    return program


def test_stats_draws_graphs_of_a_container_that_works(dash: Terminal) -> None:
    dash.keys("2")
    screen = dash.wait_for(lambda screen: re.search(r"CPU \d+\.\d%  peak", screen) and "█" in right(screen))
    for title in ("Memory", "Network", "Disk"):
        assert title in screen
    assert re.search(r"of 64\.0M", screen), "the container's own limit"


def test_env_masks_secrets_until_asked(dash: Terminal) -> None:
    dash.keys("3")
    screen = dash.wait_for("DB_PASSWORD")
    assert SECRET not in screen
    assert "••••••••" in screen
    assert re.search(r"COLOUR\s+blue", screen)
    assert SECRET.encode() not in dash.output()
    dash.keys("Tab")
    dash.wait_for("v Secrets")
    dash.press("v", SECRET)
    dash.press("v", lambda screen: SECRET not in screen)
    dash.keys("v")
    dash.wait_for(SECRET)
    select(dash, STOPPED)
    dash.wait_for(lambda screen: SECRET not in screen)
    select(dash, NAME)
    dash.wait_for(lambda screen: "••••••••" in screen and SECRET not in screen)


def test_config_shows_settings_and_posture(dash: Terminal) -> None:
    dash.keys("4")
    dash.wait_for("Container")
    dash.keys("Tab")
    seen = dash.wait_for("working directory")
    for _ in range(8):
        dash.keys("C-d")
        seen += dash.screen()
    dash.keys("G")
    seen += dash.wait_for("Security posture")
    for words in ("64.0M", "team", "tabs-data", "SYS_ADMIN"):
        assert words in seen, words
    assert SECRET not in seen


def test_top_shows_processes(dash: Terminal) -> None:
    dash.keys("t")
    screen = dash.wait_for(lambda screen: "PID" in screen and "sleep 1000000" in screen)
    assert "UID" in right(screen)
    select(dash, STOPPED)
    dash.wait_for(f"{STOPPED} does not run")


def test_inspect_is_json_that_folds_and_is_searched(dash: Terminal) -> None:
    dash.keys("i")
    dash.wait_for('"Id": "')
    dash.wait_for("/ Search")
    dash.keys("/")
    dash.wait_for("enter Keep")
    dash.type("restartpolicy")
    dash.wait_for(lambda screen: "1 line" in screen and '"RestartPolicy"' in screen)
    dash.keys("Enter")
    dash.wait_for(lambda screen: "enter Keep" not in screen)
    dash.wait_for("Fold")
    dash.press("z", '"HostConfig": {…')
    dash.press("z", lambda screen: '"HostConfig": {…' not in screen and '"Id": "' in screen)
    assert SECRET not in dash.screen()
    dash.keys("j", "j", "j", "j", "Enter")
    dash.wait_for('"Args": [… 2 items ]')


def test_brackets_turn_the_tabs(dash: Terminal) -> None:
    dash.press("1", f"{NAME} has written nothing yet")
    dash.press("]", "Memory")
    dash.press("]", "DB_PASSWORD")
    dash.press("[", "Memory")
    dash.press("[", f"{NAME} has written nothing yet")
    dash.press("[", '"Id": "')


def test_full_screen_and_back(dash: Terminal) -> None:
    dash.press("1", f"{NAME} has written nothing yet")
    dash.press("f", lambda screen: "written nothing" not in screen and "NAME" in screen)
    dash.press("f", "written nothing")
    dash.keys("l")
    dash.wait_for("F Follow")
    dash.press("f", lambda screen: "NAME" not in screen and "written nothing" in screen)
    dash.press("Escape", lambda screen: "NAME" in screen)


def test_the_log_is_saved_to_a_new_file(dash: Terminal, engine: TestEngine) -> None:
    engine.docker("exec", NAME, "sh", "-c", "echo to be saved > /proc/1/fd/1")
    dash.press("l", "to be saved")
    dash.wait_for("F Follow")
    dash.press("C-s", f"{NAME}-log.txt")
    dash.keys("Enter")
    dash.wait_for(f"saved {NAME}-log.txt")
    assert (dash.home / f"{NAME}-log.txt").read_text() == "to be saved\n"
    dash.press("C-s", "Save to")
    dash.keys("Enter")
    dash.wait_for("there is such a file already")
    home(dash)
