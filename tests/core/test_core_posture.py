from __future__ import annotations

from typing import Any

import pytest

from dockdash.core.posture import Finding, posture
from tests.core.inspect_documents import broken, changed, plain, podman


def found(raw: dict[str, Any]) -> dict[str, str]:
    """Level by title."""
    return {finding.title: finding.level for finding in posture(raw)}


def added(raw: dict[str, Any]) -> dict[str, str]:
    """What a changed answer finds beyond the plain one."""
    usual = found(plain())
    return {title: level for title, level in found(raw).items() if usual.get(title) != level}


def bind(source: str, writable: bool = True) -> dict[str, Any]:
    raw = plain()
    raw["Mounts"] = [{"Type": "bind", "Source": source, "Destination": "/x", "RW": writable}]
    return raw


def test_plain() -> None:
    assert found(plain()) == {
        "Runs as root": "warn",
        "Writable root": "note",
        "Privileges can grow": "note",
        "No memory limit": "note",
        "No process limit": "note",
    }


def test_well_shut_in() -> None:
    host = {
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges:true"],
        "Memory": 1024**3,
        "PidsLimit": 100,
    }
    raw = changed(Config={"User": "app:app"}, HostConfig=host)
    assert set(found(raw).values()) == {"good"}
    assert len(found(raw)) == 4


@pytest.mark.parametrize("user", ["", "0", "root", "0:0", "root:staff"])
def test_roots(user: str) -> None:
    assert "Runs as root" in found(changed(Config={"User": user}))


@pytest.mark.parametrize(
    ("values", "findings"),
    [
        ({"Privileged": True}, {"Privileged": "bad"}),
        ({"CapAdd": ["CAP_SYS_ADMIN", "CHOWN"]}, {"Strong capabilities": "bad", "More capabilities": "warn"}),
        ({"CapAdd": ["all"]}, {"Strong capabilities": "bad"}),
        ({"CapDrop": ["NET_RAW"]}, {}),
        ({"SecurityOpt": ["seccomp=unconfined"]}, {"No seccomp": "bad"}),
        ({"SecurityOpt": ["apparmor:unconfined"]}, {"No AppArmor": "warn"}),
        ({"SecurityOpt": ["label=disable"]}, {"No SELinux label": "warn"}),
        ({"SecurityOpt": ["label=disable"], "Privileged": True}, {"Privileged": "bad"}),
        ({"NetworkMode": "host", "PidMode": "host"}, {"Host network": "warn", "Host processes": "bad"}),
        ({"IpcMode": "host", "UTSMode": "host"}, {"Host IPC": "warn", "Host UTS": "warn"}),
        ({"Devices": [{"PathOnHost": "/dev/sda"}]}, {"Host devices": "warn"}),
        ({"Binds": ["/var/run/docker.sock:/var/run/docker.sock:ro"]}, {"Engine socket": "bad"}),
        ({"Binds": ["data:/etc"]}, {}),
        ({"Mounts": [{"Type": "bind", "Source": "/etc", "ReadOnly": True}]}, {"Sensitive path": "warn"}),
        ({"Mounts": [{"Type": "volume", "Source": "/etc"}]}, {}),
        ({"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "80"}]}}, {"Open to the network": "note"}),
        ({"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "80"}]}}, {}),
    ],
)
def test_host_config(values: dict[str, Any], findings: dict[str, str]) -> None:
    assert added(changed(HostConfig=values)) == findings


@pytest.mark.parametrize(
    ("source", "writable", "findings"),
    [
        ("/run/podman/podman.sock", True, {"Engine socket": "bad"}),
        ("/run/containerd/containerd.sock", False, {"Engine socket": "bad"}),
        ("/run/user/1000/podman", True, {"Engine socket within": "bad"}),
        ("/run/user/1000", True, {"Engine socket within": "bad"}),
        ("/run", True, {"Engine socket within": "bad"}),
        ("/var/run", True, {"Engine socket within": "bad"}),
        ("/", True, {"Engine socket within": "bad", "Sensitive path": "bad"}),
        ("/var", False, {"Engine socket within": "bad", "Sensitive path": "warn"}),
        ("/etc", True, {"Sensitive path": "bad"}),
        ("/etc/localtime", False, {}),
        ("/etc/shadow", False, {"Sensitive path": "warn"}),
        ("/proc", False, {"Sensitive path": "warn"}),
        ("/sys/fs/cgroup", True, {"Sensitive path": "bad"}),
        ("/var/lib/docker/overlay2", True, {"Sensitive path": "bad"}),
        ("/home/me/code", True, {}),
        ("/run/myapp", True, {}),
        ("/srv/data", True, {}),
    ],
)
def test_mounted_paths(source: str, writable: bool, findings: dict[str, str]) -> None:
    assert added(bind(source, writable)) == findings


def test_one_path_is_judged_once() -> None:
    raw = bind("/etc")
    raw["HostConfig"]["Binds"] = ["/etc:/x"]
    assert [finding.title for finding in posture(raw)].count("Sensitive path") == 1


def test_live_ports() -> None:
    raw = changed(NetworkSettings={"Ports": {"80/tcp": [{"HostIp": "::", "HostPort": "32768"}], "81/tcp": None}})
    finding = next(one for one in posture(raw) if one.title == "Open to the network")
    assert "80/tcp" in finding.text
    assert "81/tcp" not in finding.text


def test_secrets_are_named_but_not_told() -> None:
    env = ["DB_PASSWORD=hunter2", "URL=http://a:hunter2@c", "PATH=/bin", "EMPTY_TOKEN="]
    findings = posture(changed(Config={"Env": env}))
    finding = next(one for one in findings if one.title == "Secrets in the environment")
    assert finding.text.endswith(": DB_PASSWORD, URL.")
    assert "hunter2" not in str(findings)


def test_the_worst_comes_first() -> None:
    host = {"Privileged": True, "ReadonlyRootfs": True, "NetworkMode": "host"}
    levels = [finding.level for finding in posture(changed(HostConfig=host))]
    assert levels == sorted(levels, key=["bad", "warn", "note", "good"].index)
    assert levels[0] == "bad"
    assert levels[-1] == "good"


def test_podman_and_broken_answers() -> None:
    assert posture(podman())
    for raw in broken():
        assert all(isinstance(finding, Finding) for finding in posture(raw))
