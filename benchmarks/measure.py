"""Wall-clock time and peak memory of calls and of programs, on Linux."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one thing: seconds of each run, and the highest memory of any, in MB."""

    seconds: list[float] = field(default_factory=list)
    peaks_mb: list[float] = field(default_factory=list)

    def of_call(self, act: Callable[[], object]) -> object:
        """Measure a call in this process; memory is that of the whole process while it ran."""
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # sets the high-water mark back to what is used now
        began = time.perf_counter()
        try:
            return act()
        finally:
            self.seconds.append(time.perf_counter() - began)
            self.peaks_mb.append(peak_mb("self"))

    def of_program(self, command: Sequence[str], *, environment: dict[str, str] | None = None) -> None:
        """Measure a program from start to end; memory is that of its largest process.

        Raises:
            RuntimeError: It did not end well.
        """
        began = time.perf_counter()
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        ) as program:
            _, status, used = os.wait4(program.pid, 0)
            program.returncode = os.waitstatus_to_exitcode(status)
        self.seconds.append(time.perf_counter() - began)
        self.peaks_mb.append(used.ru_maxrss / 1024)
        if program.returncode:
            raise RuntimeError(f"{command[0]} ended with {program.returncode}")


def peak_mb(process: int | str) -> float:
    """Give a living process's highest resident memory since it began, or since it was set back."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"process {process} has no memory to measure")
    return int(found[1]) / 1024
