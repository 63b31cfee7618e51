"""The doctor's findings as text for people: sections of titled lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dockdash.cli.table import table

Row = tuple[str, str]


def as_text(told: Mapping[str, Any]) -> str:
    """Words the findings.

    Args:
        told: What ``dockdash doctor --json`` writes.

    Returns:
        Lines, each with its line end.
    """
    sections = {
        "Program": list(told["program"].items()),
        "Engine": list(_engine(told["engine"])),
        "Docker": list(_docker(told["docker"])),
        "Configuration": list(_configuration(told["configuration"])),
        "Terminal": list(_terminal(told["terminal"])),
    }
    # one table for all, so that the second column stands in one line from top to bottom
    lines = iter(table([(f"  {key}", value) for rows in sections.values() for key, value in rows]).splitlines())
    blocks = [[title, *(next(lines) for _ in rows)] for title, rows in sections.items()]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _engine(engine: Mapping[str, Any]) -> Iterator[Row]:
    if engine["reachable"]:
        yield "in use", f"{engine['product']} {engine['version']}, API {engine['api']}"
        yield "at", f"{engine['address']} ({engine['origin']})"
    else:
        yield "in use", "none: no engine answers"
    if engine["problem"]:
        yield "problem", engine["problem"]
    if engine["hint"]:
        yield "", engine["hint"]
    candidates = engine["candidates"]
    shown = [one for one in candidates if one["exists"] or len(candidates) == 1]
    for one in shown:
        outcome = "reachable" if one["reachable"] else one["reason"]
        yield "tried", f"{one['address']} ({one['origin']}): {outcome}"
        if one["hint"]:
            yield "", one["hint"]
    if absent := len(candidates) - len(shown):
        yield "absent", f"{absent} of the {len(candidates)} usual sockets"


def _docker(docker: Mapping[str, Any]) -> Iterator[Row]:
    names = (f"{name} (current)" if name == docker["current"] else name for name in docker["contexts"])
    yield "contexts", ", ".join(names) or "none"
    if docker["current"] and docker["current"] not in docker["contexts"]:
        yield "current", f"{docker['current']} (it does not exist)"
    yield from docker["environment"].items()
    if not docker["environment"]:
        yield "environment", "no DOCKER_* variable is set"


def _configuration(configuration: Mapping[str, Any]) -> Iterator[Row]:
    for file in configuration["files"]:
        yield file["what"], file["path"] + ("" if file["exists"] else " (not there)")
    yield "theme", f"{configuration['theme']} of {', '.join(configuration['themes']) or 'none'}"
    for problem in configuration["problems"]:
        yield "problem", f"{problem['place']}: {problem['message']}"
    if not configuration["problems"]:
        yield "problems", "none"


def _terminal(terminal: Mapping[str, Any]) -> Iterator[Row]:
    def yes(key: str) -> str:
        return "yes" if terminal[key] else "no"

    yield "TERM", terminal["term"] or "not set"
    yield "COLORTERM", terminal["colorterm"] or "not set"
    yield "size", terminal["size"] or "no terminal"
    yield "stdin, stdout", " and ".join("a terminal" if terminal[key] else "no terminal" for key in ("stdin", "stdout"))
    yield "UTF-8", "yes" if terminal["utf8"] else f"no: {terminal['encoding']}"
    yield "tmux", yes("tmux")
    yield "ssh", yes("ssh")
    yield "NO_COLOR", "set" if terminal["no_color"] else "not set"
    yield "clipboard", terminal["clipboard"]
