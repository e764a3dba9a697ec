"""What a record's additions add up to: the tries in order, the latest of each single value, what is still open.

* The latest by the time it was told counts, in whatever order tablets sent it.
* The hand-over is *done* when everything that the form demands of it is told; an exception that came last stands in
  for the arrival and the release, and is looked at by a supervisor: a review is one of what was here when it was made.
* Nothing here decides what becomes of the agreement: time alone never does.

Example::

    told = added_up(definition, record.values, record.additions, zone=zone)
    told.hand_over  # HandOver.OPEN
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from forms_service.domain.addition import Addition, AdditionKind, fields_of
from forms_service.domain.conditions import holds
from forms_service.domain.dates import read_local_time
from forms_service.domain.forms import FormDefinition

TRIES, RELEASED, EXCEPTION, REVIEW = "bh_contact", "officer_released_at", "release_exception", "review_text"
COPY, COPY_AT, PICK_UP = "person_copy", "person_copy_at", "pickup"
MOMENTS = ("contact_at", "bh_called_at", "bh_arrived_at", RELEASED)  # in the order of the hand-over
_EXCEPTION_PARTS = (EXCEPTION, "release_exception_text")


class HandOver(StrEnum):
    """How far the hand-over is; ``none`` where the form knows no hand-over."""

    NONE = "none"
    OPEN = "open"
    EXCEPTION = "exception"
    REVIEWED = "reviewed"
    DONE = "done"


class PersonCopy(StrEnum):
    """What became of the person's copy; ``settled`` when it was given, or could not or should not be."""

    NONE = "none"
    OPEN = "open"
    PICK_UP = "pick_up"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One value, who told it and when, and when the service took it."""

    value: object
    by_name: str
    at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Elapsed:
    """Minutes between two moments of the hand-over, by the names of their fields."""

    since: str
    until: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedUp:
    """The sum.

    Attributes:
        tries: One for each try to reach Behavioral Health, in the order they were made.
        values: The latest of each single value.
        missing: Fields of the hand-over that the form demands and nobody told.
        waits_for_release: Whether the form's hand-over ends with a release, as LEAD's does.
    """

    tries: tuple[Told, ...]
    values: Mapping[str, Told]
    missing: tuple[str, ...]
    elapsed: tuple[Elapsed, ...]
    hand_over: HandOver
    person_copy: PersonCopy
    waits_for_release: bool

    @property
    def is_closed(self) -> bool:
        """Say whether nothing is left to tell, of the hand-over or of the copy."""
        return self.hand_over is not HandOver.OPEN and self.person_copy is not PersonCopy.OPEN


def added_up(
    definition: FormDefinition, signed: Mapping[str, object], additions: tuple[Addition, ...], *, zone: ZoneInfo
) -> AddedUp:
    """Add up.

    Args:
        definition: The form version the paper was signed on.
        signed: The values of the signed page.
        additions: In any order.
        zone: The agency's, in which times were told.
    """
    values, tries = _latest(additions), _tries(additions)
    known = {**signed, **{name: one.value for name, one in values.items()}}
    if tries:
        known[TRIES] = [one.value for one in tries]
    missing = _missing(definition, AdditionKind.HAND_OVER, _without_exception(known, values))
    return AddedUp(
        tries=tries,
        values=values,
        missing=missing,
        elapsed=tuple(_elapsed(known, zone)),
        hand_over=_hand_over(definition, values, missing),
        person_copy=_person_copy(definition, values),
        waits_for_release=definition.field_named(RELEASED) is not None,
    )


def _in_order(additions: tuple[Addition, ...]) -> list[Addition]:
    return sorted(additions, key=lambda one: one.at)


def _latest(additions: tuple[Addition, ...]) -> dict[str, Told]:
    return {
        name: Told(value=value, by_name=one.by_name, at=one.at, received_at=one.received_at)
        for one in _in_order(additions)
        for name, value in one.values.items()
        if not isinstance(value, list)
    }


def _tries(additions: tuple[Addition, ...]) -> tuple[Told, ...]:
    found = [
        Told(value=item, by_name=one.by_name, at=one.at, received_at=one.received_at)
        for one in _in_order(additions)
        for item in _items(one.values.get(TRIES))
    ]
    return tuple(sorted(found, key=_tried_at))


def _items(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _tried_at(one: Told) -> str:
    return str(one.value.get("tried_at", "")) if isinstance(one.value, Mapping) else ""


def _excepts(values: Mapping[str, Told]) -> bool:
    """Say whether an exception stands: no release was told after it."""
    exception, released = values.get(EXCEPTION), values.get(RELEASED)
    return exception is not None and (released is None or released.at <= exception.at)


def _without_exception(known: Mapping[str, object], values: Mapping[str, Told]) -> Mapping[str, object]:
    """Leave an exception out that a release overtook, so that the release's own facts are demanded."""
    if _excepts(values):
        return known
    return {name: value for name, value in known.items() if name not in _EXCEPTION_PARTS}


def _missing(definition: FormDefinition, kind: AdditionKind, known: Mapping[str, object]) -> tuple[str, ...]:
    asked = (one for one in fields_of(definition, kind) if holds(one.applies, known) and holds(one.required, known))
    return tuple(one.id for one in asked if one.id not in known)


def _hand_over(definition: FormDefinition, values: Mapping[str, Told], missing: tuple[str, ...]) -> HandOver:
    if not fields_of(definition, AdditionKind.HAND_OVER):
        return HandOver.NONE
    if _excepts(values):
        review = values.get(REVIEW)
        is_reviewed = review is not None and review.received_at >= values[EXCEPTION].received_at
        return HandOver.REVIEWED if is_reviewed else HandOver.EXCEPTION
    return HandOver.OPEN if missing else HandOver.DONE


def _person_copy(definition: FormDefinition, values: Mapping[str, Told]) -> PersonCopy:
    if not fields_of(definition, AdditionKind.PERSON_COPY):
        return PersonCopy.NONE
    way, given = values.get(COPY), values.get(COPY_AT)
    if way is None:
        return PersonCopy.OPEN
    is_owed = way.value == PICK_UP and (given is None or given.at <= way.at)
    return PersonCopy.PICK_UP if is_owed else PersonCopy.SETTLED


def _elapsed(known: Mapping[str, object], zone: ZoneInfo) -> Iterator[Elapsed]:
    """Give the minutes from each known moment to the next, and from the first to the last where others lie between."""
    found = [(name, moment.replace(tzinfo=zone)) for name in MOMENTS if (moment := read_local_time(known.get(name)))]
    whole = [(found[0], found[-1])] if len(found) > 2 else []
    for (since, begun), (until, ended) in (*pairwise(found), *whole):
        yield Elapsed(since=since, until=until, minutes=round((ended.timestamp() - begun.timestamp()) / 60))
