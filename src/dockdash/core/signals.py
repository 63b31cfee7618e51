"""The signals of Linux, by name and number: containers run there, whatever this program runs on."""

from __future__ import annotations

SIGNALS: tuple[tuple[str, str], ...] = (
    ("SIGTERM", "ask it to end; what a stop sends first"),
    ("SIGINT", "interrupt it, as Ctrl+C in a terminal does"),
    ("SIGQUIT", "end it and, where it can, leave a core dump or a stack trace"),
    ("SIGHUP", "its terminal is gone; many servers read their configuration again"),
    ("SIGUSR1", "what the program makes of it; often: open the log files again"),
    ("SIGUSR2", "what the program makes of it; often: replace itself by a new version"),
    ("SIGWINCH", "its window changed size; some web servers end gently"),
    ("SIGSTOP", "halt it until it gets SIGCONT; it cannot refuse"),
    ("SIGCONT", "let it go on after SIGSTOP"),
    ("SIGALRM", "its alarm went off"),
    ("SIGABRT", "abort it, with a core dump where it can"),
    ("SIGKILL", "end it at once; it cannot refuse and saves nothing"),
)
"""The signals worth offering for a kill, each with what it does: the mildest end first, the hardest last."""

_NAMES = (
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
    "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
    "WINCH", "IO", "PWR", "SYS",
)  # fmt: skip


def signal_name(number: int) -> str | None:
    """Names a Linux signal (x86 and ARM numbers, signal(7)).

    Args:
        number: Its number.

    Returns:
        Such as "SIGKILL" for 9; None for a real-time signal and for what is no signal.
    """
    return f"SIG{_NAMES[number - 1]}" if 1 <= number <= len(_NAMES) else None
