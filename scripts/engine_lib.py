"""Small helpers of the engine scripts, for what a shell cannot do without extra programs.

Only the standard library is used: a machine that has no engine may well have no curl and no procps either.

Usage:
    engine_lib.py ping URL [SECONDS [PID]]   exit 0 once the engine at URL answers; 1 when it does not in that
                                             time or when the process PID ended, 2 when it refuses permission
    engine_lib.py context                    print the name of the docker context in force, if not the default
    engine_lib.py processes WORD...          print the numbers of the engine processes whose arguments, and
                                             of all whose control group, hold one of the words
    engine_lib.py end WORD...                kill those processes, and wait until they are gone
    engine_lib.py link-up                    bring the loopback link of this network namespace up
"""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

ANSWERED, SILENT, FORBIDDEN = 0, 1, 2


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("engine", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """Connects to the socket file."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def ping(url: str, timeout: float = 2.0) -> int:
    """Asks the engine at ``url`` whether it is there.

    Args:
        url: ``unix://``, ``tcp://`` or ``ssh://``.
        timeout: Seconds to wait for each step.

    Returns:
        ``ANSWERED``, ``SILENT`` or ``FORBIDDEN``.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port
    except ValueError:
        return SILENT
    connection: http.client.HTTPConnection
    if parts.scheme == "unix":
        connection = _UnixConnection(parts.path, timeout)
    elif parts.scheme in ("tcp", "http") and not os.environ.get("DOCKER_TLS_VERIFY"):
        connection = http.client.HTTPConnection(host, port or 2375, timeout=timeout)
    elif parts.scheme in ("tcp", "https"):
        # The certificates are dockdash's business: here it is enough that something listens.
        try:
            socket.create_connection((host, port or 2376), timeout).close()
        except OSError:
            return SILENT
        return ANSWERED
    else:
        # ssh and whatever else there may be: asking could mean a question for a password, so: taken as given.
        return ANSWERED
    try:
        connection.request("GET", "/_ping")
        return ANSWERED if connection.getresponse().status == 200 else SILENT
    except PermissionError:
        return FORBIDDEN
    except (OSError, http.client.HTTPException):
        return SILENT
    finally:
        connection.close()


def wait(url: str, seconds: float, pid: int = 0) -> int:
    """Asks again and again until the engine answers, the time is over or the process ended."""
    end = time.monotonic() + seconds
    while True:
        left = end - time.monotonic()
        outcome = ping(url, max(0.2, min(2.0, left)))
        # A zombie has a folder in /proc but no program.
        if outcome == ANSWERED or left <= 0 or (pid and not _program(pid)):
            return outcome
        time.sleep(0.05)


def context() -> str:
    """The docker context in force; "" for the default one."""
    name = os.environ.get("DOCKER_CONTEXT", "")
    if not name:
        folder = os.environ.get("DOCKER_CONFIG")
        try:
            path = (Path(folder) if folder else Path.home() / ".docker") / "config.json"
            settings = json.loads(path.read_text(encoding="utf-8"))
            name = str(settings.get("currentContext") or "")
        except (OSError, ValueError, AttributeError, RuntimeError):
            name = ""
    return "" if name == "default" else name


def _program(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/exe").readlink())
    except OSError:
        return ""


def processes(words: list[str]) -> list[int]:
    """The engine processes whose arguments, and all whose control group, hold one of ``words``.

    Only an engine's own programs are judged by their arguments: a client, a pager or an editor may well have
    been given the same path, and is nobody's to end.
    """
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        program = Path(_program(int(folder.name))).name
        try:
            text = (folder / "cgroup").read_bytes()
            if program.startswith(("dockerd", "containerd")):
                text += (folder / "cmdline").read_bytes()
        except OSError:
            continue
        # A zombie has no program, and is gone already.
        if program and any(word.encode() in text for word in words):
            found.append(int(folder.name))
    return found


def end(words: list[str]) -> int:
    """Kills what ``processes`` finds; as a shim may start another one meanwhile, it looks again."""
    for _ in range(100):
        left = processes(words)
        if not left:
            return 0
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    return 1


def link_up(name: str = "lo") -> None:
    """Sets the UP flag of a network link."""
    get_flags, set_flags, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        answer = fcntl.ioctl(link, get_flags, struct.pack("16sh14x", name.encode(), 0))
        flags = struct.unpack("16sh14x", answer)[1]
        fcntl.ioctl(link, set_flags, struct.pack("16sh14x", name.encode(), flags | up))


def main(arguments: list[str]) -> int:
    """Runs one of the helpers."""
    match arguments:
        case ["ping", url]:
            return ping(url)
        case ["ping", url, seconds]:
            return wait(url, float(seconds))
        case ["ping", url, seconds, pid]:
            return wait(url, float(seconds), int(pid))
        case ["context"]:
            print(context())
        case ["processes", *words] if words and all(words):
            print(*processes(words))
        case ["end", *words] if words and all(words):
            return end(words)
        case ["link-up"]:
            link_up()
        case _:
            print(__doc__, file=sys.stderr)
            return 64
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
