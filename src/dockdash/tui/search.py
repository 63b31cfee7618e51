"""What the command palette finds: actions, containers, themes. All from the registry and the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from dockdash.core.text import clean
from dockdash.tui.actions import ACTIONS
from dockdash.tui.screens.main import MainScreen

if TYPE_CHECKING:
    from dockdash.tui.app import DockdashApp


def plain(words: str) -> str:
    """Words that the palette, which reads its second lines as markup, shows as they are."""
    return words.replace("[", "\\[")


Found = tuple[str, str, Callable[[], object]]
"""What to show, a sentence on it, what choosing it does."""


def go_to(screen: MainScreen, container_id: str) -> None:
    """Puts the cursor on a container, out of a filter or a fold that hides it."""
    table = screen.table
    if not table.move_to_key(container_id):
        table.folded.clear()
        table.hide_stopped = False
        screen.prompting.set_filter("")
        table.move_to_key(container_id)
    screen.set_focus(table)


class Everything(Provider):
    """Actions with their keys, containers by name, themes."""

    def _actions(self) -> Iterator[Found]:
        screen = cast(MainScreen, self.screen)
        for action in ACTIONS:
            if action.palette:
                key = screen.keys.hint(action.id)
                title = action.title.rstrip("…") + (f"  ({key})" if key else "")
                yield title, action.about, partial(screen.do, action.id)
        yield "Copy the journal", "Copies the docker commands of what was done.", partial(screen.do, "journal-copy")

    def _containers(self) -> Iterator[Found]:
        screen = cast(MainScreen, self.screen)
        for container in screen.controller.store.containers.values():
            words = f"{container.state.value}, {container.image}"
            yield clean(container.name, 80), clean(words, 120), partial(go_to, screen, container.id)

    def _themes(self) -> Iterator[Found]:
        app = cast("DockdashApp", self.app)
        for name in app.theme_specs:
            yield f"Theme: {clean(name, 40)}", "Changes the colours, and remembers it.", partial(app.use_theme, name)

    async def discover(self) -> Hits:
        """What is there before anything is typed."""
        for title, about, call in (*self._actions(), *self._themes()):
            yield DiscoveryHit(Content(title), call, text=title, help=plain(about))

    async def search(self, query: str) -> Hits:
        """What fits the words."""
        matcher = self.matcher(query)
        for title, about, call in (*self._containers(), *self._actions(), *self._themes()):
            score, places = matcher.fuzzy_search.match(matcher.query, title)
            if score > 0:
                shown = Content(title)
                for place in places:
                    shown = shown.stylize(matcher.match_style, place, place + 1)
                yield Hit(score, shown, call, text=title, help=plain(about))
