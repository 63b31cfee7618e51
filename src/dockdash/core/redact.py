"""What is a secret, and how it is hidden.

A value is taken for a secret by its name (``DB_PASSWORD``) or by what it looks like (a private key, a token with a
well-known beginning, a URL with a password). Both are guesses that rather hide too much than too little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

MASK = "••••••••"
"""What stands for a secret; always as long, so that it does not tell the secret's length."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_SECRET_PARTS = frozenset({
    "PASSWORD", "PASSWORDS", "PASSWD", "PASSPHRASE", "PASS", "PWD", "SECRET", "SECRETS", "TOKEN", "TOKENS",
    "APIKEY", "ACCESSKEY", "PRIVATEKEY", "SECRETKEY", "CREDENTIAL", "CREDENTIALS", "CREDS", "AUTH",
    "BASICAUTH", "AUTHORIZATION", "DSN", "COOKIE", "COOKIES", "SALT", "SIGNING",
})  # fmt: skip
_SECRET_ENDINGS = ("PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY")
_SECRET_KEYS = frozenset({
    "API", "ACCESS", "PRIVATE", "SECRET", "ENCRYPTION", "MASTER", "SIGNING", "APP", "SSH", "STORAGE",
    "ACCOUNT",
})  # fmt: skip
"""The words that make a secret of a KEY that follows them; a KEY alone is often a public one."""

_WORKING_DIRECTORIES = frozenset({"PWD", "OLDPWD"})
_ABOUT_ENDINGS = frozenset({
    "FILE", "PATH", "DIR", "SOCK", "TTL", "TIMEOUT", "LIFETIME", "LENGTH", "ENABLED", "REQUIRED", "TYPE",
    "METHOD",
})  # fmt: skip
"""Last parts of names that tell something about a secret, such as where its file is, and not the secret."""
_SWITCHES = frozenset({"true", "false", "yes", "no", "on", "off"})

_KNOWN_SECRETS = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY"
    r"|(?<![A-Za-z0-9_-])(?:"
    r"gh[opusr]_[A-Za-z0-9]{8}|github_pat_[A-Za-z0-9]{8}|glpat-[A-Za-z0-9_-]{8}|xox[a-z]-[A-Za-z0-9]{4}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{12}|sk-[A-Za-z0-9_-]{16}|[rs]k_(?:live|test)_[A-Za-z0-9]{8}|AIza[A-Za-z0-9_-]{16}"
    r"|npm_[A-Za-z0-9]{16}|pypi-[A-Za-z0-9_-]{16}|dckr_pat_[A-Za-z0-9_-]{8}|hv[sb]\.[A-Za-z0-9_-]{16}"
    r"|eyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{4})"
)

# The second form is for a password with a slash in it, unless what looks so is a port and a path. The bounds keep
# the time for a hostile value in proportion to its length.
_URL_PASSWORD = re.compile(
    r"(?<=://)([^\s:/?#@]{0,256}:)(?:[^\s/?#]{1,512}(?=@)|(?![0-9]{1,5}[/?#])[^\s@]{1,512}(?=@))"
)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://")
_ASSIGNMENT = re.compile(r"(?:(?<=[?&;,\s'\"])|^)(-{0,2}[A-Za-z][\w.-]{0,63})=")
_OPTION = re.compile(r"(?<!\S)(--?[A-Za-z][\w-]{0,63})\s+(?!-)")
_VALUE = re.compile(r"""(?:'[^']*(?:'|\Z)|"[^"]*(?:"|\Z)|[^&;\s'"])+""")
"""What is assigned, as a shell or a URL ends it; a quote that is never closed goes on to the end."""


def is_secret(name: str, value: str = "") -> bool:
    """Tells whether a named value should be hidden.

    Args:
        name: The name of the variable, label or option, in any style; "" to judge by the value alone.
        value: The value; "" to judge by the name alone.

    Returns:
        Whether it is, or holds, a secret.
    """
    if _is_secret_name(name) and value.strip().lower() not in _SWITCHES:
        return True
    return bool(_KNOWN_SECRETS.search(value)) or _with_masked_parts(value) != value


def mask(name: str, value: str) -> str:
    """Hides a value if it is a secret.

    Args:
        name: Its name, "" where it has none.
        value: The value.

    Returns:
        The value where it is no secret. Otherwise ``MASK``; only a URL keeps everything but its password, and other
        text without a secret name keeps everything but what is assigned to a secret name in it.
    """
    if not is_secret(name, value):
        return value
    partly = _with_masked_parts(value)
    may_show_rest = MASK in partly and (_URL.match(value) or not _is_secret_name(name))
    return partly if may_show_rest and not _KNOWN_SECRETS.search(partly) else MASK


def mask_raw(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Hides the secrets of an inspect answer.

    Hidden are the secrets in the environment, in labels, in the options of the logging driver, and those given to
    the command, the entrypoint or the health check as ``--password=x``, ``--token x`` or the like.

    Args:
        raw: The answer, in the shape of the Docker Engine API's ``ContainerInspect``; it is not changed.

    Returns:
        A copy; what holds no secret may be shared with ``raw``.
    """
    masked = dict(raw)
    if "Args" in masked:
        masked["Args"] = _masked_words(masked["Args"])
    if isinstance(config := masked.get("Config"), Mapping):
        masked["Config"] = _masked_config(config)
    if isinstance(host := masked.get("HostConfig"), Mapping):
        masked["HostConfig"] = _masked_host(host)
    return masked


def _is_secret_name(name: str) -> bool:
    if name.upper() in _WORKING_DIRECTORIES:
        return False
    parts = [part.upper() for part in _PARTS.findall(name)]
    if not parts or parts[-1] in _ABOUT_ENDINGS or "MAX" in parts:
        return False
    if any(part in _SECRET_PARTS or part.endswith(_SECRET_ENDINGS) for part in parts):
        return True
    return any(one in _SECRET_KEYS and two in ("KEY", "KEYS") for one, two in pairwise(parts))


def _with_masked_parts(value: str) -> str:
    """The value with the passwords of URLs hidden, and what it assigns to secret names."""
    if "://" in value:
        value = _URL_PASSWORD.sub(lambda found: found[1] + MASK, value)
    return _hidden(_ASSIGNMENT, value) if "=" in value else value


def _hidden(name_pattern: re.Pattern[str], text: str) -> str:
    """The text with what follows each secret name hidden."""
    pieces: list[str] = []
    done = 0
    for found in name_pattern.finditer(text):
        if found.start() < done or not _is_secret_name(found[1]):
            continue
        value = _VALUE.match(text, found.end())
        if value and value[0].lower() not in _SWITCHES:
            pieces += (text[done : found.end()], MASK)
            done = value.end()
    return "".join(pieces) + text[done:]


def _masked_words(words: Any) -> Any:
    """A command line with its secrets hidden: a list of words, or one text (as older Podman gives it)."""
    if isinstance(words, str):
        return _hidden(_OPTION, mask("", words))
    if not isinstance(words, (list, tuple)):
        return words
    masked: list[Any] = []
    after_secret_option = False
    for word in words:
        if not isinstance(word, str):
            masked.append(word)
            continue
        is_value = after_secret_option and not word.startswith("-")
        masked.append(MASK if is_value else _masked_word(word))
        after_secret_option = word.startswith("-") and "=" not in word and _is_secret_name(word)
    return masked


def _masked_word(word: str) -> str:
    """One word of a command line; it can be a whole script."""
    name, equals, value = word.partition("=")
    if equals and not any(letter.isspace() for letter in name):
        # The word ends the value here, whatever a shell would make of the characters in it.
        word = f"{name}={mask(name, value)}"
    return _hidden(_OPTION, mask("", word))


def _masked_entry(entry: Any) -> Any:
    """One ``NAME=value`` of the environment."""
    if not isinstance(entry, str) or "=" not in entry:
        return entry
    name, _, value = entry.partition("=")
    return f"{name}={mask(name, value)}"


def _masked_map(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: mask(name, value) if isinstance(value, str) else value for name, value in values.items()}


def _masked_config(config: Mapping[str, Any]) -> dict[str, Any]:
    masked = dict(config)
    if isinstance(env := masked.get("Env"), (list, tuple)):
        masked["Env"] = [_masked_entry(entry) for entry in env]
    if isinstance(labels := masked.get("Labels"), Mapping):
        masked["Labels"] = _masked_map(labels)
    # CreateCommand is Podman's: the whole command line that made the container.
    for key in ("Cmd", "Entrypoint", "CreateCommand"):
        if key in masked:
            masked[key] = _masked_words(masked[key])
    for key in ("Healthcheck", "StartupHealthCheck"):
        if isinstance(check := masked.get(key), Mapping) and "Test" in check:
            masked[key] = {**check, "Test": _masked_words(check["Test"])}
    return masked


def _masked_host(host: Mapping[str, Any]) -> dict[str, Any]:
    masked = dict(host)
    if isinstance(annotations := masked.get("Annotations"), Mapping):
        masked["Annotations"] = _masked_map(annotations)
    if isinstance(log := masked.get("LogConfig"), Mapping) and isinstance(options := log.get("Config"), Mapping):
        masked["LogConfig"] = {**log, "Config": _masked_map(options)}
    if isinstance(mounts := masked.get("Mounts"), list):
        masked["Mounts"] = [_masked_mount(mount) if isinstance(mount, Mapping) else mount for mount in mounts]
    return masked


def _masked_mount(mount: Mapping[str, Any]) -> Mapping[str, Any]:
    """A mount whose volume driver may have been given a password among its options."""
    volume = mount.get("VolumeOptions")
    driver = volume.get("DriverConfig") if isinstance(volume, Mapping) else None
    options = driver.get("Options") if isinstance(driver, Mapping) else None
    if not isinstance(volume, Mapping) or not isinstance(driver, Mapping) or not isinstance(options, Mapping):
        return mount
    return {**mount, "VolumeOptions": {**volume, "DriverConfig": {**driver, "Options": _masked_map(options)}}}
