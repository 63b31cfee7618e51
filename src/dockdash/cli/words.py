"""A container in words for a table, and as plain data for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from dockdash.core.models import SHORT_ID, Container, Health, Port, State
from dockdash.core.units import age

_ANYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, never bound to
_ENDED = (State.EXITED, State.DEAD, State.RESTARTING)


def status_words(container: Container, now: float) -> str:
    """Words what a container is doing.

    Args:
        container: The container.
        now: Seconds since the epoch.

    Returns:
        Such as "up 3m healthy", "exited 137 12m ago" or "created 2h ago".
    """
    since = "" if container.since is None else age(now - container.since)
    if container.state in (State.RUNNING, State.PAUSED):
        health = "" if container.health is Health.NONE else container.health.value
        paused = "paused" if container.state is State.PAUSED else ""
        return " ".join(filter(None, ("up", since, paused, health)))
    if container.state is State.CREATED:
        return f"created {age(now - container.created)} ago" if container.created else "created"
    code = "" if container.exit_code is None or container.state not in _ENDED else str(container.exit_code)
    return " ".join(filter(None, (container.state.value, code, f"{since} ago" if since else "")))


def _port(port: Port) -> str:
    inner = f"{port.private}" if port.protocol == "tcp" else f"{port.private}/{port.protocol}"
    if port.public is None:
        return inner
    address = f"[{port.address}]" if ":" in port.address else port.address
    return f"{port.public}->{inner}" if port.address in _ANYWHERE else f"{address}:{port.public}->{inner}"


def port_words(ports: Iterable[Port]) -> str:
    """Words ports; one that is published on all addresses of both IP versions is named once.

    Args:
        ports: The ports.

    Returns:
        Such as "8080->80, 127.0.0.1:53->53/udp, 9000".
    """
    return ", ".join(dict.fromkeys(map(_port, ports)))


def image_words(image: str) -> str:
    """An image's reference; the short id of one that has no name."""
    return image.removeprefix("sha256:")[:SHORT_ID] if image.startswith("sha256:") else image


def _moment(seconds: float) -> str | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (OverflowError, OSError, ValueError):
        return None  # no year that a calendar has


def as_data(container: Container, now: float) -> dict[str, Any]:
    """A container as plain data; the keys are part of the program's interface (see ``dockdash ps --help``).

    Args:
        container: The container.
        now: Seconds since the epoch.

    Returns:
        What ``json`` can write.
    """
    return {
        "id": container.id,
        "name": container.name,
        "image": container.image,
        "state": container.state.value,
        "status": status_words(container, now),
        "health": container.health.value,
        "exit_code": container.exit_code,
        "created": _moment(container.created) if container.created else None,
        "ports": [
            {"private": port.private, "public": port.public, "protocol": port.protocol, "address": port.address}
            for port in container.ports
        ],
        "labels": dict(container.labels),
        "networks": [{"name": name, "address": address} for name, address in container.networks],
        "project": container.project,
        "service": container.service,
    }


def as_json(value: Any) -> str:
    """JSON that is harmless on a terminal too: ASCII only, with every control character escaped."""
    import json

    return json.dumps(value, indent=2).replace("\x7f", "\\u007f") + "\n"
