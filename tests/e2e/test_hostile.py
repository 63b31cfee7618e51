"""A container that means harm: nothing of what it says may act on the user's terminal, or end the program."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import TerminalFactory
from tests.e2e.dashboard import home, open_dashboard, row, select
from tests.e2e.terminal import Terminal
from tests.support.engine import ContainerFactory, TestEngine

NAME = "hostile-main"
HARM = {
    "clipboard": "\x1b]52;c;UFdORUQ=\x07",
    "title": "\x1b]0;PWNED\x07",
    "link": "\x1b]8;;http://pwned.invalid\x1b\\",
    "cursor": "\x1b[31337;7H",
    "report": "\x1b[31337n",
    "device": "\x1bP+q544e\x1b\\",
    "c1 csi": "\x9b31337;7H",
    "c1 osc": "\x9d52;c;UFdORUQ=\x9c",
    "bell": "\x07",
    "override": "\u202etxt.exe",
    "isolate": "\u2066abc",
    "markup": "[/b][red]x[/nope] [@click=app.quit]quit[/]",
}
PAYLOAD = "harm:" + "".join(HARM.values()) + ":end"
FORBIDDEN = (
    *(rb"\x1b\]52;c;UFdORUQ", rb"\x1b\]0;PWNED", rb"\x1b\]8;;http://pwned", rb"\x1b\[31337", rb"\x1bP\+q544e"),
    *(
        rb"\xc2\x9b",
        rb"\xc2\x9d",
        rb"\xc2\x9c",
        rb"\x9b31337",
        rb"\x9d52",
        rb"\xe2\x80\xae",
        rb"\xe2\x81\xa6",
        rb"\x07",
    ),
)


def leaks(output: bytes) -> list[bytes]:
    """What of the harm is in the bytes that were written to a terminal."""
    # Textual asks for the shape of the mouse pointer so, and ends it with a bell
    output = re.sub(rb"\x1b\]22;[a-z-]*\x07", b"", output)
    return [pattern for pattern in FORBIDDEN if re.search(pattern, output)]


@pytest.fixture(scope="module")
def program(engine: TestEngine, module_terminals: TerminalFactory, module_containers: ContainerFactory) -> Terminal:
    module_containers(
        engine,
        *("--env", f"EVIL={PAYLOAD}", "--env", f"{PAYLOAD.replace('=', '')}=value"),
        *("--label", f"evil={PAYLOAD}", "--label", f"com.docker.compose.project={PAYLOAD}"),
        *("--label", f"com.docker.compose.service={PAYLOAD}", "--volume", "/tmp:/mnt/[/b]"),
        *("--health-cmd", f"printf '%s' '{PAYLOAD}'; exit 1", "--health-interval", "1s"),
        name=NAME,
        cmd=("sh", "-c", "cat >/dev/null; sleep 1000000; :", PAYLOAD),
    )
    terminal = open_dashboard(module_terminals((120, 40)), engine)
    terminal.wait_for(lambda screen: row(screen, NAME))
    return terminal


@pytest.fixture
def dash(program: Terminal) -> Terminal:
    select(program, NAME)
    return program


def write_log(engine: TestEngine, data: bytes) -> None:
    """Lets the container write bytes."""
    octal = "".join(f"\\{byte:03o}" for byte in data)
    engine.docker("exec", NAME, "sh", "-c", f"printf '{octal}' > /proc/1/fd/1")


def test_the_scan_would_find_a_leak() -> None:
    assert len(leaks(PAYLOAD.encode())) >= 11
    assert leaks(b"\x1b[31337;7H")


def test_the_compose_project_in_the_list(dash: Terminal) -> None:
    dash.wait_for("▾ harm:␛]52;c;")
    assert leaks(dash.output()) == []


@pytest.mark.parametrize("tab", ["3", "4", "5", "6"])
def test_labels_environment_arguments_and_health(dash: Terminal, tab: str) -> None:
    dash.keys(tab)
    seen = dash.wait_for("harm:") if tab in "35" else dash.wait_for({"4": "Container", "6": '"Id"'}[tab])
    dash.keys("Tab")
    dash.wait_for("/ Search")
    dash.keys("/")
    dash.wait_for("enter Keep")
    dash.type("harm:")
    dash.wait_for(lambda screen: re.search(r"[1-9]\d* lines?", screen))
    dash.keys("Enter")
    dash.wait_for(lambda screen: "enter Keep" not in screen)
    for key in ("n", "n", "v", "G", "g", "n"):
        dash.keys(key)
    seen = dash.wait_for("harm:")
    assert "␛]52" in seen or "u001b" in seen or tab == "5"
    assert leaks(dash.output()) == []


def test_log_lines(dash: Terminal, engine: TestEngine) -> None:
    dash.keys("1")
    for name, harm in HARM.items():
        write_log(engine, f"begin {name} {harm} end {name}\n".encode())
    dash.wait_for(lambda screen: "begin markup [/b][red]x[/nope]" in screen and "end markup" in screen)
    write_log(
        engine, b"\xff\xfe\x80 not \xc3\x28 utf-8 \xed\xa0\x80\n" + b"\x9b31337;7H raw c1 \x9d52;c;UFdORUQ=\x9c\n"
    )
    write_log(engine, "e\u0301".encode() + "\u0301".encode() * 500 + b" stacked\n" + "\U000e0041tags\n".encode())
    write_log(
        engine,
        b"half \x1b]52;c;\n" + b"UFdORUQ=\x07 other half\n" + b"progress 1%\rprogress 99%\r\n" + b"the last one\n",
    )
    screen = dash.wait_for("the last one")
    assert "progress 99%" in screen
    assert "progress 1%" not in screen
    assert leaks(dash.output()) == []


def test_a_line_of_ten_megabytes(dash: Terminal, engine: TestEngine) -> None:
    dash.keys("1")
    engine.docker(
        "exec", NAME, "sh", "-c", "head -c 10000000 /dev/zero | tr '\\0' x > /proc/1/fd/1; echo > /proc/1/fd/1"
    )
    engine.docker("exec", NAME, "sh", "-c", "echo after the long one > /proc/1/fd/1")
    dash.wait_for("after the long one", timeout=30)
    dash.press("?", "─ Keys ─", timeout=5)
    dash.press("q", lambda screen: "─ Keys ─" not in screen, timeout=5)
    dash.press("l", "F Follow", timeout=5)
    dash.press("w", "after the long one", timeout=5)
    dash.press("w", "after the long one", timeout=5)


def test_dialogs_menus_and_the_palette(dash: Terminal) -> None:
    home(dash)
    for key, wanted in (
        ("x", "Restart"),
        ("d", f"Remove {NAME}?"),
        ("y", "docker run"),
        ("b", "Act on which"),
        ("C-k", "SIGTERM"),
    ):
        dash.press(key, wanted)
        dash.press("Escape", lambda screen: "╭" not in screen)
    dash.keys("y")
    dash.wait_for("docker run")
    dash.press("R", "copied (tmux)")
    copied = dash.tmux("show-buffer")
    assert "harm:" in copied
    assert "\x1b" not in copied
    dash.keys(":")
    dash.wait_for("Search")
    dash.type(NAME)
    dash.wait_for(lambda screen: "running, busybox" in screen)
    dash.press("Enter", lambda screen: "running, busybox" not in screen)
    dash.press("J", "Journal")
    dash.keys("Escape")
    assert leaks(dash.output()) == []


def test_the_program_is_still_there_and_leaves_cleanly(dash: Terminal) -> None:
    dash.keys("q")
    dash.wait_for(lambda _: dash.is_in_shell(), what="the shell")
    assert leaks(dash.output()) == []
