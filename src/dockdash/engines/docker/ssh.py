"""Engines behind ssh: the system's own ssh forwards the remote socket to a local one.

docker-py's own two ways (paramiko, and one ssh process a request) fail at the tenth stream or cost half a second a
call, cannot cancel a stream and ignore the port in ``~/.ssh/config`` (measured); a forwarded socket has none of it,
and everything else is as with a local engine.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from dockdash.core.errors import ConnectError, DeniedError, UsageError
from dockdash.core.redact import mask
from dockdash.core.text import clean

REMOTE_SOCKET = "/var/run/docker.sock"
CONNECT_SECONDS = 10.0


class Forward:
    """A remote engine's socket, here.

    Args:
        url: ``ssh://[user@]host[:port][/path/of/the/socket]``; host may be an alias from ``~/.ssh/config``.

    Raises:
        UsageError: There is no ssh on this machine.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._folder = Path(tempfile.mkdtemp(prefix="dockdash-"))
        self.socket = self._folder / "engine.sock"
        program = shutil.which("ssh")
        host = parts.hostname or ""
        if program is None or host.startswith("-") or (parts.username or "").startswith("-"):
            shutil.rmtree(self._folder, ignore_errors=True)
            wrong = "no ssh on this machine" if program is None else "bad host name"
            raise UsageError(f"{mask('', clean(url, 200))}: {wrong}")
        remote = parts.path if len(parts.path) > 1 else REMOTE_SOCKET
        command = [program, "-nNT", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes"]
        command += ["-o", "StreamLocalBindUnlink=yes", "-o", "ConnectTimeout=5"]
        command += [
            "-o",
            "ServerAliveInterval=5",
            "-o",
            "ServerAliveCountMax=2",
            "-L",
            f"{self.socket}:{remote}",
        ]
        command += ["-p", str(parts.port)] if parts.port else []
        target = f"{parts.username}@{host}" if parts.username else host
        self._log = (self._folder / "log").open("w+b")
        self._process = subprocess.Popen(
            [*command, "--", target],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            start_new_session=True,
            env=os.environ | {"LC_ALL": "C"},
        )
        # a program that ends while a thread still waits for ssh must not leave it running
        atexit.register(self.close)

    def wait(self) -> str:
        """Waits for the forwarded socket.

        Returns:
            Its address, as a ``unix://`` URL.

        Raises:
            ConnectError: ssh could not connect; its own words are in the message.
        """
        deadline = time.monotonic() + CONNECT_SECONDS
        while time.monotonic() < deadline:
            if self.socket.exists():
                return f"unix://{self.socket}"
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        words = self.words() or "no answer"
        self.close()
        if "ermission denied" in words or "Host key" in words:
            raise DeniedError(f"ssh: {words}", hint="dockdash asks no questions: try the same host with ssh first")
        raise ConnectError(f"ssh: {words}")

    def words(self) -> str:
        """The last thing that ssh said."""
        lines = (self._folder / "log").read_bytes().decode(errors="replace").strip().splitlines()
        return clean(lines[-1], 300).removeprefix("ssh: ") if lines else ""

    @property
    def alive(self) -> bool:
        """Whether ssh still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends ssh and removes the socket; any number of times."""
        atexit.unregister(self.close)
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(1)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(1)
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)
