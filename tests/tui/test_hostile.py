"""Names that mean harm, in every place where a name is shown: shown as they are, and harmless."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from dockdash.core.errors import DockdashError
from dockdash.core.text import UNSAFE
from tests.support.wait import await_until
from tests.tui.demo import Demo, hostile, running

NAMES = {
    "markup": "[/b][red]evil[/nope][@click=app.quit]x[/] \\[",
    "escapes": "a\x1b]52;c;UFdORUQ=\x07b\x1b[2J\x9b2Jc\x07",
    "override": "a\u202ecba\u2066d\u200f",
    "long": "x" * 10_000,
    "lines": "one\ntwo\r\nthree\tfour\u2028five",
    "wide": "漢字" * 40 + "👩‍👩‍👧‍👦" + "e" + "\u0301" * 50,
    "surrogate": "a\ud800b",
    "braces": "{0} %s $(x) ${y} `z`",
}


def painted(demo: Demo) -> str:
    """The screen, and every byte that painting it gives to the terminal but the program's own sequences."""
    strips = demo.app.screen._compositor.render_strips()
    plain = Console(color_system=None, width=500)
    return "".join(strip.render(plain) for strip in strips)


def assert_harmless(demo: Demo) -> None:
    for line in demo.lines():
        assert not UNSAFE.search(line), ascii(line)
    demo.app.screen._compositor.render_strips()


@pytest.mark.parametrize("kind", NAMES)
async def test_a_hostile_name_in_list_details_dialogs_and_palette(kind: str, tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        evil = hostile(demo.container("shop-api-1"), NAMES[kind])
        demo.put(**{"shop-api-1": evil})
        await await_until(lambda: NAMES[kind] in demo.names)
        assert demo.main.table.move_to_key(evil.id)
        await await_until(lambda: demo.main.detail.container is not None and demo.main.detail.container.id == evil.id)
        assert_harmless(demo)
        for key in ("2", "3", "4", "5", "6", "1"):
            await demo.press(key)
            assert_harmless(demo)
        for key in ("d", "x", "ctrl+k", "y", "b", "f2", "colon"):
            await demo.press(key)
            await await_until(lambda: demo.app.screen is not demo.main, what=f"a dialog after {key}")
            if key == "colon":
                await demo.press("x")
            assert_harmless(demo)
            await demo.press("escape")
            await await_until(lambda: demo.app.screen is demo.main, what="the dialog is gone")
        await demo.press("s")
        await await_until(lambda: demo.app.controller.operations.journal)
        await demo.press("J")
        await demo.until("Journal")
        assert_harmless(demo)
        await demo.press("escape")
        await demo.press("slash", *"evil [/b] (")
        assert_harmless(demo)


@pytest.mark.parametrize("kind", NAMES)
async def test_a_hostile_toast(kind: str, tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        demo.main.tell(f"begin {NAMES[kind]}")
        demo.main.tell_error(DockdashError(f"begin {NAMES[kind]}", hint=f"hint {NAMES[kind]}"), NAMES[kind])
        demo.app._fault(RuntimeError(NAMES[kind]))
        await demo.until("begin")
        assert_harmless(demo)


async def test_markup_is_shown_as_it_is(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        demo.put(**{"shop-api-1": hostile(demo.container("shop-api-1"), "[/b][red]evil")})
        await demo.until("[/b][red]evil")
        demo.main.tell("a [/b][red]toast")
        await demo.until("a [/b][red]toast")
