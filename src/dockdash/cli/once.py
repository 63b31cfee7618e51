"""Asking an engine once, without following anything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from dockdash.control.controller import Controller
from dockdash.engines.registry import Backend

T = TypeVar("T")


def ask(backend: Backend, question: Callable[[Controller], Awaitable[T]]) -> T:
    """Connects, asks, and lets go of the engine.

    Args:
        backend: Which engine.
        question: What to ask, once the engine answers.

    Returns:
        The answer.

    Raises:
        DockdashError: There is no way to the engine, or it refused.
    """

    async def run() -> T:
        controller = Controller(backend)
        try:
            await controller.connect_once()
            return await question(controller)
        finally:
            await controller.aclose()

    return asyncio.run(run())
