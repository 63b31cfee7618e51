"""The few private names of Textual 8.2 that are used, all here, each with a test that fails when one moves."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import App
from textual.binding import BindingsMap, BindingType
from textual.dom import DOMNode
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


def set_bindings(node: DOMNode, bindings: Iterable[BindingType]) -> None:
    """Gives a widget or screen exactly these bindings.

    ``App.set_keymap`` can only move keys of bindings that a class declares, lets one steal another's key without a
    word and cannot take a key away; here the keys are checked before and set whole.
    """
    node._bindings = BindingsMap(bindings)


def set_virtual_size(view: ScrollView, size: Size) -> None:
    """Tells a view whose scrollbar always shows how much there is, without a layout of the whole screen.

    Setting ``virtual_size`` lays the screen out again (some 5 ms), thirty times a second while a log is followed.
    Textual's own ``ScrollView`` does it this way when only its size has changed.
    """
    if size != view.virtual_size:
        view.set_reactive(Widget.virtual_size, size)
        view._scroll_update(size)


def set_mouse(app: App[object], on: bool) -> None:
    """Takes the terminal's mouse, or lets go of it so that the terminal selects text as usual."""
    driver = app._driver
    switch = getattr(driver, "_enable_mouse_support" if on else "_disable_mouse_support", None)
    if switch is not None:
        switch()
