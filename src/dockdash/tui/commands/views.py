"""Commands on what is seen: moving, marks, filter, order, columns, tabs, panes, the log, the documents."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dockdash.control.aside import aside
from dockdash.core.errors import DockdashError
from dockdash.tui.commands.command import Command, copy
from dockdash.tui.panes.columns import COLUMNS, SORT_LETTERS
from dockdash.tui.panes.containers import GROUP
from dockdash.tui.screens.dialogs import Ask, Choice, Menu
from dockdash.tui.screens.texts import ColumnChooser
from dockdash.tui.widgets.doc_view import DocView
from dockdash.tui.widgets.line_view import LineView
from dockdash.tui.widgets.virtual_table import VirtualTable

if TYPE_CHECKING:
    from dockdash.tui.screens.main import MainScreen

FAR = 1 << 40


def _move(lines: int = 0, pages: float = 0.0) -> Command:
    """Moves in the view that has the focus: by lines, by pages, or to an end."""

    def move(screen: MainScreen) -> None:
        view = screen.focused
        if isinstance(view, VirtualTable):
            view.move_by(lines + round(pages * view.body_height))
        elif isinstance(view, DocView):
            view.move_to(view.cursor_line + lines + round(pages * view.size.height))
        elif isinstance(view, LineView):
            last = view.virtual_size.height
            to = view.scroll_y + lines + round(pages * view.size.height)
            view.scroll_to(y=max(0, min(to, last)), animate=False)

    return move


def mark(screen: MainScreen) -> None:
    """Marks the row and goes on to the next."""
    screen.table.toggle_mark(screen.table.cursor)
    screen.table.move_by(1)


def _mark_on(step: int) -> Command:
    def command(screen: MainScreen) -> None:
        cursor = screen.table.cursor
        if cursor is not None and cursor not in screen.table.marked:
            screen.table.toggle_mark(cursor)
        screen.table.move_by(step)

    return command


def clear(screen: MainScreen) -> None:
    """Takes the marks off, then the filter, then leaves the full screen."""
    if screen.table.clear_marks():
        return
    if screen.table.query_now.text:
        screen.prompting.set_filter("")
    elif screen.full:
        screen.do("full")


def open_row(screen: MainScreen) -> None:
    """Folds a project, or puts the keyboard into the details of a container."""
    cursor = screen.table.cursor
    if cursor is not None and cursor.startswith(GROUP):
        screen.table.toggle_fold(cursor)
        return
    screen.show_selected()
    _to_detail(screen)


def _to_detail(screen: MainScreen) -> None:
    if not screen.detail.display:
        screen.full = False
        screen.lay_out()
    screen.set_focus(screen.detail.view)
    if screen.full:
        screen.lay_out()


def _tab(index: int, *, focus: bool = False) -> Command:
    def command(screen: MainScreen) -> None:
        screen.show_selected()
        screen.detail.go_to(index)
        if focus:
            _to_detail(screen)
        screen.show_keys()

    return command


def _turn_tab(step: int) -> Command:
    def command(screen: MainScreen) -> None:
        screen.detail.go_to(screen.detail.tabs.active + step)
        screen.show_keys()

    return command


def next_pane(screen: MainScreen) -> None:
    """From the list to the details, and back."""
    if screen.detail.has_focus_within:
        screen.set_focus(screen.table)
    else:
        screen.show_selected()
        screen.set_focus(screen.detail.view)
    if screen.full:
        screen.call_after_refresh(screen.lay_out)


def back(screen: MainScreen) -> None:
    """Out of a search, out of the full screen, back to the list."""
    view = screen.detail.view
    if isinstance(view, LineView) and view.has_focus and view.needle:
        view.search("")
        screen.detail.tell()
    elif screen.full:
        screen.do("full")
    else:
        screen.set_focus(screen.table)


def full(screen: MainScreen) -> None:
    """Gives the pane with the keyboard all the room, or not."""
    screen.full = not screen.full
    screen.lay_out()


def _resize(step: int) -> Command:
    def command(screen: MainScreen) -> None:
        screen.share = max(20, min(80, screen.detail_share + step))
        screen.lay_out()
        screen.app.remember(share=screen.share)  # type: ignore[attr-defined]

    return command


def stopped(screen: MainScreen) -> None:
    """Hides the stopped containers, or shows them."""
    screen.table.hide_stopped = not screen.table.hide_stopped
    screen.table.rebuild()
    screen.show_header()
    screen.app.remember(hide_stopped=screen.table.hide_stopped)  # type: ignore[attr-defined]


def group(screen: MainScreen) -> None:
    """Groups by project, or not."""
    screen.table.grouped = not screen.table.grouped
    screen.table.rebuild()
    screen.app.remember(group=screen.table.grouped)  # type: ignore[attr-defined]


async def sort(screen: MainScreen) -> None:
    """Asks for a column to order by."""
    table = screen.table
    choices = [
        Choice(
            name,
            letter,
            COLUMNS[name].about,
            ("▴ now" if table.reverse else "▾ now") if name == table.sort_column else "",
        )
        for letter, name in SORT_LETTERS.items()
    ]
    chosen = await screen.app.push_screen_wait(Menu("Order by", choices, "The same once more turns it round."))
    if chosen:
        screen.sort(chosen)
        sign = "-" if table.reverse else ""
        screen.app.remember(sort=f"{sign}{chosen}")  # type: ignore[attr-defined]


async def columns(screen: MainScreen) -> None:
    """Asks for the columns and their order."""
    table = screen.table
    chosen = await screen.app.push_screen_wait(ColumnChooser(table.column_names, table.palette))
    if chosen is not None:
        table.wide, table.chosen = False, chosen
        table.choose_columns()
        screen.show_selected()
        screen.app.remember(columns=list(chosen))  # type: ignore[attr-defined]


def wide(screen: MainScreen) -> None:
    """Every column that fits, or the usual ones again."""
    screen.table.wide = not screen.table.wide
    screen.table.choose_columns()
    screen.show_selected()


# -- the log and the documents --


def _find(step: int) -> Command:
    def command(screen: MainScreen) -> None:
        view = screen.detail.view
        if isinstance(view, LineView) and not view.find(step):
            screen.tell("not found" if view.needle else "search first, with /", severity="warning")

    return command


def follow(screen: MainScreen) -> None:
    """Follows the end of the log, or stays."""
    screen.detail.log_view.set_follow(not screen.detail.log_view.follow)


def _shift(cells: int) -> Command:
    def command(screen: MainScreen) -> None:
        view = screen.detail.log_view
        view.shift = max(0, view.shift + cells)
        view.repaint()

    return command


def _write(name: str, text: str) -> str:
    """Writes a new file for its owner alone, never over an old one and never half; gives what went wrong."""
    try:
        path = Path(os.path.expandvars(name)).expanduser()
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return "there is such a file already"
    except (OSError, RuntimeError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        return str(error.strerror or error)
    return ""


async def save(screen: MainScreen) -> None:
    """Asks for a file and writes the log, or the document, to it."""
    view, container = screen.detail.view, screen.detail.container
    if container is None or not isinstance(view, LineView):
        return
    kind = "log" if view is screen.detail.log_view else screen.detail.tab.lower()
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in container.name)[:80]
    text = screen.detail.log_view.all_text() if kind == "log" else screen.detail.whole_text()
    name = f"{safe}-{kind}.{'json' if kind == 'inspect' else 'txt'}"
    about = f"{text.count(chr(10)):,} lines, into a new file below {Path.cwd()}"
    answer = await screen.app.push_screen_wait(Ask("Save to", about, name))
    if not answer:
        return
    if wrong := await aside(partial(_write, answer, text)):
        screen.tell(f"{answer}: {wrong}", severity="error")
    else:
        screen.tell(f"saved {answer}")


async def copy_view(screen: MainScreen) -> None:
    """Copies the selection, else the lines on screen of a log, else the line under the cursor."""
    selected = screen.get_selected_text()
    if selected:
        screen.clear_selection()
        await copy(screen, selected, "selection")
    elif screen.detail.view is screen.detail.log_view:
        await copy(screen, screen.detail.log_view.visible_text(), "lines on screen")
    else:
        await copy(screen, screen.detail.doc_view.cursor_value, "line")


async def refresh(screen: MainScreen) -> None:
    """Lists everything again."""
    try:
        await screen.controller.refresh()
    except DockdashError as error:
        screen.tell_error(error)
        return
    if screen.detail.view is screen.detail.doc_view:
        screen.detail.load()


COMMANDS: dict[str, Command] = {
    "open": open_row,
    "logs": _tab(0, focus=True),
    "inspect": _tab(5, focus=True),
    "top": _tab(4, focus=True),
    **{f"tab-{number + 1}": _tab(number) for number in range(6)},
    "tab-next": _turn_tab(1),
    "tab-previous": _turn_tab(-1),
    "pane-next": next_pane,
    "pane-previous": next_pane,
    "back": back,
    "full": full,
    "bigger": _resize(10),
    "smaller": _resize(-10),
    "filter": lambda screen: screen.prompting.filter(),
    "clear": clear,
    "sort": sort,
    "columns": columns,
    "wide": wide,
    "stopped": stopped,
    "group": group,
    "mark": mark,
    "mark-up": _mark_on(-1),
    "mark-down": _mark_on(1),
    "down": _move(1),
    "up": _move(-1),
    "first": _move(-FAR),
    "last": _move(FAR),
    "page-down": _move(pages=1),
    "page-up": _move(pages=-1),
    "half-down": _move(pages=0.5),
    "half-up": _move(pages=-0.5),
    "log.search": lambda screen: screen.prompting.search(),
    "log.next": _find(1),
    "log.previous": _find(-1),
    "log.follow": follow,
    "log.wrap": lambda screen: screen.detail.log_view.toggle_wrap(),
    "log.times": lambda screen: screen.detail.log_view.toggle_times(),
    "log.left": _shift(-20),
    "log.right": _shift(20),
    "log.save": save,
    "log.copy": copy_view,
    "doc.search": lambda screen: screen.prompting.search(),
    "doc.next": _find(1),
    "doc.previous": _find(-1),
    "doc.fold": lambda screen: screen.detail.toggle_fold(),
    "doc.fold-all": lambda screen: screen.detail.toggle_fold_all(),
    "doc.secrets": lambda screen: screen.detail.toggle_secrets(),
    "doc.save": save,
    "doc.copy": copy_view,
    "refresh": refresh,
}
