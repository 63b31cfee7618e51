"""docker-py's client as this program needs it: version agreed on, no surprises from the environment, raw streams."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urlsplit

from dockdash.core.errors import LostError
from dockdash.engines.docker import quick
from dockdash.engines.docker.endpoints import Endpoint
from dockdash.engines.docker.loading import load_driver
from dockdash.engines.docker.ssh import Forward
from dockdash.engines.frames import Dechunker

if TYPE_CHECKING:
    import requests

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

    docker-py is imported and its client made when something needs them first: its import takes longer than the
    version and the first list of a local engine, which are asked for without it.

    Args:
        endpoint: Where to connect.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.version = "1.41"
        self._forward: Forward | None = None
        self._api: Any = None
        self._closed = False
        self._lock = threading.Lock()

    @property
    def api(self) -> Any:
        """docker-py's client."""
        with self._lock:
            if self._closed:
                raise LostError("the connection to the engine is closed")
            if self._api is None:
                self._api = self._make()
            return self._api

    def _make(self) -> Any:
        load_driver()
        import docker

        url = self.endpoint.url
        if url.startswith("ssh://"):
            self._forward = Forward(url)
            url = self._forward.wait()
        elif url.startswith("tcp://") and urlsplit(url).port is None:
            # the command line's own rule; docker-py has none and refuses
            url = f"{url.rstrip('/')}:{2376 if self.endpoint.tls else 2375}"
        try:
            api = docker.APIClient(
                base_url=url,
                version=self.version,
                timeout=ACTION_SECONDS,
                tls=self._tls(self.endpoint),
                max_pool_size=_POOL,
            )
        except BaseException:
            self._close_forward()
            raise
        if url.startswith("unix://"):
            from dockdash.engines.docker.unix import mount

            mount(api, url, ACTION_SECONDS, _POOL)
        if self.endpoint.tls is not None and not self.endpoint.tls.verify:
            import urllib3

            # somebody asked for it; the warning would be written into the middle of the screen
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        # REQUESTS_CA_BUNDLE and the proxies of the environment would override the context's own settings
        api.trust_env = False
        return api

    @property
    def lost(self) -> str:
        """Why the way to the engine is gone, "" as long as nothing is known against it."""
        if self._forward is None or self._forward.alive:
            return ""
        return f"ssh: {self._forward.words() or 'the connection ended'}"

    @staticmethod
    def _tls(endpoint: Endpoint) -> Any:
        tls = endpoint.tls
        if tls is None:
            return endpoint.url.startswith("https://")
        pair = (tls.cert, tls.key) if tls.cert and tls.key else None
        from docker.tls import TLSConfig

        return TLSConfig(client_cert=pair, ca_cert=tls.ca if tls.verify else None, verify=tls.verify)

    def negotiate(self) -> Mapping[str, Any]:
        """Asks for the engine's version and speaks its API version from now on.

        Returns:
            The answer of ``GET /version``.
        """
        answer = self._quick("/version", {}, CONNECT_SECONDS)
        if answer is None:
            url = self.api._url("/version", versioned_api=False)
            answer = self.api._result(self.api._get(url, timeout=CONNECT_SECONDS), json=True)
        self.version = str(answer.get("ApiVersion") or "1.41")
        if self._api is not None:
            self._api._version = self.version
        return cast("Mapping[str, Any]", answer)

    def get(self, path: str, params: Mapping[str, object] | None = None) -> Any:
        """The JSON answer of a GET request; None for an empty one."""
        answer = self._quick(f"/v{self.version}{path}", params or {}, CALL_SECONDS)
        if answer is not None:
            return answer
        response = self.api._get(self.api._url(path), params=params, timeout=CALL_SECONDS)
        self.api._raise_for_status(response)
        return response.json() if response.content else None

    def _quick(self, path: str, params: Mapping[str, object], timeout: float) -> Any:
        """The answer without docker-py, as long as that is not loaded; None where docker-py has to ask."""
        socket_path = self.endpoint.socket_path
        if not socket_path or self._api is not None or self._closed:
            return None
        try:
            return quick.get(socket_path, f"{path}?{urlencode(params)}" if params else path, timeout)
        except quick.QuickError:
            return None

    def post(self, path: str, params: Mapping[str, object], timeout: float) -> None:
        """Sends a POST request without a body."""
        self.api._raise_for_status(self.api._post(self.api._url(path), params=params, timeout=timeout))

    def ping(self, timeout: float) -> None:
        """Returns when the engine answered."""
        self.api._raise_for_status(self.api._get(self.api._url("/_ping"), timeout=timeout))

    def close(self) -> None:
        """Lets go of the pool; streams that are open go on until they are shut."""
        with self._lock:
            self._closed = True
            if self._api is not None:
                self._api.close()
            self._close_forward()

    def _close_forward(self) -> None:
        if self._forward is not None:
            self._forward.close()


class RawBody:
    """The body of a streaming answer, read from docker-py's own connection in large pieces.

    docker-py's generators read a frame header and a payload at a time, and a TTY log byte by byte; and they end in
    the same way whether the stream ended or the engine died. Reading the connection itself gives what is there, at
    most ``_READ`` bytes, and the chunked coding tells the two ends apart.

    Args:
        client: Whose connection.
        path: What to get.
        params: The query.
        late: The engine may say nothing, not even the answer's head, until there is something to say.
    """

    def __init__(self, client: Client, path: str, params: Mapping[str, object], *, late: bool = False) -> None:
        self._client, self._path, self._params, self._late = client, path, params, late
        self._response: requests.Response | None = None
        self._socket: socket.socket | None = None
        self._chunks: Dechunker | None = None
        self._left: int | None = None  # bytes of the body to come, where the engine told how many
        self._shut = False
        self.content_type = ""

    def open(self) -> None:
        """Sends the request; returns when the answer's head is there."""
        from dockdash.engines.docker import unix

        api = self._client.api
        # without its socket a silent engine could not be left: so only where there is one to shut
        seconds = None if self._late and unix.is_mounted(api) else CALL_SECONDS
        with unix.told(self._hold):
            response = api._get(api._url(self._path), params=self._params, stream=True, timeout=seconds)
        self._response = response
        api._raise_for_status(response)
        self.content_type = response.headers.get("Content-Type", "")
        self._reader = response.raw._fp.fp
        raw = self._reader.raw
        self._socket = getattr(raw, "_sock", None)
        if self._socket is not None:
            self._socket.settimeout(None)
        self._chunks = Dechunker() if response.raw.chunked else None
        self._left = None if self._chunks else response.raw.length_remaining
        if self._shut:
            self.shut()

    def _hold(self, connected: socket.socket) -> None:
        self._socket = connected
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
            if self._left == 0:
                return b""
            data = self._reader.read1(_READ if self._left is None else min(_READ, self._left))
            if not data and (self._chunks is not None or self._left):
                raise LostError("the connection to the engine was lost")
            if self._left is not None:
                self._left -= len(data)
            if self._chunks is None:
                return bytes(data)
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
