"""A thousand containers, and how little is painted: lines and regions are counted, not seconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from dockdash.config.locations import packaged_themes
from dockdash.config.themes import load_themes
from dockdash.tui.palette import Palette
from dockdash.tui.widgets.table_drawing import Cell, Column
from dockdash.tui.widgets.virtual_table import VirtualTable
from tests.support.wait import await_until
from tests.tui.demo import running


@pytest.fixture
def lines_drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each line of a table that is asked for, by its number on the screen."""
    drawn: list[int] = []
    original = VirtualTable.render_line

    def render_line(self: VirtualTable, y: int) -> Any:
        drawn.append(y)
        return original(self, y)

    monkeypatch.setattr(VirtualTable, "render_line", render_line)
    return drawn


async def test_a_thousand_containers_scroll_and_sort(tmp_path: Path, lines_drawn: list[int]) -> None:
    async with running(tmp_path, (120, 40), options={"containers": "1000"}) as demo:
        table = demo.main.table
        assert len(table.keys) > 1000
        await demo.press("g")
        lines_drawn.clear()
        await demo.press("j")
        await demo.pilot.pause()
        # two rows change, the old and the new place of the cursor; the rest are figures that came meanwhile
        assert len(lines_drawn) <= 2 * table.size.height
        for key, row in (("G", len(table.keys) - 1), ("g", 0), ("pagedown", table.body_height)):
            lines_drawn.clear()
            await demo.press(key)
            assert table.cursor_row == row
            assert len(lines_drawn) <= 4 * table.size.height, key
        demo.main.table.grouped = False
        lines_drawn.clear()
        demo.main.sort("name")
        assert table.reverse
        await await_until(lambda: demo.names == sorted(demo.names, key=str.lower, reverse=True))
        await demo.pilot.pause()
        assert len(lines_drawn) <= 6 * table.size.height
        await demo.press("slash", *"shop-db", "enter")
        await await_until(lambda: demo.names == ["shop-db-1"])


class Plain(VirtualTable):
    """A table of texts."""

    def __init__(self, palette: Palette, rows: dict[str, list[str]]) -> None:
        super().__init__(palette)
        self.texts = rows
        self.refreshed: list[Region] = []

    def row_cells(self, key: str, columns: Sequence[Column]) -> tuple[Cell, ...]:
        return tuple(Cell(self.texts[key][int(column.id)]) for column in columns)

    def band(self, key: str) -> list[tuple[str, str]] | None:
        return [(f"band {self.texts[key][0]}", "title")] if key.startswith("#") else None

    def refresh(self, *regions: Region, **options: Any) -> Any:
        self.refreshed += regions
        return super().refresh(*regions, **options)


class Holder(App[None]):
    """Shows one table."""

    def __init__(self, rows: dict[str, list[str]]) -> None:
        super().__init__()
        self.table = Plain(Palette(load_themes([packaged_themes()])[0]["dark"]), rows)

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.set_columns([Column("0", "A", 5), Column("1", "B", 6, grow=1), Column("2", "C", 4, right=True)])
        self.table.set_rows(list(self.table.texts))

    def rows(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips()]


def rows_of(count: int) -> dict[str, list[str]]:
    return {f"k{number}": [f"a{number}", f"b{number}", str(number)] for number in range(count)}


async def test_only_changed_cells_are_repainted() -> None:
    app = Holder(rows_of(20))
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        table = app.table
        table.refreshed.clear()
        table.update_rows(set(table.texts))
        assert table.refreshed == [], "nothing has changed"
        table.texts["k2"][1] = "new"
        table.texts["k15"][1] = "below the screen"
        table.update_rows(set(table.texts))
        # the second of three columns: after five cells and a gap
        assert [(region.x, region.y, region.height) for region in table.refreshed] == [(6, 3, 1)]
        assert table.refreshed[0].right < 30
        await pilot.pause()
        assert "new" in app.rows()[3]
        table.refreshed.clear()
        table.update_rows({"k2"})
        assert table.refreshed == []


async def test_the_cursor_stays_on_its_row_when_the_order_changes() -> None:
    app = Holder(rows_of(30))
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        table = app.table
        table.move_to_key("k12")
        await pilot.pause()
        assert "a12" in "".join(app.rows())
        orders: tuple[list[str], ...] = (
            list(reversed(table.texts)),
            [key for key in reversed(table.texts) if key != "k12"],
            [],
            ["k1"],
        )
        cursors = []
        for order in orders:
            table.set_rows(order)
            cursors.append((table.cursor, table.cursor_row))
            if not order:
                table.move_by(1)
        # on its row, on the row that took its place, nowhere, on what comes
        assert cursors == [("k12", 17), ("k11", 17), (None, -1), ("k1", 0)]


async def test_moving_stops_at_both_ends_and_keeps_the_cursor_on_screen() -> None:
    app = Holder(rows_of(30))
    async with app.run_test(size=(30, 8)) as pilot:
        table = app.table
        for by, row in ((-5, 0), (3, 3), (1 << 40, 29), (-1, 28), (-(1 << 40), 0)):
            table.move_by(by)
            assert table.cursor_row == row
            await pilot.pause()
            assert table.cursor in table.visible_keys
        assert not table.move_to_key("nobody")
        await pilot.resize_terminal(30, 4)
        table.move_to(20)
        await pilot.pause()
        assert "a20" in "".join(app.rows())


async def test_columns_without_room_are_left_out_and_counted() -> None:
    app = Holder(rows_of(3))
    async with app.run_test(size=(13, 6)) as pilot:
        await pilot.pause()
        header = app.rows()[0]
        assert "A" in header and "B" in header and "C" not in header
        assert header.endswith("+1")
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert app.rows()[0].rstrip().endswith("C")


async def test_bands_go_across_and_clicks_are_told() -> None:
    app = Holder({"#1": ["one"], **rows_of(4)})
    messages: list[object] = []
    async with app.run_test(size=(30, 8), message_hook=messages.append) as pilot:
        await pilot.pause()
        assert app.rows()[1].startswith("band one")
        await pilot.click(Plain, offset=(2, 3))
        assert app.table.cursor == "k1"
        await pilot.click(Plain, offset=(8, 0))
        clicked = [message for message in messages if isinstance(message, VirtualTable.HeaderClicked)]
        assert {message.column for message in clicked} == {"1"}
        app.table.texts["#1"][0] = "two"
        app.table.update_rows({"#1"})
        await pilot.pause()
        assert app.rows()[1].startswith("band two")
