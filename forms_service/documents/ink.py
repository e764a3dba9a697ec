"""Strokes to vector paths: a pure function, the same for a page and for reading it back.

A stroke becomes a smooth path through the midpoints of its points; a single point becomes a dot.
Numbers are whole hundredths of a millimetre, so that the same strokes always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from forms_service.domain.signature import Ink, Point, Stroke

PEN_WIDTH_HUNDREDTHS_MM = 55
INK_COLOUR = "#0b1f3a"
_INK_RGB = " ".join(f"{int(INK_COLOUR[at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))


def svg_path(ink: Ink) -> str:
    """Give the ``d`` of an SVG path, in the block's own 1/100 mm, one sub-path for each stroke."""
    return " ".join(_stroke_path(stroke) for stroke in ink.strokes)


def _stroke_path(stroke: Stroke) -> str:
    controls = iter(stroke[1:])
    return "".join(_part(move, controls) for move in _stroke_moves(stroke))


def _part(move: tuple[str, int, int], controls: Iterator[Point]) -> str:
    operator, x, y = move
    if operator != "c":
        return f"{operator.upper()}{x} {y}"
    control = next(controls)
    return f"Q{control.x} {control.y} {x} {y}"


def pdf_operators(ink: Ink) -> str:
    """Give the operators that draw the same paths in a PDF, in the block's own 1/100 mm, y downwards."""
    paths = " ".join(part for stroke in ink.strokes for part in _pdf_path(stroke))
    return f"{_INK_RGB} RG {PEN_WIDTH_HUNDREDTHS_MM} w 1 J 1 j {paths} S"


def _pdf_path(stroke: Stroke) -> Iterator[str]:
    """Raise each quadratic curve to the cubic that is the same curve: a PDF knows no other."""
    controls = iter(stroke[1:])
    from_x, from_y = stroke[0].x, stroke[0].y
    for operator, x, y in _stroke_moves(stroke):
        if operator == "c":
            control = next(controls)
            bends = (
                (from_x + 2 * control.x) / 3,
                (from_y + 2 * control.y) / 3,
                (x + 2 * control.x) / 3,
                (y + 2 * control.y) / 3,
            )
            yield " ".join(f"{value:.2f}" for value in bends) + f" {x} {y} c"
        else:
            yield f"{x} {y} {operator}"
        from_x, from_y = x, y


def pen_moves(ink: Ink) -> tuple[tuple[str, int, int], ...]:
    """Give each place the paths go to, in order, with its operator in a PDF; read-back looks for exactly these.

    ``m`` begins a stroke, ``c`` is the end of a curve, ``l`` the end of a line.
    """
    return tuple(move for stroke in ink.strokes for move in _stroke_moves(stroke))


def _stroke_moves(stroke: Stroke) -> Iterator[tuple[str, int, int]]:
    first, last = stroke[0], stroke[-1]
    yield "m", first.x, first.y
    if len(stroke) == 1:
        yield "l", first.x + 1, first.y
        return
    for point, after in pairwise(stroke[1:]):
        yield "c", (point.x + after.x) // 2, (point.y + after.y) // 2
    yield "l", last.x, last.y
