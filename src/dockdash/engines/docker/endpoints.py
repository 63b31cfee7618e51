"""Where an engine may be found: ``-H``, contexts, ``DOCKER_HOST`` and the usual sockets.

Read without docker-py, so that the search costs no import, and because docker-py 7.2 falls back to the local engine
without a word when a context is unknown or no ``config.json`` exists. Order and file layout are those of the Docker
command line: ``DOCKER_HOST`` over ``DOCKER_CONTEXT`` over ``currentContext``;
``contexts/meta/<sha256 of the name>/meta.json`` and ``contexts/tls/<same>/docker/{ca,cert,key}.pem``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dockdash.core.errors import UsageError
from dockdash.core.redact import mask
from dockdash.core.text import clean

SCHEMES = ("unix", "tcp", "http", "https", "ssh", "npipe")


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of a TLS connection; None where there is none. ``verify`` False accepts any server."""

    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of an engine.

    Attributes:
        url: ``unix:///…``, ``tcp://host:port``, ``ssh://user@host`` and so on.
        origin: Why it is tried, for people.
        tls: How the connection is secured, None for not at all.
    """

    url: str
    origin: str
    tls: Tls | None = None

    @property
    def socket_path(self) -> str:
        """The path of a Unix socket, "" for any other scheme."""
        return self.url.removeprefix("unix://") if self.url.startswith("unix://") else ""

    @property
    def shown(self) -> str:
        """The address for people: harmless, and without a password that somebody put into it."""
        return mask("", clean(self.url, 300))

    @property
    def is_remote(self) -> bool:
        """Whether bytes to it leave the machine."""
        parts = urlsplit(self.url)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        return parts.scheme == "ssh" or (parts.scheme in ("tcp", "http", "https") and not local)


def check_url(url: str, origin: str) -> str:
    """An address as given by somebody, in one form.

    Args:
        url: For example ``unix:///run/x.sock``, ``tcp://10.0.0.1:2376``, ``10.0.0.1:2375``, ``/run/x.sock``.
        origin: Who gave it, for the message.

    Returns:
        The address with a scheme.

    Raises:
        UsageError: It has no meaning.
    """
    text = url.strip()
    if text.startswith("/"):
        text = f"unix://{text}"
    elif "://" not in text:
        text = f"tcp://{text}"
    try:
        parts = urlsplit(text)
        place = parts.path if parts.scheme in ("unix", "npipe") else parts.hostname
        _ = parts.port
    except ValueError:
        parts, place = urlsplit(""), None
    if parts.scheme not in SCHEMES or not place:
        raise UsageError(
            f"{origin}: {mask('', clean(url, 200))!r} is no engine address",
            hint="for example unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host",
        )
    return text


def _files(folder: Path, *, verify: bool) -> Tls:
    ca, cert, key = (
        str(path) if (path := folder / f"{name}.pem").is_file() else None for name in ("ca", "cert", "key")
    )
    return Tls(ca, cert, key, verify)


def _environment_tls(env: Mapping[str, str], home: Path) -> Tls | None:
    """TLS by ``DOCKER_TLS_VERIFY``, ``DOCKER_TLS`` and ``DOCKER_CERT_PATH``, as the Docker command line reads them."""
    if not (env.get("DOCKER_TLS_VERIFY") or env.get("DOCKER_TLS")):
        return None
    folder = Path(env.get("DOCKER_CERT_PATH") or home / ".docker")
    return _files(folder, verify=bool(env.get("DOCKER_TLS_VERIFY")))


def config_folder(env: Mapping[str, str], home: Path) -> Path:
    """The folder of the Docker command line's configuration."""
    return Path(env.get("DOCKER_CONFIG") or home / ".docker")


def _read_json(path: Path) -> Mapping[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read as JSON ({clean(str(error), 120)})") from error
    return found if isinstance(found, dict) else {}


def context_names(env: Mapping[str, str], home: Path) -> tuple[str, ...]:
    """The names of the Docker contexts on this machine, sorted, "default" among them."""
    names = {"default"}
    for path in (config_folder(env, home) / "contexts" / "meta").glob("*/meta.json"):
        try:
            names.add(str(_read_json(path).get("Name") or ""))
        except UsageError:
            continue  # a broken one is reported when it is asked for
    return tuple(sorted(names - {""}))


def context(name: str, origin: str, env: Mapping[str, str], home: Path) -> Endpoint:
    """The endpoint of a named context.

    Raises:
        UsageError: There is no such context, or it has no Docker endpoint.
    """
    digest = hashlib.sha256(name.encode()).hexdigest()
    folder = config_folder(env, home) / "contexts"
    meta = _read_json(folder / "meta" / digest / "meta.json")
    if not meta:
        known = ", ".join(clean(other, 60) for other in context_names(env, home))
        raise UsageError(f"{origin}: there is no Docker context {clean(name, 60)!r}", hint=f"there are: {known}")
    endpoints = meta.get("Endpoints")
    docker = endpoints.get("docker") if isinstance(endpoints, dict) else None
    host = docker.get("Host") if isinstance(docker, dict) else None
    if not isinstance(docker, dict) or not host:
        raise UsageError(f"{origin}: the context {clean(name, 60)!r} names no Docker endpoint")
    tls_folder = folder / "tls" / digest / "docker"
    skip = bool(docker.get("SkipTLSVerify"))
    tls = _files(tls_folder, verify=not skip) if tls_folder.is_dir() or skip else None
    return Endpoint(check_url(str(host), origin), origin, tls)


def usual_sockets(env: Mapping[str, str], home: Path, uid: int) -> Iterator[tuple[str, Path]]:
    """The places where engines put their sockets, best known first."""
    runtime = Path(env.get("XDG_RUNTIME_DIR") or f"/run/user/{uid}")
    yield "Docker", Path("/var/run/docker.sock")
    yield "rootless Docker", runtime / "docker.sock"
    yield "Docker Desktop", home / ".docker/desktop/docker.sock"
    yield "Docker Desktop", home / ".docker/run/docker.sock"
    yield "Colima", home / ".colima/default/docker.sock"
    yield "Colima", Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "colima/default/docker.sock"
    yield "OrbStack", home / ".orbstack/run/docker.sock"
    yield "Rancher Desktop", home / ".rd/docker.sock"
    yield "Podman", runtime / "podman/podman.sock"
    yield "Podman", Path("/run/podman/podman.sock")


def candidates(
    options: Mapping[str, str], env: Mapping[str, str] | None = None, home: Path | None = None
) -> list[Endpoint]:
    """The addresses to try, in order.

    One that somebody named, by an option or the environment, is the only one: another engine would be a surprise.

    Args:
        options: ``host`` (as ``-H``) or ``context`` (as ``-c``), both may be missing.
        env: The environment, the process's own by default.
        home: The home folder, the user's own by default.

    Returns:
        At least one endpoint; for the usual sockets also those that do not exist, so that a report can name them.

    Raises:
        UsageError: An address or a context makes no sense.
    """
    env = os.environ if env is None else env
    home = home or Path.home()
    tls = _environment_tls(env, home)
    if host := options.get("host"):
        url = check_url(host, "-H")
        return [Endpoint(url, "-H", tls if url.startswith(("tcp", "https")) else None)]
    if name := options.get("context"):
        if name != "default":
            return [context(name, f"context {clean(name, 60)}", env, home)]
    elif host := env.get("DOCKER_HOST"):
        url = check_url(host, "DOCKER_HOST")
        return [Endpoint(url, "DOCKER_HOST", tls if url.startswith(("tcp", "https")) else None)]
    else:
        current = env.get("DOCKER_CONTEXT") or _read_json(config_folder(env, home) / "config.json").get(
            "currentContext"
        )
        if current and current != "default":
            return [context(str(current), f"context {clean(str(current), 60)}", env, home)]
    return [Endpoint(f"unix://{path}", label) for label, path in usual_sockets(env, home, os.getuid())]
