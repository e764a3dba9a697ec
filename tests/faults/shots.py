"""Faults at every call that changes the disk: SIGKILL, EIO and ENOSPC, injected by strace into a forked child.

One process has done the imports and the page's pure work; for each point it forks a child on a fresh copy of the
folder. The child waits until strace has attached, so that ordinals count from the first call of the act itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CALLS = "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,mkdir,mkdirat,ftruncate,unlink,unlinkat,rmdir"
FAULTS = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")
_LINE = re.compile(r"^(?:\[pid\s+)?(\d+)\]?\s+(\w+)\((.*)$")
REFUSED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The n-th call of a name, counted from the act's beginning."""

    call: str
    ordinal: int


def run_child(act: Callable[[], int]) -> tuple[int, int]:
    """Fork a child that waits for a line and then acts; give its process id and the pipe that lets it go."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(reading)
        return child, writing
    code = 99
    try:
        os.close(writing)
        os.read(reading, 1)
        code = act()
    finally:
        os._exit(code)


def attached(child: int, gate: int, arguments: list[str]) -> int:
    """Attach strace to a waiting child, let it go, and give how it ended: its exit code, or minus a signal."""
    with subprocess.Popen(
        ["strace", "-q", "-f", "-p", str(child), "-e", f"trace={CALLS}", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as tracer:  # fmt: skip
        _wait_for_tracer(child, tracer)
        os.write(gate, b"g")
        os.close(gate)
        _, status = os.waitpid(child, 0)
        tracer.wait(timeout=30)
    return os.waitstatus_to_exitcode(status)


def _wait_for_tracer(child: int, tracer: subprocess.Popen[bytes]) -> None:
    for _ in range(2000):
        status = Path(f"/proc/{child}/status").read_text("ascii")
        if not re.search(r"TracerPid:\s+0\b", status):
            return
        if tracer.poll() is not None:
            raise RuntimeError((tracer.stderr.read() if tracer.stderr else b"").decode())
        time.sleep(0.005)  # the kernel gives no event for "somebody traces you now"
    raise RuntimeError("strace did not attach")


def points(act: Callable[[], int], folder: Path, log: Path) -> list[Point]:
    """Record a run without faults and give each call that changes the disk under a folder."""
    child, gate = run_child(act)
    code = attached(child, gate, ["-y", "-s", "0", "-o", str(log)])
    if code:
        message = f"the run without faults ended with {code}"
        raise RuntimeError(message)
    counts: Counter[str] = Counter()
    found = []
    for line in log.read_text("utf-8", errors="replace").splitlines():
        match = _LINE.match(line)
        if not match or int(match[1]) != child:
            continue
        call, arguments = match[2], match[3]
        counts[call] += 1
        if str(folder) in arguments and (call != "openat" or "O_CREAT" in arguments):
            found.append(Point(call=call, ordinal=counts[call]))
    return found


def shoot(act: Callable[[], int], point: Point, fault: str) -> int:
    """Run the act with one fault at one point; give how it ended."""
    child, gate = run_child(act)
    return attached(child, gate, ["-o", "/dev/null", "-e", f"inject={point.call}:{fault}:when={point.ordinal}"])


def fresh_copy(template: Path, folder: Path) -> None:
    """Lay the state before the act anew."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
