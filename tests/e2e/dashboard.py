"""Words for what a user does with the dashboard and sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.e2e.terminal import Terminal
from tests.support.engine import TestEngine
from tests.support.wait import wait_until


def open_dashboard(terminal: Terminal, engine: TestEngine, *arguments: str) -> Terminal:
    """Starts the program on an engine, and waits until it has listed the containers."""
    terminal.start("-H", engine.url, *arguments)
    terminal.wait_for(lambda screen: re.search(r"\d+ up  \d+ down", screen), what="a list of containers")
    return terminal


def say(engine: TestEngine, container: str, text: str, stream: int = 1) -> None:
    """Lets a container write text (with the escapes of printf) to its stdout or stderr."""
    engine.docker("exec", container, "sh", "-c", f"printf '%b' \"$0\" > /proc/1/fd/{stream}", text)


def left(line: str) -> str:
    """The part of a line that belongs to the list: before the details, and before a toast that covers the border."""
    return re.split("[│▌]", line, maxsplit=1)[0]


def row(screen: str, name: str) -> str:
    """The row of a container in the list, "" where it has none."""
    pattern = re.compile(rf"(?<!\S){re.escape(name)}(?!\S)")
    return next((left(line) for line in screen.splitlines()[1:] if pattern.search(left(line))), "")


def right(screen: str) -> str:
    """What the details show, where list and details stand side by side."""
    return "\n".join(line.split("│", 1)[1].rstrip() for line in screen.splitlines() if "│" in line)


def in_row(name: str, *words: str) -> Callable[[str], bool]:
    """Whether the row of a container holds words."""
    return lambda screen: bool(row(screen, name)) and all(word in row(screen, name) for word in words)


def home(terminal: Terminal) -> None:
    """Out of dialogs, searches, the details, marks and the filter, back to the whole list."""
    for _ in range(4):
        terminal.keys("Escape")

    def answers() -> bool:
        # where the program was busy, Escape and this came in one piece, and mean Alt and a question mark
        terminal.keys("?")
        try:
            terminal.wait_for("─ Keys ─", timeout=1.0)
        except AssertionError:
            return False
        return True

    wait_until(answers, timeout=20, what="an answer to a key")
    terminal.press("q", lambda screen: "╭" not in screen and "? Help" in screen and "x Actions" in screen)


def select(terminal: Terminal, name: str) -> None:
    """Puts the cursor on a container, by the filter, and takes the filter off again."""
    home(terminal)
    terminal.keys("/")
    terminal.wait_for("enter Keep")
    terminal.type(f"name={name}")
    # in the header, since a toast may cover the count
    terminal.wait_for(lambda screen: f"/name={name}"[:29] in screen.splitlines()[0] and row(screen, name))
    # G: below the row of its project, where it is in one
    terminal.keys("Enter")
    terminal.wait_for(lambda screen: "enter Keep" not in screen)
    terminal.keys("G", "Escape")
    terminal.wait_for(lambda screen: "/name=" not in screen.splitlines()[0])


def tab_line(screen: str) -> str:
    """The line with the names of the tabs."""
    return next((line for line in screen.splitlines() if "Logs" in line and "Inspect" in line and "Env" in line), "")


def state_of(engine: TestEngine, name: str, what: str = "State.Status") -> str:
    """A fact of a container from the engine itself."""
    return engine.docker("inspect", "--format", "{{." + what + "}}", name)


def exists(engine: TestEngine, name: str) -> bool:
    """Whether the engine has such a container."""
    return bool(engine.docker("ps", "--all", "--quiet", "--filter", f"name=^/{name}$"))


def until_state(engine: TestEngine, name: str, state: str) -> None:
    """Waits until the engine itself says that a container is in a state."""
    wait_until(lambda: state_of(engine, name) == state, what=f"{name} {state}")
