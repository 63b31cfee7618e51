"""From what docker-py, requests, urllib3 and the socket raise to the program's own errors: worded here, once."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator

import docker.errors
import requests.exceptions
import urllib3.exceptions

from dockdash.core.capabilities import Capability
from dockdash.core.errors import (
    ConflictError,
    ConnectError,
    DeadlineError,
    DeniedError,
    DockdashError,
    EngineError,
    LostError,
    NotFoundError,
    UnsupportedError,
)
from dockdash.core.text import clean

_LOST = (
    ConnectionResetError,
    ConnectionAbortedError,
    BrokenPipeError,
    EOFError,
    http.client.IncompleteRead,
    urllib3.exceptions.ProtocolError,
    requests.exceptions.ChunkedEncodingError,
)
_LINK = (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)
_SLOW = (TimeoutError, requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)


def chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and everything that it came from, outermost first, each once."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        current = todo.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        todo += [current.__cause__, current.__context__]
        todo += [a for a in (*current.args, getattr(current, "reason", None)) if isinstance(a, BaseException)]


def from_answer(error: docker.errors.APIError, doing: str) -> DockdashError:
    """An answer of the engine that says no.

    Args:
        error: What docker-py made of it.
        doing: What was tried, for example "stop web".

    Returns:
        The error with the engine's own words.
    """
    status = error.status_code or 0
    reason = f"{status} {getattr(error.response, 'reason', None) or ''}".strip()
    words = clean(str(error.explanation or ""), 600).strip() or f"the engine gave no reason ({reason})"
    message = f"{doing}: {words}"
    if status == 404:
        return NotFoundError(message)
    if status == 409 or "container state improper" in words:  # Podman's 500
        return ConflictError(message)
    if status == 501 or "does not support reading" in words or "cannot read logs" in words:  # the last is Podman's
        return UnsupportedError(
            Capability.LOGS,
            "this engine",
            why=words,
            hint="the container's logging driver keeps nothing to read",
        )
    return EngineError(message)


def _reason(link: BaseException, doing: str) -> DockdashError | None:
    """What one link of the chain tells, None where it tells nothing."""
    match link:
        case PermissionError():
            return DeniedError(f"{doing}: permission denied", hint="join the group that owns the socket (often docker)")
        case FileNotFoundError():
            return ConnectError(f"{doing}: there is no such socket", hint="is the engine running?")
        case ConnectionRefusedError():
            return ConnectError(f"{doing}: connection refused", hint="is the engine running?")
        case ssl.SSLError() | urllib3.exceptions.SSLError() | requests.exceptions.SSLError():
            words = str(getattr(link, "reason", None) or link)
            return DeniedError(
                f"{doing}: the secure connection failed ({clean(words, 120)})",
                hint="check ca.pem, cert.pem and key.pem of this engine",
            )
        case docker.errors.TLSParameterError():
            return DeniedError(f"{doing}: the TLS files cannot be used ({clean(str(link), 200)})")
        case OSError() if "Name or service not known" in str(link) or "nodename nor servname" in str(link):
            return ConnectError(f"{doing}: no host of that name")
        case OSError() if link.errno in (101, 113):  # ENETUNREACH, EHOSTUNREACH
            return ConnectError(f"{doing}: the host cannot be reached")
    return None


def from_exception(error: BaseException, doing: str) -> DockdashError:
    """The program's error for whatever a call or a stream raised.

    Args:
        error: What was raised.
        doing: What was tried, for example "list the containers".

    Returns:
        The error to raise in its place.
    """
    if isinstance(error, DockdashError):
        return error
    links = list(chain(error))
    for link in links:
        if isinstance(link, docker.errors.APIError):
            return from_answer(link, doing)
    for link in reversed(links):  # the innermost knows best
        if found := _reason(link, doing):
            return found
    if any(isinstance(link, _SLOW) or "timed out" in str(link) for link in links):
        return DeadlineError(f"{doing}: the engine did not answer in time")
    if any(isinstance(link, _LOST) for link in links):
        return LostError(f"{doing}: the connection to the engine was lost")
    if any(isinstance(link, _LINK) for link in links):
        return ConnectError(f"{doing}: {clean(str(error), 300)}")
    return EngineError(f"{doing}: {type(error).__name__}: {clean(str(error), 300)}")
