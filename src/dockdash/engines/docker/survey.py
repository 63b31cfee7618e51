"""Where Docker engines may be on this machine, for a report: nothing is connected to, docker-py is not imported."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from dockdash.core.errors import UsageError
from dockdash.engines.docker.endpoints import Endpoint, candidates, config_folder, context_names
from dockdash.engines.registry import Backend, Candidate, Survey


def survey(backend: Backend, env: Mapping[str, str] | None = None, home: Path | None = None) -> Survey:
    """Finds the addresses and the contexts.

    Args:
        backend: ``host`` or ``context`` among its options, or neither.
        env: The environment, the process's own by default.
        home: The home folder, the user's own by default.

    Returns:
        What was found; an address or a context that makes no sense is its ``problem``.
    """
    env = os.environ if env is None else env
    home = home or Path.home()
    contexts, current = context_names(env, home), _current(env, home)
    try:
        found = candidates(backend.options, env, home)
    except UsageError as problem:
        return Survey((), contexts, current, problem)
    # Each of several is opened by its address; a single one as it was asked for, since it may need a context's keys.
    alone = len(found) == 1
    return Survey(
        tuple(
            _candidate(endpoint, backend if alone else Backend("docker", {"host": endpoint.url})) for endpoint in found
        ),
        contexts,
        current,
    )


def _candidate(endpoint: Endpoint, backend: Backend) -> Candidate:
    return Candidate(endpoint.origin, endpoint.url, backend, not _is_missing(endpoint.socket_path))


def _is_missing(path: str) -> bool:
    """Whether a socket is certainly not there; one behind a closed folder may be."""
    if not path:
        return False
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _current(env: Mapping[str, str], home: Path) -> str:
    """The context that the Docker command line would use; a damaged file is told by ``candidates``."""
    if env.get("DOCKER_HOST"):
        return "default"
    if name := env.get("DOCKER_CONTEXT"):
        return name
    try:
        found = json.loads((config_folder(env, home) / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "default"
    return str((found.get("currentContext") if isinstance(found, dict) else "") or "default")
