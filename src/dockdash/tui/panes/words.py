"""The header's words, from the state of things."""

from __future__ import annotations

from dockdash.control.controller import Controller
from dockdash.control.host import HostState, HostStatus
from dockdash.core.models import Health
from dockdash.core.text import clean
from dockdash.tui.panes.columns import failed
from dockdash.tui.widgets.bars import Words

_STATES = {
    HostState.CONNECTING: ("◌", "muted"),
    HostState.ONLINE: ("●", "running"),
    HostState.DEGRADED: ("◐", "warning"),
    HostState.OFFLINE: ("✗", "broken"),
}


def place(status: HostStatus) -> str:
    """Where the engine is, in the fewest words that tell it from another one."""
    info = status.info
    if info is None:
        return ""
    if info.product == "Demo":
        return "demo"
    if info.origin.startswith("context "):
        return clean(info.origin.removeprefix("context "), 40)
    if info.is_remote:
        return clean(info.endpoint, 60)
    return clean(info.name, 40) or "local"


def host_words(status: HostStatus, width: int) -> Words:
    """State, place, product and version."""
    glyph, style = _STATES[status.state]
    words: list[tuple[str, str]] = [(" dockdash ", "title"), (f"{glyph} ", style)]
    if where := place(status):
        words.append((f"{where} ", "bold"))
    info = status.info
    if info is not None and width >= 70 and info.product != "Demo":
        words.append((f" {info.product} {clean(info.version, 30)} ", "muted"))
    if status.state is not HostState.ONLINE:
        words.append((f" {status.state.value}", style))
        if status.reason:
            words.append((f": {clean(status.reason, 160)}", style))
    return tuple(words)


def count_words(controller: Controller, shown: str, hide_stopped: bool) -> Words:
    """How many containers, and how they are."""
    containers = controller.store.containers.values()
    up = sum(container.state.is_up for container in containers)
    bad = sum(failed(c) or c.health is Health.UNHEALTHY for c in containers)
    words: list[tuple[str, str]] = []
    for operation in controller.operations.current:
        words.append((f"{operation.verb.doing} {operation.over}/{operation.total} ", "warning"))
    if controller.operations.read_only:
        words.append(("read-only ", "warning"))
    if shown:
        words.append((f"/{clean(shown, 30)} ", "match"))
    if hide_stopped:
        words.append(("stopped hidden ", "match"))
    if controller.host.status.listed:
        words += [(f"{up} up", "running"), (f"  {len(containers) - up} down", "muted")]
        if bad:
            words.append((f"  {bad} in trouble", "broken"))
        words.append((" ", "text"))
    return tuple(words)


def header_words(controller: Controller, shown: str, hide_stopped: bool, width: int) -> tuple[Words, Words]:
    """The header's left and right part."""
    return host_words(controller.host.status, width), count_words(controller, shown, hide_stopped)
