"""Strokes to vector paths: a pure function, the same for a page and for reading it back.

A stroke becomes a smooth path through the midpoints of its points; a single point becomes a dot.
Numbers are whole hundredths of a millimetre, so that the same strokes always give the same bytes.
"""

from __future__ import annotations

from itertools import pairwise

from forms_service.domain.signature import Ink, Stroke

PEN_WIDTH_HUNDREDTHS_MM = 55


def svg_path(ink: Ink) -> str:
    """Give the ``d`` of an SVG path, in the block's own 1/100 mm, one sub-path for each stroke."""
    return " ".join(_stroke_path(stroke) for stroke in ink.strokes)


def _stroke_path(stroke: Stroke) -> str:
    first = stroke[0]
    parts = [f"M{first.x} {first.y}"]
    if len(stroke) == 1:
        return f"{parts[0]}L{first.x + 1} {first.y}"
    for point, after in pairwise(stroke[1:]):
        middle_x, middle_y = (point.x + after.x) // 2, (point.y + after.y) // 2
        parts.append(f"Q{point.x} {point.y} {middle_x} {middle_y}")
    parts.append(f"L{stroke[-1].x} {stroke[-1].y}")
    return "".join(parts)


def stroke_ends(ink: Ink) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
    """Give where each stroke's path begins and ends; read-back looks for these pen moves in order."""
    return tuple(((stroke[0].x, stroke[0].y), _end(stroke)) for stroke in ink.strokes)


def _end(stroke: Stroke) -> tuple[int, int]:
    last = stroke[-1]
    return (last.x + 1, last.y) if len(stroke) == 1 else (last.x, last.y)
