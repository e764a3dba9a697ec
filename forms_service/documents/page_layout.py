"""What a layout is given: a page's finished lines, grouped for setting, and its boxes with finished ink.

Every engine that sets a form's own layout gets the same pages, in the order in which they are signed. Nothing here
changes a word: lines are grouped, paired and split at the gaps a pen will fill.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from forms_service.documents.ink import INK_COLOUR, PEN_WIDTH_HUNDREDTHS_MM, svg_path
from forms_service.domain.forms import LineKind
from forms_service.domain.wording import PEN_LINE, Line
from forms_service.ports import PageBlock, PageContent

SHORT_CHARACTERS = 42
"""The longest ``label: value`` that may share a row with another, on a page of 180 mm in 11 pt."""

_VALUES = frozenset({LineKind.VALUE, LineKind.PEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutLine:
    """A line as the layout sees it.

    Attributes:
        parts: The value of a ``value`` or ``pen`` line, else the text, split where a pen will write: ``("", "")``
            is nothing but a gap, one part is no gap.
    """

    id: str
    kind: str
    section: str
    block: str
    text: str
    label: str
    value: str
    parts: tuple[str, ...]

    @property
    def is_pen(self) -> bool:
        """Say whether there is nothing but a gap for the pen."""
        return self.parts == ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutBlock:
    """A signature box: its lines, its size in mm and its ink as finished SVG (empty when there is none)."""

    id: str
    lines: tuple[LayoutLine, ...]
    width_mm: float
    height_mm: float
    ink: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutItem:
    """What stands next on a page: the lines of one section, or signature boxes.

    Attributes:
        rows: The same lines, short values next to each other paired, all others alone.
        clauses: The same lines, each clause with the values that follow it.
    """

    section: str
    lines: tuple[LayoutLine, ...] = ()
    blocks: tuple[LayoutBlock, ...] = ()
    rows: tuple[tuple[LayoutLine, ...], ...] = ()
    clauses: tuple[tuple[LayoutLine, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutPage:
    """One language's page."""

    language: str
    title: str
    items: tuple[LayoutItem, ...]


def layout_page(page: PageContent) -> LayoutPage:
    """Group a page's lines by section, in reading order; signature boxes that follow each other stand together."""
    boxes = {block.id: block for block in page.blocks}
    items: list[LayoutItem] = []
    for (block_id, section), group in groupby(page.lines, key=lambda line: (line.block, line.section)):
        lines = tuple(_layout_line(line) for line in group)
        if block_id not in boxes:
            rows, clauses = tuple(_rows(lines)), tuple(_clauses(lines))
            items.append(LayoutItem(section=section, lines=lines, rows=rows, clauses=clauses))
            continue
        block = _layout_block(boxes[block_id], lines)
        if items and items[-1].blocks:
            items[-1] = LayoutItem(section=section, blocks=(*items[-1].blocks, block))
        else:
            items.append(LayoutItem(section=section, blocks=(block,)))
    return LayoutPage(language=page.language, title=page.title, items=tuple(items))


def _layout_line(line: Line) -> LayoutLine:
    return LayoutLine(
        id=line.id, kind=str(line.kind), section=line.section, block=line.block,
        text=line.text, label=line.label, value=line.value,
        parts=tuple((line.value if line.kind in _VALUES else line.text).split(PEN_LINE)),
    )  # fmt: skip


def _rows(lines: Sequence[LayoutLine]) -> Iterator[tuple[LayoutLine, ...]]:
    waiting: LayoutLine | None = None
    for line in lines:
        if not _is_short(line):
            yield from _alone(waiting)
            yield (line,)
            waiting = None
        elif waiting is None:
            waiting = line
        else:
            yield (waiting, line)
            waiting = None
    yield from _alone(waiting)


def _alone(waiting: LayoutLine | None) -> Iterator[tuple[LayoutLine, ...]]:
    if waiting is not None:
        yield (waiting,)


def _is_short(line: LayoutLine) -> bool:
    has_gap_within = len(line.parts) > 1 and not line.is_pen
    return line.kind in _VALUES and not has_gap_within and len(line.text) <= SHORT_CHARACTERS


def _clauses(lines: Sequence[LayoutLine]) -> Iterator[tuple[LayoutLine, ...]]:
    clause: list[LayoutLine] = []
    for line in lines:
        if line.kind == LineKind.CLAUSE and clause:
            yield tuple(clause)
            clause = []
        clause.append(line)
    yield tuple(clause)


def _layout_block(block: PageBlock, lines: tuple[LayoutLine, ...]) -> LayoutBlock:
    width, height = block.width_hundredths_mm, block.height_hundredths_mm
    ink = Markup("")
    if block.ink is not None:
        ink = Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{}mm" height="{}mm" viewBox="0 0 {} {}">'
            "<title>{}</title>"
            '<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round" stroke-linejoin="round"/>'
            "</svg>"
        ).format(
            width / 100, height / 100, width, height, f"{block.label}: {lines[0].text}",
            svg_path(block.ink), INK_COLOUR, PEN_WIDTH_HUNDREDTHS_MM,
        )  # fmt: skip
    return LayoutBlock(id=block.id, lines=lines, width_mm=width / 100, height_mm=height / 100, ink=ink)
