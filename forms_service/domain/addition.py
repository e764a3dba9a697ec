"""Additions: what happens after signing, each an act of its own on the record; the page stays as it was signed.

* Their fields are those of stage ``after`` in section ``handover``, with what a tablet tells beside them.
* An addition is partial and may be repeated: it carries what is new. What was told later of a single value counts.
* Times are compared with what is known already: contact, called, arrived, released never go backwards.
* A field is demanded of the addition whose own answer makes it so (a text for an exception), each time it is given anew;
  never because something is still open.

Example::

    content = parse_addition(opened, envelope)
    values = check_addition(definition, content.kind, content.values, record=record, now_local=now)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from forms_service.domain.conditions import ALWAYS, NEVER, Condition, Is, IsSet, fields_named, holds
from forms_service.domain.copy_link import is_link_key
from forms_service.domain.envelope import Check, Envelope, is_digest, is_number, is_text, is_uuid, read_content
from forms_service.domain.forms import Field, FieldType, FormDefinition, Party, Stage
from forms_service.domain.numbers import parse_card
from forms_service.domain.signature_reading import read_moment
from forms_service.domain.values import check_values
from forms_service.errors import (
    AdditionEmptyError,
    EnvelopeIdsDifferError,
    EnvelopeMalformedError,
    Fault,
    ValuesError,
)

SECTION = "handover"
_COPY = "person_copy"
CARD = Field(
    id="card", type=FieldType.TEXT, stage=Stage.AFTER, filled_by=(Party.OFFICER,), section=SECTION, max_length=40
)  # fmt: skip
REVIEW = Field(
    id="review_text", type=FieldType.TEXT, stage=Stage.AFTER, filled_by=(Party.SUPERVISOR,), section=SECTION,
    max_length=300,
)  # fmt: skip

_BY_LINK = "sms_link"
LINK = replace(CARD, id="link", max_length=64, required=Is(field=_COPY, value=_BY_LINK))  # the SHA-256 of its token


class AdditionKind(StrEnum):
    """What an addition tells: of the hand-over, of the person's copy, or what a supervisor found; no tablet the last."""

    HAND_OVER = "hand_over"
    PERSON_COPY = "person_copy"
    REVIEW = "review"


_OF_TABLETS = frozenset({AdditionKind.HAND_OVER, AdditionKind.PERSON_COPY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """One addition as its record keeps it.

    Attributes:
        values: Checked, JSON-ready; only what it told anew.
        at: When it was told, aware, by the clock of whoever told it.
        by: Actor id; ``by_name`` is the name at that time.
        received_at: When the service took it, aware.
        envelope: Digest of the tablet's envelope; empty for what was told at the desk.
    """

    kind: AdditionKind
    values: Mapping[str, object]
    at: datetime
    by: str
    by_name: str
    received_at: datetime
    envelope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionContent:
    """What is sealed in an envelope of kind ``addition``.

    Attributes:
        names: Digest of the agreement's last envelope; empty where the paper was found by its typed id.
        author: Author credential.
        link_key: What a copy is to be encrypted with; never kept, and no part of ``values``. Empty without a link.
    """

    document_id: str
    names: str
    kind: AdditionKind
    values: Mapping[str, object]
    at: datetime
    author: str
    device_clock_offset_ms: int | None
    app_version: str
    link_key: str = ""


_ADDITION: Mapping[str, Check] = {
    "envelope_id": is_uuid,
    "document_id": lambda value: is_text(value, 40) and bool(value),
    "names": lambda value: value == "" or is_digest(value),
    "addition": lambda value: isinstance(value, str) and value in _OF_TABLETS,
    "values": lambda value: isinstance(value, dict),
    "at": lambda value: read_moment(value) is not None,
    "author": lambda value: is_text(value, 4096),
    "device_clock_offset_ms": lambda value: value is None or is_number(value, -(10**15), 10**15),
    "app_version": lambda value: is_text(value, 60),
}


def parse_addition(content: bytes, envelope: Envelope) -> AdditionContent:
    """Read the content of kind ``addition``.

    Raises:
        EnvelopeMalformedError, EnvelopeIdsDifferError: With the place.
    """
    found = dict(read_content(content, "addition/1", _ADDITION, envelope))
    if found["document_id"] != envelope.document_id:
        raise EnvelopeIdsDifferError(place="document_id")
    kind, at = AdditionKind(str(found["addition"])), read_moment(found["at"])
    found["values"], link_key = _without_key(found["values"])
    parts = {name: found[name] for name in _ADDITION if name not in ("envelope_id", "addition", "at")}
    return AdditionContent(**parts, kind=kind, at=at, link_key=link_key)  # type: ignore[arg-type]  # the shape was checked


def _without_key(values: object) -> tuple[dict[str, object], str]:
    """Part the key of a link from the values, which are kept."""
    told: dict[str, object] = dict(values) if isinstance(values, Mapping) else {}
    if "link" not in told:
        return told, ""
    match told["link"]:
        case {"token_sha256": token, "key": str(key), **others} if is_digest(token) and is_link_key(key) and not others:
            return {**told, "link": token}, key
    raise EnvelopeMalformedError(place="values.link", problem="expected a token's SHA-256 and a key")


def fields_of(definition: FormDefinition, kind: AdditionKind) -> tuple[Field, ...]:
    """Give the fields that an addition may fill; none where the form asks for nothing of the kind."""
    if kind is AdditionKind.REVIEW:
        return (REVIEW,)
    is_copy = kind is AdditionKind.PERSON_COPY
    later = (one for one in definition.fields_at(Stage.AFTER) if one.section == SECTION)
    found = tuple(one for one in later if one.id.startswith(_COPY) is is_copy)
    return (*found, CARD, LINK) if is_copy and found else found


def known_values(additions: tuple[Addition, ...]) -> dict[str, object]:
    """Give the latest of each single value that additions told; lists, which grow, are not among them."""
    told = sorted(additions, key=lambda one: one.at)
    return {name: value for one in told for name, value in one.values.items() if not isinstance(value, list)}


def check_addition(
    definition: FormDefinition,
    kind: AdditionKind,
    supplied: Mapping[str, object],
    *,
    signed: Mapping[str, object],
    additions: tuple[Addition, ...],
    now_local: datetime,
) -> dict[str, object]:
    """Give an addition's values in normal form, or refuse them with every fault.

    Args:
        definition: The form version the paper was signed on.
        kind: Says which fields it may fill.
        supplied: As they came.
        signed: The values of the signed page.
        additions: What the record was told before.
        now_local: The present local time of the agency, without zone.

    Raises:
        ValuesError: As ``check_values``.
        AdditionEmptyError: Nothing is told.
    """
    own = fields_of(definition, kind)
    _refuse_unknown(own, supplied)
    before = {**signed, **known_values(additions)}
    anew = {one.id for one in own if _is_demanded(one.required, before, supplied)}
    values = {**{name: value for name, value in before.items() if name not in anew}, **supplied}
    part = replace(definition, fields=tuple(_judged(definition, own, anew, supplied)))
    asked = {one.id: value for one in part.fields if (value := values.get(one.id)) is not None}
    checked = check_values(
        part, asked, now_local=now_local, stages={Stage.BEFORE, Stage.AFTER}, require={Stage.AFTER}
    )  # fmt: skip
    told = {name: checked[name] for name in supplied if name in checked}
    if "card" in told:
        told["card"] = parse_card(str(told["card"]))
    if "link" in told and told.get(_COPY) != _BY_LINK:
        raise ValuesError(
            [Fault(slug="value-not-asked", place="link", message="belongs to a copy that is given by link")]
        )
    if not told:
        raise AdditionEmptyError(kind=str(kind))
    return told


def _refuse_unknown(own: tuple[Field, ...], supplied: Mapping[str, object]) -> None:
    unknown = sorted(set(supplied) - {one.id for one in own})
    if unknown:
        message = "an addition of this kind has no such field"
        raise ValuesError([Fault(slug="unknown-field", place=name[:40], message=message) for name in unknown])


def _is_demanded(required: Condition, before: Mapping[str, object], supplied: Mapping[str, object]) -> bool:
    """Say whether an answer of this addition demands a field; what was told for an earlier answer does not do then."""
    is_answered = any(holds(IsSet(field=name, expected=True), supplied) for name in fields_named(required))
    return is_answered and holds(required, {**before, **supplied})


def _judged(
    definition: FormDefinition, own: tuple[Field, ...], anew: Collection[str], supplied: Collection[str]
) -> Iterator[Field]:
    """Give the fields with what is demanded of this addition, and those that its times are compared with.

    What is known was no future when it was told: in the night the clocks go back it may look so for an hour.
    """
    names = {one.id for one in own}
    for one in own:
        earlier = definition.field_named(one.not_before) if one.not_before else None
        if earlier is not None and earlier.id not in names:
            names.add(earlier.id)
            yield replace(earlier, not_future=False)
        not_future = one.not_future and one.id in supplied
        yield replace(one, required=ALWAYS if one.id in anew else NEVER, not_future=not_future)


def addition_to_json(one: Addition) -> dict[str, object]:
    """Give an addition as ``record.json`` holds it."""
    return {
        "kind": str(one.kind),
        "values": dict(one.values),
        "at": one.at.isoformat(),
        "by": one.by,
        "by_name": one.by_name,
        "received_at": one.received_at.isoformat(),
        "envelope": one.envelope,
    }


def addition_from_json(stored: object) -> Addition:
    """Read an addition back.

    Raises:
        KeyError, ValueError, TypeError: It is not what ``addition_to_json`` wrote.
    """
    if not isinstance(stored, Mapping) or not isinstance(stored["values"], Mapping):
        raise TypeError(type(stored).__name__)
    return Addition(
        kind=AdditionKind(str(stored["kind"])),
        values=dict(stored["values"]),
        at=datetime.fromisoformat(str(stored["at"])),
        by=str(stored["by"]),
        by_name=str(stored["by_name"]),
        received_at=datetime.fromisoformat(str(stored["received_at"])),
        envelope=str(stored["envelope"]),
    )
