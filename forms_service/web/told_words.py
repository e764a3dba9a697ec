"""What was told of a paper after signing, in plain words for the record page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms_service.domain.added_up import COPY, COPY_AT, REVIEW, AddedUp, Elapsed, HandOver, PersonCopy, Told
from forms_service.domain.addition import LINK, AdditionKind, fields_of
from forms_service.domain.dates import read_local_time
from forms_service.domain.forms import Field, FieldType, FormDefinition
from forms_service.web.page_words import clock_words, value_words

STATES: Mapping[tuple[HandOver, bool], str] = {
    (HandOver.OPEN, True): "Not handed over yet",
    (HandOver.OPEN, False): "Behavioral Health not tried yet",
    (HandOver.EXCEPTION, True): "Left without release, to be reviewed",
    (HandOver.REVIEWED, True): "Left without release, reviewed",
    (HandOver.DONE, True): "Handed over",
    (HandOver.DONE, False): "First contact made",
}
COPIES: Mapping[PersonCopy, str] = {
    PersonCopy.OPEN: "No copy given yet",
    PersonCopy.PICK_UP: "Copy waits to be picked up",
}
_OF_THE_COPY = frozenset({COPY_AT, "person_copy_reason", "card"})
_MOMENTS: Mapping[str, str] = {
    "contact_at": "contact", "bh_called_at": "call", "bh_arrived_at": "arrival", "officer_released_at": "release",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow:
    """One line: what, its words, and who told it."""

    label: str
    words: str
    by_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWords:
    """What the record page says; ``told_by``: who told everything, where it was one person."""

    told_by: str
    state: str
    is_good: bool
    needs_review: bool
    copy: str
    tries: tuple[ToldRow, ...]
    facts: tuple[ToldRow, ...]
    elapsed: tuple[ToldRow, ...]
    missing: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether nobody has told anything yet."""
        return not (self.tries or self.facts)


def told_words(definition: FormDefinition, told: AddedUp) -> ToldWords:
    """Give the words."""
    tellers = {one.by_name for one in (*told.tries, *told.values.values())}
    alone = tellers.pop() if len(tellers) == 1 else ""
    return ToldWords(
        told_by=alone,
        state=STATES.get((told.hand_over, told.waits_for_release), ""),
        is_good=told.hand_over in (HandOver.DONE, HandOver.REVIEWED),
        needs_review=told.hand_over is HandOver.EXCEPTION,
        copy=COPIES.get(told.person_copy, ""),
        tries=tuple(_said_once(_try(definition, one), alone) for one in told.tries),
        facts=tuple(_said_once(one, alone) for one in _facts(definition, told.values)),
        elapsed=tuple(ToldRow(label=_between(one), words=minutes_words(one.minutes)) for one in told.elapsed),
        missing=_missing(definition, told),
    )


def _said_once(row: ToldRow, alone: str) -> ToldRow:
    """Leave the name out where one person told everything."""
    return replace(row, by_name="") if alone else row


def _missing(definition: FormDefinition, told: AddedUp) -> tuple[str, ...]:
    """Give what is not told of a hand-over that has begun; of one that has not its state says enough."""
    labels = definition.pack(definition.control_language).labels
    has_begun = told.hand_over is HandOver.OPEN and bool(told.tries or told.values)
    return tuple(labels.get(name, name) for name in told.missing) if has_begun else ()


def _try(definition: FormDefinition, one: Told) -> ToldRow:
    field = definition.field_named("bh_contact")
    item = one.value if isinstance(one.value, Mapping) else {}
    if field is None:  # it was judged by this very form
        raise RuntimeError(definition.form)
    pack = definition.pack(definition.control_language)
    parts = {
        inner.id: _words(inner, item[inner.id], definition, f"{field.id}.{inner.id}")
        for inner in field.items
        if inner.id in item
    }
    how = " ".join(parts[name] for name in ("channel", "number") if name in parts)
    answered = (
        f"{pack.labels.get('bh_contact.who_answered', '')}: {parts['who_answered']}" if "who_answered" in parts else ""
    )
    words = " · ".join(part for part in (how, parts.get("result", ""), answered) if part)
    return ToldRow(label=parts.get("tried_at", ""), words=words, by_name=one.by_name)


def _words(field: Field, value: object, definition: FormDefinition, path: str) -> str:
    if field.type is FieldType.LOCAL_TIME and (moment := read_local_time(value)):
        return clock_words(moment)
    return value_words(field, value, definition.pack(definition.control_language), path)


def _facts(definition: FormDefinition, values: Mapping[str, Told]) -> list[ToldRow]:
    labels = {
        **definition.pack(definition.control_language).labels,
        REVIEW: "Review of the hand-over",
        "card": "Pocket card",
    }
    known = [one for kind in AdditionKind for one in fields_of(definition, kind) if _stands(one.id, values)]
    known.sort(key=lambda one: one.id in (COPY, COPY_AT))
    return [
        ToldRow(
            label=labels.get(one.id, one.id), words=_words(one, values[one.id].value, definition, one.id),
            by_name=values[one.id].by_name,
        )
        for one in known
    ]  # fmt: skip


def _stands(name: str, values: Mapping[str, Told]) -> bool:
    """Say whether a value is to be shown: time, reason and card belong to the way they were told with, a link is told apart."""
    if name not in values or name == LINK.id:
        return False
    way = values.get(COPY)
    return name not in _OF_THE_COPY or way is None or values[name].at >= way.at


def _between(one: Elapsed) -> str:
    return f"From {_MOMENTS[one.since]} to {_MOMENTS[one.until]}"


def minutes_words(minutes: int) -> str:
    """Write a length of time, such as ``1 h 25 min``."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
