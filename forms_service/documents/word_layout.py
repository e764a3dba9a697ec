"""A Word layout and finished lines to a filled DOCX, by docxtpl; the only file that knows it.

docxtpl is made for trusted templates and trusted data; here neither is:

* The layout runs in our sandbox, and each value is written as character references, braces included, so that no value
  is ever markup or a tag, however often the file is rendered.
* The filled text must be well-formed: docxtpl would mend it, and drop what does not fit.
* Core properties are emptied before they could be rendered; the finished PDF says title and author itself.
* Each render has a template and a sandbox of its own: docxtpl keeps state in both.

``{{ signature("person") }}`` leaves a picture of one size of its own, which ``word_pdf.py`` finds in the PDF again and
replaces by the pen's strokes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu
from docxtpl import DocxTemplate, InlineImage
from markupsafe import Markup, escape

from forms_service.documents.page_layout import LayoutPage
from forms_service.documents.sandbox import layout_environment, layout_faults
from forms_service.errors import TemplateSyntaxFaultError
from forms_service.ports import PageBlock

FIRST_WIDTH_PX = 3
HEIGHT_PX = 2
_EMU_PER_HUNDREDTH_MM = 360
_GAP_MM_PER_SPACE = 2.1  # of a no-break space in 20 pt, in the bundled fonts
_NO_BREAK_SPACE = "\u00a0"
_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledLayout:
    """A filled DOCX.

    Attributes:
        places: For each block with ink, the widths in px of the pictures that stand for it: one, if all is well.
    """

    docx: bytes
    places: Mapping[str, tuple[int, ...]]


def fill_layout(docx: bytes, pages: Iterable[LayoutPage], blocks: Iterable[PageBlock], *, kind: str) -> FilledLayout:
    """Fill a layout that was checked.

    Args:
        docx: ``form.docx``.
        pages: What each page says.
        blocks: The signature boxes of the paper, those without ink included.
        kind: Presented, completed or blank.

    Raises:
        TemplateSyntaxFaultError, TemplateUndefinedNameError, TemplateUnsafeError: With file and paragraph.
    """
    template = _StrictTemplate(BytesIO(docx))
    template.init_docx()
    _empty_properties(template)
    given = tuple(pages)
    boxes = _Boxes(template, {block.id: block for block in blocks}, _names(given))
    context = {"pages": given, "kind": kind, "signature": boxes.signature, "gap": gap}
    with layout_faults(lambda line: f"form.docx:paragraph {max(1, line - 1)}"):
        template.render(context, layout_environment(finalize=_as_references), autoescape=True)
    _say_languages(template, [page.language for page in given])
    written = BytesIO()
    template.save(written)
    return FilledLayout(docx=written.getvalue(), places={name: tuple(one) for name, one in boxes.placed.items()})


def gap(width_mm: float) -> str:
    """Give room for a pen: spaces of about that width in 20 pt, to be underlined."""
    return _NO_BREAK_SPACE * max(1, round(width_mm / _GAP_MM_PER_SPACE))


def _names(pages: tuple[LayoutPage, ...]) -> dict[str, str]:
    """Give what stands below each signature box first: who signs there."""
    return {block.id: block.lines[0].text for page in pages for item in page.items for block in item.blocks}


def _as_references(value: object) -> object:
    """Write a value so that it can not become markup, nor a tag of a second rendering."""
    if hasattr(value, "__html__") and not isinstance(value, Markup):
        return value  # a picture of ours
    if value is None:
        return ""
    return Markup(str(escape(str(value))).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704  # escaped just here


class _StrictTemplate(DocxTemplate):  # type: ignore[misc]  # docxtpl is untyped
    """docxtpl, but for what it would mend in silence."""

    def fix_tables(self, xml: str) -> object:
        """Refuse what is not well-formed; docxtpl's own reading drops it."""
        try:
            fromstring(xml)  # noqa: S314  # our own check refused every document type
        except ParseError as error:
            problem = "the tags of a block do not open and close at the same level"
            raise TemplateSyntaxFaultError(place="form.docx:body", problem=problem) from error
        return super().fix_tables(xml)


def _say_languages(template: DocxTemplate, languages: list[str]) -> None:
    """Write into every run which language it is in; the last section's is that of the last page.

    Raises:
        TemplateSyntaxFaultError: Two languages stand in one section.
    """
    body = template.docx.element.body
    breaks = [number for number, one in enumerate(body) if one.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None]
    if len(languages) > 1 and not breaks:
        problem = "the text in the second language stands in no section of its own"
        raise TemplateSyntaxFaultError(place="form.docx:body", problem=problem)
    ends = breaks[-1] if len(languages) > 1 else len(body)
    for number, one in enumerate(body):
        for run in one.iter(qn("w:r")):
            _set_language(run.get_or_add_rPr(), languages[0] if number <= ends else languages[-1])
    for known in template.docx.styles.element.iter(qn("w:lang")):
        known.set(qn("w:val"), languages[0])


def _set_language(properties: Any, language: str) -> None:  # noqa: ANN401  # python-docx's own elements
    for known in properties.findall(qn("w:lang")):
        properties.remove(known)
    made = OxmlElement("w:lang")
    made.set(qn("w:val"), language)
    properties.append(made)


def _empty_properties(template: DocxTemplate) -> None:
    """Empty what docxtpl would render as a template, and what would tell who saved the file when."""
    said = template.docx.core_properties
    for name in _PROPERTIES:
        setattr(said, name, "")
    said.last_modified_by = ""
    said.created = said.modified = _LONG_AGO


class _Boxes:
    """Gives the pictures that stand for ink.

    Attributes:
        placed: Of each block with ink, the widths of the pictures that were placed for it.
    """

    def __init__(self, template: DocxTemplate, blocks: Mapping[str, PageBlock], names: Mapping[str, str]) -> None:
        self._template = template
        self._names = names
        self._blocks = blocks
        self._widths: Iterator[int] = iter(range(FIRST_WIDTH_PX, FIRST_WIDTH_PX + 1000))
        self.placed: dict[str, list[int]] = {name: [] for name, block in blocks.items() if block.ink is not None}

    def signature(self, block_id: str) -> object:
        """Give what stands where a block is signed: nothing, as long as it is not."""
        block = self._blocks.get(block_id)
        if block is None or block.ink is None:
            return ""
        width_px = next(self._widths)
        self.placed[block_id].append(width_px)
        return _Picture(self._template, block, width_px, alternative=f"{block.label}: {self._names[block_id]}")


class _Picture(InlineImage):  # type: ignore[misc]  # docxtpl is untyped
    """A picture with an alternative text, which docxtpl's own has not."""

    def __init__(self, template: DocxTemplate, block: PageBlock, width_px: int, *, alternative: str) -> None:
        super().__init__(
            template, BytesIO(_png(width_px)), width=Emu(block.width_hundredths_mm * _EMU_PER_HUNDREDTH_MM),
            height=Emu(block.height_hundredths_mm * _EMU_PER_HUNDREDTH_MM),
        )  # fmt: skip
        self._alternative = alternative

    def _insert_image(self) -> str:
        part = self.tpl.current_rendering_part
        inline = part.new_pic_inline(self.image_descriptor, self.width, self.height)
        inline.docPr.set("descr", self._alternative)
        return f'</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


def _png(width_px: int) -> bytes:
    """Give a white picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width_px, HEIGHT_PX, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\xff" * 3 * width_px) * HEIGHT_PX
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
