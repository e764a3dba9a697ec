"""Milliseconds and peak memory of each stage of one document, beside its rivals, in one run.

    apt-get install chromium python3-uno; apt-get install --no-install-recommends libreoffice-writer-nogui
    .venv/bin/pip install -e ".[benchmark]"
    .venv/bin/python benchmarks/document.py [--runs 20]

Rivals, which make the same words into a PDF and nothing more: WeasyPrint alone on the same page, Chromium's print of
it, docxtpl with LibreOffice kept warm by unoserver, and started for each document. Ratios are to WeasyPrint alone, so
that two machines can be compared. Memory is the highest of the whole process while the stage ran; of a program, that
of its largest process.
"""

from __future__ import annotations

import argparse
import copy
import json
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import Figures
from benchmarks.rivals import (
    MissingRivalError,
    chromium_print,
    docxtpl_libreoffice,
    refuse_missing,
    weasyprint_alone,
)
from forms_service.documents.html_renderer import HtmlRenderer
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.ports import Actor, Services
from forms_service.settings import ROOT, read_settings
from forms_service.web.app import create_app
from forms_service.wiring import build_services
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.paper import Paper, PaperRequest, make_paper, render_job

BY = Actor(id="operator:benchmark")
WARM_UP = 2
STAGES = {
    "renderer": {"render": "render"},
    "stamper": {"stamp": "stamp"},
    "sealer": {"seal": "seal"},
    "inspector": {"read_back": "read back"},
    "archive": {"add_version": "archive"},
}


class Measured:
    """Wraps a port and measures each call of some of its methods."""

    def __init__(self, port: object, figures: dict[str, Figures], names: dict[str, str]) -> None:
        self._port, self._figures, self._names = port, figures, names

    def __getattr__(self, name: str) -> object:
        """Give the port's own attribute, measured when it is one of the stages."""
        found = getattr(self._port, name)
        if name not in self._names:
            return found
        figures = self._figures.setdefault(self._names[name], Figures())
        return lambda *arguments, **more: figures.of_call(lambda: found(*arguments, **more))


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    try:
        refuse_missing()
    except MissingRivalError as error:
        sys.stderr.write(f"not installed: {error}\n")
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        services = _services(folder)
        create_app(services.settings, services)  # a server's process holds the web too
        whole = _whole(services, runs)
        stages = _stages(services, runs)
        paper, html = _same_page(services)
        rivals = {
            "WeasyPrint alone": weasyprint_alone(html, runs + WARM_UP),
            "Chromium print": chromium_print(folder, html, max(3, runs // 4) + 1),
            **docxtpl_libreoffice(folder, [line.text for line in paper.lines], runs + WARM_UP),
        }
    _print({**stages, "complete, whole": whole, **rivals})
    return 0


def _whole(services: Services, runs: int) -> Figures:
    figures = Figures()
    for number in range(runs + WARM_UP):
        request = _request(services, number)
        figures.of_call(lambda request=request: complete(services, BY, request))
    return figures


def _stages(services: Services, runs: int) -> dict[str, Figures]:
    figures: dict[str, Figures] = {}
    ports = {port: Measured(getattr(services, port), figures, names) for port, names in STAGES.items()}
    measured = replace(services, **ports)
    for number in range(runs + WARM_UP):
        complete(measured, BY, _request(services, 1000 + number))
    return {name: figures[name] for names in STAGES.values() for name in names.values()}


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


def _same_page(services: Services) -> tuple[Paper, str]:
    """Give the page's words, and its HTML with style and font so that any engine can set it."""
    values, signatures = _example()
    paper = make_paper(services, BY, PaperRequest(form="lead-agreement", values=values))
    inks = {name: one.ink for name, one in parse_signature_set(signatures).blocks.items() if one.ink}
    renderer = services.renderer
    if not isinstance(renderer, HtmlRenderer):
        raise TypeError(type(renderer).__name__)
    html = renderer.html(render_job(services, paper, inks=inks, made_at=services.clock.now()))
    css = paper.form.files["form.css"].decode()
    fonts = "".join(
        f'@font-face {{ font-family: Paper; font-weight: {weight}; src: url("{(ROOT / "config/fonts" / file).as_uri()}"); }}'
        for weight, file in (("normal", "NotoSans-Regular.ttf"), ("bold", "NotoSans-Bold.ttf"))
    )
    style = f"<style>{fonts} html {{ font-family: Paper; }} {css}</style>"
    return paper, html.replace('<link rel="stylesheet" href="form:///form.css">', style)


def _print(found: dict[str, Figures]) -> None:
    unit = statistics.median(found["WeasyPrint alone"].seconds[WARM_UP:])
    print(f"{'stage':<30} {'median ms':>10} {'of WeasyPrint alone':>20} {'peak MB':>8}")
    for name, one in found.items():
        kept = one.seconds[WARM_UP:] if len(one.seconds) > 2 * WARM_UP else one.seconds[1:]
        median = statistics.median(kept)
        print(f"{name:<30} {median * 1000:>10.1f} {median / unit:>20.2f} {max(one.peaks_mb):>8.0f}")


if __name__ == "__main__":
    sys.exit(main())
