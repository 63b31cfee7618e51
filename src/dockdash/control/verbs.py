"""What can be done to a container: its name, what it needs, the engine's call, and the same in the docker language."""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from dockdash.core.capabilities import Capability
from dockdash.core.models import Container, State
from dockdash.core.text import clean
from dockdash.engines.port import Engine

Params = Mapping[str, str]
"""What a verb was told beside its target: ``signal``, ``name``, and ``volumes`` and ``force`` ("1" for yes)."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done to a container.

    Attributes:
        id: Its name in the registry.
        doing: What to say while it runs ("stopping").
        done: What to say afterwards ("stopped").
        capability: What the engine must be able to do.
        call: Does it.
        words: The arguments of the ``docker`` command that does the same, the container's name left out.
        fits: Whether it makes sense in a state; elsewhere it is not even tried.
    """

    id: str
    doing: str
    done: str
    capability: Capability
    call: Callable[[Engine, Container, Params], Awaitable[None]]
    words: Callable[[Params], list[str]]
    fits: Callable[[Container], bool] = lambda container: True

    def command(self, container: Container, params: Params) -> str:
        """The equivalent command line, safe to show and to paste."""
        arguments = [*self.words(params), clean(container.name)]
        if self.id == "rename":
            arguments.append(params.get("name", ""))
        return shlex.join(["docker", *arguments])


def _remove_words(params: Params) -> list[str]:
    return ["rm", *(["-f"] if params.get("force") else []), *(["-v"] if params.get("volumes") else [])]


VERBS: dict[str, Verb] = {
    verb.id: verb
    for verb in (
        Verb(
            "start",
            "starting",
            "started",
            Capability.START,
            lambda engine, container, params: engine.start(container.id),
            lambda params: ["start"],
            lambda container: container.state not in (State.RUNNING, State.PAUSED, State.REMOVING),
        ),
        Verb(
            "stop",
            "stopping",
            "stopped",
            Capability.STOP,
            lambda engine, container, params: engine.stop(container.id),
            lambda params: ["stop"],
            lambda container: container.state.is_up,
        ),
        Verb(
            "restart",
            "restarting",
            "restarted",
            Capability.RESTART,
            lambda engine, container, params: engine.restart(container.id),
            lambda params: ["restart"],
            lambda container: container.state is not State.REMOVING,
        ),
        Verb(
            "pause",
            "pausing",
            "paused",
            Capability.PAUSE,
            lambda engine, container, params: engine.pause(container.id),
            lambda params: ["pause"],
            lambda container: container.state is State.RUNNING,
        ),
        Verb(
            "unpause",
            "resuming",
            "resumed",
            Capability.PAUSE,
            lambda engine, container, params: engine.unpause(container.id),
            lambda params: ["unpause"],
            lambda container: container.state is State.PAUSED,
        ),
        Verb(
            "kill",
            "signalling",
            "signalled",
            Capability.KILL,
            lambda engine, container, params: engine.kill(container.id, params.get("signal", "SIGKILL")),
            lambda params: ["kill", "--signal", params.get("signal", "SIGKILL")],
            lambda container: container.state.is_up,
        ),
        Verb(
            "rename",
            "renaming",
            "renamed",
            Capability.RENAME,
            lambda engine, container, params: engine.rename(container.id, params.get("name", "")),
            lambda params: ["rename"],
        ),
        Verb(
            "remove",
            "removing",
            "removed",
            Capability.REMOVE,
            lambda engine, container, params: engine.remove(
                container.id, volumes=bool(params.get("volumes")), force=bool(params.get("force"))
            ),
            _remove_words,
            lambda container: container.state is not State.REMOVING,
        ),
    )
}
