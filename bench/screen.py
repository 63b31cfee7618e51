"""A cheap screen: enough of a terminal to read what Textual, docker and plain programs draw."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\x1b\[(?P<parameters>[0-?]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|\x1b[\]PX^_](?P<string>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*(?P<escape>[0-Z\\^-~])"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
)

ANSWERS = {
    "c": "\x1b[?62;22c",
    ">c": "\x1b[>0;1;0c",
    ">q": "\x1bP>|bench\x1b\\",
    "6n": "\x1b[1;1R",
    "5n": "\x1b[0n",
    "?u": "\x1b[?0u",
    "?996n": "\x1b[?997;1n",
}
LIST_WIDTH = 40
"""A name counts as listed when it stands in so many columns on the left: details may name it elsewhere."""

COLOURS = {"10;?": "\x1b]10;rgb:cccc/cccc/cccc\x1b\\", "11;?": "\x1b]11;rgb:0000/0000/0000\x1b\\"}


class Screen:
    """Characters and backgrounds; ``feed`` gives the answers that a real terminal would send.

    Attributes:
        drawn: Whether anything visible was ever written.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.drawn = False
        self._rows = [[" "] * width for _ in range(height)]
        self._grounds = [[""] * width for _ in range(height)]
        self._x = self._y = 0
        self._ground, self._reverse = "", False
        self._tail = ""

    # -- reading --

    def line(self, row: int) -> str:
        """One line's text."""
        return "".join(self._rows[row])

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(map("".join, self._rows))

    @property
    def left_text(self) -> str:
        """The left part of all lines."""
        return "\n".join("".join(row[:LIST_WIDTH]) for row in self._rows)

    def row_of(self, text: str) -> int:
        """The first line that holds a text in its left part, where the lists are; -1 for none."""
        return next((row for row in range(self.height) if text in "".join(self._rows[row][:LIST_WIDTH])), -1)

    def ground_of(self, text: str) -> str:
        """The background under the first cell of a text, "?" where it is not on the screen."""
        row = self.row_of(text)
        return self._grounds[row][self.line(row).index(text)] if row >= 0 else "?"

    # -- writing --

    def feed(self, text: str) -> str:
        """Takes what a program wrote; gives what the terminal answers."""
        text = self._tail + text
        answers, at = [], 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                if len(text) - at < 4096 and text[at] == "\x1b":
                    break  # cut in the middle: the rest comes
                at += 1
                continue
            at = found.end()
            if (run := found["text"]) is not None:
                self._write(run)
            elif found["final"] is not None:
                answers.append(self._csi(found["parameters"], found["between"], found["final"]))
            elif found["string"] is not None:
                answers.append(COLOURS.get(found["string"], ""))
            elif found["control"] is not None:
                self._control(found["control"])
        self._tail = text[at:]
        return "".join(answers)

    def _write(self, text: str) -> None:
        self.drawn = self.drawn or not text.isspace()
        ground = f"~{self._ground}" if self._reverse else self._ground
        while text:
            if self._x >= self.width:
                self._x = 0
                self._down()
            part, text = text[: self.width - self._x], text[self.width - self._x :]
            end = self._x + len(part)
            self._rows[self._y][self._x : end] = part
            self._grounds[self._y][self._x : end] = [ground] * len(part)
            self._x = end

    def _down(self) -> None:
        if self._y < self.height - 1:
            self._y += 1
            return
        self._rows.append([" "] * self.width)
        self._grounds.append([""] * self.width)
        del self._rows[0], self._grounds[0]

    def _control(self, character: str) -> None:
        if character == "\n":
            self._down()
        elif character == "\r":
            self._x = 0
        elif character == "\b":
            self._x = max(0, self._x - 1)
        elif character == "\t":
            self._x = min(self.width - 1, self._x // 8 * 8 + 8)

    def _csi(self, parameters: str, between: str, final: str) -> str:
        if between == "$" and final == "p":
            return f"\x1b[{parameters};{2 if parameters == '?2026' else 0}$y"
        if parameters[:1] in ("?", ">", "<", "=") or between:
            return ANSWERS.get(parameters + between + final, "")
        if final in "cn":
            return ANSWERS.get(parameters.lstrip("0") + final, "")
        if final == "m":
            self._style(parameters)
            return ""
        numbers = [int(each) if each.isdigit() else 0 for each in parameters.split(";")]
        one = max(1, numbers[0])
        match final:
            case "H" | "f":
                self._y = min(self.height, one) - 1
                self._x = min(self.width, max(1, numbers[1] if len(numbers) > 1 else 1)) - 1
            case "A":
                self._y = max(0, self._y - one)
            case "B" | "E":
                self._y = min(self.height - 1, self._y + one)
                self._x = 0 if final == "E" else self._x
            case "C":
                self._x = min(self.width - 1, self._x + one)
            case "D":
                self._x = max(0, self._x - one)
            case "G":
                self._x = min(self.width, one) - 1
            case "d":
                self._y = min(self.height, one) - 1
            case "J":
                self._erase_display(numbers[0])
            case "K":
                first, last = {0: (self._x, self.width), 1: (0, self._x + 1)}.get(numbers[0], (0, self.width))
                self._blank(self._y, first, last)
        return ""

    def _erase_display(self, what: int) -> None:
        if what == 0:
            self._blank(self._y, self._x, self.width)
        rows = range(self._y + 1, self.height) if what == 0 else range(self._y) if what == 1 else range(self.height)
        for row in rows:
            self._blank(row, 0, self.width)

    def _blank(self, row: int, first: int, last: int) -> None:
        self._rows[row][first:last] = [" "] * (last - first)
        self._grounds[row][first:last] = [self._ground] * (last - first)

    def _style(self, parameters: str) -> None:
        codes = parameters.replace(":", ";").split(";")
        at = 0
        while at < len(codes):
            code = codes[at]
            size = {"5": 3, "2": 5}.get(codes[at + 1], 1) if code in ("38", "48") and at + 1 < len(codes) else 1
            if code in ("", "0"):
                self._ground, self._reverse = "", False
            elif code in ("7", "27"):
                self._reverse = code == "7"
            elif code == "49":
                self._ground = ""
            elif code == "48" or (len(code) in (2, 3) and code[0] in "41" and code[-2] in "40"):
                self._ground = ";".join(codes[at : at + size])
            at += size
