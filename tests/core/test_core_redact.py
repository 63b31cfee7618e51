from __future__ import annotations

import copy
import time
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockdash.core.redact import MASK, is_secret, mask, mask_raw
from tests.core.inspect_documents import broken, changed, podman


@pytest.mark.parametrize(
    "name",
    [
        "PASSWORD",
        "MYSQL_ROOT_PASSWORD",
        "PGPASSWORD",
        "dbPassword",
        "db.passwd",
        "SMTP_PASS",
        "MYSQL_PWD",
        "CLIENT_SECRET",
        "SECRET_KEY_BASE",
        "GITHUB_TOKEN",
        "authToken",
        "APIKEY",
        "STRIPE_API_KEY",
        "apiKey",
        "AWS_ACCESS_KEY_ID",
        "TLS_PRIVATE_KEY",
        "GOOGLE_CREDENTIALS",
        "PROXY_AUTH",
        "SENTRY_DSN",
        "ERLANG_COOKIE",
        "AUTH_SALT",
        "COOKIE_SIGNING",
        "--password",
        "X-Api-Key",
    ],
)
def test_secret_names(name: str) -> None:
    assert is_secret(name)
    assert is_secret(name, "value")
    assert mask(name, "value") == MASK


@pytest.mark.parametrize(
    "name",
    [
        "",
        "PWD",
        "OLDPWD",
        "PATH",
        "AUTHOR",
        "IMAGE_AUTHORS",
        "COMPASS_HOME",
        "GPG_KEY",
        "PUBLIC_KEY",
        "KEYBOARD",
        "POSTGRES_PASSWORD_FILE",
        "SSH_AUTH_SOCK",
        "TOKENIZERS_PARALLELISM",
        "MAX_TOKENS",
        "TOKEN_TTL",
        "MONKEY",
    ],
)
def test_harmless_names(name: str) -> None:
    assert not is_secret(name)
    assert mask(name, "value") == "value"


def test_a_switch_is_no_secret() -> None:
    assert not is_secret("ALLOW_EMPTY_PASSWORD", "yes")
    assert is_secret("ALLOW_EMPTY_PASSWORD")


@pytest.mark.parametrize(
    "value",
    [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "-----BEGIN PRIVATE KEY-----",
        "ghp_0123456789abcdef",
        "github_pat_0123456789abcdef",
        "glpat-0123456789abcdef",
        "xoxb-0123456789",
        "AKIAIOSFODNN7EXAMPLE",
        "sk-0123456789abcdef0123",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "https://ghp_0123456789abcdef@github.com/x",
    ],
)
def test_secret_values(value: str) -> None:
    assert is_secret("X", value)
    assert mask("X", value) == MASK


@pytest.mark.parametrize(
    "value",
    [
        "",
        "http://localhost:8080/path",
        "http://registry:5000/image@sha256:00ff",
        "https://user@host/",
        "task-0123456789abcdef0123",
        "-----BEGIN CERTIFICATE-----",
        "a=b=c",
        "sk-short",
    ],
)
def test_harmless_values(value: str) -> None:
    assert not is_secret("X", value)
    assert mask("X", value) == value


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("URL", "postgres://app:hunter2@db:5432/shop", f"postgres://app:{MASK}@db:5432/shop"),
        ("DATABASE_DSN", "postgres://app:hunter2@db/shop", f"postgres://app:{MASK}@db/shop"),
        ("URL", "redis://:hunter2@cache:6379/0", f"redis://:{MASK}@cache:6379/0"),
        ("URL", "amqp://u:p@ss@mq/", f"amqp://u:{MASK}@mq/"),
        ("URL", "amqp://u:a/b@mq/", f"amqp://u:{MASK}@mq/"),
        ("HOSTS", "http://a:b@c,http://d:e@f", f"http://a:{MASK}@c,http://d:{MASK}@f"),
        ("URL", "postgres://db/shop?user=a&password=b#c", f"postgres://db/shop?user=a&password={MASK}"),
        ("JAVA_OPTS", "-Xmx1g -Dstore.password=hunter2 -Da=b", f"-Xmx1g -Dstore.password={MASK} -Da=b"),
        # A quote may belong to what is assigned, so rather too much is hidden.
        ("JAVA_OPTS", "-Da='-Dstore.password=hunter2'", f"-Da='-Dstore.password={MASK}"),
        ("CONN", "Server=db;User=app;Password=a,b#c;Port=1", f"Server=db;User=app;Password={MASK};Port=1"),
        ("CONN", "host=db password='two words' port=1", f"host=db password={MASK} port=1"),
        ("CONN", "host=db password='never closed", f"host=db password={MASK}"),
        ("SECRET_URL", "https://hooks.example/services/T0/B0", MASK),
        ("PASSWORD", "x:y@z", MASK),
        ("PASSWORD", "", MASK),
    ],
)
def test_masked_values(name: str, value: str, shown: str) -> None:
    assert mask(name, value) == shown
    assert mask(name, shown) == shown


@given(st.text(), st.text() | st.text("a:/@=&?;,' \"password-"))
def test_masking_never_raises_and_is_stable(name: str, value: str) -> None:
    once = mask(name, value)
    assert mask(name, once) == once
    if is_secret(name):
        assert once in (MASK, value) or MASK in once


@pytest.mark.parametrize(
    "piece", ["a", "://a:", "://", "eyJ", "-----BEGIN ", "a='", "password='", "a=", "sk-", " --a ", "-", " ", "a:/@"]
)
def test_a_hostile_value_does_not_take_long(piece: str) -> None:
    value = (piece * 131_072)[:131_072]
    start = time.process_time()
    mask("X", value)
    mask_raw({"Args": [value]})
    assert time.process_time() - start < 5


def test_an_inspect_answer() -> None:
    raw = changed(
        Config={
            "Env": ["PATH=/usr/bin", "DB_PASSWORD=hunter2", "URL=http://a:hunter2@c", "BARE", None],
            "Labels": {"app.token": "hunter2", "tier": "edge", "odd": None},
            "Cmd": ["serve", "--password=hun&ter2", "--token", "hunter2", "--verbose", "--secret", "--other", "x"],
            "Entrypoint": ["sh", "-c", "mysql --password hunter2 -e 'x' && SECRET=hunter2 run"],
            "Healthcheck": {"Test": ["CMD-SHELL", "redis-cli --pass hunter2 ping"], "Interval": 1},
        },
        HostConfig={"LogConfig": {"Type": "splunk", "Config": {"splunk-token": "hunter2", "tag": "x"}}},
    )
    before = copy.deepcopy(raw)
    masked = mask_raw(MappingProxyType(raw))
    assert raw == before
    assert "hunter2" not in str(masked)
    assert "ter2" not in str(masked)
    config = masked["Config"]
    assert config["Env"] == ["PATH=/usr/bin", f"DB_PASSWORD={MASK}", f"URL=http://a:{MASK}@c", "BARE", None]
    assert config["Labels"] == {"app.token": MASK, "tier": "edge", "odd": None}
    assert config["Cmd"] == ["serve", f"--password={MASK}", "--token", MASK, "--verbose", "--secret", "--other", "x"]
    assert config["Entrypoint"][2] == f"mysql --password {MASK} -e 'x' && SECRET={MASK} run"
    assert config["Healthcheck"] == {"Test": ["CMD-SHELL", f"redis-cli --pass {MASK} ping"], "Interval": 1}
    assert masked["HostConfig"]["LogConfig"]["Config"] == {"splunk-token": MASK, "tag": "x"}
    assert masked["State"] == raw["State"]


def test_podmans_answer() -> None:
    masked = mask_raw(podman())
    assert "hunter2" not in str(masked)
    assert masked["Config"]["Entrypoint"] == "/entry --now"


def test_broken_answers() -> None:
    for raw in broken():
        mask_raw(raw)
