"""Draws a QR code as PDF operators: level Q, alphanumeric, within its keep-clear border."""

from __future__ import annotations

from itertools import groupby

import segno

from forms_service.documents.lettering import number

CODE_MM = 20.0
QUIET_MODULES = 4
_PT_PER_MM = 72 / 25.4


def code_operators(payload: str, *, left_pt: float, bottom_pt: float) -> str:
    """Give the operators of a code of 20 mm, its keep-clear border painted white around it.

    Args:
        payload: As ``domain.numbers.qr_payload`` gives it; version 2 but for very high page numbers.
        left_pt: Left edge of the code itself.
        bottom_pt: Its lower edge; ISO 18004 asks for four modules of border outside of both.
    """
    rows = [bytes(row) for row in segno.make_qr(payload, error="q", mode="alphanumeric", boost_error=False).matrix]
    side_pt = CODE_MM * _PT_PER_MM
    module_pt = side_pt / len(rows)
    border_pt = QUIET_MODULES * module_pt
    clear = _rectangle(left_pt - border_pt, bottom_pt - border_pt, side_pt + 2 * border_pt, side_pt + 2 * border_pt)
    dark = "\n".join(
        _rectangle(
            left_pt + start * module_pt, bottom_pt + (len(rows) - 1 - y) * module_pt, length * module_pt, module_pt
        )
        for y, row in enumerate(rows)
        for start, length in _dark_runs(row)
    )
    return f"1 g\n{clear} f\n0 g\n{dark} f\n"


def _dark_runs(row: bytes) -> list[tuple[int, int]]:
    """Give start and length of each run of dark modules, so that no hairline parts two of them."""
    runs = []
    start = 0
    for is_dark, run in groupby(row):
        length = len(list(run))
        if is_dark:
            runs.append((start, length))
        start += length
    return runs


def _rectangle(left: float, bottom: float, width: float, height: float) -> str:
    return f"{number(left)} {number(bottom)} {number(width)} {number(height)} re"
