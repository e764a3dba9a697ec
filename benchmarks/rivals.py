"""The named rivals of a document: WeasyPrint alone, Chromium's print, and docxtpl with LibreOffice, warm and cold.

They make the same words into a PDF and do nothing else: no conformance claims, no stamp, no seal, no archive.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import weasyprint

from benchmarks.measure import Run, peak_mb, run_of_call, run_of_program

DEBIAN_PYTHON = "/usr/bin/python3"  # LibreOffice's own module is made for it
DEBIAN_PACKAGES = "apt-get install --no-install-recommends chromium libreoffice-writer-nogui python3-uno"
PYTHON_PACKAGES = '.venv/bin/pip install -e ".[benchmark]"'
START_S = 60


class MissingRivalError(RuntimeError):
    """A rival is not installed."""


def refuse_missing() -> None:
    """Tell every rival that is not installed, with what installs it.

    Raises:
        MissingRivalError: One or more are missing.
    """
    needs = {
        "chromium": (DEBIAN_PACKAGES, shutil.which("chromium")),
        "libreoffice-writer-nogui": (DEBIAN_PACKAGES, shutil.which("soffice")),
        "python3-uno": (DEBIAN_PACKAGES, _has_uno()),
        "docxtpl": (PYTHON_PACKAGES, _can_import("docxtpl")),
        "unoserver": (PYTHON_PACKAGES, _can_import("unoserver")),
    }
    missing = {name: how for name, (how, is_there) in needs.items() if not is_there}
    if missing:
        raise MissingRivalError(f"{', '.join(missing)}; install by: {' && '.join(dict.fromkeys(missing.values()))}")


def _has_uno() -> bool:
    if not Path(DEBIAN_PYTHON).exists():
        return False
    return subprocess.run([DEBIAN_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def _can_import(name: str) -> bool:
    return find_spec(name) is not None


def weasyprint_alone(html: str) -> Run:
    """Write a page with WeasyPrint and its own options, nothing around it."""
    return run_of_call(lambda: weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/a-3a"))[0]


def chromium_print(folder: Path, html: str) -> Run:
    """Print a page with a fresh Chromium."""
    page, made = folder / "page.html", folder / "chromium.pdf"
    page.write_text(html, "utf-8")
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={made}", page.as_uri(),
    ]  # fmt: skip
    run = run_of_program(command)
    _take(made)
    return run


class Word:
    """A Word template filled by docxtpl, and LibreOffice to convert it.

    Args:
        folder: Where the template, what is made of it and the office's profiles lie.
        texts: The page's lines; the first is its title.
    """

    def __init__(self, folder: Path, texts: Sequence[str]) -> None:
        self._folder, self._texts = folder, texts
        self._template = _template(folder)

    def cold(self) -> Run:
        """Start an office for one document and end it."""
        filling, docx = run_of_call(lambda: self._fill("cold"))
        run = run_of_program(
            ["soffice", "--headless", "--norestore", f"-env:UserInstallation={(self._folder / 'cold').as_uri()}",
             "--convert-to", "pdf", "--outdir", str(self._folder), str(docx)]
        )  # fmt: skip
        _take(docx.with_suffix(".pdf"))
        return replace(run, seconds=filling.seconds + run.seconds)

    def warm(self, office: Office) -> Run:
        """Let the office that is running convert one document; memory is the office's highest until now."""
        run, _ = run_of_call(lambda: self._converted(office))
        return replace(run, peak_mb=peak_mb(office.largest_process()))

    def _converted(self, office: Office) -> None:
        from unoserver.client import UnoClient  # noqa: PLC0415  # only who measures has it

        docx, made = self._fill("warm"), self._folder / "warm.pdf"
        client = UnoClient(server="127.0.0.1", port=str(office.port))
        client.convert(inpath=str(docx), outpath=str(made), convert_to="pdf")
        _take(made)

    def _fill(self, name: str) -> Path:
        from docxtpl import DocxTemplate  # noqa: PLC0415  # as above

        document, place = DocxTemplate(str(self._template)), self._folder / f"{name}.docx"
        document.render({"title": self._texts[0], "texts": list(self._texts[1:])}, autoescape=True)
        document.save(str(place))
        return place


def _template(folder: Path) -> Path:
    from docx import Document  # noqa: PLC0415  # as above

    document = Document()
    document.add_heading("{{ title }}", level=1)
    document.add_paragraph("{%p for text in texts %}")
    document.add_paragraph("{{ text }}")
    document.add_paragraph("{%p endfor %}")
    place = folder / "template.docx"
    document.save(str(place))
    return place


def _take(made: Path) -> None:
    """Remove what was made, so that the next run can not pass with it; it must be a PDF."""
    if not made.read_bytes().startswith(b"%PDF-"):
        raise RuntimeError(f"{made.name} is no PDF")
    made.unlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A LibreOffice that unoserver keeps running.

    Attributes:
        session: The session that holds its processes and no other.
    """

    port: int
    session: int

    def largest_process(self) -> int:
        """Give the process that holds most memory: the office itself, not the scripts that start it."""
        found = {peak_mb(process): process for process in _processes_of(self.session)}
        return found[max(found)]


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Keep one LibreOffice running, on a loopback port, with a profile of its own."""
    port, office_port = _free_port(), _free_port()
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    command = [
        DEBIAN_PYTHON, "-m", "unoserver.server", "--interface", "127.0.0.1", "--uno-interface", "127.0.0.1",
        "--port", str(port), "--uno-port", str(office_port), "--user-installation", str(folder / "warm"),
    ]  # fmt: skip
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": packages}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as server:  # fmt: skip
        try:
            _wait(port, server)
            yield Office(port=port, session=server.pid)
        finally:
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the whole session: unoserver may wait for ever for an office that is gone."""
    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)


def _processes_of(session: int) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            facts = (process / "stat").read_text("utf-8").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        if int(facts[3]) == session and facts[0] != "Z":
            yield int(process.name)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    latest = time.monotonic() + START_S
    while time.monotonic() < latest and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("unoserver did not start")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
