"""A container of the demo in the words of the Docker Engine API 1.43 (``ContainerInspect``)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dockdash.core.models import Health, State
from dockdash.engines.demo.noise import digits
from dockdash.engines.demo.spec import Mount, Spec
from dockdash.engines.demo.state import Box

_NEVER = "0001-01-01T00:00:00Z"
_NANO = 1_000_000_000
_ROOT = "/var/lib/docker"


def document(box: Box, now: float) -> dict[str, Any]:
    """What an inspection answers.

    Args:
        box: The container.
        now: Seconds since the epoch.

    Returns:
        The document, made anew each time.
    """
    spec = box.spec
    folder = f"{_ROOT}/containers/{spec.id}"
    layer = f"{_ROOT}/overlay2/{digits(f'layer {spec.name}')}"
    return {
        "Id": spec.id,
        "Created": _time(box.created),
        "Path": spec.argv[0] if spec.argv else "",
        "Args": list(spec.argv[1:]),
        "State": _state(box, now),
        "Image": spec.image_id,
        "ResolvConfPath": f"{folder}/resolv.conf",
        "HostnamePath": f"{folder}/hostname",
        "HostsPath": f"{folder}/hosts",
        "LogPath": f"{folder}/{spec.id}-json.log",
        "Name": f"/{box.name}",
        "RestartCount": box.restarts,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "unconfined" if spec.security.privileged else "docker-default",
        "ExecIDs": None,
        "HostConfig": _host_config(spec),
        "GraphDriver": {
            "Name": "overlay2",
            "Data": {
                "LowerDir": f"{layer}-init/diff",
                "MergedDir": f"{layer}/merged",
                "UpperDir": f"{layer}/diff",
                "WorkDir": f"{layer}/work",
            },
        },
        "Mounts": [_mount(mount) for mount in spec.mounts],
        "Config": _config(spec),
        "NetworkSettings": _network_settings(box),
    }


def _time(at: float) -> str:
    """An RFC 3339 time as the engine writes it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S.%f}000Z" if at else _NEVER


def _state(box: Box, now: float) -> dict[str, Any]:
    state: dict[str, Any] = {
        "Status": box.state.value,
        "Running": box.state.is_up,
        "Paused": box.state is State.PAUSED,
        "Restarting": box.state is State.RESTARTING,
        "OOMKilled": box.oom,
        "Dead": False,
        "Pid": box.pid,
        "ExitCode": box.exit_code,
        "Error": "",
        "StartedAt": _time(box.started),
        "FinishedAt": _time(box.finished),
    }
    if box.spec.health and box.started:
        state["Health"] = _health(box, now)
    return state


def _health(box: Box, now: float) -> dict[str, Any]:
    check = box.spec.health
    assert check is not None
    is_good = check.verdict is Health.HEALTHY
    probes = int(box.active(now) / check.interval)
    log = []
    for probe in range(max(probes - 4, 1), probes + 1):
        begin = box.started + probe * check.interval
        log.append(
            {
                "Start": _time(begin),
                "End": _time(begin + 0.083),
                "ExitCode": 0 if is_good else 1,
                "Output": check.output,
            }
        )
    return {"Status": box.health.value, "FailingStreak": 0 if is_good else probes, "Log": log}


def _bindings(spec: Spec) -> dict[str, list[dict[str, str]]]:
    return {
        f"{port.private}/{port.protocol}": [
            {"HostIp": address, "HostPort": str(port.public or "")} for address in port.addresses
        ]
        for port in spec.ports
    }


def _host_config(spec: Spec) -> dict[str, Any]:
    security = spec.security
    paths: list[str] = [] if security.privileged else ["/proc/kcore", "/proc/keys", "/proc/timer_list"]
    return {
        "Binds": [f"{m.source}:{m.target}:{'rw' if m.writable else 'ro'}" for m in spec.mounts] or None,
        "ContainerIDFile": "",
        "LogConfig": {"Type": "json-file", "Config": {"max-file": "3", "max-size": "10m"}},
        "NetworkMode": spec.network,
        "PortBindings": {key: value for key, value in _bindings(spec).items() if value},
        "RestartPolicy": {"Name": spec.restart, "MaximumRetryCount": 0},
        "AutoRemove": False,
        "VolumeDriver": "",
        "VolumesFrom": None,
        "ConsoleSize": [0, 0],
        "CapAdd": list(security.cap_add) or None,
        "CapDrop": list(security.cap_drop) or None,
        "CgroupnsMode": "host" if security.privileged else "private",
        "Dns": [],
        "DnsOptions": [],
        "DnsSearch": [],
        "ExtraHosts": [],
        "GroupAdd": None,
        "IpcMode": "private",
        "Cgroup": "",
        "Links": None,
        "OomScoreAdj": 0,
        "PidMode": "",
        "Privileged": security.privileged,
        "PublishAllPorts": False,
        "ReadonlyRootfs": security.read_only,
        "SecurityOpt": list(security.options) or None,
        "UTSMode": "",
        "UsernsMode": "",
        "ShmSize": 67_108_864,
        "Runtime": "runc",
        "Isolation": "",
        "CpuShares": 0,
        "Memory": spec.memory,
        "NanoCpus": int(spec.cpus * _NANO),
        "CgroupParent": "",
        "BlkioWeight": 0,
        "CpuPeriod": 0,
        "CpuQuota": 0,
        "CpusetCpus": "",
        "CpusetMems": "",
        "Devices": [],
        "DeviceCgroupRules": None,
        "DeviceRequests": None,
        "MemoryReservation": 0,
        "MemorySwap": 2 * spec.memory,
        "MemorySwappiness": None,
        "OomKillDisable": None,
        "PidsLimit": spec.pids_limit or None,
        "Ulimits": None,
        "Init": None,
        "MaskedPaths": paths,
        "ReadonlyPaths": [] if security.privileged else ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys"],
    }


def _mount(mount: Mount) -> dict[str, Any]:
    if mount.is_volume:
        return {
            "Type": "volume",
            "Name": mount.source,
            "Source": f"{_ROOT}/volumes/{mount.source}/_data",
            "Destination": mount.target,
            "Driver": "local",
            "Mode": "rw" if mount.writable else "ro",
            "RW": mount.writable,
            "Propagation": "",
        }
    return {
        "Type": "bind",
        "Source": mount.source,
        "Destination": mount.target,
        "Mode": "rw" if mount.writable else "ro",
        "RW": mount.writable,
        "Propagation": "rprivate",
    }


def _config(spec: Spec) -> dict[str, Any]:
    config: dict[str, Any] = {
        "Hostname": spec.id[:12],
        "Domainname": "",
        "User": spec.user,
        "AttachStdin": False,
        "AttachStdout": not spec.tty,
        "AttachStderr": not spec.tty,
        "ExposedPorts": {f"{port.private}/{port.protocol}": {} for port in spec.ports},
        "Tty": spec.tty,
        "OpenStdin": spec.tty,
        "StdinOnce": False,
        "Env": list(spec.env),
        "Cmd": list(spec.cmd) or None,
        "Image": spec.image,
        "Volumes": None,
        "WorkingDir": spec.workdir,
        "Entrypoint": list(spec.entrypoint) or None,
        "OnBuild": None,
        "Labels": spec.labels,
    }
    if spec.health:
        config["Healthcheck"] = {
            "Test": ["CMD-SHELL", spec.health.command],
            "Interval": int(spec.health.interval * _NANO),
            "Timeout": 5 * _NANO,
            "Retries": 3,
        }
    return config


def _network_settings(box: Box) -> dict[str, Any]:
    spec, is_live = box.spec, box.is_live
    gateway = f"{spec.subnet}.0.1" if is_live else ""
    mac = f"02:42:ac:{int(spec.subnet[4:]):02x}:{spec.host // 250:02x}:{spec.host % 250:02x}" if is_live else ""
    address = spec.address if is_live else ""
    endpoint = {
        "IPAMConfig": None,
        "Links": None,
        "Aliases": [spec.name, spec.compose.service, spec.id[:12]] if spec.compose else None,
        "NetworkID": digits(f"network {spec.network}"),
        "EndpointID": digits(f"endpoint {spec.name} {box.run}") if is_live else "",
        "Gateway": gateway,
        "IPAddress": address,
        "IPPrefixLen": 16 if is_live else 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "MacAddress": mac,
        "DriverOpts": None,
    }
    on_bridge = spec.network == "bridge"
    return {
        "Bridge": "",
        "SandboxID": digits(f"sandbox {spec.name} {box.run}") if is_live else "",
        "HairpinMode": False,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        # An exposed port without a binding is null, as the engine has it.
        "Ports": {key: value or None for key, value in _bindings(spec).items()} if is_live else {},
        "SandboxKey": f"/var/run/docker/netns/{digits(f'sandbox {spec.name}', 12)}" if is_live else "",
        "SecondaryIPAddresses": None,
        "SecondaryIPv6Addresses": None,
        "Gateway": gateway if on_bridge else "",
        "IPAddress": address if on_bridge else "",
        "IPPrefixLen": 16 if on_bridge and is_live else 0,
        "MacAddress": mac if on_bridge else "",
        "Networks": {spec.network: endpoint},
    }
