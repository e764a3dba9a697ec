"""The service as its server holds it, in a process of its own, completing one LEAD agreement after another."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import Run, run_of_call
from forms_service.documents.html_renderer import HtmlRenderer
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.ports import Actor
from forms_service.settings import ROOT, read_settings
from forms_service.web.app import create_app
from forms_service.wiring import build_services
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.paper import PaperRequest, make_paper, render_job

BY = Actor(id="operator:benchmark")
FORM = "lead-agreement"
WHOLE = "complete, whole"
THREADS = 8  # as many as `forms-service serve` gives gunicorn
STAGES = {
    "renderer": ("render", "render"),
    "stamper": ("stamp", "stamp"),
    "sealer": ("seal", "seal"),
    "inspector": ("read_back", "read back"),
    "archive": ("add_version", "archive"),
}


class Measured:
    """Wraps a port and measures each call of one of its methods."""

    def __init__(self, port: object, method: str, keep: Callable[[Run], None]) -> None:
        self._port, self._method, self._keep = port, method, keep

    def __getattr__(self, name: str) -> object:
        """Give the port's own attribute, measured when it is the stage."""
        found = getattr(self._port, name)
        if name != self._method:
            return found

        def measured(*arguments: object, **more: object) -> object:
            run, answer = run_of_call(lambda: found(*arguments, **more))
            self._keep(run)
            return answer

        return measured


class Service:
    """The service with an archive and a database of its own.

    Args:
        folder: Where they lie; empty at the start.
    """

    def __init__(self, folder: Path) -> None:
        files = {
            "FORMS_ARCHIVE": "signed", "FORMS_DATABASE": "forms.sqlite3",
            "FORMS_SEAL_KEY": "seal.p12", "FORMS_SEAL_PASSPHRASE": "seal.pass",
        }  # fmt: skip
        settings = read_settings({name: str(folder / file) for name, file in files.items()})
        self._services = build_services(settings)
        self._web = create_app(settings, self._services)  # a server's process holds the web too
        self._made = 0

    def measured_round(self) -> Mapping[str, Run]:
        """Complete two agreements: one measured as a whole, one by its stages."""
        request = self._request()
        whole, _ = run_of_call(lambda: complete(self._services, BY, request))
        found = {}
        ports = {
            port: Measured(getattr(self._services, port), method, lambda run, name=name: found.update({name: run}))
            for port, (method, name) in STAGES.items()
        }
        complete(replace(self._services, **ports), BY, self._request())
        return {**found, WHOLE: whole}

    def at_once(self) -> Run:
        """Complete two agreements in each of a server's threads; seconds are those of one agreement."""
        requests = [self._request() for _ in range(2 * THREADS)]
        with ThreadPoolExecutor(THREADS) as pool:
            run, _ = run_of_call(lambda: list(pool.map(lambda one: complete(self._services, BY, one), requests)))
        return replace(run, seconds=run.seconds / len(requests))

    def same_page(self) -> tuple[list[str], str]:
        """Give the page's lines, and its HTML with style and fonts so that any engine can set it."""
        values, signatures = _example()
        paper = make_paper(self._services, BY, PaperRequest(form=FORM, values=values))
        inks = {name: one.ink for name, one in parse_signature_set(signatures).blocks.items() if one.ink}
        renderer = self._services.renderer
        if not isinstance(renderer, HtmlRenderer):
            raise TypeError(type(renderer).__name__)
        html = renderer.html(render_job(self._services, paper, inks=inks, made_at=self._services.clock.now()))
        style = _style(paper.form.files["form.css"].decode())
        return [line.text for line in paper.lines], html.replace(
            '<link rel="stylesheet" href="form:///form.css">', style
        )

    def _request(self) -> CompletionRequest:
        self._made += 1
        values, signatures = _example()
        paper = make_paper(self._services, BY, PaperRequest(form=FORM, values=values))
        signatures = copy.deepcopy(signatures)
        signatures |= {"document_id": paper.document_id, "presented_digest": paper.digest}
        for block in signatures["blocks"].values():
            block["strokes"][0][0][0] += self._made  # no stroke set may come twice
        return CompletionRequest(form=FORM, values=values, signatures=signatures)


_here: list[Service] = []  # of this process, once started


def start(folder: Path) -> None:
    """Build the service of this process."""
    _here.append(Service(folder))


def measured_round() -> Mapping[str, Run]:
    """Ask this process's service for a round."""
    return _here[0].measured_round()


def at_once() -> Run:
    """Ask this process's service for as many agreements at once as it has threads."""
    return _here[0].at_once()


def same_page() -> tuple[list[str], str]:
    """Ask this process's service for the page."""
    return _here[0].same_page()


def _example() -> tuple[dict, dict]:
    values, signatures = (
        json.loads((ROOT / "examples" / FORM / f"{name}.json").read_text("utf-8")) for name in ("values", "signatures")
    )
    return values, signatures


def _style(css: str) -> str:
    fonts = "".join(
        f'@font-face {{ font-family: Paper; font-weight: {weight}; src: url("{(ROOT / "config/fonts" / file).as_uri()}"); }}'
        for weight, file in (("normal", "NotoSans-Regular.ttf"), ("bold", "NotoSans-Bold.ttf"))
    )
    return f"<style>{fonts} html {{ font-family: Paper; }} {css}</style>"
