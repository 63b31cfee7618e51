"""Keys that come in one piece, as over a slow line: none may reach what was there before the one ahead of it."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import TerminalFactory
from tests.e2e.dashboard import home, in_row, open_dashboard, row, select, state_of
from tests.e2e.terminal import Terminal
from tests.support.engine import ContainerFactory, TestEngine

NAME, OTHER = "ahead-srd", "ahead-other"


@pytest.fixture(scope="module")
def program(engine: TestEngine, module_terminals: TerminalFactory, module_containers: ContainerFactory) -> Terminal:
    for name in (NAME, OTHER):
        module_containers(engine, name=name)
    return open_dashboard(module_terminals((120, 40)), engine)


@pytest.fixture
def dash(program: Terminal) -> Terminal:
    home(program)
    program.wait_for(in_row(NAME, "up"))
    select(program, NAME)
    return program


def test_a_filter_typed_at_once_is_only_a_filter(
    program: Terminal, engine: TestEngine, terminals: TerminalFactory
) -> None:
    del program  # only its containers are wanted: the first prompt of a program takes longest
    dash = open_dashboard(terminals((120, 40)), engine)
    dash.wait_for(in_row(NAME, "up"))
    dash.keys("G")
    dash.wait_for(lambda screen: f"{NAME} has written nothing yet" in screen)
    started = state_of(engine, NAME, "State.StartedAt")
    dash.type("/srd")  # in the list: stop, restart, remove
    screen = dash.wait_for(lambda screen: "/srd" in screen.splitlines()[0] and not row(screen, OTHER))
    assert row(screen, NAME)
    dash.wait_for(lambda screen: "Remove" not in screen.replace("d Remove", ""))
    assert state_of(engine, NAME) == "running"
    assert state_of(engine, NAME, "State.StartedAt") == started


def test_a_name_typed_at_once_is_only_a_name(dash: Terminal, engine: TestEngine, containers: ContainerFactory) -> None:
    containers(engine, name="ahead-third")
    dash.wait_for(in_row("ahead-third", "up"))
    select(dash, "ahead-third")
    containers.track(engine, "ahead-thirdsp")
    dash.at_once("\x1bOQsp\r")  # F2 and a name; in the list: stop, pause
    dash.wait_for(in_row("ahead-thirdsp", "up"))
    assert state_of(engine, "ahead-thirdsp") == "running"


def test_an_answer_typed_at_once_is_an_answer(dash: Terminal, engine: TestEngine, containers: ContainerFactory) -> None:
    containers(engine, name="ahead-gone")
    dash.wait_for(in_row("ahead-gone", "up"))
    select(dash, "ahead-gone")
    dash.type("dfy")  # in the list: f is full screen, y copies
    dash.wait_for(lambda screen: not row(screen, "ahead-gone") and row(screen, NAME))


def test_a_kept_filter_and_a_verb_at_once(dash: Terminal, engine: TestEngine) -> None:
    dash.at_once(f"/{OTHER}\rp")
    dash.wait_for(in_row(OTHER, "paused"))
    assert state_of(engine, NAME) == "running"
    dash.press("p", in_row(OTHER, "up"))
