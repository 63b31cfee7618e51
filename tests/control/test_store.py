"""The snapshot: what lists, inspections and events make of it, and what is published."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockdash.control.store import RELIST, Store, after_event, settle
from dockdash.core.diff import Diff
from dockdash.core.models import Container, EngineEvent, Health, State

NOW = 1_000_000.0
WEB = Container("a", "web", "nginx", state=State.RUNNING, since=NOW - 600, created=NOW - 700)
DB = Container("b", "db", "postgres", state=State.EXITED, exit_code=0, since=NOW - 60)


def event(action: str, container: str = "a", at: float = NOW, **attributes: str) -> EngineEvent:
    return EngineEvent(action, container, at, attributes)


@pytest.fixture
def store() -> Store:
    store = Store()
    store.replace_all([WEB, DB], NOW)
    return store


@pytest.fixture
def news(store: Store) -> list[Diff]:
    heard: list[Diff] = []
    store.changed.subscribe(heard.append)
    return heard


def test_a_list(store: Store, news: list[Diff]) -> None:
    before = store.containers
    assert list(before) == ["a", "b"]
    store.replace_all([replace(WEB, name="www"), replace(DB, id="c")], NOW)
    assert news == [Diff(added=frozenset("c"), changed=frozenset("a"), removed=frozenset("b"))]
    assert before["a"].name == "web", "an earlier snapshot stays as it was"
    assert store.get("b") is None
    store.replace_all(list(store.containers.values()), NOW + 5)
    assert len(news) == 1, "no change, no news"


def test_a_part_of_the_list(store: Store, news: list[Diff]) -> None:
    store.replace_some({"b", "x"}, [replace(DB, name="pg"), replace(DB, id="x")], NOW)
    assert [each.name for each in store.containers.values()] == ["web", "pg", "db"], "the order stays"
    store.replace_some({"a", "gone"}, [], NOW)
    assert list(store.containers) == ["b", "x"]
    assert news[1:] == [Diff(removed=frozenset("a"))]


def test_an_inspection_adds_and_takes_nothing(store: Store, news: list[Diff]) -> None:
    store.put(replace(WEB, image="sha256:x", restarts=3, since=NOW - 600.25))
    web = store.get("a")
    assert web is not None
    assert (web.restarts, web.image, web.since) == (3, "nginx", NOW - 600.25)
    assert list(store.containers) == ["a", "b"]
    store.put(replace(WEB, id="unknown"))
    assert len(store.containers) == 2
    store.replace_all([WEB, DB], NOW + 1)
    assert store.containers["a"].restarts == 3, "the list does not know, and takes nothing away"


def test_clear(store: Store, news: list[Diff]) -> None:
    store.clear()
    store.clear()
    assert news == [Diff(removed=frozenset("ab"))]


@pytest.mark.parametrize(
    ("happened", "change"),
    [
        (event("start", at=5.0), {"state": State.RUNNING, "since": 5.0, "exit_code": None}),
        (event("die", at=5.0, exitCode="3"), {"state": State.EXITED, "since": 5.0, "exit_code": 3, "restarts": None}),
        (event("die", at=5.0, exitCode="-1"), {"state": State.EXITED, "since": 5.0, "exit_code": -1}),
        (event("die", at=5.0, exitCode="x"), {"state": State.EXITED, "since": 5.0}),
        (event("pause"), {"state": State.PAUSED}),
        (event("unpause"), {"state": State.RUNNING}),
        (event("rename", name="/www", oldName="/web"), {"name": "www"}),
        (event("health_status: unhealthy"), {"health": Health.UNHEALTHY}),
        (event("health_status: odd"), {}),
        (event("exec_start: sh"), {}),
    ],
)
def test_what_events_tell(happened: EngineEvent, change: dict[str, object]) -> None:
    assert after_event(WEB, happened) == replace(WEB, **change)  # type: ignore[arg-type]


def test_a_checked_container_starts_anew() -> None:
    healthy = replace(WEB, health=Health.UNHEALTHY)
    started = after_event(healthy, event("start"))
    assert started is not None and started.health is Health.STARTING


def test_events(store: Store, news: list[Diff]) -> None:
    stale = store.apply([event("die", exitCode="1"), event("start", "b"), event("top", "b"), event("create", "new")])
    assert stale == {"a", "b", "new"}
    assert news == [Diff(changed=frozenset("ab"))], "one piece of news for all"
    assert store.apply([event("stop"), event("destroy"), event("destroy", "b")]) == frozenset()
    assert not store.containers
    assert store.apply([event("exec_die"), event("attach")]) == frozenset()
    assert store.apply([event("destroy", "c"), event("create", "c")]) == {"c"}


def test_only_what_changes_a_row_is_listed_again() -> None:
    assert not RELIST & {
        "exec_create",
        "exec_start",
        "exec_die",
        "attach",
        "top",
        "resize",
        "archive-path",
        "destroyed",
    }


@pytest.mark.parametrize(
    ("age", "told_age", "kept"),
    [
        (10, 9, True),  # a second passed
        (10, 11, True),
        (95, 60, True),  # "About a minute"
        (3600 * 3 + 1799, 3600 * 3, True),  # "3 hours"
        (86_400 * 9, 86_400 * 7, True),
        (600, 3, False),  # started again meanwhile
        (3, 600, False),
    ],
)
def test_exact_ages_outlive_the_lists_words(age: float, told_age: float, kept: bool) -> None:
    old, new = replace(WEB, since=NOW - age), replace(WEB, since=NOW - told_age)
    assert settle(old, new, NOW).since == (old.since if kept else new.since)


def test_another_state_has_another_beginning() -> None:
    ended = replace(WEB, state=State.EXITED, exit_code=1, since=NOW - 599)
    assert settle(WEB, ended, NOW) == ended
    assert settle(None, WEB, NOW) is WEB
    assert settle(replace(WEB, since=None), WEB, NOW).since == WEB.since
    assert settle(WEB, replace(WEB, since=None), NOW).since == WEB.since
    # the same state with another exit code is another ending
    assert settle(replace(ended, exit_code=2, since=NOW - 598), ended, NOW).since == NOW - 599


actions = st.sampled_from(
    ["create", "start", "die", "pause", "unpause", "rename", "destroy", "top", "health_status: healthy"]
)


@given(st.lists(st.tuples(actions, st.sampled_from("abcd")), max_size=20), st.integers(1, 5))
def test_news_and_snapshots_agree(happened: list[tuple[str, str]], size: int) -> None:
    store = Store()
    store.replace_all([WEB, DB], NOW)
    told, whole = dict(store.containers), Diff()

    def hear(difference: Diff) -> None:
        nonlocal whole
        whole = whole.then(difference)

    store.changed.subscribe(hear)
    events = [event(action, container, name="n") for action, container in happened]
    for at in range(0, len(events), size):
        store.apply(events[at : at + size])
    assert (told.keys() | whole.added) - whole.removed == store.containers.keys()
    same = told.keys() & store.containers.keys() - whole.changed
    assert all(told[key] == store.containers[key] for key in same)
