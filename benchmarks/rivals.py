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
from importlib.util import find_spec
from pathlib import Path

import weasyprint

from benchmarks.measure import Figures, peak_mb

DEBIAN_PYTHON = "/usr/bin/python3"  # LibreOffice's own module is made for it
START_S = 60


class MissingRivalError(RuntimeError):
    """A rival is not installed."""


def refuse_missing() -> None:
    """Tell every rival that is not installed, with what installs it.

    Raises:
        MissingRivalError: One or more are missing.
    """
    missing = [
        f"{name} ({how})"
        for name, is_there, how in (
            ("Chromium", bool(shutil.which("chromium")), "apt-get install chromium"),
            (
                "LibreOffice",
                bool(shutil.which("soffice")),
                "apt-get install --no-install-recommends libreoffice-writer-nogui",
            ),
            ("python3-uno", _has_uno(), "apt-get install python3-uno"),
            ("docxtpl", _can_import("docxtpl"), '.venv/bin/pip install -e ".[benchmark]"'),
            ("unoserver", _can_import("unoserver"), '.venv/bin/pip install -e ".[benchmark]"'),
        )
        if not is_there
    ]
    if missing:
        raise MissingRivalError(", ".join(missing))


def _has_uno() -> bool:
    return subprocess.run([DEBIAN_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def _can_import(name: str) -> bool:
    return find_spec(name) is not None


def weasyprint_alone(html: str, runs: int) -> Figures:
    """Write a page with WeasyPrint and its own options, nothing around it."""
    figures = Figures()
    for _ in range(runs):
        figures.of_call(lambda: weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/a-3a"))
    return figures


def chromium_print(folder: Path, html: str, runs: int) -> Figures:
    """Print a page with a fresh Chromium each time."""
    page = folder / "page.html"
    page.write_text(html, "utf-8")
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'chromium.pdf'}", page.as_uri(),
    ]  # fmt: skip
    figures = Figures()
    for _ in range(runs):
        figures.of_program(command)
    return figures


def docxtpl_libreoffice(folder: Path, texts: Sequence[str], runs: int) -> dict[str, Figures]:
    """Fill a Word template by docxtpl and convert it by LibreOffice: kept warm by unoserver, and started each time."""
    template = _template(folder)
    warm, cold = Figures(), Figures()
    with _unoserver(folder) as (port, office):
        for number in range(runs):
            warm.of_call(lambda number=number: _converted_warm(template, folder, texts, number, port))
        warm.peaks_mb[:] = [peak_mb(office)]
    for number in range(max(3, runs // 4)):
        filled = folder / f"cold-{number}.docx"
        began = time.perf_counter()
        _fill(template, filled, texts)
        filling = time.perf_counter() - began
        cold.of_program(
            ["soffice", "--headless", "--norestore", f"-env:UserInstallation={(folder / 'cold').as_uri()}",
             "--convert-to", "pdf", "--outdir", str(folder), str(filled)]
        )  # fmt: skip
        cold.seconds[-1] += filling
        _assert_pdf(filled.with_suffix(".pdf"))
    return {"docxtpl + LibreOffice, warm": warm, "docxtpl + LibreOffice, cold": cold}


def _template(folder: Path) -> Path:
    from docx import Document  # noqa: PLC0415  # only who measures has it

    document = Document()
    document.add_heading("{{ title }}", level=1)
    document.add_paragraph("{%p for text in texts %}")
    document.add_paragraph("{{ text }}")
    document.add_paragraph("{%p endfor %}")
    place = folder / "template.docx"
    document.save(str(place))
    return place


def _fill(template: Path, place: Path, texts: Sequence[str]) -> None:
    from docxtpl import DocxTemplate  # noqa: PLC0415  # as above

    document = DocxTemplate(str(template))
    document.render({"title": texts[0], "texts": list(texts[1:])}, autoescape=True)
    document.save(str(place))


def _converted_warm(template: Path, folder: Path, texts: Sequence[str], number: int, port: int) -> None:
    from unoserver.client import UnoClient  # noqa: PLC0415  # as above

    filled, made = folder / f"warm-{number}.docx", folder / f"warm-{number}.pdf"
    _fill(template, filled, texts)
    UnoClient(server="127.0.0.1", port=str(port)).convert(inpath=str(filled), outpath=str(made), convert_to="pdf")
    _assert_pdf(made)


def _assert_pdf(place: Path) -> None:
    if not place.read_bytes().startswith(b"%PDF-"):
        raise RuntimeError(f"{place.name} is no PDF")


@contextmanager
def _unoserver(folder: Path) -> Iterator[tuple[int, int]]:
    """Keep one LibreOffice running; give the port to ask at and the process id of the office itself."""
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
            yield port, _office_of(server.pid)
        finally:
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the whole session: unoserver may wait for ever for an office that is gone."""
    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)


def _office_of(session: int) -> int:
    """Give the process of a session that holds most memory: the office, not the scripts that start it."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,rss=", "-s", str(session)], capture_output=True, text=True, check=True
    ).stdout.split()
    by_memory = {int(rss): int(pid) for pid, rss in zip(listed[::2], listed[1::2], strict=True)}
    return by_memory[max(by_memory)]


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
