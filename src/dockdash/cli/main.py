"""``dockdash``: the dashboard, and the commands beside it. Imports nothing that ``--help`` does not need."""

from __future__ import annotations

import sys

import click

from dockdash import __version__
from dockdash.cli.options import Choice, engine_options
from dockdash.cli.program import Lazy, Program
from dockdash.core.errors import UsageError

_COMMANDS = {
    "ps": Lazy("dockdash.cli.ps:ps", "List containers."),
    "doctor": Lazy("dockdash.cli.doctor:doctor", "Tell what was found and what is reachable."),
}

_EPILOG = """\b
The options that choose an engine are good before and after a command.
Completion in the shell: eval "$(_DOCKDASH_COMPLETE=bash_source dockdash)"
(or zsh_source, fish_source).

\b
Exit codes: 0 done, 1 the engine refused, 2 wrong usage or configuration,
3 no engine, 130 interrupted.
"""


def _theme_names() -> list[str]:
    from dockdash.config.locations import locations, packaged_themes
    from dockdash.config.themes import load_themes

    return sorted(load_themes((packaged_themes(), locations().themes))[0])


def _complete_theme(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in _theme_names() if name.startswith(incomplete)]


def _check_theme(theme: str) -> None:
    if theme and theme not in (names := _theme_names()):
        raise UsageError(f"there is no theme {theme!r}", hint=f"there are: {', '.join(names)}")


def _check_terminal() -> None:
    for name, stream in (("standard input", sys.stdin), ("standard output", sys.stdout)):
        if stream is None or not stream.isatty():
            raise UsageError(
                f"the dashboard needs a terminal, and {name} is none",
                hint="for a list of the containers: dockdash ps",
            )


@click.group(
    cls=Program,
    lazy=_COMMANDS,
    invoke_without_command=True,
    no_args_is_help=False,
    epilog=_EPILOG,
    options_metavar="[OPTIONS]",
    subcommand_metavar="[COMMAND [ARGS]...]",
)
@engine_options
@click.option("--read-only", is_flag=True, help="Only look: nothing that would change a container is done.")
@click.option("--theme", metavar="NAME", default="", shell_complete=_complete_theme, help="The dashboard's colours.")
@click.version_option(__version__, prog_name="dockdash", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, read_only: bool, theme: str) -> None:
    """Containers in the terminal, wherever they run.

    Without a command, the dashboard opens.
    """
    if ctx.invoked_subcommand is not None:
        return
    backend = ctx.ensure_object(Choice).backend()
    _check_theme(theme)
    _check_terminal()
    from dockdash.tui.app import run_dashboard

    raise SystemExit(run_dashboard(backend, theme=theme, read_only=read_only))
