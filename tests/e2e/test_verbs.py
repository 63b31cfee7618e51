"""What the keys do to real containers: the engine itself is asked whether it happened."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import TerminalFactory
from tests.e2e.dashboard import exists, home, in_row, open_dashboard, row, select, state_of, until_state
from tests.e2e.terminal import Terminal
from tests.support.engine import ContainerFactory, TestEngine
from tests.support.wait import wait_until

Subject = Callable[..., str]


@pytest.fixture(scope="module")
def program(engine: TestEngine, module_terminals: TerminalFactory) -> Terminal:
    return open_dashboard(module_terminals((120, 40)), engine)


@pytest.fixture
def dash(program: Terminal) -> Terminal:
    home(program)
    return program


@pytest.fixture
def subject(dash: Terminal, engine: TestEngine, containers: ContainerFactory) -> Subject:
    """Makes a container of that name and puts the cursor on it."""

    def make(name: str, *flags: str) -> str:
        containers(engine, *flags, name=name)
        dash.wait_for(in_row(name, "up"))
        select(dash, name)
        return name

    return make


def test_stop_then_start(dash: Terminal, engine: TestEngine, subject: Subject) -> None:
    name = subject("verb-stop")
    dash.press("s", in_row(name, "exited 143"))
    assert state_of(engine, name) == "exited"
    dash.wait_for(f"stopped: {name}")
    dash.press("S", in_row(name, "up"))
    assert state_of(engine, name) == "running"
    dash.wait_for(f"started: {name}")


def test_restart(dash: Terminal, engine: TestEngine, subject: Subject) -> None:
    name = subject("verb-restart")
    before = state_of(engine, name, "State.StartedAt")
    dash.press("r", f"restarted: {name}")
    assert state_of(engine, name, "State.StartedAt") != before
    dash.wait_for(in_row(name, "up"))


def test_pause_and_resume_are_one_key(dash: Terminal, engine: TestEngine, subject: Subject) -> None:
    name = subject("verb-pause")
    dash.press("p", in_row(name, "◫", "paused"))
    assert state_of(engine, name) == "paused"
    dash.press("p", in_row(name, "●", "up"))
    assert state_of(engine, name) == "running"


def test_kill_asks_for_the_signal(dash: Terminal, engine: TestEngine, subject: Subject) -> None:
    name = subject("verb-kill")
    dash.press("C-k", "Kill: which signal?")
    dash.press("Escape", lambda screen: "which signal" not in screen)
    assert state_of(engine, name) == "running"
    letter = re.search(r"(\S) +SIGKILL", dash.press("C-k", "SIGKILL"))
    assert letter
    dash.press(letter[1], in_row(name, "✗", "exited 137"))
    assert state_of(engine, name, "State.ExitCode") == "137"


def test_rename(dash: Terminal, engine: TestEngine, subject: Subject, containers: ContainerFactory) -> None:
    name = subject("verb-old")
    containers.track(engine, "verb-new")
    dash.press("F2", f"Rename {name}")
    dash.press("C-u", "a container needs a name")
    dash.type("bad name!")
    dash.wait_for("two or more of a-z")
    dash.keys("Enter")
    dash.wait_for("two or more of a-z")
    dash.press("C-u", "a container needs a name")
    dash.type("verb-new")
    dash.keys("Enter")
    dash.wait_for(lambda screen: row(screen, "verb-new") and not row(screen, name))
    assert exists(engine, "verb-new")
    assert not exists(engine, name)


def test_remove_asks_and_no_does_nothing(dash: Terminal, engine: TestEngine, subject: Subject) -> None:
    name = subject("verb-keep")
    engine.docker("stop", name)
    dash.wait_for(in_row(name, "exited"))
    for answer in ("n", "Escape", "Enter"):  # Enter is on the safe choice
        dash.press("d", f"Remove {name}?")
        dash.press(answer, lambda screen: f"Remove {name}?" not in screen)
    # what was not removed can still be started: a later fact shows that nothing was on its way
    dash.press("S", in_row(name, "up"))
    assert exists(engine, name)


def test_remove_removes(dash: Terminal, engine: TestEngine, subject: Subject) -> None:
    name = subject("verb-gone", "--volume", "/data")
    volume = _volume(engine, name)
    engine.docker("stop", name)
    dash.wait_for(in_row(name, "exited"))
    dash.press("d", f"docker rm {name}")
    dash.press("y", lambda screen: not row(screen, name))
    wait_until(lambda: not exists(engine, name), what=f"{name} gone")
    assert volume in _volumes(engine), "anonymous volumes stay unless asked for"
    engine.docker("volume", "rm", volume)


def test_remove_with_force_and_volumes(dash: Terminal, engine: TestEngine, subject: Subject) -> None:
    name = subject("verb-force", "--volume", "/data")
    volume = _volume(engine, name)
    dash.press("d", "1 still runs: only with force")
    dash.press("y", lambda screen: "running container" in screen)
    assert state_of(engine, name) == "running"
    select(dash, name)
    dash.press("d", f"Remove {name}?")
    dash.keys("f", "v", "y")
    dash.wait_for(lambda screen: not row(screen, name))
    wait_until(lambda: not exists(engine, name), what=f"{name} gone")
    wait_until(lambda: volume not in _volumes(engine), what="its volume gone")


def test_marked_containers_are_stopped_together_after_a_question(
    dash: Terminal, engine: TestEngine, containers: ContainerFactory
) -> None:
    names = ["verb-mark-a", "verb-mark-b", "verb-mark-c"]
    for name in names:
        containers(engine, name=name)
    for name in names:
        dash.wait_for(in_row(name, "up"))
    select(dash, names[0])
    dash.keys("Space")
    dash.wait_for(lambda screen: row(screen, names[0]).startswith("✔"))
    dash.keys("Space")  # a mark goes on to the next row
    dash.wait_for(lambda screen: row(screen, names[1]).startswith("✔"))
    dash.press("s", "Stop 2 containers?")
    assert f"{names[0]}, {names[1]}" in dash.screen()
    dash.press("n", lambda screen: "Stop 2 containers?" not in screen)
    dash.press("s", "Stop 2 containers?")
    dash.press("y", lambda screen: all(in_row(name, "exited")(screen) for name in names[:2]))
    until_state(engine, names[0], "exited")
    until_state(engine, names[1], "exited")
    assert state_of(engine, names[2]) == "running"
    assert "✔" not in dash.screen()


def test_bulk_acts_on_what_the_filter_shows(dash: Terminal, engine: TestEngine, containers: ContainerFactory) -> None:
    names = ["bulk-shown-a", "bulk-shown-b", "bulk-other"]
    for name in names:
        containers(engine, name=name)
        dash.wait_for(in_row(name, "up"))
    dash.keys("/")
    dash.type("bulk-shown")
    dash.wait_for(" 2 of ")
    dash.keys("Enter")
    dash.wait_for(lambda screen: "enter Keep" not in screen)
    dash.press("b", "all that the list shows")
    dash.press("a", "Do what with")
    dash.press("p", "Pause 2 containers?")
    dash.press("y", lambda screen: all(in_row(name, "paused")(screen) for name in names[:2]))
    assert state_of(engine, names[2]) == "running"


def test_the_menu_offers_what_fits_the_state(dash: Terminal, engine: TestEngine, subject: Subject) -> None:
    name = subject("verb-menu")
    dash.press("x", lambda screen: re.search(r"S +Start +it is running", screen))
    dash.press("s", in_row(name, "exited"))
    assert state_of(engine, name) == "exited"


def test_the_journal_tells_what_was_done_as_docker_commands(dash: Terminal, subject: Subject) -> None:
    name = subject("verb-journal")
    dash.press("s", in_row(name, "exited"))
    dash.wait_for(f"stopped: {name}")
    dash.press("J", f"✓ docker stop {name}")


def test_a_name_is_copied_to_tmux(dash: Terminal, subject: Subject) -> None:
    name = subject("verb-copy")
    dash.press("y", "docker run command")
    dash.press("n", "copied (tmux)")
    assert dash.tmux("show-buffer") == name


def test_what_fails_is_told_in_the_engines_words(
    dash: Terminal, engine: TestEngine, subject: Subject, containers: ContainerFactory
) -> None:
    containers(engine, name="verb-taken")
    subject("verb-clash")
    dash.press("F2", "Rename verb-clash")
    dash.press("C-u", "a container needs a name")
    dash.type("verb-taken")
    dash.keys("Enter")
    dash.wait_for(lambda screen: "already in use" in " ".join(screen.split()))
    assert exists(engine, "verb-clash")


def test_read_only_refuses(engine: TestEngine, terminals: TerminalFactory, containers: ContainerFactory) -> None:
    containers(engine, name="verb-safe")
    dash = open_dashboard(terminals((120, 40)), engine, "--read-only")
    assert "read-only" in dash.screen().splitlines()[0]
    select(dash, "verb-safe")
    for key in ("s", "d", "C-k", "r", "p", "F2"):
        dash.press(key, "read-only")
        screen = dash.wait_for(lambda screen: "--read-only" in screen, what=f"a refusal after {key}")
        assert "╭" not in screen
        home(dash)
    assert state_of(engine, "verb-safe") == "running"


def _volume(engine: TestEngine, name: str) -> str:
    return engine.docker("inspect", "--format", "{{range .Mounts}}{{.Name}}{{end}}", name)


def _volumes(engine: TestEngine) -> list[str]:
    return engine.docker("volume", "ls", "--quiet").splitlines()
