"""What may stand in an entry of the audit trail, and what a reviewer looks at twice.

* An id that came from outside is kept only when it has the shape of one of ours: words typed are never kept.
* Reading at night is no fault, but the weekly review counts it.
* A cell of an exported table never begins with what a spreadsheet takes for a formula.

Source: OWASP, CSV Injection; CJIS Security Policy 5.9.5, AU-3 and AU-6.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from forms_service.domain.numbers import parse_document_id
from forms_service.errors import InvalidInputError

NIGHT_BEGINS, NIGHT_ENDS = 22, 6  # local hours: reads of records from 10 p.m. until 6 a.m. are counted apart
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_FORMULA = frozenset("=+-@\t\r")


def id_only(text: str) -> str:
    """Give a text that is a document id or a UUID exactly as we write them; empty for anything else."""
    if _UUID.fullmatch(text):
        return text
    try:
        return text if str(parse_document_id(text)) == text else ""
    except InvalidInputError:
        return ""


def is_night(at: datetime, zone: ZoneInfo) -> bool:
    """Say whether an instant lies in the agency's night."""
    hour = at.astimezone(zone).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def harmless_cell(text: str) -> str:
    """Give a cell that no spreadsheet runs: what could begin a formula gets an apostrophe in front."""
    return f"'{text}" if text and text[0] in _FORMULA else text
