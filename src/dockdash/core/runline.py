"""The ``docker run`` command line that would make a container again, from its inspect answer.

The meaning and the defaults of the fields are those of the Docker Engine API 1.41 to 1.51, the options those of the
docker command line (``docker run --help``, version 28). What it cannot say is left out: the cgroup parent, limits of
single block devices, and options of networks that have no flag. A seccomp profile, which the engine keeps by its
content, stands in the line as ``seccomp=profile.json``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dockdash.core.describe import as_int, as_list, as_map, as_text, as_words
from dockdash.core.models import SHORT_ID
from dockdash.core.text import UNSAFE

_ESCAPES = {"\n": r"\n", "\t": r"\t", "\r": r"\r", "'": r"\'", "\\": r"\\"}

_SHM_DEFAULTS = (0, 67108864, 65536000)  # Docker's and Podman's
_STOP_TIMEOUT_DEFAULT = 10
_ANONYMOUS = re.compile(r"[0-9a-f]{64}")

_FLAGS = (
    ("AutoRemove", "--rm"),
    ("Privileged", "--privileged"),
    ("ReadonlyRootfs", "--read-only"),
    ("Init", "--init"),
    ("OomKillDisable", "--oom-kill-disable"),
    ("PublishAllPorts", "--publish-all"),
)
"""Keys of HostConfig that are true or false."""

_SIZES = (("Memory", "--memory"), ("MemoryReservation", "--memory-reservation"))
"""Keys of HostConfig that are numbers of bytes, 0 by default."""

_VALUES = (
    ("CpuShares", "--cpu-shares"),
    ("CpusetCpus", "--cpuset-cpus"),
    ("CpusetMems", "--cpuset-mems"),
    ("OomScoreAdj", "--oom-score-adj"),
    ("BlkioWeight", "--blkio-weight"),
    ("VolumeDriver", "--volume-driver"),
)
"""Keys of HostConfig that are one value, 0 or empty by default."""

_LISTS = (
    ("CapAdd", "--cap-add"),
    ("CapDrop", "--cap-drop"),
    ("GroupAdd", "--group-add"),
    ("ExtraHosts", "--add-host"),
    ("Dns", "--dns"),
    ("DnsOptions", "--dns-option"),
    ("DnsSearch", "--dns-search"),
    ("DeviceCgroupRules", "--device-cgroup-rule"),
    ("VolumesFrom", "--volumes-from"),
)
"""Keys of HostConfig that are lists; each item gets the option."""

_MAPS = (("Sysctls", "--sysctl"), ("StorageOpt", "--storage-opt"), ("Annotations", "--annotation"))
"""Keys of HostConfig that are maps; each pair gets the option."""

_MODES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("PidMode", "--pid", ("private",)),
    ("IpcMode", "--ipc", ("private",)),
    ("UTSMode", "--uts", ("private",)),
    ("UsernsMode", "--userns", ("private",)),
    ("CgroupnsMode", "--cgroupns", ("private",)),
    ("Runtime", "--runtime", ("runc", "oci")),
)
"""Keys of HostConfig with a default other than an empty text, and the defaults of Docker and Podman."""

_MODE_DEFAULTS = ("", "default", "bridge", "slirp4netns", "pasta")  # the last two are rootless Podman's
_NETWORK_DEFAULTS = ("bridge", "podman")
"""What the network is called that a container joins by these modes."""

_CHECK_TIMES = (
    ("Interval", "--health-interval"),
    ("Timeout", "--health-timeout"),
    ("StartPeriod", "--health-start-period"),
    ("StartInterval", "--health-start-interval"),
)


class _Made(NamedTuple):
    """The parts of an inspect answer that the options are read from; ``image`` is the image's own ``Config``."""

    raw: Mapping[str, Any]
    config: Mapping[str, Any]
    host: Mapping[str, Any]
    image: Mapping[str, Any]

    @property
    def network_mode(self) -> str:
        return as_text(self.host.get("NetworkMode"))

    @property
    def shares_network(self) -> bool:
        return self.network_mode == "host" or self.network_mode.startswith("container:")


def run_command(raw: Mapping[str, Any], image_config: Mapping[str, Any] | None = None) -> str:
    """Words the command line that would make a container again.

    Args:
        raw: Its inspect answer, in the shape of the Docker Engine API's ``ContainerInspect`` (1.41 to 1.51) or
            Podman's variant of it.
        image_config: The ``Config`` of its image's inspect answer, to leave out what comes from there; None where
            it is not known, and then all is said that may come from there.

    Returns:
        One line for a POSIX shell with ANSI-C quoting (bash, zsh, ksh); what is default is left out.
    """
    made = _Made(raw, as_map(raw, "Config"), as_map(raw, "HostConfig"), as_map(image_config))
    words = [
        *("docker", "run"),
        *_terminal(made),
        *_identity(made),
        *_entries(made),
        *_ports(made),
        *_mounts(made),
        *_networks(made),
        *_host_options(made),
        *_limits(made),
        *_devices(made),
        *_logging(made),
        *_health(made),
        *_stopping(made),
        *_program(made),
    ]
    return " ".join(posix_quote(word) for word in words)


def posix_quote(text: str) -> str:
    r"""Quotes a word for a shell, safe to paste.

    Args:
        text: The word.

    Returns:
        The word as ``shlex.quote`` has it; one with control or other invisible characters in ANSI-C quotes
        (``$'a\nb'``, POSIX.1-2024), those characters as octal bytes of UTF-8. A NUL is dropped, no argument can
        hold one.
    """
    text = text.replace("\0", "")
    if not UNSAFE.search(text):
        return shlex.quote(text)
    return "$'" + "".join(_escaped(letter) for letter in text) + "'"


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if not UNSAFE.match(letter):
        return letter
    # Three octal digits are a whole escape whatever follows; \u would depend on the locale of the shell.
    return "".join(f"\\{byte:03o}" for byte in letter.encode("utf-8", "replace"))


def _each(option: str, values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield option
        yield value


def _pairs(option: str, values: Mapping[str, Any]) -> Iterator[str]:
    return _each(option, (f"{key}={as_text(value)}" for key, value in values.items()))


def _bytes(amount: int) -> str:
    """A number of bytes in the largest unit that makes it whole."""
    for power, unit in ((3, "g"), (2, "m"), (1, "k")):
        if amount > 0 and amount % 1024**power == 0:
            return f"{amount // 1024**power}{unit}"
    return str(amount)


def _csv(fields: Iterable[str]) -> str:
    """Fields as the docker command line splits them: by commas, quoted as in RFC 4180."""
    return ",".join(
        '"' + field.replace('"', '""') + '"' if re.search(r'[",\r\n]', field) else field for field in fields
    )


def _terminal(made: _Made) -> Iterator[str]:
    if not any(made.config.get(key) for key in ("AttachStdin", "AttachStdout", "AttachStderr")):
        yield "-d"
    if made.config.get("OpenStdin"):
        yield "-i"
    if made.config.get("Tty"):
        yield "-t"
    yield from (option for key, option in _FLAGS if made.host.get(key))


def _identity(made: _Made) -> Iterator[str]:
    """Name, host name, user and working directory."""
    config = made.config
    if name := as_text(made.raw.get("Name")).removeprefix("/"):
        yield from ("--name", name)
    hostname = as_text(config.get("Hostname"))
    # With a borrowed name or network the engine fills in the owner's host name, and the option is refused.
    is_borrowed = made.shares_network or made.host.get("UTSMode") == "host"
    if hostname and not is_borrowed and hostname != as_text(made.raw.get("Id"))[:SHORT_ID]:
        yield from ("--hostname", hostname)
    for key, option in (("Domainname", "--domainname"), ("MacAddress", "--mac-address")):
        if value := as_text(config.get(key)):
            yield from (option, value)
    for key, option in (("User", "--user"), ("WorkingDir", "--workdir")):
        value = as_text(config.get(key))
        if value and value != as_text(made.image.get(key)):
            yield from (option, value)


def _entries(made: _Made) -> Iterator[str]:
    """Environment and labels."""
    inherited = set(as_words(made.image.get("Env")))
    yield from _each("-e", (entry for entry in as_words(made.config.get("Env")) if entry not in inherited))
    labels = as_map(made.image, "Labels")
    own = {key: value for key, value in as_map(made.config, "Labels").items() if labels.get(key) != value}
    yield from _pairs("--label", own)


def _ports(made: _Made) -> Iterator[str]:
    bindings = {port: as_list(places) for port, places in as_map(made.host, "PortBindings").items()}
    for port, places in bindings.items():
        private = port.removesuffix("/tcp")
        for place in map(as_map, places):
            address, public = as_text(place.get("HostIp")), as_text(place.get("HostPort"))
            shown = f"[{address}]" if ":" in address else address
            parts = [shown, public, private] if shown else [public, private] if public else [private]
            yield from ("-p", ":".join(parts))
    inherited = as_map(made.image, "ExposedPorts")
    for port in as_map(made.config, "ExposedPorts"):
        if not bindings.get(port) and port not in inherited:
            yield from ("--expose", port.removesuffix("/tcp"))


def _mounts(made: _Made) -> Iterator[str]:
    binds = as_words(made.host.get("Binds"))
    wanted = [as_map(mount) for mount in as_list(made.host.get("Mounts"))]
    tmpfs = as_map(made.host, "Tmpfs")
    yield from _each("-v", binds)
    yield from _each("--mount", map(_mount, wanted))
    yield from _each("--tmpfs", (f"{path}:{how}" if how else path for path, how in tmpfs.items()))
    if as_list(made.host.get("VolumesFrom")):
        return  # the other mounts are most likely those of the other container
    said = {as_text(mount.get("Target")) for mount in wanted} | set(tmpfs)
    said.update(bind.split(":")[1] for bind in binds if ":" in bind)
    said.update(bind for bind in binds if ":" not in bind)
    for mount in map(as_map, as_list(made.raw.get("Mounts"))):
        target, name = as_text(mount.get("Destination")), as_text(mount.get("Name"))
        if mount.get("Type") != "volume" or target in said:
            continue
        if name and not _ANONYMOUS.fullmatch(name):
            yield from ("-v", f"{name}:{target}" + (":ro" if mount.get("RW") is False else ""))
        elif target not in as_map(made.image, "Volumes"):
            yield from ("-v", target)


def _mount(mount: Mapping[str, Any]) -> str:
    """The value of ``--mount`` for one mount of HostConfig."""
    bind, volume, tmpfs = (as_map(mount, key) for key in ("BindOptions", "VolumeOptions", "TmpfsOptions"))
    driver = as_map(volume, "DriverConfig")
    fields = [f"type={as_text(mount.get('Type')) or 'volume'}"]
    texts = (
        ("source", mount.get("Source")),
        ("target", mount.get("Target")),
        ("bind-propagation", bind.get("Propagation")),
        ("volume-driver", driver.get("Name")),
        ("volume-subpath", volume.get("Subpath")),
        ("tmpfs-size", as_int(tmpfs.get("SizeBytes"))),
        ("tmpfs-mode", f"{as_int(tmpfs.get('Mode')):o}" if tmpfs.get("Mode") else ""),
    )
    fields += [f"{key}={value}" for key, value in texts if value]
    fields += [f"volume-label={key}={value}" for key, value in as_map(volume, "Labels").items()]
    fields += [f"volume-opt={key}={value}" for key, value in as_map(driver, "Options").items()]
    flags = (
        ("readonly", mount.get("ReadOnly")),
        ("bind-nonrecursive", bind.get("NonRecursive")),
        ("volume-nocopy", volume.get("NoCopy")),
    )
    fields += [key for key, value in flags if value]
    return _csv(fields)


def _networks(made: _Made) -> Iterator[str]:
    """The network of the container's mode first, then the others, as the command line takes them since version 25."""
    networks = {name: as_map(value) for name, value in as_map(made.raw, "NetworkSettings", "Networks").items()}
    mode = made.network_mode
    first = next((name for name, network in networks.items() if mode and network.get("NetworkID") == mode), mode)
    if first not in _MODE_DEFAULTS:
        yield from ("--network", first)
        yield from _each("--network-alias", _aliases(made, networks.get(first, {})))
    for key, option in (("IPv4Address", "--ip"), ("IPv6Address", "--ip6")):
        if address := as_text(as_map(networks.get(first), "IPAMConfig").get(key)):
            yield from (option, address)
    links = [*as_words(made.host.get("Links")), *as_words(networks.get(first, {}).get("Links"))]
    yield from _each("--link", map(_link, links))
    if first == "none" or made.shares_network:
        return
    joined = _NETWORK_DEFAULTS if first in _MODE_DEFAULTS else (first,)
    for name, network in networks.items():
        if name not in joined:
            yield from ("--network", _further_network(made, name, network))


def _further_network(made: _Made, name: str, network: Mapping[str, Any]) -> str:
    fields = [f"name={name}", *(f"alias={alias}" for alias in _aliases(made, network))]
    for key, word in (("IPv4Address", "ip"), ("IPv6Address", "ip6")):
        if address := as_text(as_map(network, "IPAMConfig").get(key)):
            fields.append(f"{word}={address}")
    return name if len(fields) == 1 else _csv(fields)


def _aliases(made: _Made, network: Mapping[str, Any]) -> list[str]:
    """The aliases that were asked for: the engine adds the short id (before version 25) and knows the name anyway."""
    own = (as_text(made.raw.get("Id"))[:SHORT_ID], as_text(made.raw.get("Name")).removeprefix("/"))
    return [alias for alias in dict.fromkeys(as_words(network.get("Aliases"))) if alias not in own]


def _link(link: str) -> str:
    """A link as the option has it; the engine keeps it as "/other:/this/alias"."""
    other, _, alias = link.partition(":")
    return f"{other.removeprefix('/')}:{alias.rpartition('/')[2]}" if alias else other


def _host_options(made: _Made) -> Iterator[str]:
    """Restart policy, namespaces, capabilities and what else is a plain value of HostConfig."""
    host = made.host
    policy = as_map(host, "RestartPolicy")
    name, most = as_text(policy.get("Name")), as_int(policy.get("MaximumRetryCount"))
    if name not in ("", "no"):
        yield from ("--restart", f"{name}:{most}" if name == "on-failure" and most else name)
    for key, option, defaults in _MODES:
        if (mode := as_text(host.get(key))) and mode not in defaults:
            yield from (option, mode)
    for key, option in _LISTS:
        yield from _each(option, as_words(host.get(key)))
    yield from _each("--security-opt", _security_options(made))
    for key, option in _MAPS:
        yield from _pairs(option, as_map(host, key))
    for key, option in _VALUES:
        if value := host.get(key):
            yield from (option, as_text(value))


def _security_options(made: _Made) -> Iterator[str]:
    for option in as_words(made.host.get("SecurityOpt")):
        if option == "label=disable" and made.host.get("Privileged"):
            continue  # the engine adds it to privileged containers
        yield "seccomp=profile.json" if re.match(r"seccomp[=:]\s*\{", option) else option


def _limits(made: _Made) -> Iterator[str]:
    host = made.host
    for key, option in _SIZES:
        if (amount := as_int(host.get(key))) > 0:
            yield from (option, _bytes(amount))
    memory, swap, swappiness = as_int(host.get("Memory")), as_int(host.get("MemorySwap")), host.get("MemorySwappiness")
    if swap not in (0, 2 * memory):  # the engine gives as much swap as memory where nothing is said
        yield from ("--memory-swap", _bytes(swap))
    if isinstance(swappiness, int) and swappiness >= 0:
        yield from ("--memory-swappiness", str(swappiness))
    nano = as_int(host.get("NanoCpus"))
    if nano > 0:
        yield from ("--cpus", f"{nano / 1e9:.9f}".rstrip("0").rstrip("."))
    else:  # the command line refuses both together, and Podman tells both
        for key, option in (("CpuQuota", "--cpu-quota"), ("CpuPeriod", "--cpu-period")):
            if amount := as_int(host.get(key)):
                yield from (option, str(amount))
    if (pids := as_int(host.get("PidsLimit"))) > 0:
        yield from ("--pids-limit", str(pids))
    if (shm := as_int(host.get("ShmSize"))) not in _SHM_DEFAULTS:
        yield from ("--shm-size", _bytes(shm))
    for limit in map(as_map, as_list(host.get("Ulimits"))):
        name = as_text(limit.get("Name")).lower().removeprefix("rlimit_")  # Podman: RLIMIT_NOFILE
        yield from ("--ulimit", f"{name}={as_int(limit.get('Soft'))}:{as_int(limit.get('Hard'))}")


def _devices(made: _Made) -> Iterator[str]:
    for device in map(as_map, as_list(made.host.get("Devices"))):
        source, target = as_text(device.get("PathOnHost")), as_text(device.get("PathInContainer"))
        how = as_text(device.get("CgroupPermissions"))
        parts = [source, target or source, how] if how not in ("", "rwm") else [source, target or source]
        yield from ("--device", source if parts == [source, source] else ":".join(parts))
    for request in map(as_map, as_list(made.host.get("DeviceRequests"))):
        ids = as_words(request.get("DeviceIDs"))
        if request.get("Driver") == "cdi":
            yield from _each("--device", ids)
        else:
            yield from ("--gpus", _gpus(request, ids))


def _gpus(request: Mapping[str, Any], ids: list[str]) -> str:
    """The value of ``--gpus``; the command line adds the capability "gpu" itself (docker/cli, opts/gpus.go)."""
    count = as_int(request.get("Count"))
    capabilities = [name for group in as_list(request.get("Capabilities")) for name in as_words(group) if name != "gpu"]
    options = [f"{key}={value}" for key, value in as_map(request, "Options").items()]
    fields = [f"device={','.join(ids)}"] if ids else ["all" if count == -1 else str(count)]
    if driver := as_text(request.get("Driver")):
        fields.append(f"driver={driver}")
    if capabilities:
        fields.append(f"capabilities={','.join(capabilities)}")
    if options:
        fields.append(f"options={_csv(options)}")
    return _csv(fields)


def _logging(made: _Made) -> Iterator[str]:
    log = as_map(made.host, "LogConfig")
    if (driver := as_text(log.get("Type"))) not in ("", "json-file"):
        yield from ("--log-driver", driver)
    yield from _pairs("--log-opt", as_map(log, "Config"))


def _health(made: _Made) -> Iterator[str]:
    check, inherited = as_map(made.config, "Healthcheck"), as_map(made.image, "Healthcheck")
    test = as_words(check.get("Test"))
    if test[:1] == ["NONE"]:
        if as_words(inherited.get("Test"))[:1] != ["NONE"]:
            yield "--no-healthcheck"
        return
    if len(test) > 1 and test != as_words(inherited.get("Test")):
        yield from ("--health-cmd", test[1] if test[0] == "CMD-SHELL" else shlex.join(test[1:]))
    for key, option in _CHECK_TIMES:
        if (nano := as_int(check.get(key))) > 0 and nano != as_int(inherited.get(key)):
            yield from (option, _go_duration(nano))
    if (retries := as_int(check.get("Retries"))) and retries != as_int(inherited.get("Retries")):
        yield from ("--health-retries", str(retries))


def _go_duration(nano: int) -> str:
    """Nanoseconds as Go's ``time.ParseDuration`` reads them."""
    for length, unit in ((10**9, "s"), (10**6, "ms")):
        if nano % length == 0:
            return f"{nano // length}{unit}"
    return f"{nano}ns"


def _stopping(made: _Made) -> Iterator[str]:
    signal, timeout = as_text(made.config.get("StopSignal")), made.config.get("StopTimeout")
    if signal not in ("", "SIGTERM", "15", as_text(made.image.get("StopSignal"))):
        yield from ("--stop-signal", signal)
    if isinstance(timeout, int) and timeout != _STOP_TIMEOUT_DEFAULT:
        yield from ("--stop-timeout", str(timeout))


def _program(made: _Made) -> Iterator[str]:
    """The entrypoint, the image and the command.

    An entrypoint on the command line makes the engine forget the image's command, so all of it is said then.
    """
    entrypoint, command = as_words(made.config.get("Entrypoint")), as_words(made.config.get("Cmd"))
    inherited, usual = as_words(made.image.get("Entrypoint")), as_words(made.image.get("Cmd"))
    image = as_text(made.config.get("Image") or made.raw.get("ImageName") or made.raw.get("Image")) or "IMAGE"
    if entrypoint != inherited or (usual and not command):
        yield from ("--entrypoint", entrypoint[0] if entrypoint else "", image)
        yield from (*entrypoint[1:], *command)
    else:
        yield image
        yield from command if command != usual else ()
