"""The dashboard's composition root: themes, keys, the controller's life. Nothing is decided here."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.types import CSSPathType

from dockdash.config.locations import Locations, locations, packaged_themes
from dockdash.config.settings import Settings, load_settings, nearest
from dockdash.config.state import load_state, save_state
from dockdash.config.themes import ThemeSpec, load_themes
from dockdash.control.controller import Backend, Controller
from dockdash.core.clock import Clock
from dockdash.core.errors import DockdashError, UsageError
from dockdash.core.text import clean
from dockdash.tui import guard
from dockdash.tui.compat import set_bindings, set_mouse
from dockdash.tui.keys import Keys
from dockdash.tui.palette import Palette, textual_theme
from dockdash.tui.panes.columns import COLUMNS
from dockdash.tui.screens.main import MainScreen

CLOSE_SECONDS = 2.0
SETTLED_SECONDS = 2.0


class DockdashApp(App[None]):
    """The dashboard.

    Args:
        backend: Which engine to open.
        theme: The theme's name; "" for the remembered or the configured one.
        read_only: Refuse everything that would change a container.
        clock: Whose time to use.
        files: Where configuration and state live.
    """

    CSS_PATH: ClassVar[CSSPathType] = ["app.tcss", "screens/main.tcss"]
    TITLE = "dockdash"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        backend: Backend,
        *,
        theme: str = "",
        read_only: bool = False,
        clock: Clock | None = None,
        files: Locations | None = None,
    ) -> None:
        guard.install()
        self.files = files or locations()
        self.settings, problems = load_settings(self.files.config)
        self._memory = load_state(self.files.state)
        self.theme_specs, theme_problems = load_themes([packaged_themes(), self.files.themes])
        self.problems = [str(problem) for problem in (*problems, *theme_problems)]
        spec = self._first_theme(theme)
        super().__init__()
        for name in list(self.available_themes):
            if name != self.theme:
                self.unregister_theme(name)
        for each in self.theme_specs.values():
            self.register_theme(textual_theme(each))
        self.theme = spec.name
        self.palette = Palette(spec)
        self.controller = Controller(backend, clock, read_only=read_only)
        self.keys = Keys(self.settings.keys)
        self.problems += [f"{self.files.config}: {problem}" for problem in self.keys.problems]

    def _first_theme(self, wanted: str) -> ThemeSpec:
        if wanted and wanted not in self.theme_specs:
            raise UsageError(f"there is no theme {clean(wanted)!r}", hint=f"there are: {', '.join(self.theme_specs)}")
        for name in (wanted, str(self._memory.get("theme") or ""), self.settings.theme):
            if name in self.theme_specs:
                return self.theme_specs[name]
            if name and name == self.settings.theme:
                near = nearest(name, [*self.theme_specs])
                self.problems.append(f"{self.files.config}: there is no theme {clean(name)!r}{near}")
        return self.theme_specs["dark"]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours with a meaning, for a theme that is not one of ours."""
        return {f"dd-{name}": colour for name, colour in self.theme_specs["dark"].own.items()}

    # -- life --

    def get_default_screen(self) -> MainScreen:
        """The main screen is the only one below the dialogs."""
        screen = MainScreen(self.controller, self.palette, self.keys, self.settings)
        self._recall(screen)
        return screen

    def on_load(self) -> None:
        """Begins to connect before anything is drawn."""
        # every key comes from the registry: Textual's own ctrl+q and ctrl+p would survive a remapping
        set_bindings(self, [Binding("ctrl+c", "help_quit", show=False)])
        self.controller.faults.subscribe(self._fault)
        self._leave_when_told()
        self.controller.start()

    def _leave_when_told(self) -> None:
        """Leaves in order when the terminal closes or somebody ends the program: an ssh of its own must not stay."""
        for each in (signal.SIGHUP, signal.SIGTERM):
            try:
                asyncio.get_running_loop().add_signal_handler(each, self.exit)
            except (NotImplementedError, RuntimeError, ValueError):
                return  # not in the main thread, or no such thing on this system

    def on_mount(self) -> None:
        """Tells what is wrong with the configuration."""
        self.set_timer(SETTLED_SECONDS, self._keep_what_is_loaded)
        if not self.settings.mouse:
            self.call_after_refresh(set_mouse, self, False)
        for problem in self.problems[:6]:
            self.notify(clean(problem, 400), title="Configuration", severity="warning", markup=False, timeout=12)

    def _recall(self, screen: MainScreen) -> None:
        """The list as it was left, else as it is configured."""
        memory, settings, table = self._memory, self.settings, screen.table
        sort = str(memory.get("sort") or settings.sort)
        unknown = [name for name in (settings.sort.removeprefix("-"), *settings.columns) if name not in COLUMNS]
        for name in unknown:
            self.problems.append(f"{self.files.config}: there is no column {clean(name)!r}{nearest(name, [*COLUMNS])}")
        if sort.removeprefix("-") in COLUMNS:
            table.sort_column, table.reverse = sort.removeprefix("-"), sort.startswith("-")
        chosen = memory.get("columns", settings.columns)
        table.chosen = (
            tuple(name for name in chosen if isinstance(name, str) and name in COLUMNS)
            if isinstance(chosen, list)
            else ()
        )
        table.hide_stopped = bool(memory.get("hide_stopped", settings.hide_stopped))
        table.grouped = bool(memory.get("group", settings.group))
        share = memory.get("share")
        screen.share = share if isinstance(share, int) and 20 <= share <= 80 else screen.share
        screen.mouse = settings.mouse

    async def on_unmount(self) -> None:
        """Ends everything that the controller holds."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.controller.aclose()
        except TimeoutError:
            pass  # every thread that is left is a daemon

    def _fault(self, error: BaseException) -> None:
        """A background task failed in a way that nobody foresaw: it is told, and the program goes on."""
        words = f"{type(error).__name__}: {error}"
        self.notify(clean(words, 400), title="dockdash has a fault", severity="error", markup=False, timeout=15)

    @staticmethod
    def _keep_what_is_loaded() -> None:
        """What the start has loaded stays: the collector, which slept until now, need never look at it."""
        gc.freeze()
        gc.enable()

    # -- what is remembered --

    def remember(self, **changes: Any) -> None:
        """Keeps choices for the next time; a disk that does not take them is told once."""
        self._memory |= changes
        try:
            save_state(self.files.state, changes)
        except OSError as error:
            words = f"{self.files.state}: {error.strerror or error}"
            self.notify(clean(words), title="Not remembered", severity="warning", markup=False)

    def use_theme(self, name: str) -> None:
        """Changes the colours of everything, and remembers it."""
        self.palette.take(self.theme_specs[name])
        self.theme = name
        for screen in self.screen_stack:
            if isinstance(screen, MainScreen):
                screen.recolour()
        self.remember(theme=name)

    def get_system_commands(self, screen: Any) -> Any:
        """None of Textual's own: the palette offers this program's."""
        return ()

    def action_help_quit(self) -> None:
        """Ctrl+C, which ends other programs, tells how to leave this one."""
        self.notify(f"{self.keys.hint('quit')} leaves", markup=False, timeout=3)

    def action_command_palette(self) -> None:
        """Opens the palette."""
        from dockdash.tui.search import Everything

        type(self).COMMANDS = {Everything}
        super().action_command_palette()


def run_dashboard(backend: Backend, *, theme: str = "", read_only: bool = False) -> int:
    """Runs the dashboard until the user leaves.

    Args:
        backend: Which engine to open.
        theme: The theme's name, "" for the usual one.
        read_only: Refuse everything that would change a container.

    Returns:
        The exit code.

    Raises:
        DockdashError: It cannot begin at all.
    """
    app = DockdashApp(backend, theme=theme, read_only=read_only)
    app.run()
    return app.return_code or 0


__all__ = ["DockdashApp", "DockdashError", "Settings", "run_dashboard"]
