"""Commands on the program itself: help, journal, palette, hosts, mouse, themes, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockdash.control.controller import Backend, contexts
from dockdash.core.errors import DockdashError
from dockdash.core.text import clean
from dockdash.tui.commands.command import Command, copy
from dockdash.tui.compat import set_mouse
from dockdash.tui.screens.dialogs import Ask, Choice, Confirm, Menu
from dockdash.tui.screens.texts import TextScreen, help_lines, journal_lines

if TYPE_CHECKING:
    from dockdash.tui.screens.main import MainScreen


def show_help(screen: MainScreen) -> None:
    """Shows all keys."""
    screen.app.push_screen(TextScreen("Keys", help_lines(screen.keys), screen.table.palette))


async def journal(screen: MainScreen) -> None:
    """Shows what was done."""
    lines = journal_lines(screen.controller.operations.journal)
    shown = TextScreen("Journal: what was done here, as docker commands", lines, screen.table.palette)
    await screen.app.push_screen_wait(shown)


async def hosts(screen: MainScreen) -> None:
    """Asks for another engine and switches to it."""
    try:
        names = contexts()
    except DockdashError as error:
        screen.tell_error(error)
        names = ()
    choices = [Choice("local", "l", "the engine that is found here", "DOCKER_HOST, current context, usual sockets")]
    choices += [
        Choice(f"context:{name}", str(at) if at < 10 else "", f"context {name}") for at, name in enumerate(names, 1)
    ]
    choices += [Choice("host", "h", "another address …", "unix:// tcp:// ssh://"), Choice("demo", "d", "the demo")]
    chosen = await screen.app.push_screen_wait(Menu("Which engine?", choices))
    if chosen is None:
        return
    backend = Backend("docker")
    if chosen == "demo":
        backend = Backend("demo")
    elif chosen == "host":
        about = "for example ssh://user@host, tcp://10.0.0.5:2376 or unix:///run/docker.sock"
        address = await screen.app.push_screen_wait(Ask("Address of the engine", about))
        if not address:
            return
        backend = Backend("docker", {"host": address})
    elif chosen.startswith("context:"):
        backend = Backend("docker", {"context": chosen.removeprefix("context:")})
    await switch(screen, backend)


async def switch(screen: MainScreen, backend: Backend) -> None:
    """Leaves this engine for another one."""
    screen.detail.show(None)
    screen.table.clear_marks()
    try:
        await screen.controller.switch(backend)
    except DockdashError as error:
        screen.tell_error(error)


def mouse(screen: MainScreen) -> None:
    """Takes the mouse, or lets go of it."""
    screen.mouse = not screen.mouse
    set_mouse(screen.app, screen.mouse)
    screen.tell("the mouse works here" if screen.mouse else "the mouse selects text in the terminal")


async def leave(screen: MainScreen) -> None:
    """Ends the program; asks where something is still on its way."""
    under_way = screen.controller.operations.current
    if under_way:
        words = [f"{operation.verb.doing}: {operation.over} of {operation.total}" for operation in under_way]
        about = "What the engine has been asked to do it may still do; nothing more is begun."
        if await screen.app.push_screen_wait(Confirm("Quit now?", [*words, about], "Quit")) is None:
            return
    screen.app.exit()


async def copy_report(screen: MainScreen) -> None:
    """Copies the journal's docker commands."""
    commands = [entry.command for entry in screen.controller.operations.journal]
    await copy(screen, "\n".join(clean(command) for command in commands), "journal")


COMMANDS: dict[str, Command] = {
    "help": show_help,
    "journal": journal,
    "journal-copy": copy_report,
    "hosts": hosts,
    "mouse": mouse,
    "palette": lambda screen: screen.app.action_command_palette(),
    "quit": leave,
}
