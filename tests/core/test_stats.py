"""The figures are those of ``docker stats``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockdash.core.models import StatsSample
from dockdash.core.stats import cpu_percent, usage, used_memory

NANO = 1_000_000_000
BEFORE = StatsSample(
    at=100.0,
    cpu=5 * NANO,
    system=1000 * NANO,
    cpus=4,
    memory=50,
    memory_limit=200,
    rx=1000,
    tx=2000,
    read=3000,
    written=4000,
    pids=3,
)
AFTER = BEFORE._replace(at=102.0, cpu=6 * NANO, system=1008 * NANO, rx=1500, tx=2000, read=7000, written=4001)


def test_one_second_of_work_in_two() -> None:
    figures = usage(AFTER, BEFORE)
    assert figures.cpu == pytest.approx(50.0)  # 1/8 of the system's time, on four processors
    assert (figures.rx, figures.tx, figures.read, figures.written) == (250.0, 0.0, 2000.0, 0.5)
    assert (figures.memory, figures.memory_limit, figures.memory_percent) == (50, 200, 25.0)
    assert (figures.pids, figures.at, figures.sample) == (3, 102.0, AFTER)


def test_the_first_reading_has_no_rates() -> None:
    figures = usage(AFTER, None)
    assert (figures.cpu, figures.rx, figures.tx, figures.read, figures.written) == (None,) * 5
    assert figures.memory == 50


def test_two_busy_processors_are_200_percent() -> None:
    busy = BEFORE._replace(at=101.0, cpu=7 * NANO, system=1004 * NANO)
    assert cpu_percent(busy, BEFORE) == pytest.approx(200.0)


@pytest.mark.parametrize(
    "after",
    [
        AFTER._replace(cpu=4 * NANO),  # restarted: the counter begins anew
        AFTER._replace(system=BEFORE.system),
        AFTER._replace(system=900 * NANO),
        AFTER._replace(cpu=None),
        BEFORE._replace(system=None),  # no time has passed either
    ],
    ids=["restart", "no-system-time", "system-went-back", "unknown", "same-moment"],
)
def test_no_guess_at_the_processor(after: StatsSample) -> None:
    assert cpu_percent(after, BEFORE) is None


def test_podman_is_measured_by_the_wall_clock() -> None:
    before, after = BEFORE._replace(system=None), AFTER._replace(system=None)
    assert cpu_percent(after, before) == pytest.approx(50.0)  # one second of work in two
    assert cpu_percent(AFTER._replace(cpus=None), BEFORE) == pytest.approx(50.0)


def test_rates_after_a_restart() -> None:
    figures = usage(AFTER._replace(rx=10, tx=None), BEFORE)
    assert (figures.rx, figures.tx) == (None, None)
    assert figures.read == 2000.0


@pytest.mark.parametrize(("memory", "limit"), [(None, 200), (50, None), (50, 0), (None, None)])
def test_no_share_without_a_limit(memory: int | None, limit: int | None) -> None:
    figures = usage(AFTER._replace(memory=memory, memory_limit=limit), BEFORE)
    assert figures.memory_percent is None
    assert replace(figures, memory=100, memory_limit=400).memory_percent == 25.0


@pytest.mark.parametrize(
    ("memory", "used"),
    [
        # cli/command/container/stats_helpers.go, calculateMemUsageUnixNoCache, and its own tests
        ({"usage": 500, "stats": {"total_inactive_file": 400}}, 100),
        ({"usage": 500, "stats": {"inactive_file": 400}}, 100),
        ({"usage": 500, "stats": {"total_inactive_file": 400, "inactive_file": 300}}, 100),
        ({"usage": 500, "stats": {"total_inactive_file": 600, "inactive_file": 300}}, 200),
        ({"usage": 500, "stats": {"total_inactive_file": 500}}, 500),
        ({"usage": 500, "stats": {"inactive_file": 600}}, 500),
        ({"usage": 500, "stats": {}}, 500),
        ({"usage": 500, "stats": None}, 500),
        ({"usage": 500}, 500),
        ({"usage": 0}, 0),
        ({"stats": {"inactive_file": 1}}, None),
        ({"usage": "500"}, None),
        ({}, None),
    ],
)
def test_memory_without_the_page_cache(memory: dict[str, Any], used: int | None) -> None:
    assert used_memory(memory) == used


numbers = st.none() | st.integers(0, 1 << 63)
samples = st.builds(
    StatsSample,
    at=st.floats(0, 4e9),
    cpu=numbers,
    system=numbers,
    cpus=st.none() | st.integers(0, 512),
    memory=numbers,
    memory_limit=numbers,
    rx=numbers,
    tx=numbers,
    read=numbers,
    written=numbers,
    pids=numbers,
)


@given(samples, st.none() | samples)
def test_no_figure_is_negative_and_none_raises(sample: StatsSample, before: StatsSample | None) -> None:
    figures = usage(sample, before)
    known = [figures.cpu, figures.rx, figures.tx, figures.read, figures.written, figures.memory_percent]
    assert all(figure is None or figure >= 0 for figure in known)
