"""What is still to be told of signed papers: the hand-over, the person's copy, an exception that nobody reviewed.

An exception and a copy to be picked up are tasks at once. What usually follows the signatures within hours is asked for
after a day: a social referral that nobody tried to reach Behavioral Health for is a reminder then (DOMAIN 3.1).
Of a record whose form can not be read, not even from the archive, nothing is asked: the others' tasks must not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from forms_service.domain.added_up import AddedUp, HandOver, PersonCopy, added_up
from forms_service.domain.forms import FormDefinition
from forms_service.domain.record import Record, RecordState
from forms_service.errors import FormsServiceError
from forms_service.ports import Actor, Services, Transaction
from forms_service.workflow.archived_paper import form_of
from forms_service.workflow.permission import Act, allows

REMINDED_AFTER = timedelta(hours=24)
OPEN_STEPS: Mapping[str, str] = {
    "first-contact-open": "make the first contact with Behavioral Health, and tell it",
    "hand-over-open": "tell how the hand-over to Behavioral Health ended",
    "hand-over-exception": "review how the officer left without a release",
    "copy-open": "give the person their copy, or tell why not",
    "copy-to-pick-up": "tell when the copy was picked up",
}
_AT_ONCE = frozenset({"hand-over-exception", "copy-to-pick-up"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAddition:
    """Something that is to be told of a record; ``kind`` is a key of ``OPEN_STEPS``."""

    kind: str
    record: Record


def told_of(services: Services, record: Record) -> AddedUp:
    """Add up what was told of a record after signing."""
    return _sum(services, record, form_of(services, record).definition)


def _sum(services: Services, record: Record, definition: FormDefinition) -> AddedUp:
    return added_up(definition, record.values, record.additions, zone=services.settings.zone)


def open_additions(services: Services, by: Actor, transaction: Transaction) -> Iterator[OpenAddition]:
    """Give what is to be told, or reviewed, by who asks, of the records that exist for them."""
    mine = {name for name in OPEN_STEPS if allows(by, _asks(name))}
    forms: dict[str, FormDefinition | None] = {}
    for record in filter(by.sight.shows, transaction.book.records()) if mine else ():
        if record.state is not RecordState.ARCHIVED:
            continue
        if record.form_digest not in forms:
            forms[record.form_digest] = _readable(services, record)
        definition = forms[record.form_digest]
        if definition is None:
            continue
        is_late = services.clock.now() - record.signed_at >= REMINDED_AFTER
        for kind in _kinds(_sum(services, record, definition)):
            if kind in mine and (is_late or kind in _AT_ONCE):
                yield OpenAddition(kind=kind, record=record)


def _readable(services: Services, record: Record) -> FormDefinition | None:
    try:
        return form_of(services, record).definition
    except FormsServiceError:
        return None


def _asks(kind: str) -> Act:
    return Act.REVIEW_HAND_OVER if kind == "hand-over-exception" else Act.ADD_TO_RECORD


def _kinds(told: AddedUp) -> Iterator[str]:
    if told.hand_over is HandOver.OPEN:
        yield "hand-over-open" if told.waits_for_release else "first-contact-open"
    if told.hand_over is HandOver.EXCEPTION:
        yield "hand-over-exception"
    if told.person_copy is PersonCopy.OPEN:
        yield "copy-open"
    if told.person_copy is PersonCopy.PICK_UP:
        yield "copy-to-pick-up"
