"""What a PDF says of itself and carries along: the conformance claims in its XMP, and its associated files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from hashlib import md5
from xml.etree.ElementTree import Element, ParseError, fromstring

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

from forms_service.ports import EmbeddedFile

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PDFA, _PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
CLAIMS: Mapping[str, tuple[str, str]] = {
    "PDF/A part 3": (f"{_PDFA}part", "3"),
    "PDF/A conformance A": (f"{_PDFA}conformance", "A"),
    "PDF/UA part 1": (f"{_PDFUA}part", "1"),
}


def missing_claims(reader: PdfReader) -> tuple[str, ...]:
    """Give the claims that the XMP of a document of ours does not make.

    Only the first ``rdf:RDF`` counts: validators do not read a second one.
    """
    said = _properties(_rdf(reader))
    return tuple(claim for claim, (name, value) in CLAIMS.items() if said.get(name) != value)


def _rdf(reader: PdfReader) -> Element | None:
    metadata = reader.root_object.get("/Metadata", NullObject()).get_object()
    if not isinstance(metadata, DecodedStreamObject) and not hasattr(metadata, "get_data"):
        return None
    try:
        packet = fromstring(metadata.get_data())  # noqa: S314  # read back from bytes that our own seal covers
    except ParseError:
        return None
    return packet if packet.tag == f"{_RDF}RDF" else packet.find(f".//{_RDF}RDF")


def _properties(rdf: Element | None) -> dict[str, str]:
    """Give the simple properties of every description, written as attribute or as element."""
    found: dict[str, str] = {}
    for description in rdf.findall(f"{_RDF}Description") if rdf is not None else ():
        found |= description.attrib
        found |= {child.tag: (child.text or "").strip() for child in description}
    return found


def embedded_files(reader: PdfReader) -> dict[str, bytes]:
    """Give name and content of each embedded file."""
    return {name: bytes(contents[0]) for name, contents in reader.attachments.items() if contents}


def embed_files(writer: PdfWriter, files: Sequence[EmbeddedFile]) -> None:
    """Embed files as associated files of the document.

    Source: ISO 19005-3, 6.8: file specification with AFRelationship, named by the catalog's AF, with MIME type.
    """
    if not files:
        return
    specs = ArrayObject(_file_spec(writer, one) for one in files)
    names = ArrayObject()
    for one, spec in sorted(zip(files, specs, strict=True), key=lambda pair: pair[0].name):
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
    modified = one.modified_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    parameters = {
        "/Size": NumberObject(len(one.content)),
        "/ModDate": TextStringObject(modified),
        "/CheckSum": ByteStringObject(md5(one.content, usedforsecurity=False).digest()),
    }
    content[NameObject("/Type")] = NameObject("/EmbeddedFile")
    content[NameObject("/Subtype")] = NameObject(f"/{one.media_type}")
    content[NameObject("/Params")] = DictionaryObject({NameObject(key): value for key, value in parameters.items()})
    spec = {
        "/Type": NameObject("/Filespec"),
        "/F": TextStringObject(one.name),
        "/UF": TextStringObject(one.name),
        "/Desc": TextStringObject(one.description),
        "/AFRelationship": NameObject("/Data"),
        "/EF": DictionaryObject({NameObject("/F"): writer._add_object(content)}),  # noqa: SLF001  # pypdf's documented way for own objects
    }
    return writer._add_object(DictionaryObject({NameObject(key): value for key, value in spec.items()}))  # noqa: SLF001  # as above
