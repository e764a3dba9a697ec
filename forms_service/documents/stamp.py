"""Draws strip, codes and overprints on every page and embeds the data, by pypdf; one module for all routes.

What is drawn are form XObjects inside marked artifacts, so that PDF/A-3a and PDF/UA-1 survive: the strip above
the page's own content, an overprint below it. Same input, same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import md5
from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from forms_service.documents.fonts import FontFolder
from forms_service.documents.strip import across_page, strip_pages, strip_texts
from forms_service.ports import EmbeddedFile, StampedDocument, Strip

_FOOTER = "/Artifact <</Type /Pagination /Subtype /Footer>> BDC"
_WATERMARK = "/Artifact <</Type /Pagination /Subtype /Watermark>> BDC"


class PdfStamper:
    """Stamps pages of US Letter.

    Args:
        fonts: For the check that every character of the strip has a glyph.
        draw: Turns HTML into a PDF of whole Letter pages (``html_renderer.OverlayRenderer``).
    """

    def __init__(self, fonts: FontFolder, draw: Callable[[str], bytes]) -> None:
        self._fonts = fonts
        self._draw = draw
        self._across = cache(lambda word: draw(across_page(word)))

    def stamp(self, page_pdf: bytes, strip: Strip, *, embed: Sequence[EmbeddedFile] = ()) -> StampedDocument:
        """Give the PDF with every page stamped and the files embedded.

        Raises:
            GlyphMissingError: A character of the strip has no glyph.
            EngineReportedError: The strip could not be drawn.
        """
        self._fonts.check(("strip", text) for text in strip_texts(strip))
        writer = PdfWriter(clone_from=PdfReader(BytesIO(page_pdf)))
        pages = list(writer.pages)
        overlay = PdfReader(BytesIO(self._draw(strip_pages(strip, len(pages)))))
        word = strip.mark or ("PRACTICE" if strip.practice else "")
        below = _form(writer, PdfReader(BytesIO(self._across(word))).pages[0]) if word else None
        for number, (page, drawn) in enumerate(zip(pages, overlay.pages, strict=True), start=1):
            _lay(writer, page, number=number, above=_form(writer, drawn), below=below)
        _embed(writer, embed)
        written = BytesIO()
        writer.write(written)
        return StampedDocument(pdf=written.getvalue(), pages=len(pages))


def _form(writer: PdfWriter, drawn: PageObject) -> IndirectObject:
    """Turn a drawn page into a form XObject of the document."""
    form = DecodedStreamObject()
    contents = drawn.get_contents()
    form.set_data(contents.get_data() if contents is not None else b"")
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject([NumberObject(0), NumberObject(0), NumberObject(612), NumberObject(792)]),
            NameObject("/Resources"): _resources(drawn).clone(writer),
        }
    )
    return writer._add_object(form.flate_encode())  # noqa: SLF001  # pypdf's documented way for own objects


def _lay(
    writer: PdfWriter, page: PageObject, *, number: int, above: IndirectObject, below: IndirectObject | None
) -> None:
    resources = _resources(page)
    known = resources.get("/XObject", DictionaryObject()).get_object()
    objects = DictionaryObject(known)
    stamp = f"/Stamp{number}"  # WeasyPrint's pages share one resource dictionary
    objects[NameObject(stamp)] = above
    head = "q\n"
    if below is not None:
        objects[NameObject("/Overprint")] = below
        head = f"{_WATERMARK}\nq /Overprint Do Q\nEMC\n{head}"
    resources[NameObject("/XObject")] = objects
    foot = f"\nQ\n{_FOOTER}\nq {stamp} Do Q\nEMC\n"
    own = page["/Contents"]
    contents = own.get_object()
    inner = list(contents) if isinstance(contents, ArrayObject) else [page.raw_get("/Contents")]
    page[NameObject("/Contents")] = ArrayObject([_stream(writer, head), *inner, _stream(writer, foot)])


def _resources(page: PageObject) -> DictionaryObject:
    found = page["/Resources"].get_object()
    if not isinstance(found, DictionaryObject):
        raise TypeError(type(found).__name__)
    return found


def _stream(writer: PdfWriter, text: str) -> IndirectObject:
    stream = StreamObject()
    stream.set_data(text.encode("ascii"))
    return writer._add_object(stream)  # noqa: SLF001  # pypdf's documented way for own objects


def _embed(writer: PdfWriter, files: Sequence[EmbeddedFile]) -> None:
    """Embed files as associated files of the document (ISO 19005-3, 6.8)."""
    if not files:
        return
    specs = ArrayObject(_file_spec(writer, one) for one in files)
    names = ArrayObject()
    for one, spec in zip(files, specs, strict=True):
        names.extend([TextStringObject(one.name), spec])
    root = writer.root_object
    tree = root.get("/Names", NullObject()).get_object()
    holder = tree if isinstance(tree, DictionaryObject) else DictionaryObject()
    holder[NameObject("/EmbeddedFiles")] = DictionaryObject({NameObject("/Names"): names})
    root[NameObject("/Names")] = holder
    root[NameObject("/AF")] = specs


def _file_spec(writer: PdfWriter, one: EmbeddedFile) -> IndirectObject:
    stream = DecodedStreamObject()
    stream.set_data(one.content)
    content = stream.flate_encode()
    content.update(
        {
            NameObject("/Type"): NameObject("/EmbeddedFile"),
            NameObject("/Subtype"): NameObject(f"/{one.media_type}"),
            NameObject("/Params"): DictionaryObject(
                {
                    NameObject("/Size"): NumberObject(len(one.content)),
                    NameObject("/ModDate"): TextStringObject(one.modified_at.strftime("D:%Y%m%d%H%M%SZ")),
                    NameObject("/CheckSum"): ByteStringObject(md5(one.content, usedforsecurity=False).digest()),
                }
            ),
        }
    )
    spec = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Filespec"),
            NameObject("/F"): TextStringObject(one.name),
            NameObject("/UF"): TextStringObject(one.name),
            NameObject("/Desc"): TextStringObject(one.description),
            NameObject("/AFRelationship"): NameObject("/Data"),
            NameObject("/EF"): DictionaryObject({NameObject("/F"): writer._add_object(content)}),  # noqa: SLF001  # as above
        }
    )
    return writer._add_object(spec)  # noqa: SLF001  # as above
