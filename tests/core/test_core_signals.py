from __future__ import annotations

from dockdash.core.signals import SIGNALS, signal_name


def test_the_mildest_comes_first() -> None:
    names = [name for name, _ in SIGNALS]
    assert names[0] == "SIGTERM"
    assert len(set(names)) == len(names)
    assert {"SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL", "SIGSTOP", "SIGCONT"} <= set(names)


def test_linux_numbers() -> None:
    known = {1: "SIGHUP", 9: "SIGKILL", 11: "SIGSEGV", 15: "SIGTERM", 19: "SIGSTOP", 28: "SIGWINCH", 31: "SIGSYS"}
    assert {number: signal_name(number) for number in known} == known
    assert signal_name(0) is signal_name(32) is signal_name(-3) is None


def test_every_offered_signal_is_one_of_linux() -> None:
    assert {name for name, _ in SIGNALS} <= {signal_name(number) for number in range(1, 32)}
