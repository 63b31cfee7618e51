"""What each container of the demo writes to its log: line ``index`` is always the same line.

``%T`` in a line stands for the time at which it is written, in the manner of the program that writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from dockdash.engines.demo.noise import digits, number, pick

Line = tuple[int, str]
"""Stream (1 stdout, 2 stderr) and text without its end."""

OUT, ERR = 1, 2


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _clf(at: datetime) -> str:
    return f"{at:%d/%b/%Y:%H:%M:%S} +0000"


def _spaced(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}"


def _redis_time(at: datetime) -> str:
    return f"{at:%d %b %Y %H:%M:%S}.{at.microsecond // 1000:03}"


def _mysql_time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


@dataclass(frozen=True, slots=True)
class Script:
    """One kind of log.

    Attributes:
        boot: The first lines after each start, ``gap`` seconds apart.
        every: Seconds between the lines that follow.
        steady: Gives the lines that are written together as entry ``index``; None where nothing follows.
        stamp: How the program words the time.
    """

    boot: tuple[Line, ...] = ()
    gap: float = 0.05
    every: float = 1.0
    steady: Callable[[int], tuple[Line, ...]] | None = None
    stamp: Callable[[datetime], str] = _iso

    def entry(self, index: int, at: float) -> tuple[Line, ...]:
        """The lines of entry ``index`` since the start, written at ``at``."""
        if index < len(self.boot):
            lines: tuple[Line, ...] = (self.boot[index],)
        else:
            lines = self.steady(index - len(self.boot)) if self.steady else ()
        if not any("%T" in text for _, text in lines):
            return lines
        stamp = self.stamp(datetime.fromtimestamp(at, UTC))
        return tuple((stream, text.replace("%T", stamp)) for stream, text in lines)


_PATHS = (
    "/",
    "/products",
    "/products/42",
    "/products/1337?ref=mail",
    "/cart",
    "/api/orders",
    "/api/cart",
    "/assets/app.9f2c.js",
    "/assets/app.4be1.css",
    "/img/hero.webp",
    "/search?q=lamp",
    "/favicon.ico",
)
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "curl/8.10.1",
    "Prometheus/2.55.1",
)


def _nginx(index: int) -> tuple[Line, ...]:
    client = f"203.0.113.{number('client', index // 3) % 254 + 1}"
    path = pick("path", index, _PATHS)
    roll = number("status", index) % 100
    if roll == 0:
        return (
            (
                ERR,
                f"%T [error] 31#31: *{index} connect() failed (111: Connection refused) while connecting to upstream, "
                f'client: {client}, server: _, request: "GET {path} HTTP/1.1", '
                f'upstream: "http://172.20.0.5:3000{path}", host: "shop.example.org"',
            ),
            (OUT, f'{client} - - [%T] "GET {path} HTTP/1.1" 502 157 "-" "{pick("agent", index, _AGENTS)}"'),
        )
    status = 404 if roll < 4 else 304 if roll < 16 else 201 if roll < 20 else 200
    method = "POST" if status == 201 else "GET"
    size = 0 if status == 304 else 120 + number("size", index) % 48_000
    agent = pick("agent", index, _AGENTS)
    return ((OUT, f'{client} - - [%T] "{method} {path} HTTP/1.1" {status} {size} "-" "{agent}"'),)


_ROUTES = ("/api/cart", "/api/orders", "/api/products", "/api/products/:id", "/api/session", "/healthz")
_TRACE = (
    "Error: timeout exceeded when trying to connect",
    "    at Pool.connect (/app/node_modules/pg-pool/index.js:45:11)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
    "    at async OrderRepository.findOpen (/app/dist/orders/repository.js:88:20)",
    "    at async OrderService.checkout (/app/dist/orders/service.js:141:22)",
    "    at async /app/dist/routes/orders.js:57:18",
)


def _api(index: int) -> tuple[Line, ...]:
    request = digits(f"request {index}", 8)
    route = pick("route", index, _ROUTES)
    common = {"time": "%T", "pid": 1, "reqId": request}
    roll = number("api", index) % 120
    if roll == 0:
        failure = {
            "level": "error",
            **common,
            "msg": "checkout failed",
            "err": "timeout exceeded",
            "route": route,
        }
        return ((ERR, _json(failure)), *((ERR, text) for text in _TRACE))
    if roll < 6:
        slow = {
            "level": "warn",
            **common,
            "msg": "slow query",
            "ms": 500 + number("slow", index) % 900,
            "table": "orders",
        }
        return ((OUT, _json(slow)),)
    done = {
        "level": "info",
        **common,
        "msg": "request completed",
        "method": "POST" if roll % 5 == 0 else "GET",
        "route": route,
        "status": 200 if roll < 112 else 404,
        "ms": round(2 + number("ms", index) % 900 / 10, 1),
    }
    return ((OUT, _json(done)),)


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, separators=(",", ":"))


def _worker(index: int) -> tuple[Line, ...]:
    job = 48_000 + index // 3
    name = pick("job", index // 3, ("send-receipt", "resize-image", "sync-stock", "settle-payment"))
    step = index % 3
    if step == 0:
        return ((OUT, f"[%T] INFO  picked up job #{job} {name} (attempt 1/5)"),)
    if step == 1:
        return ((OUT, f"[%T] DEBUG job #{job} {10 + number('share', index) % 80} % done"),)
    if number("failed", index) % 23 == 0:
        return ((ERR, f"[%T] ERROR job #{job} {name} failed: upstream answered 503, retrying in 30 s"),)
    return ((OUT, f"[%T] INFO  job #{job} {name} done in {120 + number('took', index) % 2_400} ms"),)


def _postgres(index: int) -> tuple[Line, ...]:
    roll = number("postgres", index) % 8
    if roll == 0:
        return (
            (
                ERR,
                f'%T UTC [{80 + index % 40}] ERROR:  duplicate key value violates unique constraint "orders_pkey"',
            ),
            (ERR, f"%T UTC [{80 + index % 40}] DETAIL:  Key (id)=({90_000 + index}) already exists."),
        )
    if index % 2 == 0:
        return ((ERR, "%T UTC [27] LOG:  checkpoint starting: time"),)
    buffers = 40 + number("buffers", index) % 900
    return (
        (
            ERR,
            f"%T UTC [27] LOG:  checkpoint complete: wrote {buffers} buffers ({buffers / 163.84:.1f}%); 0 WAL file(s) "
            f"added, 0 removed, 1 recycled; write={buffers / 99:.3f} s, sync=0.011 s, total={buffers / 98:.3f} s; "
            f"sync files={buffers // 11}, longest=0.006 s, average=0.001 s; distance={buffers * 9} kB",
        ),
    )


def _redis(index: int) -> tuple[Line, ...]:
    child = 200 + index // 4
    step = index % 4
    if step == 0:
        return _listed(
            OUT,
            "1:M %T * 1000 changes in 60 seconds. Saving...",
            f"1:M %T * Background saving started by pid {child}",
        )
    texts = ("DB saved on disk", "Fork CoW for RDB: current 1 MB, peak 1 MB, average 0 MB")
    return _listed(
        OUT,
        "1:M %T * Background saving terminated with success" if step == 3 else f"{child}:C %T * {texts[step - 1]}",
    )


def _ghost(index: int) -> tuple[Line, ...]:
    slug = pick("slug", index, ("/", "/hello-world/", "/rss/", "/about/", "/ghost/api/admin/site/", "/tag/notes/"))
    took = 3 + number("ghost", index) % 140
    level = "\x1b[36mINFO\x1b[39m"
    if number("ghost status", index) % 17 == 0:
        return (
            (ERR, f'[%T] \x1b[31mERROR\x1b[39m "GET {slug}" \x1b[31m500\x1b[39m {took}ms'),
            (
                ERR,
                "\x1b[31m\x1b[1mNAME:\x1b[22m DatabaseError\x1b[39m  \x1b[90mECONNREFUSED 172.21.0.2:3306\x1b[39m",
            ),
        )
    status = "\x1b[33m404\x1b[39m" if number("ghost status", index) % 11 == 0 else "\x1b[32m200\x1b[39m"
    return ((OUT, f'[%T] {level} "GET {slug}" {status} {took}ms'),)


def _mysql(index: int) -> tuple[Line, ...]:
    thread = 8 + number("thread", index) % 400
    choices = (
        f"%T {thread} [Warning] [MY-013360] [Server] Plugin mysql_native_password reported: ''mysql_native_password' "
        "is deprecated and will be removed in a future release. Please use caching_sha2_password instead'",
        f"%T {thread} [Note] [MY-010926] [Server] Access denied for user 'health'@'localhost' (using password: NO)",
        f"%T {thread} [Warning] [MY-010055] [Server] IP address '172.21.0.3' could not be resolved",
        f"%T 0 [Warning] [MY-011959] [InnoDB] Page cleaner took {4000 + thread * 9} ms to flush {thread} pages",
        f"%T {thread} [ERROR] [MY-012640] [Server] Out of sort memory, consider increasing server sort buffer size!",
    )
    return ((ERR, pick("mysql", index, choices)),)


def _prometheus(index: int) -> tuple[Line, ...]:
    low = 1_732_147_200_000 + index * 7_200_000
    texts = (
        f'msg="write block" mint={low} maxt={low + 7_200_000} ulid={digits(f"block {index}", 26).upper()}',
        f'component=tsdb msg="Head GC completed" caller=truncateMemory duration={3 + index % 6}.{index % 97:02}ms',
        f'component=tsdb msg="WAL checkpoint complete" first={index} last={index + 1} duration=88.1ms',
        'component="scrape manager" scrape_pool=shop msg="Scrape commit took long" target=http://api:3000/metrics',
    )
    level = "warn" if index % 4 == 3 else "info"
    return ((ERR, f"ts=%T caller=compact.go:{500 + index % 90} level={level} {texts[index % 4]}"),)


def _grafana(index: int) -> tuple[Line, ...]:
    took = 2 + number("grafana", index) % 90
    path = pick("grafana path", index, ("/api/ds/query", "/api/dashboards/home", "/api/live/ws", "/api/search"))
    return (
        (
            OUT,
            f'logger=context userId=1 orgId=1 uname=admin t=%T level=info msg="Request Completed" method=GET '
            f"path={path} status=200 remote_addr=172.22.0.1 time_ms={took} duration={took}.{took % 10}ms",
        ),
    )


def _flood(index: int) -> tuple[Line, ...]:
    return ((OUT, f"line {index + 1} {digits(str(index), 24)}"),)


_PROMPT = "\x1b[01;32mroot@3f1c\x1b[00m:\x1b[01;34m/srv\x1b[00m# "
_SESSION = (
    ("ls", "\x1b[01;34mbackup\x1b[0m  \x1b[01;32mdeploy.sh\x1b[0m  notes.txt  \x1b[01;34mreleases\x1b[0m"),
    ("uptime", " 10:42:07 up 12 days,  3:01,  1 user,  load average: 0.42, 0.38, 0.35"),
    (
        "df -h /",
        "Filesystem      Size  Used Avail Use% Mounted on",
        "overlay         468G  201G  244G  46% /",
    ),
    ("tail -1 notes.txt", "rotate the \x1b[1mdemo\x1b[0m keys on Friday"),
    ("cat /etc/debian_version", "12.8"),
    ("make", "bash: make: command not found"),
)


def _shell(index: int) -> tuple[Line, ...]:
    command, *answer = _SESSION[index % len(_SESSION)]
    return (
        (OUT, f"\x1b[?2004h{_PROMPT}{command}"),
        (OUT, f"\x1b[?2004l\r{answer[0]}"),
        *((OUT, text) for text in answer[1:]),
    )


def _legacy(index: int) -> tuple[Line, ...]:
    if number("legacy", index) % 40 == 0:
        return ((ERR, f"record {index}: Wide character in print at /opt/import/run.pl line 212."),)
    return ((OUT, f"imported {index * 25} of 1204500 records ({index * 25 / 12045:.2f} %)"),)


def _sandbox(index: int) -> tuple[Line, ...]:
    step = digits(f"step {index}", 6)
    if number("sandbox", index) % 29 == 0:
        return (
            (ERR, "Traceback (most recent call last):"),
            (ERR, f'  File "/srv/{step}.py", line 3, in <module>'),
            (ERR, "    print(1 / 0)"),
            (ERR, "          ~~^~~"),
            (ERR, "ZeroDivisionError: division by zero"),
        )
    return ((OUT, f"%T agent: ran {step}.py in {number('ran', index) % 900} ms, exit 0"),)


def _plain(index: int) -> tuple[Line, ...]:
    return ((OUT, f"%T level=info msg=tick seq={index} backlog={number('backlog', index) % 60}"),)


def _listed(stream: int, *texts: str) -> tuple[Line, ...]:
    return tuple((stream, text) for text in texts)


_NGINX_BOOT = _listed(
    OUT,
    "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh",
    "/docker-entrypoint.sh: Configuration complete; ready for start up",
) + _listed(ERR, "%T [notice] 1#1: nginx/1.27.3", "%T [notice] 1#1: start worker processes")

_POSTGRES_BOOT = _listed(
    ERR,
    "%T UTC [1] LOG:  starting PostgreSQL 16.6 (Debian 16.6-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc",
    '%T UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432',
    "%T UTC [29] LOG:  database system was shut down cleanly",
    "%T UTC [1] LOG:  database system is ready to accept connections",
)

_CI_BOOT = (
    *_listed(OUT, "npm ci --prefer-offline", "added 1204 packages in 9s", "jest --coverage --maxWorkers=8"),
    *((OUT, f"\x1b[32mPASS\x1b[0m src/{name}.test.ts") for name in ("cart", "orders", "session", "stock", "search")),
    *_listed(ERR, "<--- Last few GCs --->", "[41:0x6f2c] 30211 ms: Mark-Compact 2031.2 (2049.9) -> 2030.8 MB"),
    *_listed(ERR, "make: *** [Makefile:12: test] Killed"),
)

_MIGRATE_BOOT = (
    *_listed(OUT, "", "> shop-api@2.14.1 migrate", "> node dist/migrate.js", ""),
    *(
        (OUT, f"== 20241{number('month', i) % 3}{i:02} {name}: migrated (0.{number('took', i) % 900:03}s)")
        for i, name in enumerate(
            ("create-orders", "add-stock", "index-orders", "drop-legacy-cart", "add-sessions"), start=11
        )
    ),
    *_listed(OUT, "5 migrations applied, schema is up to date"),
)

SCRIPTS = {
    "nginx": Script(_NGINX_BOOT, every=0.7, steady=_nginx, stamp=_clf),
    "api": Script(
        _listed(OUT, '{"level":"info","time":"%T","pid":1,"msg":"listening on 0.0.0.0:3000","version":"2.14.1"}'),
        every=0.9,
        steady=_api,
    ),
    "worker": Script(_listed(OUT, "[%T] INFO  worker up, queue=orders, concurrency=4"), every=0.8, steady=_worker),
    "postgres": Script(_POSTGRES_BOOT, every=12.0, steady=_postgres, stamp=_spaced),
    "redis": Script(
        _listed(OUT, "1:M %T * Running mode=standalone, port=6379.", "1:M %T * Ready to accept connections tcp"),
        every=15.0,
        steady=_redis,
        stamp=_redis_time,
    ),
    "ghost": Script(
        _listed(
            OUT,
            "[%T] \x1b[36mINFO\x1b[39m Ghost is running in production...",
            "[%T] \x1b[36mINFO\x1b[39m Ghost booted in 2.914s",
        ),
        every=3.0,
        steady=_ghost,
        stamp=_spaced,
    ),
    "mysql": Script(
        _listed(
            ERR,
            "%T 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.3'",
        ),
        every=4.0,
        steady=_mysql,
        stamp=_mysql_time,
    ),
    "prometheus": Script(
        _listed(ERR, 'ts=%T caller=main.go:627 level=info msg="Starting Prometheus Server" version=2.55.1'),
        every=20.0,
        steady=_prometheus,
    ),
    "grafana": Script(every=5.0, steady=_grafana),
    "ci": Script(_CI_BOOT, gap=2.7),
    "migrate": Script(_MIGRATE_BOOT, gap=0.8),
    "flood": Script(every=0.005, steady=_flood),
    "shell": Script(every=6.0, steady=_shell),
    "legacy": Script(every=1.5, steady=_legacy),
    "sandbox": Script(every=2.0, steady=_sandbox, stamp=_spaced),
    "retry": Script(
        (
            (OUT, "waiting for queue.internal:15672"),
            (ERR, "wget: bad address 'queue.internal:15672'"),
            (ERR, "not ready, giving up"),
        ),
        gap=0.4,
    ),
    "plain": Script(every=2.5, steady=_plain),
}
"""The kinds of log by name."""
