"""The judge of OCFL says yes to a valid root and no to each damage, although its program exits 0 on both."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.counterparts.ocfl import assert_ocfl_root_valid

TOOL = str(Path(sys.executable).with_name("ocfl-root.py"))
DECLARATION = "0=ocfl_object_1.1"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Let ocfl-py itself make a root with two objects."""
    folder = tmp_path_factory.mktemp("ocfl")
    root = folder / "root"
    ocfl_root("create", "--root", root, "--layout", "0003-hash-and-id-n-tuple-storage-layout")
    for number in (1, 2):
        source = folder / f"object-{number}"
        (source / "v1").mkdir(parents=True)
        (source / "v1" / "a.txt").write_text(f"first {number}")
        (source / "v1" / "b.txt").write_text(f"other {number}")
        built = folder / f"built-{number}"
        program = str(Path(sys.executable).with_name("ocfl-object.py"))
        subprocess.run(
            [sys.executable, program, "create", "--src", str(source / "v1"), "--objdir", str(built), "--id", f"urn:test:{number}"],
            check=True, capture_output=True,
        )  # fmt: skip
        ocfl_root("add", "--root", root, "--src", built)
    return root


def ocfl_root(*arguments: object) -> None:
    """Run the root's program."""
    subprocess.run([sys.executable, TOOL, *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture
def root(made, tmp_path) -> Path:
    """Give a copy of the valid root."""
    return Path(shutil.copytree(made, tmp_path / "root"))


def object_folder(root: Path) -> Path:
    """Give the folder of an object."""
    return min(root.rglob(DECLARATION)).parent


def content(root: Path, name: str = "a.txt") -> Path:
    """Give a content file of that object."""
    return next(object_folder(root).glob(f"v1/content/**/{name}"))


def flip(root: Path) -> None:
    """Change a byte, not the length."""
    told = bytearray(content(root).read_bytes())
    told[0] ^= 1
    content(root).write_bytes(told)


def swap(root: Path) -> None:
    """Let two files change places."""
    one, other = content(root), content(root, "b.txt")
    held = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(held)


def reword_inventory(root: Path) -> None:
    """Change the inventory under its old sidecar."""
    file = object_folder(root) / "inventory.json"
    told = json.loads(file.read_text("utf-8"))
    told["versions"]["v1"]["message"] = "another"
    file.write_text(json.dumps(told), "utf-8")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a flipped byte": flip,
    "a truncated file": lambda root: content(root).write_bytes(b"f"),
    "an empty file": lambda root: content(root).write_bytes(b""),
    "a missing file": lambda root: content(root).unlink(),
    "two files swapped": swap,
    "an extra file in the content": lambda root: content(root).with_name("c.txt").write_text("extra"),
    "an extra file in the object": lambda root: (object_folder(root) / "extra.txt").write_text("extra"),
    "an extra version": lambda root: (object_folder(root) / "v2" / "content").mkdir(parents=True),
    "a changed inventory": reword_inventory,
    "a missing inventory": lambda root: (object_folder(root) / "inventory.json").unlink(),
    "a missing sidecar": lambda root: next(object_folder(root).glob("inventory.json.sha512")).unlink(),
    "a wrong sidecar": lambda root: (object_folder(root) / "inventory.json.sha512").write_text("0" * 128 + " inventory.json\n"),
    "an object that does not declare itself": lambda root: (object_folder(root) / DECLARATION).unlink(),
    "an object's wrong declaration": lambda root: (object_folder(root) / DECLARATION).write_text("wrong\n"),
    "a root that does not declare itself": lambda root: next(root.glob("0=ocfl_1*")).unlink(),
    "a staging folder in the root": lambda root: (root / ".staging" / "x").mkdir(parents=True),
    "an empty folder in the root": lambda root: (root / "empty").mkdir(),
    "an object in a wrong place": lambda root: object_folder(root).rename(object_folder(root).with_name("elsewhere")),
}  # fmt: skip


def test_a_valid_root_is_valid(root):
    """Two whole objects pass, and are counted."""
    assert_ocfl_root_valid(root)
    assert_ocfl_root_valid(root, objects=2)


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damage_is_found(root, damage):
    """What was damaged is told as invalid."""
    DAMAGES[damage](root)
    with pytest.raises(AssertionError):
        assert_ocfl_root_valid(root)


def test_an_object_that_is_gone_is_found_by_the_count(root):
    """A root that lost a whole object is valid by itself; the expected number tells."""
    shutil.rmtree(root / object_folder(root).relative_to(root).parts[0])
    with pytest.raises(AssertionError, match="expected 2 objects, got 1"):
        assert_ocfl_root_valid(root, objects=2)


def test_what_is_no_root_is_not_valid(tmp_path):
    """An empty folder and a missing one both fail."""
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(AssertionError):
            assert_ocfl_root_valid(folder)
