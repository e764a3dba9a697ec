"""The threat model and the policy's table name tests and files; each must exist, and each story must have one."""

from __future__ import annotations

import ast
import re

import pytest

from forms_service.settings import ROOT

TEXT = (ROOT / "docs" / "threats.md").read_text("utf-8")
POLICY = (ROOT / "docs" / "cjis.md").read_text("utf-8")
STANDARD = (ROOT / "docs" / "asvs.md").read_text("utf-8")
STORIES = {part.partition("\n")[0]: part for part in TEXT.split("\n## ")[1:]}
NAMED = sorted(set(re.findall(r"`(tests/[a-z_0-9/]+\.py)::(test_[a-z_0-9]+)`", TEXT + POLICY + STANDARD)))


def defined_in(file: str) -> set[str]:
    """Give the names of a file's tests."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_named_test_exists(file, name):
    """A test that was renamed or removed takes its answer out of the model visibly."""
    assert name in defined_in(file)


@pytest.mark.parametrize("story", STORIES)
def test_every_story_is_answered_by_a_test(story):
    """Words alone answer no attacker."""
    assert re.search(r"^- `tests/", STORIES[story], re.MULTILINE), story


def test_every_line_that_names_a_test_can_be_read():
    """A mistyped line would be no reference at all, and nobody would notice."""
    lines = [line for line in TEXT.splitlines() if line.startswith("- ")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"- `tests/[a-z_0-9/]+\.py::test_[a-z_0-9]+`", line)] == []


@pytest.mark.parametrize("table", [POLICY, STANDARD], ids=["cjis.md", "asvs.md"])
def test_every_file_a_table_names_exists(table):
    """A control that points nowhere is met by nothing."""
    named = re.findall(r"`((?:tests|docs|config|forms_service|script)/[a-z_0-9/.-]+)(?:::\w+)?`", table)
    assert named
    assert [one for one in named if not (ROOT / one).exists()] == []
