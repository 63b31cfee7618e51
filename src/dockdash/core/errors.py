"""The one family of errors that front ends meet.

    DockdashError
      UsageError          the user asked for something that makes no sense            exit 2
      ConfigError         a configuration file says something it cannot               exit 2
      EngineError         the engine refused or failed                                exit 1
        NotFoundError     the container (or whatever was named) is not there          exit 1
        ConflictError     its state does not allow it                                 exit 1
        UnsupportedError  this engine cannot do it (names the capability)             exit 1
        ReadOnlyError     dockdash was started with --read-only                       exit 1
      ConnectError        no way to the engine                                        exit 3
        DeniedError       the way is barred (socket permissions, certificates)        exit 3
        LostError         the way was there and is gone (the engine died, the link)   exit 3
        DeadlineError     no answer in time                                           exit 3

An error is worded once, where the driver's own exception is mapped; everything above only shows it.
"""

from __future__ import annotations

from dockdash.core.capabilities import Capability


class DockdashError(Exception):
    """Something went wrong that a person can be told about.

    Args:
        message: One sentence that says what happened and to what.
        hint: What the user can do about it, "" where nobody knows.
    """

    exit_code = 1
    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DockdashError):
    """The user asked for something that makes no sense."""

    exit_code = 2


class ConfigError(DockdashError):
    """A configuration file says something it cannot."""

    exit_code = 2


class EngineError(DockdashError):
    """The engine refused or failed; ``message`` carries its own words."""


class NotFoundError(EngineError):
    """What was named is not there (any more)."""


class ConflictError(EngineError):
    """The state of the container does not allow it."""


class UnsupportedError(EngineError):
    """The engine cannot do this.

    Args:
        capability: What would be needed.
        engine: The engine's name, for the message.
        why: The engine's own reason, where it gave one.
    """

    def __init__(self, capability: Capability, engine: str, *, why: str = "", hint: str = "") -> None:
        reason = f": {why}" if why else ""
        super().__init__(f"{engine} cannot {capability.value}{reason}", hint=hint)
        self.capability = capability


class ReadOnlyError(EngineError):
    """Nothing may be changed: dockdash was started with ``--read-only``."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: not allowed, this dockdash is read-only", hint="start it without --read-only")


class ConnectError(DockdashError):
    """There is no way to the engine."""

    exit_code = 3
    retryable = True


class DeniedError(ConnectError):
    """The way to the engine is barred."""


class LostError(ConnectError):
    """The engine was there and is gone."""


class DeadlineError(ConnectError):
    """The engine did not answer in time."""
