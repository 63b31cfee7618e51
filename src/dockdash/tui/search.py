"""What the command palette finds: actions, containers, themes. All from the registry and the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from dockdash.core.text import clean
from dockdash.tui.actions import ACTIONS
from dockdash.tui.screens.main import MainScreen

if TYPE_CHECKING:
    from dockdash.tui.app import DockdashApp

Found = tuple[str, str, Callable[[], None]]
"""What to show, a sentence on it, what choosing it does."""


def go_to(screen: MainScreen, container_id: str) -> None:
    """Puts the cursor on a container, out of a filter or a fold that hides it."""
    table = screen.table
    if not table.move_to_key(container_id):
        table.folded.clear()
        screen.set_filter("")
        table.move_to_key(container_id)
    table.focus()


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
            yield DiscoveryHit(title, call, help=about)

    async def search(self, query: str) -> Hits:
        """What fits the words."""
        matcher = self.matcher(query)
        for title, about, call in (*self._containers(), *self._actions(), *self._themes()):
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), call, help=about)
