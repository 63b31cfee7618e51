"""One line to type into, at the bottom: the filter of the list, the search of a pane."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

DRAIN_SECONDS = 1.0
"""How long keys that are typed ahead may take to get into the field."""


class Prompt(Horizontal):
    """A label, a field and a word on what was typed."""

    DEFAULT_CSS = """
    Prompt { height: 1; display: none; }
    Prompt.-open { display: block; }
    Prompt > #prompt-label { width: auto; }
    Prompt > Input { width: 1fr; }
    Prompt > #prompt-note { width: auto; max-width: 60%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down,tab", "done(True)", show=False, priority=True),
        Binding("escape", "done(False)", show=False, priority=True),
    ]

    class Changed(Message):
        """Something else is typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def compose(self) -> ComposeResult:
        """Label, field, note."""
        yield Static("", id="prompt-label", markup=False)
        field = Input(compact=True, select_on_focus=False)
        field.cursor_blink = False
        yield field
        yield Static("", id="prompt-note", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether it can be seen."""
        return self.has_class("-open")

    def open(self, label: str, text: str, placeholder: str, done: Callable[[str, bool], None]) -> None:
        """Shows the prompt and puts the keyboard there.

        Args:
            label: What is asked for.
            text: What stands there at first.
            placeholder: What may be typed.
            done: Called with the text, and whether to keep it, before the next key is looked at.
        """
        self._done = done
        self.query_one("#prompt-label", Static).update(label)
        field = self.query_one(Input)
        field.placeholder = placeholder
        with self.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        self.note("")
        self.add_class("-open")
        self.screen.set_focus(field)

    def note(self, words: str) -> None:
        """Says something at the right: a count, or what is wrong."""
        self.query_one("#prompt-note", Static).update(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tells what is typed by now."""
        event.stop()
        if self.is_open:
            self.post_message(self.Changed(event.value))

    async def action_done(self, kept: bool) -> None:
        """Enter keeps what is typed, Escape gives it up; what was typed before counts, however fast it came."""
        field, typed = self.query_one(Input), asyncio.Event()
        field.call_later(typed.set)
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await typed.wait()
        self.remove_class("-open")
        self._done(field.value, kept)
