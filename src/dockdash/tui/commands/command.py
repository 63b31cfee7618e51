"""What a command is, and the one thing that several do: copying."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from dockdash.tui import clipboard

if TYPE_CHECKING:
    from dockdash.tui.screens.main import MainScreen

Command = Callable[["MainScreen"], Coroutine[Any, Any, None] | None]
"""Does something at once, or gives the work that does it, with dialogs on its way."""

LARGE = 100_000
"""Characters from which on terminals drop what is sent to their clipboard."""


async def copy(screen: MainScreen, text: str, what: str) -> None:
    """Copies text and says by which way it went."""
    if not text:
        screen.tell("there is nothing to copy", severity="warning")
        return
    work = screen.run_worker(partial(clipboard.copy, screen.app, text), thread=True, group="clipboard")
    words = await work.wait()
    large = " (long: ctrl-s saves to a file instead)" if len(text) > LARGE else ""
    screen.tell(f"{what} {words}{large}")
