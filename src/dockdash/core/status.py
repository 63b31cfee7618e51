"""What the status words of the engine's container list tell."""

from __future__ import annotations

import re
from typing import NamedTuple

from dockdash.core.models import Health
from dockdash.core.units import parse_duration_words

_CODE = re.compile(r"(?:exited|restarting) \((-?[0-9]{1,10})\)")
_HEALTH = re.compile(r"\((?:health: )?(healthy|unhealthy|starting)\)")
_SINCE = re.compile(r"(?:up|(?:exited|restarting) \([^)]*\))\s+([^()]+?)(?:\s+ago)?\s*(?:\([^()]*\)\s*)*")


class StatusWords(NamedTuple):
    """What one status text tells.

    Attributes:
        since_seconds: How many seconds ago the container entered its state, at least; None where it does not say.
        health: The verdict of the health check.
        exit_code: The exit code of a container that ended or is being restarted, None where it does not say.
    """

    since_seconds: float | None = None
    health: Health = Health.NONE
    exit_code: int | None = None


def parse_status(text: str) -> StatusWords:
    """Reads the ``Status`` text of a container list.

    The words are those of ``State.String`` in the Docker engine (API 1.41 to 1.51), for example "Up 2 hours
    (healthy)" or "Exited (137) 3 minutes ago", and Podman's variants of them, for example "Up 3 minutes ago".

    Args:
        text: The status text, as it came.

    Returns:
        What it tells; an unknown wording tells nothing and is no error.
    """
    words = " ".join(text.lower().split())
    since = _SINCE.fullmatch(words)
    health = _HEALTH.search(words)
    code = _CODE.match(words)
    return StatusWords(
        since_seconds=parse_duration_words(since[1]) if since else None,
        health=Health(health[1]) if health else Health.NONE,
        exit_code=int(code[1]) if code else None,
    )
