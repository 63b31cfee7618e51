"""The docker engine on a Podman of its own: what Podman's Docker-compatible API does otherwise, in real life.

The service lives in namespaces of its own (mounts, network, processes): when they end, all of it is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from dockdash.core.errors import ConflictError, NotFoundError, UnsupportedError
from dockdash.core.models import LogPiece, State
from dockdash.core.stats import usage
from dockdash.engines.docker.engine import DockerEngine
from tests.engines.docker_engines import connected, data, own_threads, rest, soon, take_until
from tests.support.engine import SCRIPT
from tests.support.wait import await_until, wait_until

pytestmark = pytest.mark.engine

UNKNOWN = "0123456789abcdef" * 4
MAKE = Callable[..., str]

# Podman asks over its API for more open files than a machine without CAP_SYS_RESOURCE may give.
RUNC = """#!/usr/bin/python3
import json, os, sys
for name, value in zip(sys.argv, sys.argv[1:]):
    path = value + "/config.json" if name in ("--bundle", "-b") else value
    if name in ("--bundle", "-b", "--process", "-p") and os.path.exists(path):
        spec = json.load(open(path))
        spec.get("process", spec).pop("rlimits", None)
        json.dump(spec, open(path, "w"))
os.execvp("runc", ["runc", *sys.argv[1:]])
"""
CONFIG = """[containers]
log_driver = "k8s-file"
[engine]
events_logger = "file"
cgroup_manager = "cgroupfs"
runtime = "plain"
runtimes.plain = ["{folder}/runc"]
[network]
network_config_dir = "{folder}/net"
"""
# The shell stays, as the first process of its namespace: somebody has to reap what Podman leaves.
SERVICE = """mount -t tmpfs none /run && mount -t tmpfs none /var/lib && ip link set lo up || exit 1
cd {folder} || exit 1
podman --root $PWD/root --runroot $PWD/run --tmpdir $PWD/tmp system service --time 0 unix://$PWD/s & wait
"""


def _image() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(Path(shutil.which("busybox") or "busybox").resolve(), "bin/busybox")
        for applet in ("sh", "sleep", "seq"):
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
    return out.getvalue()


@pytest.fixture(scope="module")
def podman() -> Iterator[tuple[str, docker.DockerClient]]:
    """A private Podman service with the image ``busybox``: its address and a client."""
    if os.geteuid() != 0:
        pytest.skip("no private Podman: it needs root")
    packages = ["podman", "runc", "busybox-static", "iproute2"]
    done = subprocess.run([SCRIPT, "packages", *packages], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"no private Podman: {done.stderr.strip().splitlines()[-1:]}")
    folder = Path(tempfile.mkdtemp(prefix="dockdash-pm-", dir="/tmp"))
    (folder / "runc").write_text(RUNC)
    (folder / "runc").chmod(0o755)
    (folder / "containers.conf").write_text(CONFIG.format(folder=folder))
    command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"]
    with (folder / "log").open("w") as log:
        service = subprocess.Popen(
            [*command, SERVICE.format(folder=folder)],
            env={**os.environ, "CONTAINERS_CONF": str(folder / "containers.conf")},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    client = docker.DockerClient(f"unix://{folder}/s", version="1.41", timeout=60)
    try:
        wait_until(lambda: service.poll() is not None or (folder / "s").exists(), 30, "Podman's socket")
        if service.poll() is not None:
            pytest.skip(f"no private Podman: {(folder / 'log').read_text()[-300:]}")
        client.api.import_image_from_data(_image(), repository="busybox", tag="latest")
        yield f"unix://{folder}/s", client
    finally:
        client.close()
        service.kill()
        service.wait(10)
        wait_until(lambda: _without_groups(folder.name), 10, "the end of all processes")
        shutil.rmtree(folder)


def _without_groups(name: str) -> bool:
    """Removes the control groups, which only succeeds once no process is left in them."""
    for group in sorted(Path("/sys/fs/cgroup").glob(f"**/{name}/**/"), reverse=True):
        with contextlib.suppress(OSError):
            group.rmdir()
    return not list(Path("/sys/fs/cgroup").glob(f"*/{name}"))


@pytest.fixture
async def engine(podman: tuple[str, docker.DockerClient]) -> AsyncIterator[DockerEngine]:
    async with connected(podman[0]) as engine:
        yield engine


@pytest.fixture
def make(podman: tuple[str, docker.DockerClient]) -> Iterator[MAKE]:
    """Starts a container that runs a script and ends at SIGTERM; gives its id."""
    made: list[Any] = []

    def run(script: str = "sleep 1000000", **more: Any) -> str:
        command = ["sh", "-c", f"trap 'exit 0' TERM; {script} & wait $!"]
        group = f"/{Path(podman[0]).parent.name}"
        made.append(podman[1].containers.run("busybox", command, detach=True, cgroup_parent=group, **more))
        return str(made[-1].id)

    yield run
    for container in made:
        with contextlib.suppress(docker.errors.APIError):
            container.remove(force=True)


async def ended(engine: DockerEngine, container: str) -> bool:
    return (await engine.list_containers([container]))[0].state is State.EXITED


async def log_of(engine: DockerEngine, container: str, lines: int) -> list[LogPiece]:
    async def look() -> list[LogPiece]:
        pieces = await rest(engine.logs(container, follow=False))
        return pieces if len(pieces) >= lines else []

    return await await_until(look)


async def test_looking(engine: DockerEngine, make: MAKE) -> None:
    info = await engine.info()
    assert info.product == "Podman" and info.cpus > 0 and info.memory > 1 << 20
    runs, paused, over = make(), make(), make("sh -c 'exit 3'")
    await engine.pause(paused)
    await await_until(lambda: ended(engine, over))
    found = {each.id: each for each in await engine.list_containers([runs, paused, over, UNKNOWN])}
    assert [found[each].state for each in (runs, paused, over)] == [State.RUNNING, State.PAUSED, State.EXITED]
    assert found[over].exit_code == 3
    told = (await engine.inspect(runs)).container
    assert (told.name, told.image, told.state) == (found[runs].name, "docker.io/library/busybox:latest", State.RUNNING)
    table = await engine.top(runs)
    assert table.titles == ("USER", "PID", "PPID", "%CPU", "TIME", "COMMAND")
    assert table.rows[-1][-1] == "sleep 1000000", "although the image has no ps"
    for other in (paused, over):
        with pytest.raises(ConflictError, match="not running"):
            await engine.top(other)


async def test_acting_and_its_events(engine: DockerEngine, make: MAKE) -> None:
    container, taken = make("sleep 1000000"), make()
    events = engine.events()
    assert await soon(anext(events), 3) == []
    # without a time of grace Podman would kill at once: the container would not say goodbye with 0
    await engine.stop(container)
    await engine.start(container)
    await engine.restart(container)
    await engine.pause(container)
    for refused in (engine.pause, engine.remove, engine.start, engine.stop):
        with pytest.raises(ConflictError):
            await refused(container)
    await engine.unpause(container)
    with pytest.raises(ConflictError):
        await engine.remove(container)
    await engine.rename(container, "other-name")
    with pytest.raises(ConflictError):
        await engine.rename(taken, "other-name")
    await engine.kill(container, "SIGKILL")
    await await_until(lambda: ended(engine, container))
    with pytest.raises(ConflictError):
        await engine.kill(container, "SIGTERM")
    await engine.remove(container)
    for gone in (engine.inspect, engine.top, engine.stop, engine.restart, engine.remove):
        with pytest.raises(NotFoundError):
            await gone(container)
    seen = await take_until(events, lambda all_: [e for e in all_ if e.action == "destroy"])
    mine = [event for event in seen if event.container_id == container]
    wanted = ["die", "start", "die", "start", "pause", "unpause", "rename", "die", "destroy"]
    assert [e.action for e in mine if e.action in wanted] == wanted
    assert [e.attributes["exitCode"] for e in mine if e.action == "die"] == ["0", "0", "137"]
    assert [e.attributes["name"] for e in mine if e.action == "rename"] == ["other-name"]


async def test_statistics(engine: DockerEngine, make: MAKE) -> None:
    busy = make("while :; do :; done", cpu_period=100_000, cpu_quota=30_000)
    first, second, *_ = await take_until(engine.stats(busy), lambda all_: len(all_) >= 2)
    figures = usage(second, first)
    assert figures.cpu is not None and 5 < figures.cpu < 45, "30 % are allowed"
    assert figures.memory and figures.rx is not None and figures.pids


async def test_logs(engine: DockerEngine, make: MAKE) -> None:
    container = make("for n in $(seq 1 5); do echo line $n; sleep 0.4; done; echo wrong >&2; sleep 1000000")
    pieces = await log_of(engine, container, 6)
    assert data(pieces, 1) == b"".join(b"line %d\n" % n for n in range(1, 6)) and data(pieces, 2) == b"wrong\n"
    assert data(await rest(engine.logs(container, tail=3, follow=False))) == b"line 4\nline 5\nwrong\n"
    assert await rest(engine.logs(container, tail=0, follow=False), 3) == [], "an empty answer ends"
    # stamps have whole seconds: all of the stamp's own second comes again, and nothing before it
    since = pieces[3].stamp
    later = await rest(engine.logs(container, since=since.decode(), follow=False))
    assert sorted(later, key=repr) == sorted((piece for piece in pieces if piece.stamp >= since), key=repr)
    waiting = asyncio.ensure_future(rest(engine.logs(container)))
    await engine.stop(container)
    assert len(await soon(waiting)) == 6

    terminal = make("printf 'one two\\nthree\\n'; sleep 1000000", tty=True)
    assert [piece.data for piece in await log_of(engine, terminal, 2)] == [b"one two\r\n", b"three\r\n"]
    unread = make(log_config=docker.types.LogConfig(type="none"))
    with pytest.raises(UnsupportedError):
        await soon(anext(engine.logs(unread)))


async def test_a_log_that_says_nothing(engine: DockerEngine, make: MAKE, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dockdash.engines.docker.client.CALL_SECONDS", 0.5)
    container = make("sleep 2; echo at last; sleep 1000000")
    assert data(await soon(anext(engine.logs(container)))) == b"at last\n", "no answer is no failure"
    quiet = make()
    streams: list[Any] = [engine.logs(quiet), engine.events(), engine.stats(quiet)]
    waiting = [asyncio.ensure_future(rest(stream)) for stream in streams]
    await await_until(lambda: any(name.startswith("dockdash-logs") for name in own_threads()))
    await asyncio.sleep(0.2)
    began = time.monotonic()
    await engine.aclose()
    assert time.monotonic() - began < 0.4, "the thread did not have to be left behind"
    await soon(asyncio.gather(*waiting))
    await await_until(lambda: not own_threads())
