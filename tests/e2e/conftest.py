"""Terminals and containers for the end-to-end tests: a module shares one program where its tests can."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.support.engine import ContainerFactory

TerminalFactory = Callable[..., Terminal]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


def _terminals(folder: Path) -> Iterator[TerminalFactory]:
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux")
    made: list[Terminal] = []

    def make(size: tuple[int, int] = (120, 40), **env: str) -> Terminal:
        made.append(Terminal(folder, size, env))
        return made[-1]

    yield make
    for terminal in made:
        terminal.close()


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[TerminalFactory]:
    """Opens terminals: ``terminals(size, VARIABLE="value")``; closed after the test."""
    yield from _terminals(tmp_path)


@pytest.fixture(scope="module")
def module_terminals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TerminalFactory]:
    """The same for a terminal that the tests of a module share."""
    yield from _terminals(tmp_path_factory.mktemp("terminals"))


@pytest.fixture(scope="module")
def module_containers() -> Iterator[ContainerFactory]:
    """As ``containers``, for containers that the tests of a module share."""
    factory = ContainerFactory()
    yield factory
    factory.clear()
