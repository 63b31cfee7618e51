"""The one registry of actions: bindings, palette, footer, menus, help screen and the keys page come from it."""

from __future__ import annotations

from dataclasses import dataclass

APP, MOVE, LIST, LOGS, DOC, STATS = "app", "move", "list", "logs", "doc", "stats"

SCOPES = {
    LIST: "In the container list",
    LOGS: "In the log",
    DOC: "In Env, Config, Top and Inspect",
    STATS: "In Stats",
    MOVE: "To move about, in every pane",
    APP: "Everywhere",
}
"""Where an action works, and what that place is called."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that the user can ask for.

    Attributes:
        id: Its name, by which keys are remapped.
        title: A short name, for the footer, menus and the palette.
        about: One sentence for the help screen.
        keys: The default keys, in Textual's names.
        scope: Where it works.
        verb: The verb of ``control.verbs`` that it carries out, "" for none: what it needs follows from that.
        footer: How important it is to show its key: 0 never, 1 most.
        palette: Whether the command palette offers it.
    """

    id: str
    title: str
    about: str
    keys: tuple[str, ...]
    scope: str = APP
    verb: str = ""
    footer: int = 0
    palette: bool = True


ACTIONS: tuple[Action, ...] = (
    # containers
    Action("open", "Details", "Opens the details, or folds a project.", ("enter",), LIST, footer=9, palette=False),
    Action("menu", "Actions", "Everything that can be done with the row.", ("x",), LIST, footer=3),
    Action("start", "Start", "Starts the container, or the marked ones.", ("S",), LIST, "start", footer=5),
    Action("stop", "Stop", "Stops the container, or the marked ones.", ("s",), LIST, "stop", footer=4),
    Action("restart", "Restart", "Restarts the container, or the marked ones.", ("r",), LIST, "restart", footer=6),
    Action("pause", "Pause", "Pauses the container; resumes one that is paused.", ("p",), LIST, "pause", footer=12),
    Action("kill", "Kill…", "Sends a signal that you choose.", ("ctrl+k",), LIST, "kill", footer=13),
    Action("remove", "Remove…", "Removes after a question.", ("d", "delete"), LIST, "remove", footer=7),
    Action("rename", "Rename…", "Gives the container another name.", ("f2",), LIST, "rename", footer=14),
    Action("browse", "Open port…", "Opens a published port in the browser.", ("w",), LIST, footer=15),
    Action("copy", "Copy…", "Copies id, name, address or the docker run command.", ("y",), LIST, footer=11),
    Action("logs", "Logs", "Shows the log.", ("l", "m"), LIST, footer=8),
    Action("inspect", "Inspect", "Shows all that the engine knows, as JSON.", ("i",), LIST, footer=16),
    Action("top", "Processes", "Shows the processes.", ("t",), LIST, footer=17),
    # the list
    Action(
        "filter",
        "Filter",
        "Narrows the list: words, /regex/, !not, label= status= image= …",
        ("slash",),
        LIST,
        footer=2,
    ),
    Action("clear", "Clear", "Takes off the marks, then the filter.", ("escape",), LIST, palette=False),
    Action("sort", "Sort…", "Orders by a column; the same one again turns it round.", ("O",), LIST, footer=18),
    Action("columns", "Columns…", "Chooses and orders the columns.", ("C",), LIST, footer=19),
    Action("wide", "Wide", "Shows every column, or the usual ones again.", ("ctrl+w",), LIST),
    Action("stopped", "Stopped", "Hides the stopped containers, or shows them.", ("E",), LIST, footer=10),
    Action("group", "Projects", "Groups by compose project, or not.", ("ctrl+g",), LIST),
    Action("mark", "Mark", "Marks the row, or a whole project, for the next action.", ("space",), LIST, footer=20),
    Action("mark-up", "Mark up", "Marks the row and goes up.", ("shift+up",), LIST, palette=False),
    Action("mark-down", "Mark down", "Marks the row and goes down.", ("shift+down",), LIST, palette=False),
    Action("bulk", "Bulk…", "Acts on all, on all stopped, on the project or on the marked.", ("b",), LIST, footer=21),
    Action("down", "Down", "A row or a line down.", ("j", "down"), MOVE, palette=False),
    Action("up", "Up", "A row or a line up.", ("k", "up"), MOVE, palette=False),
    Action("first", "First", "To the beginning.", ("g", "home"), MOVE, palette=False),
    Action("last", "Last", "To the end; a log is followed again.", ("G", "end"), MOVE, palette=False),
    Action("page-down", "Page down", "A page down.", ("pagedown",), MOVE, palette=False),
    Action("page-up", "Page up", "A page up.", ("pageup",), MOVE, palette=False),
    Action("half-down", "Half page down", "Half a page down.", ("ctrl+d",), MOVE, palette=False),
    Action("half-up", "Half page up", "Half a page up.", ("ctrl+u",), MOVE, palette=False),
    # the log
    Action(
        "log.left",
        "Left",
        "The beginning of long lines, where they are not wrapped.",
        ("shift+left",),
        LOGS,
        palette=False,
    ),
    Action(
        "log.right",
        "Right",
        "The end of long lines, where they are not wrapped.",
        ("shift+right",),
        LOGS,
        palette=False,
    ),
    Action("log.search", "Search", "Finds text, marks every place.", ("slash",), LOGS, footer=2),
    Action("log.next", "Next", "To the next place found, downwards.", ("n",), LOGS, footer=4),
    Action("log.previous", "Previous", "To the place found before, upwards.", ("N",), LOGS, footer=5),
    Action("log.follow", "Follow", "Follows the end, or stays.", ("F",), LOGS, footer=3),
    Action("log.wrap", "Wrap", "Wraps long lines, or not.", ("w",), LOGS, footer=6),
    Action("log.times", "Times", "Shows the engine's time of each line, or not.", ("t",), LOGS, footer=7),
    Action("log.save", "Save…", "Writes the lines to a file.", ("ctrl+s",), LOGS, footer=8),
    Action("log.copy", "Copy", "Copies what is selected, or the lines on screen.", ("y", "ctrl+c"), LOGS, footer=9),
    # documents
    Action("doc.search", "Search", "Finds text, marks every place.", ("slash",), DOC, footer=2),
    Action("doc.next", "Next", "To the next place found.", ("n",), DOC, footer=5),
    Action("doc.previous", "Previous", "To the place found before.", ("N",), DOC, footer=6),
    Action(
        "doc.fold",
        "Fold",
        "Folds or unfolds what begins on this line.",
        ("enter", "space"),
        DOC,
        footer=4,
        palette=False,
    ),
    Action("doc.fold-all", "Fold all", "Folds everything, or unfolds it.", ("z",), DOC, footer=7),
    Action("doc.secrets", "Secrets", "Shows the secrets, or masks them again.", ("v",), DOC, footer=3),
    Action("doc.save", "Save…", "Writes the text to a file.", ("ctrl+s",), DOC, footer=8),
    Action("doc.copy", "Copy", "Copies what is selected, or the line.", ("y", "ctrl+c"), DOC, footer=9),
    # everywhere
    Action(
        "tab-next", "Next tab", "To the next tab of the details.", ("right_square_bracket", "ctrl+right"), palette=False
    ),
    Action("tab-previous", "Previous tab", "To the tab before.", ("left_square_bracket", "ctrl+left"), palette=False),
    Action("tab-1", "Logs tab", "Shows the log of the selected container.", ("1",)),
    Action("tab-2", "Stats tab", "Shows graphs of what it uses.", ("2",)),
    Action("tab-3", "Env tab", "Shows its environment, secrets masked.", ("3",)),
    Action("tab-4", "Config tab", "Shows ports, mounts, networks, limits and posture.", ("4",)),
    Action("tab-5", "Top tab", "Shows its processes.", ("5",)),
    Action("tab-6", "Inspect tab", "Shows all of it as JSON.", ("6",)),
    Action(
        "pane-next", "Next pane", "From the list to the details and back.", ("tab", "right"), footer=22, palette=False
    ),
    Action("pane-previous", "Previous pane", "The other way round.", ("shift+tab", "left"), palette=False),
    Action("back", "Back", "Back to the list.", ("escape",), palette=False),
    Action("full", "Full screen", "Gives the pane with the focus all the room, or not.", ("f",), footer=23),
    Action("bigger", "Bigger", "Gives the details more room.", ("plus",)),
    Action("smaller", "Smaller", "Gives the details less room.", ("underscore",)),
    Action("refresh", "Refresh", "Lists everything again; connects again at once.", ("ctrl+r", "f5")),
    Action("hosts", "Host…", "Switches to another engine, a Docker context or the demo.", ("B",)),
    Action("journal", "Journal", "Shows what was done, with the docker commands.", ("J",)),
    Action("mouse", "Mouse", "Lets go of the mouse, so that the terminal selects text, or takes it.", ("M",)),
    Action(
        "palette", "Commands", "Finds an action or a container by name.", ("colon", "ctrl+p"), footer=24, palette=False
    ),
    Action("help", "Help", "Shows all keys.", ("question_mark", "f1"), footer=1),
    Action("quit", "Quit", "Leaves; containers go on as they are.", ("q", "ctrl+q"), footer=25),
)

BY_ID = {action.id: action for action in ACTIONS}

VIEW_SCOPES = (LIST, LOGS, DOC, STATS)


def in_scope(scope: str) -> list[Action]:
    """The actions of one scope, in the registry's order."""
    return [action for action in ACTIONS if action.scope == scope]
