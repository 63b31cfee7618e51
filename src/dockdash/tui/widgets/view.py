"""What all views that draw line by line have in common."""

from __future__ import annotations

from rich.style import Style
from textual.scroll_view import ScrollView


class View(ScrollView, can_focus=True):
    """A scrolling view that draws its lines itself."""

    _base: Style | None = None

    @property
    def base_style(self) -> Style:
        """The widget's own style; Textual works it out from all ancestors at each call, which costs 0.2 ms a line."""
        if self._base is None:
            self._base = self.rich_style
        return self._base

    def notify_style_update(self) -> None:
        """Colours may be others now."""
        super().notify_style_update()
        self._base = None
