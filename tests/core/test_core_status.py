from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockdash.core.models import Health
from dockdash.core.status import StatusWords, parse_status


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Up 3 minutes", StatusWords(180)),
        ("Up 2 hours (healthy)", StatusWords(5400, Health.HEALTHY)),
        ("Up 5 seconds (health: starting)", StatusWords(5, Health.STARTING)),
        ("Up 5 seconds (starting)", StatusWords(5, Health.STARTING)),
        ("Up 3 days (unhealthy)", StatusWords(71.5 * 3600, Health.UNHEALTHY)),
        ("Up About an hour (Paused)", StatusWords(3600)),
        ("Up About an hour (healthy) (Paused)", StatusWords(3600, Health.HEALTHY)),
        ("Up Less than a second", StatusWords(0)),
        ("Up 3 minutes ago", StatusWords(180)),
        ("Up 3 minutes ago (healthy)", StatusWords(180, Health.HEALTHY)),
        ("Exited (137) 3 minutes ago", StatusWords(180, exit_code=137)),
        ("Exited (-1) About a minute ago", StatusWords(60, exit_code=-1)),
        ("Exited (0) Less than a second ago", StatusWords(0, exit_code=0)),
        ("Exited (0)", StatusWords(exit_code=0)),
        ("Restarting (1) 4 seconds ago", StatusWords(4, exit_code=1)),
        ("Created", StatusWords()),
        ("Removal In Progress", StatusWords()),
        ("Dead", StatusWords()),
        ("", StatusWords()),
        ("Up", StatusWords()),
        ("Up since the dawn of time", StatusWords()),
        ("Exited (99999999999999) 3 minutes ago", StatusWords(180)),
    ],
)
def test_status(text: str, words: StatusWords) -> None:
    assert parse_status(text) == words


@given(st.text() | st.text("UpExited ()0123456789 ago hours healthy"))
def test_no_status_text_raises(text: str) -> None:
    parse_status(text)
