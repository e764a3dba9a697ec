"""Sets single lines in the bundled fonts as PDF operators, for what is drawn outside of a form's layout.

Each font is embedded as a subset (Type 0, Identity-H, with widths and ToUnicode, as PDF/A-3a asks): printable ASCII,
and what the texts hold beside it. Same texts, same bytes. One use::

    alphabet = Lettering(fonts).alphabet(["CASE NO. OPEN"])
    operators = alphabet.show("CASE NO. OPEN", size_pt=8, is_bold=True)      # within BT ... ET
    resources[NameObject("/Font")] = alphabet.embed(writer)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from itertools import groupby

from fontTools import subset
from fontTools.ttLib import TTFont
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from forms_service.documents.fonts import FontFolder
from forms_service.errors import GlyphMissingError

_ASCII = frozenset(chr(code) for code in range(0x20, 0x7F))
_KEPT_TABLES = frozenset({"GlyphOrder", "head", "hhea", "maxp", "hmtx", "loca", "glyf"})
_SYMBOLIC = 4
_ALPHABETS_KEPT = 16
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{ranges}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    """A font cut down to some characters.

    Attributes:
        widths: Of each glyph id, in 1/1000 of the size.
        metrics: Bounding box, ascent and descent, in 1/1000 of the size.
    """

    resource: str
    name: str
    program: bytes
    glyphs: Mapping[str, int]
    widths: Sequence[float]
    metrics: Sequence[float]


class Alphabet:
    """The fonts for some texts, regular and bold.

    Args:
        faces: Of each weight in the order of the stack; a character is set in the first that has it.
    """

    def __init__(self, faces: Mapping[bool, Sequence[_Face]]) -> None:
        self._faces = faces

    def width_pt(self, text: str, *, size_pt: float, is_bold: bool = False) -> float:
        """Give how wide a text is."""
        return sum(face.widths[face.glyphs[one]] for face, run in self._runs(text, is_bold) for one in run) * (
            size_pt / 1000
        )

    def show(self, text: str, *, size_pt: float, is_bold: bool = False) -> str:
        """Give the operators that set a text at the current place of a text object."""
        return " ".join(
            f"/{face.resource} {number(size_pt)} Tf <{''.join(f'{face.glyphs[one]:04X}' for one in run)}> Tj"
            for face, run in self._runs(text, is_bold)
        )

    def _runs(self, text: str, is_bold: bool) -> Iterator[tuple[_Face, str]]:  # noqa: FBT001  # named where it comes in
        found = groupby(text, key=lambda character: self._face_of(character, is_bold))
        return ((face, "".join(run)) for face, run in found)

    def _face_of(self, character: str, is_bold: bool) -> _Face:  # noqa: FBT001  # as above
        for face in self._faces[is_bold]:
            if character in face.glyphs:
                return face
        raise GlyphMissingError(place="strip", code_point=f"U+{ord(character):04X}")

    def embed(self, writer: PdfWriter) -> DictionaryObject:
        """Put the fonts into a document; give the ``/Font`` dictionary that names them."""
        every = (face for faces in self._faces.values() for face in faces)
        return DictionaryObject({NameObject(f"/{face.resource}"): _font(writer, face) for face in every})


class Lettering:
    """Cuts the bundled fonts down to what is asked for, and keeps what it cut.

    Args:
        fonts: The bundled fonts.
    """

    def __init__(self, fonts: FontFolder) -> None:
        self._fonts = fonts
        self._cut = lru_cache(maxsize=_ALPHABETS_KEPT)(self._alphabet)

    def alphabet(self, texts: Iterable[str]) -> Alphabet:
        """Give the fonts for some texts.

        Raises:
            GlyphMissingError: When a text is set or measured with a character that no font has.
        """
        return self._cut(frozenset("".join(texts)) | _ASCII)

    def _alphabet(self, characters: frozenset[str]) -> Alphabet:
        names = {False: self._fonts.regular, True: tuple(map(self._bold, self._fonts.regular))}
        return Alphabet(
            {
                is_bold: [
                    _face(f"Strip{'B' if is_bold else 'R'}{place}", name, self._fonts.files[name], characters)
                    for place, name in enumerate(stack)
                ]
                for is_bold, stack in names.items()
            }
        )

    def _bold(self, regular: str) -> str:
        bold = regular.replace("-Regular.ttf", "-Bold.ttf")
        return bold if bold in self._fonts.files else regular


def number(value: float) -> str:
    """Write a number for a content stream: at most three decimals, no needless zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _face(resource: str, name: str, content: bytes, characters: frozenset[str]) -> _Face:
    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=True, recalc_timestamp=False, glyph_names=False,
        legacy_kern=False,
    )  # fmt: skip
    font = TTFont(BytesIO(content), recalcTimestamp=False)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[ord(one) for one in characters])
    cut.subset(font)
    glyphs = {chr(code): font.getGlyphID(glyph) for code, glyph in sorted(font.getBestCmap().items())}
    scale = 1000 / font["head"].unitsPerEm
    widths = [font["hmtx"][glyph][0] * scale for glyph in font.getGlyphOrder()]
    head, line = font["head"], font["hhea"]
    metrics = [value * scale for value in (head.xMin, head.yMin, head.xMax, head.yMax, line.ascent, line.descent)]
    for table in set(font.keys()) - _KEPT_TABLES:
        del font[table]
    program = BytesIO()
    font.save(program)
    return _Face(
        resource=resource, name=_tagged(name, program.getvalue()), program=program.getvalue(), glyphs=glyphs,
        widths=widths, metrics=metrics,
    )  # fmt: skip


def _tagged(name: str, program: bytes) -> str:
    """Give a subset's name: six capital letters that follow from its content, then the font's."""
    letters = "".join(chr(ord("A") + byte % 26) for byte in sha256(program).digest()[:6])
    return f"{letters}+{name.removesuffix('.ttf')}"


def _font(writer: PdfWriter, face: _Face) -> IndirectObject:
    left, bottom, right, top, ascent, descent = face.metrics
    program = _stream(writer, face.program, {"/Length1": NumberObject(len(face.program))})
    descriptor = {
        "/Type": NameObject("/FontDescriptor"), "/FontName": NameObject(f"/{face.name}"),
        "/Flags": NumberObject(_SYMBOLIC), "/FontBBox": _numbers((left, bottom, right, top)),
        "/ItalicAngle": NumberObject(0), "/Ascent": FloatObject(number(ascent)),
        "/Descent": FloatObject(number(descent)), "/CapHeight": FloatObject(number(ascent)),
        "/StemV": NumberObject(80), "/FontFile2": program,
    }  # fmt: skip
    system = {
        "/Registry": TextStringObject("Adobe"), "/Ordering": TextStringObject("Identity"),
        "/Supplement": NumberObject(0),
    }  # fmt: skip
    descendant = {
        "/Type": NameObject("/Font"), "/Subtype": NameObject("/CIDFontType2"),
        "/BaseFont": NameObject(f"/{face.name}"), "/CIDSystemInfo": _dictionary(system),
        "/CIDToGIDMap": NameObject("/Identity"), "/FontDescriptor": _added(writer, descriptor),
        "/W": ArrayObject([NumberObject(0), _numbers(face.widths)]),
    }  # fmt: skip
    return _added(
        writer,
        {
            "/Type": NameObject("/Font"), "/Subtype": NameObject("/Type0"), "/BaseFont": NameObject(f"/{face.name}"),
            "/Encoding": NameObject("/Identity-H"), "/DescendantFonts": ArrayObject([_added(writer, descendant)]),
            "/ToUnicode": _stream(writer, _to_unicode(face).encode("ascii"), {}),
        },
    )  # fmt: skip


def _to_unicode(face: _Face) -> str:
    """Map each glyph back to its character, at most a hundred a block (ISO 32000-1, 9.10.3)."""
    by_glyph = {glyph: character for character, glyph in sorted(face.glyphs.items(), reverse=True)}
    rows = [
        f"<{glyph:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for glyph, character in sorted(by_glyph.items())
    ]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    return _CMAP.format(ranges="\n".join(f"{len(one)} beginbfchar\n{chr(10).join(one)}\nendbfchar" for one in blocks))


def _numbers(values: Iterable[float]) -> ArrayObject:
    return ArrayObject(FloatObject(number(value)) for value in values)


def _dictionary(entries: Mapping[str, object]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): value for key, value in entries.items()})


def _added(writer: PdfWriter, entries: Mapping[str, object]) -> IndirectObject:
    return writer._add_object(_dictionary(entries))  # noqa: SLF001  # pypdf's documented way for own objects


def _stream(writer: PdfWriter, content: bytes, entries: Mapping[str, object]) -> IndirectObject:
    plain = DecodedStreamObject()
    plain.set_data(content)
    packed = plain.flate_encode()
    packed.update(_dictionary(entries))
    return writer._add_object(packed)  # noqa: SLF001  # as above
