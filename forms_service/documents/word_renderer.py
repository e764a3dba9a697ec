"""Finished lines and boxes to a PDF/A-3a and PDF/UA-1 file, by way of a form's Word layout and LibreOffice.

1. The layout is checked (``word_checks.py``) and filled (``word_layout.py``).
2. LibreOffice turns it into a tagged PDF (``office.py``).
3. Claims and tags are mended and the ink is drawn (``word_pdf.py``).
4. Every line must stand on the page, in the order in which it is signed: a layout that leaves one out is refused.
"""

from __future__ import annotations

import unicodedata
from io import BytesIO

from pypdf import PdfReader

from forms_service.documents.fonts import FontFolder
from forms_service.documents.office import LibreOffice
from forms_service.documents.page_layout import layout_page
from forms_service.documents.word_checks import check_word
from forms_service.documents.word_layout import HEIGHT_PX, FilledLayout, fill_layout
from forms_service.documents.word_pdf import FinishedAs, finish
from forms_service.domain.evidence import sha256_hex
from forms_service.domain.forms import FormVersion
from forms_service.domain.wording import PEN_LINE, Line
from forms_service.errors import (
    GlyphMissingError,
    InkHasNoPlaceError,
    LineNotOnPageError,
    TemplateSyntaxFaultError,
    TemplateUnsafeError,
)
from forms_service.ports import PageBlock, RenderJob

LAYOUT = "form.docx"
_JOINERS = "\u200c\u200d"


class WordRenderer:
    """Renders pages; safe to share between threads.

    Args:
        fonts: The bundled fonts.
        office: LibreOffice, on its leash.
    """

    def __init__(self, fonts: FontFolder, office: LibreOffice) -> None:
        self._fonts = fonts
        self._office = office

    def render(self, job: RenderJob) -> bytes:
        """Render a page, before stamp and seal.

        Raises:
            GlyphMissingError: A line holds a character that no bundled font has.
            TemplateSyntaxFaultError, TemplateUndefinedNameError, TemplateUnsafeError: With file and paragraph.
            OfficeMissingError, OfficeBusyError, OfficeTimedOutError, OfficeFailedError.
            AssetMissingError: The layout asks for a font that is not bundled.
            InkHasNoPlaceError, LineNotOnPageError: The layout leaves something out.
        """
        lines = [line for page in job.pages for line in page.lines]
        self._fonts.check((line.id, line.text) for line in lines)
        _check_controls(lines)
        filled = self._filled(job)
        pdf = self._office.convert(filled.docx, needed_by=f"{job.form.definition.form} {job.form.definition.version}")
        identifier = bytes.fromhex(sha256_hex(f"{job.document_id}/{job.kind}".encode())[:32])
        said = FinishedAs(
            title=job.pages[0].title, author=job.author, language=job.pages[0].language, made_at=job.made_at,
            identifier=identifier,
        )  # fmt: skip
        inks = {(filled.places[block.id][0], HEIGHT_PX): block for block in _blocks(job) if block.ink is not None}
        finished = finish(pdf, inks, said, self._fonts.postscript_names)
        _check_lines(finished, lines)
        return finished

    def lacking(self, _form: FormVersion) -> str:
        """Name LibreOffice where it is not installed."""
        return "" if self._office.is_installed else "LibreOffice"

    def _filled(self, job: RenderJob) -> FilledLayout:
        layout = job.form.files[LAYOUT]
        for fault in check_word(layout, self._fonts.family_names):
            if fault.slug == TemplateSyntaxFaultError.slug:
                raise TemplateSyntaxFaultError(place=fault.place, problem=fault.message)
            raise TemplateUnsafeError(place=fault.place, problem=f"{fault.slug}: {fault.message}")
        pages = [layout_page(page) for page in job.pages]
        filled = fill_layout(layout, pages, _blocks(job), kind=str(job.kind))
        for block, widths in filled.places.items():
            if len(widths) != 1:
                raise InkHasNoPlaceError(block=block, got=len(widths))
        return filled


def _blocks(job: RenderJob) -> list[PageBlock]:
    return [block for page in job.pages for block in page.blocks]


def _check_controls(lines: list[Line]) -> None:
    """Refuse what changes a layout's structure, even where a font has a glyph for it; Word files know seven such."""
    for line in lines:
        for character in line.text:
            if unicodedata.category(character).startswith("C") and character not in _JOINERS:
                raise GlyphMissingError(place=line.id, code_point=f"U+{ord(character):04X}")


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _check_lines(pdf: bytes, lines: list[Line]) -> None:
    """Look for each line behind the one before it; line breaks and the gaps for a pen do not count."""
    said = _folded("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
    at = 0
    for line in lines:
        for part in map(_folded, line.text.split(PEN_LINE)):
            found = said.find(part, at)
            if found < 0:
                raise LineNotOnPageError(line=line.id)
            at = found + len(part)
