r"""The one door from outside text to a screen.

Names, labels, environments, engine errors and log lines are data. Nothing of them may move a cursor, set a
clipboard, colour a neighbour or be read as markup, and a terminal does all of that for whoever can print an escape
sequence. ``clean`` makes a string harmless and shows what it took away; ``spans`` does the same with a log line,
and keeps its colours as values.

Removed or shown, by the rules of ECMA-48 and the Unicode bidirectional algorithm (UAX 9): C0 and C1 controls,
every escape sequence, bidirectional overrides and isolates, zero-width characters, line separators, interlinear
annotations, tag characters, lone surrogates (a JSON answer may hold them, a terminal cannot).
"""

from __future__ import annotations

import re
from typing import NamedTuple

REPLACEMENT = "\ufffd"
MAX_TEXT = 4096
"""Characters of one cleaned string that are kept: no screen shows more in one place."""

MAX_LINE = 65_536
"""Characters of one log line that are kept."""

_UNSAFE = (
    r"\x00-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f"
)
_COMBINING = r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"

_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")

UNSAFE = re.compile(f"[{_UNSAFE}]")
"""One character that must not reach a terminal."""

_STACKED = re.compile(f"([{_COMBINING}]{{4}})[{_COMBINING}]+")
_LEADING = re.compile(f"^[{_COMBINING}]+")
_SEQUENCE = re.compile(
    # operating system command, device control, start of string, privacy message, application program command
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x9c\x1b]*(?:\x07|\x9c|\x1b\\|(?=\x1b)|$)"
    # control sequences, complete or cut off
    r"|(?:\x1b\[|\x9b)([0-?]*)([ -/]*[@-~]?)"
    # the other escapes, and one alone
    r"|\x1b[ -/]*[0-~]?"
)


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return " " if code in (0x09, 0x0A, 0x0D) else chr(0x2400 + code)
    return "\u2421" if code == 0x7F else REPLACEMENT


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Makes one line of harmless text that shows where something was taken away.

    Args:
        text: Whatever came from outside.
        limit: Characters to keep; more is cut off and marked with "…".

    Returns:
        Text without controls: tabs and line ends become blanks, other C0 controls their Unicode pictures (``ESC``
        is shown as ``␛``), the rest U+FFFD. Escape sequences stay visible as text, so that nothing is hidden.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    # isprintable() is false for every character that UNSAFE holds, and true for nearly every real name
    if text.isprintable():
        return _STACKED.sub(r"\1", text) if not text.isascii() else text
    return _STACKED.sub(r"\1", UNSAFE.sub(_picture, text))


def clean_block(text: str, limit: int = MAX_TEXT) -> str:
    r"""The same for text of several lines: line ends are kept.

    Args:
        text: Whatever came from outside.
        limit: Characters to keep in all.

    Returns:
        Harmless lines, joined by ``\n``.
    """
    return "\n".join(clean(line, limit) for line in text[:limit].splitlines())


Colour = int | tuple[int, int, int]
"""0 to 255 of the terminal's palette, or red, green and blue."""


class Sgr(NamedTuple):
    """How a run of text looks: the "select graphic rendition" state that log lines may set (ECMA-48, 8.3.117)."""

    fg: Colour | None = None
    bg: Colour | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False
    strike: bool = False


PLAIN = Sgr()

Span = tuple[str, Sgr]


_FLAGS: dict[int, dict[str, bool]] = {
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    4: {"underline": True},
    7: {"reverse": True},
    9: {"strike": True},
    21: {"underline": True},
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underline": False},
    27: {"reverse": False},
    29: {"strike": False},
}


def _palette(code: int) -> tuple[str, Colour | None] | None:
    """The colour that a one-number code sets, as field and value."""
    if 30 <= code <= 37:
        return "fg", code - 30
    if 90 <= code <= 97:
        return "fg", code - 82
    if 40 <= code <= 47:
        return "bg", code - 40
    if 100 <= code <= 107:
        return "bg", code - 92
    if code in (39, 49):
        return ("fg" if code == 39 else "bg"), None
    return None


def _grouped(codes: list[int], state: Sgr) -> Sgr:
    """What one parameter with sub-parameters says: ``4:3`` (a wavy underline), ``38:5:n``, ``38:2:[space]:r:g:b``."""
    kind, *rest = codes
    if kind == 4:
        return state._replace(underline=rest[0] > 0)
    if kind in (38, 48):
        if rest[0] == 2 and len(rest) > 4:
            del rest[1]  # the number of the colour space, mostly left empty
        colour, _ = _extended(rest, 0)
        if colour is not None:
            return state._replace(fg=colour) if kind == 38 else state._replace(bg=colour)
    return state


def _extended(codes: list[int], at: int) -> tuple[Colour | None, int]:
    """Reads ``5;n`` or ``2;r;g;b`` at ``at``; gives the colour (None for nonsense) and where to go on."""
    kind = codes[at] if at < len(codes) else -1
    if kind == 5 and at + 1 < len(codes):
        return (codes[at + 1] if codes[at + 1] < 256 else None), at + 2
    if kind == 2 and at + 3 < len(codes):
        red, green, blue = codes[at + 1 : at + 4]
        return ((red, green, blue) if max(red, green, blue) < 256 else None), at + 4
    return None, len(codes)


def apply_sgr(parameters: str, state: Sgr) -> Sgr:
    """What ``ESC [ parameters m`` makes of a state.

    Args:
        parameters: The text between ``[`` and ``m``: numbers parted by ``;`` or ``:``.
        state: How text looked before.

    Returns:
        How text looks after; blinking and concealment are never taken over.
    """
    if len(parameters) > 256:
        return state
    codes: list[int] = []
    for parameter in parameters.split(";"):
        numbers = [int(number[:6] or 0) for number in parameter.split(":")]
        if len(numbers) > 1:
            # complete in itself: what stands before it cannot reach into it
            state = _grouped(numbers, _flat(codes, state))
            codes = []
        else:
            codes += numbers
    return _flat(codes, state)


def _flat(codes: list[int], state: Sgr) -> Sgr:
    """What a list of parameters without sub-parameters makes of a state."""
    at = 0
    while at < len(codes):
        code = codes[at]
        at += 1
        if code == 0:
            state = PLAIN
        elif code in _FLAGS:
            state = state._replace(**_FLAGS[code])
        elif code in (38, 48, 58):
            colour, at = _extended(codes, at)
            if code != 58 and colour is not None:
                state = state._replace(fg=colour) if code == 38 else state._replace(bg=colour)
        elif found := _palette(code):
            state = state._replace(fg=found[1]) if found[0] == "fg" else state._replace(bg=found[1])
    return state


def _plain(text: str, column: int) -> str:
    """Text between sequences: tabs expanded to stops of eight, controls gone."""
    if text.isprintable():
        return text if text.isascii() else _STACKED.sub(r"\1", text)
    if "\t" in text:
        parts = text.split("\t")
        out = parts[0]
        for part in parts[1:]:
            out += " " * (8 - (column + len(out)) % 8) + part
        text = out
    return _STACKED.sub(r"\1", UNSAFE.sub("", text))


def _after(earlier: list[Span], text: str) -> str:
    """The text of a later run: marks that would pile up on the run before it, past any limit, are left out."""
    return _LEADING.sub("", text) if earlier else text


def last_state(line: str) -> str:
    """What a terminal would show of a line that was written over: the part after the last inner carriage return."""
    line = line.rstrip("\r\n")
    if "\r" not in line:
        return line
    return next((part for part in reversed(line.split("\r")) if part), "")


def spans(line: str) -> list[Span]:
    """A log line as harmless runs of text, each with its look.

    Args:
        line: One line as the container wrote it, decoded.

    Returns:
        The runs in order; colours, bold, italic and the like are kept, every other escape sequence and control
        character is dropped, a progress line shows its last state.
    """
    line = last_state(line[: MAX_LINE + 2])
    if line.isprintable():
        return [(_plain(line, 0), PLAIN)] if line else []
    out: list[Span] = []
    state, at, column = PLAIN, 0, 0
    for match in _SEQUENCE.finditer(line):
        if text := _after(out, _plain(line[at : match.start()], column)):
            out.append((text, state))
            column += len(text)
        at = match.end()
        if match.group(2) == "m" and all(c in "0123456789;:" for c in match.group(1)):
            state = apply_sgr(match.group(1), state)
    if text := _after(out, _plain(line[at:], column)):
        out.append((text, state))
    return out


def strip_escapes(line: str) -> str:
    """A log line as plain harmless text: what ``spans`` shows, without the looks."""
    # nearly all lines that hold sequences hold colours only: this is some ten times as fast as taking spans apart
    plain = _COLOURS.sub("", line)
    if plain.isascii() and plain.isprintable() and len(line) <= MAX_LINE:
        return plain
    return "".join(text for text, _ in spans(line))
