"""The two ways out: data to stdout, narration to stderr."""

from __future__ import annotations

import os
import sys

from dockdash.core.errors import DockdashError
from dockdash.core.text import clean

BROKEN_PIPE = 141
"""128 and the number of SIGPIPE: what a shell says of a program whose reader went away."""

_PIECE = 1 << 15


def emit(text: str) -> None:
    """Writes data to stdout.

    Args:
        text: Whole lines, harmless already.

    Raises:
        SystemExit: Nobody reads any more; nothing is said about it.
        DockdashError: It cannot be written.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        # a locale without UTF-8 gets "?" for what it cannot show, never half a table and a traceback
        text = text.encode(encoding, "replace").decode(encoding)
        # unbuffered (PYTHONUNBUFFERED), a write that the reader's end cuts short raises nothing: the next one does
        for start in range(0, len(text), _PIECE):
            sys.stdout.write(text[start : start + _PIECE])
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon()
        sys.exit(BROKEN_PIPE)
    except OSError as error:
        _abandon()
        raise DockdashError(f"cannot write the output: {error.strerror or error}") from error


def _abandon() -> None:
    """Lets the interpreter's own flush at the end write the rest to nowhere, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def narrate(text: str) -> None:
    """Tells the person at the terminal something; a script that reads stdout never meets it."""
    encoding = sys.stderr.encoding or "utf-8"
    try:
        sys.stderr.write(f"{text}\n".encode(encoding, "replace").decode(encoding))
        sys.stderr.flush()
    except OSError:
        pass  # nobody listens, and the exit code tells the rest


def complain(error: DockdashError) -> None:
    """Tells an error: one line, and one more with what may be done about it."""
    narrate(f"dockdash: {clean(error.message)}")
    if error.hint:
        narrate(f"  {clean(error.hint)}")
