"""The settings file: every setting declared once, every mistake told with its place and the nearest right word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import tomli

from dockdash.core.errors import ConfigError
from dockdash.core.text import clean


def _setting(default: Any, about: str, choices: tuple[str, ...] = ()) -> Any:
    meta = {"about": about, "choices": choices}
    if isinstance(default, list | dict):
        return field(default_factory=lambda: type(default)(default), metadata=meta)
    return field(default=default, metadata=meta)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may set in ``config.toml``; ``about`` of each field is its line in the reference."""

    theme: str = _setting("dark", "name of a theme that comes with dockdash, or of your own")
    columns: list[str] = _setting([], "columns of the container list, in order; empty for what fits the terminal")
    sort: str = _setting("name", "column that orders the list; a leading - turns the order round")
    hide_stopped: bool = _setting(False, "begin with stopped containers hidden")
    group: bool = _setting(True, "group containers by compose project")
    mouse: bool = _setting(True, "take the mouse; without it the terminal selects text as usual")
    wrap: bool = _setting(True, "wrap long log lines")
    timestamps: bool = _setting(False, "begin with the engine's time before each log line")
    tail: int = _setting(1000, "log lines to begin with")
    keys: dict[str, Any] = _setting({}, 'keys by action: keys.stop = "s" or a list; the help screen names the actions')


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file.

    Attributes:
        place: File and line.
        message: What is wrong, and what would be right.
    """

    place: str
    message: str

    def __str__(self) -> str:
        """Place and message in one line."""
        return f"{self.place}: {self.message}"


def nearest(word: str, words: list[str] | tuple[str, ...]) -> str:
    """The end of a message that names the nearest right word, "" where none is near."""
    found = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def read_toml(path: Path) -> Mapping[str, Any]:
    """A TOML file's content.

    Raises:
        ConfigError: It cannot be read, or is no TOML; the message names file and place.
    """
    try:
        return tomli.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}", hint="the file is TOML, version 1.0") from error


def _line(text: str, key: str) -> int:
    """The number of the line where a key is set, 1 where it is not found."""
    found = re.search(rf"^\s*\[?\s*{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _fits(value: object, default: object) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if isinstance(default, int):
        return isinstance(value, int) and value >= 0
    return isinstance(value, type(default))


_KINDS = {bool: "true or false", int: "a whole number", str: "text in quotes", list: "a list of texts", dict: "a table"}


def load_settings(path: Path) -> tuple[Settings, list[Problem]]:
    """Reads the settings.

    Args:
        path: The file; a missing one means the defaults.

    Returns:
        The settings, with the default wherever the file is wrong, and everything that is wrong with it.
    """
    try:
        if not path.exists():
            return Settings(), []
        table = read_toml(path)
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:  # a folder that may not be entered
        return Settings(), [Problem(str(path), error.strerror or str(error))]
    except ConfigError as error:
        return Settings(), [Problem(str(path), error.message.removeprefix(f"{path}: "))]
    defaults, problems, good = Settings(), [], {}
    known = {f.name: f for f in fields(Settings)}
    for key, value in table.items():
        place = f"{path}:{_line(text, key)}"
        if key not in known:
            problems.append(Problem(place, f"there is no setting {clean(key)!r}{nearest(key, list(known))}"))
        elif not _fits(value, getattr(defaults, key)):
            wanted = _KINDS[type(getattr(defaults, key))]
            problems.append(Problem(place, f"{key} must be {wanted}, not {clean(repr(value), 60)}"))
        else:
            good[key] = value
    return Settings(**good), problems
