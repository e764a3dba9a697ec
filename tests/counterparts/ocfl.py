"""ocfl-py's own validator, an independent reader of the archive.

It does not look whether an object lies where the root's layout puts its id; that is asked here, of ocfl-py's layouts.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import ocfl  # type: ignore[import-untyped]

LIMIT_S = 120


def assert_ocfl_root_valid(root: Path, *, objects: int | None = None) -> None:
    """Fail unless ocfl-py calls the root valid, every object and digest included; it exits 0 either way.

    A root that lost a whole object is still valid: where the number of objects is known, give it.

    Raises:
        AssertionError: The root is not valid, the program did not say, or there is another number of objects.
    """
    tool = Path(sys.executable).with_name("ocfl-root.py")
    done = subprocess.run(
        [sys.executable, str(tool), "validate", "--root", str(root), "--validate-objects", "--check-digests"],
        capture_output=True, text=True, check=False, timeout=LIMIT_S,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines()
    assert lines, f"ocfl-root.py said nothing: {done.stderr}"
    assert "INVALID" not in lines[-1], done.stdout
    assert lines[-1].endswith("is VALID"), done.stdout
    _assert_objects_in_place(root)
    if objects is not None:
        counted = re.search(r"^Objects checked: (\d+) / (\d+) are VALID$", done.stdout, flags=re.MULTILINE)
        assert counted, done.stdout
        assert counted[1] == counted[2] == str(objects), f"expected {objects} objects, got {counted[2]}: {done.stdout}"


def _assert_objects_in_place(root: Path) -> None:
    storage = ocfl.StorageRoot(root=str(root))
    for declaration in sorted(root.rglob("0=ocfl_object_*")):
        folder = declaration.parent
        identifier = json.loads((folder / "inventory.json").read_text("utf-8"))["id"]
        found, wanted = folder.relative_to(root).as_posix(), storage.object_path(identifier)
        assert found == wanted, f"{identifier} lies in {found}, expected {wanted}"
