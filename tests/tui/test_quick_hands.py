"""What fast fingers and late answers must not do: close what is below, hit what is hidden, show another's secrets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dockdash.control.controller import Backend
from dockdash.control.operations import Outcome
from dockdash.core.models import ContainerDetail
from dockdash.tui.screens.dialogs import Choice, Menu
from tests.support.wait import await_until
from tests.tui.demo import Demo, running


async def test_two_letters_at_once_close_one_menu(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.select("shop-web-1")
        await demo.press("O")
        await await_until(demo.dialog_is_open, what="the menu")
        menu = demo.app.screen
        assert isinstance(menu, Menu)
        menu.finish("cpu")
        menu.finish("name")  # the second letter, before the first has closed the menu
        await await_until(lambda: demo.app.screen is demo.main, what="the main screen")
        await await_until(lambda: demo.main.table.sort_column == "cpu")


def test_no_menu_chooses_by_the_keys_that_move() -> None:
    with pytest.raises(ValueError, match="move"):
        Menu("Kill", [Choice("SIGKILL", "k", "SIGKILL")])


async def test_going_up_in_the_kill_menu_kills_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.select("shop-web-1")
        await demo.press("ctrl+k")
        await await_until(demo.dialog_is_open, what="the menu")
        await demo.press("k", "j", "k", "escape")
        await await_until(lambda: demo.app.screen is demo.main, what="the main screen")
        assert not demo.app.controller.operations.journal
        assert demo.container("shop-web-1").state.is_up


async def test_a_late_answer_is_not_shown_under_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as demo:
        engine = demo.app.controller.host.engine
        ask, release = engine.inspect, asyncio.Event()
        late: list[str] = []

        async def slow(container_id: str) -> ContainerDetail:
            if container_id == demo.container("shop-db-1").id and not release.is_set():
                late.append(container_id)
                await release.wait()
            return await ask(container_id)

        monkeypatch.setattr(engine, "inspect", slow)
        await demo.select("shop-db-1")
        await demo.press("3")
        await await_until(lambda: late, what="the question")
        await demo.press("1")
        await demo.select("shop-web-1")
        await demo.press("3")
        await demo.until_document()
        release.set()
        await demo.pilot.pause()
        assert "POSTGRES_PASSWORD" not in demo.document()
        detail = demo.main.detail.detail
        assert detail is not None and detail.container.id == demo.container("shop-web-1").id


async def test_a_mark_that_the_filter_hides_does_not_count(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.select("shop-web-1")
        await demo.press("space")
        await demo.press("slash", *"ghost", "enter")
        await await_until(lambda: demo.names == ["blog-ghost-1"])
        assert [container.name for container in demo.main.table.targets()] in ([], ["blog-ghost-1"])
        await demo.select("blog-ghost-1")
        assert [container.name for container in demo.main.table.targets()] == ["blog-ghost-1"]


async def test_two_switches_at_once_leave_one_host(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        controller = demo.app.controller
        await asyncio.gather(controller.switch(Backend("demo")), controller.switch(Backend("demo")))
        hosts = [task for task in asyncio.all_tasks() if task.get_name() == "host" and not task.done()]
        assert len(hosts) == 1
        await await_until(lambda: controller.host.status.listed, what="the list")


async def test_saving_to_a_home_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.select("shop-web-1")
        await demo.press("l", "ctrl+s")
        await await_until(demo.dialog_is_open, what="the question")
        await demo.press("ctrl+u", *"~nobodyatall/x", "enter")
        await demo.until("home directory")
        assert demo.app.is_running


async def test_saved_files_are_for_their_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(tmp_path) as demo:
        await demo.select("shop-db-1")
        await demo.press("6", "tab", "z", "ctrl+s")
        await await_until(demo.dialog_is_open, what="the question")
        await demo.press("enter")
        saved = tmp_path / "shop-db-1-inspect.json"
        await await_until(lambda: saved.exists() and saved.read_text().endswith("}\n"), what="the file")
        assert saved.stat().st_mode & 0o777 == 0o600
        assert "items ]" not in saved.read_text(), "what is folded on screen is whole in the file"


async def test_a_pause_typed_ahead_waits_for_its_question(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await _on_the_project(demo, "project:shop")
        await demo.press("p", "y")
        await demo.until_done(2)
        entries = demo.app.controller.operations.journal
        assert {entry.verb for entry in entries} == {"pause"}
        await await_until(
            lambda: all(e.outcome is Outcome.DONE for e in demo.app.controller.operations.journal), what="the pauses"
        )


async def _on_the_project(demo: Demo, key: str) -> None:
    demo.main.table.focus()
    assert demo.main.table.move_to_key(key)
    await demo.pilot.pause()
