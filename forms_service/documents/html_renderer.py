"""Finished lines and boxes to a PDF/A-3a and PDF/UA-1 file, by WeasyPrint; the only file that knows it.

* The layout (``form.html``, ``form.css``) runs sandboxed and is given finished lines and boxes, nothing else.
* Nothing is fetched but the form's own files and the bundled fonts; anything else stops the job.
* What WeasyPrint reports as an error stops the job too: no silent fallback (DESIGN 2.8).
* Same job, same bytes, under the same versions of WeasyPrint and of the fonts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from mimetypes import guess_type
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

import weasyprint
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from weasyprint.pdf.metadata import NS, DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from forms_service.documents.fonts import FontFolder
from forms_service.documents.ink import PEN_WIDTH_HUNDREDTHS_MM, svg_path
from forms_service.domain.evidence import sha256_hex
from forms_service.domain.wording import Line
from forms_service.errors import (
    AssetMissingError,
    EngineReportedError,
    TemplateSyntaxFaultError,
    TemplateUndefinedNameError,
    TemplateUnsafeError,
)
from forms_service.ports import PageBlock, PageContent, RenderJob

FILTERS = frozenset({"e", "escape", "length", "first", "last", "batch"})
PDFUA_NAMESPACE = "http://www.aiim.org/pdfua/ns/id/"
_EXTENSION = {
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
for _prefix, _namespace in _EXTENSION.items():
    register_namespace(_prefix, _namespace)


class HtmlRenderer:
    """Renders pages; safe to share between threads.

    Args:
        fonts: The bundled fonts.
    """

    def __init__(self, fonts: FontFolder) -> None:
        self._fonts = fonts
        self._lock = threading.Lock()
        self._environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        self._environment.globals.clear()
        self._environment.filters = {name: one for name, one in self._environment.filters.items() if name in FILTERS}

    def render(self, job: RenderJob) -> bytes:
        """Render a page, before stamp and seal.

        Raises:
            GlyphMissingError, TemplateSyntaxFaultError, TemplateUndefinedNameError, TemplateUnsafeError,
            AssetMissingError, EngineReportedError.
        """
        self._fonts.check((line.id, line.text) for page in job.pages for line in page.lines)
        html = self.html(job)
        fetcher = _FormFetcher(job.form.files, self._fonts.files)
        # WeasyPrint reports through one logger of the process: one page at a time, so that a report finds its job.
        with self._lock, _reports() as reports:
            try:
                pdf = self._pdf(job, html, fetcher)
            except FatalURLFetchingError as error:
                raise AssetMissingError(url=fetcher.refused or "an address") from error
        if fetcher.refused:
            raise AssetMissingError(url=fetcher.refused)
        if reports:
            raise EngineReportedError(report=reports[0][:200])
        return pdf

    def html(self, job: RenderJob) -> str:
        """Give the finished HTML of a job, before the engine.

        Raises:
            TemplateSyntaxFaultError, TemplateUndefinedNameError, TemplateUnsafeError: With file and line.
        """
        context = {
            "language": job.pages[0].language,
            "title": job.pages[0].title,
            "author": job.author,
            "created": job.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "kind": str(job.kind),
            "pages": [_layout_page(page) for page in job.pages],
        }
        try:
            source = job.form.files["form.html"].decode("utf-8")
            return self._environment.from_string(source).render(context)
        except TemplateSyntaxError as error:
            raise TemplateSyntaxFaultError(place=f"form.html:{error.lineno}", problem=str(error.message)) from error
        except UndefinedError as error:
            raise TemplateUndefinedNameError(place=f"form.html:{_line(error)}", problem=str(error.message)) from error
        except SecurityError as error:
            raise TemplateUnsafeError(place=f"form.html:{_line(error)}", problem=str(error.message)) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateSyntaxFaultError(place=f"form.html:{_line(error)}", problem=str(error)) from error
        except UnicodeDecodeError as error:
            raise TemplateSyntaxFaultError(place="form.html:1", problem="it is not UTF-8") from error

    def _pdf(self, job: RenderJob, html: str, fetcher: _FormFetcher) -> bytes:
        fonts = FontConfiguration()
        style = f"{self._fonts.face_rules}\nhtml {{ font-family: {self._fonts.stack}; }}"
        base = weasyprint.CSS(string=style, font_config=fonts, url_fetcher=fetcher)
        page = weasyprint.HTML(string=html, base_url="form:///form.html", url_fetcher=fetcher)
        document = page.render(stylesheets=[base], font_config=fonts)
        document.metadata.__class__ = _BothClaims
        identifier = sha256_hex(f"{job.document_id}/{job.kind}".encode())[:32].encode()
        written: bytes = document.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier)
        return written


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutItem:
    """What stands next on a page: lines of one section, or a row of signature boxes."""

    section: str
    lines: tuple[Line, ...]
    blocks: tuple[LayoutBlock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutBlock:
    """A signature box: its lines, its size in mm and its ink as finished SVG."""

    id: str
    lines: tuple[Line, ...]
    width_mm: float
    height_mm: float
    ink: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutPage:
    """One language's page, as the layout sees it."""

    language: str
    title: str
    items: tuple[LayoutItem, ...]


def _layout_page(page: PageContent) -> LayoutPage:
    boxes = {block.id: block for block in page.blocks}
    items: list[LayoutItem] = []
    for (block_id, section), group in groupby(page.lines, key=lambda line: (line.block, line.section)):
        lines = tuple(group)
        if block_id and block_id in boxes:
            block = _layout_block(boxes[block_id], lines)
            if items and items[-1].blocks:
                items[-1] = LayoutItem(section=section, lines=(), blocks=(*items[-1].blocks, block))
            else:
                items.append(LayoutItem(section=section, lines=(), blocks=(block,)))
        else:
            items.append(LayoutItem(section=section, lines=lines, blocks=()))
    return LayoutPage(language=page.language, title=page.title, items=tuple(items))


def _layout_block(block: PageBlock, lines: tuple[Line, ...]) -> LayoutBlock:
    width, height = block.width_hundredths_mm, block.height_hundredths_mm
    ink = Markup("")
    if block.ink is not None:
        ink = Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{}mm" height="{}mm" viewBox="0 0 {} {}">'
            "<title>{}</title>"
            '<path d="{}" fill="none" stroke="#0b1f3a" stroke-width="{}" stroke-linecap="round" stroke-linejoin="round"/>'
            "</svg>"
        ).format(width / 100, height / 100, width, height, lines[0].text, svg_path(block.ink), PEN_WIDTH_HUNDREDTHS_MM)
    return LayoutBlock(id=block.id, lines=lines, width_mm=width / 100, height_mm=height / 100, ink=ink)


def _line(error: BaseException) -> int:
    """Give the line of the layout on which an error arose."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class _FormFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
    """Knows ``form:///<file>`` and ``fonts:///<file>``, in memory, and nothing else."""

    def __init__(self, files: Mapping[str, bytes], fonts: Mapping[str, bytes]) -> None:
        super().__init__(fail_on_errors=True, allow_redirects=False)
        self._known = {"form": files, "fonts": fonts}
        self.refused = ""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        del headers
        parts = urlsplit(url)
        content = self._known.get(parts.scheme, {}).get(parts.path.removeprefix("/"))
        if content is None or parts.netloc:
            self.refused = url[:120]
            raise FatalURLFetchingError(self.refused)
        media_type = guess_type(parts.path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, body=content, headers={"Content-Type": media_type})


class _BothClaims(DocumentMetadata):  # type: ignore[misc]  # WeasyPrint is untyped
    """Metadata that claims PDF/A-3a and PDF/UA-1 in one RDF; WeasyPrint writes one claim only."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        rdf = fromstring(super().generate_rdf_metadata(variant, version, conformance))  # noqa: S314  # our own XML
        claim = SubElement(rdf, f"{{{NS['rdf']}}}Description", {f"{{{NS['rdf']}}}about": ""})
        claim.set(f"{{{PDFUA_NAMESPACE}}}part", "1")
        rdf.append(_extension_schema())
        written: bytes = tostring(rdf, encoding="utf-8")
        return written


def _extension_schema() -> Element:
    """Describe ``pdfuaid:part``, as PDF/A asks for every property it does not know (ISO 19005-3, 6.6.2.3)."""
    rdf, schema, prop = NS["rdf"], _EXTENSION["pdfaSchema"], _EXTENSION["pdfaProperty"]
    description = Element(f"{{{rdf}}}Description", {f"{{{rdf}}}about": ""})
    schemas = SubElement(description, f"{{{_EXTENSION['pdfaExtension']}}}schemas")
    item = SubElement(SubElement(schemas, f"{{{rdf}}}Bag"), f"{{{rdf}}}li", {f"{{{rdf}}}parseType": "Resource"})
    SubElement(item, f"{{{schema}}}schema").text = "PDF/UA Universal Accessibility Schema"
    SubElement(item, f"{{{schema}}}namespaceURI").text = PDFUA_NAMESPACE
    SubElement(item, f"{{{schema}}}prefix").text = "pdfuaid"
    properties = SubElement(SubElement(item, f"{{{schema}}}property"), f"{{{rdf}}}Seq")
    part = SubElement(properties, f"{{{rdf}}}li", {f"{{{rdf}}}parseType": "Resource"})
    facts = {"name": "part", "valueType": "Integer", "category": "internal", "description": "Part of ISO 14289"}
    for name, text in facts.items():
        SubElement(part, f"{{{prop}}}{name}").text = text
    return description


@contextmanager
def _reports() -> Iterator[list[str]]:
    """Collect what WeasyPrint logs as an error while a page is made."""
    found: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)


class OverlayRenderer:
    """Draws the stamp's own marks: plain pages without tags, for ``stamp.py`` to lay on a page as an artifact.

    Args:
        fonts: The bundled fonts.
    """

    def __init__(self, fonts: FontFolder) -> None:
        self._fonts = fonts

    def __call__(self, html: str) -> bytes:
        """Give a PDF of Letter pages without margins; same text, same bytes.

        Raises:
            EngineReportedError: WeasyPrint reported an error.
        """
        fonts = FontConfiguration()
        fetcher = _FormFetcher({}, self._fonts.files)
        style = f"{self._fonts.face_rules}\nhtml {{ font-family: {self._fonts.stack}; }}\n@page {{ size: letter; margin: 0; }}"
        base = weasyprint.CSS(string=style, font_config=fonts, url_fetcher=fetcher)
        with _reports() as reports:
            page = weasyprint.HTML(string=html, url_fetcher=fetcher)
            drawn: bytes = page.write_pdf(stylesheets=[base], font_config=fonts, pdf_identifier=b"overlay")
        if reports:
            raise EngineReportedError(report=reports[0][:200])
        return drawn
