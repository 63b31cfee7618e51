"""What the terminal around the program can do, told by its environment alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping


def clipboard_way(env: Mapping[str, str] | None = None) -> str:
    """How text gets to the user's clipboard.

    tmux drops the terminal's own sequence by default (measured), and over ssh a desktop tool would fill the far
    machine's clipboard.

    Args:
        env: The environment, the process's own by default.

    Returns:
        "tmux" for ``tmux load-buffer``, the name of a desktop's tool, or "OSC 52" for the terminal's own sequence.
    """
    env = os.environ if env is None else env
    if env.get("TMUX") and shutil.which("tmux"):
        return "tmux"
    if not (env.get("SSH_TTY") or env.get("SSH_CONNECTION")):
        tools = [("pbcopy", True), ("wl-copy", bool(env.get("WAYLAND_DISPLAY")))]
        tools += [("xclip", bool(env.get("DISPLAY"))), ("xsel", bool(env.get("DISPLAY"))), ("clip.exe", True)]
        for tool, usable in tools:
            if usable and shutil.which(tool):
                return tool
    return "OSC 52"
