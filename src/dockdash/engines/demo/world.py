"""The demo's host: its containers, what is done to them, and what happens to them by itself as time goes by.

Nothing happens in the background: whoever asks lets the time since the last question pass first (``catch_up``). What
happened then depends on the clock alone.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable

from dockdash.core.clock import Clock
from dockdash.core.errors import ConflictError, EngineError, NotFoundError
from dockdash.core.models import EngineEvent, Health, State
from dockdash.core.signals import signal_name
from dockdash.engines.demo.spec import Spec
from dockdash.engines.demo.state import Box, first_state

Listener = Callable[[EngineEvent], None]

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_SIGNALS = {name: number for number in range(1, 32) if (name := signal_name(number))}
_DEADLY = frozenset({"SIGINT", "SIGQUIT", "SIGABRT", "SIGKILL", "SIGTERM"})


class World:
    """The host.

    Args:
        specs: Its containers.
        clock: Whose time to use.
    """

    def __init__(self, specs: Iterable[Spec], clock: Clock) -> None:
        self._clock = clock
        self._listeners: list[Listener] = []
        self._agenda: list[tuple[float, int, str, int, str]] = []
        self._count = 0
        now = clock.time()
        self.boxes = {spec.id: first_state(spec, now) for spec in specs}
        for box in self.boxes.values():
            self._plan(box)

    def listen(self, listener: Listener) -> None:
        """Calls ``listener`` with every event from now on."""
        self._listeners.append(listener)

    def unlisten(self, listener: Listener) -> None:
        """Ends ``listen``; one that does not listen is no error."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def catch_up(self) -> float:
        """Lets everything happen that is due.

        Returns:
            Seconds since the epoch.
        """
        now = self._clock.time()
        while self._agenda and self._agenda[0][0] <= now:
            at, _, container_id, run, what = heapq.heappop(self._agenda)
            box = self.boxes.get(container_id)
            if box is not None and box.run == run:
                self._happen(box, what, at)
        return now

    def next_due(self) -> float:
        """When the next thing happens by itself, seconds since the epoch."""
        return self._agenda[0][0] if self._agenda else float("inf")

    def find(self, reference: str) -> Box:
        """A container by its id, name or the beginning of its id.

        Args:
            reference: The id, name or beginning.

        Returns:
            The container.

        Raises:
            NotFoundError: There is none.
        """
        if reference in self.boxes:
            return self.boxes[reference]
        for box in self.boxes.values():
            if reference and (box.name == reference or box.spec.id.startswith(reference)):
                return box
        raise NotFoundError(f"No such container: {reference}")

    def start(self, box: Box) -> None:
        """Starts a container; one that runs, or is about to, is left as it is."""
        now = self.catch_up()
        if box.state is State.PAUSED:
            raise ConflictError("cannot start a paused container, try unpause instead")
        if box.state in (State.RUNNING, State.RESTARTING):
            return
        box.restarts = 0
        self._begin(box, now)

    def stop(self, box: Box) -> None:
        """Stops a container; one that ended is left as it is."""
        self.catch_up()
        if not box.state.is_up:
            return
        self._kill(box, "SIGTERM" if box.spec.stop_code != 137 else "SIGKILL", box.spec.stop_code)
        self._emit(box, "stop")

    def pause(self, box: Box) -> None:
        """Pauses a running container."""
        now = self.catch_up()
        if box.state is State.PAUSED:
            raise ConflictError(f"Container {box.spec.id} is already paused")
        if box.state is State.RESTARTING:
            raise ConflictError(f"Container {box.spec.id} is restarting, wait until the container is running")
        self._need_processes(box)
        box.freeze(now)
        self._emit(box, "pause", now)

    def unpause(self, box: Box) -> None:
        """Ends the pause of a container."""
        now = self.catch_up()
        if box.state is not State.PAUSED:
            raise ConflictError(f"Container {box.spec.id} is not paused")
        box.thaw(now)
        self._plan(box)
        self._emit(box, "unpause", now)

    def kill(self, box: Box, signal: str) -> None:
        """Sends a signal, by name with or without its SIG, or by number."""
        self.catch_up()
        name = signal.upper()
        name = (signal_name(int(name)) or name) if name.isdecimal() else f"SIG{name.removeprefix('SIG')}"
        if name not in _SIGNALS:
            raise EngineError(f"invalid signal: {signal}")
        if not box.is_live:
            raise ConflictError(f"cannot kill container: {box.spec.id}: container {box.spec.id} is not running")
        self._kill(box, name, 128 + _SIGNALS[name])

    def rename(self, box: Box, name: str) -> None:
        """Gives a container another name."""
        self.catch_up()
        name = name.removeprefix("/")
        if not _NAME.fullmatch(name):
            raise EngineError(f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
        if name == box.name:
            raise EngineError("Renaming a container with the same name as its current name")
        for other in self.boxes.values():
            if other.name == name:
                raise ConflictError(
                    f'Conflict. The container name "/{name}" is already in use by container "{other.spec.id}". You '
                    "have to remove (or rename) that container to be able to reuse that name."
                )
        old, box.name = box.name, name
        self._emit(box, "rename", oldName=f"/{old}")

    def remove(self, box: Box, *, force: bool) -> None:
        """Removes a container."""
        self.catch_up()
        if box.state.is_up:
            if not force:
                how = "stop the container before removing or force remove"
                how = f"unpause and then {how}" if box.state is State.PAUSED else how
                raise ConflictError(f'cannot remove container "/{box.name}": container is {box.state.value}: {how}')
            self._kill(box, "SIGKILL", 137)
        box.is_gone = True
        self.boxes.pop(box.spec.id, None)
        self._emit(box, "destroy")

    def note_restart(self, box: Box) -> None:
        """Reports that a restart is complete."""
        self._emit(box, "restart")

    def need_processes(self, box: Box) -> None:
        """Raises ``ConflictError`` where a container has no processes."""
        self.catch_up()
        self._need_processes(box)

    @staticmethod
    def _need_processes(box: Box) -> None:
        if not box.is_live:
            raise ConflictError(f"Container {box.spec.id} is not running")

    def _kill(self, box: Box, name: str, code: int) -> None:
        """Sends a signal that is known, and lets the container die of it where it does."""
        now = self._clock.time()
        if not box.is_live:
            # Between two attempts there is nobody to send it to: the engine only gives up trying.
            box.state = State.EXITED
            return
        self._emit(box, "kill", now, signal=str(_SIGNALS[name]))
        if name in _DEADLY:
            self._die(box, now, code)

    def _die(self, box: Box, at: float, code: int, *, oom: bool = False) -> None:
        box.end_run(at, code, oom=oom)
        if oom:
            self._emit(box, "oom", at)
        self._emit(box, "die", at, execDuration=str(int(at - box.started)), exitCode=str(code))

    def _begin(self, box: Box, at: float) -> None:
        box.begin_run(at)
        self._plan(box)
        self._emit(box, "start", at)

    def _plan(self, box: Box) -> None:
        """Notes down what happens to a container by itself after it started, went on or died."""
        ending, check = box.spec.ending, box.spec.health
        if box.state is State.RUNNING:
            resumed = box.spans[-1]
            if ending:
                self._note(resumed.begin + ending.after - resumed.offset, box, "end")
            if check and box.health is Health.STARTING:
                self._note(resumed.begin + check.settle - resumed.offset, box, "health")
        elif box.state is State.RESTARTING and ending and ending.retry is not None:
            self._note(box.finished + ending.retry, box, "retry")

    def _note(self, at: float, box: Box, what: str) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (at, self._count, box.spec.id, box.run, what))

    def _happen(self, box: Box, what: str, at: float) -> None:
        ending, check = box.spec.ending, box.spec.health
        if what == "retry" and box.state is State.RESTARTING:
            box.restarts += 1
            self._begin(box, at)
        # A pause puts off what was planned: going on plans it anew.
        elif what == "end" and ending and box.state is State.RUNNING and box.active(at) > ending.after - 1e-3:
            self._die(box, at, ending.code, oom=ending.oom)
            if ending.retry is not None:
                box.state = State.RESTARTING
                self._plan(box)
        elif what == "health" and check and box.state is State.RUNNING and box.active(at) > check.settle - 1e-3:
            if box.health is Health.STARTING:
                self._emit(box, f"health_status: {check.verdict.value}", at)
            box.health = check.verdict

    def _emit(self, box: Box, action: str, at: float | None = None, **extra: str) -> None:
        attributes = {**box.spec.labels, "image": box.spec.image, "name": box.name, **extra}
        when = self._clock.time() if at is None else at
        event = EngineEvent(action, box.spec.id, when, attributes)
        for listener in tuple(self._listeners):
            listener(event)
