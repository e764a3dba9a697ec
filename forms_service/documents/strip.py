"""What the stamp draws on a page of US Letter, as PDF operators: the strip, the two codes, the word across.

* The strip fills the lowest 30 mm; its code stands at the left, in line with the text above. The second code stands
  in the upper right corner (28 x 28 mm), so that one pen line can not cross both.
* A fact that is not known yet is an empty box under its label, to be filled when a scan of the paper is archived.
* Nothing is cut off: what is too long for its place is broken once, then set smaller.

Places are in mm from the page's top left; only ``_Ink`` knows points from the lower left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from forms_service.documents.codes import CODE_MM, code_operators
from forms_service.documents.lettering import Alphabet, number
from forms_service.domain.numbers import qr_payload
from forms_service.ports import Strip

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 215.9, 279.4
HEAD_CODE_MM = (PAGE_WIDTH_MM - 4.8 - CODE_MM, 4.8)
FOOT_CODE_MM = (15.0, PAGE_HEIGHT_MM - 5 - CODE_MM)
CASE_OPEN = "CASE NO. OPEN"
PRACTICE = "PRACTICE"

_PT_PER_MM = 72 / 25.4
_LEFT_MM, _RIGHT_MM, _RULE_MM = 15.0, 200.9, 249.4
_COLUMNS_MM = ((41.5, 55.0), (99.0, 46.5), (148.0, 52.9))
_ROWS_MM = (251.2, 259.1, 267.0)
_ROW_HEIGHT_MM = 7.4
_LABEL_PT, _VALUE_PT, _ID_PT, _WORD_PT, _LEAST_PT = 5.6, 8.0, 11.0, 8.5, 4.0
_ACROSS_WIDTH_MM, _ACROSS_MOST_PT, _ACROSS_DEGREES = 158.0, 150.0, 32.0
_DARK, _QUIET, _RULE = (0.078, 0.125, 0.18), (0.2, 0.259, 0.31), (0.604, 0.655, 0.706)
_PALE = {PRACTICE: (0.925, 0.937, 0.949), "COPY": (0.925, 0.937, 0.949), "VOID": (0.969, 0.878, 0.867)}


def strip_operators(strip: Strip, page_number: int, pages: int, alphabet: Alphabet) -> str:
    """Give the operators of strip and codes of one page."""
    ink = _Ink(alphabet)
    payload = qr_payload(strip.document_id, strip.form_version, page_number, pages)
    for left_mm, top_mm in (HEAD_CODE_MM, FOOT_CODE_MM):
        ink.code(payload, left_mm, top_mm)
    ink.line(_LEFT_MM, _RULE_MM, _RIGHT_MM, _RULE_MM)
    for left_mm, _ in _COLUMNS_MM[1:]:
        ink.line(left_mm - 2.5, _ROWS_MM[0] + 0.4, left_mm - 2.5, _ROWS_MM[-1] + _ROW_HEIGHT_MM)
    for top_mm, row in zip(_ROWS_MM, _facts(strip, page_number, pages), strict=True):
        for (left_mm, width_mm), fact in zip(_COLUMNS_MM, row, strict=True):
            _draw_fact(ink, fact, left_mm, top_mm, width_mm)
    return ink.operators()


def across_operators(word: str, alphabet: Alphabet) -> str:
    """Give the operators of a word across a page, pale enough to read through."""
    em_pt = alphabet.width_pt(word, size_pt=1, is_bold=True)
    size_pt = min(_ACROSS_MOST_PT, _ACROSS_WIDTH_MM * _PT_PER_MM / em_pt)
    turn = math.radians(_ACROSS_DEGREES)
    cosine, sine = math.cos(turn), math.sin(turn)
    back_pt, down_pt = em_pt * size_pt / 2, size_pt * 0.36
    x = PAGE_WIDTH_MM / 2 * _PT_PER_MM - back_pt * cosine + down_pt * sine
    y = PAGE_HEIGHT_MM / 2 * _PT_PER_MM - back_pt * sine - down_pt * cosine
    matrix = " ".join(number(value) for value in (cosine, sine, -sine, cosine, x, y))
    shown = alphabet.show(word, size_pt=size_pt, is_bold=True)
    return f"{_colour(_PALE.get(word, _PALE[PRACTICE]))} rg\nBT {matrix} Tm {shown} ET\n"


def strip_texts(strip: Strip, pages: int) -> tuple[str, ...]:
    """Give every text the strip draws, for its fonts and for the check of its glyphs."""
    rows = _facts(strip, pages, pages)
    return (*(text for row in rows for fact in row for text in (fact.label, fact.value)), across_word(strip))


def across_word(strip: Strip) -> str:
    """Give the word that stands across the page, or nothing."""
    return strip.mark or (PRACTICE if strip.practice else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    """A label and what stands under it; without a label, a word in a box."""

    label: str
    value: str
    size_pt: float = _VALUE_PT
    is_bold: bool = False


def _facts(strip: Strip, page_number: int, pages: int) -> Sequence[Sequence[_Fact]]:
    case = strip.case_number or (CASE_OPEN if strip.signed_at else "")
    words = " · ".join(word for word in (strip.mark, PRACTICE if strip.practice else "") if word)
    return (
        (
            _Fact(label="DOCUMENT", value=strip.document_id, size_pt=_ID_PT, is_bold=True),
            _Fact(label="CASE NUMBER", value=case, size_pt=9.5, is_bold=True),
            _Fact(label="FORM", value=f"{strip.form_title}, version {strip.form_version}"),
        ),
        (
            _Fact(label="SIGNED", value=strip.signed_at),
            _Fact(label="SEALED", value=strip.sealed_at),
            _Fact(label="HOW IT WAS SIGNED", value=strip.manner),
        ),
        (
            _Fact(label="PAGE", value=f"Page {page_number} of {pages}"),
            _Fact(label="DIGEST OF THE TEXT", value=strip.digest),
            _Fact(label="", value=words, size_pt=_WORD_PT, is_bold=True),
        ),
    )


def _draw_fact(ink: _Ink, fact: _Fact, left_mm: float, top_mm: float, width_mm: float) -> None:
    if not fact.label:
        if fact.value:
            _draw_word(ink, fact, left_mm, top_mm)
        return
    ink.text(fact.label, left_mm, top_mm + 2.0, size_pt=_LABEL_PT, colour=_QUIET)
    if not fact.value:
        ink.box(left_mm, top_mm + 2.9, width_mm - 3, 4.2)
        return
    lines, size_pt = _fitted(ink.alphabet, fact, width_mm)
    for place, line in enumerate(lines):
        baseline_mm = top_mm + (5.9 if len(lines) == 1 else 4.7 + 2.45 * place)
        ink.text(line, left_mm, baseline_mm, size_pt=size_pt, is_bold=fact.is_bold)


def _draw_word(ink: _Ink, fact: _Fact, left_mm: float, top_mm: float) -> None:
    width_mm = ink.alphabet.width_pt(fact.value, size_pt=fact.size_pt, is_bold=True) / _PT_PER_MM
    ink.box(left_mm, top_mm + 1.4, width_mm + 5, 5.4, colour=_DARK)
    ink.text(fact.value, left_mm + 2.5, top_mm + 5.2, size_pt=fact.size_pt, is_bold=True)


def _fitted(alphabet: Alphabet, fact: _Fact, width_mm: float) -> tuple[list[str], float]:
    """Break a value into at most two lines that fit; as small as must be, never cut."""
    size_pt = fact.size_pt
    while True:
        lines = _broken(alphabet, fact, width_mm * _PT_PER_MM, size_pt)
        if len(lines) == 1 or (len(lines) == 2 and size_pt <= 7) or size_pt <= _LEAST_PT:
            break
        size_pt -= 0.5
    widest_pt = max(alphabet.width_pt(line, size_pt=size_pt, is_bold=fact.is_bold) for line in lines)
    return lines, min(size_pt, size_pt * width_mm * _PT_PER_MM / widest_pt)


def _broken(alphabet: Alphabet, fact: _Fact, width_pt: float, size_pt: float) -> list[str]:
    lines = [""]
    for word in fact.value.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        fits = alphabet.width_pt(longer, size_pt=size_pt, is_bold=fact.is_bold) <= width_pt
        if fits or not lines[-1] or (len(lines) == 2 and size_pt <= _LEAST_PT):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class _Ink:
    """Collects operators; the one place that turns mm from the top left into points from the lower left."""

    def __init__(self, alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self._parts: list[str] = []

    def operators(self) -> str:
        return "".join(self._parts)

    def code(self, payload: str, left_mm: float, top_mm: float) -> None:
        self._parts.append(code_operators(payload, left_pt=left_mm * _PT_PER_MM, bottom_pt=_up(top_mm + CODE_MM)))

    def line(self, left_mm: float, top_mm: float, right_mm: float, bottom_mm: float) -> None:
        start, end = _place(left_mm, top_mm), _place(right_mm, bottom_mm)
        self._parts.append(f"{_colour(_RULE)} RG 0.5 w {start} m {end} l S\n")

    def box(
        self, left_mm: float, top_mm: float, width_mm: float, height_mm: float, *, colour: Sequence[float] = _RULE
    ) -> None:
        size = f"{number(width_mm * _PT_PER_MM)} {number(height_mm * _PT_PER_MM)}"
        self._parts.append(f"{_colour(colour)} RG 0.6 w {_place(left_mm, top_mm + height_mm)} {size} re S\n")

    def text(  # place, size, weight and colour are what setting a line takes
        self,
        text: str,
        left_mm: float,
        baseline_mm: float,
        *,
        size_pt: float,
        is_bold: bool = False,
        colour: Sequence[float] = _DARK,
    ) -> None:
        shown = self.alphabet.show(text, size_pt=size_pt, is_bold=is_bold)
        place = _place(left_mm, baseline_mm)
        self._parts.append(f"BT {_colour(colour)} rg 1 0 0 1 {place} Tm {shown} ET\n")


def _up(top_mm: float) -> float:
    return (PAGE_HEIGHT_MM - top_mm) * _PT_PER_MM


def _place(left_mm: float, top_mm: float) -> str:
    return f"{number(left_mm * _PT_PER_MM)} {number(_up(top_mm))}"


def _colour(parts: Sequence[float]) -> str:
    return " ".join(number(part) for part in parts)
