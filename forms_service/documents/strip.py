"""What the stamp draws, as HTML of one Letter page for each page of the document.

The strip fills the lowest 30 mm; its code stands at the left. The second code stands in the upper right corner,
so that one pen line can not cross both. A fact that is not known yet is an empty box, to be filled when a scan
of the paper is archived.
"""

from __future__ import annotations

from html import escape

import segno

from forms_service.domain.numbers import qr_payload
from forms_service.ports import Strip

CODE_MM = 22.0
QUIET_MODULES = 4
HEAD_CODE_MM = (216 - 10 - CODE_MM, 7.0)
FOOT_CODE_MM = (14.0, 279.4 - 6 - CODE_MM)
CASE_OPEN = "CASE NO. OPEN"

_STYLE = """
body { margin: 0; color: #14202e; font-size: 8pt; line-height: 1.2; }
.page { position: relative; width: 8.5in; height: 11in; overflow: hidden; break-after: page; }
.page:last-child { break-after: auto; }
.code { position: absolute; width: 22mm; height: 22mm; }
.facts { position: absolute; left: 39mm; bottom: 6mm; width: 163mm; height: 22mm; border-collapse: collapse; table-layout: fixed; }
.facts td { border-left: 0.4pt solid #5c6f82; padding: 0.2mm 0 0 2mm; vertical-align: top; height: 7mm; }
.label { color: #33424f; font-size: 5.8pt; letter-spacing: 0.04em; display: block; }
.id { font-size: 9.5pt; font-weight: bold; white-space: nowrap; }
.empty { display: block; border: 0.5pt solid #5c6f82; width: 46mm; height: 3.6mm; margin-top: 0.4mm; }
.across { position: absolute; left: 0; width: 8.5in; top: 120mm; text-align: center; color: #eceff2; font-size: 92pt;
  font-weight: bold; line-height: 1; transform: rotate(-32deg); }
"""


def strip_pages(strip: Strip, pages: int) -> str:
    """Give the HTML of the strip and codes for every page."""
    return _document("".join(_page(strip, number, pages) for number in range(1, pages + 1)))


def across_page(word: str) -> str:
    """Give the HTML of one page with a word across it, pale enough to read through."""
    return _document(f'<div class="page"><div class="across">{escape(word)}</div></div>')


def _document(body: str) -> str:
    return f"<!doctype html><html><head><style>{_STYLE}</style></head><body>{body}</body></html>"


def _page(strip: Strip, number: int, pages: int) -> str:
    code = _code(qr_payload(strip.document_id, strip.form_version, number, pages))
    corners = "".join(
        f'<div class="code" style="left: {left}mm; top: {top}mm">{code}</div>'
        for left, top in (HEAD_CODE_MM, FOOT_CODE_MM)
    )
    return f'<div class="page">{corners}<table class="facts">{_facts(strip, number, pages)}</table></div>'


def _facts(strip: Strip, number: int, pages: int) -> str:
    is_signed = bool(strip.signed_at)
    case = strip.case_number or (CASE_OPEN if is_signed else "")
    marks = " · ".join(word for word in (strip.mark, "PRACTICE" if strip.practice else "") if word)
    rows = (
        (("DOCUMENT", strip.document_id, "id"), ("CASE NUMBER", case, "fact"), ("FORM", f"{strip.form_title}, version {strip.form_version}", "fact")),
        (("SIGNED", strip.signed_at, "fact"), ("SEALED", strip.sealed_at, "fact"), ("HOW IT WAS SIGNED", strip.manner, "fact")),
        (("PAGE", f"{number} of {pages}", "fact"), ("TEXT", strip.digest, "fact"), ("", marks, "id")),
    )  # fmt: skip
    return "".join("<tr>" + "".join(_cell(*cell) for cell in row) + "</tr>" for row in rows)


def _cell(label: str, value: str, kind: str) -> str:
    shown = (
        f'<span class="{kind}">{escape(value)}</span>' if value else ('<span class="empty"></span>' if label else "")
    )
    return f'<td><span class="label">{label}</span>{shown}</td>'


def strip_texts(strip: Strip) -> tuple[str, ...]:
    """Give every text the strip may draw, for the check of its glyphs."""
    return (strip.case_number, strip.form_title, strip.signed_at, strip.sealed_at, strip.manner)


def _code(payload: str) -> str:
    """Draw a QR code, level Q (version 2 but for very high page numbers), as one path within its keep-clear border."""
    code = segno.make_qr(payload, error="q", mode="alphanumeric", boost_error=False)
    rows = [list(row) for row in code.matrix]
    side = len(rows) + 2 * QUIET_MODULES
    dark = "".join(
        f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, module in enumerate(row)
        if module
    )
    frame = f'<rect x="0.15" y="0.15" width="{side - 0.3}" height="{side - 0.3}" fill="#ffffff" stroke="#9aa7b4" stroke-width="0.3"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{CODE_MM}mm" height="{CODE_MM}mm" viewBox="0 0 {side} {side}">'
        f'{frame}<path d="{dark}" fill="#000000"/></svg>'
    )
