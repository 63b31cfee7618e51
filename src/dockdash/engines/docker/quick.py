"""The first answers of a local engine, without docker-py: its import takes longer than the whole first list.

Plain HTTP/1.0 on a Unix socket (RFC 1945): the engine sends the body as it is and closes. Only for the version and
the first list; everything else goes through docker-py.
"""

from __future__ import annotations

import json
import socket
from typing import Any

from dockdash.engines.frames import Dechunker

_PIECE = 1 << 16


class QuickError(Exception):
    """The answer was not what was hoped for: docker-py has to ask, and to word what is wrong."""


def get(socket_path: str, target: str, timeout: float) -> Any:
    """The JSON answer of one GET request.

    Args:
        socket_path: The engine's socket.
        target: Path and query.
        timeout: Seconds that connecting and each piece of the answer may take.

    Returns:
        The document.

    Raises:
        OSError: No connection, or none in time.
        QuickError: Another status than 200, or no JSON.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        connection.connect(socket_path)
        connection.sendall(f"GET {target} HTTP/1.0\r\nHost: engine\r\n\r\n".encode("ascii"))
        pieces = []
        while piece := connection.recv(_PIECE):
            pieces.append(piece)
    head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
    status, _, fields = head.partition(b"\r\n")
    if status.split(b" ")[1:2] != [b"200"]:
        raise QuickError(status.decode("ascii", "replace"))
    try:
        if b"transfer-encoding: chunked" in fields.lower():
            body = Dechunker().feed(body)
        return json.loads(body)
    except ValueError as error:
        raise QuickError(str(error)) from error
