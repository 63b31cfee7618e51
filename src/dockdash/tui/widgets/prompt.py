"""One line to type into, at the bottom: the filter of the list, the search of a pane."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static


class Prompt(Horizontal):
    """A label, a field and a word on what was typed."""

    DEFAULT_CSS = """
    Prompt { height: 1; display: none; }
    Prompt.-open { display: block; }
    Prompt > #prompt-label { width: auto; }
    Prompt > Input { width: 1fr; }
    Prompt > #prompt-note { width: auto; max-width: 60%; }
    """

    class Changed(Message):
        """Something else is typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The user is done: with Enter (``kept``), or with Escape."""

        def __init__(self, text: str, kept: bool) -> None:
            super().__init__()
            self.text, self.kept = text, kept

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

    def open(self, label: str, text: str, placeholder: str) -> None:
        """Shows the prompt and puts the keyboard there."""
        self.query_one("#prompt-label", Static).update(label)
        field = self.query_one(Input)
        field.placeholder = placeholder
        with self.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        self.note("")
        self.add_class("-open")
        field.focus()

    def note(self, words: str) -> None:
        """Says something at the right: a count, or what is wrong."""
        self.query_one("#prompt-note", Static).update(words)

    def close(self) -> None:
        """Hides the prompt."""
        self.remove_class("-open")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tells what is typed by now."""
        event.stop()
        if self.is_open:
            self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps what is typed."""
        event.stop()
        self.post_message(self.Closed(event.value, True))

    def on_key(self, event: events.Key) -> None:
        """Escape gives it up."""
        if event.key in ("escape", "down", "tab"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Closed(self.query_one(Input).value, event.key != "escape"))
