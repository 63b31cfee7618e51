"""The list and the details on the demo engine: what keys do, what is watched, what is remembered."""

from __future__ import annotations

import json
from pathlib import Path

from dockdash.tui.panes.containers import GROUP
from tests.support.wait import await_until
from tests.tui.demo import Demo, running


def watched(demo: Demo) -> set[str]:
    """The names of the containers whose statistics are followed."""
    store = demo.app.controller.store
    return {found.name for key in demo.app.controller.figures._running if (found := store.get(key)) is not None}


async def test_the_filter_narrows_and_escape_restores(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        everything = demo.names
        await demo.press("slash", *"name=shop !worker")
        await await_until(lambda: demo.names == [n for n in everything if "shop" in n and "worker" not in n])
        await demo.press("escape")
        await await_until(lambda: demo.names == everything)
        await demo.press("slash", *"status=exited", "enter")
        await await_until(lambda: demo.names and all(demo.container(n).state.value == "exited" for n in demo.names))
        assert "/status=exited" in demo.lines()[0]
        await demo.press("escape")
        await await_until(lambda: demo.names == everything)


async def test_order_and_its_reverse(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        demo.main.table.grouped = False
        demo.main.table.rebuild()
        await demo.run(3)
        await demo.press("O", "m")
        latest = demo.app.controller.figures.latest

        def by_memory() -> list[str]:
            return sorted(
                demo.names,
                key=lambda name: u.memory or 0 if (u := latest.get(demo.container(name).id)) else -1,
                reverse=True,
            )

        await await_until(lambda: len(watched(demo)) >= 10 and demo.names[:4] == by_memory()[:4], what="by memory")
        await demo.press("O", "n")
        await await_until(lambda: demo.names == sorted(demo.names, key=str.lower))
        await demo.press("O", "n")
        await await_until(lambda: demo.names == sorted(demo.names, key=str.lower, reverse=True))


async def test_only_what_is_on_screen_is_watched_unless_figures_order_the_list(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 12), options={"containers": "300"}) as demo:
        await await_until(lambda: watched(demo))
        assert len(watched(demo)) <= 12
        first = watched(demo)
        await demo.press("G")
        await await_until(lambda: watched(demo) and not watched(demo) & first, what="other rows are watched")
        assert len(watched(demo)) <= 12
        await demo.press("O", "c")
        up = {c.name for c in demo.app.controller.store.containers.values() if c.state.is_up}
        await await_until(lambda: len(watched(demo)) > 200 and watched(demo) <= up, what="all are watched")
        await demo.press("O", "n")
        await await_until(lambda: len(watched(demo)) <= 13, what="those on screen are watched")


async def test_projects_fold_and_their_containers_are_watched_no_more_than_needed(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        band = f"{GROUP}shop"
        assert demo.main.table.move_to_key(band)
        await demo.press("enter")
        await await_until(lambda: not any(name.startswith("shop-") for name in demo.names))
        assert "▸ shop" in demo.text()
        await demo.press("enter")
        await await_until(lambda: any(name.startswith("shop-") for name in demo.names))
        await demo.press("ctrl+g")
        await await_until(lambda: not any(key.startswith(GROUP) for key in demo.main.table.keys))
        assert demo.names == sorted(demo.names, key=str.lower)


async def test_marks_and_what_a_verb_acts_on(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.select("shop-api-1")
        await demo.press("space", "space")
        assert [c.name for c in demo.main.table.targets()] == ["shop-api-1", "shop-cache-1"]
        assert demo.text().count("✔") == 2
        await demo.press("s")
        await demo.until("Stop 2 containers?")
        await demo.press("y")
        await await_until(lambda: not demo.container("shop-api-1").state.is_up, what="the first stopped")
        await await_until(lambda: not demo.container("shop-cache-1").state.is_up, what="the second stopped")
        await await_until(lambda: not demo.main.table.marked)
        await demo.select("shop-db-1")
        await demo.press("shift+down", "shift+down")
        assert len(demo.main.table.marked) == 2
        await demo.press("escape")
        assert not demo.main.table.marked
        assert demo.main.table.move_to_key(f"{GROUP}shop")
        assert {c.project for c in demo.main.table.targets()} == {"shop"}, "a project's row stands for its containers"


async def test_columns_and_wide(tmp_path: Path) -> None:
    async with running(tmp_path, (200, 40)) as demo:
        before = demo.main.table.column_names
        await demo.press("ctrl+w")
        await await_until(lambda: len(demo.main.table.column_names) > len(before))
        await demo.press("ctrl+w")
        await await_until(lambda: demo.main.table.column_names == before)
        await demo.press("C")
        await demo.until("space on/off")
        await demo.press("j", "j", "space", "enter")
        await await_until(lambda: demo.main.table.chosen == tuple(n for n in before if n != before[2]))
        await demo.press("C")
        await demo.until("space on/off")
        await demo.press("0")
        await await_until(lambda: demo.main.table.column_names == before)


async def test_hidden_views_do_no_work(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        logs = demo.app.controller._logs
        await await_until(lambda: len(logs) == 1, what="the log is followed")
        await demo.press("3")
        await await_until(lambda: not logs, what="nobody sees the log")
        await demo.press("1")
        await await_until(lambda: len(logs) == 1)
        await demo.press("f")
        await await_until(lambda: not logs, what="the list has all the room")
        await demo.press("f")
        await await_until(lambda: len(logs) == 1)
        for name in ("shop-api-1", "shop-db-1"):
            await demo.select(name)
            await await_until(lambda: len(logs) == 1, what="one log at a time")


async def test_choices_are_remembered(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.press("E", "ctrl+g", "plus", "O", "i")
        await await_until(lambda: demo.main.table.sort_column == "image")
        demo.app.use_theme("light")
    state = json.loads((tmp_path / "state.json").read_text())
    assert state == {"group": False, "hide_stopped": True, "share": 60, "sort": "image", "theme": "light"}
    async with running(tmp_path) as demo:
        table = demo.main.table
        assert (table.hide_stopped, table.grouped, table.sort_column) == (True, False, "image")
        assert demo.main.share == 60
        assert demo.app.theme == "light"
        assert all(demo.container(name).state.is_up for name in demo.names)


async def test_damaged_memory_and_settings_do_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"sort": 3, "columns": "x", "share": "wide", "theme": ["?"]}')
    (tmp_path / "config.toml").write_text('tail = "many"\ntheme = "nosuch"\n[keys]\nstop = "[/b]"\n')
    async with running(tmp_path) as demo:
        assert demo.app.theme == "dark"
        await demo.until("tail must be")


async def test_every_theme_paints_everything(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        names = [line[:28] for line in demo.lines()[2:20]]
        painted: set[tuple[str, ...]] = set()
        for name in demo.app.theme_specs:
            demo.app.use_theme(name)
            await demo.pilot.pause()
            assert demo.app.theme == name
            assert [line[:28] for line in demo.lines()[2:20]] == names, name
            strips = demo.app.screen._compositor.render_strips()
            painted.add(tuple(str(segment.style) for strip in strips[:6] for segment in strip))
        assert len(painted) == len(demo.app.theme_specs), "two themes look the same"


async def test_the_dialogs_leave_everything_as_it_was_on_escape(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.select("shop-api-1")
        before = demo.app.controller.store.containers
        for key in ("d", "x", "y", "b", "O", "C", "ctrl+k", "f2", "B", "J", "question_mark", "colon"):
            await demo.press(key)
            await await_until(lambda: demo.app.screen is not demo.main, what=f"a dialog after {key}")
            await demo.press("escape")
            await await_until(lambda: demo.app.screen is demo.main, what=f"{key}: gone")
        assert demo.app.controller.store.containers is before
        assert demo.app.controller.operations.journal == ()


async def test_a_container_that_goes_leaves_the_cursor_nearby(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.select("shop-cache-1")
        row = demo.main.table.cursor_row
        await demo.press("d")
        await demo.until("Remove shop-cache-1?")
        await demo.press("f", "y")
        await await_until(lambda: "shop-cache-1" not in demo.names)
        assert demo.main.table.cursor_row == row
        await await_until(lambda: demo.main.detail.container == demo.main.table.selected)


async def test_read_only_says_so_and_does_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, read_only=True) as demo:
        await demo.select("shop-api-1")
        for key in ("s", "S", "r", "p", "ctrl+k", "d", "f2"):
            await demo.press(key)
        await demo.until("read-only")
        assert demo.app.screen is demo.main
        assert demo.app.controller.operations.journal == ()
