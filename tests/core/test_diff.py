"""Differences between snapshots, and several of them as one."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dockdash.core.diff import Diff, diff

snapshots = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3), max_size=6)


def test_diff() -> None:
    found = diff({"a": 1, "b": 2, "c": 3}, {"b": 2, "c": 4, "d": 5})
    assert found == Diff(added=frozenset("d"), changed=frozenset("c"), removed=frozenset("a"))
    assert found
    assert not diff({"a": 1}, {"a": 1})


@given(snapshots, snapshots)
def test_a_difference_leads_from_one_snapshot_to_the_other(before: dict[str, int], after: dict[str, int]) -> None:
    found = diff(before, after)
    assert (before.keys() | found.added) - found.removed == after.keys()
    assert all(before[key] == after[key] for key in before.keys() & after.keys() - found.changed)
    assert bool(found) == (before != after)


@given(st.lists(st.dictionaries(st.sampled_from("abcdef"), st.none(), max_size=6), min_size=1, max_size=6), st.data())
def test_differences_in_a_row_are_that_of_the_first_and_the_last(
    rows: list[dict[str, None]], data: st.DataObject
) -> None:
    # each container has a value that only grows, as long as it is there: it never becomes again what it was
    values: list[dict[str, int]] = []
    for number, row in enumerate(rows):
        changed = data.draw(st.sets(st.sampled_from("abcdef")))
        last = values[-1] if values else {}
        values.append({key: last[key] if key in last and key not in changed else number for key in row})
    steps = [diff(a, b) for a, b in pairwise(values)]
    assert reduce(Diff.then, steps, Diff()) == diff(values[0], values[-1])


@given(st.lists(snapshots, min_size=1, max_size=6))
def test_at_worst_too_much_is_said_to_have_changed(values: list[dict[str, int]]) -> None:
    """What went back to what it was counts as changed: a difference does not hold the values."""
    whole = reduce(Diff.then, (diff(a, b) for a, b in pairwise(values)), Diff())
    exact = diff(values[0], values[-1])
    assert (whole.added, whole.removed) == (exact.added, exact.removed)
    assert exact.changed <= whole.changed <= values[0].keys() & values[-1].keys()
