from __future__ import annotations

from typing import Any

import pytest

from dockdash.core.describe import as_int, config_sections, exit_code_words
from dockdash.core.units import UNKNOWN
from tests.core.inspect_documents import ID, broken, changed, plain, podman


def sections(raw: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {section.title: dict(section.rows) for section in config_sections(raw)}


@pytest.mark.parametrize(
    ("code", "oom", "words"),
    [
        (None, False, UNKNOWN),
        (0, False, "success"),
        (1, False, "general error"),
        (2, False, "wrong usage, or an error of the shell"),
        (3, False, "error"),
        (125, False, "the engine could not run the container"),
        (126, False, "the command could not be executed"),
        (127, False, "the command was not found"),
        (128, False, "error"),
        (129, False, "ended (SIGHUP)"),
        (130, False, "interrupted (SIGINT)"),
        (137, False, "killed (SIGKILL)"),
        (137, True, "killed (SIGKILL), out of memory"),
        (139, False, "crashed (SIGSEGV)"),
        (143, False, "terminated (SIGTERM)"),
        (162, False, "ended by signal 34"),
        (255, False, "error"),
        (-1, False, "error"),
        (3221225786, False, "error"),
        (1, True, "general error, out of memory"),
    ],
)
def test_exit_codes(code: int | None, oom: bool, words: str) -> None:
    assert exit_code_words(code, oom) == words


def test_plain() -> None:
    found = sections(plain())
    assert list(found) == ["Container", "State", "Ports", "Networks", "Limits", "Restart policy", "Labels"]
    assert found["Container"] == {
        "id": ID,
        "image": "nginx:1.25",
        "image id": "1d668e06f1e5",
        "command": "nginx -g 'daemon off;'",
        "entrypoint": "/docker-entrypoint.sh",
        "created": "2024-05-01T10:00:00Z",
        "working directory": "/",
        "user": "root",
        "hostname": ID[:12],
        "terminal": "no",
        "standard input": "closed",
        "log driver": "json-file",
        "runtime": "runc",
        "platform": "linux",
    }
    assert found["State"] == {
        "status": "running",
        "process id": "4242",
        "started": "2024-05-01T10:00:01Z",
        "restarts": "0",
    }
    assert found["Ports"] == {"80/tcp": "not published"}
    assert found["Networks"] == {"bridge": "172.17.0.2/16, gateway 172.17.0.1, mac 02:42:ac:11:00:02"}
    assert found["Limits"] == {
        "memory": "no limit",
        "swap": "no limit",
        "cpus": "no limit",
        "cpu shares": "default",
        "processes": "no limit",
        "ulimits": "default",
    }
    assert found["Restart policy"] == {"policy": "never restarted"}
    assert found["Labels"] == {"maintainer": "NGINX"}


def test_an_ended_container() -> None:
    state = {"Status": "exited", "Pid": 0, "ExitCode": 137, "OOMKilled": True, "FinishedAt": "2024-05-02T00:00:00Z"}
    raw = changed(State={**state, "Error": "no such device"})
    assert sections(raw)["State"] == {
        "status": "exited",
        "started": "2024-05-01T10:00:01Z",
        "finished": "2024-05-02T00:00:00Z",
        "exit code": "137: killed (SIGKILL), out of memory",
        "error": "no such device",
        "restarts": "0",
    }


def test_a_created_container_has_no_times() -> None:
    state = {"Status": "created", "Pid": 0, "StartedAt": "0001-01-01T00:00:00Z"}
    assert sections(changed(State=state))["State"] == {"status": "created", "started": UNKNOWN, "restarts": "0"}


def test_health() -> None:
    log = [{"ExitCode": 0, "Output": "ok"}, {"ExitCode": 1, "Output": "\nrefused\nand more"}]
    raw = changed(
        State={"Health": {"Status": "unhealthy", "FailingStreak": 3, "Log": log}},
        Config={"Healthcheck": {"Test": ["CMD", "curl", "a b"]}},
    )
    assert sections(raw)["Health"] == {
        "status": "unhealthy",
        "failing streak": "3",
        "test": "curl 'a b'",
        "last exit code": "1: general error",
        "last output": "refused",
    }
    raw["Config"]["Healthcheck"] = {"Test": ["NONE"]}
    assert "Health" not in sections(raw)
    raw["Config"]["Healthcheck"] = {"Test": ["CMD-SHELL", "curl x || exit 1"]}
    assert sections(raw)["Health"]["test"] == "curl x || exit 1"


def test_ports() -> None:
    live = {
        "443/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8443"}, {"HostIp": "::", "HostPort": "8443"}],
        "80/tcp": None,
    }
    assert sections(changed(NetworkSettings={"Ports": live}))["Ports"] == {
        "80/tcp": "not published",
        "443/tcp": "0.0.0.0:8443, [::]:8443",
    }
    asked = {"80/tcp": [{"HostIp": "", "HostPort": ""}]}
    stopped = changed(NetworkSettings={"Ports": {}}, HostConfig={"PortBindings": asked})
    assert sections(stopped)["Ports"] == {"80/tcp": "*:any"}


def test_mounts() -> None:
    raw = changed(HostConfig={"Tmpfs": {"/run": "size=1m"}})
    raw["Mounts"] = [
        {"Type": "bind", "Source": "/a", "Destination": "/b", "RW": False},
        {
            "Type": "volume",
            "Name": "data",
            "Source": "/var/lib/docker/volumes/data/_data",
            "Destination": "/d",
            "RW": True,
        },
    ]
    mounts = next(section for section in config_sections(raw) if section.title == "Mounts")
    assert mounts.rows == (
        ("bind", "/a → /b (read-only)"),
        ("volume", "data → /d (read-write)"),
        ("tmpfs", "/run (size=1m)"),
    )


def test_networks() -> None:
    network = {"IPAddress": "", "GlobalIPv6Address": "2001:db8::2", "GlobalIPv6PrefixLen": 64, "Aliases": ["a", "b"]}
    raw = changed(NetworkSettings={"Networks": {"shop": network, "idle": None}})
    assert sections(raw)["Networks"] == {"shop": "2001:db8::2/64, aliases a b", "idle": "no address"}


def test_limits() -> None:
    host = {
        "Memory": 512 * 1024**2,
        "MemorySwap": 1024**3,
        "CpuQuota": 150000,
        "CpusetCpus": "0-3",
        "CpuShares": 512,
        "PidsLimit": 100,
        "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 2048}],
    }
    assert sections(changed(HostConfig=host))["Limits"] == {
        "memory": "512M",
        "swap": "512M",
        "cpus": "1.5, only on 0-3",
        "cpu shares": "512",
        "processes": "100",
        "ulimits": "nofile 1024:2048",
    }
    assert sections(changed(HostConfig={"Memory": 1024**3, "MemorySwap": -1}))["Limits"]["swap"] == "no limit"


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"Name": "always"}, "always restarted"),
        ({"Name": "unless-stopped", "MaximumRetryCount": 0}, "restarted unless somebody stopped it"),
        ({"Name": "on-failure", "MaximumRetryCount": 5}, "restarted when it fails, at most 5 times"),
        ({"Name": "on-failure"}, "restarted when it fails"),
        ({"Name": "someday"}, "someday"),
        (None, "never restarted"),
    ],
)
def test_restart_policies(policy: dict[str, Any] | None, words: str) -> None:
    assert sections(changed(HostConfig={"RestartPolicy": policy}))["Restart policy"] == {"policy": words}


def test_log_options_and_labels() -> None:
    log = {"Type": "journald", "Config": {"tag": "x", "env": "y"}}
    found = sections(changed(HostConfig={"LogConfig": log}, Config={"Labels": {"b": "2", "a": "1"}}))
    assert found["Container"]["log driver"] == "journald (tag=x, env=y)"
    assert list(found["Labels"]) == ["a", "b"]


def test_podman() -> None:
    found = sections(podman())
    assert "Health" not in found
    assert found["Container"]["entrypoint"] == "/entry --now"
    assert found["Container"]["image id"] == "1d668e06f1e5"
    assert found["State"]["exit code"] == "137: killed (SIGKILL), out of memory"
    assert found["Limits"]["cpus"] == "0.5"


def test_broken_answers() -> None:
    for raw in broken():
        for section in config_sections(raw):
            assert all(isinstance(word, str) for row in section.rows for word in row)
    assert as_int(float("nan")) == as_int(float("inf")) == as_int("7") == as_int(None) == 0
