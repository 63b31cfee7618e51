"""Runs one program under a pseudo-terminal and watches what it draws, and when."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence

import procs
from screen import Screen

WIDTH, HEIGHT = 160, 48


class GaveUpError(Exception):
    """What was waited for did not come in time."""


class Program:
    """One program in its own terminal; a context manager that ends it.

    Attributes:
        began: When it was started (CLOCK_MONOTONIC, as all stamps).
        screen: What it has drawn.
        written: How many bytes it wrote.
        stamp: When its last output was read.
    """

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], width: int = WIDTH, height: int = HEIGHT) -> None:
        self.screen = Screen(width, height)
        self.written = 0
        self.ended = 0.0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.began = self.stamp = time.monotonic()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
            try:
                os.execvpe(argv[0], list(argv), dict(env))
            finally:
                os._exit(127)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.ended:
            os.kill(self.pid, signal.SIGTERM)
            try:
                self.wait(5)
            except GaveUpError:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        os.close(self._fd)

    def pump(self, seconds: float) -> bool:
        """Reads what is there, waiting at most so long for something; False when nothing came."""
        ready, _, _ = select.select([self._fd], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:  # the program has ended
            data = b""
        if not data:
            self._reap()
            return False
        self.stamp = time.monotonic()
        self.written += len(data)
        if answer := self.screen.feed(self._decoder.decode(data)):
            self.send(answer)
        return True

    def _reap(self) -> None:
        if not self.ended:
            os.waitpid(self.pid, 0)
            self.ended = time.monotonic()

    def send(self, text: str) -> float:
        """Types; gives the moment before."""
        now = time.monotonic()
        os.write(self._fd, text.encode())
        return now

    def until(self, what: Callable[[Screen], bool], seconds: float = 20.0) -> float:
        """Waits until the screen shows something; gives the moment at which it was read.

        Raises:
            GaveUpError: It did not come in time, or the program ended before.
        """
        deadline = time.monotonic() + seconds
        while not what(self.screen):
            left = deadline - time.monotonic()
            if left <= 0 or self.ended:
                raise GaveUpError(self._last_words() if self.ended else f"nothing after {seconds:g} s")
            self.pump(min(left, 1.0))
        return self.stamp

    def _last_words(self) -> str:
        lines = [line.strip() for line in self.screen.text.splitlines() if line.strip(" │╭╮╰╯─")]
        return f"the program ended: {' '.join(lines[-2:])}"

    def wait(self, seconds: float = 30.0) -> float:
        """Waits until the program has ended; gives the moment."""
        deadline = time.monotonic() + seconds
        while not self.ended:
            if time.monotonic() > deadline:
                raise GaveUpError(f"the program did not end within {seconds:g} s")
            self.pump(0.05)
        return self.ended

    def rest(self, seconds: float) -> None:
        """Lets time pass, and reads."""
        deadline = time.monotonic() + seconds
        while not self.ended and (left := deadline - time.monotonic()) > 0:
            self.pump(left)

    def settle(self, quiet: float = 0.5, most: float = 10.0) -> None:
        """Waits until the program has written nothing for a while, but not for ever."""
        deadline = time.monotonic() + most
        while time.monotonic() < deadline and self.pump(quiet):
            pass

    def cpu(self) -> float:
        """CPU seconds that it and its children took."""
        return procs.cpu_seconds(self.pid)
