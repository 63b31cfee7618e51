from __future__ import annotations

import shlex
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockdash.core.runline import posix_quote, run_command
from tests.core.inspect_documents import ID, NGINX_IMAGE, broken, changed, plain, podman

PREFIX = "docker run -d --name web "


def line(**parts: dict[str, Any]) -> str:
    """What stands between name and image for a changed answer."""
    command = run_command(changed(**parts), NGINX_IMAGE)
    assert command.startswith(PREFIX)
    assert command.endswith("nginx:1.25")
    return command.removeprefix(PREFIX).removesuffix("nginx:1.25").strip()


def host(**values: Any) -> str:
    return line(HostConfig=values)


def test_plain() -> None:
    assert run_command(plain(), NGINX_IMAGE) == "docker run -d --name web nginx:1.25"


def test_without_the_image_everything_is_said() -> None:
    assert run_command(plain()) == (
        "docker run -d --name web -e PATH=/usr/local/sbin:/usr/bin -e NGINX_VERSION=1.25.5 --label maintainer=NGINX "
        "--expose 80 --stop-signal SIGQUIT --entrypoint /docker-entrypoint.sh nginx:1.25 nginx -g 'daemon off;'"
    )


def test_a_terminal() -> None:
    terminal = {"Tty": True, "OpenStdin": True, "AttachStdin": True, "AttachStdout": True, "AttachStderr": True}
    command = run_command(changed(Config=terminal, HostConfig={"AutoRemove": True}), NGINX_IMAGE)
    assert command == "docker run -i -t --rm --name web nginx:1.25"


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({"Hostname": "www"}, "--hostname www"),
        ({"Hostname": ""}, ""),
        ({"Domainname": "example.org"}, "--domainname example.org"),
        ({"User": "1000:1000"}, "--user 1000:1000"),
        ({"WorkingDir": "/srv/my app"}, "--workdir '/srv/my app'"),
        ({"Env": [*NGINX_IMAGE["Env"], "A=b c", "NGINX_VERSION=2"]}, "-e 'A=b c' -e NGINX_VERSION=2"),
        (
            {"Labels": {"maintainer": "NGINX", "com.docker.compose.project": "x"}},
            "--label com.docker.compose.project=x",
        ),
        ({"ExposedPorts": {"80/tcp": {}, "53/udp": {}}}, "--expose 53/udp"),
        ({"StopSignal": "SIGINT", "StopTimeout": 30}, "--stop-signal SIGINT --stop-timeout 30"),
        ({"StopTimeout": 0}, "--stop-timeout 0"),
        ({"MacAddress": "02:42:ac:11:00:99"}, "--mac-address 02:42:ac:11:00:99"),
        ({"Healthcheck": {"Test": ["NONE"]}}, "--no-healthcheck"),
        (
            {
                "Healthcheck": {
                    "Test": ["CMD-SHELL", "curl -f localhost || exit 1"],
                    "Interval": 30_000_000_000,
                    "Timeout": 1_500_000_000,
                    "StartPeriod": 0,
                    "Retries": 5,
                }
            },
            "--health-cmd 'curl -f localhost || exit 1' --health-interval 30s --health-timeout 1500ms "
            "--health-retries 5",
        ),
        ({"Healthcheck": {"Test": ["CMD", "check", "a b"]}}, "--health-cmd 'check '\"'\"'a b'\"'\"''"),
    ],
)
def test_config(values: dict[str, Any], options: str) -> None:
    assert line(Config=values) == options


def test_health_of_the_image_is_left_out() -> None:
    check = {"Test": ["CMD", "check"], "Interval": 5_000_000_000, "Retries": 2}
    own = {**check, "Retries": 3}
    raw = changed(Config={"Healthcheck": own})
    assert run_command(raw, {**NGINX_IMAGE, "Healthcheck": own}) == run_command(plain(), NGINX_IMAGE)
    assert "--health-retries 3 nginx" in run_command(raw, {**NGINX_IMAGE, "Healthcheck": check})
    off = changed(Config={"Healthcheck": {"Test": ["NONE"]}})
    assert "--no-healthcheck" in run_command(off, {**NGINX_IMAGE, "Healthcheck": check})


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}, "-p 8080:80"),
        ({"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": ""}]}}, "-p 80"),
        ({"PortBindings": {"53/udp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}}, "-p 127.0.0.1::53/udp"),
        ({"PortBindings": {"53/udp": [{"HostIp": "::1", "HostPort": "53"}]}}, "-p '[::1]:53:53/udp'"),
        ({"PortBindings": {"80/tcp": [{"HostPort": "1"}, {"HostPort": "2"}]}}, "-p 1:80 -p 2:80"),
        ({"PortBindings": None, "PublishAllPorts": True}, None),
        ({"Binds": ["/a b:/c:ro", "data:/data"]}, "-v '/a b:/c:ro' -v data:/data"),
        ({"Tmpfs": {"/run": "rw,size=64m", "/tmp": ""}}, "--tmpfs /run:rw,size=64m --tmpfs /tmp"),
        (
            {"Mounts": [{"Type": "bind", "Source": "/a,b", "Target": "/c", "ReadOnly": True}]},
            "--mount 'type=bind,\"source=/a,b\",target=/c,readonly'",
        ),
        (
            {
                "Mounts": [
                    {
                        "Type": "volume",
                        "Source": "v",
                        "Target": "/v",
                        "VolumeOptions": {
                            "NoCopy": True,
                            "Labels": {"a": "b"},
                            "DriverConfig": {"Name": "local", "Options": {"type": "nfs"}},
                        },
                    },
                    {"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"SizeBytes": 1024, "Mode": 0o1777}},
                ]
            },
            "--mount type=volume,source=v,target=/v,volume-driver=local,volume-label=a=b,volume-opt=type=nfs,"
            "volume-nocopy "
            "--mount type=tmpfs,target=/t,tmpfs-size=1024,tmpfs-mode=1777",
        ),
        ({"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5}}, "--restart on-failure:5"),
        ({"RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0}}, "--restart unless-stopped"),
        ({"RestartPolicy": None}, ""),
        ({"CapAdd": ["NET_ADMIN"], "CapDrop": ["ALL"]}, "--cap-add NET_ADMIN --cap-drop ALL"),
        ({"SecurityOpt": ["no-new-privileges"]}, "--security-opt no-new-privileges"),
        ({"SecurityOpt": ['seccomp={"x": 1}']}, "--security-opt seccomp=profile.json"),
        ({"SecurityOpt": ["label=disable"]}, "--security-opt label=disable"),
        ({"Memory": 536870912, "MemorySwap": 1073741824}, "--memory 512m"),
        ({"Memory": 536870912, "MemorySwap": -1}, "--memory 512m --memory-swap -1"),
        ({"Memory": 1000, "MemorySwap": 1000}, "--memory 1000 --memory-swap 1000"),
        ({"MemoryReservation": 1073741824}, "--memory-reservation 1g"),
        ({"NanoCpus": 1_500_000_000}, "--cpus 1.5"),
        ({"NanoCpus": 10_000_000_000}, "--cpus 10"),
        ({"CpuQuota": 50000, "CpuPeriod": 100000}, "--cpu-quota 50000 --cpu-period 100000"),
        ({"CpuShares": 512, "CpusetCpus": "0-3"}, "--cpu-shares 512 --cpuset-cpus 0-3"),
        ({"PidsLimit": 100}, "--pids-limit 100"),
        ({"PidsLimit": -1}, ""),
        ({"Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 2048}]}, "--ulimit nofile=1024:2048"),
        (
            {"Devices": [{"PathOnHost": "/dev/a", "PathInContainer": "/dev/a", "CgroupPermissions": "rwm"}]},
            "--device /dev/a",
        ),
        (
            {"Devices": [{"PathOnHost": "/dev/a", "PathInContainer": "/dev/b", "CgroupPermissions": "r"}]},
            "--device /dev/a:/dev/b:r",
        ),
        ({"DeviceRequests": [{"Driver": "", "Count": -1, "Capabilities": [["gpu"]]}]}, "--gpus all"),
        (
            {"DeviceRequests": [{"Count": 0, "DeviceIDs": ["0", "1"], "Capabilities": [["gpu"]]}]},
            "--gpus '\"device=0,1\"'",
        ),
        ({"DeviceRequests": [{"Count": 2, "Capabilities": [["utility", "gpu"]]}]}, "--gpus 2,capabilities=utility"),
        ({"DeviceRequests": [{"Driver": "cdi", "DeviceIDs": ["vendor.com/gpu=0"]}]}, "--device vendor.com/gpu=0"),
        (
            {"ExtraHosts": ["db:10.0.0.1"], "Dns": ["1.1.1.1"], "DnsSearch": ["x.org"]},
            "--add-host db:10.0.0.1 --dns 1.1.1.1 --dns-search x.org",
        ),
        ({"LogConfig": {"Type": "json-file", "Config": {"max-size": "10m"}}}, "--log-opt max-size=10m"),
        ({"LogConfig": {"Type": "journald", "Config": None}}, "--log-driver journald"),
        ({"Init": True, "ReadonlyRootfs": True}, "--read-only --init"),
        (
            {
                "PidMode": "host",
                "IpcMode": "shareable",
                "UTSMode": "host",
                "UsernsMode": "host",
                "CgroupnsMode": "host",
            },
            "--pid host --ipc shareable --uts host --userns host --cgroupns host",
        ),
        ({"ShmSize": 134217728}, "--shm-size 128m"),
        ({"Sysctls": {"net.core.somaxconn": "1024"}}, "--sysctl net.core.somaxconn=1024"),
        (
            {"GroupAdd": ["audio"], "OomScoreAdj": -500, "Runtime": "runsc"},
            "--runtime runsc --group-add audio --oom-score-adj -500",
        ),
        ({"Links": ["/db:/web/database"]}, "--link db:database"),
        ({"NetworkMode": "bridge"}, ""),
        ({"NetworkMode": "none"}, "--network none"),
    ],
)
def test_host_config(values: dict[str, Any], options: str | None) -> None:
    if options is None:
        assert "--publish-all --name web" in run_command(changed(HostConfig=values), NGINX_IMAGE)
    elif values.keys() & {"Init"}:
        assert options in run_command(changed(HostConfig=values), NGINX_IMAGE)
    else:
        assert host(**values) == options


def test_what_the_engine_adds_to_privileged_containers_is_left_out() -> None:
    command = run_command(changed(HostConfig={"Privileged": True, "SecurityOpt": ["label=disable"]}), NGINX_IMAGE)
    assert command == "docker run -d --privileged --name web nginx:1.25"


def test_the_host_network_brings_its_host_name() -> None:
    raw = changed(HostConfig={"NetworkMode": "host"}, Config={"Hostname": "bighost"})
    assert run_command(raw, NGINX_IMAGE) == "docker run -d --name web --network host nginx:1.25"
    own: dict[str, Any] = {"Networks": {"hostnet": {}}}
    raw = changed(HostConfig={"NetworkMode": "hostnet"}, Config={"Hostname": "www"}, NetworkSettings=own)
    assert run_command(raw, NGINX_IMAGE) == "docker run -d --name web --hostname www --network hostnet nginx:1.25"


def test_networks() -> None:
    networks = {
        "shop": {
            "NetworkID": "aa",
            "Aliases": ["front", "web", ID[:12]],
            "IPAMConfig": {"IPv4Address": "10.5.0.5"},
        },
        "back": {"Aliases": ["a", "b"], "IPAMConfig": {"IPv4Address": "10.6.0.5"}},
        "other": {"Aliases": None, "IPAMConfig": None},
    }
    settings_ = {"Networks": networks}
    expected = (
        "--network shop --network-alias front --ip 10.5.0.5 "
        "--network name=back,alias=a,alias=b,ip=10.6.0.5 --network other"
    )
    for mode in ("shop", "aa"):
        assert line(HostConfig={"NetworkMode": mode}, NetworkSettings=settings_) == expected


def test_volumes_that_no_option_of_the_answer_tells() -> None:
    raw = plain()
    raw["Mounts"] = [
        {"Type": "volume", "Name": "f" * 64, "Destination": "/cache", "RW": True},
        {"Type": "volume", "Name": "data", "Destination": "/data", "RW": False},
        {"Type": "volume", "Name": "said", "Destination": "/said", "RW": True},
        {"Type": "bind", "Source": "/x", "Destination": "/x"},
    ]
    raw["HostConfig"]["Binds"] = ["said:/said", "/x:/x"]
    image = {**NGINX_IMAGE, "Volumes": {"/cache": {}}}
    assert run_command(raw, NGINX_IMAGE) == PREFIX + "-v said:/said -v /x:/x -v /cache -v data:/data:ro nginx:1.25"
    assert run_command(raw, image) == PREFIX + "-v said:/said -v /x:/x -v data:/data:ro nginx:1.25"
    raw["HostConfig"]["VolumesFrom"] = ["other:ro"]
    assert run_command(raw, image) == PREFIX + "-v said:/said -v /x:/x --volumes-from other:ro nginx:1.25"


@pytest.mark.parametrize(
    ("entrypoint", "command", "words"),
    [
        (["/docker-entrypoint.sh"], ["nginx", "-t"], "nginx:1.25 nginx -t"),
        (["sh", "-c"], ["echo 'x'"], "--entrypoint sh nginx:1.25 -c 'echo '\"'\"'x'\"'\"''"),
        (["sh"], None, "--entrypoint sh nginx:1.25"),
        (["/docker-entrypoint.sh"], None, "--entrypoint /docker-entrypoint.sh nginx:1.25"),
        (None, ["top"], "--entrypoint '' nginx:1.25 top"),
    ],
)
def test_programs(entrypoint: list[str] | None, command: list[str] | None, words: str) -> None:
    raw = changed(Config={"Entrypoint": entrypoint, "Cmd": command})
    assert run_command(raw, NGINX_IMAGE) == PREFIX + words


def test_podman() -> None:
    assert run_command(podman()) == (
        "docker run -d --name app -e container=podman --memory 100m --cpus 0.5 --pids-limit 2048 "
        "--ulimit nofile=1024:2048 --log-driver journald "
        "--entrypoint /entry docker.io/library/app:latest --now --password hunter2"
    )


def test_broken_answers() -> None:
    for raw in broken():
        assert run_command(raw).startswith("docker run ")
        assert run_command(raw, raw).startswith("docker run ")


def test_control_characters_are_escaped() -> None:
    assert posix_quote("a\nb\t'\\\x1b[0m") == r"$'a\nb\t\'\\\033[0m'"
    assert posix_quote("\x9b1") == r"$'\302\2331'"
    assert posix_quote("\u202eabc") == r"$'\342\200\256abc'"
    assert posix_quote("a\0b") == "ab"
    assert posix_quote("") == "''"
    assert posix_quote("é • x") == "'é • x'"
    command = run_command(changed(Config={"Env": ["A=1\nrm -rf ~"]}), NGINX_IMAGE)
    assert "\n" not in command
    assert r"-e $'A=1\nrm -rf ~'" in command


@given(st.text())
def test_without_control_characters_it_is_what_a_shell_splits(text: str) -> None:
    quoted = posix_quote(text)
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in quoted)
    if not quoted.startswith("$'"):
        assert shlex.split(quoted) == [text.replace("\0", "")]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1, max_size=8))
def test_a_shell_reads_what_was_meant(words: list[str]) -> None:
    script = "printf '%s\\0' " + " ".join(posix_quote(word) for word in words)
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
    assert done.stdout.decode() == "".join(word + "\0" for word in words)
