"""From the engine's answers to the models, and from the driver's exceptions to the program's errors."""

from __future__ import annotations

import inspect
import ssl
from types import ModuleType
from typing import Any

import docker.errors
import pytest
import requests
import requests.exceptions
import urllib3.exceptions
from hypothesis import given
from hypothesis import strategies as st

from dockdash.core.errors import (
    ConflictError,
    ConnectError,
    DeadlineError,
    DeniedError,
    DockdashError,
    EngineError,
    LostError,
    NotFoundError,
    UnsupportedError,
    UsageError,
)
from dockdash.core.models import Container, Health, Port, ProcessTable, State
from dockdash.core.text import UNSAFE
from dockdash.engines.docker import mapping
from dockdash.engines.docker.errors import chain, from_exception
from dockdash.engines.docker.streams import JsonReader, event_feed, since_parameter, stats_feed

NOW = 1_795_000_000.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:01Z", 1.0),
        ("1970-01-01T00:00:01.5Z", 1.5),
        ("1970-01-01T00:00:01.123456789Z", 1.123456),
        ("1970-01-01T02:00:01+02:00", 1.0),
        ("1970-01-01T00:00:01.25-01:00", 3601.25),
        ("1970-01-01T00:00:01", 1.0),
        ("1970-01-01T00:00:01z", 1.0),
        ("0001-01-01T00:00:00Z", None),
        ("", None),
        (None, None),
        (17, None),
        ("yesterday, about noon", None),
        ("2026-13-41T99:00:00Z", None),
        ("2026-11-21T03:22:17 CET", None),
    ],
)
def test_epoch(text: object, seconds: float | None) -> None:
    assert mapping.epoch(text) == (None if seconds is None else pytest.approx(seconds, abs=1e-6))


@pytest.mark.parametrize(
    ("stamp", "parameter"),
    [
        ("1970-01-01T00:00:01.118643398Z", "1.118643398"),
        ("1970-01-01T00:00:01.118643398", "1.118643398"),
        ("1970-01-01T00:00:01.5Z", "1.500000000"),
        ("1970-01-01T00:00:01Z", "1.000000000"),
        ("1970-01-01T02:00:01+02:00", "1.000000000"),
        ("1970-01-01T02:00:01.25+02:00", "1.250000000"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_since(stamp: str, parameter: str) -> None:
    assert since_parameter(stamp) == parameter


def test_an_entry_of_the_list() -> None:
    raw = {
        "Id": "f" * 64,
        "Names": ["/other/alias", "/web"],
        "Image": "nginx:1.27",
        "ImageID": "sha256:abc",
        "Command": "nginx -g 'daemon off;'",
        "Created": 1_794_000_000,
        "State": "running",
        "Status": "Up 30 seconds (healthy)",
        "Ports": [
            {"IP": "0.0.0.0", "PrivatePort": 443, "PublicPort": 8443, "Type": "tcp"},
            {"PrivatePort": 53, "Type": "udp"},
            {"IP": "::", "PrivatePort": 443, "PublicPort": 8443, "Type": "tcp"},
        ],
        "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"},
        "NetworkSettings": {"Networks": {"z": {"IPAddress": "172.20.0.6"}, "a": {"GlobalIPv6Address": "fd00::6"}}},
    }
    container = mapping.container(raw, NOW)
    assert container == Container(
        id="f" * 64,
        name="web",
        image="nginx:1.27",
        image_id="sha256:abc",
        command="nginx -g 'daemon off;'",
        created=1_794_000_000.0,
        state=State.RUNNING,
        since=NOW - 30,
        health=Health.HEALTHY,
        ports=(Port(53, "udp"), Port(443, "tcp", 8443, "0.0.0.0"), Port(443, "tcp", 8443, "::")),
        labels={"com.docker.compose.project": "shop", "com.docker.compose.service": "web"},
        networks=(("a", "fd00::6"), ("z", "172.20.0.6")),
    )
    assert (container.project, container.service, container.address) == ("shop", "web", "fd00::6")


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("running", State.RUNNING),
        ("Exited", State.EXITED),
        ("configured", State.CREATED),
        ("initialized", State.CREATED),
        ("stopped", State.EXITED),
        ("removing", State.REMOVING),
        ("unknown", State.UNKNOWN),
        ("hibernating", State.UNKNOWN),
        ("", State.UNKNOWN),
        (None, State.UNKNOWN),
    ],
)
def test_states(state: object, wanted: State) -> None:
    assert mapping.container({"State": state}, NOW).state is wanted
    assert mapping.detail({"State": {"Status": state}}).container.state is wanted


def test_what_is_missing_is_left_out() -> None:
    empty = Container(id="", name="", image="")
    assert mapping.container({}, NOW) == empty
    nothing = dict.fromkeys(
        (
            "Id",
            "Names",
            "Image",
            "ImageID",
            "Command",
            "Created",
            "State",
            "Status",
            "Ports",
            "Labels",
            "NetworkSettings",
        )
    )
    assert mapping.container(nothing, NOW) == empty
    assert mapping.container({"NetworkSettings": {"Networks": {"host": None}}}, NOW).networks == (("host", ""),)
    assert mapping.detail({}).container == empty
    assert (
        mapping.detail(dict.fromkeys(("Config", "State", "HostConfig", "NetworkSettings", "Args"))).container == empty
    )
    assert mapping.processes({}) == ProcessTable((), ())
    assert mapping.processes({"Titles": None, "Processes": None}) == ProcessTable((), ())
    assert mapping.event({}) is None
    assert mapping.sample({}) is None


def test_an_inspection() -> None:
    raw: dict[str, Any] = {
        "Id": "a" * 64,
        "Name": "/web",
        "Created": "2026-11-21T03:00:00.5Z",
        "Path": "sh",
        "Args": ["-c", "exit 3"],
        "Image": "sha256:abc",
        "RestartCount": 4,
        "State": {
            "Status": "exited",
            "ExitCode": 3,
            "StartedAt": "2026-11-21T03:00:01Z",
            "FinishedAt": "2026-11-21T03:00:02Z",
            "Health": {"Status": "unhealthy"},
        },
        "Config": {"Image": "busybox", "Tty": True, "Labels": {"a": "b"}, "Env": ["A=1", "B", "C=x=y"]},
        "HostConfig": {"LogConfig": {"Type": "local"}},
        "NetworkSettings": {
            "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "53/udp": None, "x": [{"HostPort": ""}]}
        },
    }
    detail = mapping.detail(raw)
    container = detail.container
    finished = mapping.epoch("2026-11-21T03:00:02Z")
    assert (container.name, container.image, container.command) == ("web", "busybox", "sh -c exit 3")
    assert (container.state, container.exit_code, container.since) == (State.EXITED, 3, finished)
    assert (container.health, container.restarts) == (Health.UNHEALTHY, 4)
    assert container.ports == (Port(0, ""), Port(53, "udp"), Port(80, "tcp", 8080, "0.0.0.0")) or container.ports[
        1:
    ] == (
        Port(53, "udp"),
        Port(80, "tcp", 8080, "0.0.0.0"),
    )
    assert (detail.tty, detail.log_driver, detail.raw) == (True, "local", raw)
    assert detail.env == (("A", "1"), ("B", ""), ("C", "x=y"))

    raw["State"] |= {"Status": "running", "ExitCode": 0}
    container = mapping.detail(raw).container
    assert (container.exit_code, container.since) == (None, mapping.epoch("2026-11-21T03:00:01Z"))


def test_events() -> None:
    raw: dict[str, Any] = {
        "Type": "container",
        "Action": "die",
        "Actor": {"ID": "abc", "Attributes": {"name": "web", "exitCode": "3"}},
        "time": 17,
        "timeNano": 17_500_000_000,
    }
    event = mapping.event(raw)
    assert event == ("die", "abc", 17.5, {"name": "web", "exitCode": "3"})
    assert mapping.event(raw | {"timeNano": None}) == ("die", "abc", 17.0, {"name": "web", "exitCode": "3"})
    podman = mapping.event(raw | {"Actor": {"ID": "abc", "Attributes": {"containerExitCode": "3"}}})
    assert podman is not None and podman.attributes["exitCode"] == "3"
    assert mapping.event(raw | {"Type": "image"}) is None
    assert mapping.event(raw | {"Actor": None}) is None
    assert mapping.event({"status": "start", "Actor": {"ID": "abc"}, "time": 1}) == ("start", "abc", 1.0, {})


def test_processes() -> None:
    assert mapping.processes({"Titles": ["PID", "CMD"], "Processes": [["1", "sh -c x"], ["2", "y"]]}) == ProcessTable(
        ("PID", "CMD"), (("1", "sh -c x"), ("2", "y"))
    )
    # Podman 4.3: a row is one string
    assert mapping.processes({"Titles": ["USER", "PID", "CMD"], "Processes": [["root   1  sh -c x"]]}) == ProcessTable(
        ("USER", "PID", "CMD"), (("root", "1", "sh -c x"),)
    )


READING: dict[str, Any] = {
    "read": "2026-11-21T03:00:00.5Z",
    "cpu_stats": {"cpu_usage": {"total_usage": 7}, "system_cpu_usage": 100, "online_cpus": 2},
    "memory_stats": {"usage": 50, "stats": {"inactive_file": 10}, "limit": 200},
    "networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}, "eth1": {"rx_bytes": 10, "tx_bytes": None}, "x": None},
    "blkio_stats": {
        "io_service_bytes_recursive": [{"op": "Read", "value": 3}, {"op": "write", "value": 4}, {"op": "Sync"}]
    },
    "pids_stats": {"current": 5},
}


def test_a_reading() -> None:
    sample = mapping.sample(READING)
    assert sample is not None
    assert sample[1:] == (7, 100, 2, 40, 200, 11, 2, 3, 4, 5)
    other = mapping.sample(READING, wall_clock=True)
    assert other is not None and other.system is None and other.cpu == 7


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"networks": None}, "rx", None),
        ({"blkio_stats": {"io_service_bytes_recursive": None}}, "read", None),
        ({"blkio_stats": None}, "written", None),
        ({"blkio_stats": {"io_service_bytes_recursive": []}}, "read", 0),
        ({"memory_stats": {"usage": 1, "limit": (1 << 63) - 4096}}, "memory_limit", None),
        ({"memory_stats": {"usage": 1, "limit": 0}}, "memory_limit", None),
        ({"memory_stats": {}}, "memory", None),
        ({"cpu_stats": {"cpu_usage": {"total_usage": 0, "percpu_usage": [1, 2, 3]}}}, "cpu", None),
        ({"cpu_stats": {"cpu_usage": {"total_usage": 9, "percpu_usage": [1, 2, 3]}}}, "cpus", 3),
        ({"cpu_stats": None}, "cpus", None),
        ({"pids_stats": {}}, "pids", None),
    ],
)
def test_readings_with_gaps(change: dict[str, Any], field: str, value: int | None) -> None:
    sample = mapping.sample(READING | change)
    assert sample is not None
    assert getattr(sample, field) == value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
KEYS = ["Id", "Names", "Image", "Command", "Created", "State", "Status", "RestartCount", "Name", "Path", "read", "Type"]


@given(st.dictionaries(st.sampled_from(KEYS), st.none() | st.integers() | st.text(max_size=8)), st.none() | st.text())
def test_odd_scalars_never_raise(raw: dict[str, Any], status: str | None) -> None:
    raw.pop("Names", None)
    mapping.container(raw | {"Status": status}, NOW)
    mapping.event(raw)
    mapping.sample(raw)
    raw.pop("State", None)
    mapping.detail(raw)


def test_surrogates_get_as_far_as_the_model() -> None:
    """JSON may hold a lone surrogate; it is cleaned where it is shown, and harms nothing before."""
    reader = JsonReader()
    (raw,) = reader.feed(rb'{"Id": "abc", "Names": ["/a\ud800b"], "Status": "Up \udfff"}' + b"\n")
    assert mapping.container(raw, NOW).name == "a\ud800b"


def test_json_documents_in_any_cutting() -> None:
    data = b'{"a": 1}\n\n{"b": "\xc3\xa9"}\r\nno json\n[1]\n{"c": 3}\n'
    for step in range(1, len(data)):
        reader = JsonReader()
        found = [doc for at in range(0, len(data), step) for doc in reader.feed(data[at : at + step])]
        assert found == [{"a": 1}, {"b": "é"}, {"c": 3}]


def test_feeds() -> None:
    feed = event_feed()
    assert feed(
        b'{"Type": "container", "Action": "start", "Actor": {"ID": "x"}, "time": 1}\n{"Type": "network"}\n'
    ) == [("start", "x", 1.0, {})]
    stats = stats_feed(wall_clock=False)
    (sample,) = stats(b'{"read": "1970-01-01T00:00:02Z"}\n')
    assert sample.at == 2.0
    assert stats(b'{"read": "1970-01-01T00:00:03Z"}\n{"read": "0001-01-01T00:00:00Z"}\n')[0].at == 3.0
    assert stats(b'{"read": "0001-') == []
    with pytest.raises(StopAsyncIteration):
        stats(b'01-01T00:00:00Z"}\n')


# -- errors --


def made(kind: type[BaseException]) -> BaseException:
    """An exception of any class, whatever its constructor asks for."""
    error = kind.__new__(kind, "words")
    error.args = ("words",)
    for name in ("msg", "name", "param", "explanation", "length", "partial", "expected", "response"):
        # what the texts of some of them are made of
        if not hasattr(error, name):
            setattr(error, name, 1 if name in ("length", "partial", "expected") else "words")
    return error


def exported(module: ModuleType) -> list[type[Exception]]:
    found = [cls for _, cls in inspect.getmembers(module, inspect.isclass) if cls.__module__ == module.__name__]
    return [cls for cls in found if issubclass(cls, Exception) and not issubclass(cls, Warning)]


HARMLESS = {urllib3.exceptions.ProxySchemeUnsupported}
"""Neither a link's error nor docker-py's own: a plain failure."""


TABLE: dict[type[Exception], type[DockdashError]] = {
    # what is more than "no way to the engine" (a link class) or "the engine failed" (any other)
    docker.errors.TLSParameterError: DeniedError,
    requests.exceptions.SSLError: DeniedError,
    urllib3.exceptions.SSLError: DeniedError,
    requests.exceptions.Timeout: DeadlineError,
    requests.exceptions.ReadTimeout: DeadlineError,
    requests.exceptions.ConnectTimeout: DeadlineError,
    urllib3.exceptions.TimeoutError: DeadlineError,
    urllib3.exceptions.ReadTimeoutError: DeadlineError,
    urllib3.exceptions.ConnectTimeoutError: DeadlineError,
    requests.exceptions.ChunkedEncodingError: LostError,
    urllib3.exceptions.ProtocolError: LostError,
    urllib3.exceptions.IncompleteRead: LostError,
    urllib3.exceptions.InvalidChunkLength: LostError,
    urllib3.exceptions.ResponseNotChunked: LostError,
}


@pytest.mark.parametrize(
    "kind",
    sorted(
        {*exported(docker.errors), *exported(requests.exceptions), *exported(urllib3.exceptions)},
        key=str,
    ),
    ids=str,
)
def test_every_exception_of_the_driver_has_a_meaning(kind: type[Exception]) -> None:
    error = made(kind)
    if isinstance(error, docker.errors.APIError):
        error.response, error.explanation = None, "words"
    found = from_exception(error, "try")
    link = issubclass(kind, requests.exceptions.RequestException | urllib3.exceptions.HTTPError | OSError)
    if kind in TABLE:
        assert type(found) is TABLE[kind]
    elif issubclass(kind, docker.errors.APIError):
        assert type(found) is EngineError
    elif link:
        # a class that is new and belongs to one of those in the table must be mapped like it
        parents = [TABLE[base] for base in kind.__mro__ if base in TABLE]
        assert type(found) is (parents[0] if parents else ConnectError)
    else:
        assert issubclass(kind, docker.errors.DockerException | docker.errors.StreamParseError) or kind in HARMLESS
        assert type(found) is EngineError
    assert found.message.startswith("try: ")
    assert len(found.message) > len("try: ")


def answer(status: int, words: str) -> docker.errors.APIError:
    response = requests.Response()
    response.status_code = status
    return docker.errors.APIError("no", response=response, explanation=words)


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (404, "No such container: x", NotFoundError),
        (409, "is not running", ConflictError),
        (400, "invalid signal", EngineError),
        (500, "boom", EngineError),
        (501, "configured logging driver does not support reading", UnsupportedError),
        (500, "this container is using the 'none' log driver, cannot read logs", UnsupportedError),
    ],
)
def test_answers(status: int, words: str, kind: type[DockdashError]) -> None:
    found = from_exception(answer(status, words), "try")
    assert type(found) is kind
    assert words in found.message
    assert not UNSAFE.search(from_exception(answer(status, f"a\x1b[2J{words}"), "try").message)


@pytest.mark.parametrize(
    ("cause", "kind", "words"),
    [
        (PermissionError(13, "Permission denied"), DeniedError, "permission denied"),
        (FileNotFoundError(2, "No such file"), ConnectError, "no such socket"),
        (ConnectionRefusedError(111, "refused"), ConnectError, "connection refused"),
        (ConnectionResetError(104, "reset"), LostError, "lost"),
        (ConnectionAbortedError(103, "aborted"), LostError, "lost"),
        (BrokenPipeError(32, "pipe"), LostError, "lost"),
        (TimeoutError("timed out"), DeadlineError, "in time"),
        (OSError(113, "No route to host"), ConnectError, "cannot be reached"),
        (OSError(-2, "Name or service not known"), ConnectError, "no host of that name"),
        (ssl.SSLError(1, "[SSL] bad certificate"), DeniedError, "bad certificate"),
    ],
)
def test_the_reason_is_found_inside(cause: Exception, kind: type[DockdashError], words: str) -> None:
    middle = requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("outer", cause))
    middle.__cause__ = cause
    wrapped = docker.errors.DockerException(f"Error while fetching server API version: {middle}")
    wrapped.__cause__ = middle
    found = from_exception(wrapped, "connect to x")
    assert (type(found), found.message.startswith("connect to x: ")) == (kind, True)
    assert words in found.message


def test_own_errors_pass_and_chains_end() -> None:
    own = UsageError("no")
    assert from_exception(own, "try") is own
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert list(chain(first)) == [first, second]
    assert type(from_exception(KeyError("bug"), "try")) is EngineError
