"""One container of the demo as it is now: what happened to it, and how its ages follow from that."""

from __future__ import annotations

from dataclasses import dataclass, field

from dockdash.core.models import Container, Health, Port, State
from dockdash.engines.demo.noise import number
from dockdash.engines.demo.spec import Spec


@dataclass(slots=True)
class Span:
    """A time without interruption in which a container ran.

    Attributes:
        run: Which run it belongs to; a pause ends a span but no run.
        begin: Seconds since the epoch.
        offset: Active seconds of the same run before it.
        end: Seconds since the epoch, None while it goes on.
    """

    run: int
    begin: float
    offset: float = 0.0
    end: float | None = None

    def active(self, at: float) -> float:
        """Active seconds of the run at the time ``at``, not before ``begin``."""
        return self.offset + (at if self.end is None else min(at, self.end)) - self.begin


@dataclass(slots=True)
class Box:
    """One container.

    Attributes:
        spec: What it is made of.
        name: Its name now.
        state: What it is doing.
        created: Seconds since the epoch; ``started``, ``finished`` and ``paused`` likewise, 0 for never.
        run: Number of its run: whatever was meant for an earlier one is void.
        exit_code: Of its last run.
        oom: Whether its last run was ended for its memory.
        restarts: How often the engine restarted it by itself.
        health: The last verdict of its health check.
        spans: When it ran, in order.
        is_gone: Whether it was removed.
    """

    spec: Spec
    name: str
    state: State
    created: float
    started: float = 0.0
    finished: float = 0.0
    paused: float = 0.0
    run: int = 0
    exit_code: int = 0
    oom: bool = False
    restarts: int = 0
    health: Health = Health.NONE
    spans: list[Span] = field(default_factory=list)
    is_gone: bool = False

    @property
    def is_live(self) -> bool:
        """Whether it has processes: it runs, or is paused."""
        return not self.is_gone and self.state in (State.RUNNING, State.PAUSED)

    @property
    def pid(self) -> int:
        """The host's number of its first process, 0 without one."""
        return 1_000 + number(f"{self.spec.name} pid", self.run) % 60_000 if self.is_live else 0

    def active(self, at: float) -> float:
        """Seconds that its present run has been active at ``at``, pauses left out."""
        for span in reversed(self.spans):
            if span.run != self.run:
                break
            if span.begin <= at:
                return span.active(at)
        return 0.0

    def begin_run(self, at: float) -> None:
        """Starts it."""
        self.run += 1
        self.state, self.started = State.RUNNING, at
        self.exit_code, self.oom = 0, False
        self.health = Health.STARTING if self.spec.health else Health.NONE
        self.spans.append(Span(self.run, at))

    def end_run(self, at: float, code: int, *, oom: bool = False) -> None:
        """Ends its processes."""
        self._close_span(at)
        self.state, self.finished = State.EXITED, at
        self.exit_code, self.oom = code, oom

    def freeze(self, at: float) -> None:
        """Pauses it."""
        self._close_span(at)
        self.state, self.paused = State.PAUSED, at

    def thaw(self, at: float) -> None:
        """Ends its pause."""
        self.spans.append(Span(self.run, at, self.active(at)))
        self.state = State.RUNNING

    def _close_span(self, at: float) -> None:
        if self.spans and self.spans[-1].end is None:
            self.spans[-1].end = at

    def container(self, *, inspected: bool = False) -> Container:
        """What the list shows of it, with the restarts where it was inspected: Docker's list leaves them out."""
        spec = self.spec
        since = {
            State.CREATED: self.created,
            State.RUNNING: self.started,
            State.PAUSED: self.paused,
        }.get(self.state, self.finished)
        return Container(
            id=spec.id,
            name=self.name,
            image=spec.image,
            image_id=spec.image_id,
            command=" ".join(f"'{word}'" if " " in word else word for word in spec.argv),
            created=self.created,
            state=self.state,
            since=since,
            health=self.health if self.is_live else Health.NONE,
            exit_code=self.exit_code if self.state in (State.EXITED, State.RESTARTING) else None,
            ports=self.ports(),
            labels=spec.labels,
            networks=((spec.network, spec.address if self.is_live else ""),),
            restarts=self.restarts if inspected else None,
        )

    def ports(self) -> tuple[Port, ...]:
        """Its ports; only a container with processes has any."""
        if not self.is_live:
            return ()
        return tuple(
            sorted(
                Port(port.private, port.protocol, port.public, address)
                for port in self.spec.ports
                for address in (port.addresses or ("",))
            )
        )


def first_state(spec: Spec, now: float) -> Box:
    """The container as it is when the demo begins.

    Args:
        spec: What it is made of.
        now: The time at which the demo begins.

    Returns:
        The container, with a past.
    """
    box = Box(spec, spec.name, spec.state, now - spec.created, restarts=spec.restarts)
    if spec.state is State.CREATED:
        return box
    box.started = now - spec.started
    _remember_runs(box)
    box.run = box.restarts + 1
    box.spans.append(Span(box.run, box.started))
    if spec.health:
        box.health = spec.health.verdict
    if spec.state is State.PAUSED:
        box.freeze(now - spec.changed)
    elif spec.state in (State.EXITED, State.RESTARTING):
        box.end_run(now - spec.changed, spec.exit_code, oom=bool(spec.ending and spec.ending.oom))
        box.state = spec.state
    return box


def _remember_runs(box: Box) -> None:
    """Gives a container that the engine restarts again and again its earlier runs."""
    ending = box.spec.ending
    if ending is None or ending.retry is None:
        return
    box.restarts = int((box.started - box.created) // ending.cycle)
    for run in range(1, box.restarts + 1):
        begin = box.started - (box.restarts + 1 - run) * ending.cycle
        box.spans.append(Span(run, begin, end=begin + ending.after))
    if box.spans:
        box.finished = box.spans[-1].end or 0.0
