"""Commands on containers: the verbs with their questions, copying, ports, menus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dockdash.control.verbs import VERBS, Params
from dockdash.core.errors import DockdashError, NotFoundError
from dockdash.core.models import Container, State
from dockdash.core.redact import mask_raw
from dockdash.core.runline import run_command
from dockdash.core.signals import SIGNALS
from dockdash.core.text import clean
from dockdash.tui.actions import ACTIONS, LIST
from dockdash.tui.commands.command import Command, copy, open_url
from dockdash.tui.screens.dialogs import Ask, Choice, Confirm, Menu, Switch

if TYPE_CHECKING:
    from dockdash.tui.screens.main import MainScreen

_SHOWN_NAMES = 8
_MENU = frozenset({"open", "logs", "inspect", "top", "browse", "copy"})
"""What the menu of a row offers beside the verbs."""


def _names(containers: Sequence[Container]) -> str:
    names = [clean(container.name, 60) for container in containers[:_SHOWN_NAMES]]
    more = len(containers) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _refused(screen: MainScreen, verb: str, containers: Sequence[Container]) -> bool:
    """Whether there is nothing to ask about: the verb is not possible, or nothing is chosen."""
    if refusal := screen.controller.operations.refusal(verb):
        screen.tell_error(refusal)
        return True
    if not containers:
        screen.tell("no container is selected", severity="warning")
        return True
    return False


def begin(screen: MainScreen, verb: str, containers: Sequence[Container], params: Params | None = None) -> None:
    """Starts a verb on its way; what stands against it is told."""
    try:
        screen.controller.operations.begin(verb, containers, params)
    except DockdashError as error:
        screen.tell_error(error)
        return
    screen.table.clear_marks()
    screen.show_header()


async def _sure(screen: MainScreen, verb: str, containers: Sequence[Container]) -> bool:
    """Asks when a harmless verb would touch many, or one that the cursor is not on; else it is done at once."""
    if len(containers) == 1 and containers[0].id == screen.table.cursor:
        return True
    what = clean(containers[0].name, 60) if len(containers) == 1 else f"{len(containers)} containers"
    title = f"{verb.capitalize()} {what}?"
    answer = await screen.app.push_screen_wait(Confirm(title, [_names(containers)], verb.capitalize()))
    return answer is not None


async def _plain(screen: MainScreen, verb: str, containers: Sequence[Container] | None = None) -> None:
    targets = screen.table.targets() if containers is None else containers
    if _refused(screen, verb, targets):
        return
    # those in another state are left out of the question too; where none fits, the refusal says why
    fitting = [container for container in targets if VERBS[verb].fits(container)]
    if not fitting or await _sure(screen, verb, fitting):
        begin(screen, verb, fitting or targets)


def _verb(verb: str) -> Command:
    return lambda screen: _plain(screen, verb)


async def pause(screen: MainScreen) -> None:
    """Pauses what runs; resumes where everything chosen is paused."""
    targets = screen.table.targets()
    paused = bool(targets) and all(container.state is State.PAUSED for container in targets)
    await _plain(screen, "unpause" if paused else "pause", targets)


async def kill(screen: MainScreen, containers: Sequence[Container] | None = None) -> None:
    """Asks for a signal, then sends it."""
    targets = screen.table.targets() if containers is None else containers
    if _refused(screen, "kill", targets):
        return
    letters = "tiqhuvwscabK"
    choices = [Choice(name, letters[at], name, about) for at, (name, about) in enumerate(SIGNALS)]
    signal = await screen.app.push_screen_wait(Menu("Kill: which signal?", choices, _names(targets)))
    if signal:
        begin(screen, "kill", targets, {"signal": signal})


def _removal_words(containers: Sequence[Container]) -> list[str]:
    up = [container for container in containers if container.state.is_up]
    words = [_names(containers), ""]
    if up:
        words.append(f"{len(up)} still {'runs' if len(up) == 1 else 'run'}: only with force, which kills first.")
    words.append("What was written inside is lost; named volumes and images stay.")
    return words


def _chosen(answer: dict[str, bool]) -> Params:
    return {name: "1" for name, on in answer.items() if on}


async def remove(screen: MainScreen, containers: Sequence[Container] | None = None) -> None:
    """Asks, with the choices, then removes."""
    targets = screen.table.targets() if containers is None else containers
    if _refused(screen, "remove", targets):
        return
    what = clean(targets[0].name, 60) if len(targets) == 1 else f"{len(targets)} containers"
    up = any(container.state.is_up for container in targets)
    switches = [
        Switch("volumes", "v", "its anonymous volumes too"),
        Switch("force", "f", "even while it runs" if up else "by force"),
    ]
    more = f"  (and {len(targets) - 1} more)" if len(targets) > 1 else ""
    question = Confirm(
        f"Remove {what}?",
        _removal_words(targets),
        "Remove",
        switches,
        lambda answer: VERBS["remove"].command(targets[0], _chosen(answer)) + more,
    )
    answer = await screen.app.push_screen_wait(question)
    if answer is not None:
        begin(screen, "remove", targets, _chosen(answer))


def _wrong_name(name: str) -> str:
    text = name.strip()
    if not text:
        return "a container needs a name"
    allowed = all(character.isascii() and (character.isalnum() or character in "_.-") for character in text)
    if not allowed or not text[0].isalnum() or len(text) < 2:
        return "two or more of a-z A-Z 0-9 _ . - and no sign at the beginning"
    return ""


async def rename(screen: MainScreen) -> None:
    """Asks for a name, then renames."""
    selected = screen.table.selected
    if selected is None or _refused(screen, "rename", [selected]):
        return
    name = await screen.app.push_screen_wait(Ask(f"Rename {clean(selected.name, 60)}", "", selected.name, _wrong_name))
    if name and name.strip() != selected.name:
        begin(screen, "rename", [selected], {"name": name.strip()})


def _urls(screen: MainScreen, container: Container) -> list[str]:
    """Where published ports answer: on the engine's host, which is not always this machine."""
    info = screen.controller.host.status.info
    remote = (urlsplit(info.endpoint).hostname or "localhost") if info and info.is_remote else "localhost"
    urls: list[str] = []
    for port in container.ports:
        if port.public and port.protocol == "tcp":
            wild = port.address in ("", "0.0.0.0", "::", "127.0.0.1", "::1")  # noqa: S104 - compared with, not bound
            host = remote if wild else port.address
            host = f"[{host}]" if ":" in host else host
            scheme = "https" if port.private in (443, 8443) else "http"
            url = f"{scheme}://{host}:{port.public}"
            if url not in urls:
                urls.append(url)
    return urls


async def browse(screen: MainScreen) -> None:
    """Opens a published port; asks which where there are several."""
    selected = screen.table.selected
    urls = _urls(screen, selected) if selected else []
    if selected is None or not urls:
        screen.tell("no port is published" if selected else "no container is selected", severity="warning")
        return
    url: str | None = urls[0]
    if len(urls) > 1:
        choices = [Choice(each, str(at) if at < 10 else "", each) for at, each in enumerate(urls, 1)]
        url = await screen.app.push_screen_wait(Menu("Open which port?", choices))
    if url is None:
        return
    if not await open_url(url):
        await copy(screen, url, f"there is no browser here; {url}")


async def _run_line(screen: MainScreen, container: Container, *, secrets: bool) -> str:
    detail = await screen.controller.inspect(container.id)
    return run_command(detail.raw if secrets else mask_raw(detail.raw))


async def copy_menu(screen: MainScreen) -> None:
    """Asks what to copy."""
    targets = screen.table.targets()
    if not targets:
        screen.tell("no container is selected", severity="warning")
        return
    one = targets[0]
    choices = [
        Choice("name", "n", "name", one.name),
        Choice("id", "i", "id", one.short_id),
        Choice("address", "a", "address", one.address or "has none", bool(one.address)),
        Choice("image", "m", "image", one.image),
        Choice("run", "r", "docker run command", "secrets masked"),
        Choice("secret-run", "R", "docker run command", "with its secrets"),
    ]
    chosen = await screen.app.push_screen_wait(Menu("Copy", choices, _names(targets) if len(targets) > 1 else ""))
    if chosen is None:
        return
    try:
        if chosen in ("run", "secret-run"):
            lines = [await _run_line(screen, each, secrets=chosen == "secret-run") for each in targets]
        else:
            part = {"name": "name", "id": "id", "address": "address", "image": "image"}[chosen]
            lines = [str(getattr(each, part)) for each in targets]
    except DockdashError as error:
        screen.tell_error(error)
        return
    await copy(screen, "\n".join(clean(line, 20_000) for line in lines if line), chosen.removeprefix("secret-"))


async def menu(screen: MainScreen) -> None:
    """Everything that can be done with the row, grey with the reason where it cannot."""
    targets = screen.table.targets()
    choices = []
    for action in ACTIONS:
        if action.scope != LIST or not (action.verb or action.id in _MENU):
            continue
        refusal = screen.controller.operations.refusal(action.verb) if action.verb else None
        fits = not action.verb or any(VERBS[action.verb].fits(each) for each in targets) or action.verb == "pause"
        note = refusal.message if refusal else "" if fits else f"it is {targets[0].state.value}" if targets else ""
        key = screen.keys.hint(action.id)
        choices.append(Choice(action.id, key, action.title, note, not refusal and fits))
    title = _names(targets) if targets else "Actions"
    chosen = await screen.app.push_screen_wait(Menu(title, choices))
    if chosen:
        screen.do(chosen)


def _bulk_sets(screen: MainScreen) -> dict[str, tuple[str, list[Container]]]:
    # nothing is done to what the filter hides
    shown = screen.table.matching()
    project = screen.table.project
    sets = {
        "marked": ("the marked", [c for c in shown if c.id in screen.table.marked]),
        "project": (f"project {clean(project, 40)}", [c for c in shown if project and c.project == project]),
        "shown": ("all that the list shows", shown),
        "stopped": ("all stopped", [c for c in shown if not c.state.is_up]),
    }
    return {name: value for name, value in sets.items() if value[1]}


async def bulk(screen: MainScreen) -> None:
    """Asks for a set of containers and for what to do with it."""
    sets = _bulk_sets(screen)
    letters = {"marked": "m", "project": "p", "shown": "a", "stopped": "s"}
    choices = [Choice(name, letters[name], words, f"{len(found)}") for name, (words, found) in sets.items()]
    chosen = await screen.app.push_screen_wait(Menu("Act on which containers?", choices))
    if chosen is None:
        return
    words, found = sets[chosen]
    keys = {"start": "S", "stop": "s", "restart": "r", "pause": "p", "unpause": "u", "kill": "K", "remove": "d"}
    verbs = [
        Choice(
            verb, key, verb, refusal.message if refusal else f"{fitting} of {len(found)}", fitting > 0 and not refusal
        )
        for verb, key in keys.items()
        for fitting in [sum(VERBS[verb].fits(container) for container in found)]
        for refusal in [screen.controller.operations.refusal(verb)]
    ]
    verb = await screen.app.push_screen_wait(Menu(f"Do what with {words}?", verbs, _names(found)))
    if verb == "kill":
        await kill(screen, found)
    elif verb == "remove":
        await remove(screen, found)
    elif verb is not None:
        await _plain(screen, verb, [container for container in found if VERBS[verb].fits(container)])


async def count_restarts(screen: MainScreen) -> None:
    """Asks for what only an inspection tells, of the rows on screen that it is not known of."""
    for key in tuple(screen.table.visible_keys):
        container = screen.controller.store.get(key)
        if container is not None and container.restarts is None:
            try:
                await screen.controller.inspect(key)
            except NotFoundError:
                continue
            except DockdashError:
                return


COMMANDS: dict[str, Command] = {
    "start": _verb("start"),
    "stop": _verb("stop"),
    "restart": _verb("restart"),
    "pause": pause,
    "kill": kill,
    "remove": remove,
    "rename": rename,
    "browse": browse,
    "copy": copy_menu,
    "menu": menu,
    "bulk": bulk,
}
