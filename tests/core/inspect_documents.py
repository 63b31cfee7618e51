"""Inspect answers in the shape of Docker 20.10 (API 1.41) and of Podman 4, written by hand."""

from __future__ import annotations

import copy
from typing import Any

ID = "4c01db0b339c8b1d3b0f2c2d7d3b8c1e9a5f6e7d8c9b0a1f2e3d4c5b6a798081"

NGINX_IMAGE: dict[str, Any] = {
    "Env": ["PATH=/usr/local/sbin:/usr/bin", "NGINX_VERSION=1.25.5"],
    "Cmd": ["nginx", "-g", "daemon off;"],
    "Entrypoint": ["/docker-entrypoint.sh"],
    "ExposedPorts": {"80/tcp": {}},
    "Labels": {"maintainer": "NGINX"},
    "StopSignal": "SIGQUIT",
    "Volumes": None,
    "WorkingDir": "",
    "User": "",
}


def plain() -> dict[str, Any]:
    """What ``docker run -d --name web nginx`` makes."""
    return {
        "Id": ID,
        "Created": "2024-05-01T10:00:00.123456789Z",
        "Path": "/docker-entrypoint.sh",
        "Args": ["nginx", "-g", "daemon off;"],
        "State": {
            "Status": "running",
            "Running": True,
            "Paused": False,
            "Restarting": False,
            "OOMKilled": False,
            "Dead": False,
            "Pid": 4242,
            "ExitCode": 0,
            "Error": "",
            "StartedAt": "2024-05-01T10:00:01.5Z",
            "FinishedAt": "0001-01-01T00:00:00Z",
        },
        "Image": "sha256:1d668e06f1e534ab338404ba891c37d618dd53c9073dcdd4ebde82aa7643f83f",
        "Name": "/web",
        "RestartCount": 0,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ExecIDs": None,
        "HostConfig": _host(),
        "Mounts": [],
        "Config": {
            "Hostname": ID[:12],
            "Domainname": "",
            "User": "",
            "AttachStdin": False,
            "AttachStdout": False,
            "AttachStderr": False,
            "ExposedPorts": {"80/tcp": {}},
            "Tty": False,
            "OpenStdin": False,
            "StdinOnce": False,
            "Env": ["PATH=/usr/local/sbin:/usr/bin", "NGINX_VERSION=1.25.5"],
            "Cmd": ["nginx", "-g", "daemon off;"],
            "Image": "nginx:1.25",
            "Volumes": None,
            "WorkingDir": "",
            "Entrypoint": ["/docker-entrypoint.sh"],
            "OnBuild": None,
            "Labels": {"maintainer": "NGINX"},
            "StopSignal": "SIGQUIT",
        },
        "NetworkSettings": {
            "Ports": {"80/tcp": None},
            "Networks": {
                "bridge": {
                    "IPAMConfig": None,
                    "Links": None,
                    "Aliases": None,
                    "NetworkID": "7f0b",
                    "Gateway": "172.17.0.1",
                    "IPAddress": "172.17.0.2",
                    "IPPrefixLen": 16,
                    "GlobalIPv6Address": "",
                    "GlobalIPv6PrefixLen": 0,
                    "MacAddress": "02:42:ac:11:00:02",
                    "DriverOpts": None,
                }
            },
        },
    }


def _host() -> dict[str, Any]:
    return {
        "Binds": None,
        "ContainerIDFile": "",
        "LogConfig": {"Type": "json-file", "Config": {}},
        "NetworkMode": "default",
        "PortBindings": {},
        "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
        "AutoRemove": False,
        "VolumeDriver": "",
        "VolumesFrom": None,
        "CapAdd": None,
        "CapDrop": None,
        "CgroupnsMode": "private",
        "Dns": [],
        "DnsOptions": [],
        "DnsSearch": [],
        "ExtraHosts": None,
        "GroupAdd": None,
        "IpcMode": "private",
        "Cgroup": "",
        "Links": None,
        "OomScoreAdj": 0,
        "PidMode": "",
        "Privileged": False,
        "PublishAllPorts": False,
        "ReadonlyRootfs": False,
        "SecurityOpt": None,
        "UTSMode": "",
        "UsernsMode": "",
        "ShmSize": 67108864,
        "Runtime": "runc",
        "ConsoleSize": [0, 0],
        "Isolation": "",
        "CpuShares": 0,
        "Memory": 0,
        "NanoCpus": 0,
        "CgroupParent": "",
        "BlkioWeight": 0,
        "CpuPeriod": 0,
        "CpuQuota": 0,
        "CpusetCpus": "",
        "Devices": [],
        "DeviceCgroupRules": None,
        "DeviceRequests": None,
        "MemoryReservation": 0,
        "MemorySwap": 0,
        "MemorySwappiness": None,
        "OomKillDisable": False,
        "PidsLimit": None,
        "Ulimits": None,
    }


def changed(**parts: dict[str, Any]) -> dict[str, Any]:
    """The plain answer with some keys of its parts replaced, e.g. ``changed(HostConfig={"Privileged": True})``."""
    document = copy.deepcopy(plain())
    for part, values in parts.items():
        document[part].update(values)
    return document


def podman() -> dict[str, Any]:
    """What Podman 4 tells: an entrypoint as one text, a number as stop signal, both ways of a processor limit."""
    return {
        "Id": ID,
        "Created": "2024-05-01T10:00:00.123456789+02:00",
        "Path": "/entry",
        "Args": ["--password", "hunter2"],
        "State": {
            "Status": "exited",
            "Pid": 0,
            "ExitCode": 137,
            "OOMKilled": True,
            "StartedAt": "2024-05-01T10:00:01Z",
            "FinishedAt": "2024-05-01T10:05:01Z",
            "Healthcheck": {"Status": "", "FailingStreak": 0, "Log": None},
        },
        "Image": "1d668e06f1e5",
        "ImageName": "docker.io/library/app:latest",
        "Name": "app",
        "OCIRuntime": "crun",
        "Mounts": [],
        "NetworkSettings": {"Ports": None, "Networks": {"podman": None}},
        "Config": {
            "Hostname": ID[:12],
            "Env": ["container=podman"],
            "Cmd": ["--password", "hunter2"],
            "Image": "docker.io/library/app:latest",
            "Entrypoint": "/entry --now",
            "Labels": None,
            "Volumes": None,
            "StopSignal": 15,
            "StopTimeout": 10,
            "CreateCommand": ["podman", "run", "-e", "DB_PASSWORD=hunter2", "app", "--password", "hunter2"],
        },
        "HostConfig": {
            "Binds": None,
            "CapAdd": [],
            "NetworkMode": "slirp4netns",
            "RestartPolicy": {"Name": "", "MaximumRetryCount": 0},
            "IpcMode": "private",
            "NanoCpus": 500000000,
            "CpuQuota": 50000,
            "CpuPeriod": 100000,
            "Memory": 104857600,
            "MemorySwap": 209715200,
            "Ulimits": [{"Name": "RLIMIT_NOFILE", "Soft": 1024, "Hard": 2048}],
            "PidsLimit": 2048,
            "Runtime": "oci",
            "ShmSize": 65536000,
            "LogConfig": {"Type": "journald", "Config": None, "Path": "", "Tag": "", "Size": "0B"},
        },
    }


def broken() -> list[Any]:
    """Documents that no engine should give, and that must not crash anything."""
    nothing: dict[str, Any] = dict.fromkeys(plain())
    wrong: dict[str, Any] = dict.fromkeys(plain(), "text")
    hollow: dict[str, Any] = {
        **plain(),
        "Config": dict.fromkeys(plain()["Config"]),
        "HostConfig": dict.fromkeys(_host()),
        "State": {"Health": {"Log": [None]}},
        "NetworkSettings": {"Ports": {"x/y": [None]}, "Networks": {"n": None}},
        "Mounts": [None, {}],
    }
    numbers: dict[str, Any] = {
        **plain(),
        "Config": dict.fromkeys(plain()["Config"], 7),
        "HostConfig": dict.fromkeys(_host(), 7),
    }
    lists: dict[str, Any] = {
        **plain(),
        "Config": {key: [None, 1, {}] for key in plain()["Config"]},
        "HostConfig": {key: [None, 1, {}] for key in _host()},
    }
    return [{}, nothing, wrong, hollow, numbers, lists]
