from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockdash.core.errors import UsageError
from dockdash.core.models import COMPOSE_PROJECT, COMPOSE_SERVICE, Container, Health, Port, State
from dockdash.core.query import QueryError, parse

WEB = Container(
    id="4c01db0b339c" + "a" * 52,
    name="shop-Web-1",
    image="registry.local/team/nginx:1.25",
    state=State.RUNNING,
    health=Health.UNHEALTHY,
    ports=(Port(80, "tcp", 8080, "0.0.0.0"), Port(53, "udp")),
    labels={COMPOSE_PROJECT: "shop", COMPOSE_SERVICE: "front", "tier": "edge", "note": "two words"},
    networks=(("backbone", "10.0.0.2"),),
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "web",
        "WEB nginx",
        "shop front running",
        "4c01db0b339c",
        "!nothing web",
        '"shop-web"',
        '"shop-w',
        "/^shop-web-\\d$/",
        "/SHOP.*1/ web",
        "/shop",
        "/team/nginx:1/",
        "/a b|web/",
        "!/^db/",
        "!redis",
        "label=tier",
        "label=tier=edge",
        'label=note="two words"',
        "!label=tier=core",
        "!label=other",
        "status=run",
        "STATUS=Unhealthy",
        "!status=exited",
        "image=nginx",
        "name=web",
        "project=shop service=fro",
        "network=back",
        "port=8080",
        "port=80",
        "port=53/udp",
        "!port=443",
        "id=4c01",
        # not finished yet
        "label=",
        "label=tier=",
        "!",
        "!label=",
        "!/",
        "/",
        "//",
        '"',
        "port=",
        "status= web",
        "web !",
    ],
)
def test_passes(text: str) -> None:
    assert parse(text).matches(WEB)


@pytest.mark.parametrize(
    "text",
    [
        "redis",
        "web redis",
        '"web nginx"',
        "foo=web",
        "/^web/",
        "!web",
        "!/web/",
        "!label=tier",
        "!label=tier=edge",
        "label=tie",
        "label=tier=edg",
        "label=TIER",
        "status=healthy",
        "status=none",
        "!status=run",
        "image=web",
        "name=nginx",
        "network=front",
        "port=808",
        "port=53/tcp",
        "id=01db",
    ],
)
def test_does_not_pass(text: str) -> None:
    assert not parse(text).matches(WEB)


def test_an_unknown_key_is_a_word() -> None:
    assert parse("foo=bar").matches(Container(id="1", name="x-foo=bar-y", image=""))


def test_a_quoted_key_is_a_word() -> None:
    assert parse('"label=x"').words == ("label=x",)


def test_words_for_highlighting() -> None:
    assert parse('web !db /x/ "a b" name=y label=z !').words == ("web", "a b")


def test_queries_of_the_same_text_are_equal() -> None:
    assert parse("web !db") == parse("web !db")
    assert parse("web") != parse("db")


@pytest.mark.parametrize(
    ("text", "word", "part"),
    [
        ("web /a(/ x", "/a(/", "character 2"),
        ("!/[a/", "!/[a/", "unterminated"),
        ("web port=http", "port=http", "port is a number"),
        ("/a{99999999999999999999}/", "/a{99999999999999999999}/", "too large"),
    ],
)
def test_what_is_wrong_points_at_the_word(text: str, word: str, part: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert isinstance(caught.value, UsageError)
    assert caught.value.word == word
    assert word in caught.value.message
    assert part in caught.value.message


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "((a)+b?)*c", "(?:a*)*b", "(aa?){30}", "(?P<n>a+)*"])
def test_an_expression_that_could_run_forever_is_refused(pattern: str) -> None:
    with pytest.raises(QueryError, match="forever"):
        parse(f"/{pattern}/")


@pytest.mark.parametrize(
    "pattern", ["(web|db)-[0-9]+", "(?:a)+", r"\(a+\)+", "[(+)]+", "(?=shop).*", "(?i:WEB)+", "[[web"]
)
def test_an_ordinary_expression_is_not_refused(pattern: str) -> None:
    try:
        parse(f"/{pattern}/")
    except QueryError as error:
        assert "forever" not in error.message


def test_a_regular_expression_sees_a_limited_subject() -> None:
    long = Container(id="1", name="x" * 600 + "end", image="")
    assert not parse("/end$/").matches(long)
    assert parse("end").matches(long)


@given(st.text() | st.text('!"/=\\label statuport123 ()[]*+?{}'))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        query = parse(text)
    except QueryError:
        return
    query.matches(WEB)
