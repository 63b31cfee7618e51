"""Engines behind TLS and ssh, for the tests: certificates, an sshd, and the network of a private engine."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.engine import TestEngine
from tests.support.wait import wait_until


@contextmanager
def network_of(engine: TestEngine) -> Iterator[None]:
    """Puts this thread, and the threads that it starts, into the network of a private engine for a while.

    Its ports cannot be reached from outside. Where it has no network of its own, nothing is changed.
    """
    place = Path(f"/run/netns/dockdash-{engine.name}")
    if not place.exists():
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(descriptor: int) -> None:
        if libc.setns(descriptor, 0):
            raise OSError(ctypes.get_errno(), "setns")

    with Path("/proc/thread-self/ns/net").open() as before, place.open() as other:
        enter(other.fileno())
        try:
            yield
        finally:
            enter(before.fileno())


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


def certificates(folder: Path, *names: str) -> Path:
    """Makes a certification authority, a server's certificate for 127.0.0.1, and a client's for each of ``names``.

    Returns:
        ``folder``, with ``ca.pem`` and, in folders named after the server and the clients, ``ca.pem``, ``cert.pem``
        and ``key.pem``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ca, ca_key = folder / "ca.pem", folder / "ca-key.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    usage = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
    _openssl(
        "req", "-x509", *key, "-days", "2", "-subj", "/CN=test-ca", "-keyout", str(ca_key), "-out", str(ca), *usage
    )
    for name in ("server", *names):
        own = folder / name
        own.mkdir()
        request, extensions = own / "request", own / "extensions"
        purpose = "extendedKeyUsage=" + (
            "serverAuth\nsubjectAltName=IP:127.0.0.1" if name == "server" else "clientAuth"
        )
        extensions.write_text(purpose)
        _openssl("req", *key, "-subj", f"/CN={name}", "-keyout", str(own / "key.pem"), "-out", str(request))
        _openssl(
            *("x509", "-req", "-in", str(request), "-CA", str(ca), "-CAkey", str(ca_key), "-CAcreateserial"),
            *("-days", "2", "-out", str(own / "cert.pem"), "-extfile", str(extensions)),
        )
        shutil.copy(ca, own / "ca.pem")
    return folder


def find_sshd() -> str:
    """The path of an sshd, installed where that can be done; "" where there is none."""
    found = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin")
    release = Path("/etc/os-release")
    if found or os.geteuid() != 0 or not release.exists() or "debian" not in release.read_text():
        return found or ""
    command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends"]
    subprocess.run(
        [*command, "openssh-server"],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=400,
        check=False,
    )
    return shutil.which("sshd", path="/usr/sbin") or ""


class SshHost:
    """An sshd of our own on 127.0.0.1, that lets us in by a key, and an ssh that knows it.

    Args:
        folder: Where its files go.
        sshd: The program.
    """

    def __init__(self, folder: Path, sshd: str) -> None:
        self.folder, self._sshd = folder, sshd
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._pid_file = folder / "sshd.pid"
        self.programs = folder / "bin"
        self._write()
        self.start()

    def _write(self) -> None:
        folder = self.folder
        self.programs.mkdir(parents=True)
        for name in ("hostkey", "id"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True, timeout=30
            )
        shutil.copy(folder / "id.pub", folder / "authorized_keys")
        (folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/hostkey\nPidFile {self._pid_file}\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nUsePAM no\nPasswordAuthentication no\nStrictModes no\n"
            "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nMaxStartups 100\n"
        )
        kind, key, *_ = (folder / "hostkey.pub").read_text().split()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {kind} {key}\n")
        (folder / "config").write_text(
            f"Host testhost\n  HostName 127.0.0.1\n  Port {self.port}\n  User root\n"
            f"Host *\n  IdentityFile {folder}/id\n  IdentitiesOnly yes\n  UserKnownHostsFile {folder}/known_hosts\n"
        )
        # ssh takes the home folder from the user database, not from HOME
        program = self.programs / "ssh"
        program.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/config "$@"\n')
        program.chmod(0o755)

    def start(self) -> None:
        """Starts it and waits until it listens."""
        Path("/run/sshd").mkdir(exist_ok=True)
        subprocess.run(
            [self._sshd, "-f", str(self.folder / "sshd_config"), "-E", str(self.folder / "log")], check=True, timeout=30
        )
        wait_until(lambda: self._pid_file.exists() and self._listens(), what="sshd")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def processes(self) -> list[int]:
        """The master and the sessions, which have nothing but their parent in common."""
        try:
            master = int(self._pid_file.read_text())
        except (OSError, ValueError):
            return []
        family = [master]
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == master and fields[0] not in "ZX":
                family.append(int(folder.name))
        return family

    def kill(self) -> None:
        """Ends it and all its sessions at once."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._pid_file.unlink(missing_ok=True)
        # a process that was killed may hold its port for a while, and the next one could not have it
        wait_until(lambda: not self._listens(), what="the end of sshd")


def write_context(home: Path, name: str, docker: dict[str, object], files: tuple[str, ...] = ()) -> Path:
    """A context as the docker command writes it; gives the folder of its TLS files."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    meta = home / ".docker/contexts/meta" / digest
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": docker}}))
    tls = home / ".docker/contexts/tls" / digest / "docker"
    if files:
        tls.mkdir(parents=True)
    for file in files:
        (tls / f"{file}.pem").write_text("x")
    return tls
