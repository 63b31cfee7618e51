"""What the program remembers by itself: written whole, through a temporary file, never in place."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def load_state(path: Path) -> dict[str, Any]:
    """What was remembered; nothing where there is no file or it is damaged: it only holds conveniences."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def save_state(path: Path, changes: Mapping[str, Any]) -> None:
    """Adds changes to what is remembered.

    The file is read again first, so that two copies of the program lose nothing of each other but what both
    changed, and replaced in one step, so that nobody ever reads half of it.

    Args:
        path: The file; its folder is made.
        changes: Keys and values that JSON can hold.

    Raises:
        OSError: It cannot be written.
    """
    state = load_state(path) | dict(changes)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".state-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(state, file, indent=1, sort_keys=True)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
