"""A real terminal to type into: a tmux server of its own, with one pane, and everything that is written to it."""

from __future__ import annotations

import itertools
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.support.wait import wait_until

PROGRAM = f"{shlex.quote(sys.executable)} -m dockdash"
PROMPT = "ready$"

ESCAPE_SECONDS = 0.06
"""A terminal tells Escape from Alt and a letter by the pause after it; the program waits half as long."""

_numbers = itertools.count(1)


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A user's environment with an empty home and no settings for the program or for Docker."""
    home.mkdir(parents=True, exist_ok=True)
    run = home / ".run"
    run.mkdir(mode=0o700, exist_ok=True)
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "SHELL": "/bin/sh",
        "COLORTERM": "truecolor",
        "XDG_RUNTIME_DIR": str(run),
        "TEXTUAL_ANIMATIONS": "none",
        "ESCDELAY": str(round(ESCAPE_SECONDS * 500)),
        # the program that the tests themselves import
        **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        **(extra or {}),
    }


class Terminal:
    """One tmux pane with a shell in it.

    Args:
        folder: For its home folder, its socket and the log of what was written to it.
        size: Columns and lines.
        env: More of the environment.
    """

    def __init__(self, folder: Path, size: tuple[int, int] = (120, 40), env: Mapping[str, str] | None = None) -> None:
        self.folder = folder / f"terminal-{next(_numbers)}"
        self.folder.mkdir(parents=True)
        self.home = self.folder / "home"
        self._server = f"dockdash-test-{os.getpid()}-{self.folder.name}"
        self._log = self.folder / "output"
        self._log.touch()
        self._env = environment(self.home, env)
        self._escaped = 0.0
        # -f: nobody's settings. The pane runs a shell, so that what the program leaves behind can be seen.
        self.tmux("-u", "-f", "/dev/null", "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "sleep 1000000")
        self.tmux("set-option", "-g", "status", "off")
        self.tmux("set-option", "-g", "default-terminal", "tmux-256color")
        self.tmux("set-option", "-g", "remain-on-exit", "on")
        self.tmux("resize-window", "-x", str(size[0]), "-y", str(size[1]))
        self.tmux("respawn-pane", "-k", "-e", f"PS1={PROMPT} ", "sh")
        self.tmux("pipe-pane", "-O", f"exec cat >> {shlex.quote(str(self._log))}")
        self.wait_for(PROMPT)

    def tmux(self, *arguments: str, check: bool = True) -> str:
        """Gives tmux a command; its answer."""
        done = subprocess.run(
            ["tmux", "-L", self._server, *arguments],
            env=self._env,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"tmux {arguments[0]} failed: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode(errors="replace")

    def close(self) -> None:
        """Ends it, and what runs in it."""
        socket = Path(self.ask("socket_path"))
        self.tmux("kill-server", check=False)
        socket.unlink(missing_ok=True)  # tmux leaves it behind

    # -- typing --

    def start(self, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Types the program's command line into the shell."""
        words = [f"{name}={shlex.quote(value)}" for name, value in (env or {}).items()]
        self.run(" ".join([*words, PROGRAM, *(shlex.quote(argument) for argument in arguments)]))

    def run(self, line: str) -> None:
        """Types a line into the shell."""
        self.type(line)
        self.keys("Enter")

    def keys(self, *names: str) -> None:
        """Presses keys, in tmux's names: ``a``, ``Enter``, ``C-k``, ``F2``, ``Escape``."""
        for name in names:
            self._after_escape()
            self.tmux("send-keys", name)
            if name == "Escape":
                self._escaped = time.monotonic()

    def at_once(self, text: str) -> None:
        """Sends characters in one piece, controls among them, as a slow line delivers them."""
        self._after_escape()
        self.tmux("send-keys", "-l", "--", text)

    def _after_escape(self) -> None:
        while time.monotonic() < self._escaped + ESCAPE_SECONDS:
            time.sleep(0.005)

    def type(self, text: str) -> None:
        """Types text."""
        self.at_once(text)

    def resize(self, columns: int, lines: int) -> None:
        """Gives the terminal another size."""
        self.tmux("resize-window", "-x", str(columns), "-y", str(lines))

    # -- reading --

    def screen(self) -> str:
        """What can be read on the screen."""
        return self.tmux("capture-pane", "-p")

    def line(self, text: str) -> str:
        """The first line of the screen that holds a text, "" where there is none."""
        return next((line for line in self.screen().splitlines() if text in line), "")

    def output(self) -> bytes:
        """Every byte that was written to the terminal since it began."""
        return self._log.read_bytes()

    def ask(self, what: str) -> str:
        """A fact that tmux knows of the pane, such as ``alternate_on`` or ``cursor_flag``."""
        return self.tmux("display-message", "-p", f"#{{{what}}}").strip()

    def wait_for(self, wanted: str | Callable[[str], object], timeout: float = 15.0, what: str = "") -> str:
        """Waits until a text is on the screen, or until the screen is as a function wants it.

        Returns:
            The screen.
        """
        test = (lambda screen: wanted in screen) if isinstance(wanted, str) else wanted
        last = ""

        def found() -> bool:
            nonlocal last
            last = self.screen()
            if "Traceback (most recent" in last:
                raise AssertionError("the program has crashed")
            return bool(test(last))

        try:
            wait_until(found, timeout, what or (f"{wanted!r} on the screen" if isinstance(wanted, str) else ""))
        except AssertionError as error:
            raise AssertionError(f"{error}\nthe screen:\n{last.rstrip()}") from None
        return last

    def wait_gone(self, text: str, timeout: float = 15.0) -> str:
        """Waits until a text is no longer on the screen."""
        return self.wait_for(lambda screen: text not in screen, timeout, f"no {text!r} on the screen")

    def press(self, key: str, wanted: str | Callable[[str], object], timeout: float = 15.0) -> str:
        """Presses a key once, and waits for what it shall do."""
        self.keys(key)
        return self.wait_for(wanted, timeout)

    def is_in_shell(self) -> bool:
        """Whether the shell waits for a command."""
        return self.ask("alternate_on") == "0" and self.screen().rstrip().endswith(PROMPT)
