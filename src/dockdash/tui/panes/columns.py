"""The columns of the container list: what each shows, how it orders, and which fit a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dockdash.core.models import Container, Health, Port, State
from dockdash.core.stats import Usage
from dockdash.core.text import clean
from dockdash.core.units import UNKNOWN, age, percent, rate, size
from dockdash.tui.widgets.charts import bar
from dockdash.tui.widgets.table_drawing import Cell, Column


@dataclass(frozen=True, slots=True)
class Row:
    """What the cells of one row are made of."""

    container: Container
    usage: Usage | None
    now: float


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list.

    Attributes:
        column: Its place in the table.
        cell: What it shows.
        order: What it orders by.
        about: Its line in the chooser.
        descending: Whether its order begins with the greatest.
        from_figures: Whether it needs the statistics of every container to order by.
    """

    column: Column
    cell: Callable[[Row], Cell]
    order: Callable[[Row], Any]
    about: str
    descending: bool = False
    from_figures: bool = False


_GLYPHS = {
    State.RUNNING: ("●", "running"),
    State.PAUSED: ("◫", "paused"),
    State.RESTARTING: ("↻", "warning"),
    State.CREATED: ("◌", "muted"),
    State.REMOVING: ("…", "muted"),
    State.DEAD: ("✗", "broken"),
    State.UNKNOWN: ("?", "muted"),
}


def failed(container: Container) -> bool:
    """Whether a container ended otherwise than well; 143 and 130 are what a stop from outside leaves behind."""
    return container.state is State.EXITED and container.exit_code not in (0, None, 130, 143)


def glyph(container: Container) -> Cell:
    """A mark for the state, in shape and in colour."""
    if container.state is State.EXITED:
        return Cell("✗", "broken") if failed(container) else Cell("○", "stopped")
    if container.state is State.RUNNING and container.health is Health.UNHEALTHY:
        return Cell("▲", "broken")
    if container.state is State.RUNNING and container.health is Health.STARTING:
        return Cell("◐", "warning")
    return Cell(*_GLYPHS.get(container.state, ("?", "muted")))


def status(container: Container, now: float) -> Cell:
    """State, age and health in a few words."""
    since = UNKNOWN if container.since is None else age(now - container.since)
    match container.state:
        case State.RUNNING:
            words = {Health.HEALTHY: " healthy", Health.UNHEALTHY: " unhealthy", Health.STARTING: " starting"}
            style = "broken" if container.health is Health.UNHEALTHY else "muted"
            return Cell(f"up {since}{words.get(container.health, '')}", style)
        case State.EXITED:
            code = "" if container.exit_code is None else f" {container.exit_code}"
            return Cell(f"exited{code} {since}", "broken" if failed(container) else "stopped")
        case State.PAUSED:
            return Cell(f"paused {since}", "paused")
        case State.CREATED:
            return Cell("created", "muted")
        case other:
            return Cell(other.value, "warning")


def port_words(ports: Sequence[Port]) -> str:
    """Published ports, and exposed ones where none is published, each once."""
    published = [port for port in ports if port.public]
    words: list[str] = []
    for port in published:
        local = port.address in ("127.0.0.1", "::1")
        protocol = "" if port.protocol == "tcp" else f"/{port.protocol}"
        text = f"{'lo:' if local else ''}{port.public}→{port.private}{protocol}"
        if text not in words:
            words.append(text)
    if not published:
        words = [f"{port.private}{'' if port.protocol == 'tcp' else '/' + port.protocol}" for port in ports]
    return " ".join(words)


def _style_of_name(row: Row) -> str:
    return "text" if row.container.state.is_up else "stopped"


def _memory(row: Row) -> Cell:
    usage = row.usage
    if usage is None or usage.memory is None:
        return Cell(f"{UNKNOWN:>6}", "muted")
    share = usage.memory_percent
    full = share is not None and share >= 90
    words = f"{size(usage.memory):>6} {percent(share):>5} "
    return Cell(words, "broken" if full else "text", bar(None if share is None else share / 100, 5), "memory")


def _cpu(row: Row) -> Cell:
    cpu = row.usage.cpu if row.usage else None
    if cpu is None:
        return Cell(UNKNOWN, "muted")
    return Cell(percent(cpu), "broken" if cpu >= 90 else "warning" if cpu >= 50 else "text")


def _pair(down: float | None, up: float | None) -> Cell:
    if down is None or up is None:
        return Cell(f"{UNKNOWN:>7} {UNKNOWN:>7}", "muted")
    return Cell(f"{rate(down):>7} {rate(up):>7}", "text" if down >= 1 or up >= 1 else "muted")


def _net(row: Row) -> Cell:
    return _pair(row.usage.rx, row.usage.tx) if row.usage else _pair(None, None)


def _disk(row: Row) -> Cell:
    return _pair(row.usage.read, row.usage.written) if row.usage else _pair(None, None)


def _total(first: float | None, second: float | None) -> float:
    return -1.0 if first is None or second is None else _figure(first + second)


def _label(value: str) -> Cell:
    return Cell(clean(value, 200), "muted")


def _figure(value: float | int | None) -> float:
    """A value to order by, as exact as it is shown: idle containers do not change places for what nobody sees."""
    return -1.0 if value is None else float(f"{value:.3g}") if value >= 1 else round(float(value), 1)


_STATE_ORDER = list(State)

COLUMNS: dict[str, ListColumn] = {
    column.column.id: column
    for column in (
        ListColumn(
            Column("state", "", 1),
            lambda row: glyph(row.container),
            lambda row: (_STATE_ORDER.index(row.container.state), row.container.health.value),
            "the state, as a mark",
        ),
        ListColumn(
            Column("name", "NAME", 16, grow=3),
            lambda row: Cell(clean(row.container.name, 200), _style_of_name(row)),
            lambda row: row.container.name.lower(),
            "the container's name",
        ),
        ListColumn(
            Column("image", "IMAGE", 14, grow=2),
            lambda row: Cell(clean(row.container.image, 300), "muted"),
            lambda row: row.container.image.lower(),
            "the image that it was made from",
        ),
        ListColumn(
            Column("status", "STATUS", 16),
            lambda row: status(row.container, row.now),
            lambda row: (_STATE_ORDER.index(row.container.state), -(row.container.since or 0)),
            "state, age, health or exit code",
        ),
        ListColumn(
            Column("cpu", "CPU", 6, right=True),
            _cpu,
            lambda row: _figure(row.usage.cpu if row.usage else None),
            "processor, in percent of one",
            True,
            True,
        ),
        ListColumn(
            Column("mem", "MEM", 6, right=True),
            lambda row: _memory(row)._replace(text=size(row.usage.memory) if row.usage else UNKNOWN, more=""),
            lambda row: _figure(row.usage.memory if row.usage else None),
            "memory in bytes, without the page cache",
            True,
            True,
        ),
        ListColumn(
            Column("memory", "MEMORY      LIMIT", 18),
            _memory,
            lambda row: _figure(row.usage.memory if row.usage else None),
            "memory, its share of the limit, and a bar",
            True,
            True,
        ),
        ListColumn(
            Column("net", "  NET ↓       ↑", 15),
            _net,
            lambda row: _total(row.usage.rx, row.usage.tx) if row.usage else -1.0,
            "bytes a second received and sent",
            True,
            True,
        ),
        ListColumn(
            Column("disk", "   READ   WRITE", 15),
            _disk,
            lambda row: _total(row.usage.read, row.usage.written) if row.usage else -1.0,
            "bytes a second read and written",
            True,
            True,
        ),
        ListColumn(
            Column("pids", "PIDS", 4, right=True),
            lambda row: Cell(str(row.usage.pids) if row.usage and row.usage.pids is not None else UNKNOWN, "muted"),
            lambda row: _figure(row.usage.pids if row.usage else None),
            "processes and threads",
            True,
            True,
        ),
        ListColumn(
            Column("ports", "PORTS", 11, grow=1),
            lambda row: Cell(port_words(row.container.ports), "muted"),
            lambda row: [(port.public or 0, port.private) for port in row.container.ports],
            "published ports",
        ),
        ListColumn(
            Column("age", "AGE", 4, right=True),
            lambda row: Cell(age(row.now - row.container.created) if row.container.created else UNKNOWN, "muted"),
            lambda row: -row.container.created,
            "since it was created",
        ),
        ListColumn(
            Column("restarts", "RST", 3, right=True),
            lambda row: Cell(
                UNKNOWN if row.container.restarts is None else str(row.container.restarts),
                "warning" if row.container.restarts else "muted",
            ),
            lambda row: _figure(row.container.restarts),
            "how often the engine restarted it",
            True,
        ),
        ListColumn(
            Column("project", "PROJECT", 10, grow=1),
            lambda row: _label(row.container.project),
            lambda row: row.container.project.lower(),
            "the compose project",
        ),
        ListColumn(
            Column("service", "SERVICE", 10, grow=1),
            lambda row: _label(row.container.service),
            lambda row: row.container.service.lower(),
            "the compose service",
        ),
        ListColumn(
            Column("address", "ADDRESS", 15),
            lambda row: _label(row.container.address),
            lambda row: row.container.address,
            "the first address on a network",
        ),
        ListColumn(
            Column("id", "ID", 12),
            lambda row: _label(row.container.short_id),
            lambda row: row.container.id,
            "the first digits of the id",
        ),
    )
}

SORT_LETTERS = {
    "n": "name",
    "s": "state",
    "c": "cpu",
    "m": "mem",
    "i": "image",
    "t": "status",
    "a": "age",
    "e": "net",
    "d": "disk",
    "p": "project",
    "r": "restarts",
    "o": "ports",
}
"""The letter of each order in the sort menu."""

NARROW = ("state", "name", "status", "cpu", "mem")
MEDIUM = ("state", "name", "image", "status", "cpu", "memory", "ports")
RATES = ("state", "name", "status", "cpu", "memory", "net", "disk", "ports")
BROAD = ("state", "name", "image", "status", "cpu", "memory", "net", "disk", "ports")
WIDE = tuple(name for name in COLUMNS if name != "mem")


def columns_for(width: int) -> tuple[str, ...]:
    """The usual columns for a list so many cells wide."""
    if width < 90:
        return NARROW
    if width < 112:
        return MEDIUM
    # the rates say more than the image does, and a name that is cut says less than either
    return RATES if width < 134 else BROAD
