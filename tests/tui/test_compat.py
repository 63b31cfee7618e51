"""What the dashboard needs of Textual's private parts: each test fails when an update moves one."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingsMap
from textual.drivers.linux_driver import LinuxDriver
from textual.strip import Strip
from textual.widgets import Static

from dockdash.core.text import UNSAFE
from dockdash.tui import guard
from dockdash.tui.compat import set_bindings
from tests.tui.demo import running

HARM = ("\x1b]52;c;UFdORUQ=\x07", "\x1b[2J", "\x9b2J", "\x07", "\r", "\x7f", "\u202e", "\u2066", "a\nb", "\ud800")


@pytest.fixture(autouse=True)
def _guarded() -> None:
    guard.install()


@pytest.mark.parametrize("harm", HARM)
def test_a_strip_gives_no_control_character_away(harm: str) -> None:
    strip = Strip([Segment("before "), Segment(harm), Segment(" after")])
    rendered = strip.render(Console(color_system=None))
    assert not UNSAFE.search(rendered), ascii(rendered)
    assert "before " in rendered and " after" in rendered


def test_a_link_with_a_control_character_is_dropped() -> None:
    strip = Strip([Segment("text", Style(link="http://x\x1b]52;c;UFdORUQ=\x07"))])
    rendered = strip.render(Console(color_system="truecolor", force_terminal=True))
    assert "UFdORUQ" not in rendered
    assert "text" in rendered


def test_harmless_strips_are_rendered_as_ever() -> None:
    styled = Strip([Segment("│ Größe 漢字 ▁▂▃ 👍", Style(color="red"))])
    rendered = styled.render(Console(color_system="truecolor", force_terminal=True))
    assert "│ Größe 漢字 ▁▂▃ 👍" in rendered and "\x1b[31m" in rendered


def test_the_guard_is_put_in_once() -> None:
    before = Strip.render
    guard.install()
    assert Strip.render is before
    assert before.__module__ == guard.__name__


def test_strips_still_have_what_the_guard_reads() -> None:
    strip = Strip([Segment("x")])
    assert strip._segments == [Segment("x")]
    assert strip._render_cache is None
    assert list(inspect.signature(Strip.render).parameters) == ["self", "console"]
    assert Style(link="http://x")._link == "http://x"


async def test_everything_that_is_painted_goes_through_strip_render(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A widget that is careless with an escape sequence: the guard stands behind it."""
    async with running(tmp_path) as demo:
        await demo.main.mount(Static("careless \x1b]52;c;UFdORUQ=\x07 widget", markup=False))
        await demo.until("careless")
        rendered: list[str] = []
        console = Console(color_system="truecolor", force_terminal=True)
        for strip in demo.app.screen._compositor.render_strips():
            rendered.append(strip.render(console))
        painted = "".join(rendered)
        assert "careless" in painted
        assert "\x1b]52" not in painted


def test_bindings_of_a_node_can_be_set_whole() -> None:
    widget = Static("")
    assert "_bindings" in vars(widget), "Textual keeps the bindings of a node elsewhere now"
    set_bindings(widget, [Binding("a,b", "one"), Binding("c", "two")])
    assert isinstance(widget._bindings, BindingsMap)
    assert set(widget._bindings.key_to_bindings) == {"a", "b", "c"}


async def test_bindings_that_were_set_are_those_that_work(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        set_bindings(demo.main.table, [Binding("z", "screen.do('stopped')")])
        await demo.press("z")
        assert demo.main.table.hide_stopped
        await demo.press("E")
        assert demo.main.table.hide_stopped, "the old binding is gone"


def test_the_driver_still_switches_the_mouse() -> None:
    for name in ("_enable_mouse_support", "_disable_mouse_support"):
        method = getattr(LinuxDriver, name)
        assert [p for p in inspect.signature(method).parameters.values() if p.default is p.empty][1:] == []


async def test_the_app_still_holds_its_driver(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        assert demo.app._driver is not None
