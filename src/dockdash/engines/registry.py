"""Which kinds of engine there are, and where: a driver is imported when one of its kind is opened, never before."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, cast

from dockdash.core.clock import Clock
from dockdash.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockdash.engines.port import Engine

FACTORIES = {
    "docker": "dockdash.engines.docker.engine:open_engine",
    "demo": "dockdash.engines.demo.engine:open_engine",
}


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
