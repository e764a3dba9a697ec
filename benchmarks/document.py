"""Milliseconds and peak memory of each stage of one document, beside its rivals, in one run.

    .venv/bin/python benchmarks/document.py [--runs 20]

Rivals: WeasyPrint alone on the same page (what the page costs without us), and Chromium's print of it.
Ratios are to WeasyPrint alone, so that two machines can be compared.
"""

from __future__ import annotations

import argparse
import copy
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import weasyprint

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from forms_service.documents.html_renderer import HtmlRenderer
from forms_service.domain.signature import parse_signature_set
from forms_service.ports import Actor, Services
from forms_service.settings import ROOT, read_settings
from forms_service.wiring import build_services
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.paper import PaperRequest, make_paper, render_job

BY = Actor(id="operator:benchmark")


class Timed:
    """Wraps a port and keeps how long each call of each method took."""

    def __init__(self, port: object, times: dict[str, list[float]], names: dict[str, str]) -> None:
        self._port, self._times, self._names = port, times, names

    def __getattr__(self, name: str) -> object:
        """Give the port's own attribute, timed when it is one of the stages."""
        found = getattr(self._port, name)
        if name not in self._names:
            return found

        def timed(*arguments: object, **more: object) -> object:
            began = time.perf_counter()
            try:
                return found(*arguments, **more)
            finally:
                self._times.setdefault(self._names[name], []).append(time.perf_counter() - began)

        return timed


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        services = _services(folder)
        times: dict[str, list[float]] = {}
        timed = replace(
            services,
            renderer=Timed(services.renderer, times, {"render": "render"}),
            stamper=Timed(services.stamper, times, {"stamp": "stamp"}),
            sealer=Timed(services.sealer, times, {"seal": "seal"}),
            inspector=Timed(services.inspector, times, {"read_back": "read back"}),
            archive=Timed(services.archive, times, {"add_version": "archive"}),
        )
        for number in range(runs + 2):
            request = _request(services, number)
            began = time.perf_counter()
            complete(timed, BY, request)
            times.setdefault("complete, whole", []).append(time.perf_counter() - began)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        html, rival = _weasyprint_alone(services, runs)
        times["WeasyPrint alone"] = rival
        times["Chromium print"] = _chromium(folder, html, max(3, runs // 4))
    _print({name: one[2:] if len(one) > 4 else one[1:] for name, one in times.items()}, peak_mb)


def _services(folder: Path) -> Services:
    return build_services(
        read_settings(
            {
                "FORMS_ARCHIVE": str(folder / "signed"), "FORMS_DATABASE": str(folder / "forms.sqlite3"),
                "FORMS_SEAL_KEY": str(folder / "seal.p12"), "FORMS_SEAL_PASSPHRASE": str(folder / "seal.pass"),
            }
        )
    )  # fmt: skip


def _example() -> tuple[dict, dict]:
    folder = ROOT / "examples/lead-agreement"
    return json.loads((folder / "values.json").read_text("utf-8")), json.loads(
        (folder / "signatures.json").read_text("utf-8")
    )


def _request(services: Services, number: int) -> CompletionRequest:
    values, signatures = _example()
    paper = make_paper(services, BY, PaperRequest(form="lead-agreement", values=values))
    signatures = copy.deepcopy(signatures)
    signatures |= {"document_id": paper.document_id, "presented_digest": paper.digest}
    for block in signatures["blocks"].values():
        block["strokes"][0][0][0] += number + 1
    return CompletionRequest(form="lead-agreement", values=values, signatures=signatures)


def _weasyprint_alone(services: Services, runs: int) -> tuple[str, list[float]]:
    """Render the same page's HTML with WeasyPrint and its own options, nothing around it."""
    values, signatures = _example()
    paper = make_paper(services, BY, PaperRequest(form="lead-agreement", values=values))
    inks = {name: one.ink for name, one in parse_signature_set(signatures).blocks.items() if one.ink}
    renderer = services.renderer
    if not isinstance(renderer, HtmlRenderer):
        raise TypeError(type(renderer).__name__)
    html = renderer.html(render_job(services, paper, inks=inks, made_at=services.clock.now()))
    css = paper.form.files["form.css"].decode()
    face = f'@font-face {{ font-family: Paper; src: url("{(ROOT / "config/fonts/NotoSans-Regular.ttf").as_uri()}"); }} html {{ font-family: Paper; }}'
    html = html.replace('<link rel="stylesheet" href="form:///form.css">', f"<style>{face}{css}</style>")
    return html, _times(lambda: weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/a-3a"), runs + 2)


def _chromium(folder: Path, html: str, runs: int) -> list[float]:
    page = folder / "page.html"
    page.write_text(html, "utf-8")
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'out.pdf'}", page.as_uri(),
    ]  # fmt: skip
    return _times(lambda: subprocess.run(command, capture_output=True, check=True, timeout=60), runs + 1)


def _times(act: Callable[[], object], runs: int) -> list[float]:
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        found.append(time.perf_counter() - began)
    return found


def _print(times: dict[str, list[float]], peak_mb: float) -> None:
    unit = statistics.median(times["WeasyPrint alone"])
    print(f"{'stage':<20} {'median ms':>10} {'of WeasyPrint alone':>20}")
    for name, one in times.items():
        median = statistics.median(one)
        print(f"{name:<20} {median * 1000:>10.1f} {median / unit:>20.2f}")
    print(f"peak memory of this process: {peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
