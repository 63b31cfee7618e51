"""What changed between two snapshots that are keyed by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Diff:
    """Ids that came, that changed and that went."""

    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.added or self.changed or self.removed)

    def then(self, later: Diff) -> Diff:
        """Both differences as one, in this order."""
        back = self.removed & later.added
        return Diff(
            added=(self.added - later.removed) | (later.added - back),
            changed=((self.changed | later.changed) - self.added - later.removed) | back,
            removed=(self.removed - back) | (later.removed - self.added),
        )


def diff(before: Mapping[str, T], after: Mapping[str, T]) -> Diff:
    """Compares two snapshots.

    Args:
        before: The older one.
        after: The newer one.

    Returns:
        The ids that differ, by how they do.
    """
    old, new = before.keys(), after.keys()
    return Diff(
        added=frozenset(new - old),
        changed=frozenset(key for key in old & new if before[key] != after[key]),
        removed=frozenset(old - new),
    )
