"""Writes the parts of the documentation that are facts of the program.

    scripts/gen_docs.py            writes them anew
    scripts/gen_docs.py --check    changes nothing; exit 1 where one is not current

``docs/keys.md`` is written whole. In the other pages, what stands between ``<!-- generated:NAME -->`` and
``<!-- /generated -->`` is replaced; ``PARTS`` says which names there are.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from dockdash.cli.main import cli
from dockdash.config.settings import Settings
from dockdash.config.themes import BASE, OWN
from dockdash.engines.docker.endpoints import usual_sockets
from dockdash.tui.actions import SCOPES, in_scope
from dockdash.tui.keys import shown
from dockdash.tui.panes.columns import COLUMNS, SORT_LETTERS

ROOT = Path(__file__).resolve().parent.parent
KEYS_PAGE = ROOT / "docs" / "keys.md"
_PART = re.compile(r"(<!-- generated:([a-z-]+) -->\n)(.*?)(<!-- /generated -->)", re.DOTALL)
_KINDS = {bool: "true or false", int: "whole number", str: "text", list: "list of texts", dict: "table"}


def key_name(key: str) -> str:
    """A key as these pages write it, which is also how a user may write it in the settings."""
    if key.startswith("ctrl+"):
        return f"ctrl-{key_name(key.removeprefix('ctrl+'))}"
    if key.startswith("shift+"):
        return f"shift-{key_name(key.removeprefix('shift+'))}"
    return shown(key)


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _code(text: str) -> str:
    return f"`{text}`"


def keys_page() -> str:
    """The page of all keys, from the registry of actions."""
    parts = [
        "# Keys\n\n"
        "<!-- written by scripts/gen_docs.py from the registry of actions: do not edit -->\n\n"
        "These are the keys as they come. The help screen of the program shows yours. Each action has an id, in the\n"
        "last column: with it a key is changed, as [Configuration](configuration.md#keys) tells. A capital letter\n"
        "means shift and the letter.\n"
    ]
    for scope, title in SCOPES.items():
        rows = [
            (" ".join(_code(key_name(key)) for key in action.keys) or "none", action.about, _code(action.id))
            for action in in_scope(scope)
        ]
        if rows:
            parts.append(f"## {title}\n\n{_table(('Key', 'What it does', 'Id'), rows)}")
    parts.append(
        "## In dialogs\n\n"
        "These keys are fixed.\n\n"
        + _table(
            ("Key", "What it does"),
            [
                ("`esc`", "Closes the dialog; nothing is done."),
                ("`y` `n`", "Answers a question. `enter` is on No until you move."),
                ("the letter beside a line", "Chooses the line of a menu, or turns a switch of a question."),
                ("`j` `k`, arrows, `enter`", "Moves in a menu, and chooses."),
                ("`esc` `q` `?`", "Closes the help, the journal and the choice of columns."),
            ],
        )
    )
    return "\n".join(parts)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    return "{}" if isinstance(value, dict) else str(value)


def _settings() -> str:
    defaults = Settings()
    return _table(
        ("Setting", "What it is", "Kind", "Default"),
        (
            (
                _code(field.name),
                f"{str(field.metadata['about'])[:1].upper()}{str(field.metadata['about'])[1:]}.",
                _KINDS[type(getattr(defaults, field.name))],
                _code(_toml(getattr(defaults, field.name))),
            )
            for field in fields(Settings)
        ),
    )


def _base_colours() -> str:
    return ", ".join(map(_code, BASE)) + "\n"


def _own_colours() -> str:
    return _table(("Colour", "What stands in for it"), ((_code(name), _code(base)) for name, base in OWN.items()))


def _columns() -> str:
    letters = {name: letter for letter, name in SORT_LETTERS.items()}
    return _table(
        ("Column", "What it shows", "Letter in the order menu"),
        ((_code(name), one.about, _code(letters[name]) if name in letters else "") for name, one in COLUMNS.items()),
    )


def _sockets() -> str:
    env = {"XDG_RUNTIME_DIR": "$XDG_RUNTIME_DIR"}
    found = usual_sockets(env, Path("~"), 0)
    return _table(("Engine", "Socket"), ((name, _code(str(path))) for name, path in found))


def _options(*names: str) -> Callable[[], str]:
    """The options of a command, from what click knows."""

    def part() -> str:
        ctx = click.Context(cli, info_name="dockdash")
        command: click.Command = cli
        for name in names:
            found = cli.get_command(ctx, name)
            assert found is not None, name
            command, ctx = found, click.Context(found, info_name=name, parent=ctx)
        records = (param.get_help_record(ctx) for param in command.get_params(ctx))
        return _table(("Option", "What it does"), ((_code(one[0]), one[1]) for one in records if one is not None))

    return part


PARTS: dict[str, Callable[[], str]] = {
    "settings": _settings,
    "base-colours": _base_colours,
    "own-colours": _own_colours,
    "columns": _columns,
    "sockets": _sockets,
    "options-dockdash": _options(),
    "options-ps": _options("ps"),
    "options-doctor": _options("doctor"),
}


def _filled(page: Path) -> str:
    """A page with its generated parts made anew."""

    def part(found: re.Match[str]) -> str:
        if found[2] not in PARTS:
            raise SystemExit(f"{page.relative_to(ROOT)}: there is no part {found[2]!r}; there are: {', '.join(PARTS)}")
        return f"{found[1]}\n{PARTS[found[2]]()}\n{found[4]}"

    return _PART.sub(part, page.read_text(encoding="utf-8"))


def pages() -> Iterator[tuple[Path, str]]:
    """Every page that has generated parts, and what it should be."""
    yield KEYS_PAGE, keys_page()
    for page in sorted((ROOT / "docs").rglob("*.md")):
        if page != KEYS_PAGE and "<!-- generated:" in page.read_text(encoding="utf-8"):
            yield page, _filled(page)


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the pages, or says which are not current."""
    parser = argparse.ArgumentParser(description="Writes the generated parts of the documentation.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a page is not current")
    asked: Any = parser.parse_args(arguments)
    stale = 0
    for page, text in pages():
        if page.is_file() and page.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        name = page.relative_to(ROOT)
        if asked.check:
            print(f"{name} is not current: run scripts/gen_docs.py", file=sys.stderr)
        else:
            page.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 1 if asked.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
