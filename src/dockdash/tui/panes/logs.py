"""The log pane: the view of one follower's lines."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from rich.style import Style
from textual.strip import Strip
from textual.timer import Timer

from dockdash.control.controller import Controller
from dockdash.control.logs import LogFollower, LogState
from dockdash.control.logstore import LogLine
from dockdash.core.models import Container
from dockdash.core.text import PLAIN, clean, spans, strip_escapes
from dockdash.tui.messages import StatusChanged
from dockdash.tui.palette import Palette, sgr_style
from dockdash.tui.widgets.bars import Words
from dockdash.tui.widgets.line_view import LineView
from dockdash.tui.widgets.lines import Spans, strip

FRAME_SECONDS = 1 / 30
"""The screen follows a flood at most so often."""

_TIME_WIDTH = 13
_MARK = "▌"


@lru_cache(maxsize=4096)
def local_time(stamp: bytes) -> str:
    """A stamp of the engine (RFC 3339, UTC) as local time of day with milliseconds."""
    try:
        moment = datetime.fromisoformat(stamp[:19].decode("ascii") + "+00:00").astimezone()
    except ValueError:
        return " " * (_TIME_WIDTH - 1)
    fraction = stamp[20:23].decode("ascii", "replace") if stamp[19:20] == b"." else ""
    return f"{moment:%H:%M:%S}.{fraction:0<3.3}"


class LogLines:
    """A follower's store as lines to show: colours kept, everything else made harmless."""

    def __init__(self, palette: Palette) -> None:
        self.follower: LogFollower | None = None
        self.palette = palette
        self.times = False

    @property
    def first(self) -> int:
        """The number of the first line that is still kept."""
        return self.follower.store.first if self.follower else 0

    @property
    def end(self) -> int:
        """The number after the last line's."""
        return self.follower.store.end if self.follower else 0

    def line(self, number: int) -> LogLine:
        """A line as it came."""
        assert self.follower is not None
        return self.follower.store.line(number) or LogLine(1, b"", "")

    def text(self, number: int) -> str:
        """A line's harmless text; nearly every line is harmless as it is."""
        text = self.line(number).text
        return text if text.isascii() and text.isprintable() else strip_escapes(text)

    def prefix(self, number: int) -> int:
        """Cells before the text: the stream's mark, and the time."""
        return 2 + (_TIME_WIDTH if self.times else 0)

    def indent(self, number: int) -> int:
        """Wrapped lines go on under their text."""
        return self.prefix(number)

    def spans(self, number: int) -> Spans:
        """Mark, time and text of a line."""
        line = self.line(number)
        error = line.stream == 2
        out: Spans = [(_MARK + " ", self.palette["stderr"]) if error else ("  ", Style())]
        if self.times:
            out.append((local_time(line.stamp) + " ", self.palette["muted"]))
        plain = self.palette["stderr" if error else "text"]
        out += [(text, plain if sgr is PLAIN else plain + sgr_style(sgr)) for text, sgr in spans(line.text)]
        return out


class LogView(LineView):
    """Follows one container's log while it is on screen.

    Args:
        controller: Opens the log.
        palette: The colours.
    """

    def __init__(self, controller: Controller, palette: Palette, tail: int, id: str | None = None) -> None:
        self.lines = LogLines(palette)
        super().__init__(self.lines, palette, id=id)
        self._controller, self._tail = controller, tail
        self.follow = True
        self.container: Container | None = None
        self._frame: Timer | None = None
        self.new_lines = 0

    # -- the log --

    def show(self, container: Container | None) -> None:
        """Shows another container's log; the same one goes on as it is."""
        old = self.container
        self.container = container
        if (old.id if old else "") == (container.id if container else ""):
            if self.lines.follower is None and container is not None:
                self._open(container)
            return
        self.close()
        self.needle, self.found_line, self.follow = "", -1, True
        if container is not None:
            self._open(container)
        else:
            self.reset()

    def _open(self, container: Container) -> None:
        self.follow, self.new_lines = True, 0
        self.lines.follower = self._controller.open_log(container.id, self._news, self._tail)
        self.forget()
        self._news()  # the first lines are mostly there by the next frame, and one picture is enough for both

    def close(self) -> None:
        """Ends the log's stream."""
        if self.lines.follower is not None:
            self._controller.close_log(self.lines.follower)
            self.lines.follower = None

    def _news(self) -> None:
        """Something came: the next frame shows it, with all that comes until then."""
        if self._frame is None and self.is_attached:
            self._frame = self.set_timer(FRAME_SECONDS, self._draw_news)

    def _draw_news(self) -> None:
        self._frame = None
        was_full = self.virtual_size.height >= round(self.scroll_y) + self.size.height
        known = self._first + len(self._ends)
        gone_rows = self.sync()
        came = self._first + len(self._ends) - known
        if self._first + len(self._ends) < self.source.end:
            self._news()  # a flood is laid out a slice a frame, so that keys get their turn
        if self.follow:
            self.scroll_to(y=self.virtual_size.height, animate=False)
            self.new_lines = 0
        else:
            self.new_lines += came
            if gone_rows:
                self.scroll_to(y=max(0, self.scroll_y - gone_rows), animate=False)
        # lines below what is on screen change nothing of it
        if self.follow or gone_rows or not was_full or not came:
            self.refresh()
        self.tell_status()

    def tell_status(self) -> None:
        """Lets the tab bar say how things stand."""
        self.post_message(StatusChanged())

    # -- what the user asks for --

    def set_follow(self, follow: bool) -> None:
        """Goes to the end and stays there, or stays where it is."""
        self.follow = follow
        if follow:
            self.new_lines = 0
            self.scroll_to(y=self.virtual_size.height, animate=False)
        self.tell_status()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling up stops following; coming back to the end follows again."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and self.follow and not self.at_end:
            self.follow = False
            self.tell_status()
        elif self.at_end and not self.follow and new_value > old_value:
            self.follow, self.new_lines = True, 0
            self.tell_status()

    def toggle_times(self) -> None:
        """Shows the engine's time of each line, or not."""
        self.lines.times = not self.lines.times
        self._relaid()

    def toggle_wrap(self) -> None:
        """Wraps long lines, or not."""
        self.wrap = not self.wrap
        self.shift = 0
        self._relaid()

    def _relaid(self) -> None:
        top, _ = self.line_at(round(self.scroll_y))
        self.reset()
        if self.follow:
            self.scroll_to(y=self.virtual_size.height, animate=False)
        elif top >= 0:
            self.scroll_to(y=self.row_of(top), animate=False)
        self.tell_status()

    def all_text(self) -> str:
        """Every kept line as harmless text, with its time where times are shown."""
        rows = []
        for number in range(self.source.first, self.source.end):
            stamp = self.lines.line(number).stamp.decode("ascii", "replace") if self.lines.times else ""
            rows.append(f"{stamp} {self.source.text(number)}" if stamp else self.source.text(number))
        return "\n".join(rows) + ("\n" if rows else "")

    def visible_text(self) -> str:
        """The lines on screen as harmless text."""
        first, _ = self.line_at(round(self.scroll_y))
        last, _ = self.line_at(round(self.scroll_y) + self.size.height - 1)
        if first < 0:
            return ""
        stop = self.source.end if last < 0 else last + 1
        return "\n".join(self.source.text(number) for number in range(first, stop))

    # -- words --

    def empty_words(self) -> list[str]:
        """Why there is nothing to see, and what can be done about it."""
        follower = self.lines.follower
        if follower is None:
            return ["No container is selected."]
        status = follower.status
        name = clean(self.container.name, 60) if self.container else "it"
        match status.state:
            case LogState.OPENING:
                return ["Opening the log …"]
            case LogState.FOLLOWING:
                return [f"{name} has written nothing yet.", "New lines appear here as they are written."]
            case LogState.ENDED:
                return [f"{name} wrote nothing: {status.reason}.", "Start it, and its lines appear here."]
            case LogState.LOST:
                return ["The log was lost:", status.reason, "It goes on when the engine is back."]
            case _:
                return ["This log cannot be read:", status.reason]

    def status_words(self) -> Words:
        """How things stand, in few words."""
        follower = self.lines.follower
        if follower is None:
            return ()
        words: list[tuple[str, str]] = []
        if self.needle:
            words.append((f"/{clean(self.needle, 20)} ", "match"))
        state = follower.status.state
        if state is LogState.LOST:
            words.append(("lost, waiting ", "broken"))
        elif state is LogState.ENDED:
            words.append(("ended ", "muted"))
        if self.follow:
            words.append(("following " if state is LogState.FOLLOWING else "", "running"))
        else:
            words.append((f"+{self.new_lines} below " if self.new_lines else "staying ", "warning"))
        return tuple(words)

    def render_line(self, y: int) -> Strip:
        """One line of the screen; in an empty pane, the reason for it."""
        if self.source.end > self.source.first:
            return super().render_line(y)
        words = self.empty_words()
        row = y - max(0, (self.size.height - len(words)) // 2 - 1)
        text = words[row] if 0 <= row < len(words) else ""
        pad = max(0, (self.size.width - len(text)) // 2)
        style = self.palette["text" if row == 0 else "muted"]
        return strip([(" " * pad + text, style)], self.size.width, self.base_style)
