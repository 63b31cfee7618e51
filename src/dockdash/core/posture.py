"""How well a container is shut in: findings on its configuration, from its inspect answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple

from dockdash.core.describe import as_int, as_list, as_map, as_text, as_words
from dockdash.core.redact import is_secret

Level = Literal["bad", "warn", "note", "good"]

_ORDER: tuple[Level, ...] = ("bad", "warn", "note", "good")

_STRONG_CAPABILITIES = frozenset({
    "ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "SYS_BOOT", "SYS_TIME", "NET_ADMIN",
    "DAC_READ_SEARCH", "MAC_ADMIN", "MAC_OVERRIDE", "BPF", "PERFMON",
})  # fmt: skip
"""Capabilities with which a root process can take over the host, or much of it (capabilities(7))."""

_SOCKETS = frozenset({"docker.sock", "podman.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock"})
_SOCKET_HOMES = tuple(
    PurePosixPath(path) for path in ("/run", "/var/run", "/run/podman", "/run/containerd", "/run/crio", "/run/user")
)
"""Directories that hold engines' sockets."""
_USER_SOCKET_HOME = re.compile(r"(?:/var)?/run/user/[^/]+(?:/podman)?")
"""Where a rootless engine keeps its socket."""

_SENSITIVE = tuple(
    PurePosixPath(path)
    for path in (
        "/etc", "/root", "/home", "/proc", "/sys", "/boot", "/dev", "/usr", "/var/log",
        "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/kubelet",
    )
)  # fmt: skip
"""Directories of the host that matter as a whole; what holds one of them does, too."""

_SENSITIVE_TREES = tuple(
    PurePosixPath(path)
    for path in (
        "/root", "/proc", "/sys", "/boot", "/var/lib/docker", "/var/lib/kubelet", "/etc/shadow", "/etc/passwd",
        "/etc/sudoers", "/etc/sudoers.d", "/etc/ssh", "/etc/docker", "/etc/kubernetes", "/etc/cron.d",
    )
)  # fmt: skip
"""Places where every part matters. Not all of /etc: its time zone or its certificates are harmless."""

_ANYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


class Finding(NamedTuple):
    """One finding on a container's configuration.

    Attributes:
        level: How much it matters; "good" for what shuts it in.
        title: A few words.
        text: One sentence; names in it come from the engine and are not cleaned.
    """

    level: Level
    title: str
    text: str


def posture(raw: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Judges how well a container is shut in.

    Args:
        raw: Its inspect answer, in the shape of the Docker Engine API's ``ContainerInspect`` (1.41 to 1.51) or
            Podman's variant of it.

    Returns:
        The findings, the worst first. Values of the environment are not in them, only names.
    """
    config, host = as_map(raw, "Config"), as_map(raw, "HostConfig")
    found = [
        *_root(config, host),
        *_capabilities(host),
        *_security_options(host),
        *_namespaces(host),
        *_mounts(raw),
        *_devices(host),
        *_limits(host),
        *_ports(raw),
        *_secrets(config),
    ]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.level)))


def _root(config: Mapping[str, Any], host: Mapping[str, Any]) -> Iterator[Finding]:
    """Privileges, user and root file system."""
    if host.get("Privileged"):
        text = "It has every capability and every device: root in it is root on the host."
        yield Finding("bad", "Privileged", text)
    user = as_text(config.get("User"))
    if user.partition(":")[0] in ("", "0", "root"):
        yield Finding("warn", "Runs as root", "Its main process runs as root; give it a user of its own.")
    else:
        yield Finding("good", "Not root", f"Its main process runs as {user}.")
    if host.get("ReadonlyRootfs"):
        yield Finding("good", "Read-only root", "Its root file system cannot be written.")
    else:
        yield Finding("note", "Writable root", "Its root file system can be written; --read-only prevents that.")


def _capabilities(host: Mapping[str, Any]) -> Iterator[Finding]:
    added = [name.upper().removeprefix("CAP_") for name in as_words(host.get("CapAdd"))]
    dropped = [name.upper().removeprefix("CAP_") for name in as_words(host.get("CapDrop"))]
    strong = [name for name in added if name in _STRONG_CAPABILITIES]
    other = [name for name in added if name not in _STRONG_CAPABILITIES]
    if strong:
        text = f"It was given {', '.join(strong)}, which can be enough to take over the host."
        yield Finding("bad", "Strong capabilities", text)
    if other:
        yield Finding("warn", "More capabilities", f"It was given more than the usual: {', '.join(other)}.")
    if "ALL" in dropped:
        yield Finding("good", "Capabilities dropped", "All capabilities were dropped but those it was given.")


def _security_options(host: Mapping[str, Any]) -> Iterator[Finding]:
    options = [option.replace(":", "=", 1) for option in as_words(host.get("SecurityOpt"))]  # ":" is the old form
    if "no-new-privileges" in options or "no-new-privileges=true" in options:
        yield Finding("good", "No new privileges", "Its processes cannot gain privileges, by setuid or otherwise.")
    else:
        text = "Its processes may gain privileges by setuid programs; no-new-privileges prevents that."
        yield Finding("note", "Privileges can grow", text)
    if "seccomp=unconfined" in options:
        yield Finding("bad", "No seccomp", "It may make any system call, seccomp is switched off.")
    if "apparmor=unconfined" in options:
        yield Finding("warn", "No AppArmor", "AppArmor does not confine it.")
    if "systempaths=unconfined" in options:
        yield Finding("bad", "System paths open", "The parts of /proc and /sys that are usually hidden are open to it.")
    if "label=disable" in options and not host.get("Privileged"):
        yield Finding("warn", "No SELinux label", "SELinux does not confine it.")


def _namespaces(host: Mapping[str, Any]) -> Iterator[Finding]:
    shared: tuple[tuple[str, Level, str, str], ...] = (
        ("PidMode", "bad", "Host processes", "It sees, and may signal, all processes of the host."),
        ("NetworkMode", "warn", "Host network", "It uses the host's network, with all that listens on localhost."),
        ("IpcMode", "warn", "Host IPC", "It shares memory and queues with the processes of the host."),
        ("UTSMode", "warn", "Host UTS", "It shares the host's name, and may be able to change it."),
        ("UsernsMode", "note", "Host users", "Its users are the host's users, even where the engine maps them."),
    )
    for key, level, title, text in shared:
        if host.get(key) == "host":
            yield Finding(level, title, text)


def _mounts(raw: Mapping[str, Any]) -> Iterator[Finding]:
    for source, writable in _bound_paths(raw).items():
        path = PurePosixPath(source)
        if path.name in _SOCKETS:
            text = f"It can command an engine through {source}, and with it the host."
            yield Finding("bad", "Engine socket", text)
        elif _may_hold_socket(path):
            text = f"It can command an engine whose socket lies in {source}, and with it the host."
            yield Finding("bad", "Engine socket within", text)
        if _is_sensitive(path):
            how = "write" if writable else "read"
            text = f"It can {how} {source} of the host."
            yield Finding("bad" if writable else "warn", "Sensitive path", text)


def _bound_paths(raw: Mapping[str, Any]) -> dict[str, bool]:
    """The host's paths that are mounted, and whether they can be written."""
    paths: dict[str, bool] = {}
    for bind in as_words(as_map(raw, "HostConfig").get("Binds")):
        source, _, rest = bind.partition(":")
        if source.startswith("/"):  # else it is the name of a volume
            options = rest.partition(":")[2].split(",")
            paths[source] = paths.get(source, False) or "ro" not in options
    for mount in map(as_map, as_list(as_map(raw, "HostConfig").get("Mounts"))):
        if mount.get("Type") == "bind":
            source = as_text(mount.get("Source"))
            paths[source] = paths.get(source, False) or not mount.get("ReadOnly")
    for mount in map(as_map, as_list(raw.get("Mounts"))):
        if mount.get("Type") == "bind":
            source = as_text(mount.get("Source"))
            paths[source] = paths.get(source, False) or mount.get("RW") is not False
    return paths


def _may_hold_socket(path: PurePosixPath) -> bool:
    return bool(_USER_SOCKET_HOME.fullmatch(str(path))) or any(home.is_relative_to(path) for home in _SOCKET_HOMES)


def _is_sensitive(path: PurePosixPath) -> bool:
    return any(part.is_relative_to(path) for part in _SENSITIVE) or any(
        path.is_relative_to(tree) for tree in _SENSITIVE_TREES
    )


def _devices(host: Mapping[str, Any]) -> Iterator[Finding]:
    names = [as_text(as_map(device).get("PathOnHost")) for device in as_list(host.get("Devices"))]
    if names:
        yield Finding("warn", "Host devices", f"It can use devices of the host: {', '.join(names)}.")


def _limits(host: Mapping[str, Any]) -> Iterator[Finding]:
    if as_int(host.get("Memory")) <= 0:
        yield Finding("note", "No memory limit", "It may use all memory of the host.")
    if as_int(host.get("PidsLimit")) <= 0:
        yield Finding("note", "No process limit", "It may start as many processes as the host allows.")


def _ports(raw: Mapping[str, Any]) -> Iterator[Finding]:
    live, asked = as_map(raw, "NetworkSettings", "Ports"), as_map(raw, "HostConfig", "PortBindings")
    ports = [port for port in {**asked, **live} if _is_open(as_list(live.get(port)) or as_list(asked.get(port)))]
    if ports:
        text = f"Published on all addresses of the host: {', '.join(ports)}."
        yield Finding("note", "Open to the network", text)


def _is_open(bindings: list[Any]) -> bool:
    return any(as_text(as_map(binding).get("HostIp")) in _ANYWHERE for binding in bindings)


def _secrets(config: Mapping[str, Any]) -> Iterator[Finding]:
    entries = (entry.partition("=") for entry in as_words(config.get("Env")))
    names = [name for name, _, value in entries if value and is_secret(name, value)]
    if names:
        text = f"Whoever may inspect it reads these in its environment: {', '.join(names)}."
        yield Finding("warn", "Secrets in the environment", text)
