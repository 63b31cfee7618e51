"""What the program knows about containers, hosts and their streams.

Every value is frozen: services publish whole new values and front ends compare them. Nothing here knows which
engine a value came from; the engines map their own answers onto these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

SHORT_ID = 12
"""How many digits of an id the Docker command line shows."""

COMPOSE_PROJECT = "com.docker.compose.project"
COMPOSE_SERVICE = "com.docker.compose.service"


class State(StrEnum):
    """A container's state, in the words of the Docker Engine API (1.41, ``ContainerState.Status``)."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    REMOVING = "removing"
    EXITED = "exited"
    DEAD = "dead"
    UNKNOWN = "unknown"

    @property
    def is_up(self) -> bool:
        """Whether processes of the container exist (running, paused or being restarted)."""
        return self in (State.RUNNING, State.PAUSED, State.RESTARTING)


class Health(StrEnum):
    """The last verdict of a container's health check."""

    NONE = "none"
    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


class Port(NamedTuple):
    """One port of a container; ``public`` is None where it is exposed but not published."""

    private: int
    protocol: str = "tcp"
    public: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """One container as the list shows it.

    Attributes:
        id: The full id.
        name: The engine's name, without its leading slash, as it came: never shown before it was cleaned.
        image: The image reference it was created from.
        image_id: The image's id.
        command: The command line, as the engine words it.
        created: Seconds since the epoch.
        state: What it is doing.
        since: Seconds since the epoch at which it entered that state, as exactly as the source tells;
            None where unknown.
        health: The last verdict of its health check.
        exit_code: The exit code of a container that ended, None where unknown.
        ports: Exposed and published ports, in the order of the private number.
        labels: The container's labels.
        networks: Name of each network and the address there ("" where it has none).
        restarts: How often the engine restarted it; None as long as nobody has asked.
    """

    id: str
    name: str
    image: str
    image_id: str = ""
    command: str = ""
    created: float = 0.0
    state: State = State.UNKNOWN
    since: float | None = None
    health: Health = Health.NONE
    exit_code: int | None = None
    ports: tuple[Port, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    networks: tuple[tuple[str, str], ...] = ()
    restarts: int | None = None

    @property
    def short_id(self) -> str:
        """The first twelve digits of the id."""
        return self.id[:SHORT_ID]

    @property
    def project(self) -> str:
        """The compose project, "" for a container outside any."""
        return self.labels.get(COMPOSE_PROJECT, "")

    @property
    def service(self) -> str:
        """The compose service, "" for a container outside any project."""
        return self.labels.get(COMPOSE_SERVICE, "")

    @property
    def address(self) -> str:
        """The first address on any network, "" where it has none."""
        return next((address for _, address in self.networks if address), "")


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine says of itself once, when the connection is made.

    Attributes:
        product: "Docker", "Podman" or "Demo".
        version: The engine's own version.
        api_version: The API version agreed on.
        name: The host's name.
        os: The operating system's name.
        cpus: How many processors the engine has, 0 where unknown.
        memory: Bytes of memory the engine has, 0 where unknown.
        endpoint: The address it was reached at.
        origin: Why this address was chosen ("context prod", "DOCKER_HOST", …).
        is_remote: Whether bytes to it cross a network.
    """

    product: str
    version: str
    api_version: str
    name: str = ""
    os: str = ""
    cpus: int = 0
    memory: int = 0
    endpoint: str = ""
    origin: str = ""
    is_remote: bool = False


class EngineEvent(NamedTuple):
    """One event of a container, e.g. ``start``, ``die``, ``rename``, ``health_status: healthy``."""

    action: str
    container_id: str
    at: float
    attributes: Mapping[str, str]


class LogPiece(NamedTuple):
    """A run of log bytes of one stream: a line, a part of one, or several.

    Attributes:
        stream: 1 for stdout, 2 for stderr; a TTY has only 1.
        stamp: The engine's RFC 3339 time of the piece (ASCII, nanoseconds, UTC), or b"" where none was asked for.
        data: The bytes as the container wrote them, line ends included, the stamp taken off.
    """

    stream: int
    stamp: bytes
    data: bytes


class StatsSample(NamedTuple):
    """One reading of a container's counters; None where the engine does not know one.

    Attributes:
        at: Seconds since the epoch, by the engine's clock.
        cpu: Nanoseconds of processor time that the container used since it started.
        system: Nanoseconds of processor time that the whole system used; None where the engine counts otherwise.
        cpus: Processors on line.
        memory: Bytes in use, the page cache taken off as ``docker stats`` does.
        memory_limit: Bytes that it may use; None where it has no limit that the engine knows.
        rx: Bytes received on all networks.
        tx: Bytes sent on all networks.
        read: Bytes read from all block devices.
        written: Bytes written to all block devices.
        pids: Processes and threads.
    """

    at: float
    cpu: int | None = None
    system: int | None = None
    cpus: int | None = None
    memory: int | None = None
    memory_limit: int | None = None
    rx: int | None = None
    tx: int | None = None
    read: int | None = None
    written: int | None = None
    pids: int | None = None


@dataclass(frozen=True, slots=True)
class ProcessTable:
    """The processes of a container: column titles and rows, in the engine's order."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ContainerDetail:
    """All that the engine tells of one container.

    Attributes:
        container: The same container as the list shows it, with what only an inspection tells.
        raw: The engine's answer, in the shape of the Docker Engine API's ``ContainerInspect``; for display and for
            the pure rules in ``core`` that read it (the environment, the run command, the posture).
        tty: Whether it has a terminal (its log is one raw stream then).
        log_driver: Name of the logging driver.
    """

    container: Container
    raw: Mapping[str, Any]
    tty: bool = False
    log_driver: str = ""

    @property
    def env(self) -> tuple[tuple[str, str], ...]:
        """The environment as name and value pairs, in the engine's order."""
        entries = (self.raw.get("Config") or {}).get("Env") or ()
        return tuple((name, value) for name, _, value in (str(entry).partition("=") for entry in entries))
