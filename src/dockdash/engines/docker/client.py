"""docker-py's client as this program needs it: version agreed on, no surprises from the environment, raw streams."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import docker
import docker.tls
import requests

from dockdash.core.errors import LostError
from dockdash.engines.docker.endpoints import Endpoint
from dockdash.engines.docker.ssh import Forward
from dockdash.engines.frames import Dechunker

CALL_SECONDS = 10.0
"""How long a question may go without a byte from the engine."""

ACTION_SECONDS = 60
"""The same for what changes something; docker-py adds a container's grace to it."""

CONNECT_SECONDS = 5.0
"""The same for the first answer."""

_READ = 1 << 18
_POOL = 64  # streams take connections from the same pool


class Client:
    """One connection pool to one engine. Every method blocks: only threads call them.

    Args:
        endpoint: Where to connect.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.forward: Forward | None = None
        url = endpoint.url
        if url.startswith("ssh://"):
            self.forward = Forward(url)
            url = self.forward.wait()
        elif url.startswith("tcp://") and urlsplit(url).port is None:
            # the command line's own rule; docker-py has none and refuses
            url = f"{url.rstrip('/')}:{2376 if endpoint.tls else 2375}"
        try:
            self.api: Any = docker.APIClient(
                base_url=url,
                version="1.41",
                timeout=ACTION_SECONDS,
                tls=self._tls(endpoint),
                max_pool_size=_POOL,
            )
            # REQUESTS_CA_BUNDLE and the proxies of the environment would override the context's own settings
            self.api.trust_env = False
        except BaseException:
            self._close_forward()
            raise

    @staticmethod
    def _tls(endpoint: Endpoint) -> Any:
        tls = endpoint.tls
        if tls is None:
            return endpoint.url.startswith("https://")
        pair = (tls.cert, tls.key) if tls.cert and tls.key else None
        return docker.tls.TLSConfig(client_cert=pair, ca_cert=tls.ca if tls.verify else None, verify=tls.verify)

    def negotiate(self) -> Mapping[str, Any]:
        """Asks for the engine's version and speaks its API version from now on.

        Returns:
            The answer of ``GET /version``.
        """
        url = self.api._url("/version", versioned_api=False)
        response = self.api._get(url, timeout=CONNECT_SECONDS)
        answer: Mapping[str, Any] = self.api._result(response, json=True)
        self.api._version = str(answer.get("ApiVersion") or "1.41")
        return answer

    def get(self, path: str, params: Mapping[str, object] | None = None) -> Any:
        """The JSON answer of a GET request."""
        response = self.api._get(self.api._url(path), params=params, timeout=CALL_SECONDS)
        return self.api._result(response, json=True)

    def ping(self, timeout: float) -> None:
        """Returns when the engine answered."""
        self.api._raise_for_status(self.api._get(self.api._url("/_ping"), timeout=timeout))

    def close(self) -> None:
        """Lets go of the pool; streams that are open go on until they are shut."""
        self.api.close()
        self._close_forward()

    def _close_forward(self) -> None:
        if self.forward is not None:
            self.forward.close()


class RawBody:
    """The body of a streaming answer, read from docker-py's own connection in large pieces.

    docker-py's generators read a frame header and a payload at a time, and a TTY log byte by byte; and they end in
    the same way whether the stream ended or the engine died. Reading the connection itself gives what is there, at
    most ``_READ`` bytes, and the chunked coding tells the two ends apart.

    Args:
        client: Whose connection.
        path: What to get.
        params: The query.
    """

    def __init__(self, client: Client, path: str, params: Mapping[str, object]) -> None:
        self._client, self._path, self._params = client, path, params
        self._response: requests.Response | None = None
        self._socket: socket.socket | None = None
        self._chunks: Dechunker | None = None
        self._shut = False
        self.content_type = ""

    def open(self) -> None:
        """Sends the request; returns when the answer's head is there."""
        api = self._client.api
        response = api._get(api._url(self._path), params=self._params, stream=True, timeout=CALL_SECONDS)
        self._response = response
        api._raise_for_status(response)
        self.content_type = response.headers.get("Content-Type", "")
        self._reader = response.raw._fp.fp
        raw = self._reader.raw
        self._socket = getattr(raw, "_sock", None)
        if self._socket is not None:
            self._socket.settimeout(None)
        self._chunks = Dechunker() if response.raw.chunked else None
        if self._shut:
            self.shut()

    def read(self) -> bytes:
        """The next bytes of the body; b"" at its end.

        Raises:
            LostError: The connection broke before the body ended.
        """
        while True:
            if self._chunks is not None and self._chunks.finished:
                return b""
            data = self._reader.read1(_READ)
            if self._chunks is None:
                return bytes(data)
            if not data:
                raise LostError("the connection to the engine was lost")
            if body := self._chunks.feed(data):
                return body

    def shut(self) -> None:
        """Makes a blocked ``read`` return at once."""
        self._shut = True
        if self._socket is not None:
            try:
                # the plain socket's own method: that of an SSLSocket drops the TLS state under the reader
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                pass  # closed already

    def close(self) -> None:
        """Gives the connection up."""
        if self._response is not None:
            self._response.close()
