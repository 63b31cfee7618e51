"""``dockdash ps``: the containers, as a table, as JSON or as ids."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence

import click

from dockdash.cli.once import ask
from dockdash.cli.options import Choice, engine_options
from dockdash.cli.output import emit, narrate
from dockdash.cli.table import table
from dockdash.cli.words import as_data, as_json, image_words, port_words, status_words
from dockdash.core.models import Container
from dockdash.core.query import parse
from dockdash.core.text import clean

_TITLES = ("NAME", "IMAGE", "STATUS", "PORTS", "PROJECT")


def _row(container: Container, now: float) -> tuple[str, ...]:
    cells = (
        container.name,
        image_words(container.image),
        status_words(container, now),
        port_words(container.ports),
        container.project,
    )
    return tuple(map(clean, cells))


def _show_table(containers: Sequence[Container]) -> None:
    now = time.time()
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    emit(table([_TITLES, *(_row(container, now) for container in containers)], columns))


# in the docstring, the mark that keeps the lines as they are would have to be a bare control character
_HELP = """List containers: those that run, or all of them.

\b
The keys of --json, which stay as they are:
  id, name, image, state, status, health ("none" without a check),
  exit_code (null where there is none), created (RFC 3339 in UTC, or null),
  ports [{private, public (null where not published), protocol, address}],
  labels {}, networks [{name, address}], project, service
"""


@click.command("ps", help=_HELP)
@engine_options
@click.option("-a", "--all", "everything", is_flag=True, help="Stopped containers too.")
@click.option("as_array", "--json", is_flag=True, help="A JSON array.")
@click.option("-q", "--quiet", is_flag=True, help="Only the full ids, one a line.")
@click.option(
    "-f",
    "--filter",
    "text",
    metavar="TEXT",
    default="",
    help="Only what passes the dashboard's filter: web db, !word, /regex/, status=run, label=key=value, "
    "port=8080, image= name= project= service= network= id=.",
)
@click.pass_obj
def ps(choice: Choice, everything: bool, as_array: bool, quiet: bool, text: str) -> None:
    """Lists containers."""
    if as_array and quiet:
        raise click.UsageError("--json and -q/--quiet exclude each other")
    backend, query = choice.backend(), parse(text)
    found = [c for c in ask(backend, lambda controller: controller.list_once()) if query.matches(c)]
    shown = sorted((c for c in found if everything or c.state.is_up), key=lambda c: (c.name.casefold(), c.id))
    if as_array:
        emit(as_json([as_data(container, time.time()) for container in shown]))
    elif quiet:
        emit("".join(f"{clean(container.id)}\n" for container in shown))
    else:
        _show_table(shown)
        if found and not shown:
            narrate(f"dockdash: none of these runs; -a lists those that do not: {len(found)}")
