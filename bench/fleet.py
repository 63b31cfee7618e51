"""A throw-away engine with as many sleeping containers as a measurement wants, and a loud one."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, socket
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "scripts" / "engine"
LOUD = "zz-loud"
"""The loud container: the last one by name, so that no program follows its log by itself."""

# The shell runs what is written into its pipe, so what that prints is the container's own output.
_OBEY = "mkfifo /orders; while :; do sh /orders; done"


class UnixConnection(HTTPConnection):
    """HTTP over a unix socket, with the standard library only."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        """Connects to the socket."""
        self.sock = socket(AF_UNIX, SOCK_STREAM)
        self.sock.connect(self._path)


class Fleet:
    """One private engine; ``grow`` adds containers, ``destroy`` removes everything."""

    def __init__(self) -> None:
        self.name = f"bench{os.getpid()}"
        self.home = tempfile.mkdtemp(prefix="dockdash-bench-")
        self.url = self._script("start", self.name).strip().splitlines()[-1]
        self.socket = self.url.removeprefix("unix://")
        self._script("image", self.name)
        self.pid = int(self._script("pid", self.name))
        self.names: list[str] = []
        self._make(LOUD, ["sh", "-c", _OBEY])

    def _script(self, *arguments: str) -> str:
        with tempfile.TemporaryFile("w+") as out:
            subprocess.run([str(SCRIPT), *arguments], stdout=out, stdin=subprocess.DEVNULL, check=True)
            out.seek(0)
            return out.read()

    @property
    def environment(self) -> dict[str, str]:
        """For the programs to measure: a home without settings, this engine, and compiled modules."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        kept.setdefault("LANG", "C.UTF-8")
        places = {f"XDG_{kind}_HOME": f"{self.home}/{kind.lower()}" for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        return {**kept, **places, **terminal, "HOME": self.home, "DOCKER_HOST": self.url}

    def call(self, method: str, path: str, body: object = None) -> Any:
        """One request to the engine's API."""
        connection = UnixConnection(self.socket)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            data = answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {data[:200]!r}")
            return json.loads(data) if data.strip() else None
        finally:
            connection.close()

    def _make(self, name: str, cmd: list[str]) -> None:
        config = {"Image": "busybox", "Cmd": cmd, "HostConfig": {"Init": True, "NetworkMode": "none"}}
        made = self.call("POST", f"/containers/create?name={name}", config)
        self.call("POST", f"/containers/{made['Id']}/start")

    def grow(self, count: int) -> None:
        """Makes sure that so many containers run, the loud one among them."""
        new = [f"bench-{number:03}" for number in range(len(self.names) + 1, count)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda name: self._make(name, ["sleep", "1000000"]), new))
        self.names += new

    @property
    def all_names(self) -> list[str]:
        """The names of all containers, in order."""
        return [*self.names, LOUD]

    def order(self, script: str) -> None:
        """Lets the loud container run a piece of shell script whose output becomes its log."""
        made = self.call(
            "POST", f"/containers/{LOUD}/exec", {"Cmd": ["sh", "-c", 'printf "%s\n" "$0" >/orders', script]}
        )
        self.call("POST", f"/exec/{made['Id']}/start", {"Detach": True})

    def stop_all(self) -> None:
        """Kills every container."""
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda name: self.call("POST", f"/containers/{name}/kill"), self.all_names))

    def version(self) -> str:
        """The engine's version."""
        return str(self.call("GET", "/version")["Version"])

    def destroy(self) -> None:
        """Removes the engine and everything on it."""
        self._script("destroy", self.name)
        subprocess.run(["rm", "-rf", self.home], check=False)
