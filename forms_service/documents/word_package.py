"""A DOCX opened with suspicion: bounded when unpacked, no entities, nothing that LibreOffice would run or follow.

Used before any other reader sees the file. What the words and tags of a form may be is judged in ``word_checks.py``.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile

from forms_service.errors import Fault

MOST_PARTS = 200
MOST_UNPACKED_BYTES = 20 * 1024**2
MOST_XML_BYTES = 4 * 1024**2  # a page of ours has a fiftieth of it
MOST_DEPTH = 100
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = "word/document.xml"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = "{http://purl.oclc.org/ooxml/"  # LibreOffice reads both vocabularies, the checks know one
_PICTURES = (".png", ".jpg", ".jpeg")
_XML = (".xml", ".rels")
_MACROS = re.compile(r"vbaproject|vbadata|macroenabled|activex|/attachedtoolbars|/keymapcustomizations", re.IGNORECASE)
_EMBEDDED = re.compile(
    r"/(oleobject|package|afchunk|subdocument|control|frame|chart|chartex|diagram\w+)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPackage:
    """The XML parts of a DOCX, by name, and the names of all others."""

    parts: Mapping[str, Element]
    others: tuple[str, ...]

    @property
    def body(self) -> Element:
        """Give the main part."""
        return self.parts[BODY]


class _Refused(Exception):  # noqa: N818  # never leaves this file
    def __init__(self, slug: str, place: str, message: str) -> None:
        self.fault = Fault(slug=slug, place=f"form.docx:{place}", message=message)
        super().__init__(message)


def open_package(docx: bytes) -> tuple[WordPackage | None, list[Fault]]:
    """Give the parts, or None when the file can not be opened safely, and every fault found."""
    try:
        package = _opened(docx)
    except _Refused as refused:
        return None, [refused.fault]
    except (BadZipFile, EOFError, OSError, ValueError, zlib.error, RuntimeError, NotImplementedError):
        return None, [_Refused("word-not-a-document", "file", "expected a DOCX as Word saves it").fault]
    return package, list(_reaching_out(package))


def _opened(docx: bytes) -> WordPackage:
    with ZipFile(BytesIO(docx)) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if len(names) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED_BYTES:
            raise _Refused("word-bomb", "file", f"expected at most {MOST_PARTS} parts and 20 MiB when unpacked")
        if len({name.casefold() for name in names}) != len(names) or any(_is_odd(name) for name in names):
            raise _Refused("word-not-a-document", "file", "a part's name is odd or stands twice")
        contents = {info.filename: _bounded(archive, info.filename) for info in infos if not info.is_dir()}
    parts = {name: _parsed(name, content) for name, content in contents.items() if name.endswith(_XML)}
    if BODY not in parts or f'"{_MAIN}"'.encode() not in contents.get("[Content_Types].xml", b""):
        raise _Refused("word-not-a-document", "file", "expected a Word document without macros (.docx)")
    targets = [one.get("Target") for one in _main_of(parts)]
    if targets not in ([BODY], [f"/{BODY}"]):
        raise _Refused("word-not-a-document", "_rels/.rels", f"expected {BODY} as the one document of the file")
    for name, root in parts.items():
        if any(one.tag.startswith(_STRICT) for one in root.iter()):
            raise _Refused("word-not-a-document", name, "save it as “Word document”, not as “Strict Open XML”")
    return WordPackage(parts=parts, others=tuple(name for name in contents if name not in parts))


def _main_of(parts: Mapping[str, Element]) -> Iterator[Element]:
    """Give what readers follow to find the document, whatever its name."""
    for one in parts["_rels/.rels"].iter(_RELATIONSHIP) if "_rels/.rels" in parts else ():
        if one.get("Type", "").endswith("/officeDocument"):
            yield one


def _is_odd(name: str) -> bool:
    return "\\" in name or name.startswith("/") or posixpath.normpath(name).startswith("..")


def _bounded(archive: ZipFile, name: str) -> bytes:
    """Read a part; what its header says of its size is not believed."""
    most = MOST_XML_BYTES if name.endswith(_XML) else MOST_UNPACKED_BYTES
    with archive.open(name) as part:
        content = part.read(most + 1)
    if len(content) > most:
        raise _Refused("word-bomb", name, f"expected at most {most} bytes when unpacked")
    return content


class _Bounded(TreeBuilder):
    """Builds a tree of bounded depth, without any declaration of entities."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise _Refused("word-bomb", self._name, f"expected at most {MOST_DEPTH} elements within each other")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)

    def start_ns(self, _prefix: str, uri: str, /) -> None:
        if "{" in uri:
            raise _Refused("template-syntax", self._name, "a tag stands where no text is")

    def comment(self, _text: str | None, /) -> Element:
        return self._unseen()

    def pi(self, _target: str, _text: str | None = None, /) -> Element:
        return self._unseen()

    def _unseen(self) -> Element:
        if self._name == BODY:  # tags in it would be run, and no check would see them
            raise _Refused("word-not-a-document", self._name, "a remark of XML stands in it")
        return Element("remark")

    def doctype(self, *_: object) -> None:
        raise _Refused("word-bomb", self._name, "a document type is declared")


def _parsed(name: str, content: bytes) -> Element:
    parser = XMLParser(target=_Bounded(name))  # noqa: S314  # without document type there are no entities
    try:
        parser.feed(content)
        root: Element = parser.close()
    except (ParseError, ExpatError, LookupError) as error:
        raise _Refused("word-not-a-document", name, "it is not XML") from error
    return root


def _reaching_out(package: WordPackage) -> Iterator[Fault]:
    for name, root in package.parts.items():
        for one in root.iter(_RELATIONSHIP) if name.endswith(".rels") else ():
            yield from _relationship(name, one.get("Type", ""), one.get("TargetMode", ""), one.get("Target", ""))
    names = (*package.parts, *package.others)
    types = "".join(str(one.attrib) for one in package.parts["[Content_Types].xml"])
    if any(_MACROS.search(name) for name in names) or _MACROS.search(types):
        yield _fault("word-macro", "file", "expected a file without macros")
    for name in package.others:
        if name.startswith("word/embeddings/") or not name.lower().endswith(_PICTURES):
            slug = "word-embedded-object" if "embeddings" in name or name.endswith(".bin") else "word-picture-kind"
            yield _fault(slug, name, "expected nothing beside the text but PNG and JPEG pictures")


def _relationship(part: str, kind: str, mode: str, target: str) -> Iterator[Fault]:
    is_outside = mode.lower() == "external" or "://" in target
    if is_outside and kind.endswith("/image"):
        yield _fault("word-remote-image", part, "a picture stands elsewhere; put it into the file")
    elif is_outside:
        yield _fault("word-external-link", part, f"a link leads out of the file ({kind.rpartition('/')[2]})")
    elif _EMBEDDED.search(kind):
        yield _fault("word-embedded-object", part, f"something is embedded ({kind.rpartition('/')[2]})")


def _fault(slug: str, place: str, message: str) -> Fault:
    return Fault(slug=slug, place=f"form.docx:{place}", message=message)
