"""The options that say which engine is meant: declared once, good before and after the name of a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from dockdash.engines.registry import Backend

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class Choice:
    """What the engine options said so far; one for the program and the command, the later option wins.

    Attributes:
        host: The address after ``-H``, None without.
        context: The name after ``-c``, None without.
        demo: Whether ``--demo`` was given.
        demo_containers: How many more containers the demo makes up, None without.
    """

    host: str | None = None
    context: str | None = None
    demo: bool = False
    demo_containers: int | None = None

    def backend(self) -> Backend:
        """The engine that is meant.

        Raises:
            click.UsageError: Two options exclude each other, or one is empty.
        """
        demo = self.demo or self.demo_containers is not None
        named = {
            "-H/--host": self.host is not None,
            "-c/--context": self.context is not None,
            "--demo": demo,
        }
        given = [option for option, is_given in named.items() if is_given]
        if len(given) > 1:
            raise click.UsageError(f"{given[0]} and {given[1]} exclude each other")
        for option, value in (("-H/--host", self.host), ("-c/--context", self.context)):
            # an unset variable in a script must not lead to another engine than the one that was meant
            if value is not None and not value.strip():
                raise click.UsageError(f"{option} is empty")
        if demo:
            return Backend("demo", {"containers": str(self.demo_containers)} if self.demo_containers else {})
        if self.host is not None:
            return Backend("docker", {"host": self.host})
        return Backend("docker", {"context": self.context} if self.context is not None else {})


def _note(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    choice = ctx.ensure_object(Choice)
    if value is not None and value is not False:
        setattr(choice, str(parameter.name), value)


_OPTIONS = (
    click.option(
        "-H",
        "--host",
        metavar="URL",
        expose_value=False,
        callback=_note,
        help="The engine's address: unix:///path, tcp://host:port or ssh://user@host.",
    ),
    click.option(
        "-c",
        "--context",
        metavar="NAME",
        expose_value=False,
        callback=_note,
        help="A Docker context.",
    ),
    click.option(
        "--demo",
        is_flag=True,
        expose_value=False,
        callback=_note,
        help="Made-up containers, no engine needed.",
    ),
    click.option(
        "--demo-containers",
        type=click.IntRange(min=0),
        metavar="N",
        hidden=True,
        expose_value=False,
        callback=_note,
        help="So many more made-up containers.",
    ),
)


def engine_options(command: F) -> F:
    """Gives a command the engine options; their values are in the ``Choice`` that ``click.pass_obj`` passes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
