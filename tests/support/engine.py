"""Private Docker engines for the tests, by way of ``scripts/engine``.

An engine that the machine had before is never touched: each of these has its own network namespace, folders,
socket and containerd. Its name holds the process number and start time of the test run, so that runs side by
side do not meet, and what a crashed run left is found and removed by the next.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "engine"
NEWER_SCRIPT = ROOT / "scripts" / "newer-engine"
RUN_FOLDER = Path("/run/dockdash-engine")
PREFIX = "t"

_ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("DOCKER_") and name != "DOCKDASH_ENGINE_DIR"
}
"""The environment at the start: a test changes HOME and more for the program, but not for the engine."""

_numbers = itertools.count(1)


class EngineUnavailableError(Exception):
    """No private engine can be had here; the message says why."""


class TestEngine:
    """One private dockerd, which a test may kill, freeze and start again.

    Attributes:
        name: Its name for ``scripts/engine``.
        url: Its DOCKER_HOST.
    """

    __test__ = False

    def __init__(self, *flags: str, programs: Path | None = None, label: str = "") -> None:
        """Names the engine; ``start`` starts it.

        Args:
            flags: More flags for dockerd, such as ``--live-restore``.
            programs: A folder with another dockerd than the machine's, as scripts/newer-engine makes it.
            label: A word for the name, to tell engines apart in a list of processes.
        """
        self.name = f"{_run_name()}-{next(_numbers)}{label}"
        self.url = f"unix://{RUN_FOLDER / self.name / 'd.sock'}"
        self._flags = flags
        self._programs = programs
        self._home = Path(tempfile.mkdtemp(prefix="dockdash-test-"))

    def __repr__(self) -> str:
        return f"TestEngine({self.name})"

    @property
    def socket(self) -> Path:
        """The path of its socket."""
        return Path(self.url.removeprefix("unix://"))

    @property
    def pid(self) -> int:
        """The process number of its dockerd; 0 when it does not run."""
        done = _script("pid", self.name, check=False)
        return int(done.stdout) if done.returncode == 0 else 0

    def start(self) -> None:
        """Starts it, for the first time or again, and returns when it answers."""
        bin_flag = ("--bin", str(self._programs)) if self._programs else ()
        done = _script("start", self.name, *bin_flag, *self._flags, check=False)
        if done.returncode:
            raise EngineUnavailableError(f"the private engine does not start: {_last_line(done.stderr)}")
        _script("image", self.name)

    def kill(self) -> None:
        """Ends dockerd at once (SIGKILL); its containers go on running."""
        _script("kill", self.name)

    def freeze(self) -> None:
        """Stops dockerd in its tracks (SIGSTOP): it accepts connections and never answers."""
        _script("freeze", self.name)

    def thaw(self) -> None:
        """Lets a frozen dockerd go on."""
        _script("thaw", self.name)

    def destroy(self) -> None:
        """Removes all of it, from any state."""
        _script("destroy", self.name)
        shutil.rmtree(self._home, ignore_errors=True)

    def docker(self, *arguments: str, check: bool = True, timeout: float = 60) -> str:
        """Runs the docker client against this engine, without the user's settings.

        Args:
            arguments: The command, such as ``"ps", "-q"``.
            check: Whether a failure of the command fails the test.
            timeout: Seconds after which it is a failure.

        Returns:
            What it wrote to standard output (and, unchecked, to standard error), without blanks at the end.
        """
        done = subprocess.run(
            ["docker", "-H", self.url, *arguments],
            env={**_ENVIRONMENT, "HOME": str(self._home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if check else subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"docker {' '.join(arguments)} failed: {done.stderr.strip()}")
        return done.stdout.rstrip()

    def run(self, name: str, *arguments: str, image: str = "busybox", cmd: Sequence[str] = ("sleep", "1000000")) -> str:
        """Starts a container in the background, with an init so that it ends at the first SIGTERM.

        Args:
            name: Its name, of two characters or more.
            arguments: More flags of ``docker run``.
            image: Its image; every engine here has ``busybox`` and ``dockdash-sample``.
            cmd: What it runs; by default it sleeps.

        Returns:
            Its whole id.
        """
        return self.docker("run", "--detach", "--init", "--name", name, *arguments, image, *cmd)


class ContainerFactory:
    """Makes containers for one test, and removes them afterwards."""

    def __init__(self) -> None:
        self._made: list[tuple[TestEngine, str]] = []

    def __call__(
        self,
        engine: TestEngine,
        *arguments: str,
        name: str = "",
        image: str = "busybox",
        cmd: Sequence[str] = ("sleep", "1000000"),
    ) -> str:
        """Starts a container as ``TestEngine.run`` does; without a name, it gets one of its own.

        Returns:
            Its whole id.
        """
        name = name or f"test-{os.getpid()}-{next(_numbers)}"
        self.track(engine, name)
        return engine.run(name, *arguments, image=image, cmd=cmd)

    def track(self, engine: TestEngine, container: str) -> str:
        """Removes a container afterwards that something else makes; gives its name or id back."""
        self._made.append((engine, container))
        return container

    def clear(self) -> None:
        """Removes all of them, and their anonymous volumes; what is gone already does not matter."""
        by_engine: dict[TestEngine, list[str]] = {}
        for engine, container in self._made:
            by_engine.setdefault(engine, []).append(container)
        self._made.clear()
        for engine, containers in by_engine.items():
            engine.docker("rm", "--force", "--volumes", *containers, check=False)


def start_engine(*flags: str, programs: Path | None = None, label: str = "") -> TestEngine:
    """Starts a private engine with the image ``busybox``; the caller destroys it.

    Raises:
        EngineUnavailableError: It cannot be had here.
    """
    reason = unavailable(programs)
    if reason:
        raise EngineUnavailableError(reason)
    engine = TestEngine(*flags, programs=programs, label=label)
    try:
        engine.start()
    except BaseException:
        engine.destroy()
        raise
    return engine


def unavailable(programs: Path | None = None) -> str:
    """Why no private engine can be had here; "" when nothing speaks against it."""
    if not sys.platform.startswith("linux"):
        return "a private engine needs Linux"
    if os.geteuid() != 0:
        return "a private engine needs root"
    path = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"
    for program, package in (
        ("dockerd", "docker.io"),
        ("docker", "docker.io"),
        ("busybox", "busybox-static"),
    ):
        if program == "dockerd" and programs:
            continue
        if not shutil.which(program, path=path):
            return f"there is no {program} (the package is {package})"
    return ""


def newer_programs() -> Path:
    """The folder with a newer dockerd than the machine's; unpacked once and kept in the cache folder.

    Raises:
        EngineUnavailableError: It cannot be had here.
    """
    reason = unavailable(ROOT)
    if reason:
        raise EngineUnavailableError(reason)
    cache = Path(_ENVIRONMENT.get("XDG_CACHE_HOME") or Path(_ENVIRONMENT.get("HOME", "/root")) / ".cache")
    folder = cache / "dockdash-tests" / "newer-engine"
    done = _call([str(NEWER_SCRIPT), str(folder)], timeout=600)
    if done.returncode:
        raise EngineUnavailableError(_last_line(done.stderr))
    return folder


def sweep() -> None:
    """Destroys the engines of test runs that ended without doing so themselves."""
    if os.geteuid() != 0:
        return
    for folder in _folders():
        owner = folder.name.removeprefix(PREFIX).split("-")
        if owner[0].isdigit() and owner[1:2] != [_start_time(int(owner[0]))]:
            _script("destroy", folder.name, check=False)


def _folders() -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from sorted(RUN_FOLDER.glob(f"{PREFIX}[0-9]*-[0-9]*-*"))


def _run_name() -> str:
    return f"{PREFIX}{os.getpid()}-{_start_time(os.getpid())}"


def _start_time(pid: int) -> str:
    """When a process started, in ticks since the machine did; "" for one that is gone (or a zombie).

    With it a process number means one process only, however often the number is used again.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def _script(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = _call([str(SCRIPT), *arguments])
    if check and done.returncode:
        raise AssertionError(f"scripts/engine {' '.join(arguments)} failed: {done.stderr.strip()}")
    return done


def _call(command: list[str], timeout: float = 180) -> subprocess.CompletedProcess[str]:
    # A file instead of a pipe: a daemon that should keep the pipe open by mistake would hang the test.
    with (
        tempfile.TemporaryFile("w+", errors="replace") as out,
        tempfile.TemporaryFile("w+", errors="replace") as err,
    ):
        # Their own process group: an interrupted test run still destroys its engines.
        process = subprocess.Popen(
            command,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            process.wait(timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, process.returncode, out.read(), err.read())


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it did not say why"
