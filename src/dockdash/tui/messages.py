"""Messages between the parts of the main screen."""

from __future__ import annotations

from textual.message import Message


class StatusChanged(Message):
    """The words that a pane says of itself are others now."""
