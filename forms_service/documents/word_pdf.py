"""LibreOffice's PDF to one that reaches PDF/A-3a and PDF/UA-1, with the ink in its places; by pypdf.

What LibreOffice 7.4 writes as PDF/A-3b with tags breaks four rules: it claims level B, it has no PDF/UA identifier, its
role map maps types to themselves, and the borders of paragraphs are neither tagged nor marked as artifacts. These are
mended. What a file says of itself (title, author, dates, identifier) is said by us, and follows from the job.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    PdfObject,
    TextStringObject,
)

from forms_service.documents.claims import Said, xmp_packet
from forms_service.documents.ink import pdf_operators
from forms_service.domain.numbers import MOST_PAGES
from forms_service.errors import AssetMissingError, InkHasNoPlaceError, OfficeFailedError, PageNotStampableError
from forms_service.ports import PageBlock

PRODUCER = "LibreOffice"
_SUBSET = re.compile(r"/[A-Z]{6}\+")
_MARK = re.compile(rb"/[^\s/<>\[\]()]+\s*(?:<<[^<>]*>>\s*BDC|BMC)|(?<![^\s>])EMC\b")
_PAINTED = re.compile(rb"(?<!\S)(?:[SsF]|[fBb]\*?)(?!\S)")
_Image = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedAs:
    """What a finished file says of itself.

    Attributes:
        identifier: 16 bytes that follow from the job.
    """

    title: str
    author: str
    language: str
    made_at: datetime
    identifier: bytes


def finish(pdf: bytes, inks: Mapping[_Image, PageBlock], said: FinishedAs, fonts: frozenset[str]) -> bytes:
    """Give the finished page.

    Args:
        pdf: LibreOffice's file.
        inks: Width and height in px of each picture that stands for ink.
        said: What it says of itself.
        fonts: PostScript names of the bundled fonts.

    Raises:
        OfficeFailedError: It is no PDF.
        PageNotStampableError: It has more pages than a paper may have.
        AssetMissingError: It is set in a font that is not bundled.
        InkHasNoPlaceError: A picture is not on the pages, or stands there twice.
    """
    try:
        writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    except (PyPdfError, ValueError, KeyError, TypeError) as error:
        raise OfficeFailedError(problem="what it made is no PDF") from error
    if len(writer.pages) > MOST_PAGES:
        raise PageNotStampableError(problem=f"{len(writer.pages)} pages, at most {MOST_PAGES}")
    _check_fonts(writer, fonts)
    _draw(writer, inks)
    _say(writer, said)
    _mend_tags(writer)
    _hold_still(writer)
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)  # what was replaced
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _check_fonts(writer: PdfWriter, fonts: frozenset[str]) -> None:
    for page in writer.pages:
        for font in _resources(page, "/Font").values():
            name = _SUBSET.sub("", str(_dictionary(font)["/BaseFont"]))
            if name not in fonts:
                raise AssetMissingError(url=f"font {name.removeprefix('/')[:60]}")


def _draw(writer: PdfWriter, inks: Mapping[_Image, PageBlock]) -> None:
    """Put each block's strokes where its picture is shown, within its tag; mark what is drawn outside of any tag."""
    drawn = dict.fromkeys((block.id for block in inks.values()), 0)
    for page in writer.pages:
        page[NameObject("/Tabs")] = NameObject("/S")  # the seal's field is reached in the order of the tags
        places = dict(_places(page, inks))
        content = page.get_contents()
        data = content.get_data() if content is not None else b""
        for name, block in places.items():
            data, count = re.subn(re.escape(name.encode()) + rb"\s+Do\b", _strokes(block), data)
            drawn[block.id] += count
        stream = DecodedStreamObject()
        stream.set_data(b"".join(_marked(data)))
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())  # noqa: SLF001  # pypdf's documented way for own objects
    _forget_pictures(writer, inks)
    for block_id, count in drawn.items():
        if count != 1:
            raise InkHasNoPlaceError(block=block_id, got=count)


def _resources(page: PageObject, kind: str) -> DictionaryObject:
    """Give a page's fonts or pictures; LibreOffice keeps one dictionary for all pages."""
    return _dictionary(_dictionary(page.get("/Resources")).get(kind))


def _dictionary(one: object) -> DictionaryObject:
    found = one.get_object() if isinstance(one, PdfObject) else one
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _places(page: PageObject, inks: Mapping[_Image, PageBlock]) -> Iterator[tuple[str, PageBlock]]:
    for name, reference in _resources(page, "/XObject").items():
        one = _dictionary(reference)
        size = int(one.get("/Width", 0)), int(one.get("/Height", 0))
        if size in inks:
            yield name, inks[size]


def _forget_pictures(writer: PdfWriter, inks: Mapping[_Image, PageBlock]) -> None:
    for page in writer.pages:
        for name in [name for name, _ in _places(page, inks)]:
            del _resources(page, "/XObject")[name]


def _strokes(block: PageBlock) -> bytes:
    """Give the operators that draw a block's ink in the unit square of its picture, y downwards."""
    if block.ink is None:
        return b""
    scale = f"{1 / block.width_hundredths_mm:.9f} 0 0 {-1 / block.height_hundredths_mm:.9f} 0 1 cm"
    return f"q {scale} {pdf_operators(block.ink)} Q".encode("ascii")


def _marked(data: bytes) -> Iterator[bytes]:
    """Give a page's content with each artifact outside of all tags, and nothing painted outside of both.

    What LibreOffice calls an artifact within a tag (parts of underlines) belongs to that tag.
    """
    open_marks: list[bool] = []  # whether each is kept
    at = 0
    for mark in _MARK.finditer(data):
        part = data[at : mark.start()]
        yield from (part,) if open_marks else _outside(part)
        at = mark.end()
        if mark[0] == b"EMC":
            is_kept = open_marks.pop() if open_marks else True
        else:
            is_kept = not (open_marks and mark[0].startswith(b"/Artifact"))
            open_marks.append(is_kept)
        if is_kept:
            yield mark[0]
    yield from _outside(data[at:])


def _outside(part: bytes) -> Iterator[bytes]:
    yield from (b"\n/Artifact BMC\n", part, b"\nEMC\n") if _PAINTED.search(part) else (part,)


def _say(writer: PdfWriter, said: FinishedAs) -> None:
    created = said.made_at.astimezone(UTC)
    packet = DecodedStreamObject()
    packet.set_data(
        xmp_packet(
            Said(
                title=said.title, author=said.author, language=said.language, producer=PRODUCER,
                created=created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            )
        )
    )  # fmt: skip
    packet.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    root = writer.root_object
    root[NameObject("/Metadata")] = writer._add_object(packet)  # noqa: SLF001  # as above
    root[NameObject("/Lang")] = TextStringObject(said.language)
    root[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(value=True)}
    )
    root.pop("/OpenAction", None)
    writer.metadata = {
        "/Title": said.title, "/Author": said.author, "/Producer": PRODUCER,
        "/CreationDate": created.strftime("D:%Y%m%d%H%M%SZ"),
    }  # fmt: skip
    writer._ID = ArrayObject([ByteStringObject(said.identifier)] * 2)  # noqa: SLF001  # pypdf can only draw one by chance


def _mend_tags(writer: PdfWriter) -> None:
    """Take types that map to themselves out of the role map; a table of one row only sets things side by side."""
    tree = _dictionary(writer.root_object.get("/StructTreeRoot"))
    for one in list(_below(tree)):
        parts = [one, *_below(one)] if one.get("/S") == "/Table" else []
        if sum(part.get("/S") == "/TR" for part in parts) == 1:
            for part in parts:
                if part.get("/S") in ("/Table", "/TR", "/TD"):
                    part[NameObject("/S")] = NameObject("/Div")
                    part.pop("/A", None)  # what it says of tables
    roles = _dictionary(tree.get("/RoleMap"))
    for name in [name for name, role in roles.items() if name == role]:
        del roles[name]


def _hold_still(writer: PdfWriter) -> None:
    """Take the time of day out of the colour profile, which LibreOffice makes for each file (ICC.1, 7.2.8 and 7.2.18)."""
    for intent in writer.root_object.get("/OutputIntents", ArrayObject()).get_object():
        profile = intent.get_object().get("/DestOutputProfile").get_object()
        data = bytearray(profile.get_data())
        data[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
        data[84:100] = bytes(16)
        plain = DecodedStreamObject()
        plain.set_data(bytes(data))
        packed = plain.flate_encode()
        packed[NameObject("/N")] = profile["/N"]
        intent.get_object()[NameObject("/DestOutputProfile")] = writer._add_object(packed)  # noqa: SLF001  # as above


def _below(element: DictionaryObject) -> Iterator[DictionaryObject]:
    """Give every structure element below one, in the order of reading."""
    children = element.get("/K")
    children = children.get_object() if isinstance(children, PdfObject) else children
    for child in children if isinstance(children, ArrayObject) else [children]:
        one = _dictionary(child)
        if "/S" in one:
            yield one
            yield from _below(one)
