"""The documentation says what the program does: generated parts, links, quoted commands, settings and themes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from dockdash.cli.main import cli
from dockdash.config.settings import Settings, load_settings
from dockdash.config.themes import BASE, OWN, read_theme
from dockdash.tui.actions import ACTIONS
from dockdash.tui.keys import Keys, textual_key
from dockdash.tui.panes.columns import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md"))]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _name(value: object) -> str:
    return str(value.relative_to(ROOT)) if isinstance(value, Path) else str(value)


def blocks(language: str) -> list[tuple[Path, str]]:
    return [(page, block) for page in PAGES for kind, block in _FENCE.findall(text(page)) if kind == language]


# -- generated parts --


def test_the_generated_parts_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "gen_docs.py"), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


# -- links --


def _anchor(heading: str) -> str:
    """The name that a heading gets on the web: small, without signs, blanks as hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def anchors(page: Path) -> frozenset[str]:
    without_code = _FENCE.sub("", text(page))
    return frozenset(_anchor(found) for found in re.findall(r"^#+ (.+)$", without_code, re.MULTILINE))


def pictures() -> set[str]:
    """The names of the pictures that can be drawn."""
    script = (ROOT / "scripts" / "screenshots.py").read_text(encoding="utf-8")
    return set(re.findall(r'^    "([a-z-]+)": \(\(', script, re.MULTILINE))


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in _LINK.findall(_FENCE.sub("", text(page))):
            if not target.startswith(("https://", "http://", "mailto:")):
                yield page, target


@pytest.mark.parametrize(("page", "target"), list(links()), ids=_name)
def test_a_link_leads_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    place = (page.parent / path).resolve() if path else page

    if place.parent == ROOT / "screenshots":
        assert place.suffix == ".png"
        assert place.stem in pictures(), "no picture of that name is drawn"
        return
    assert place.is_file()
    if anchor:
        assert anchor in anchors(place)


def test_every_page_is_in_the_index() -> None:
    for index in (DOCS / "index.md", ROOT / "README.md"):
        linked = {(index.parent / target.partition("#")[0]).resolve() for page, target in links() if page == index}

        assert set(DOCS.rglob("*.md")) - {DOCS / "index.md"} <= linked, index


# -- commands --


def _shell_lines() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        without_code = _FENCE.sub("", text(page))
        yield from ((page, line) for line in re.findall(r"^    (\S.*)$", without_code, re.MULTILINE))
        yield from ((page, code) for code in _CODE.findall(without_code))
        for kind, block in _FENCE.findall(text(page)):
            if kind in ("", "sh", "bash", "console"):
                yield from ((page, line) for line in block.splitlines())


def commands() -> list[tuple[Path, str]]:
    """What is quoted as ``dockdash …``, without what the shell does around it."""
    found: dict[tuple[Path, str], None] = {}
    for page, line in _shell_lines():
        if re.match(r"(?:\w+=\S+ )*dockdash(?: |$)", line):
            found[page, line] = None
    return list(found)


@pytest.mark.parametrize(("page", "line"), commands(), ids=_name)
def test_a_quoted_command_is_one(page: Path, line: str) -> None:
    words = shlex.split(line, comments=True)
    words = words[words.index("dockdash") + 1 :]
    end = next((at for at, word in enumerate(words) if word in ("|", ">", "<", "&&", ";")), len(words))

    # it is parsed whole before the help is shown: an unknown option or command fails
    result = CliRunner().invoke(cli, [*words[:end], "--help"], prog_name="dockdash")

    assert result.exit_code == 0, result.output


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    for page, line in _shell_lines():
        if found := re.match(r"make ([a-z-]+)", line):
            assert found[1] in targets, (page, line)


# -- keys --


def test_every_action_is_on_the_page_of_keys() -> None:
    ids = set(re.findall(r"\| `([\w.-]+)` \|$", text(DOCS / "keys.md"), re.MULTILINE))

    assert ids == {action.id for action in ACTIONS}


def test_the_keys_can_be_written_as_the_page_shows_them() -> None:
    rows = re.findall(r"^\| (`.+`) \| .* \| `([\w.-]+)` \|$", text(DOCS / "keys.md"), re.MULTILINE)
    shown = {action: tuple(textual_key(key) for key in _CODE.findall(cell)) for cell, action in rows}

    assert shown == {action.id: action.keys for action in ACTIONS}


# -- settings and themes --


def _is_theme(block: str) -> bool:
    return "[colours]" in block


def test_there_are_examples_of_settings_and_of_a_theme() -> None:
    assert len({_is_theme(block) for _, block in blocks("toml")}) == 2


@pytest.mark.parametrize(("page", "block"), blocks("toml"), ids=_name)
def test_an_example_of_a_file_is_right(page: Path, block: str, tmp_path: Path) -> None:
    file = tmp_path / "example.toml"
    file.write_text(block, encoding="utf-8")

    if _is_theme(block):
        _, problems = read_theme(file)
        assert [str(problem) for problem in problems] == []
        return
    settings, problems = load_settings(file)
    assert [str(problem) for problem in problems] == []
    assert Keys(settings.keys).problems == []
    assert {settings.sort.removeprefix("-"), *settings.columns} <= COLUMNS.keys()


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    part = (
        text(DOCS / "configuration.md").partition("<!-- generated:settings -->")[2].partition("<!-- /generated -->")[0]
    )

    assert set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)) == set(Settings.__dataclass_fields__)


def test_the_assignments_in_the_text_are_settings() -> None:
    for page in PAGES:
        for code in _CODE.findall(_FENCE.sub("", text(page))):
            if re.fullmatch(r"[a-z_]+ = \S+", code) and "=" in code and page.parent == DOCS:
                table = tomllib.loads(code)
                assert table.keys() <= {*Settings.__dataclass_fields__, "dark", "ansi"}, (page, code)


def test_every_colour_is_documented() -> None:
    named = set(_CODE.findall(text(DOCS / "configuration.md")))

    assert {*BASE, *OWN} <= named


def test_the_packaged_themes_are_named() -> None:
    page = text(DOCS / "configuration.md")

    for theme in (ROOT / "themes").glob("*.toml"):
        assert f"`{theme.stem}`" in page
