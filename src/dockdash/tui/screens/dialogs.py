"""Dialogs: a question, a menu, a line to type. All text in them is shown as it is, never read as markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from dockdash.core.text import clean, clean_block

T = TypeVar("T")


class Dialog(ModalScreen[T | None], Generic[T]):
    """A box in the middle of the screen; Escape leaves it with nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close", show=False)]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = clean(title, 200)
        self._finished = False

    def finish(self, result: T | None) -> None:
        """Closes with a result, once: a second key that comes at the same time must not close what is below."""
        if not self._finished and self.is_current:
            self._finished = True
            self.dismiss(result)

    def compose(self) -> ComposeResult:
        """A box with its title in the border."""
        box = Vertical(*self.content(), classes="dialog")
        box.border_title = Content(self._title)
        yield box

    def content(self) -> Sequence[Widget]:
        """What is in the box."""
        raise NotImplementedError

    def action_leave(self) -> None:
        """Closes with nothing."""
        self.finish(None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box closes it."""
        if self.get_widget_at(event.screen_x, event.screen_y)[0] is self:
            self.finish(None)


class Choice(NamedTuple):
    """One line of a menu.

    Attributes:
        id: What choosing it gives.
        key: The key that chooses it at once, "" for none.
        title: What it says.
        note: A word beside it: a value, or the reason why it cannot be chosen.
        possible: Whether it can be chosen.
    """

    id: str
    key: str
    title: str
    note: str = ""
    possible: bool = True


class Menu(Dialog[str]):
    """A list to choose from, by arrows and Enter, by a letter, or by a click.

    Args:
        title: What is chosen.
        choices: The lines.
        about: A sentence above them.
    """

    def __init__(self, title: str, choices: Sequence[Choice], about: str = "") -> None:
        super().__init__(title)
        if any(choice.key in ("j", "k") for choice in choices):
            raise ValueError("j and k move in a menu, they choose nothing")
        self._choices, self._about = choices, about

    def content(self) -> Sequence[Widget]:
        """The sentence, then the lines."""
        widest = max((len(clean(choice.title, 60)) for choice in self._choices), default=0)
        room = 3 if all(len(choice.key) < 3 for choice in self._choices) else 6
        options = []
        for choice in self._choices:
            key = Content.styled(f" {choice.key:<{room}}", "bold $dd-key" if choice.possible else "$dd-muted")
            title = Content.styled(clean(choice.title, 60).ljust(widest), "" if choice.possible else "$dd-muted")
            note = Content.styled(f"  {clean(choice.note, 200)} ", "$dd-muted")
            options.append(Option(Content.assemble(key, title, note), id=choice.id, disabled=not choice.possible))
        lines = OptionList(*options, compact=True)
        about = [Static(Content(clean_block(self._about)), classes="about")] if self._about else []
        return [*about, lines]

    def on_mount(self) -> None:
        """The keyboard goes to the list."""
        self.set_focus(self.query_one(OptionList))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A line was chosen."""
        self.finish(event.option.id)

    def on_key(self, event: events.Key) -> None:
        """A letter chooses at once; j and k move."""
        lines = self.query_one(OptionList)
        for choice in self._choices:
            if choice.key and choice.possible and event.character == choice.key:
                event.stop()
                self.finish(choice.id)
                return
        if event.key in ("j", "k"):
            event.stop()
            lines.action_cursor_down() if event.key == "j" else lines.action_cursor_up()


class Switch(NamedTuple):
    """A choice beside a question.

    Attributes:
        id: Its name in the answer.
        key: The key that turns it.
        title: What it says.
        on: Whether it begins turned on.
    """

    id: str
    key: str
    title: str
    on: bool = False


class Tick(Static, can_focus=True):
    """A choice that is on or off, as ``[x]`` and ``[ ]``: no meaning by colour alone.

    Args:
        switch: The choice.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "turn", show=False)]

    class Turned(Message):
        """It is the other way now."""

    def __init__(self, switch: Switch) -> None:
        super().__init__(id=f"switch-{switch.id}", classes="tick")
        self.switch, self.on = switch, switch.on

    def on_mount(self) -> None:
        """Shows how it begins."""
        self._show()

    def _show(self) -> None:
        mark = Content.styled("[x]" if self.on else "[ ]", "bold $dd-key")
        self.update(Content.assemble(mark, f" {self.switch.title}  ", Content.styled(self.switch.key, "$dd-key")))

    def action_turn(self) -> None:
        """Turns it."""
        self.on = not self.on
        self._show()
        self.post_message(self.Turned())

    def on_click(self) -> None:
        """A click turns it."""
        self.action_turn()


class Confirm(Dialog[dict[str, bool]]):
    """A question before something dangerous: y does it, n, Enter and Escape do not.

    Args:
        title: The question.
        lines: What will be done, in plain words.
        yes: What the dangerous button says.
        switches: Choices.
        command: Gives the equivalent command for the choices of now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "yes", show=False), Binding("n", "leave", show=False)]

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        yes: str,
        switches: Sequence[Switch] = (),
        command: Callable[[dict[str, bool]], str] | None = None,
    ) -> None:
        super().__init__(title)
        self._lines, self._yes, self._command = lines, yes, command
        self._ticks = [Tick(switch) for switch in switches]

    def content(self) -> Sequence[Widget]:
        """What will be done, the choices, the command, the two buttons."""
        text = Static(Content("\n".join(clean(line, 400) for line in self._lines)), classes="about")
        command = [Static("", id="command", markup=False)] if self._command else []
        buttons = Horizontal(
            Button(Content(f"{self._yes} (y)"), id="yes", variant="error", compact=True),
            Button(Content("No (n)"), id="no", compact=True),
            classes="buttons",
        )
        return [text, *self._ticks, *command, buttons]

    @property
    def answer(self) -> dict[str, bool]:
        """The choices of now."""
        return {tick.switch.id: tick.on for tick in self._ticks}

    def on_mount(self) -> None:
        """Enter is on the safe choice."""
        self.set_focus(self.query_one("#no", Button))
        self._show_command()

    @on(Tick.Turned)
    def _show_command(self) -> None:
        if self._command is not None:
            self.query_one("#command", Static).update(clean(self._command(self.answer), 400))

    def action_yes(self) -> None:
        """Closes with the choices."""
        self.finish(self.answer)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button was pressed."""
        if event.button.id == "yes":
            self.action_yes()
        else:
            self.finish(None)

    def on_key(self, event: events.Key) -> None:
        """A letter turns a choice; the arrows go from one thing to the next."""
        for tick in self._ticks:
            if event.character == tick.switch.key:
                event.stop()
                tick.action_turn()
        if event.key in ("left", "right", "up", "down"):
            event.stop()
            self.focus_next() if event.key in ("right", "down") else self.focus_previous()


class Ask(Dialog[str]):
    """A line to type.

    Args:
        title: What is asked.
        about: A sentence on it.
        value: What stands there at first.
        check: Says what is wrong with a text, "" for nothing.
    """

    def __init__(self, title: str, about: str = "", value: str = "", check: Callable[[str], str] | None = None) -> None:
        super().__init__(title)
        self._about, self._value, self._check = about, clean(value), check or (lambda text: "")

    def content(self) -> Sequence[Widget]:
        """The sentence, the field, what is wrong."""
        field = Input(self._value, compact=True, select_on_focus=False)
        field.cursor_blink = False
        about = [Static(Content(clean_block(self._about)), classes="about")] if self._about else []
        return [*about, field, Static("", id="wrong", markup=False)]

    def on_mount(self) -> None:
        """The keyboard goes to the field."""
        self.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Says what is wrong while it is typed."""
        self.query_one("#wrong", Static).update(self._check(event.value) if event.value != self._value else "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Closes with the text, unless something is wrong with it."""
        if wrong := self._check(event.value):
            self.query_one("#wrong", Static).update(wrong)
        else:
            self.finish(event.value)
