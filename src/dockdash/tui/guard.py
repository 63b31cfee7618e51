"""The last guard: no control character leaves the program inside a strip.

Every Textual 8.2 widget passes escape sequences in its text on to the terminal (measured). Text is cleaned where it
enters the screen; this stands behind that, at the one place that everything drawn goes through.
"""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from dockdash.core.text import REPLACEMENT, UNSAFE

_installed = False


def _safe(segment: Segment) -> Segment:
    text, style, control = segment
    if style is not None and style.link and UNSAFE.search(style.link):
        style = style.update_link(None)
    if UNSAFE.search(text):
        text = UNSAFE.sub(REPLACEMENT, text)
    return Segment(text, style, control)


def _unsafe(text: str, style: Style | None) -> bool:
    if not text.isprintable() and UNSAFE.search(text) is not None:
        return True
    return style is not None and style._link is not None and UNSAFE.search(style._link) is not None


def install() -> None:
    """Puts the guard into ``Strip.render``, once for the process."""
    global _installed
    if _installed:
        return
    _installed = True
    original = Strip.render

    def render(self: Strip, console: Any) -> str:
        if self._render_cache is None and any(_unsafe(text, style) for text, style, _ in self._segments):
            self._segments = [_safe(segment) for segment in self._segments]
        return original(self, console)

    Strip.render = render  # type: ignore[method-assign]
