"""The user's keys over the registry's: checked, and given to Textual as bindings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.binding import Binding, BindingType
from textual.keys import Keys as TextualKeys
from textual.keys import _character_to_key

from dockdash.config.settings import nearest
from dockdash.core.text import clean
from dockdash.tui.actions import ACTIONS, APP, BY_ID, MOVE, SCOPES, VIEW_SCOPES, Action, in_scope

_SHOWN = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "plus": "+",
    "underscore": "_",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "delete": "del",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "question": "?",
}


def shown(key: str) -> str:
    """A key as people write it: ``ctrl+k`` becomes ``^k``, ``slash`` becomes ``/``."""
    if key.startswith("ctrl+"):
        return "^" + shown(key.removeprefix("ctrl+"))
    return _SHOWN.get(key, key)


def textual_key(key: str) -> str:
    """A key as a person may write it in Textual's name: ``/`` becomes ``slash``, ``^k`` and ``ctrl-k`` ``ctrl+k``."""
    text = key.strip()
    if len(text) == 2 and text.startswith("^"):
        text = f"ctrl+{text[1]}"
    for word in ("ctrl", "shift", "alt"):
        if text.startswith(f"{word}-"):
            text = f"{word}+{text.removeprefix(f'{word}-')}"
    modifiers, _, last = text.rpartition("+") if len(text) > 1 else ("", "", text)
    if len(last) == 1 and not last.isalnum():
        return f"{modifiers}+{_character_to_key(last)}" if modifiers else _character_to_key(last)
    return {"esc": "escape", "del": "delete", "pgdn": "pagedown", "pgup": "pageup"}.get(text, text)


_NAMES = frozenset(key.value for key in TextualKeys) | {_character_to_key(chr(code)) for code in range(33, 127)}


def is_key(key: str) -> bool:
    """Whether Textual knows a key of that name, with any of ctrl, shift and alt before it."""
    *modifiers, name = key.split("+")
    return key in _NAMES or (name in _NAMES and set(modifiers) <= {"ctrl", "shift", "alt"})


class Keys:
    """Which key does what.

    Args:
        user: Action ids and the keys the user wants for each: a text, or a list of them; an empty list for none.
    """

    def __init__(self, user: Mapping[str, Any] | None = None) -> None:
        self.problems: list[str] = []
        self._keys: dict[str, tuple[str, ...]] = {action.id: action.keys for action in ACTIONS}
        for name, value in (user or {}).items():
            keys = [value] if isinstance(value, str) else value
            if name not in BY_ID:
                self.problems.append(f"keys: there is no action {clean(str(name))!r}{nearest(str(name), list(BY_ID))}")
            elif not isinstance(keys, list) or not all(isinstance(key, str) and key for key in keys):
                self.problems.append(f"keys.{name}: must be a key or a list of keys")
            elif unknown := [key for key in keys if not is_key(textual_key(key))]:
                self.problems.append(f"keys.{name}: there is no key {clean(unknown[0], 40)!r}")
            else:
                self._keys[name] = tuple(textual_key(key) for key in keys)
        self._report_clashes(set(user or {}))

    def _report_clashes(self, changed: set[str]) -> None:
        """Two actions on one key in one place: the one that the user named keeps it, and both names are told."""
        for scope in SCOPES:
            taken: dict[str, str] = {}
            # a view has its own keys and those to move about with
            own = in_scope(scope) + (in_scope(MOVE) + in_scope(APP) if scope in VIEW_SCOPES else [])
            actions = sorted(own, key=lambda action: action.id not in changed)
            for action in actions:
                for key in self._keys[action.id]:
                    other = taken.setdefault(key, action.id)
                    # a pane's own key may stand before one that works everywhere, as escape does by default
                    if other != action.id and {other, action.id} & changed:
                        self._keys[action.id] = tuple(k for k in self._keys[action.id] if k != key)
                        self.problems.append(
                            f"keys: {shown(key)!r} is both {other!r} and {action.id!r}; {action.id!r} loses it"
                        )

    def of(self, action_id: str) -> tuple[str, ...]:
        """The keys of an action."""
        return self._keys[action_id]

    def hint(self, action_id: str) -> str:
        """The first key of an action as people write it, "" where it has none."""
        return shown(self._keys[action_id][0]) if self._keys[action_id] else ""

    def bindings(self, scope: str) -> list[BindingType]:
        """The bindings of a scope; a view's with those to move about and those that work everywhere.

        Each calls ``action_do`` of the screen with the action's id. A view's come before everything else, so that
        they are carried out one after the other as the keys come: a key typed ahead never reaches what was there
        before the one in front of it had done its work.
        """
        view = scope in VIEW_SCOPES
        actions = in_scope(scope) + (in_scope(MOVE) + in_scope(APP) if view else [])
        return [
            Binding(
                ",".join(self._keys[action.id]),
                f"screen.do('{action.id}')",
                action.title,
                show=False,
                id=action.id,
                priority=view,
            )
            for action in actions
            if self._keys[action.id]
        ]

    def footer(self, scope: str) -> list[Action]:
        """The actions whose keys are worth showing in a scope, most important first."""
        actions = [action for action in ACTIONS if action.footer and action.scope in (scope, APP)]
        return sorted((action for action in actions if self._keys[action.id]), key=lambda action: action.footer)
