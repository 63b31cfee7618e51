"""What ``dockdash doctor`` finds on this side of the engine, as plain data."""

from __future__ import annotations

import locale
import os
import platform
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dockdash import __version__
from dockdash.config.locations import locations, packaged_themes
from dockdash.config.settings import Problem, Settings, load_settings, nearest
from dockdash.config.surroundings import clipboard_way
from dockdash.config.themes import ThemeSpec, load_themes
from dockdash.core.redact import mask
from dockdash.core.text import clean


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def program() -> dict[str, Any]:
    """The versions, without importing what they are of."""
    return {
        "dockdash": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "textual": _version("textual"),
        "docker-py": _version("docker"),
        "platform": platform.platform(),
    }


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The variables that Docker and dockdash read, harmless to show and to paste into a report."""
    names = sorted(name for name in env if name.startswith(("DOCKER_", "DOCKDASH_")))
    return {clean(name): clean(mask(name, env[name])) for name in names}


def configuration() -> dict[str, Any]:
    """The files, the themes, and everything that is wrong with either."""
    places = locations()
    settings, problems = Settings(), list[Problem]()
    themes: dict[str, ThemeSpec] = {}
    try:
        settings, problems = load_settings(places.config)
        themes, theme_problems = load_themes((packaged_themes(), places.themes))
        problems += theme_problems
    except OSError as error:  # a folder that may not be entered
        problems.append(Problem(str(error.filename or places.config), error.strerror or str(error)))
    if themes and settings.theme not in themes:
        words = f"there is no theme {clean(settings.theme)!r}{nearest(settings.theme, list(themes))}"
        problems.append(Problem(str(places.config), words))
    files = {"settings": places.config, "themes": places.themes, "state": places.state}
    return {
        "files": [
            {"what": what, "path": clean(str(path)), "exists": os.path.exists(path)}  # noqa: PTH110 - no PermissionError
            for what, path in files.items()
        ],
        "theme": clean(settings.theme),
        "themes": sorted(map(clean, themes)),
        "problems": [{"place": clean(one.place), "message": clean(one.message)} for one in problems],
    }


def _terminal_size() -> str | None:
    """The size of whichever standard stream is a terminal: a report is often sent to a file."""
    for descriptor in (1, 0, 2):
        try:
            size = os.get_terminal_size(descriptor)
        except OSError:
            continue
        return f"{size.columns}x{size.lines}"
    return None


def terminal(env: Mapping[str, str]) -> dict[str, Any]:
    """What this terminal says of itself."""
    encoding = locale.getencoding()
    return {
        "stdin": sys.stdin is not None and sys.stdin.isatty(),
        "stdout": sys.stdout is not None and sys.stdout.isatty(),
        "term": clean(env.get("TERM", "")),
        "colorterm": clean(env.get("COLORTERM", "")),
        "size": _terminal_size(),
        "encoding": clean(encoding),
        "utf8": encoding.lower().replace("-", "") == "utf8",
        "tmux": bool(env.get("TMUX")),
        "ssh": bool(env.get("SSH_TTY") or env.get("SSH_CONNECTION")),
        "no_color": bool(env.get("NO_COLOR")),
        "clipboard": clipboard_way(env),
    }
