"""Numbers that people read, write and scan: document ids, QR payloads, record ids.

* A document id is ``LEAD-7Q2F9-KDM3X-3``: form code, ten Crockford base-32 characters (50 random bits) and
  Crockford's check symbol over the ten. A draw whose check value is above 31 is drawn again, so that only
  plain letters and digits occur.
* Reading is lenient: lower case, spaces, missing hyphens or dashes in their place, O for 0, I and L for 1.

Source: Douglas Crockford, "Base 32". The same cases run in JavaScript: ``tests/vectors/check_symbol.json``, ``qr_payload.json``.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from forms_service.errors import (
    CardCheckFailedError,
    CardMalformedError,
    DocumentIdCheckFailedError,
    DocumentIdMalformedError,
)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS = 50
CARD_CODE = "CARD"  # no form may have it: a pocket card's characters are made and read as a document id's
MOST_PAGES = 99
_CHECK_MODULUS = 37
_BETWEEN = re.compile("[\\s\\-\u2010-\u2015\u2212]")  # word processors turn hyphens into dashes
_LENIENT = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LOOSE_ID = re.compile(r"([A-Z]{1,4})([0-9A-Z]{10})([0-9A-Z])")
_CODE_APART = re.compile(r"[A-Z]{1,4}-")
_PAYLOAD = re.compile(
    rf"FS1-([A-Z]{{1,4}})/([1-9][0-9]{{0,3}})-([{ALPHABET}]{{10}})([{ALPHABET}])-([1-9][0-9]?)/([1-9][0-9]?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentId:
    """A document id, taken apart.

    Attributes:
        form_code: One to four capital letters.
        symbols: Ten Crockford characters.
    """

    form_code: str
    symbols: str

    @property
    def check(self) -> str:
        """Give the check symbol."""
        return ALPHABET[check_value(self.symbols)]

    def __str__(self) -> str:
        """Write the id as it is printed."""
        return f"{self.form_code}-{self.symbols[:5]}-{self.symbols[5:]}-{self.check}"


def check_value(symbols: str) -> int:
    """Give the ten symbols' number modulo 37."""
    number = 0
    for symbol in symbols:
        number = number * 32 + ALPHABET.index(symbol)
    return number % _CHECK_MODULUS


def draw_document_id(form_code: str, draw: Callable[[int], int]) -> DocumentId:
    """Draw an id, again until its check symbol is a plain letter or digit.

    Args:
        form_code: Of the form.
        draw: Gives a whole number of that many random bits.
    """
    while True:
        number = draw(RANDOM_BITS)
        symbols = "".join(ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))
        if check_value(symbols) < len(ALPHABET):
            return DocumentId(form_code=form_code, symbols=symbols)


def draw_uuid(draw: Callable[[int], int]) -> str:
    """Draw an id that nobody reads aloud (UUIDv4): of records, drafts, accounts, factors, sessions.

    Args:
        draw: Gives a whole number of that many random bits.
    """
    return str(uuid.UUID(int=draw(128), version=4))


def parse_document_id(text: str) -> DocumentId:
    """Read an id as a person types it.

    Raises:
        DocumentIdMalformedError: It has not the shape of an id.
        DocumentIdCheckFailedError: The check symbol does not fit: something was mistyped.
    """
    dashed = _BETWEEN.sub("-", text.strip().upper()) if len(text) <= 40 else ""
    found = _LOOSE_ID.fullmatch(dashed.replace("-", ""))
    # Where the form code stands apart it is the whole code: LEAD-7Q2F9-KDM3X lacks its check symbol, it is no id of "LEA".
    if not found or (_CODE_APART.match(dashed) and not dashed.startswith(f"{found[1]}-")):
        raise DocumentIdMalformedError
    symbols, check = found[2].translate(_LENIENT), found[3].translate(_LENIENT)
    if not set(symbols + check) <= set(ALPHABET):
        raise DocumentIdMalformedError
    value = check_value(symbols)
    if value >= len(ALPHABET) or ALPHABET[value] != check:
        raise DocumentIdCheckFailedError
    return DocumentId(form_code=found[1], symbols=symbols)


def parse_card(text: str) -> str:
    """Read a pocket card's characters as a person types them; give them as they are printed.

    Raises:
        CardMalformedError: They have not the shape of a card's.
        CardCheckFailedError: The check symbol does not fit.
    """
    try:
        found = parse_document_id(text)
    except DocumentIdMalformedError as error:
        raise CardMalformedError from error
    except DocumentIdCheckFailedError as error:
        raise CardCheckFailedError from error
    if found.form_code != CARD_CODE:
        raise CardMalformedError
    return str(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class QrPayload:
    """What a code on a page says; page numbers from 1."""

    document_id: DocumentId
    form_version: int
    page_number: int
    pages: int


def qr_payload(document_id: str, form_version: int, page_number: int, pages: int) -> str:
    """Write a page's code, such as ``FS1-LEAD/1-7Q2F9KDM3X3-1/3``; QR alphanumeric, no name, no address.

    Raises:
        ValueError: For what no code of ours says: form versions above 9999, more than 99 pages, a page beyond the last.
    """
    parsed = parse_document_id(document_id)
    payload = f"FS1-{parsed.form_code}/{form_version}-{parsed.symbols}{parsed.check}-{page_number}/{pages}"
    if parse_qr_payload(payload) is None:
        raise ValueError(f"no code says {payload}")
    return payload


def parse_qr_payload(text: str) -> QrPayload | None:
    """Read a page's code; None for a code that is not ours or whose check symbol fails."""
    found = _PAYLOAD.fullmatch(text)
    if not found:
        return None
    document_id = DocumentId(form_code=found[1], symbols=found[3])
    value, number, pages = check_value(found[3]), int(found[5]), int(found[6])
    if value >= len(ALPHABET) or ALPHABET[value] != found[4] or number > pages:
        return None
    return QrPayload(document_id=document_id, form_version=int(found[2]), page_number=number, pages=pages)
