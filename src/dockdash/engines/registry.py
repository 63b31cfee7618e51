"""Which kinds of engine there are, and where: a driver is imported when one of its kind is opened, never before."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, cast

from dockdash.core.clock import Clock
from dockdash.core.errors import DockdashError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockdash.engines.port import Engine

FACTORIES = {
    "docker": "dockdash.engines.docker.engine:open_engine",
    "demo": "dockdash.engines.demo.engine:open_engine",
}

SURVEYS = {
    "docker": "dockdash.engines.docker.survey:survey",
}
"""What looks for the engines of a kind without connecting to any; a kind without one has a single way to it."""


@dataclass(frozen=True, slots=True)
class Backend:
    """Which engine to open.

    Attributes:
        kind: A name from ``FACTORIES``.
        options: What that kind wants to know: ``host`` and ``context`` for "docker".
    """

    kind: str = "docker"
    options: Mapping[str, str] = field(default_factory=dict)


def open_engine(backend: Backend, clock: Clock) -> Engine:
    """Makes the engine that ``backend`` names, without connecting to it.

    Args:
        backend: Kind and options.
        clock: Whose time to use.

    Returns:
        The engine; ``connect`` comes next.

    Raises:
        UsageError: No such kind.
    """
    target = FACTORIES.get(backend.kind)
    if target is None:
        raise UsageError(f"no engine of kind {backend.kind!r}", hint=f"there are: {', '.join(sorted(FACTORIES))}")
    module, _, name = target.partition(":")
    return cast("Engine", getattr(import_module(module), name)(backend.options, clock))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One address where an engine may be.

    Attributes:
        origin: Why it would be tried ("DOCKER_HOST", "context prod", "Podman", …).
        address: The address.
        backend: What opens just this one.
        exists: False where it is already known that nothing is there, such as a socket that does not exist.
    """

    origin: str
    address: str
    backend: Backend
    exists: bool = True


@dataclass(frozen=True, slots=True)
class Survey:
    """What can be known of a kind of engine without connecting.

    Attributes:
        candidates: The addresses in the order in which they would be tried.
        contexts: The names of the Docker contexts.
        current: The context that is in force where nothing else is asked for, "" where contexts mean nothing.
        problem: Why there are no candidates.
    """

    candidates: tuple[Candidate, ...] = ()
    contexts: tuple[str, ...] = ()
    current: str = ""
    problem: DockdashError | None = None


def survey(backend: Backend) -> Survey:
    """Looks for the engines that ``backend`` may mean, without connecting to any.

    Args:
        backend: Kind and options.

    Returns:
        What was found.
    """
    target = SURVEYS.get(backend.kind)
    if target is None:
        return Survey((Candidate(backend.kind, "", backend),))
    module, _, name = target.partition(":")
    return cast("Survey", getattr(import_module(module), name)(backend))
