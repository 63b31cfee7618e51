"""What each action of the registry does, by its id."""

from __future__ import annotations

from dockdash.tui.commands import containers, program, views
from dockdash.tui.commands.command import Command

COMMANDS: dict[str, Command] = {**containers.COMMANDS, **views.COMMANDS, **program.COMMANDS}
