"""A container's counters as closed formulas of its active time: exact at any moment, without any history."""

from __future__ import annotations

import math

from dockdash.core.models import StatsSample
from dockdash.engines.demo.noise import number, smooth, unit
from dockdash.engines.demo.spec import MIB, MINUTE, Profile, Spec

CPUS = 8
"""Processors of the demo's host."""
HOST_MEMORY = 32 * 1024 * MIB
"""Bytes of memory of the demo's host."""

_NANO = 1_000_000_000
_JITTER = 0.3


def sample(spec: Spec, at: float, active: float, age: float) -> StatsSample:
    """One reading.

    Args:
        spec: Whose counters.
        at: The time of the reading.
        active: Seconds that the container ran until then, pauses left out.
        age: Seconds since its start, pauses included: the system's processors go on through them.

    Returns:
        The reading.
    """
    profile = spec.profile
    work = work_done(spec.name, profile, active)
    # Half of the traffic is steady, half follows the load.
    flow = (active + work) / 2
    return StatsSample(
        at=at,
        cpu=int(profile.cpu / 100 * work * _NANO),
        system=int(CPUS * age * _NANO),
        cpus=CPUS,
        memory=memory_used(spec, active),
        memory_limit=spec.memory or None,
        rx=int(profile.rx * flow),
        tx=int(profile.tx * flow),
        read=int(profile.read * flow),
        written=int(profile.written * flow),
        pids=profile.pids + (number(f"{spec.name} pids", int(active / 7)) % 3 if profile.pids > 4 else 0),
    )


def work_done(key: str, profile: Profile, active: float) -> float:
    """The integral of the load from 0 to ``active``, where the mean load is 1; never falls."""
    swing = profile.swing * (1 - _JITTER)
    if profile.shape == "burst":
        swung = _bursts(key, profile.period, active)
    elif profile.shape == "saw":
        swung = _saw(profile.period, active)
    else:
        turn = 2 * math.pi / profile.period
        swung = active + (1 - math.cos(turn * active)) / turn
    # A bounded curve added to the integral is noise without drift in the rate: two points a second apart differ by
    # less than one, so the rate stays positive for as long as its weight is below what the swing leaves.
    return (1 - swing) * active + swing * swung + (1 - swing) * _JITTER * _linear(f"{key} cpu", active)


def memory_used(spec: Spec, active: float) -> int:
    """Bytes in use: slow breathing around the mean, and what has leaked."""
    profile = spec.profile
    breath = 1 + 0.015 * math.sin(active / 37) + 0.02 * (smooth(f"{spec.name} memory", active / 9) - 0.5)
    used = int(profile.memory * breath + profile.growth * active / MINUTE)
    return min(used, spec.memory or HOST_MEMORY)


def _linear(key: str, at: float) -> float:
    """A curve in [0, 1) whose slope never exceeds one."""
    index = math.floor(at)
    left, right = unit(key, index), unit(key, index + 1)
    return left + (right - left) * (at - index)


def _saw(period: float, at: float) -> float:
    """The integral of a ramp from 0 to 2 in each period."""
    turns, rest = divmod(at, period)
    return turns * period + rest * rest / period


def _bursts(key: str, period: float, at: float) -> float:
    """The integral of one burst in each period: all of the same area, each at its own place and of its own length."""
    turns, rest = divmod(at, period)
    index = int(turns)
    length = period * (0.12 + 0.38 * unit(f"{key} length", index))
    begin = (period - length) * unit(f"{key} begin", index)
    share = min(max((rest - begin) / length, 0.0), 1.0)
    # The S curve starts and ends each burst gently.
    return turns * period + period * share * share * (3 - 2 * share)
