"""The latest snapshot of the containers, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from dockdash.control.topic import Topic
from dockdash.core.diff import Diff, diff
from dockdash.core.models import Container, EngineEvent, Health, State

_UNITS = (1.0, 60.0, 3600.0, 86_400.0, 604_800.0, 2_592_000.0, 31_536_000.0)

RELIST = frozenset(
    {"create", "start", "restart", "die", "stop", "pause", "unpause", "rename", "destroy", "update", "oom"}
)
"""Events after which the list may tell something new. The many others (exec, attach, top, …) change no row."""


def _grain(age: float) -> float:
    """How coarse the engine's words are for an age: "5 minutes" is right to a minute, "3 weeks" to a week."""
    return next((unit for unit in reversed(_UNITS) if age >= unit), 1.0)


def settle(old: Container | None, new: Container, now: float) -> Container:
    """A newly listed container with what an earlier snapshot knew better.

    The list tells ages in words ("Up 3 hours"), so each listing would put the beginning elsewhere; the earlier and
    often exact value stays as long as both may mean the same moment.
    """
    if old is None:
        return new
    since, restarts = new.since, new.restarts
    same = old.state is new.state and old.exit_code == new.exit_code
    if same and old.since is not None and (since is None or -2 <= since - old.since <= _grain(now - since) + 2):
        since = old.since
    if restarts is None and old.state is new.state:
        restarts = old.restarts
    return replace(new, since=since, restarts=restarts)


def after_event(known: Container, event: EngineEvent) -> Container | None:
    """What an event makes of a container, without asking the engine; None when it is gone.

    A list call takes some 55 ms after ``die``, while the engine cleans up (measured): the event itself tells enough.
    """
    action = event.action
    if action.startswith("health_status"):
        try:
            return replace(known, health=Health(action.partition(":")[2].strip()))
        except ValueError:
            return known
    match action:
        case "start":
            health = known.health if known.health is Health.NONE else Health.STARTING
            return replace(known, state=State.RUNNING, since=event.at, exit_code=None, health=health)
        case "die":
            code = event.attributes.get("exitCode", "")
            exit_code = int(code) if code.lstrip("-").isdigit() else None
            return replace(known, state=State.EXITED, since=event.at, exit_code=exit_code, restarts=None)
        case "pause":
            return replace(known, state=State.PAUSED)
        case "unpause":
            return replace(known, state=State.RUNNING)
        case "rename":
            return replace(known, name=event.attributes.get("name", known.name).removeprefix("/"))
        case "destroy":
            return None
    return known


class Store:
    """Holds the containers of one host; every change is published as a difference."""

    def __init__(self) -> None:
        self._containers: Mapping[str, Container] = {}
        self.changed: Topic[Diff] = Topic()

    @property
    def containers(self) -> Mapping[str, Container]:
        """The snapshot, by id. Never changed in place: a later one is another object."""
        return self._containers

    def get(self, container_id: str) -> Container | None:
        """One container, None where there is none of that id."""
        return self._containers.get(container_id)

    def _publish(self, after: dict[str, Container]) -> None:
        difference = diff(self._containers, after)
        if difference:
            self._containers = after
            self.changed.publish(difference)

    def replace_all(self, containers: Iterable[Container], now: float) -> None:
        """Takes a whole new list."""
        self._publish({c.id: settle(self._containers.get(c.id), c, now) for c in containers})

    def replace_some(self, asked: Collection[str], containers: Iterable[Container], now: float) -> None:
        """Takes the list of the containers that were asked for; those that are missing in it are gone."""
        after = {key: value for key, value in self._containers.items() if key not in asked}
        for container in containers:
            after[container.id] = settle(self._containers.get(container.id), container, now)
        # new ones come last and changed ones stay where they were
        order = [key for key in self._containers if key in after]
        order += [key for key in after if key not in self._containers]
        self._publish({key: after[key] for key in order})

    def put(self, container: Container) -> None:
        """Takes what an inspection told of one container that is known; unlike a list, it is exact about times."""
        known = self._containers.get(container.id)
        if known is not None:
            # the list names the image as it was asked for
            self._publish({**self._containers, known.id: replace(container, image=known.image or container.image)})

    def apply(self, events: Iterable[EngineEvent]) -> frozenset[str]:
        """Takes events.

        Returns:
            The ids of the containers that should be listed again.
        """
        after = dict(self._containers)
        stale: set[str] = set()
        for event in events:
            known = after.get(event.container_id)
            if known is not None:
                following = after_event(known, event)
                if following is None:
                    del after[event.container_id]
                else:
                    after[event.container_id] = following
            if event.action in RELIST:
                (stale.discard if event.action == "destroy" else stale.add)(event.container_id)
        self._publish(after)
        return frozenset(stale)

    def clear(self) -> None:
        """Forgets everything, as for another host."""
        self._publish({})
