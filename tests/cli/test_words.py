"""Containers in words and as data."""

from __future__ import annotations

import json

import pytest

from dockdash.cli.words import as_data, as_json, image_words, port_words, status_words
from dockdash.core.models import Container, Health, Port, State

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("container", "words"),
    [
        (Container("1", "a", "i", state=State.RUNNING, since=NOW - 180, health=Health.HEALTHY), "up 3m healthy"),
        (Container("1", "a", "i", state=State.RUNNING), "up"),
        (Container("1", "a", "i", state=State.PAUSED, since=NOW - 7200), "up 2h paused"),
        (Container("1", "a", "i", state=State.EXITED, since=NOW - 720, exit_code=137), "exited 137 12m ago"),
        (Container("1", "a", "i", state=State.EXITED), "exited"),
        (Container("1", "a", "i", state=State.RESTARTING, since=NOW, exit_code=1), "restarting 1 <1m ago"),
        (Container("1", "a", "i", state=State.CREATED, created=NOW - 3600, exit_code=0), "created 1h ago"),
        (Container("1", "a", "i", state=State.REMOVING), "removing"),
    ],
)
def test_status(container: Container, words: str) -> None:
    assert status_words(container, NOW) == words


def test_a_port_on_all_addresses_is_named_once() -> None:
    ports = (
        Port(80, "tcp", 8080, "0.0.0.0"),
        Port(80, "tcp", 8080, "::"),
        Port(53, "udp", 53, "127.0.0.1"),
        Port(443, "tcp", 8443, "::1"),
        Port(9000),
    )
    assert port_words(ports) == "8080->80, 127.0.0.1:53->53/udp, [::1]:8443->443, 9000"


def test_an_image_without_a_name_is_its_short_id() -> None:
    assert image_words("sha256:" + "0123456789abcdef" * 4) == "0123456789ab"
    assert image_words("nginx:1.27") == "nginx:1.27"


def test_json_is_harmless_and_complete() -> None:
    labels = {"evil": "\x1b]52;c;x\x07 \x7f \x9b \u202e \ud800"}
    data = as_data(Container("id", "n", "i", created=NOW, labels=labels), NOW)
    text = as_json([data])

    assert json.loads(text) == [data]
    assert all(" " <= letter <= "~" or letter == "\n" for letter in text)
    assert data["created"] == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize("created", [0.0, 1e30, float("inf"), float("nan")])
def test_a_moment_that_no_calendar_has_is_null(created: float) -> None:
    assert as_data(Container("id", "n", "i", created=created), NOW)["created"] is None
