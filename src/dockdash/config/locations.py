"""Where configuration and remembered state live. Nothing is made by asking."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Locations:
    """The program's own files.

    Attributes:
        config: The settings that the user writes.
        themes: The user's own themes.
        state: What the program remembers from one run to the next.
    """

    config: Path
    themes: Path
    state: Path


def locations(env: Mapping[str, str] | None = None, home: Path | None = None) -> Locations:
    """The program's files for this user.

    Args:
        env: The environment: ``DOCKDASH_CONFIG`` names the settings file; ``XDG_CONFIG_HOME`` and
            ``XDG_STATE_HOME`` are those of the XDG base directory specification 0.8.
        home: The home folder.
    """
    env = os.environ if env is None else env
    home = home or Path.home()
    config_home = Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "dockdash"
    state_home = Path(env.get("XDG_STATE_HOME") or home / ".local" / "state") / "dockdash"
    config = Path(env["DOCKDASH_CONFIG"]).expanduser() if env.get("DOCKDASH_CONFIG") else config_home / "config.toml"
    return Locations(config, config.parent / "themes", state_home / "state.json")


def packaged_themes() -> Path:
    """The folder of the themes that come with the program: in the package, or in a checkout beside ``src``."""
    inside = Path(__file__).resolve().parent.parent / "themes"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "themes"
