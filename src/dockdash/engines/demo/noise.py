"""Noise without chance: small hashes, so that the same question always has the same answer."""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = 0xFFFFFFFF


def number(key: str, index: int = 0) -> int:
    """A 32 bit number that ``key`` and ``index`` determine."""
    # Checksums of neighbours are alike: the multiplications spread them.
    value = zlib.crc32(f"{key}#{index}".encode())
    value = ((value ^ (value >> 16)) * 0x85EBCA6B) & _MASK
    value = ((value ^ (value >> 13)) * 0xC2B2AE35) & _MASK
    return value ^ (value >> 16)


def unit(key: str, index: int = 0) -> float:
    """A number in [0, 1) that ``key`` and ``index`` determine."""
    return number(key, index) / (_MASK + 1)


def pick(key: str, index: int, choices: Sequence[T]) -> T:
    """One of ``choices``, determined by ``key`` and ``index``."""
    return choices[number(key, index) % len(choices)]


def smooth(key: str, at: float) -> float:
    """A curve in [0, 1) through one hashed point for each whole ``at``."""
    index = math.floor(at)
    left, right = unit(key, index), unit(key, index + 1)
    blend = (1 - math.cos((at - index) * math.pi)) / 2
    return left + (right - left) * blend


def digits(text: str, count: int = 64) -> str:
    """Hexadecimal digits that look like an id."""
    return hashlib.sha256(f"dockdash demo {text}".encode()).hexdigest()[:count]
