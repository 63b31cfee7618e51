"""Full-size dialogs of text: the keys, the journal, the choice of columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from dockdash.control.operations import Entry, Outcome
from dockdash.tui.actions import SCOPES, in_scope
from dockdash.tui.keys import Keys, shown
from dockdash.tui.palette import Palette
from dockdash.tui.panes.columns import COLUMNS
from dockdash.tui.panes.documents import DocLine
from dockdash.tui.widgets.doc_view import DocView

_MOVES = (
    Binding("j,down", "move(1)", show=False),
    Binding("k,up", "move(-1)", show=False),
    Binding("pagedown,ctrl+d", "move(15)", show=False),
    Binding("pageup,ctrl+u", "move(-15)", show=False),
    Binding("g,home", "move(-100000)", show=False),
    Binding("G,end", "move(100000)", show=False),
)


class TextScreen(ModalScreen[tuple[str, ...] | None]):
    """Lines in a large box; Escape or q closes it.

    Args:
        title: What it is.
        lines: What it shows.
        palette: The colours.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark", "close", show=False), *_MOVES]

    def __init__(self, title: str, lines: Sequence[DocLine], palette: Palette) -> None:
        super().__init__()
        self._title, self._lines = title, lines
        self._finished = False
        self.view = DocView(palette)

    def finish(self, result: tuple[str, ...] | None) -> None:
        """Closes with a result, once."""
        if not self._finished and self.is_current:
            self._finished = True
            self.dismiss(result)

    def compose(self) -> ComposeResult:
        """The box."""
        box = Vertical(self.view, classes="text-dialog")
        box.border_title = Content(self._title)
        box.border_subtitle = Content("esc closes")
        yield box

    def on_mount(self) -> None:
        """Fills the view."""
        self.view.set_lines(self._lines)
        self.set_focus(self.view)

    def action_move(self, lines: int) -> None:
        """Moves the cursor line."""
        self.view.move_to(self.view.cursor_line + lines)

    def action_close(self) -> None:
        """Closes it."""
        self.finish(None)


def help_lines(keys: Keys) -> list[DocLine]:
    """All actions with the user's own keys, by place, with the ids by which keys are remapped."""
    lines: list[DocLine] = []
    for scope, title in SCOPES.items():
        if not in_scope(scope):
            continue
        lines += [DocLine([])] if lines else []
        lines.append(DocLine([(title, "title")]))
        for action in in_scope(scope):
            names = "  ".join(shown(key) for key in keys.of(action.id)) or "–"
            lines.append(
                DocLine(
                    [(f"  {names:<17} ", "key"), (f"{action.about}  ", "text"), (action.id, "muted")], value=action.id
                )
            )
    lines += [
        DocLine([]),
        DocLine([("Marks in the list", "title")]),
        DocLine([("  ● ", "running"), ("running   ", "text"), ("▲ ", "broken"), ("unhealthy   ", "text"),
                 ("◐ ", "warning"), ("health starting   ", "text"), ("◫ ", "paused"), ("paused", "text")]),
        DocLine([("  ○ ", "stopped"), ("exited well   ", "text"), ("✗ ", "broken"), ("exited with an error   ", "text"),
                 ("↻ ", "warning"), ("restarting   ", "text"), ("◌ ", "muted"), ("created", "text")]),
        DocLine([]),
        DocLine([("The filter", "title")]),
        DocLine([("  words are looked for in name, image, id, project, service and state; all must be there", "text")]),
        DocLine([("  /regex/  !not  label=key=value  status=run  image=nginx  name=  project=  port=8080", "text")]),
    ]  # fmt: skip
    return lines


_OUTCOMES = {
    Outcome.RUNNING: ("…", "warning"),
    Outcome.DONE: ("✓", "running"),
    Outcome.FAILED: ("✗", "broken"),
    Outcome.CANCELLED: ("–", "muted"),
}


def journal_lines(entries: Sequence[Entry]) -> list[DocLine]:
    """What was done, the newest first, with the docker command that does the same."""
    if not entries:
        return [DocLine([("Nothing has been done yet. Actions appear here with their docker commands.", "muted")])]
    lines = []
    for entry in reversed(entries):
        glyph, style = _OUTCOMES[entry.outcome]
        moment = datetime.fromtimestamp(entry.at).astimezone()
        took = "" if entry.outcome is Outcome.RUNNING else f"  {entry.seconds:.1f} s"
        words = [(f"{moment:%H:%M:%S} ", "muted"), (f"{glyph} ", style), (entry.command, "text"), (took, "muted")]
        lines.append(DocLine(words, value=entry.command))
        if entry.error:
            lines.append(DocLine([("           " + entry.error, "broken")], value=entry.error))
    return lines


class ColumnChooser(TextScreen):
    """Which columns, in which order; Enter takes them, 0 goes back to the usual ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,x", "turn", show=False),
        Binding("enter", "take", show=False),
        Binding("shift+up,K", "shift(-1)", show=False),
        Binding("shift+down,J", "shift(1)", show=False),
        Binding("0", "usual", show=False),
    ]

    def __init__(self, shown_now: Sequence[str], palette: Palette) -> None:
        self._order = [*shown_now, *(name for name in COLUMNS if name not in shown_now)]
        self._on = set(shown_now)
        super().__init__("Columns", self._make(), palette)

    def on_mount(self) -> None:
        """Says which keys work here."""
        super().on_mount()
        self.query_one(".text-dialog").border_subtitle = Content(
            "space on/off · shift+↑↓ moves · 0 the usual · enter takes · esc leaves"
        )

    def _make(self) -> list[DocLine]:
        return [
            DocLine(
                [
                    ("  ✔ " if name in self._on else "    ", "mark"),
                    (f"{name:<10}", "text" if name in self._on else "muted"),
                    (COLUMNS[name].about, "muted"),
                ]
            )
            for name in self._order
        ]

    def action_turn(self) -> None:
        """Shows the column, or not; the name stays."""
        name = self._order[self.view.cursor_line]
        if name != "name":
            self._on ^= {name}
        self.view.set_lines(self._make(), keep=True)

    def action_shift(self, step: int) -> None:
        """Moves the column."""
        at = self.view.cursor_line
        to = at + step
        if 0 <= to < len(self._order):
            self._order[at], self._order[to] = self._order[to], self._order[at]
            self.view.set_lines(self._make(), keep=True)
            self.view.move_to(to)

    def action_take(self) -> None:
        """Closes with the columns."""
        self.finish(tuple(name for name in self._order if name in self._on))

    def action_usual(self) -> None:
        """Closes with none: what fits the terminal."""
        self.finish(())
