"""Checks of values against a form definition, all faults together.

* ``check_values`` says what is wrong and gives the values in their normal form (NFC, single spaces).
* ``complete_values`` fills in what the service knows: sources first, then computed fields.
* A fault names the field and what was expected, never what a person wrote.

The same cases run in JavaScript: ``tests/vectors/values.json``.

Example::

    values = complete_values(definition, supplied, sources={"agency.name": "Dallas Police Department"})
    checked = check_values(definition, values, now_local=now, stages={Stage.BEFORE}, require={Stage.BEFORE})
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from forms_service.domain.conditions import holds
from forms_service.domain.dates import FUNCTIONS, read_date, read_local_time
from forms_service.domain.evidence import LARGEST_WHOLE, check_text, normal_text
from forms_service.domain.forms import Computation, Field, FieldType, FormDefinition, Stage
from forms_service.errors import Fault, InvalidInputError, ValuesError
from forms_service.patterns import fits

TEXT_TYPES = frozenset({FieldType.TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.LANGUAGE})
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"[0-9+(][0-9+()./ -]*( ?(x|ext\.?) ?[0-9]+)?")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
# What prints nothing on its own: the spaces of every script, and the joiners that shape letters.
BLANKS = "".join(
    chr(one) for one in (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x200C, 0x200D, 0x202F, 0x205F, 0x3000)
)


def complete_values(
    definition: FormDefinition, supplied: Mapping[str, object], *, sources: Mapping[str, object]
) -> dict[str, object]:
    """Fill in sources and computations; values that were supplied stay, and what is empty was not supplied.

    Args:
        definition: The form version.
        supplied: Values as they came, not checked.
        sources: Source name (``agency.name``) to JSON-ready value; one that is missing or empty fills nothing.
    """
    values = dict(supplied)
    for field in definition.fields:
        known = sources.get(field.source)
        is_open = bool(field.source) and _is_empty(field, values.get(field.id))
        if is_open and known not in (None, "") and holds(field.applies, values):
            values[field.id] = known
    for field in definition.fields:
        if field.computed is None or not _is_empty(field, supplied.get(field.id)):
            continue
        if (result := _compute(field.computed, values)) is not None:
            values[field.id] = result
    return values


def _compute(computation: Computation, values: Mapping[str, object]) -> object:
    arguments = [values.get(name) for name in computation.arguments]
    if None in arguments:
        return None
    try:
        return FUNCTIONS[computation.function](*arguments)
    except (ValueError, TypeError, OverflowError):
        return None  # the argument itself is at fault, and check_values says so


def check_values(
    definition: FormDefinition,
    values: Mapping[str, object],
    *,
    now_local: datetime,
    stages: Collection[Stage],
    require: Collection[Stage] = (),
) -> dict[str, object]:
    """Give the values in normal form, or refuse them with every fault.

    Args:
        definition: The form version.
        values: Completed values (``complete_values``).
        now_local: The present local time of the agency, without zone.
        stages: Stages whose fields may stand here; a field of another stage is unknown here.
        require: Stages whose required fields must have a value (none on a blank).

    Raises:
        ValuesError: ``unknown-field, value-wrong-type, text-too-long, text-has-control-characters, value-missing,
            value-not-asked, option-unknown, date-in-future, time-out-of-order, number-out-of-range,
            pattern-mismatch, items-out-of-range``.
    """
    checker = _Checker(now_local=now_local, require=require)
    known = {field.id: field for field in definition.fields_at(*stages)}
    for name in values:
        if name not in known:
            checker.fault("unknown-field", name, "this form has no such field at this stage")
    checked = checker.group(tuple(known.values()), values, prefix="")
    if checker.faults:
        raise ValuesError(checker.faults)
    return checked


class _Checker:
    """Collects faults while it walks fields; one per call of ``check_values``."""

    def __init__(self, *, now_local: datetime, require: Collection[Stage]) -> None:
        self.faults: list[Fault] = []
        self._now = now_local
        self._require = require

    def fault(self, slug: str, place: str, message: str) -> None:
        self.faults.append(Fault(slug=slug, place=place, message=message))

    def group(self, fields: tuple[Field, ...], values: Mapping[str, object], *, prefix: str) -> dict[str, object]:
        checked: dict[str, object] = {}
        for field in fields:
            value, place = values.get(field.id), prefix + field.id
            if _is_empty(field, value):
                self._missing(field, values, place)
            elif not holds(field.applies, values):
                self.fault("value-not-asked", place, "this is not asked with the other answers given")
            else:
                checked[field.id] = self._value(field, value, place)
        self._orders(fields, checked, prefix)
        return checked

    def _missing(self, field: Field, values: Mapping[str, object], place: str) -> None:
        if field.stage in self._require and holds(field.applies, values) and holds(field.required, values):
            self.fault("value-missing", place, "a value is required")

    def _orders(self, fields: tuple[Field, ...], checked: Mapping[str, object], prefix: str) -> None:
        for field in fields:
            before = _nearest_before(field, fields, checked)
            earlier, later = checked.get(before), checked.get(field.id)
            if _is_moment(earlier) and _is_moment(later) and str(later) < str(earlier):
                self.fault("time-out-of-order", prefix + field.id, f"must not be before {before}")

    def _value(self, field: Field, value: object, place: str) -> object:
        if field.type in TEXT_TYPES:
            return self._text(field, value, place)
        match field.type:
            case FieldType.TICK | FieldType.YES_NO:
                return self._of_type(value, bool, place, "true or false")
            case FieldType.INTEGER:
                return self._integer(field, value, place)
            case FieldType.CHOICE:
                return self._option(field, value, place)
            case FieldType.CHOICES:
                return self._choices(field, value, place)
            case FieldType.DATE:
                return self._date(field, value, place)
            case FieldType.LOCAL_TIME:
                return self._local_time(field, value, place)
            case _:
                return self._items(field, value, place)

    def _of_type(self, value: object, kind: type, place: str, expected: str) -> object:
        if not isinstance(value, kind):
            self.fault("value-wrong-type", place, f"expected {expected}, got {type(value).__name__}")
        return value

    def _text(self, field: Field, value: object, place: str) -> object:
        if not isinstance(value, str):
            return self._of_type(value, str, place, "text")
        try:
            check_text(value)
        except InvalidInputError as error:
            self.fault(error.slug, place, str(error))
            return value
        text = normal_text(value)
        if len(text) > field.max_length:
            self.fault("text-too-long", place, f"{len(text)} characters, at most {field.max_length}")
        elif not _fits(field, text):
            self.fault("pattern-mismatch", place, f"does not look like a {field.type}")
        return text

    def _integer(self, field: Field, value: object, place: str) -> object:
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault("value-wrong-type", place, f"expected a whole number, got {type(value).__name__}")
        elif not field.least <= value <= (field.most or LARGEST_WHOLE):
            self.fault("number-out-of-range", place, f"expected {field.least} to {field.most or LARGEST_WHOLE}")
        return value

    def _option(self, field: Field, value: object, place: str) -> object:
        if not isinstance(value, str):
            return self._of_type(value, str, place, "one option")
        if value not in field.options:
            self.fault("option-unknown", place, f"expected one of {', '.join(field.options)}")
        return value

    def _choices(self, field: Field, value: object, place: str) -> object:
        if not isinstance(value, list):
            return self._of_type(value, list, place, "a list of options")
        for one in value:
            self._option(field, one, place)
        named = [one for one in value if isinstance(one, str)]
        if len(set(named)) != len(named):
            self.fault("option-unknown", place, "each option at most once")
        return [option for option in field.options if option in value]

    def _date(self, field: Field, value: object, place: str) -> object:
        day = read_date(value)
        if day is None:
            self.fault("value-wrong-type", place, "expected a date as YYYY-MM-DD")
        elif field.not_future and day > self._now.date():
            self.fault("date-in-future", place, "must not be in the future")
        return value

    def _local_time(self, field: Field, value: object, place: str) -> object:
        moment = read_local_time(value)
        if moment is None:
            self.fault("value-wrong-type", place, "expected a local time as YYYY-MM-DDTHH:MM")
        elif field.not_future and moment > self._now:
            self.fault("date-in-future", place, "must not be in the future")
        return value

    def _items(self, field: Field, value: object, place: str) -> object:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault("value-wrong-type", place, "expected a list of groups")
            return value
        if not field.least <= len(value) <= (field.most or len(value)):
            self.fault("items-out-of-range", place, f"{len(value)} given, expected {field.least} to {field.most}")
            return value
        return [self._item(field, item, f"{place}.{number}.") for number, item in enumerate(value, start=1)]

    def _item(self, field: Field, item: Mapping[str, object], prefix: str) -> dict[str, object]:
        known = {one.id for one in field.items}
        for name in (one for one in item if one not in known):
            self.fault("unknown-field", prefix + str(name), "this group has no such field")
        return self.group(field.items, item, prefix=prefix)


def _is_empty(field: Field, value: object) -> bool:
    if value is False:
        return field.type is FieldType.TICK
    return value is None or value in ("", []) or (isinstance(value, str) and not value.strip(BLANKS))


def _fits(field: Field, text: str) -> bool:
    if field.pattern:
        return fits(field.pattern, text)
    usual = {FieldType.EMAIL: EMAIL, FieldType.PHONE: PHONE, FieldType.LANGUAGE: LANGUAGE_TAG}.get(field.type)
    return usual is None or usual.fullmatch(text) is not None


def _nearest_before(field: Field, fields: tuple[Field, ...], checked: Mapping[str, object]) -> str:
    """Give the id of the nearest field that this one must not precede; one without a value is passed over."""
    rest = {one.id: one for one in fields}
    before = field.not_before
    while before not in checked and (one := rest.pop(before, None)) is not None:
        before = one.not_before
    return before


def _is_moment(value: object) -> bool:
    return read_date(value) is not None or read_local_time(value) is not None


def needs_warning(field: Field, value: object, now_local: datetime) -> bool:
    """Say whether a time is so long ago that the officer is asked to look again (DOMAIN 2.1 contact_at)."""
    moment = read_local_time(value)
    if not field.warn_after_hours or moment is None:
        return False
    return now_local - moment > timedelta(hours=field.warn_after_hours)


def page_values(definition: FormDefinition, values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Give the values that may leave with the page: neither screening, nor internal ones, nor later additions."""
    return (
        (field.id, values[field.id])
        for field in definition.fields_at(Stage.BEFORE)
        if not field.internal and field.id in values
    )
