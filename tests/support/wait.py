"""Waiting for facts, never for seconds."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")

POLL_SECONDS = 0.02


def wait_until(predicate: Callable[[], T], timeout: float = 10.0, what: str = "") -> T:
    """Asks ``predicate`` every 20 ms until what it says is true in the sense of ``if``.

    Args:
        predicate: Looks at a fact; what it raises is not caught.
        timeout: Seconds after which the test has failed. A long one costs nothing when all goes well.
        what: What is waited for, for the message of a failure.

    Returns:
        The true value.
    """
    end = time.monotonic() + timeout
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() >= end:
            raise _failure(what, timeout, value)
        time.sleep(POLL_SECONDS)


@overload
async def await_until(predicate: Callable[[], Awaitable[T]], timeout: float = 10.0, what: str = "") -> T: ...
@overload
async def await_until(predicate: Callable[[], T], timeout: float = 10.0, what: str = "") -> T: ...
async def await_until(predicate: Callable[[], object], timeout: float = 10.0, what: str = "") -> object:
    """As ``wait_until``, while the event loop goes on; the predicate may be a coroutine function."""
    end = time.monotonic() + timeout
    while True:
        value = predicate()
        if inspect.isawaitable(value):
            value = await value
        if value:
            return value
        if time.monotonic() >= end:
            raise _failure(what, timeout, value)
        await asyncio.sleep(POLL_SECONDS)


def _failure(what: str, timeout: float, last: object) -> AssertionError:
    seen = repr(last)
    if len(seen) > 500:
        seen = f"{seen[:500]}…"
    return AssertionError(f"not within {timeout:g} s: {what or 'what was waited for'} (last seen: {seen})")
