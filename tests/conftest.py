"""What all tests share: an environment of their own, and engines of their own. tests/README.md tells more."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn, cast

import pytest

from tests.support.engine import (
    ContainerFactory,
    EngineUnavailableError,
    TestEngine,
    newer_programs,
    start_engine,
    sweep,
)

ENGINE_FIXTURES = {"engine", "newer_engine", "real_engine", "throwaway_engine", "containers"}
ENGINE_FACTORY = Callable[..., TestEngine]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that need an engine, so that ``-m "not engine"`` leaves them out."""
    for item in items:
        if ENGINE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.engine)


@pytest.fixture(autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keeps the user's settings out of the tests, and the tests out of the user's folders.

    Returns:
        The home folder of the test, empty.
    """
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name, folder in (
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_CACHE_HOME", ".cache"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
        ("XDG_RUNTIME_DIR", ".run"),
    ):
        (home / folder).mkdir(parents=True, mode=0o700)
        monkeypatch.setenv(name, str(home / folder))
    for name in list(os.environ):
        # The snapshot plugin tells itself through the environment where its files are.
        if name.startswith("TEXTUAL_SNAPSHOT_"):
            continue
        if name.startswith(("DOCKER_", "DOCKDASH_", "TEXTUAL_")) or name in ("NO_COLOR", "CONTAINER_HOST"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    return home


def _without_engine(reason: Exception) -> NoReturn:
    # Where nobody watches, a test that is skipped is a test that is forgotten.
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"no private engine: {reason}", pytrace=False)
    pytest.skip(f"no private engine: {reason}")


@pytest.fixture(scope="session")
def _swept() -> None:
    sweep()


@pytest.fixture(scope="session")
def engine(_swept: None) -> Iterator[TestEngine]:
    """The distribution's Docker engine, one for the whole run. Tests share it: kill another one."""
    try:
        engine = start_engine()
    except EngineUnavailableError as error:
        _without_engine(error)
    yield engine
    engine.destroy()


@pytest.fixture(scope="session")
def newer_engine(_swept: None) -> Iterator[TestEngine]:
    """A newer Docker engine than the distribution's, one for the whole run."""
    try:
        engine = start_engine(programs=newer_programs(), label="n")
    except EngineUnavailableError as error:
        # Even in continuous integration: it comes from the network, and not every distribution has one.
        pytest.skip(f"no newer engine: {error}")
    yield engine
    engine.destroy()


@pytest.fixture(scope="session", params=["docker", "newer"])
def real_engine(request: pytest.FixtureRequest) -> TestEngine:
    """Each of the two engines in turn."""
    name = "engine" if request.param == "docker" else "newer_engine"
    return cast(TestEngine, request.getfixturevalue(name))


@pytest.fixture
def throwaway_engine(_swept: None) -> Iterator[ENGINE_FACTORY]:
    """Starts engines that the test may kill and freeze: ``throwaway_engine(*dockerd_flags)``."""
    made: list[TestEngine] = []

    def make(*flags: str, programs: Path | None = None) -> TestEngine:
        try:
            made.append(start_engine(*flags, programs=programs, label="x"))
        except EngineUnavailableError as error:
            _without_engine(error)
        return made[-1]

    yield make
    for engine in made:
        engine.destroy()


@pytest.fixture
def containers() -> Iterator[ContainerFactory]:
    """Makes containers, removed after the test: ``containers(engine, *flags, name=…, image=…, cmd=…)``."""
    factory = ContainerFactory()
    yield factory
    factory.clear()
