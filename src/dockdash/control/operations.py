"""Doing things to containers: several at once, with progress, cancellation and a journal."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dockdash.control.topic import Topic
from dockdash.control.verbs import VERBS, Params, Verb
from dockdash.core.clock import Clock
from dockdash.core.errors import DeadlineError, DockdashError, EngineError, ReadOnlyError, UnsupportedError, UsageError
from dockdash.core.models import Container
from dockdash.core.text import clean
from dockdash.engines.port import Engine

AT_ONCE = 6
JOURNAL = 1000


class Outcome(StrEnum):
    """How one step came out."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: what was done to which container.

    Attributes:
        number: Counts from 1.
        at: Seconds since the epoch at which it began.
        verb: The verb's id.
        name: The container's name at that time, made harmless.
        command: The equivalent docker command line.
        outcome: How it came out.
        seconds: How long it took.
        error: The error's words and hint where it failed.
    """

    number: int
    at: float
    verb: str
    name: str
    command: str
    outcome: Outcome = Outcome.RUNNING
    seconds: float = 0.0
    error: str = ""


@dataclass(slots=True)
class Operation:
    """A verb on its way over one or more containers.

    Attributes:
        verb: What is being done.
        total: How many containers.
        entries: The journal entries of those that are over or under way, by container id.
        errors: What went wrong, by container name.
    """

    verb: Verb
    total: int
    entries: dict[str, Entry]
    errors: dict[str, DockdashError]
    task: asyncio.Task[None] | None = None
    cancelled: bool = False

    @property
    def over(self) -> int:
        """How many containers are done with, well or not."""
        return sum(entry.outcome is not Outcome.RUNNING for entry in self.entries.values())

    @property
    def done(self) -> int:
        """How many went well."""
        return sum(entry.outcome is Outcome.DONE for entry in self.entries.values())

    def cancel(self) -> None:
        """Begins nothing more; what the engine has been asked to do already, it may still do."""
        self.cancelled = True
        if self.task is not None:
            self.task.cancel()


class Operations:
    """Carries verbs out and writes the journal.

    Args:
        engine: Tells the engine to ask now.
        clock: Whose time to use.
        read_only: Refuse everything that would change a container.
    """

    def __init__(self, engine: Callable[[], Engine], clock: Clock, *, read_only: bool = False) -> None:
        self._engine, self._clock, self.read_only = engine, clock, read_only
        self._journal: deque[Entry] = deque(maxlen=JOURNAL)
        self._count = 0
        # one gate for all operations: the engine's calls share few threads, and some must be left for looking
        self._gate = asyncio.Semaphore(AT_ONCE)
        self.current: list[Operation] = []
        self.changed: Topic[Operation] = Topic()

    @property
    def journal(self) -> Sequence[Entry]:
        """What was done in this session, oldest first, at most ``JOURNAL`` entries."""
        return tuple(self._journal)

    def refusal(self, verb_id: str) -> DockdashError | None:
        """Why a verb cannot be used at all now, None where it can."""
        verb = VERBS[verb_id]
        if self.read_only:
            return ReadOnlyError(verb_id)
        if verb.capability not in self._engine().capabilities:
            return UnsupportedError(verb.capability, "this engine")
        return None

    def begin(self, verb_id: str, containers: Sequence[Container], params: Params | None = None) -> Operation:
        """Starts a verb on its way and returns at once.

        Args:
            verb_id: A key of ``VERBS``.
            containers: What to do it to; those in a state where it makes no sense are left out.
            params: What the verb wants to know.

        Returns:
            The operation; ``changed`` tells of its progress.

        Raises:
            ReadOnlyError: This program may change nothing.
            UnsupportedError: The engine cannot do it.
            UsageError: No container is in a state where it makes sense.
        """
        verb = VERBS[verb_id]
        if refusal := self.refusal(verb_id):
            raise refusal
        fitting = [container for container in containers if verb.fits(container)]
        if not fitting:
            states = ", ".join(sorted({container.state.value for container in containers})) or "nothing"
            raise UsageError(f"nothing to {verb_id}: {states}")
        operation = Operation(verb, len(fitting), {}, {})
        operation.task = asyncio.create_task(self._run(operation, fitting, params or {}), name=f"operation-{verb_id}")
        # not at the end of the task's own code: one that is cancelled at once never begins
        operation.task.add_done_callback(lambda _: self._ended(operation))
        self.current.append(operation)
        return operation

    def _ended(self, operation: Operation) -> None:
        self.current.remove(operation)
        self.changed.publish(operation)

    async def _run(self, operation: Operation, containers: Sequence[Container], params: Params) -> None:
        async def step(container: Container) -> None:
            async with self._gate:
                await self._step(operation, container, params)

        await asyncio.gather(*(step(container) for container in containers))

    async def _step(self, operation: Operation, container: Container, params: Params) -> None:
        self._count += 1
        verb = operation.verb
        entry = Entry(self._count, self._clock.time(), verb.id, clean(container.name), verb.command(container, params))
        operation.entries[container.id] = entry
        self._journal.append(entry)
        self.changed.publish(operation)
        began = self._clock.monotonic()
        outcome, error = Outcome.CANCELLED, ""
        try:
            await verb.call(self._engine(), container, params)
            outcome = Outcome.DONE
        except DockdashError as failure:
            if isinstance(failure, DeadlineError):
                failure.hint = failure.hint or "the engine may still do it: a missing answer is not a no"
            outcome, error = Outcome.FAILED, failure.message
            operation.errors[entry.name] = failure
        except Exception as fault:  # noqa: BLE001 - told like any other failure, not lost with the task
            outcome, error = Outcome.FAILED, f"{type(fault).__name__}: {clean(str(fault), 200)}"
            operation.errors[entry.name] = EngineError(error)
        finally:
            over = replace(entry, outcome=outcome, seconds=self._clock.monotonic() - began, error=error)
            operation.entries[container.id] = over
            self._amend(entry, over)
            self.changed.publish(operation)

    def _amend(self, entry: Entry, over: Entry) -> None:
        for at in range(len(self._journal) - 1, -1, -1):
            if self._journal[at].number == entry.number:
                self._journal[at] = over
                return

    async def aclose(self) -> None:
        """Cancels what is on its way."""
        tasks = [operation.task for operation in self.current if operation.task is not None]
        for operation in tuple(self.current):
            operation.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=0.5)
