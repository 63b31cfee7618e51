"""The fleet of the demo: three compose projects and what else lies around on a busy machine."""

from __future__ import annotations

from dockdash.core.models import Health, State
from dockdash.engines.demo.noise import number, pick
from dockdash.engines.demo.spec import (
    DAY,
    HOUR,
    MIB,
    MINUTE,
    Compose,
    Ending,
    HealthCheck,
    Mount,
    Profile,
    Publish,
    Security,
    Spec,
)

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  an address in a picture, nothing listens
LOCALLY = ("127.0.0.1",)
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

_RECYCLED = Ending(after=89.6, code=0, retry=0.4)

WEB = Spec(
    name="shop-web-1",
    image="nginx:1.27",
    entrypoint=("/docker-entrypoint.sh",),
    cmd=("nginx", "-g", "daemon off;"),
    script="nginx",
    processes=(
        ("root", "nginx: master process nginx -g daemon off;"),
        *(("101", "nginx: worker process"),) * 8,
    ),
    profile=Profile(cpu=6, swing=0.75, period=19, shape="burst", memory=14 * MIB, rx=38_000, tx=412_000, pids=9),
    compose=Compose("shop", "web", depends_on="api:service_healthy:false"),
    extra_labels={"maintainer": "NGINX Docker Maintainers <docker-maint@nginx.com>"},
    env=(PATH, "NGINX_VERSION=1.27.3", "NJS_VERSION=0.8.7", "UPSTREAM=http://api:3000"),
    ports=(Publish(80, 8080, EVERYWHERE),),
    mounts=(Mount("/srv/shop/nginx.conf", "/etc/nginx/conf.d/default.conf", writable=False),),
    restart="unless-stopped",
    host=6,
)

API = Spec(
    name="shop-api-1",
    image="ghcr.io/acme/shop-api:2.14.1",
    entrypoint=("docker-entrypoint.sh",),
    cmd=("node", "--enable-source-maps", "dist/server.js"),
    script="api",
    processes=(("node", "node --enable-source-maps dist/server.js"),),
    profile=Profile(cpu=18, swing=0.6, period=31, memory=186 * MIB, rx=96_000, tx=148_000, written=900, pids=23),
    compose=Compose("shop", "api", depends_on="db:service_healthy:false,cache:service_started:false"),
    extra_labels={
        "org.opencontainers.image.source": "https://github.com/acme/shop-api",
        "org.opencontainers.image.version": "2.14.1",
    },
    env=(
        PATH,
        "NODE_ENV=production",
        "PORT=3000",
        "LOG_LEVEL=info",
        "DATABASE_URL=postgres://shop:demo-only-9f2c@db:5432/shop",
        "REDIS_URL=redis://cache:6379/0",
        "JWT_SECRET=demo-only-5e884898da28",
        "STRIPE_API_KEY=demo-only-sk-2b8e1f",
    ),
    ports=(Publish(3000, 3000, LOCALLY),),
    health=HealthCheck("wget -qO- http://localhost:3000/healthz || exit 1", Health.HEALTHY, '{"status":"ok"}'),
    security=Security(cap_drop=("ALL",), options=("no-new-privileges:true",)),
    user="node",
    workdir="/app",
    restart="unless-stopped",
    memory=1024 * MIB,
    cpus=2.0,
    stop_code=143,
    host=5,
)


def _worker(count: int, started: float) -> Spec:
    return Spec(
        name=f"shop-worker-{count}",
        image="ghcr.io/acme/shop-api:2.14.1",
        entrypoint=("docker-entrypoint.sh",),
        cmd=("node", "dist/worker.js", "--queue=orders", "--max-age=90"),
        script="worker",
        processes=(("node", "node dist/worker.js --queue=orders --max-age=90"),),
        profile=Profile(
            cpu=22,
            swing=0.8,
            period=15,
            shape="saw",
            memory=96 * MIB,
            growth=38 * MIB,
            rx=21_000,
            tx=9_000,
            pids=12,
        ),
        compose=Compose("shop", "worker", count, "db:service_healthy:false,cache:service_started:false"),
        env=(
            PATH,
            "NODE_ENV=production",
            "DATABASE_URL=postgres://shop:demo-only-9f2c@db:5432/shop",
            "REDIS_URL=redis://cache:6379/0",
            "SMTP_PASSWORD=demo-only-mail",
        ),
        # The two take turns: one of them starts anew every 45 seconds.
        ending=_RECYCLED,
        security=Security(read_only=True, cap_drop=("ALL",)),
        user="node",
        workdir="/app",
        restart="always",
        memory=256 * MIB,
        pids_limit=128,
        started=started,
        host=6 + count,
    )


DB = Spec(
    name="shop-db-1",
    image="postgres:16",
    entrypoint=("docker-entrypoint.sh",),
    cmd=("postgres", "-c", "shared_buffers=128MB"),
    script="postgres",
    processes=(
        ("999", "postgres -c shared_buffers=128MB"),
        ("999", "postgres: checkpointer"),
        ("999", "postgres: background writer"),
        ("999", "postgres: walwriter"),
        ("999", "postgres: autovacuum launcher"),
        ("999", "postgres: logical replication launcher"),
        ("999", "postgres: shop shop 172.20.0.5(40122) idle"),
        ("999", "postgres: shop shop 172.20.0.7(51034) idle in transaction"),
    ),
    profile=Profile(
        cpu=9,
        swing=0.12,
        period=67,
        memory=358 * MIB,
        rx=64_000,
        tx=120_000,
        read=22_000,
        written=180_000,
        pids=11,
    ),
    compose=Compose("shop", "db"),
    env=(
        "POSTGRES_USER=shop",
        "POSTGRES_PASSWORD=demo-only-9f2c",
        "POSTGRES_DB=shop",
        PATH,
        "PG_MAJOR=16",
        "PG_VERSION=16.6-1.pgdg120+1",
        "PGDATA=/var/lib/postgresql/data",
    ),
    ports=(Publish(5432),),
    mounts=(
        Mount("shop_db-data", "/var/lib/postgresql/data"),
        Mount("/srv/shop/initdb", "/docker-entrypoint-initdb.d", writable=False),
    ),
    health=HealthCheck("pg_isready -U shop", Health.HEALTHY, "/var/run/postgresql:5432 - accepting connections\n"),
    restart="unless-stopped",
    memory=512 * MIB,
    host=2,
)

CACHE = Spec(
    name="shop-cache-1",
    image="redis:7",
    entrypoint=("docker-entrypoint.sh",),
    cmd=("redis-server", "--save", "60", "1000"),
    script="redis",
    processes=(("999", "redis-server *:6379"),),
    profile=Profile(cpu=2.4, swing=0.3, period=23, memory=31 * MIB, rx=52_000, tx=71_000, written=4_000, pids=6),
    compose=Compose("shop", "cache"),
    env=(PATH, "REDIS_VERSION=7.4.1"),
    ports=(Publish(6379),),
    mounts=(Mount("shop_cache-data", "/data"),),
    restart="unless-stopped",
    host=3,
)

SHOP = (WEB, API, _worker(1, 67.1), _worker(2, 22.1), DB, CACHE)

BLOG = (
    Spec(
        name="blog-ghost-1",
        image="ghost:5-alpine",
        entrypoint=("docker-entrypoint.sh",),
        cmd=("node", "current/index.js"),
        script="ghost",
        processes=(("node", "node current/index.js"),),
        profile=Profile(cpu=3.1, swing=0.5, period=29, memory=142 * MIB, rx=6_000, tx=31_000, pids=11),
        compose=Compose("blog", "ghost", depends_on="mysql:service_started:false"),
        env=(
            PATH,
            "NODE_ENV=production",
            "url=https://blog.example.org",
            "database__client=mysql",
            "database__connection__host=mysql",
            "database__connection__password=demo-only-gh05t",
        ),
        ports=(Publish(2368, 2368, EVERYWHERE),),
        mounts=(Mount("blog_content", "/var/lib/ghost/content"),),
        workdir="/var/lib/ghost",
        restart="always",
        created=9 * DAY,
        started=2 * DAY + 5 * HOUR,
        host=3,
    ),
    Spec(
        name="blog-mysql-1",
        image="mysql:8",
        entrypoint=("docker-entrypoint.sh",),
        cmd=("mysqld",),
        script="mysql",
        processes=(("999", "mysqld"),),
        profile=Profile(
            cpu=31,
            swing=0.3,
            period=53,
            memory=476 * MIB,
            rx=9_000,
            tx=14_000,
            read=310_000,
            written=95_000,
            pids=44,
        ),
        compose=Compose("blog", "mysql"),
        env=(
            PATH,
            "MYSQL_MAJOR=8.4",
            "MYSQL_DATABASE=ghost",
            "MYSQL_USER=ghost",
            "MYSQL_PASSWORD=demo-only-gh05t",
            "MYSQL_ROOT_PASSWORD=demo-only-r00t",
        ),
        ports=(Publish(3306), Publish(33060)),
        mounts=(Mount("blog_db", "/var/lib/mysql"),),
        health=HealthCheck(
            "mysqladmin ping -h localhost -u health",
            Health.UNHEALTHY,
            "mysqladmin: connect to server at 'localhost' failed\n"
            "error: 'Access denied for user 'health'@'localhost' (using password: NO)'\n",
            settle=30.0,
        ),
        restart="on-failure",
        memory=512 * MIB,
        created=9 * DAY,
        started=47 * MINUTE,
        restarts=4,
        host=2,
    ),
)

METRICS = (
    Spec(
        name="metrics-prometheus-1",
        image="prom/prometheus:v2.55.1",
        entrypoint=("/bin/prometheus",),
        cmd=("--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"),
        script="prometheus",
        processes=(("65534", "/bin/prometheus --config.file=/etc/prometheus/prometheus.yml"),),
        profile=Profile(
            cpu=4.5,
            swing=0.7,
            period=15,
            shape="burst",
            memory=231 * MIB,
            rx=44_000,
            tx=5_000,
            written=61_000,
            pids=17,
        ),
        compose=Compose("metrics", "prometheus"),
        env=(PATH,),
        ports=(Publish(9090, 9090, LOCALLY),),
        mounts=(
            Mount("/srv/metrics/prometheus.yml", "/etc/prometheus/prometheus.yml", writable=False),
            Mount("metrics_tsdb", "/prometheus"),
        ),
        user="nobody",
        workdir="/prometheus",
        restart="unless-stopped",
        created=21 * DAY,
        started=6 * DAY + 2 * HOUR,
        host=2,
    ),
    Spec(
        name="metrics-grafana-1",
        image="grafana/grafana:11.3.0",
        entrypoint=("/run.sh",),
        script="grafana",
        processes=(("472", "grafana server --homepath=/usr/share/grafana --packaging=docker"),),
        profile=Profile(cpu=1.6, swing=0.5, period=37, memory=118 * MIB, rx=3_000, tx=12_000, pids=19),
        compose=Compose("metrics", "grafana", depends_on="prometheus:service_started:false"),
        env=(PATH, "GF_PATHS_DATA=/var/lib/grafana", "GF_SECURITY_ADMIN_PASSWORD=demo-only-admin"),
        ports=(Publish(3000, 3001, EVERYWHERE),),
        mounts=(Mount("metrics_grafana", "/var/lib/grafana"),),
        user="472",
        workdir="/usr/share/grafana",
        restart="unless-stopped",
        created=21 * DAY,
        started=6 * DAY + 2 * HOUR,
        host=3,
    ),
    Spec(
        name="metrics-alertmanager-1",
        image="prom/alertmanager:v0.27.0",
        entrypoint=("/bin/alertmanager",),
        cmd=("--config.file=/etc/alertmanager/alertmanager.yml",),
        processes=(("65534", "/bin/alertmanager --config.file=/etc/alertmanager/alertmanager.yml"),),
        compose=Compose("metrics", "alertmanager", depends_on="prometheus:service_started:false"),
        env=(PATH, "SLACK_WEBHOOK_TOKEN=demo-only-hook"),
        ports=(Publish(9093, 9093, LOCALLY),),
        user="nobody",
        restart="unless-stopped",
        state=State.CREATED,
        created=4 * MINUTE,
        host=4,
    ),
)

LONERS = (
    Spec(
        name="ci-runner",
        image="ghcr.io/acme/ci:2024.11",
        cmd=("make", "-j8", "test"),
        script="ci",
        processes=(("root", "make -j8 test"), ("root", "node --max-old-space-size=4096 jest")),
        profile=Profile(cpu=340, swing=0.4, memory=1100 * MIB, growth=1800 * MIB, read=900_000, pids=37),
        env=(PATH, "CI=true", "NPM_TOKEN=demo-only-npm", "GIT_SHA=4be1c0d"),
        ending=Ending(after=31.0, code=137, oom=True),
        workdir="/build",
        memory=2048 * MIB,
        state=State.EXITED,
        created=12 * MINUTE + 33,
        started=12 * MINUTE + 31,
        changed=12 * MINUTE,
        exit_code=137,
    ),
    Spec(
        name="db-migrate",
        image="ghcr.io/acme/shop-api:2.14.1",
        entrypoint=("docker-entrypoint.sh",),
        cmd=("npm", "run", "migrate"),
        script="migrate",
        processes=(("node", "npm run migrate"), ("node", "node dist/migrate.js")),
        profile=Profile(cpu=41, memory=74 * MIB, pids=18),
        env=(PATH, "DATABASE_URL=postgres://shop:demo-only-9f2c@db:5432/shop"),
        ending=Ending(after=9.0, code=0),
        workdir="/app",
        state=State.EXITED,
        created=2 * HOUR + 10,
        started=2 * HOUR + 9,
        changed=2 * HOUR,
    ),
    Spec(
        name="flood",
        image="alpine:3.20",
        cmd=("sh", "-c", 'i=0; while :; do i=$((i+1)); echo "line $i"; done'),
        script="flood",
        processes=(("root", 'sh -c i=0; while :; do i=$((i+1)); echo "line $i"; done'),),
        profile=Profile(cpu=35, swing=0.06, memory=2 * MIB, written=24_000),
        env=(PATH,),
        created=12 * MINUTE,
        started=12 * MINUTE,
        stop_code=137,
        host=4,
    ),
    Spec(
        name="shell",
        image="debian:12",
        cmd=("bash",),
        script="shell",
        processes=(("root", "bash"),),
        profile=Profile(cpu=0.1, memory=6 * MIB),
        env=(PATH, "TERM=xterm"),
        tty=True,
        created=38 * MINUTE,
        started=38 * MINUTE,
        stop_code=137,
        host=5,
    ),
    Spec(
        name="legacy-import",
        image="perl:5.36-slim",
        cmd=("perl", "/opt/import/run.pl", "--since=2019"),
        script="legacy",
        processes=(("root", "perl /opt/import/run.pl --since=2019"),),
        profile=Profile(cpu=12, swing=0.2, memory=88 * MIB, rx=2_000, read=70_000),
        env=(PATH, "FTP_PASSWORD=demo-only-ftp"),
        mounts=(Mount("/mnt/archive", "/data", writable=False),),
        restart="unless-stopped",
        state=State.PAUSED,
        created=40 * DAY,
        started=26 * HOUR,
        changed=25 * HOUR,
        stop_code=143,
        host=6,
    ),
    Spec(
        name="sandbox-7f3a",
        image="python:3.12",
        cmd=("python3", "-m", "agent", "--listen", "0.0.0.0:9000"),
        script="sandbox",
        processes=(
            ("root", "python3 -m agent --listen 0.0.0.0:9000"),
            ("root", "python3 -c while True: step()"),
        ),
        profile=Profile(cpu=7, swing=0.7, period=21, shape="burst", memory=61 * MIB, rx=1_400, tx=900, pids=5),
        env=(
            PATH,
            "PYTHON_VERSION=3.12.7",
            "AGENT_TOKEN=demo-only-agent",
            "DOCKER_HOST=unix:///var/run/docker.sock",
        ),
        ports=(Publish(9000, 9000, EVERYWHERE),),
        mounts=(Mount("/var/run/docker.sock", "/var/run/docker.sock"),),
        security=Security(privileged=True, cap_add=("SYS_ADMIN",), options=("seccomp=unconfined",)),
        workdir="/work",
        created=95 * MINUTE,
        started=95 * MINUTE,
        stop_code=143,
        host=7,
    ),
    Spec(
        name="retry-loop",
        image="busybox:1.36",
        cmd=("sh", "-c", "wget -qO- http://queue.internal:15672/ready || exit 1"),
        script="retry",
        processes=(("root", "sh -c wget -qO- http://queue.internal:15672/ready || exit 1"),),
        env=(PATH, "RETRY_TOKEN=demo-only-retry"),
        ending=Ending(after=1.2, code=1, retry=18.8),
        restart="always",
        state=State.RESTARTING,
        created=26 * MINUTE,
        # The next start comes 14 seconds after the demo's beginning.
        started=6.0,
        changed=4.8,
        exit_code=1,
        host=8,
    ),
)


def fleet(extra: int = 0) -> tuple[Spec, ...]:
    """The fleet.

    Args:
        extra: How many synthetic containers to add.

    Returns:
        The containers, in the order of the projects.
    """
    return (*SHOP, *BLOG, *METRICS, *LONERS, *(_synthetic(index) for index in range(extra)))


def _synthetic(index: int) -> Spec:
    key = "synthetic"
    role = pick(key, index, ("api", "batch", "proxy", "queue", "render", "search", "sync", "worker"))
    image = pick(role, index, ("acme/job:1.4", "acme/edge:3.0.2", "acme/core:12.1"))
    is_up = number(f"{key} up", index) % 10 < 8
    started = MINUTE * (1 + number(f"{key} started", index) % 20_000)
    return Spec(
        name=f"{role}-{index + 1:04}",
        image=f"registry.example.org/{image}",
        cmd=(f"/bin/{role}", f"--shard={index}"),
        processes=(("app", f"/bin/{role} --shard={index}"),),
        profile=Profile(
            cpu=0.5 + number(f"{key} cpu", index) % 240 / 10,
            period=17.0 + number(f"{key} period", index) % 40,
            shape=pick(f"{key} shape", index, ("wave", "burst", "saw")),
            memory=MIB * (8 + number(f"{key} memory", index) % 400),
            rx=number(f"{key} rx", index) % 50_000,
            tx=number(f"{key} tx", index) % 50_000,
        ),
        env=(PATH, f"SHARD={index}"),
        state=State.RUNNING if is_up else State.EXITED,
        created=started + 1,
        started=started,
        changed=started / 2,
        exit_code=0 if is_up else pick(f"{key} code", index, (0, 0, 1, 2, 137, 143)),
        host=20 + index,
    )
