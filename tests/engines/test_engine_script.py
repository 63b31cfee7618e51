"""The life of a private engine: what ``scripts/engine`` starts it also ends, without a trace."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.engine import RUN_FOLDER, SCRIPT, ContainerFactory, TestEngine
from tests.support.wait import await_until, wait_until

pytestmark = pytest.mark.engine

STATE_FOLDER = Path("/var/lib/dockdash-engine")


def traces(name: str) -> list[str]:
    """All that is left of an engine: folders, mounts, network namespaces, control groups and processes."""
    left = [str(path) for path in (RUN_FOLDER / name, STATE_FOLDER / name, Path("/run/netns") / f"dockdash-{name}")]
    left = [path for path in left if os.path.lexists(path)]
    left += [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if name in line]
    left += [str(path) for path in Path("/sys/fs/cgroup").glob(f"*/dockdash-engine-{name}")]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            program = (folder / "exe").readlink().name
            words = (folder / "cmdline").read_bytes() + (folder / "cgroup").read_bytes()
        except OSError:
            continue  # ended meanwhile, or has ended and only waits to be reaped
        if name.encode() in words:
            left.append(f"process {folder.name}: {program}")
    return left


def answers(engine: TestEngine) -> bool:
    return engine.docker("version", "--format", "{{.Server.Version}}", check=False, timeout=20)[:1].isdigit()


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(SCRIPT), *arguments], capture_output=True, text=True, timeout=120, check=False)


def test_kill_and_start_again(throwaway_engine: Callable[..., TestEngine]) -> None:
    engine = throwaway_engine()
    first = engine.pid
    assert first and answers(engine)
    engine.run("witness")

    engine.kill()
    assert engine.pid == 0
    assert not answers(engine)

    engine.start()
    assert engine.pid not in (0, first)
    assert engine.docker("ps", "-a", "--format", "{{.Names}}") == "witness"

    engine.destroy()
    assert traces(engine.name) == []


def test_a_started_engine_is_left_alone(throwaway_engine: Callable[..., TestEngine]) -> None:
    engine = throwaway_engine()
    first = engine.pid
    done = script("start", engine.name)
    assert (done.returncode, done.stdout) == (0, f"{engine.url}\n")
    assert engine.pid == first


def test_freeze_and_thaw(throwaway_engine: Callable[..., TestEngine]) -> None:
    engine = throwaway_engine()
    engine.freeze()
    with pytest.raises(subprocess.TimeoutExpired):
        engine.docker("ps", timeout=1)
    done = script("start", engine.name)
    assert done.returncode == 1
    assert "frozen" in done.stderr
    engine.thaw()
    assert answers(engine)


@pytest.mark.parametrize("state", ["running", "frozen", "killed"])
def test_destroy_leaves_nothing(throwaway_engine: Callable[..., TestEngine], state: str) -> None:
    engine = throwaway_engine()
    engine.run("polite")
    # No init and no trap: such a container ignores the polite signal.
    engine.docker("run", "--detach", "--name", "stubborn", "busybox", "sleep", "1000000")
    assert traces(engine.name)
    if state == "frozen":
        engine.freeze()
    elif state == "killed":
        engine.kill()
    engine.destroy()
    assert traces(engine.name) == []
    assert script("destroy", engine.name).returncode == 0, "once more does no harm"


def test_live_restore(throwaway_engine: Callable[..., TestEngine]) -> None:
    engine = throwaway_engine("--live-restore")
    engine.run("survivor")
    started = engine.docker("inspect", "--format", "{{.State.StartedAt}}", "survivor")
    engine.kill()
    engine.start()
    assert engine.docker("inspect", "--format", "{{.State.Running}} {{.State.StartedAt}}", "survivor") == (
        f"true {started}"
    )


def test_real_engines_answer(real_engine: TestEngine, containers: ContainerFactory) -> None:
    container = containers(real_engine, "--publish", "8080:80", cmd=["sh", "-c", "echo hello; sleep 1000000"])
    wait_until(lambda: real_engine.docker("logs", container) == "hello", what="the container's log")
    assert real_engine.docker("port", container).startswith("80/tcp")


def test_containers_are_removed(engine: TestEngine) -> None:
    factory = ContainerFactory()
    container = factory(engine)
    factory.track(engine, "was-never-made")
    factory.clear()
    assert container not in engine.docker("ps", "-aq", "--no-trunc")


def test_the_environment_is_the_tests_own(own_environment: Path) -> None:
    assert Path.home() == own_environment
    assert not [name for name in os.environ if name.startswith("DOCKER_")]


def test_names_are_checked() -> None:
    for name in ("", "../x", "Big", "a b"):
        assert script("destroy", name).returncode == 64


async def test_waiting() -> None:
    facts = iter([0, 0, 7])
    assert wait_until(lambda: next(facts)) == 7

    async def late() -> str:
        return next(words)

    words = iter(["", "there"])
    assert await await_until(late) == "there"
    with pytest.raises(AssertionError, match=r"a miracle \(last seen: 0\)"):
        wait_until(lambda: 0, timeout=0.05, what="a miracle")
    with pytest.raises(AssertionError, match="last seen: None"):
        await await_until(lambda: None, timeout=0.05)
