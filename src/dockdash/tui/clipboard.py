"""To the clipboard by the way that works here: tmux, the desktop's own tool, or the terminal."""

from __future__ import annotations

import subprocess
from functools import partial

import pyperclip
from textual.app import App

from dockdash.config.surroundings import clipboard_way
from dockdash.control.aside import aside


def _to_tmux(text: str) -> bool:
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"], input=text.encode(), capture_output=True, timeout=2, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _to_desktop(text: str) -> bool:
    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError):
        return False
    return True


async def copy(app: App[object], text: str) -> str:
    """Copies text.

    Args:
        app: For the terminal's own way (OSC 52).
        text: What to copy.

    Returns:
        What happened, for people: the terminal gives no answer, so nothing more than "sent" is claimed for it.
    """
    way = clipboard_way()
    if way == "tmux" and await aside(partial(_to_tmux, text)):
        return "copied (tmux)"
    if way not in ("tmux", "OSC 52") and await aside(partial(_to_desktop, text)):
        return "copied"
    app.copy_to_clipboard(text)
    return "sent to the terminal's clipboard"
