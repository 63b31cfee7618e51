"""A theme's colours as styles for what is drawn line by line, and as a theme for what Textual draws."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from dockdash.config.themes import OWN, ThemeSpec
from dockdash.core.text import Colour, Sgr


def _rich(name: str) -> Color:
    """A theme's colour name as Rich knows it: ``#rrggbb`` or ``ansi_bright_red``."""
    if not name.startswith("ansi_"):
        return Color.parse(name)
    return Color.default() if name == "ansi_default" else Color.parse(name.removeprefix("ansi_"))


def textual_theme(spec: ThemeSpec) -> Theme:
    """The theme for Textual's own widgets; every colour with a meaning becomes a CSS variable ``$dd-…``."""
    variables = {f"dd-{name}": colour for name, colour in spec.own.items()}
    if spec.ansi:
        # what Textual's style sheets refer to in an ANSI theme
        variables |= BUILTIN_THEMES["ansi-dark" if spec.dark else "ansi-light"].variables
    return Theme(name=spec.name, dark=spec.dark, ansi=spec.ansi, variables=variables, **spec.colours)  # type: ignore[arg-type]


class Palette:
    """Styles by name for line-drawn widgets.

    ``text`` is the plain foreground; every colour with a meaning is there under its name; ``bold``, ``title`` and
    ``selected`` are what they say. A name that is not known is ``text``.

    Args:
        spec: The theme.
    """

    def __init__(self, spec: ThemeSpec) -> None:
        self.take(spec)

    def take(self, spec: ThemeSpec) -> None:
        """Takes another theme's colours; whoever holds this palette draws with them from then on."""
        self.spec = spec
        self.background = _rich(spec.colours["background"])
        self._styles: dict[str, Style] = {"text": Style(color=_rich(spec.colours["foreground"]))}
        for name in OWN:
            self._styles[name] = Style(color=_rich(spec.own[name]))
        for name, colour in spec.colours.items():
            self._styles.setdefault(name, Style(color=_rich(colour)))
        muted = self._styles["muted"] + Style(dim=True) if spec.ansi else self._styles["muted"]
        self._styles |= {
            "muted": muted,
            "bold": self._styles["text"] + Style(bold=True),
            "title": self._styles["primary"] + Style(bold=True),
            "header": muted + Style(bold=True),
            "tab": self._styles["primary"] + Style(bold=True, underline=True),
            "found": Style(reverse=True, color=_rich(spec.own["match"]), bold=True),
            "found-now": Style(reverse=True, color=_rich(spec.own["match"]), bold=True, underline=True),
        }
        # the terminal's own palette has no colour that stands out everywhere but the swap of both
        if spec.ansi:
            self.cursor = Style(reverse=True, color=Color.default(), bgcolor=Color.default(), dim=False, bold=True)
            self.cursor_blurred = Style(bold=True, underline=True)
            self.bar = Style(reverse=True)
        else:
            self.cursor = Style(bgcolor=_rich(spec.own["cursor"]), bold=True)
            self.cursor_blurred = Style(bgcolor=_rich(spec.own["bar"]))
            self.bar = Style(bgcolor=_rich(spec.own["bar"]), color=_rich(spec.colours["foreground"]))

    def __getitem__(self, name: str) -> Style:
        """The style of that name."""
        return self._styles.get(name) or self._styles["text"]


def _colour(colour: Colour | None) -> Color | None:
    if colour is None:
        return None
    if isinstance(colour, int):
        return Color(str(colour), ColorType.STANDARD if colour < 16 else ColorType.EIGHT_BIT, number=colour)
    return Color("rgb", ColorType.TRUECOLOR, triplet=ColorTriplet(*colour))


@lru_cache(maxsize=2048)
def sgr_style(sgr: Sgr) -> Style:
    """How a run of a log line looks, as a style."""
    return Style(
        color=_colour(sgr.fg),
        bgcolor=_colour(sgr.bg),
        bold=sgr.bold or None,
        dim=sgr.dim or None,
        italic=sgr.italic or None,
        underline=sgr.underline or None,
        reverse=sgr.reverse or None,
        strike=sgr.strike or None,
    )
