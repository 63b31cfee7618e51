"""The registry of actions, the commands behind it, and the keys in front of it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.command import CommandPalette

from dockdash.tui.actions import ACTIONS, APP, BY_ID, DOC, LIST, LOGS, MOVE, SCOPES, STATS, VIEW_SCOPES, in_scope
from dockdash.tui.commands import COMMANDS
from dockdash.tui.keys import Keys, shown, textual_key
from dockdash.tui.screens.main import MainScreen
from tests.support.wait import await_until
from tests.tui.demo import running

BESIDE_THE_REGISTRY = {"count-restarts", "journal-copy"}
"""Commands that the program itself and the palette use."""


def test_every_action_has_a_command_and_every_command_an_action() -> None:
    assert set(COMMANDS) - BESIDE_THE_REGISTRY == set(BY_ID)
    assert len(BY_ID) == len(ACTIONS), "an id is there twice"


def test_every_action_says_what_it_is() -> None:
    for action in ACTIONS:
        assert action.title and action.about.endswith((".", "…")), action.id
        assert action.scope in SCOPES, action.id
        assert action.keys, action.id


@pytest.mark.parametrize("scope", list(SCOPES))
def test_the_default_keys_do_not_clash(scope: str) -> None:
    own = in_scope(scope) + (in_scope(MOVE) if scope in VIEW_SCOPES else [])
    counted = Counter(key for action in own for key in action.keys)
    assert {key for key, times in counted.items() if times > 1} == set()
    assert Keys().problems == []


def test_no_default_key_is_a_terminals_or_a_multiplexers_own() -> None:
    taken = {"ctrl+a", "ctrl+b", "ctrl+space", "ctrl+@", "ctrl+backslash", "ctrl+z", "ctrl+i", "ctrl+m", "ctrl+j"}
    assert {key for action in ACTIONS for key in action.keys} & taken == set()


def test_footer_ranks_are_not_shared_in_a_scope() -> None:
    for scope in VIEW_SCOPES:
        ranks = Counter(action.footer for action in ACTIONS if action.footer and action.scope in (scope, APP))
        assert max(ranks.values()) == 1, scope


def _note(done: list[str], action_id: str, screen: MainScreen) -> None:
    done.append(action_id)


@pytest.mark.parametrize("scope", [LIST, LOGS, STATS, DOC, APP])
async def test_every_default_key_does_its_action(scope: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    async with running(tmp_path) as demo:
        main = demo.main
        # in Stats nothing but moving stands before the keys that work everywhere
        tab = {LIST: 0, LOGS: 0, STATS: 1, DOC: 2, APP: 1}[scope]
        main.detail.go_to(tab)
        view = main.table if scope == LIST else main.detail.view
        main.set_focus(view)
        await await_until(lambda: main.focused is view, what="the focus")
        for action_id in BY_ID:
            monkeypatch.setitem(COMMANDS, action_id, partial(_note, done, action_id))
        actions = in_scope(scope) + (in_scope(MOVE) if scope in VIEW_SCOPES else [])
        pairs = [(action.id, key) for action in actions for key in action.keys]
        expected = [action_id for action_id, _ in pairs]
        await demo.press(*(key for _, key in pairs))
        await await_until(lambda: len(done) >= len(expected), 3, what=f"all but {set(expected) - set(done)}")
    assert done == expected


def _bound(keys: Keys, scope: str) -> dict[str, str]:
    """Which action a key of a scope asks for."""
    bindings = [binding for binding in keys.bindings(scope) if isinstance(binding, Binding)]
    return {key: str(binding.id) for binding in bindings for key in binding.key.split(",")}


def test_a_user_takes_a_key_and_the_other_action_loses_it() -> None:
    keys = Keys({"stop": "d"})
    assert _bound(keys, LIST)["d"] == "stop"
    assert "s" not in _bound(keys, LIST)
    assert keys.of("remove") == ("delete",)
    assert len(keys.problems) == 1
    assert "'stop'" in keys.problems[0] and "'remove'" in keys.problems[0] and "'d'" in keys.problems[0]


def test_a_key_of_moving_about_clashes_too() -> None:
    keys = Keys({"stop": "j"})
    assert _bound(keys, LIST)["j"] == "stop"
    assert any("'stop'" in problem and "'down'" in problem for problem in keys.problems)
    assert keys.of("up") == ("k", "up")


def test_keys_can_be_a_list_or_none() -> None:
    keys = Keys({"stop": ["X", "ctrl-x"], "start": []})
    assert _bound(keys, LIST)["X"] == _bound(keys, LIST)["ctrl+x"] == "stop"
    assert "start" not in _bound(keys, LIST).values()
    assert keys.hint("start") == ""
    assert keys.problems == []


def test_an_unknown_action_is_told_with_the_nearest_name() -> None:
    assert "did you mean 'restart'?" in Keys({"restrat": "r"}).problems[0]
    assert "did you mean" not in Keys({"zzzzzzz": "r"}).problems[0]


@pytest.mark.parametrize("value", [3, [3], {"key": "s"}, [""], None])
def test_a_value_that_is_no_key_is_told_and_the_default_stays(value: object) -> None:
    keys = Keys({"stop": value})
    assert "keys.stop" in keys.problems[0]
    assert keys.of("stop") == ("s",)


@pytest.mark.parametrize(
    ("written", "name"),
    [("/", "slash"), ("?", "question_mark"), ("^k", "ctrl+k"), ("ctrl-k", "ctrl+k"), ("esc", "escape"), ("f2", "f2")],
)
def test_keys_are_written_as_people_write_them(written: str, name: str) -> None:
    assert textual_key(written) == name
    assert textual_key(shown(name)) == name


async def test_the_settings_remap_a_key_and_the_footer_shows_it(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[keys]\nstop = "X"\nnosuch = "q"\n')
    async with running(tmp_path) as demo:
        assert " X Stop " in demo.lines()[-1]
        assert await demo.until("nosuch")
        running_before = demo.container("blog-ghost-1").state
        await demo.select("blog-ghost-1")
        await demo.press("X")
        await await_until(lambda: demo.container("blog-ghost-1").state is not running_before, what="it stopped")


async def test_the_palette_opens_with_both_of_its_keys(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        for key in ("colon", "ctrl+p"):
            await demo.press(key)
            await await_until(lambda: isinstance(demo.app.screen, CommandPalette), what=f"the palette by {key}")
            await demo.press("escape")
            await await_until(lambda: demo.app.screen is demo.main, what="the palette is gone")
