"""What an engine can do, declared by itself and asked before anything is tried."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """One thing that an engine may be able to do."""

    LIST = "list containers"
    EVENTS = "report events"
    STATS = "report statistics"
    LOGS = "read logs"
    INSPECT = "inspect containers"
    TOP = "list processes"
    START = "start containers"
    STOP = "stop containers"
    RESTART = "restart containers"
    PAUSE = "pause containers"
    KILL = "send signals"
    RENAME = "rename containers"
    REMOVE = "remove containers"


OBSERVE = frozenset(
    {Capability.LIST, Capability.EVENTS, Capability.STATS, Capability.LOGS, Capability.INSPECT, Capability.TOP}
)
"""What only looks."""

LIFECYCLE = frozenset(
    {
        Capability.START,
        Capability.STOP,
        Capability.RESTART,
        Capability.PAUSE,
        Capability.KILL,
        Capability.RENAME,
        Capability.REMOVE,
    }
)
"""What changes containers."""
