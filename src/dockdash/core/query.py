r"""The filter language of the container list.

::

    web db            both words occur, each in the name, image, short id, project, service or state
    "two words"       the same for a text with blanks
    /^web-\d+$/       a regular expression over the same texts
    !word  !/x/       not so; works before every other form too
    status=run        the state or the health begins so
    label=key         has the label; label=key=value: with exactly this value
    port=8080         a private or public port; port=53/udp also names the protocol
    image= name= project= service= network=   a part of just that; id= the beginning of the id

Everything must hold at once, and case does not matter, except in labels. A word that is not finished yet, such as
``label=`` or a lone ``!``, holds for every container: the user is still typing.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from dockdash.core.errors import UsageError
from dockdash.core.models import Container, Health

SUBJECT_LIMIT = 512
"""How many characters of a text a regular expression gets to see."""

_Test = Callable[[Container], bool]

_KEYED = re.compile(r"(label|status|image|name|project|service|network|port|id)=", re.IGNORECASE)
_PORT = re.compile(r"([0-9]{1,5})(?:/([a-z]*))?")

_ESCAPED = re.compile(r"\\.|\[\^?\]?[^\]]*\]", re.DOTALL)
_INNER_GROUP = re.compile(r"\(([^()]*)\)([*+{])?")
_GROUP_KIND = re.compile(r"\?(?:P<\w+>|P=\w+|<?[=!]|[a-zA-Z-]*:)")


class QueryError(UsageError):
    """A filter that cannot be understood.

    Args:
        message: What is wrong with it.
        word: The part of the filter that is meant.
    """

    def __init__(self, message: str, *, word: str) -> None:
        super().__init__(message)
        self.word = word


@dataclass(frozen=True, slots=True)
class Query:
    """A filter, ready to be used; made by ``parse``.

    Attributes:
        text: What the user wrote.
        words: The plain words that must occur, for highlighting them.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    _tests: tuple[_Test, ...] = field(default=(), repr=False, compare=False)

    def matches(self, container: Container) -> bool:
        """Tells whether a container passes.

        Args:
            container: The container.

        Returns:
            Whether every part of the filter holds for it.
        """
        return all(test(container) for test in self._tests)


class _Token(NamedTuple):
    """One part of a filter: its key ("" for none), its operand, and how they were written."""

    source: str
    negated: bool
    key: str
    operand: str
    is_regex: bool = False


def parse(text: str) -> Query:
    """Reads a filter.

    Args:
        text: What the user wrote.

    Returns:
        The filter; an empty text makes one that every container passes.

    Raises:
        QueryError: A regular expression is wrong or could run forever, or a port is no number.
    """
    tests: list[_Test] = []
    words: list[str] = []
    for token in _tokens(text):
        if not token.operand:
            continue
        test = _test(token)
        tests.append(_negation(test) if token.negated else test)
        if not (token.key or token.is_regex or token.negated):
            words.append(token.operand)
    return Query(text, tuple(words), tuple(tests))


def _tokens(text: str) -> Iterator[_Token]:
    """Cuts a filter into its parts."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        start = at
        negated = text[at] == "!"
        at += negated
        if text[at : at + 1] == "/":
            operand, at = _regex_operand(text, at + 1)
            yield _Token(text[start:at], negated, "", operand, is_regex=True)
            continue
        keyed = _KEYED.match(text, at)
        key = keyed[1].lower() if keyed else ""
        operand, at = _word_operand(text, keyed.end() if keyed else at)
        yield _Token(text[start:at], negated, key, operand)


def _regex_operand(text: str, start: int) -> tuple[str, int]:
    """The expression that starts here and the place after its closing slash.

    The closing slash is one before a blank or the end, so that a path with slashes can be searched for as it is.
    Without one, the expression goes on to the end: the user is still typing.
    """
    end = re.compile(r"(?<!\\)/(?=\s|\Z)").search(text, start)
    return (text[start : end.start()], end.end()) if end else (text[start:], len(text))


def _word_operand(text: str, start: int) -> tuple[str, int]:
    """The word that starts here, its quotes taken off, and the place after it."""
    quoted = False
    letters: list[str] = []
    for at in range(start, len(text)):
        letter = text[at]
        if letter == '"':
            quoted = not quoted
        elif letter.isspace() and not quoted:
            return "".join(letters), at
        else:
            letters.append(letter)
    return "".join(letters), len(text)


def _test(token: _Token) -> _Test:
    """The test of one finished part."""
    if token.is_regex:
        return _regex_test(token)
    if token.key == "label":
        return _label_test(token.operand)
    if token.key == "port":
        return _port_test(token)
    wanted = token.operand.casefold()
    if token.key == "status":
        return lambda container: any(status.startswith(wanted) for status in _statuses(container))
    if token.key == "id":
        return lambda container: container.id.casefold().startswith(wanted)
    texts = _TEXTS[token.key]
    return lambda container: any(wanted in text.casefold() for text in texts(container))


def _negation(test: _Test) -> _Test:
    return lambda container: not test(container)


def _statuses(container: Container) -> Iterator[str]:
    yield container.state.value
    if container.health is not Health.NONE:
        yield container.health.value


def _searched(container: Container) -> tuple[str, ...]:
    """The texts that words and regular expressions are looked for in."""
    return (
        container.name,
        container.image,
        container.short_id,
        container.project,
        container.service,
        container.state.value,
    )


_TEXTS: dict[str, Callable[[Container], Iterable[str]]] = {
    "": _searched,
    "image": lambda container: (container.image,),
    "name": lambda container: (container.name,),
    "project": lambda container: (container.project,),
    "service": lambda container: (container.service,),
    "network": lambda container: (name for name, _ in container.networks),
}


def _label_test(operand: str) -> _Test:
    key, _, value = operand.partition("=")
    if value:
        return lambda container: container.labels.get(key) == value
    return lambda container: key in container.labels


def _port_test(token: _Token) -> _Test:
    found = _PORT.fullmatch(token.operand.lower())
    if found is None:
        raise QueryError(f"{token.source}: a port is a number, such as port=8080 or port=53/udp", word=token.source)
    number, protocol = int(found[1]), found[2] or ""
    return lambda container: any(
        number in (port.private, port.public) and port.protocol.startswith(protocol) for port in container.ports
    )


def _regex_test(token: _Token) -> _Test:
    if _may_run_away(token.operand):
        raise QueryError(
            f"{token.source}: a group that repeats or branches cannot itself be repeated here, it could take forever",
            word=token.source,
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # half-typed character sets such as "[[" warn of future changes
            search = re.compile(token.operand, re.IGNORECASE).search
    except re.error as error:
        where = "" if error.pos is None else f" (at character {error.pos + 1})"
        raise QueryError(f"{token.source}: {error.msg}{where}", word=token.source) from error
    except (OverflowError, RecursionError) as error:
        raise QueryError(f"{token.source}: this expression is too large", word=token.source) from error
    return lambda container: any(search(text[:SUBJECT_LIMIT]) for text in _searched(container))


def _may_run_away(pattern: str) -> bool:
    """Whether a pattern repeats a group that repeats or branches, such as ``(a+)+``.

    The library's matcher can take exponential time for these and cannot be stopped. Other patterns take at worst
    a power of the subject's length, which is why that is capped.
    """
    rest = _ESCAPED.sub("x", pattern)
    while group := _INNER_GROUP.search(rest):
        kind = _GROUP_KIND.match(group[1])
        body = group[1][kind.end() :] if kind else group[1]
        varies = any(letter in body for letter in "*+?{|")
        if varies and group[2]:
            return True
        rest = rest[: group.start()] + ("+" if varies or group[2] else "x") + rest[group.end() :]
    return False
