"""The list and the log of real containers, in a real terminal."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import TerminalFactory
from tests.e2e.dashboard import home, in_row, open_dashboard, right, row, say, select, tab_line
from tests.e2e.terminal import Terminal
from tests.support.engine import ContainerFactory, TestEngine

TALKER, QUIET, DONE, SHOP = "e2e-talker", "e2e-quiet", "e2e-done", "e2e-shop-web"


@pytest.fixture(scope="module")
def fleet(engine: TestEngine, module_containers: ContainerFactory) -> TestEngine:
    module_containers(engine, name=TALKER)
    module_containers(engine, name=QUIET)
    module_containers(engine, "--label", "com.docker.compose.project=e2eshop", name=SHOP)
    module_containers(engine, name=DONE, cmd=("sh", "-c", "echo only words; exit 3"))
    engine.docker("wait", DONE)
    return engine


@pytest.fixture(scope="module")
def program(fleet: TestEngine, module_terminals: TerminalFactory) -> Terminal:
    return open_dashboard(module_terminals((120, 40)), fleet)


@pytest.fixture
def dash(program: Terminal) -> Terminal:
    home(program)
    return program


def test_the_list_shows_what_docker_ps_shows(dash: Terminal, fleet: TestEngine) -> None:
    screen = dash.wait_for(in_row(DONE, "exited 3"))
    listed = fleet.docker("ps", "--all", "--format", "{{.Names}} {{.State}}").splitlines()
    assert {f"{name} running" for name in (TALKER, QUIET, SHOP)} | {f"{DONE} exited"} <= set(listed)
    for name, state in (line.split() for line in listed):
        shown = row(screen, name)
        assert shown, f"{name} is not in the list"
        assert (" up " in shown) == (state == "running"), shown
    up = sum(line.endswith(" running") for line in listed)
    assert f"{up} up  {len(listed) - up} down" in screen.splitlines()[0]
    assert "Docker" in screen.splitlines()[0]
    assert "▾ e2eshop  1/1 up" in screen


def test_a_state_is_told_by_its_shape_too(dash: Terminal) -> None:
    screen = dash.screen()
    assert row(screen, TALKER).startswith("●")
    assert row(screen, DONE).startswith("✗")


def test_figures_come_for_what_runs_only(dash: Terminal) -> None:
    dash.wait_for(lambda screen: re.search(r"\d\.\d%\s+[\d.]+[KM]", row(screen, TALKER)), what="CPU and memory")
    assert re.search(r"–\s+–\s*$", row(dash.screen(), DONE))


def test_log_lines_appear_as_they_are_written(dash: Terminal, fleet: TestEngine) -> None:
    select(dash, TALKER)
    dash.keys("1")
    dash.wait_for("following")
    for number in range(1, 4):
        say(fleet, TALKER, f"line number {number}\\n")
        dash.wait_for(f"line number {number}")
    logged = [line for line in fleet.docker("logs", TALKER).splitlines() if line.startswith("line number")]
    shown = [line.strip() for line in right(dash.screen()).splitlines() if "line number" in line]
    assert shown == logged == ["line number 1", "line number 2", "line number 3"]


def test_stderr_is_marked_and_stdout_is_not(dash: Terminal, fleet: TestEngine) -> None:
    select(dash, TALKER)
    dash.keys("1")
    say(fleet, TALKER, "to standard error\\n", stream=2)
    say(fleet, TALKER, "to standard output\\n")
    screen = right(dash.wait_for(lambda screen: "standard error" in screen and "standard output" in screen))
    assert "▌ to standard error" in screen
    assert "  to standard output" in screen
    assert "▌ to standard output" not in screen


def test_colours_of_a_log_are_kept_and_its_cursor_movements_are_not(dash: Terminal, fleet: TestEngine) -> None:
    select(dash, TALKER)
    dash.keys("1")
    say(fleet, TALKER, "\\033[32mgreen\\033[0m and \\033[5;1Hmoved\\n")
    dash.wait_for("green and moved")
    coloured = next(line for line in dash.tmux("capture-pane", "-p", "-e").splitlines() if "moved" in line)
    colours = re.search(r"\x1b\[38;2;([\d;]+)mgreen\x1b\[38;2;([\d;]+)m and moved", coloured)
    assert colours, coloured
    assert colours[1] != colours[2]


def test_a_container_that_has_ended_shows_what_it_wrote(dash: Terminal) -> None:
    select(dash, DONE)
    dash.keys("1")
    dash.wait_for(lambda screen: "only words" in right(screen) and "ended" in tab_line(screen))


def test_a_container_that_wrote_nothing_says_so(dash: Terminal) -> None:
    select(dash, QUIET)
    dash.keys("1")
    dash.wait_for(f"{QUIET} has written nothing yet")


def test_log_search_wrap_and_times(dash: Terminal, fleet: TestEngine) -> None:
    select(dash, TALKER)
    say(fleet, TALKER, "needle one\\nhay\\nNeedle two\\n")
    dash.press("l", lambda screen: "Needle two" in screen and "F Follow" in screen)
    dash.keys("/")
    dash.type("needle")
    dash.wait_for(" 2 lines")
    dash.keys("Enter")
    dash.wait_for(lambda screen: "/needle" in tab_line(screen))
    dash.press("t", lambda screen: re.search(r"\d\d:\d\d:\d\d\.\d{3} needle one", screen))
    dash.press("t", lambda screen: not re.search(r"\d\d:\d\d:\d\d\.\d{3} needle", screen))


def test_the_filter_narrows_the_list_and_escape_gives_all_back(dash: Terminal) -> None:
    dash.keys("/")
    dash.type("quiet")
    screen = dash.wait_for(lambda screen: row(screen, QUIET) and not row(screen, TALKER))
    assert " 1 of " in screen.splitlines()[-2] + screen.splitlines()[-1]
    dash.press("Escape", lambda screen: row(screen, TALKER) and row(screen, QUIET))


def test_the_filter_stays_with_enter_and_goes_with_escape(dash: Terminal) -> None:
    dash.keys("/")
    dash.type("label=com.docker.compose.project=e2eshop")
    dash.keys("Enter")
    dash.wait_for(lambda screen: row(screen, SHOP) and not row(screen, TALKER) and "x Actions" in screen)
    dash.press("Escape", in_row(TALKER, "up"))


def test_a_filter_that_makes_no_sense_says_so(dash: Terminal) -> None:
    dash.keys("/")
    dash.type("/quiet(/")
    dash.wait_for(lambda screen: "enter Keep" in screen and "unterminated" in screen)
    home(dash)


def test_stopped_containers_can_be_hidden(dash: Terminal) -> None:
    dash.press("E", lambda screen: not row(screen, DONE) and row(screen, QUIET) and "stopped hidden" in screen)
    dash.press("E", in_row(DONE, "exited 3"))


def test_a_new_container_appears_and_a_removed_one_goes(
    dash: Terminal, fleet: TestEngine, containers: ContainerFactory
) -> None:
    containers(fleet, name="e2e-fresh")
    dash.wait_for(in_row("e2e-fresh", "up"))
    select(dash, "e2e-fresh")
    dash.keys("1")
    say(fleet, "e2e-fresh", "last words\\n")
    dash.wait_for("last words")
    fleet.docker("rm", "--force", "e2e-fresh")  # while its log and its figures are followed
    dash.wait_for(lambda screen: not row(screen, "e2e-fresh"))
    dash.wait_for(lambda screen: "last words" not in screen)
    select(dash, TALKER)


def test_the_help_lists_the_keys(dash: Terminal) -> None:
    screen = dash.press("?", lambda screen: re.search(r"S +Starts the container, or the marked ones\.", screen))
    assert "Everywhere" not in screen, "the list is longer than the screen: it scrolls"
    dash.press("G", "status=run")
    for _ in range(2):
        dash.keys("PPage")
    dash.wait_for("Everywhere")
    dash.press("q", lambda screen: "─ Keys ─" not in screen)
    assert row(dash.screen(), TALKER), "q closed the help, not the program"


def test_the_palette_goes_to_a_container(dash: Terminal) -> None:
    select(dash, DONE)
    dash.press("1", "only words")
    dash.keys(":")
    dash.wait_for("Search")
    dash.type(QUIET)
    dash.wait_for(lambda screen: screen.count(QUIET) >= 2)
    dash.keys("Enter")
    dash.wait_for(f"{QUIET} has written nothing yet")


def test_the_palette_does_an_action(dash: Terminal) -> None:
    dash.keys("C-p")
    dash.wait_for("Search")
    dash.type("journal")
    dash.wait_for("Shows what was done")
    dash.keys("Enter")
    dash.wait_for("Journal: what was done here")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_another_size(fleet: TestEngine, terminals: TerminalFactory, size: tuple[int, int]) -> None:
    dash = open_dashboard(terminals(size), fleet)
    screen = dash.wait_for(lambda screen: re.search(rf"{DONE}\s.*exited 3", screen) and tab_line(screen))
    lines = screen.splitlines()
    assert len(lines) == size[1]
    assert max(map(len, lines)) <= size[0]
    if size[0] == 200:
        dash.press("C-w", lambda screen: "IMAGE" in screen and re.search(rf"{QUIET}\s+busybox", screen))
    dash.keys("G")
    for columns, height in ((100, 30), (60, 14), (30, 8), (140, 45), size):
        dash.resize(columns, height)
        dash.wait_for(lambda screen: row(screen, QUIET), what=f"the row of the cursor in {columns}x{height}")
    dash.keys("q")
    dash.wait_for(lambda _: dash.is_in_shell(), what="the shell")
