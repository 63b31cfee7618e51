"""``dockdash doctor``: what was found, what is reachable, and what is wrong."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import click

from dockdash.cli import facts
from dockdash.cli.options import Choice, engine_options
from dockdash.cli.output import emit
from dockdash.cli.report import as_text
from dockdash.cli.words import as_json
from dockdash.control.diagnosis import Diagnosis, Finding, diagnose
from dockdash.core.redact import mask
from dockdash.core.text import clean

WRONG_CONFIGURATION, NO_ENGINE = 2, 3


def _safe(text: str) -> str:
    return clean(mask("", text))  # a report is pasted where others read it


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "origin": clean(finding.origin),
        "address": _safe(finding.address),
        "exists": finding.exists,
        "reachable": finding.info is not None,
        "reason": _safe(finding.reason),
        "hint": clean(finding.hint),
    }


def _engine(found: Diagnosis) -> dict[str, Any]:
    used = found.used
    info = used.info if used else None
    return {
        "reachable": info is not None,
        "address": _safe(used.address) if used else None,
        "origin": clean(used.origin) if used else None,
        "product": clean(info.product) if info else None,
        "version": clean(info.version) if info else None,
        "api": clean(info.api_version) if info else None,
        "problem": _safe(found.problem),
        "hint": clean(found.hint),
        "candidates": [_finding(finding) for finding in found.findings],
    }


@click.command("doctor")
@engine_options
@click.option("as_object", "--json", is_flag=True, help="A JSON object.")
@click.pass_obj
def doctor(choice: Choice, as_object: bool) -> None:
    """Tell what was found and what is reachable.

    Exit code 0: an engine answers and the configuration is right; 2: the configuration has a problem;
    3: no engine answers.
    """
    found = asyncio.run(diagnose(choice.backend()))
    configuration = facts.configuration()
    code = WRONG_CONFIGURATION if configuration["problems"] else 0
    code = code if found.used else NO_ENGINE
    told = {
        "program": facts.program(),
        "engine": _engine(found),
        "docker": {
            "contexts": list(map(clean, found.contexts)),
            "current": clean(found.current),
            "environment": facts.environment(os.environ),
        },
        "configuration": configuration,
        "terminal": facts.terminal(os.environ),
        "exit_code": code,
    }
    emit(as_json(told) if as_object else as_text(told))
    sys.exit(code)
