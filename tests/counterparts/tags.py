"""A PDF's words in the order of its tags, by pdfium: what a reader for the blind would say."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterator

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw


def as_read(pdf: bytes) -> str:
    """Give the words of every page, without spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join("".join("".join(_of_page(page)).split()) for page in document)


def _of_page(page: pypdfium2.PdfPage) -> Iterator[str]:
    words = _by_mark(page)
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    try:
        for number in range(raw.FPDF_StructTree_CountChildren(tree)):
            yield from _of_element(raw.FPDF_StructTree_GetChildAtIndex(tree, number), words)
    finally:
        raw.FPDF_StructTree_Close(tree)


def _of_element(element: object, words: dict[int, str]) -> Iterator[str]:
    for number in range(max(0, raw.FPDF_StructElement_CountChildren(element))):
        child = raw.FPDF_StructElement_GetChildAtIndex(element, number)
        if child:
            yield from _of_element(child, words)
        else:
            yield words.get(raw.FPDF_StructElement_GetChildMarkedContentID(element, number), "")


def _by_mark(page: pypdfium2.PdfPage) -> dict[int, str]:
    text = page.get_textpage()
    found: dict[int, str] = defaultdict(str)
    for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        found[raw.FPDFPageObj_GetMarkedContentID(one.raw)] += _text(one, text)
    return found


def _text(one: pypdfium2.PdfObject, text: pypdfium2.PdfTextPage) -> str:
    size = raw.FPDFTextObj_GetText(one.raw, text.raw, None, 0)
    room = ctypes.create_string_buffer(size)
    raw.FPDFTextObj_GetText(one.raw, text.raw, ctypes.cast(room, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return room.raw[: max(0, size - 2)].decode("utf-16-le")
