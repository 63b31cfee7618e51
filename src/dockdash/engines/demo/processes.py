"""The processes of a demo container, as ``ps -ef`` words them."""

from __future__ import annotations

from datetime import UTC, datetime

from dockdash.core.models import ProcessTable
from dockdash.engines.demo.noise import number
from dockdash.engines.demo.spec import DAY
from dockdash.engines.demo.state import Box
from dockdash.engines.demo.stats import work_done

TITLES = ("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD")
"""The columns."""


def table(box: Box, now: float) -> ProcessTable:
    """The processes of a container that has some.

    Args:
        box: The container.
        now: Seconds since the epoch.

    Returns:
        The table, the first process first.
    """
    profile = box.spec.profile
    began = datetime.fromtimestamp(box.started, UTC)
    stime = f"{began:%b%d}" if now - box.started > DAY else f"{began:%H:%M}"
    used = profile.cpu / 100 * work_done(box.spec.name, profile, box.active(now))
    count = len(box.spec.processes)
    parent = box.pid - 22
    rows = []
    for place, (user, command) in enumerate(box.spec.processes):
        # The first of several processes only watches over the others.
        share = 1.0 if count == 1 else 0.02 if place == 0 else 0.98 / (count - 1)
        pid = box.pid + (place and place * 3 + number(f"{box.spec.name} child", place) % 3)
        rows.append(
            (
                user,
                str(pid),
                str(parent if place == 0 else box.pid),
                str(min(int(profile.cpu * share), 99)),
                stime,
                "pts/0" if box.spec.tty else "?",
                _spent(used * share),
                command,
            )
        )
    return ProcessTable(TITLES, tuple(rows))


def _spent(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
