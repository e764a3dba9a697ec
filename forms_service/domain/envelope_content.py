"""What is sealed in an envelope: a finished block, that one is given up, or that somebody did not want to.

* Each says itself to which envelope it belongs, in the shape of its kind and no other.
* The blocks of one paper agree in everything that the paper says; together they make its ``signatures.json``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms_service.domain.envelope import (
    Check,
    Envelope,
    fits,
    is_digest,
    is_number,
    is_slug,
    is_text,
    is_uuid,
    read_content,
)
from forms_service.domain.evidence import presented_digest
from forms_service.errors import BlocksDifferError, EnvelopeIdsDifferError, PresentedDigestMismatchError

PERSON_REFUSED = "person-refused"
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_RULE = re.compile(r"[A-Za-z][A-Za-z0-9:_-]{0,79}")


class DiscardReason(StrEnum):
    """Why a half-signed block was given up."""

    CHANGED_MIND = "person_changed_mind"
    CALLED_AWAY = "officer_called_away"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureContent:
    """One finished block.

    Attributes:
        lines: Id and text of every line that was shown.
        signed: As one entry of ``blocks`` in ``signatures.json``; read later with the whole set.
        presentation: As there, or None.
        author: Author credential.
        names: Block to the digest of its envelope; only in the last block.
        device_clock_offset_ms: How far the device's clock ran ahead of ours; None when it did not know.
    """

    document_id: str
    form: str
    form_version: int
    form_digest: str
    language: str
    values: Mapping[str, object]
    presented_digest: str
    lines: Sequence[Sequence[str]]
    block: str
    signed: Mapping[str, object]
    presentation: Mapping[str, object] | None
    author: str
    names: Mapping[str, str]
    is_last: bool
    device_clock_offset_ms: int | None
    app_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardContent:
    """That a half-signed block is given up; ``names`` is its envelope's digest."""

    names: str
    reason: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineContent:
    """That somebody did not want to: a rule and a month (``YYYY-MM``), no name."""

    form: str
    rule: str
    month: str


def _is_lines(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(line, list) and len(line) == 2 and all(isinstance(part, str) for part in line) for line in value
    )


def _is_names(value: object) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= 20
        and all(is_slug(block) and is_digest(digest) for block, digest in value.items())
    )


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


_SIGNATURE: Mapping[str, Check] = {
    "envelope_id": is_uuid,
    "document_id": lambda value: is_text(value, 40) and bool(value),
    "form": is_slug,
    "form_version": lambda value: is_number(value, 1, 9999),
    "form_digest": is_digest,
    "language": lambda value: is_text(value, 35),
    "values": _is_object,
    "presented_digest": is_digest,
    "lines": _is_lines,
    "block": is_slug,
    "signed": _is_object,
    "presentation": lambda value: value is None or _is_object(value),
    "author": lambda value: is_text(value, 4096),
    "names": _is_names,
    "is_last": lambda value: isinstance(value, bool),
    "device_clock_offset_ms": lambda value: value is None or is_number(value, -(10**15), 10**15),
    "app_version": lambda value: is_text(value, 60),
}
_DISCARD: Mapping[str, Check] = {
    "envelope_id": is_uuid,
    "names": is_digest,
    "reason": lambda value: isinstance(value, str) and value in set(DiscardReason),
    "author": lambda value: is_text(value, 4096),
}
_DECLINE: Mapping[str, Check] = {
    "envelope_id": is_uuid,
    "form": is_slug,
    "rule": lambda value: fits(_RULE, value),
    "month": lambda value: fits(_MONTH, value),
    "author": lambda value: value == "",
}


def parse_signature(content: bytes, envelope: Envelope) -> SignatureContent:
    """Read the content of kind ``signature``.

    Raises:
        EnvelopeMalformedError, EnvelopeIdsDifferError: With the place.
        PresentedDigestMismatchError: The lines that were shown are not those of the digest.
    """
    found = read_content(content, "signature/1", _SIGNATURE, envelope)
    read = SignatureContent(**{name: found[name] for name in _SIGNATURE if name != "envelope_id"})  # type: ignore[arg-type]  # as above
    if read.document_id != envelope.document_id:
        raise EnvelopeIdsDifferError(place="document_id")
    lines = [(line[0], line[1]) for line in read.lines]
    shown = presented_digest(read.document_id, read.form, read.form_version, read.language, lines)
    if shown != read.presented_digest:
        raise PresentedDigestMismatchError(
            document_id=envelope.document_id, got=read.presented_digest[:12], expected=shown[:12]
        )
    return read


def parse_discard(content: bytes, envelope: Envelope) -> DiscardContent:
    """Read the content of kind ``discard``.

    Raises:
        EnvelopeMalformedError, EnvelopeIdsDifferError: With the place.
    """
    found = read_content(content, "discard/1", _DISCARD, envelope)
    return DiscardContent(names=str(found["names"]), reason=str(found["reason"]), author=str(found["author"]))


def parse_decline(content: bytes, envelope: Envelope) -> DeclineContent:
    """Read the content of kind ``decline``; it belongs to no paper.

    Raises:
        EnvelopeMalformedError, EnvelopeIdsDifferError: With the place.
    """
    found = read_content(content, "decline/1", _DECLINE, envelope)
    if envelope.document_id:
        raise EnvelopeIdsDifferError(place="document_id")
    return DeclineContent(form=str(found["form"]), rule=str(found["rule"]), month=str(found["month"]))


_SAME = ("document_id", "form", "form_version", "form_digest", "language", "presented_digest")


def gathered(last: SignatureContent, others: Mapping[str, SignatureContent]) -> dict[str, object]:
    """Give the ``signatures.json`` that the blocks of one paper make together.

    Args:
        last: The block that names the others.
        others: By the block's name in ``last.names``.

    Raises:
        BlocksDifferError: They are not of one paper, or a value that an earlier block states is another in the last.
    """
    for block, one in others.items():
        _refuse_other(block, one, last)
    person = others.get("person")
    presentation = person.presentation if person and person.presentation else last.presentation
    return {
        "document_id": last.document_id,
        "presented_digest": last.presented_digest,
        "outcome": "signed",
        "blocks": {**{block: one.signed for block, one in others.items()}, last.block: last.signed},
        "presentation": presentation,
    }


def _refuse_other(block: str, one: SignatureContent, last: SignatureContent) -> None:
    if one.block != block or block == last.block or one.is_last:
        raise BlocksDifferError(block=block, place="block")
    for name in _SAME:
        if getattr(one, name) != getattr(last, name):
            raise BlocksDifferError(block=block, place=name)
    if any(last.values.get(name) != value for name, value in one.values.items()):
        raise BlocksDifferError(block=block, place="values")
