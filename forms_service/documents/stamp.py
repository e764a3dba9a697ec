"""Draws strip, codes and overprints on every page and embeds the data, by pypdf; one module for all routes.

What is drawn are form XObjects inside marked artifacts, so that PDF/A-3a and PDF/UA-1 survive: the strip above
the page's own content, an overprint below it. Same input, same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
)

from forms_service.documents.fonts import FontFolder
from forms_service.documents.lettering import Lettering
from forms_service.documents.metadata import embed_files
from forms_service.documents.strip import across_operators, across_word, strip_operators, strip_texts
from forms_service.domain.numbers import MOST_PAGES
from forms_service.errors import PageNotStampableError
from forms_service.ports import EmbeddedFile, StampedDocument, Strip

_FOOTER = "/Artifact <</Type /Pagination /Subtype /Footer>> BDC"
_WATERMARK = "/Artifact <</Type /Pagination /Subtype /Watermark>> BDC"
_LETTER_PT = (612, 792)


class PdfStamper:
    """Stamps pages of US Letter.

    Args:
        fonts: The bundled fonts, in which the strip is set.
    """

    def __init__(self, fonts: FontFolder) -> None:
        self._fonts = fonts
        self._lettering = Lettering(fonts)

    def stamp(self, page_pdf: bytes, strip: Strip, *, embed: Sequence[EmbeddedFile] = ()) -> StampedDocument:
        """Give the PDF with every page stamped and the files embedded.

        Raises:
            GlyphMissingError: A character of the strip has no glyph.
            PageNotStampableError: It is no PDF, a page is not US Letter upright, or there are too many for their codes.
        """
        writer = _opened(page_pdf)
        pages = list(writer.pages)
        texts = strip_texts(strip, len(pages))
        self._fonts.check(("strip", text) for text in texts)
        alphabet = self._lettering.alphabet(texts)
        resources = DictionaryObject({NameObject("/Font"): alphabet.embed(writer)})
        word = across_word(strip)
        below = _form(writer, across_operators(word, alphabet), resources) if word else None
        for page_number, page in enumerate(pages, start=1):
            above = _form(writer, strip_operators(strip, page_number, len(pages), alphabet), resources)
            _lay(writer, page, above=above, below=below)
        embed_files(writer, embed)
        written = BytesIO()
        writer.write(written)
        return StampedDocument(pdf=written.getvalue(), pages=len(pages))


def _opened(page_pdf: bytes) -> PdfWriter:
    try:
        writer = PdfWriter(clone_from=PdfReader(BytesIO(page_pdf)))
        sizes = [(page.mediabox, page.rotation) for page in writer.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PageNotStampableError(problem=type(error).__name__) from error
    if len(sizes) > MOST_PAGES:
        raise PageNotStampableError(problem=f"{len(sizes)} pages, at most {MOST_PAGES}")
    for place, (box, turned) in enumerate(sizes, start=1):
        size_pt = (round(float(box.width)), round(float(box.height)))
        if size_pt != _LETTER_PT or turned or box.left or box.bottom:
            raise PageNotStampableError(problem=f"page {place} is {size_pt[0]} x {size_pt[1]} pt, turned by {turned}")
    return writer


def _form(writer: PdfWriter, operators: str, resources: DictionaryObject) -> IndirectObject:
    """Make operators a form XObject of the size of a page."""
    form = DecodedStreamObject()
    form.set_data(operators.encode("ascii"))
    packed = form.flate_encode()
    packed[NameObject("/Type")] = NameObject("/XObject")
    packed[NameObject("/Subtype")] = NameObject("/Form")
    packed[NameObject("/BBox")] = ArrayObject(NumberObject(value) for value in (0, 0, *_LETTER_PT))
    packed[NameObject("/Resources")] = resources
    return writer._add_object(packed)  # noqa: SLF001  # pypdf's documented way for own objects


def _lay(writer: PdfWriter, page: PageObject, *, above: IndirectObject, below: IndirectObject | None) -> None:
    """Draw one form below and one above a page's own content, which is kept apart by ``q`` and ``Q``."""
    drawn = {"/Stamp": above} if below is None else {"/Stamp": above, "/Overprint": below}
    page[NameObject("/Resources")] = _resources(page, drawn)
    head = "q\n" if below is None else f"{_WATERMARK}\nq /Overprint Do Q\nEMC\nq\n"
    foot = f"\nQ\n{_FOOTER}\nq /Stamp Do Q\nEMC\n"
    contents = page.get("/Contents", ArrayObject()).get_object()
    inner = list(contents) if isinstance(contents, ArrayObject) else [page.raw_get("/Contents")]
    page[NameObject("/Contents")] = ArrayObject([_stream(writer, head), *inner, _stream(writer, foot)])


def _resources(page: PageObject, drawn: dict[str, IndirectObject]) -> DictionaryObject:
    """Give a page's resources with the forms among them; a copy, since pages may share one dictionary."""
    own = page.get("/Resources", NullObject()).get_object()
    resources = DictionaryObject(own if isinstance(own, DictionaryObject) else {})
    known = resources.get("/XObject", NullObject()).get_object()
    objects = DictionaryObject(known if isinstance(known, DictionaryObject) else {})
    objects.update({NameObject(name): form for name, form in drawn.items()})
    resources[NameObject("/XObject")] = objects
    return resources


def _stream(writer: PdfWriter, text: str) -> IndirectObject:
    stream = StreamObject()
    stream.set_data(text.encode("ascii"))
    return writer._add_object(stream)  # noqa: SLF001  # pypdf's documented way for own objects
