"""The group of all commands: imports a command when it is called, and ends every journey of an error."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple, cast

import click

from dockdash.cli.output import complain
from dockdash.core.errors import DockdashError

INTERRUPTED = 130
"""128 and the number of SIGINT: what a shell says of a program that Ctrl-C ended."""


class Lazy(NamedTuple):
    """Where a command is, and its line in the help, which is thereby there without importing it."""

    target: str
    summary: str


class Program(click.Group):
    """A group whose commands are imported when they are needed.

    Args:
        lazy: The commands by name.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports a command; None where there is none of that name."""
        entry = self._lazy.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.target.partition(":")
        return cast(click.Command, getattr(import_module(module), name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Runs what was asked for; an expected error becomes a line on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except DockdashError as error:
            complain(error)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
