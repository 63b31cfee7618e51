"""Names that mean harm, in every place where a name is shown: shown as they are, and harmless."""

from __future__ import annotations

from pathlib import Path

from dockdash.core.errors import DockdashError
from dockdash.core.text import UNSAFE
from tests.support.wait import await_until
from tests.tui.demo import Demo, running

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


def assert_harmless(demo: Demo) -> None:
    for line in demo.lines():
        assert not UNSAFE.search(line), ascii(line)
    demo.app.screen._compositor.render_strips()


async def test_hostile_names_in_list_details_dialogs_and_palette(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        up = [name for name in demo.names if demo.container(name).state.is_up]
        await demo.poison(dict(zip(up, NAMES.values(), strict=False)))
        main = demo.main
        for kind, name in NAMES.items():
            container = demo.container(name)
            assert main.table.move_to_key(container.id), kind
            await demo.until_details(container.id)
            assert_harmless(demo)
            for tab in range(6):
                main.detail.go_to(tab)
                if tab > 1:
                    await demo.until_document()
                assert_harmless(demo)
            for action in ("remove", "menu", "kill", "copy", "bulk", "rename"):
                main.do(action)
                await await_until(demo.dialog_is_open, what=f"the dialog of {action}")
                assert_harmless(demo)
                demo.app.pop_screen()
                await await_until(lambda: demo.app.screen is main, what="the dialog is gone")
            done = len(demo.app.controller.operations.journal)
            main.do("stop")
            await demo.until_done(done + 1)
        for action in ("journal", "palette"):
            main.do(action)
            await await_until(demo.dialog_is_open, what=action)
            if action == "palette":
                await demo.press("a", "1")
            assert_harmless(demo)
            demo.app.pop_screen()
            await await_until(lambda: demo.app.screen is main, what="the dialog is gone")


async def test_hostile_toasts(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        for kind, name in NAMES.items():
            demo.main.tell(f"begin {kind} {name}")
            demo.main.tell_error(DockdashError(f"begin {kind} {name}", hint=f"hint {name}"), name)
            demo.app._fault(RuntimeError(name))
            await demo.until(f"begin {kind}")
            assert_harmless(demo)
            demo.app.clear_notifications()
            await demo.until_gone(f"begin {kind}")


async def test_markup_is_shown_as_it_is(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.poison({"shop-api-1": "[/b][red]evil"})
        await demo.until("[/b][red]evil")
        demo.main.tell("a [/b][red]toast")
        await demo.until("a [/b][red]toast")
