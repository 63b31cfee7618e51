"""What a container of the demo is made of: frozen descriptions, no state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dockdash.core.models import COMPOSE_PROJECT, COMPOSE_SERVICE, Health, State
from dockdash.engines.demo.noise import digits

MIB = 1024 * 1024
MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Publish:
    """One port that the image exposes, and the addresses where it is published (none: only exposed)."""

    private: int
    public: int | None = None
    addresses: tuple[str, ...] = ()
    protocol: str = "tcp"


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount: a volume where ``source`` is a plain name, a bind of the host's path otherwise."""

    source: str
    target: str
    writable: bool = True

    @property
    def is_volume(self) -> bool:
        """Whether this is a named volume."""
        return not self.source.startswith("/")


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A health check and the verdict it always comes to, ``settle`` seconds after a start."""

    command: str
    verdict: Health
    output: str
    interval: float = 10.0
    settle: float = 5.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a container ends by itself.

    Attributes:
        after: Seconds from its start.
        code: Its exit code.
        oom: Whether the kernel killed it for its memory.
        retry: Seconds until the engine starts it again, None where its policy says no.
    """

    after: float
    code: int
    oom: bool = False
    retry: float | None = None

    @property
    def cycle(self) -> float:
        """Seconds from one start to the next."""
        return self.after + (self.retry or 0.0)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a container uses.

    Attributes:
        cpu: Mean load in percent of one processor.
        swing: How far the load leaves the mean, as a share of it (0 to 1).
        period: Seconds of one swing.
        shape: "wave", "burst" or "saw".
        memory: Mean bytes in use.
        growth: Bytes that it leaks every minute after its start.
        rx: Mean bytes received a second; ``tx``, ``read`` and ``written`` likewise.
        pids: Processes and threads.
    """

    cpu: float = 0.4
    swing: float = 0.4
    period: float = 41.0
    shape: str = "wave"
    memory: int = 24 * MIB
    growth: int = 0
    rx: int = 0
    tx: int = 0
    read: int = 0
    written: int = 0
    pids: int = 1


@dataclass(frozen=True, slots=True)
class Security:
    """What a container may do beyond or below the usual."""

    privileged: bool = False
    read_only: bool = False
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compose:
    """Where a container stands in a compose project."""

    project: str
    service: str
    number: int = 1
    depends_on: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """The labels that Docker Compose writes."""
        folder = f"/srv/{self.project}"
        return {
            "com.docker.compose.config-hash": digits(f"config {self.project} {self.service}"),
            "com.docker.compose.container-number": str(self.number),
            "com.docker.compose.depends_on": self.depends_on,
            "com.docker.compose.image": f"sha256:{digits(f'image of {self.project} {self.service}')}",
            "com.docker.compose.oneoff": "False",
            COMPOSE_PROJECT: self.project,
            "com.docker.compose.project.config_files": f"{folder}/compose.yaml",
            "com.docker.compose.project.working_dir": folder,
            COMPOSE_SERVICE: self.service,
            "com.docker.compose.version": "2.29.7",
        }


@dataclass(frozen=True, slots=True)
class Spec:
    """One container: how it was made, and the moment of its life at which the demo begins.

    Attributes:
        name: Its first name; ids follow from it.
        image: The image reference.
        cmd: The command; ``entrypoint`` comes before it.
        script: Which log it writes, a name from ``lines.SCRIPTS``.
        processes: User and command line of each process, the first one first.
        state: Its state when the demo begins.
        created: Seconds before the demo's beginning; ``started`` and ``changed`` (finished or paused) likewise.
        exit_code: Of its last run, where it ended.
        stop_code: What it exits with when it is asked to stop.
        pids_limit: As ``docker run --pids-limit``; ``memory`` (bytes) and ``cpus`` are limits too, 0 for none.
        restart: The restart policy.
    """

    name: str
    image: str
    cmd: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    script: str = "plain"
    processes: tuple[tuple[str, str], ...] = ()
    profile: Profile = Profile()
    compose: Compose | None = None
    extra_labels: Mapping[str, str] = field(default_factory=dict)
    env: tuple[str, ...] = ()
    ports: tuple[Publish, ...] = ()
    mounts: tuple[Mount, ...] = ()
    health: HealthCheck | None = None
    ending: Ending | None = None
    security: Security = Security()
    user: str = ""
    workdir: str = "/"
    tty: bool = False
    restart: str = "no"
    memory: int = 0
    cpus: float = 0.0
    pids_limit: int = 0
    state: State = State.RUNNING
    created: float = 3 * HOUR + 2
    started: float = 3 * HOUR
    changed: float = 0.0
    exit_code: int = 0
    stop_code: int = 0
    restarts: int = 0
    host: int = 2

    @property
    def id(self) -> str:
        """The full id."""
        return digits(f"container {self.name}")

    @property
    def image_id(self) -> str:
        """The image's id."""
        return f"sha256:{digits(f'image {self.image}')}"

    @property
    def argv(self) -> tuple[str, ...]:
        """Entry point and command."""
        return self.entrypoint + self.cmd

    @property
    def labels(self) -> dict[str, str]:
        """All labels."""
        return {**(self.compose.labels if self.compose else {}), **self.extra_labels}

    @property
    def network(self) -> str:
        """The one network it is on."""
        return f"{self.compose.project}_default" if self.compose else "bridge"

    @property
    def subnet(self) -> str:
        """The first two numbers of its network's addresses."""
        return f"172.{SUBNETS.get(self.compose.project, 31) if self.compose else 17}"

    @property
    def address(self) -> str:
        """Its address while it runs."""
        return f"{self.subnet}.{self.host // 250}.{self.host % 250}"


SUBNETS = {"shop": 20, "blog": 21, "metrics": 22}
"""The second number of each project's subnet."""
