"""The program leaves the terminal as it found it, and writes nothing while nothing happens."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from tests.e2e.conftest import TerminalFactory
from tests.e2e.dashboard import in_row, open_dashboard, row, say, select
from tests.e2e.terminal import Terminal
from tests.support.engine import ContainerFactory, TestEngine
from tests.support.wait import wait_until

QUIET_SECONDS = 5.0


def modes(output: bytes) -> dict[int, bool]:
    """Which private modes of the terminal were last set or reset, by number."""
    found: dict[int, bool] = {}
    for numbers, letter in re.findall(rb"\x1b\[\?([\d;]+)([hl])", output):
        found |= {int(number): letter == b"h" for number in numbers.split(b";")}
    return found


def wait_for_silence(terminal: Terminal, seconds: float = 1.5) -> int:
    """Waits until nothing was written for a while; how many bytes were written by then."""
    size, since = -1, time.monotonic()

    def is_quiet() -> bool:
        nonlocal size, since
        now = len(terminal.output())
        if now != size:
            size, since = now, time.monotonic()
        return time.monotonic() - since >= seconds

    wait_until(is_quiet, timeout=40, what="silence")
    return size


def test_quitting_leaves_the_terminal_clean(
    engine: TestEngine, terminals: TerminalFactory, containers: ContainerFactory
) -> None:
    containers(engine, name="leave-main")
    terminal = terminals((120, 40))
    terminal.run("stty -a > before; echo $?")
    terminal.wait_for("0\n")
    begin = len(terminal.output())
    open_dashboard(terminal, engine)
    assert terminal.ask("alternate_on") == "1"
    assert terminal.ask("mouse_any_flag") == "1"
    terminal.keys("/")  # a field with a cursor
    terminal.wait_for("enter Keep")
    terminal.keys("Escape")
    terminal.wait_for("x Actions")
    terminal.keys("q")
    terminal.wait_for(lambda _: terminal.is_in_shell(), what="the shell")
    facts = {name: terminal.ask(name) for name in ("alternate_on", "cursor_flag", "mouse_any_flag", "keypad_flag")}
    assert facts == {"alternate_on": "0", "cursor_flag": "1", "mouse_any_flag": "0", "keypad_flag": "0"}
    written = terminal.output()[begin:]
    left = modes(written)
    assert left.pop(25), "the cursor is shown"
    assert {1049, 1000, 1003, 1006, 2004} <= left.keys()
    on = {number for number, is_on in left.items() if is_on} - {7}  # 7, to wrap lines, is on in a shell
    assert not on, f"modes still on: {on}"
    assert written.count(b"\x1b[<u") >= written.count(b"\x1b[>1u"), "the keyboard protocol is left"
    terminal.run("stty -a > after; cmp before after && echo the same")
    terminal.wait_for("\nthe same")
    assert "Traceback" not in terminal.screen()
    assert "Warning" not in terminal.screen()


@pytest.mark.parametrize("keys", [("C-q",), (":", "Q", "u", "i", "t")], ids=["ctrl-q", "palette"])
def test_other_ways_out(terminals: TerminalFactory, keys: tuple[str, ...]) -> None:
    terminal = terminals((120, 40))
    terminal.start("--demo")
    terminal.wait_for("shop-web-1")
    terminal.keys(keys[0])
    if len(keys) > 1:
        terminal.wait_for("Search")
        terminal.keys(*keys[1:])
        terminal.wait_for("Leaves; containers")
        terminal.keys("Enter")
    terminal.wait_for(lambda _: terminal.is_in_shell(), what="the shell")


def test_quitting_is_quick_with_streams_open(
    engine: TestEngine, terminals: TerminalFactory, containers: ContainerFactory
) -> None:
    names = [f"leave-{number}" for number in range(8)]
    for name in names:
        containers(engine, name=name, cmd=("sh", "-c", "while :; do echo a line; sleep 0.01; done"))
    terminal = open_dashboard(terminals((120, 40)), engine)
    terminal.wait_for(lambda screen: all(re.search(r"\d%", row(screen, name)) for name in names), what="figures of all")
    terminal.press("l", "a line")
    began = time.monotonic()
    terminal.keys("q")
    terminal.wait_for(lambda _: terminal.is_in_shell(), what="the shell")
    assert time.monotonic() - began < 2.0


def test_nothing_is_written_while_nothing_happens(
    throwaway_engine: Callable[..., TestEngine], terminals: TerminalFactory
) -> None:
    engine = throwaway_engine()  # one where no other test's container runs
    engine.run("idle-main")
    say(engine, "idle-main", "the last words\\n")
    engine.docker("stop", "idle-main")
    terminal = open_dashboard(terminals((120, 40)), engine)
    select(terminal, "idle-main")
    terminal.wait_for(lambda screen: in_row("idle-main", "exited")(screen) and "the last words" in screen)
    before = wait_for_silence(terminal)
    end = time.monotonic() + QUIET_SECONDS
    wait_until(lambda: time.monotonic() >= end, timeout=QUIET_SECONDS + 1)
    written = terminal.output()[before:]
    assert not written, f"{len(written)} bytes while nothing happened: {written[:200]!r}"
    terminal.press("?", "─ Keys ─")
