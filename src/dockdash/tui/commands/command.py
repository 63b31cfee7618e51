"""What a command is, and the one thing that several do: copying."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Coroutine
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
    words = await clipboard.copy(screen.app, text)
    large = " (long: ctrl-s saves to a file instead)" if len(text) > LARGE else ""
    screen.tell(f"{what} {words}{large}")


async def open_url(url: str) -> bool:
    """Opens an address in the desktop's browser; False where there is no desktop.

    Never a browser of the terminal, which is taken, and nothing that the opener prints reaches it.
    """
    desktop = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if not desktop or not opener or os.environ.get("SSH_TTY"):
        return False
    nowhere = asyncio.subprocess.DEVNULL
    await asyncio.create_subprocess_exec(
        opener, url, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
    )
    return True
