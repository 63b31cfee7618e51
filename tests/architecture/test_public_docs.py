"""House rules that no tool checks: everything public is documented, and nothing grows too large."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dockdash"
FILES = sorted(SOURCE.rglob("*.py"))
FILE_LINES, CLASS_LINES, FUNCTION_LINES = 500, 250, 60

_Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _public(node: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, _Definition]]:
    """The public classes, functions and methods; what is inside a function is nobody else's business."""
    for child in node.body:
        if isinstance(child, _Definition) and not child.name.startswith("_"):
            yield f"{prefix}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from _public(child, f"{prefix}{child.name}.")


def _is_exempt(definition: _Definition) -> bool:
    """Whether a definition says nothing of its own: an overload, or the setter of a documented property."""
    names = {ast.unparse(one).rpartition(".")[2] for one in definition.decorator_list}
    return bool(names & {"overload", "setter", "override"})


def _undocumented(path: Path) -> Iterator[str]:
    tree = _tree(path)
    if not ast.get_docstring(tree):
        yield "the module"
    for name, definition in _public(tree):
        if not ast.get_docstring(definition) and not _is_exempt(definition):
            yield f"{name} (line {definition.lineno})"


def _too_large(path: Path) -> Iterator[str]:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > FILE_LINES:
        yield f"the file has {lines} lines"
    for node in ast.walk(_tree(path)):
        if isinstance(node, _Definition):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > (CLASS_LINES if isinstance(node, ast.ClassDef) else FUNCTION_LINES):
                yield f"{node.name} has {size} lines"


def _name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def test_there_is_something_to_check() -> None:
    assert len(FILES) > 40


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_everything_public_has_a_docstring(path: Path) -> None:
    assert list(_undocumented(path)) == []


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_nothing_is_too_large(path: Path) -> None:
    assert list(_too_large(path)) == []
