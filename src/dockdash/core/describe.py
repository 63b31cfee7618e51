"""A container's configuration and state as titled rows of words, from its inspect answer.

The words that come from the engine are passed on as they are; whoever shows them cleans them. The small readers at
the top (``as_map`` and so on) are for every rule that reads an inspect answer: any key may be missing, or None where
an empty list or map is meant.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dockdash.core.models import SHORT_ID
from dockdash.core.signals import signal_name
from dockdash.core.units import UNKNOWN, size

Row = tuple[str, str]

_NO_LIMIT = "no limit"
_ENDED = ("exited", "dead", "stopped", "restarting")

_EXIT_WORDS = {
    0: "success",
    1: "general error",
    2: "wrong usage, or an error of the shell",
    125: "the engine could not run the container",
    126: "the command could not be executed",
    127: "the command was not found",
}
"""125 to 127 as in the reference of ``docker run``, "Exit status"; 1 and 2 by the custom of shells."""

_SIGNAL_WORDS = {
    "SIGINT": "interrupted",
    "SIGABRT": "aborted",
    "SIGKILL": "killed",
    "SIGSEGV": "crashed",
    "SIGBUS": "crashed",
    "SIGFPE": "crashed",
    "SIGILL": "crashed",
    "SIGTERM": "terminated",
}

_RESTART_WORDS = {
    "": "never restarted",
    "no": "never restarted",
    "always": "always restarted",
    "unless-stopped": "restarted unless somebody stopped it",
}


class Section(NamedTuple):
    """A titled group of rows; each row is a key and its value in words."""

    title: str
    rows: tuple[Row, ...]


def as_map(value: Any, *keys: str) -> Mapping[str, Any]:
    """Reads a map.

    Args:
        value: What the engine gave.
        *keys: The way down from there, key by key.

    Returns:
        The map, or an empty one where there is none.
    """
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """Reads a list.

    Args:
        value: What the engine gave.

    Returns:
        The list without what is None in it, or an empty one where there is none.
    """
    return [item for item in value if item is not None] if isinstance(value, (list, tuple)) else []


def as_text(value: Any) -> str:
    """Reads a text.

    Args:
        value: What the engine gave.

    Returns:
        The text, "" for None.
    """
    return "" if value is None else str(value)


def as_int(value: Any) -> int:
    """Reads a whole number.

    Args:
        value: What the engine gave.

    Returns:
        The number, 0 where there is none.
    """
    return int(value) if isinstance(value, (int, float)) and abs(value) < 2**64 else 0


def as_words(value: Any) -> list[str]:
    """Reads the words of a command line.

    Args:
        value: A list of words, or one text of words with blanks between, as Podman before version 5 gives it.

    Returns:
        The words.
    """
    return value.split() if isinstance(value, str) else [as_text(word) for word in as_list(value)]


def exit_code_words(code: int | None, oom: bool = False) -> str:
    """Says what an exit code means.

    Args:
        code: The code, None where it is not known.
        oom: Whether the engine says that the kernel's out-of-memory killer was at work.

    Returns:
        Such as "success" or "killed (SIGKILL), out of memory"; ``UNKNOWN`` for None.
    """
    if code is None:
        return UNKNOWN
    words = _EXIT_WORDS.get(code) or _signal_words(code - 128) or "error"
    return f"{words}, out of memory" if oom else words


def config_sections(raw: Mapping[str, Any]) -> tuple[Section, ...]:
    """Words what an inspect answer tells, for reading.

    Args:
        raw: The answer, in the shape of the Docker Engine API's ``ContainerInspect`` (1.41 to 1.51) or Podman's
            variant of it.

    Returns:
        The sections in the order of reading; one without rows is left out.
    """
    found = (
        Section("Container", tuple(_container_rows(raw))),
        Section("State", tuple(_state_rows(raw))),
        Section("Health", tuple(_health_rows(raw))),
        Section("Ports", tuple(_port_rows(raw))),
        Section("Mounts", tuple(_mount_rows(raw))),
        Section("Networks", tuple(_network_rows(raw))),
        Section("Limits", tuple(_limit_rows(as_map(raw, "HostConfig")))),
        Section("Restart policy", (_restart_row(as_map(raw, "HostConfig", "RestartPolicy")),)),
        Section("Labels", tuple(sorted((key, as_text(value)) for key, value in _labels(raw).items()))),
    )
    return tuple(section for section in found if section.rows)


def _signal_words(number: int) -> str:
    """What a shell's 128 + number means, "" where that is no signal (Linux has 64)."""
    name = signal_name(number)
    if name:
        return f"{_SIGNAL_WORDS.get(name, 'ended')} ({name})"
    return f"ended by signal {number}" if 1 <= number <= 64 else ""


def _labels(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    return as_map(raw, "Config", "Labels")


def _container_rows(raw: Mapping[str, Any]) -> Iterator[Row]:
    config, host = as_map(raw, "Config"), as_map(raw, "HostConfig")
    command = as_words(config.get("Cmd"))
    entrypoint = as_words(config.get("Entrypoint"))
    log = as_map(host, "LogConfig")
    options = ", ".join(f"{key}={value}" for key, value in as_map(log, "Config").items())
    yield "id", _or_unknown(raw.get("Id"))
    yield "image", _or_unknown(config.get("Image") or raw.get("ImageName"))
    yield "image id", _or_unknown(as_text(raw.get("Image")).removeprefix("sha256:")[:SHORT_ID])
    yield "command", shlex.join(command) or "none"
    yield "entrypoint", shlex.join(entrypoint) or "none"
    yield "created", _moment(raw.get("Created"))
    yield "working directory", as_text(config.get("WorkingDir")) or "/"
    yield "user", as_text(config.get("User")) or "root"
    yield "hostname", _or_unknown(config.get("Hostname"))
    yield "terminal", "yes" if config.get("Tty") else "no"
    yield "standard input", "open" if config.get("OpenStdin") else "closed"
    yield "log driver", _or_unknown(log.get("Type")) + (f" ({options})" if options else "")
    yield "runtime", _or_unknown(host.get("Runtime") or raw.get("OCIRuntime"))
    yield "platform", _or_unknown(raw.get("Platform"))


def _state_rows(raw: Mapping[str, Any]) -> Iterator[Row]:
    state = as_map(raw, "State")
    status = as_text(state.get("Status"))
    code = state.get("ExitCode")
    yield "status", status or UNKNOWN
    if pid := as_int(state.get("Pid")):
        yield "process id", str(pid)
    yield "started", _moment(state.get("StartedAt"))
    if status in _ENDED:
        yield "finished", _moment(state.get("FinishedAt"))
        if isinstance(code, int):
            yield "exit code", f"{code}: {exit_code_words(code, oom=bool(state.get('OOMKilled')))}"
    if error := as_text(state.get("Error")):
        yield "error", error
    yield "restarts", str(as_int(raw.get("RestartCount")))


def _health_rows(raw: Mapping[str, Any]) -> Iterator[Row]:
    state = as_map(raw, "State")
    health = as_map(state, "Health") or as_map(state, "Healthcheck")  # the latter in Podman before version 4
    test = as_words(as_map(raw, "Config", "Healthcheck").get("Test"))
    status = as_text(health.get("Status"))
    if test[:1] == ["NONE"] or (status in ("", "none") and not test):
        return
    yield "status", status or UNKNOWN
    yield "failing streak", str(as_int(health.get("FailingStreak")))
    if len(test) > 1:
        yield "test", test[1] if test[0] == "CMD-SHELL" else shlex.join(test[1:] if test[0] == "CMD" else test)
    log = as_list(health.get("Log"))
    if log:
        last = as_map(log[-1])
        code = last.get("ExitCode")
        yield "last exit code", f"{code}: {exit_code_words(code)}" if isinstance(code, int) else UNKNOWN
        if lines := as_text(last.get("Output")).strip().splitlines():
            yield "last output", lines[0]


def _port_rows(raw: Mapping[str, Any]) -> Iterator[Row]:
    """Each port with where it is published; a stopped container has only what it asked for."""
    live = as_map(raw, "NetworkSettings", "Ports")
    asked = as_map(raw, "HostConfig", "PortBindings")
    exposed = as_map(raw, "Config", "ExposedPorts")
    for port in sorted({*live, *asked, *exposed}, key=_port_order):
        bindings = [as_map(binding) for binding in as_list(live.get(port)) or as_list(asked.get(port))]
        places = [_place(as_text(place.get("HostIp")), as_text(place.get("HostPort"))) for place in bindings]
        yield port, ", ".join(places) or "not published"


def _port_order(port: str) -> tuple[int, str]:
    number = port.partition("/")[0]
    return (int(number) if number.isdecimal() and len(number) <= 5 else 0, port)


def _place(address: str, port: str) -> str:
    shown = f"[{address}]" if ":" in address else address or "*"
    return f"{shown}:{port or 'any'}"


def _mount_rows(raw: Mapping[str, Any]) -> Iterator[Row]:
    for mount in map(as_map, as_list(raw.get("Mounts"))):
        source = as_text(mount.get("Name") or mount.get("Source"))
        target = as_text(mount.get("Destination"))
        access = "read-only" if mount.get("RW") is False else "read-write"
        way = f"{source} → {target}" if source else target
        yield as_text(mount.get("Type")) or "mount", f"{way} ({access})"
    for target, options in as_map(raw, "HostConfig", "Tmpfs").items():
        yield "tmpfs", f"{target} ({options})" if options else target


def _network_rows(raw: Mapping[str, Any]) -> Iterator[Row]:
    for name, value in as_map(raw, "NetworkSettings", "Networks").items():
        network = as_map(value)
        address, bits = as_text(network.get("IPAddress")), as_int(network.get("IPPrefixLen"))
        wide, wide_bits = as_text(network.get("GlobalIPv6Address")), as_int(network.get("GlobalIPv6PrefixLen"))
        parts = [f"{one}/{length}" if length else one for one, length in ((address, bits), (wide, wide_bits)) if one]
        for word, key in (("gateway", "Gateway"), ("mac", "MacAddress")):
            if found := as_text(network.get(key)):
                parts.append(f"{word} {found}")
        if aliases := as_words(network.get("Aliases")):
            parts.append(f"aliases {' '.join(aliases)}")
        yield name, ", ".join(parts) or "no address"


def _limit_rows(host: Mapping[str, Any]) -> Iterator[Row]:
    memory, swap = as_int(host.get("Memory")), as_int(host.get("MemorySwap"))
    shares, pids = as_int(host.get("CpuShares")), as_int(host.get("PidsLimit"))
    yield "memory", size(memory) if memory > 0 else _NO_LIMIT
    # The engine's limit is that of memory and swap together (``docker run --memory-swap``).
    yield "swap", size(swap - memory) if swap > 0 and memory > 0 else _NO_LIMIT
    yield "cpus", _cpus(host)
    yield "cpu shares", str(shares) if shares else "default"
    yield "processes", str(pids) if pids > 0 else _NO_LIMIT
    limits = [as_map(limit) for limit in as_list(host.get("Ulimits"))]
    words = [f"{limit.get('Name')} {as_int(limit.get('Soft'))}:{as_int(limit.get('Hard'))}" for limit in limits]
    yield "ulimits", ", ".join(words) or "default"


def _cpus(host: Mapping[str, Any]) -> str:
    nano = as_int(host.get("NanoCpus"))
    quota, period = as_int(host.get("CpuQuota")), as_int(host.get("CpuPeriod")) or 100_000  # the kernel's default
    count = nano / 1e9 if nano > 0 else max(quota, 0) / period
    limit = f"{count:.3g}" if count > 0 else _NO_LIMIT
    cpuset = as_text(host.get("CpusetCpus"))
    return f"{limit}, only on {cpuset}" if cpuset else limit


def _restart_row(policy: Mapping[str, Any]) -> Row:
    name, most = as_text(policy.get("Name")), as_int(policy.get("MaximumRetryCount"))
    if name == "on-failure":
        words = "restarted when it fails" + (f", at most {most} times" if most else "")
    else:
        words = _RESTART_WORDS.get(name, name)
    return "policy", words


def _or_unknown(value: Any) -> str:
    return as_text(value) or UNKNOWN


def _moment(value: Any) -> str:
    """A time as the engine gave it; its zero time (the year 1) is unknown."""
    text = as_text(value)
    if not text or text.startswith("0001-"):
        return UNKNOWN
    whole, dot, fraction = text.partition(".")
    # to the second, with its zone: nobody reads the nanoseconds of a start
    return whole + fraction.lstrip("0123456789") if dot else text
