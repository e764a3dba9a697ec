"""Finished lines and boxes to a PDF/A-3a and PDF/UA-1 file, by WeasyPrint; the only file that knows it.

* The layout (``form.html``, ``form.css``) runs sandboxed and is given finished lines and boxes, nothing else.
* Nothing is fetched but the form's own files and the bundled fonts; anything else stops the job.
* What WeasyPrint reports, be it a warning, stops the job too, and so does a font of the machine: no silent
  fallback (DESIGN 2.8).
* Same job, same bytes, under the same versions of WeasyPrint and of the fonts.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from mimetypes import guess_type
from urllib.parse import urlsplit
from xml.etree.ElementTree import SubElement, fromstring, tostring

import weasyprint
from weasyprint.pdf.metadata import NS, DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from forms_service.documents.claims import PDFUA_NAMESPACE, pdfua_extension_schema
from forms_service.documents.fonts import FontFolder
from forms_service.documents.page_layout import layout_page
from forms_service.documents.sandbox import layout_environment, layout_faults
from forms_service.domain.evidence import sha256_hex
from forms_service.domain.forms import FormVersion
from forms_service.errors import AssetMissingError, EngineReportedError
from forms_service.ports import RenderJob

FONT_SIGNATURES = frozenset({b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2"})


class HtmlRenderer:
    """Renders pages; safe to share between threads.

    Args:
        fonts: The bundled fonts.
    """

    def __init__(self, fonts: FontFolder) -> None:
        self._fonts = fonts
        self._engine = _Engine(fonts)
        self._environment = layout_environment()

    def render(self, job: RenderJob) -> bytes:
        """Render a page, before stamp and seal.

        Raises:
            GlyphMissingError: A line holds a character that no bundled font has.
            TemplateSyntaxFaultError, TemplateUndefinedNameError, TemplateUnsafeError: With file and line.
            AssetMissingError: The layout asks for a file that is not the form's, or for a font that is not bundled.
            EngineReportedError: WeasyPrint reported a warning or an error.
        """
        self._fonts.check((line.id, line.text) for page in job.pages for line in page.lines)
        identifier = sha256_hex(f"{job.document_id}/{job.kind}".encode())[:32].encode()
        options = {"pdf_variant": "pdf/a-3a", "pdf_identifier": identifier}
        return self._engine.pdf(self.html(job), job.form.files, **options)

    def lacking(self, _form: FormVersion) -> str:
        """Give nothing: this engine is always there."""
        return ""

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
            "pages": [layout_page(page) for page in job.pages],
        }
        with layout_faults(lambda line: f"form.html:{line}"):
            source = job.form.files["form.html"].decode("utf-8")
            return self._environment.from_string(source).render(context)


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
        # A font of the form's own would escape the check of its glyphs, and stay loaded for the forms after it.
        if content is None or parts.netloc or (parts.scheme == "form" and content[:4] in FONT_SIGNATURES):
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
        rdf.append(pdfua_extension_schema(NS["rdf"]))
        written: bytes = tostring(rdf, encoding="utf-8")
        return written


class _Engine:
    """WeasyPrint with the bundled fonts loaded once; makes one page at a time, whatever the number of threads."""

    def __init__(self, fonts: FontFolder) -> None:
        self._fonts = fonts
        self._style = f"{fonts.face_rules}\nhtml {{ font-family: {fonts.stack}; }}"
        self._lock = threading.Lock()
        self._loaded: tuple[int, FontConfiguration, weasyprint.CSS] | None = None

    def pdf(self, html: str, files: Mapping[str, bytes], **options: object) -> bytes:
        """Give the PDF of an HTML text that may use these files and the bundled fonts.

        Raises:
            AssetMissingError: It asks for another file, or for a font that is not bundled.
            EngineReportedError: WeasyPrint reported a warning or an error.
        """
        fetcher = _FormFetcher(files, self._fonts.files)
        with self._lock, _reports() as reports:
            try:
                pdf, families = self._written(html, fetcher, options)
            except FatalURLFetchingError as error:
                raise AssetMissingError(url=fetcher.refused or "an address") from error
        if fetcher.refused:
            raise AssetMissingError(url=fetcher.refused)
        if reports:
            raise EngineReportedError(report=reports[0][:200])
        for family in sorted(families - self._fonts.families):
            raise AssetMissingError(url=f"font {family}")
        return pdf

    def _written(self, html: str, fetcher: _FormFetcher, options: Mapping[str, object]) -> tuple[bytes, set[str]]:
        fonts, base = self._base()
        page = weasyprint.HTML(string=html, base_url="form:///form.html", url_fetcher=fetcher)
        document = page.render(stylesheets=[base], font_config=fonts)
        document.metadata = _BothClaims(**vars(document.metadata))
        pdf: bytes = document.write_pdf(**options)
        return pdf, {font.family for font in document.fonts.values()}

    def _base(self) -> tuple[FontConfiguration, weasyprint.CSS]:
        """Load the fonts, once for each process: a forked one must not share the folder of the other."""
        if self._loaded is None or self._loaded[0] != os.getpid():
            fonts = _ProcessFonts()
            fetcher = _FormFetcher({}, self._fonts.files)
            self._loaded = (
                os.getpid(),
                fonts,
                weasyprint.CSS(string=self._style, font_config=fonts, url_fetcher=fetcher),
            )
        return self._loaded[1:]


class _ProcessFonts(FontConfiguration):  # type: ignore[misc]  # WeasyPrint is untyped
    """Fonts whose temporary folder only the process that made it removes."""

    def __init__(self) -> None:
        self._made_by = os.getpid()
        super().__init__()

    def __del__(self) -> None:
        if self._made_by == os.getpid():
            super().__del__()


@contextmanager
def _reports() -> Iterator[list[str]]:
    """Collect what WeasyPrint reports while this thread makes a page."""
    found: list[str] = []
    thread = threading.get_ident()
    handler = logging.Handler(logging.WARNING)
    handler.addFilter(lambda record: record.thread == thread)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
