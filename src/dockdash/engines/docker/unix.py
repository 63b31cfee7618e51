"""docker-py's way to a Unix socket, mended in two places, and telling its sockets. Imported only with docker-py."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

from docker.transport.unixconn import UnixHTTPAdapter, UnixHTTPConnection, UnixHTTPConnectionPool

_listener = threading.local()


@contextlib.contextmanager
def told(listen: Callable[[socket.socket], None]) -> Iterator[None]:
    """Tells of the sockets that this thread's requests go through, before each of them is sent."""
    _listener.listen = listen
    try:
        yield
    finally:
        _listener.listen = None


class _Connection(UnixHTTPConnection):
    """docker-py's, without the socket that it leaves open where nobody listens."""

    def connect(self) -> None:
        """Connects to the socket file."""
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            opened.settimeout(self.timeout)
            opened.connect(self.unix_socket)
        except BaseException:
            opened.close()
            raise
        self.sock = opened


class _Pool(UnixHTTPConnectionPool):
    def _new_conn(self) -> Any:
        seconds: Any = self.timeout
        return _Connection(self.base_url, self.socket_path, seconds)

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection: Any = super()._get_conn(timeout)
        if listen := getattr(_listener, "listen", None):
            if connection.sock is None:
                connection.connect()
            listen(connection.sock)
        return connection


class _Adapter(UnixHTTPAdapter):
    """docker-py's, with one pool of connections for all paths instead of one for each."""

    def get_connection(self, url: Any, proxies: Any = None) -> Any:
        """The pool."""
        with self.pools.lock:
            if (pool := self.pools.get("")) is None:
                pool = _Pool("", self.socket_path, self.timeout, maxsize=self.max_pool_size)
                self.pools[""] = pool
        return pool


def mount(api: Any, url: str, timeout: int, size: int) -> None:
    """Puts this adapter into docker-py's client in place of its own.

    Args:
        api: The client.
        url: Its ``unix://`` address.
        timeout: Seconds for what has no timeout of its own.
        size: How many idle connections to keep.
    """
    api._custom_adapter.close()
    api._custom_adapter = _Adapter(url.replace("unix://", "http+unix://", 1), timeout, max_pool_size=size)
    api.mount("http+docker://", api._custom_adapter)


def is_mounted(api: Any) -> bool:
    """Whether docker-py's client goes this way."""
    return isinstance(getattr(api, "_custom_adapter", None), _Adapter)
