"""DOCX files for tests, made by code, so that one can read what is in them; the shipped ones, and how to spoil them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from forms_service.documents.office_files import small_document
from forms_service.ports import Services
from forms_service.settings import ROOT
from tests.conftest import make_services

TEMPLATES = ROOT / "examples/word"
BODY = "word/document.xml"

_READY = "<w:p><w:r><w:t>Ready.</w:t></w:r></w:p>"
_BOX = (
    '<w:r><w:drawing><wp:anchor xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0"'
    ' distB="0" distL="0" distR="0" simplePos="0" relativeHeight="{0}" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="0">'
    '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>{0}000</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="300000" cy="300000"/>'
    '<wp:wrapSquare wrapText="bothSides"/><wp:docPr id="{0}" name="box {0}"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
    '<wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:cNvSpPr/><wps:spPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="300000" cy="300000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
    "<wps:txbx><w:txbxContent><w:p/></w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
    "</w:drawing></w:r>"
)


def document(body: str, parts: dict[str, str | bytes] | None = None) -> bytes:
    """Give a small DOCX with another body, and with more or other parts."""
    others = dict(parts or {})
    written = BytesIO()
    with ZipFile(BytesIO(small_document())) as small, ZipFile(written, "w", ZIP_DEFLATED) as package:
        for name in small.namelist():
            package.writestr(name, others.pop(name, None) or small.read(name).decode().replace(_READY, body))
        for name, content in others.items():
            package.writestr(name, content)
    return written.getvalue()


def paragraph(text: str) -> str:
    """Give a paragraph."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def endless() -> bytes:
    """Give a document of some kilobytes: 400 text boxes in one line, none of which may overlap another.

    LibreOffice 7.4 tries to find each a place that suits all others, for more than an hour.
    """
    return document(f"<w:p>{''.join(_BOX.format(number) for number in range(1, 401))}</w:p>")


def word_services(folder: Path, **more: str) -> Services:
    """Build the real services over the shipped forms as Word files."""
    return make_services(folder, FORMS_TEMPLATES=str(TEMPLATES), **more)


def shipped(form: str = "lead-agreement") -> bytes:
    """Give a shipped Word layout."""
    return (TEMPLATES / form / "1" / "form.docx").read_bytes()


def spoiled(*changes: tuple[str, str], part: str = BODY, parts: dict[str, str | bytes] | None = None) -> bytes:
    """Give the shipped layout with words of a part replaced (each must be there), and parts added."""
    written = BytesIO()
    with ZipFile(BytesIO(shipped())) as package, ZipFile(written, "w", ZIP_DEFLATED) as made:
        for name in package.namelist():
            text = package.read(name).decode()
            for old, new in changes if name == part else ():
                assert old in text, old
                text = text.replace(old, new, 1)
            made.writestr(name, text)
        for name, content in (parts or {}).items():
            made.writestr(name, content)
    return written.getvalue()
