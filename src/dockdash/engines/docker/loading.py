"""Imports docker-py when something needs it first, in one thread at a time.

Two threads that import the same packages by different ways can see one of them half loaded (measured: "module
'docker' has no attribute 'errors'"), because Python breaks the deadlock between their import locks that way.
"""

from __future__ import annotations

import threading
from importlib import import_module

_one_at_a_time = threading.Lock()


def load_driver() -> None:
    """Returns when docker-py, and what maps its errors, is loaded."""
    with _one_at_a_time:
        for name in ("docker", "docker.errors", "docker.tls", "dockdash.engines.docker.errors"):
            import_module(name)
