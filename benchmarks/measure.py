"""Wall-clock time and peak memory of calls and of programs, on Linux.

A call that is measured beside others has a process of its own (``own_process``), so that no figure holds what another
one left in memory.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")

# Linux gives a program the peak of the process that started it as its own least; so a small one starts it.
LAUNCHER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(program.pid, 0)
print(json.dumps([time.perf_counter() - began, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: how long it took, and the highest memory (1 MB is 1024 KiB) while it ran."""

    seconds: float
    peak_mb: float


def run_of_call(act: Callable[[], Answer]) -> tuple[Run, Answer]:
    """Measure a call in this process; memory is that of the whole process while it ran."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # sets the high-water mark back to what is used now
    began = time.perf_counter()
    answer = act()
    seconds = time.perf_counter() - began
    return Run(seconds=seconds, peak_mb=peak_mb("self")), answer


def run_of_program(command: Sequence[str]) -> Run:
    """Measure a program from start to end; memory is that of its largest process.

    Raises:
        RuntimeError: It did not end well.
    """
    launched = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LAUNCHER, *command], capture_output=True, text=True, check=True
    )
    seconds, peak, code = json.loads(launched.stdout)
    if code:
        raise RuntimeError(f"{command[0]} ended with {code}")
    return Run(seconds=seconds, peak_mb=peak)


def own_process() -> ProcessPoolExecutor:
    """Give a fresh process that makes one call after another."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def peak_mb(process: int | str) -> float:
    """Give a living process's highest resident memory since it began, or since it was set back."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"process {process} has no memory to measure")
    return int(found[1]) / 1024
