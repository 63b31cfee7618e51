"""The log and the documents: following, wrapping, searching, folding, selecting."""

from __future__ import annotations

from pathlib import Path

from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.selection import Selection

from dockdash.config.locations import packaged_themes
from dockdash.config.themes import load_themes
from dockdash.control.logstore import LogStore
from dockdash.core.models import LogPiece
from dockdash.tui.palette import Palette
from dockdash.tui.panes.documents import DocLine
from dockdash.tui.panes.logs import LogLines, LogView
from dockdash.tui.widgets.doc_view import DocView
from dockdash.tui.widgets.line_view import LineView
from tests.support.wait import await_until
from tests.tui.demo import Demo, running


def palette() -> Palette:
    return Palette(load_themes([packaged_themes()])[0]["dark"])


class Follower:
    """As much of a follower as the lines look at: its store."""

    def __init__(self, max_lines: int = 1000) -> None:
        self.store = LogStore(max_lines=max_lines)

    def add(self, *lines: str) -> None:
        self.store.append([LogPiece(1, b"2026-01-01T00:00:00.000000000Z", line.encode() + b"\n") for line in lines])


class Holder(App[None]):
    """Shows one view."""

    def __init__(self, view: LineView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view

    def rows(self) -> list[str]:
        return [strip.text.rstrip(" ▁▂▃▄▅▆▇█") for strip in self.screen._compositor.render_strips()]


def log_of(*lines: str, max_lines: int = 1000) -> tuple[LineView, Follower]:
    follower = Follower(max_lines)
    follower.add(*lines)
    source = LogLines(palette())
    source.follower = follower  # type: ignore[assignment]
    return LineView(source, palette()), follower


async def test_long_lines_wrap_under_their_text_or_are_cropped() -> None:
    view, _ = log_of("abcdefghij" * 3, "short")
    app = Holder(view)
    async with app.run_test(size=(15, 6)) as pilot:
        await pilot.pause()
        assert app.rows()[:4] == ["  abcdefghijab", "  cdefghijabcd", "  efghij", "  short"]
        view.wrap = False
        view.reset()
        await pilot.pause()
        assert app.rows()[:2] == ["  abcdefghijab", "  short"]
        view.shift = 20
        view.repaint()
        await pilot.pause()
        assert app.rows()[0] == "ijabcdefghij"


async def test_lines_that_are_dropped_leave_the_position_where_it_was() -> None:
    view, follower = log_of(*(f"line {number} " + "x" * (number % 30) for number in range(50)), max_lines=50)
    app = Holder(view)
    async with app.run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        view.scroll_to(y=view.row_of(30), animate=False)
        await pilot.pause()
        before = app.rows()
        assert before[0].startswith("  line 30")
        follower.add(*(f"line {number}" for number in range(50, 70)))
        gone = view.sync()
        assert gone > 0
        view.scroll_to(y=view.scroll_y - gone, animate=False)
        view.refresh()
        await pilot.pause()
        assert app.rows() == before
        assert view.line_at(0) == (20, 0)
        assert view.line_at(view.virtual_size.height) == (-1, 0)
        assert [view.line_at(view.row_of(number)) for number in (20, 41, 69)] == [(20, 0), (41, 0), (69, 0)]


async def test_a_search_goes_round_both_ways_and_marks_what_it_finds() -> None:
    view, _ = log_of(*(f"line {number}" + (" Needle" if number % 20 == 5 else "") for number in range(60)))
    app = Holder(view)
    async with app.run_test(size=(30, 6)) as pilot:
        await pilot.pause()
        assert view.search("needle") == 3
        found = []
        for step in (1, 1, 1, 1, -1, -1):
            assert view.find(step)
            found.append(view.found_line)
            await pilot.pause()
            assert any("Needle" in row for row in app.rows())
        assert found == [5, 25, 45, 5, 45, 25]
        assert view.search("nobody says this") == 0
        assert not view.find(1)


async def test_a_selection_gives_the_text_row_by_row() -> None:
    view, _ = log_of("first line", "second line", "third line")
    app = Holder(view)
    async with app.run_test(size=(30, 6)) as pilot:
        await pilot.pause()

        def chosen(start: tuple[int, int] | None, end: tuple[int, int] | None) -> str:
            selection = Selection(Offset(*start) if start else None, Offset(*end) if end else None)
            found = view.get_selection(selection)
            return found[0] if found else ""

        assert chosen((2, 0), (7, 0)) == "first"
        assert chosen((8, 0), (8, 1)) == "line\n  second"
        assert chosen((2, 1), (99, 2)) == "second line\n  third line"
        assert chosen(None, None).split() == ["first", "line", "second", "line", "third", "line"]


async def test_a_document_folds_searches_and_copies(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.select("shop-api-1")
        await demo.press("i")
        await demo.until('"Id":')
        view = demo.main.detail.doc_view
        assert isinstance(view, DocView)
        whole = len(view.document.lines)
        await demo.press("z")
        await demo.until('"State": {…')
        assert len(view.document.lines) < whole / 2
        await demo.press("z")
        await await_until(lambda: len(view.document.lines) == whole)
        await demo.press("slash", *"oomkilled", "enter")
        await await_until(lambda: "OOMKilled" in view.document.lines[view.cursor_line].text)
        assert view.cursor_value == "false"
        at = next(n for n, line in enumerate(view.document.lines) if line.text.strip() == '"State": {')
        view.move_to(at)
        await demo.press("enter")
        await await_until(lambda: len(view.document.lines) < whole)
        assert view.cursor_line == at, "the cursor stays on what was folded"
        assert "OOMKilled" not in view.all_text()
        await demo.press("space")
        await await_until(lambda: len(view.document.lines) == whole)


async def test_secrets_are_masked_again_for_another_container(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        await demo.select("shop-api-1")
        await demo.press("3", "tab")
        await demo.until("JWT_SECRET")
        assert "demo-only-5e884898da28" not in demo.text()
        await demo.press("v")
        await demo.until("demo-only-5e884898da28")
        await demo.select("shop-db-1")
        await demo.until("POSTGRES_USER")
        assert "demo-only-9f2c" not in demo.text()
        await demo.select("shop-api-1")
        await demo.until("JWT_SECRET")
        assert "demo-only-5e884898da28" not in demo.text()


async def follow(demo: Demo) -> LogView:
    """Opens the log of a container that writes much."""
    await demo.select("shop-web-1")
    await demo.press("l")
    view = demo.main.detail.log_view
    await await_until(lambda: view.source.end > 100, what="a long log")
    await await_until(lambda: view.at_end, what="its end")
    return view


async def test_a_log_is_followed_until_the_user_goes_up(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        view = await follow(demo)
        end = view.source.end
        demo.clock.advance(30)
        await await_until(lambda: view.source.end > end, what="new lines")
        await await_until(lambda: view.at_end)
        await demo.press("pageup")
        await await_until(lambda: not view.follow)
        first, end = demo.lines()[5].partition("│")[2], view.source.end
        demo.clock.advance(30)
        await await_until(lambda: view.source.end > end and view.new_lines > 0, what="new lines below")
        assert demo.lines()[5].partition("│")[2] == first
        await demo.until(f"+{view.new_lines} below")
        await demo.press("G")
        await await_until(lambda: view.follow and view.at_end)
        await demo.press("F")
        await await_until(lambda: not view.follow)
        await demo.press("F")
        await await_until(lambda: view.follow)


async def test_wrap_and_times_keep_the_place(tmp_path: Path) -> None:
    async with running(tmp_path) as demo:
        view = await follow(demo)
        await demo.press("pageup", "pageup")
        await await_until(lambda: not view.follow)
        top = view.line_at(round(view.scroll_y))[0]
        for key in ("w", "t", "w", "t"):
            await demo.press(key)
            await demo.pilot.pause()
            assert view.line_at(round(view.scroll_y))[0] == top, key
        await demo.press("t")
        await await_until(lambda: any(line.count(":") >= 2 and "." in line for line in demo.lines()[3:8]))


async def test_a_document_keeps_its_place_when_its_lines_stay() -> None:
    view = DocView(palette())
    lines = [DocLine([(f"line {number}", "text")]) for number in range(40)]
    app = Holder(view)
    async with app.run_test(size=(30, 6)) as pilot:
        view.set_lines(lines)
        view.move_to(25)
        await pilot.pause()
        view.set_lines([*lines], keep=True)
        assert view.cursor_line == 25
        view.set_lines(lines[:10], keep=True)
        assert view.cursor_line == 9
        view.set_lines(lines)
        assert (view.cursor_line, view.scroll_y) == (0, 0)
        view.set_lines([])
        view.move_to(3)
        assert view.cursor_value == ""
