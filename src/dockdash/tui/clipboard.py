"""To the clipboard by the way that works here: tmux, the desktop's own tool, or the terminal.

tmux drops the terminal's sequence by default (measured), and over ssh a desktop tool would fill the remote
machine's clipboard.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping

import pyperclip
from textual.app import App


def way(env: Mapping[str, str] | None = None) -> str:
    """Which way is taken: "tmux", "native" or "terminal"."""
    env = os.environ if env is None else env
    if env.get("TMUX") and shutil.which("tmux"):
        return "tmux"
    remote = env.get("SSH_CONNECTION") or env.get("SSH_TTY")
    display = env.get("DISPLAY") or env.get("WAYLAND_DISPLAY") or shutil.which("pbcopy") or shutil.which("clip.exe")
    return "native" if display and not remote else "terminal"


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


def copy(app: App[object], text: str) -> str:
    """Copies text; blocks for as long as the tool takes, so a thread calls it.

    Args:
        app: For the terminal's own way (OSC 52).
        text: What to copy.

    Returns:
        What happened, for people: the terminal gives no answer, so nothing more than "sent" is claimed for it.
    """
    chosen = way()
    if chosen == "tmux" and _to_tmux(text):
        return "copied (tmux)"
    if chosen == "native" and _to_desktop(text):
        return "copied"
    app.call_from_thread(app.copy_to_clipboard, text)
    return "sent to the terminal's clipboard"
