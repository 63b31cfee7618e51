"""What ``dockdash doctor`` wants to know of engines: every address tried, not only as far as the first that answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from dockdash.core.clock import Clock, SystemClock
from dockdash.core.errors import DockdashError
from dockdash.core.models import EngineInfo
from dockdash.engines.registry import Backend, Candidate, open_engine, survey


@dataclass(frozen=True, slots=True)
class Finding:
    """One address, and what came of trying it.

    Attributes:
        origin: Why it would be tried.
        address: The address.
        exists: False where nothing is there, so that it was not tried.
        info: What the engine there says of itself, None where none answered.
        reason: Why none answered.
        hint: What may be done about it.
    """

    origin: str
    address: str
    exists: bool = True
    info: EngineInfo | None = None
    reason: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found of engines.

    Attributes:
        findings: Every address in the order in which they would be tried.
        contexts: The names of the Docker contexts.
        current: The context in force, "" where contexts mean nothing.
        problem: Why there was nothing to try.
        hint: What may be done about that.
    """

    findings: tuple[Finding, ...] = ()
    contexts: tuple[str, ...] = ()
    current: str = ""
    problem: str = ""
    hint: str = ""

    @property
    def used(self) -> Finding | None:
        """The one that dockdash would use: the first that answered."""
        return next((finding for finding in self.findings if finding.info is not None), None)


async def diagnose(backend: Backend, clock: Clock | None = None) -> Diagnosis:
    """Tries every address that ``backend`` may mean, all at once.

    Args:
        backend: Which engine.
        clock: Whose time to use.

    Returns:
        What came of it; that nothing answers is no error here.
    """
    found = survey(backend)
    alone = len(found.candidates) == 1
    clock = clock or SystemClock()
    findings = await asyncio.gather(*(_try(candidate, clock, alone) for candidate in found.candidates))
    problem, hint = (found.problem.message, found.problem.hint) if found.problem else ("", "")
    return Diagnosis(tuple(findings), found.contexts, found.current, problem, hint)


async def _try(candidate: Candidate, clock: Clock, alone: bool) -> Finding:
    origin, address, exists = candidate.origin, candidate.address, candidate.exists
    if not exists and not alone:
        return Finding(origin, address, exists, reason="it does not exist")
    try:
        engine = open_engine(candidate.backend, clock)
    except DockdashError as error:
        return Finding(origin, address, exists, reason=error.message, hint=error.hint)
    try:
        info = await engine.connect()
        return Finding(origin, address or info.endpoint, exists, info)
    except DockdashError as error:
        last = engine.attempts[-1].outcome if engine.attempts else ""
        return Finding(origin, address, exists, reason=last or error.message, hint=error.hint)
    finally:
        await engine.aclose()
