"""ocfl-py's own validator, an independent reader of the archive."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def assert_ocfl_root_valid(root: Path) -> None:
    """Fail unless ocfl-py calls the root valid, every object and digest included; it exits 0 either way."""
    tool = Path(sys.executable).with_name("ocfl-root.py")
    done = subprocess.run(
        [sys.executable, str(tool), "validate", "--root", str(root), "--validate-objects", "--check-digests"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines()
    assert lines, f"ocfl-root.py said nothing: {done.stderr}"
    assert "INVALID" not in lines[-1], "\n".join(lines)
    assert lines[-1].endswith("is VALID"), "\n".join(lines)
