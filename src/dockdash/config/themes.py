"""Themes as files: colours by name, checked, with the program's own as a fallback."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dockdash.config.settings import Problem, nearest, read_toml
from dockdash.core.errors import ConfigError
from dockdash.core.text import clean

BASE = ("primary", "secondary", "accent", "foreground", "background", "surface", "panel", "success", "warning", "error")
"""Colours that the whole interface is made of."""

OWN = {
    "running": "success",
    "paused": "warning",
    "stopped": "foreground",
    "broken": "error",
    "muted": "foreground",
    "cpu": "success",
    "memory": "accent",
    "network": "primary",
    "disk": "warning",
    "stderr": "error",
    "match": "warning",
    "mark": "accent",
    "key": "accent",
    "cursor": "primary",
    "cursor-text": "foreground",
    "bar": "panel",
    "border": "panel",
}
"""Colours with a meaning of their own, and the base colour that stands in where a theme names none."""

_COLOUR = re.compile(
    r"#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}|ansi_default|ansi_(?:bright_)?(?:black|red|green|yellow|blue|magenta|cyan|white)"
)


@dataclass(frozen=True, slots=True)
class ThemeSpec:
    """A theme as plain data.

    Attributes:
        name: What it is called.
        dark: Whether its background is dark.
        ansi: Whether it uses the terminal's own palette.
        colours: Base colours by name.
        own: Colours with a meaning, by name; every key of ``OWN`` is there.
    """

    name: str
    dark: bool = True
    ansi: bool = False
    colours: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)


def read_theme(path: Path) -> tuple[ThemeSpec, list[Problem]]:
    """Reads one theme.

    Args:
        path: A TOML file; its stem is the theme's name.

    Returns:
        The theme and everything that is wrong with it; a wrong colour is left out.

    Raises:
        ConfigError: It cannot be used at all.
    """
    table = read_toml(path)
    problems: list[Problem] = []
    for key in table.keys() - {"dark", "ansi", "colours", "meaning"}:
        problems.append(Problem(str(path), f"there is no {clean(key)!r}{nearest(key, ['colours', 'meaning'])}"))

    def colours(section: str, names: Iterable[str]) -> dict[str, str]:
        found, names = {}, tuple(names)
        entries = table.get(section) or {}
        if not isinstance(entries, dict):
            raise ConfigError(f"{path}: {section} must be a table")
        for name, value in entries.items():
            if name not in names:
                problems.append(Problem(str(path), f"{section}: no colour {clean(name)!r}{nearest(name, names)}"))
            elif not isinstance(value, str) or not _COLOUR.fullmatch(value):
                problems.append(
                    Problem(str(path), f"{section}.{name}: {clean(repr(value), 40)} is no colour like #1e90ff")
                )
            else:
                found[name] = value
        return found

    base, own = colours("colours", BASE), colours("meaning", OWN)
    if "primary" not in base or "background" not in base or "foreground" not in base:
        raise ConfigError(f"{path}: colours needs at least primary, background and foreground")
    complete = {name: own.get(name) or base.get(fallback) or base["foreground"] for name, fallback in OWN.items()}
    return ThemeSpec(path.stem, bool(table.get("dark", True)), bool(table.get("ansi")), base, complete), problems


def load_themes(folders: Iterable[Path]) -> tuple[dict[str, ThemeSpec], list[Problem]]:
    """Reads all themes of some folders.

    Args:
        folders: The program's own first, then the user's, whose themes win.

    Returns:
        The themes by name and everything that is wrong with any of them.
    """
    themes: dict[str, ThemeSpec] = {}
    problems: list[Problem] = []
    for folder in folders:
        try:
            paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        except OSError as error:
            problems.append(Problem(str(folder), error.strerror or str(error)))
            continue
        for path in paths:
            try:
                theme, found = read_theme(path)
            except ConfigError as error:
                problems.append(Problem(str(path), error.message.removeprefix(f"{path}: ")))
                continue
            themes[theme.name] = theme
            problems += found
    return themes, problems
