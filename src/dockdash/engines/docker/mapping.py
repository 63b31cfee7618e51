"""From the engine's JSON to the program's models: pure, lenient with what is missing, strict in what it gives.

Source: the Docker Engine API, 1.41 to 1.51 (``ContainerSummary``, ``ContainerInspectResponse``, ``EventMessage``,
``ContainerStats``), and Podman 4.3's compatible answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from dockdash.core.errors import ConflictError
from dockdash.core.models import (
    Container,
    ContainerDetail,
    EngineEvent,
    Health,
    Port,
    ProcessTable,
    State,
    StatsSample,
)
from dockdash.core.stats import used_memory
from dockdash.core.status import parse_status


def _state(text: object) -> State:
    try:
        return State(str(text).lower())
    except ValueError:
        # Podman's own words for what Docker calls created and exited
        return {"configured": State.CREATED, "initialized": State.CREATED, "stopped": State.EXITED}.get(
            str(text).lower(), State.UNKNOWN
        )


def _health(text: object) -> Health:
    try:
        return Health(str(text).lower())
    except ValueError:
        return Health.NONE


def _int(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def epoch(text: object) -> float | None:
    """Seconds since the epoch of an RFC 3339 time; None for none, and for the engine's year-one "never"."""
    words = str(text or "")
    if len(words) < 19 or words.startswith("0001-"):
        return None
    whole, fraction, zone = words[:19], "", "+00:00"
    rest = words[19:]
    if rest.startswith("."):
        digits = len(rest) - len(rest[1:].lstrip("0123456789"))
        fraction, rest = rest[1:digits][:6], rest[digits:]
    if rest and rest not in ("Z", "z"):
        zone = rest
    try:
        moment = datetime.fromisoformat(f"{whole}{zone}").timestamp()
    except ValueError:
        return None
    return moment + (float(f"0.{fraction}") if fraction else 0.0)


def _name(names: Iterable[object]) -> str:
    """The container's own name: links add others, which hold a second slash."""
    every = [str(name).removeprefix("/") for name in names]
    return next((name for name in every if "/" not in name), every[0] if every else "")


def _networks(settings: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    networks = (settings or {}).get("Networks") or {}
    return tuple(
        (str(name), str((network or {}).get("IPAddress") or (network or {}).get("GlobalIPv6Address") or ""))
        for name, network in sorted(networks.items())
    )


def _ports(ports: Iterable[Mapping[str, Any]]) -> tuple[Port, ...]:
    found = {
        Port(
            _int(port.get("PrivatePort")) or 0,
            str(port.get("Type") or "tcp"),
            _int(port.get("PublicPort")),
            str(port.get("IP") or ""),
        )
        for port in ports
    }
    return tuple(sorted(found, key=lambda port: (port.private, port.protocol, port.public or 0, port.address)))


def container(raw: Mapping[str, Any], now: float) -> Container:
    """A container from an entry of ``GET /containers/json``.

    Args:
        raw: The entry.
        now: Seconds since the epoch; the entry tells times only as "so long ago".
    """
    words = parse_status(str(raw.get("Status") or ""))
    return Container(
        id=str(raw.get("Id") or ""),
        name=_name(raw.get("Names") or ()),
        image=str(raw.get("Image") or ""),
        image_id=str(raw.get("ImageID") or ""),
        command=str(raw.get("Command") or ""),
        created=float(_int(raw.get("Created")) or 0),
        state=_state(raw.get("State")),
        since=None if words.since_seconds is None else now - words.since_seconds,
        health=words.health,
        exit_code=words.exit_code,
        ports=_ports(raw.get("Ports") or ()),
        labels={str(k): str(v) for k, v in (raw.get("Labels") or {}).items()},
        networks=_networks(raw.get("NetworkSettings")),
    )


def _inspected_ports(raw: Mapping[str, Any]) -> tuple[Port, ...]:
    entries: list[dict[str, Any]] = []
    for key, bindings in ((raw.get("NetworkSettings") or {}).get("Ports") or {}).items():
        number, _, protocol = str(key).partition("/")
        private = int(number) if number.isdigit() else 0
        for binding in bindings or [{}]:
            public = str(binding.get("HostPort") or "")
            entries.append(
                {
                    "PrivatePort": private,
                    "Type": protocol,
                    "PublicPort": int(public) if public.isdigit() else None,
                    "IP": binding.get("HostIp"),
                }
            )
    return _ports(entries)


def detail(raw: Mapping[str, Any]) -> ContainerDetail:
    """All of a container from ``GET /containers/{id}/json``."""
    config, state, host = (raw.get(key) or {} for key in ("Config", "State", "HostConfig"))
    kind = _state(state.get("Status"))
    ended = kind in (State.EXITED, State.DEAD)
    return ContainerDetail(
        container=Container(
            id=str(raw.get("Id") or ""),
            name=str(raw.get("Name") or "").removeprefix("/"),
            image=str(config.get("Image") or raw.get("ImageName") or ""),
            image_id=str(raw.get("Image") or ""),
            command=" ".join([str(raw.get("Path") or ""), *map(str, raw.get("Args") or ())]).strip(),
            created=epoch(raw.get("Created")) or 0.0,
            state=kind,
            since=epoch(state.get("FinishedAt" if ended else "StartedAt")),
            health=_health((state.get("Health") or {}).get("Status")),
            exit_code=_int(state.get("ExitCode")) if ended else None,
            ports=_inspected_ports(raw),
            labels={str(k): str(v) for k, v in (config.get("Labels") or {}).items()},
            networks=_networks(raw.get("NetworkSettings")),
            restarts=_int(raw.get("RestartCount")),
        ),
        raw=raw,
        tty=bool(config.get("Tty")),
        log_driver=str((host.get("LogConfig") or {}).get("Type") or ""),
    )


def host_facts(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The host's part of ``EngineInfo`` from ``GET /info``."""
    return {
        "version": str(raw.get("ServerVersion") or "?"),
        "name": str(raw.get("Name") or ""),
        "os": str(raw.get("OperatingSystem") or ""),
        "cpus": _int(raw.get("NCPU")) or 0,
        "memory": _int(raw.get("MemTotal")) or 0,
    }


def event(raw: Mapping[str, Any]) -> EngineEvent | None:
    """An event of a container from ``GET /events``, None for any other."""
    actor = raw.get("Actor") or {}
    if raw.get("Type", "container") != "container" or not actor.get("ID"):
        return None
    nanos = _int(raw.get("timeNano"))
    at = nanos / 1e9 if nanos else float(_int(raw.get("time")) or time.time())
    attributes = {str(k): str(v) for k, v in (actor.get("Attributes") or {}).items()}
    action = str(raw.get("Action") or raw.get("status") or "")
    # Podman names the exit code otherwise, and tells one with every event
    if action == "die" and "containerExitCode" in attributes:
        attributes.setdefault("exitCode", attributes["containerExitCode"])
    # Docker has no such event of a container; Podman 4.3 has no other
    action = "destroy" if action == "remove" else action
    return EngineEvent(action, str(actor["ID"]), at, attributes)


def processes(raw: Mapping[str, Any] | None) -> ProcessTable:
    """A process table from ``GET /containers/{id}/top``; Podman 4.3 gives a row as one string.

    Raises:
        ConflictError: There is no answer, which is Podman's way to say that nothing runs.
    """
    if raw is None:
        raise ConflictError("list the processes: the container is paused or not running")
    titles = tuple(str(title) for title in raw.get("Titles") or ())
    if len(titles) == 1:
        titles = tuple(titles[0].split())
    rows = []
    for row in raw.get("Processes") or ():
        cells = [str(cell) for cell in row]
        if len(cells) == 1 and len(titles) > 1:
            cells = cells[0].split(None, len(titles) - 1)
        rows.append(tuple(cells))
    return ProcessTable(titles, tuple(rows))


def _summed(networks: Mapping[str, Any] | None, key: str) -> int | None:
    values = [n for net in (networks or {}).values() if (n := _int((net or {}).get(key))) is not None]
    return sum(values) if values else None


def _blocks(stats: Mapping[str, Any], op: str) -> int | None:
    entries = stats.get("io_service_bytes_recursive")
    if entries is None:
        return None
    return sum(_int(entry.get("value")) or 0 for entry in entries if str(entry.get("op")).lower() == op)


def sample(raw: Mapping[str, Any], *, wall_clock: bool = False) -> StatsSample | None:
    """One reading from ``GET /containers/{id}/stats``.

    Args:
        raw: The reading.
        wall_clock: Leave the system's processor time out: Podman 4.3 puts something else there.

    Returns:
        The counters; None for the empty reading that a stopped container gives.
    """
    at = epoch(raw.get("read"))
    if at is None:
        return None
    cpu, memory, blocks = (raw.get(key) or {} for key in ("cpu_stats", "memory_stats", "blkio_stats"))
    times = cpu.get("cpu_usage") or {}
    cpus = _int(cpu.get("online_cpus")) or len(times.get("percpu_usage") or ()) or None
    used = _int(times.get("total_usage"))
    limit = _int(memory.get("limit"))
    memory_used = used_memory(memory)
    return StatsSample(
        at=at,
        # an engine that may not look says zero for everything: no figure is better than a wrong one
        cpu=used or None,
        system=None if wall_clock else _int(cpu.get("system_cpu_usage")),
        cpus=cpus,
        memory=memory_used or None,
        memory_limit=limit if limit and limit < 1 << 62 else None,
        rx=_summed(raw.get("networks"), "rx_bytes"),
        tx=_summed(raw.get("networks"), "tx_bytes"),
        read=_blocks(blocks, "read"),
        written=_blocks(blocks, "write"),
        pids=_int((raw.get("pids_stats") or {}).get("current")),
    )
