"""Runs the program as somebody would: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys


def dockdash(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs ``dockdash`` with arguments, and with more variables in its environment.

    Returns:
        Exit code, stdout and stderr.
    """
    return subprocess.run(
        [sys.executable, "-m", "dockdash", *arguments],
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
