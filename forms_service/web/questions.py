"""A form's fields as questions on a page: what a template needs and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from forms_service.domain.conditions import All, Always, AnyOf, AtLeast, Condition, In, Is, IsSet, Not, holds
from forms_service.domain.forms import Field, FieldType, FormDefinition, LanguagePack, Party, Stage
from forms_service.web.languages import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with its answer so far.

    Attributes:
        name: Name of the input: the field's id, or ``group.number.field`` within a group.
        id: HTML id, made from the name.
        applies: The condition as JSON for the page's script; empty when the question always stands.
        items: For a group, the questions of each item.
        error: What is wrong with the answer, ready to read.
    """

    name: str
    id: str
    type: str
    label: str
    hint: str = ""
    required: bool = False
    applies: str = ""
    is_asked: bool = True
    options: tuple[tuple[str, str], ...] = ()
    value: object = ""
    error: str = ""
    max_length: int = 0
    most: int = 0
    items: tuple[tuple[Question, ...], ...] = ()

    @property
    def date_parts(self) -> tuple[str, str, str]:
        """Give year, month and day of a date answer, as they were typed."""
        parts = [*str(self.value or "").split("-", 2), "", "", ""]
        return parts[0], parts[1].lstrip("0"), parts[2].lstrip("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Questions of one page, the answers so far and the faults found in them.

    Attributes:
        values: The whole form's values, for conditions.
        errors: Place of a fault to its words.
    """

    pack: LanguagePack
    values: Mapping[str, object]
    errors: Mapping[str, str] = field(default_factory=dict)

    def questions(self, asked: Sequence[Field]) -> tuple[Question, ...]:
        """Give the questions in order."""
        return tuple(self._question(one, self.values, one.id, one.id) for one in asked)

    def _question(self, one: Field, values: Mapping[str, object], name: str, path: str) -> Question:
        value = values.get(one.id, "")
        items = self._items(one, value) if one.type is FieldType.GROUP else ()
        return Question(
            name=name,
            id="q-" + name.replace(".", "-"),
            type=str(one.type),
            label=self.pack.labels.get(path, path),
            hint=self.pack.help.get(path, ""),
            required=holds(one.required, values),
            applies="" if one.applies == Always(value=True) else json.dumps(condition_json(one.applies)),
            is_asked=holds(one.applies, values),
            options=self._options(one, path),
            value=value,
            error=self.errors.get(name, ""),
            max_length=one.max_length,
            most=one.most,
            items=items,
        )

    def _items(self, group: Field, value: object) -> tuple[tuple[Question, ...], ...]:
        given = [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
        shown = given or ([{}] if group.least else [])
        return tuple(
            tuple(
                self._question(one, item, f"{group.id}.{number}.{one.id}", f"{group.id}.{one.id}")
                for one in group.items
            )
            for number, item in enumerate(shown, start=1)
        )

    def _options(self, one: Field, path: str) -> tuple[tuple[str, str], ...]:
        if one.type is FieldType.YES_NO:
            return (("true", self.pack.yes.capitalize()), ("false", self.pack.no.capitalize()))
        if one.type is FieldType.LANGUAGE:
            return LANGUAGES
        return tuple((option, _capital(self.pack.options.get(f"{path}.{option}", option))) for option in one.options)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def is_asked(one: Field) -> bool:
    """Say whether anybody types this value; what the service knows is not asked."""
    return (
        one.stage in (Stage.SCREENING, Stage.BEFORE, Stage.ARCHIVE)
        and one.filled_by != (Party.SYSTEM,)
        and one.computed is None
        and not one.source
    )


def is_say_back(one: Field) -> bool:
    """Say whether a question belongs after the reading: what the person can say back (DOMAIN 2.3)."""
    return one.stage is Stage.SIGNING


def asked_in(definition: FormDefinition, section: str) -> tuple[Field, ...]:
    """Give the fields that are asked on a section's page."""
    return tuple(one for one in definition.fields if one.section == section and is_asked(one) and not is_say_back(one))


def asked_sections(definition: FormDefinition, *, screened: bool) -> tuple[str, ...]:
    """Give the sections that have questions, in the order of a conversation."""
    return tuple(
        one for one in definition.sections if asked_in(definition, one) and not (screened and one == "screening")
    )


def condition_json(condition: Condition) -> object:
    """Write a condition as the JSON that the page's script evaluates (``static/conditions.js``)."""
    match condition:
        case Always(value=value):
            return value
        case All(parts=parts):
            return {"all": [condition_json(part) for part in parts]}
        case AnyOf(parts=parts):
            return {"any": [condition_json(part) for part in parts]}
        case Not(part=part):
            return {"not": condition_json(part)}
        case _:
            return _field_condition_json(condition)


_KEYS: Mapping[type, tuple[str, str]] = {
    Is: ("is", "value"),
    In: ("in", "values"),
    IsSet: ("is_set", "expected"),
    AtLeast: ("at_least", "limit"),
}


def _field_condition_json(condition: Is | In | IsSet | AtLeast) -> object:
    key, attribute = _KEYS[type(condition)]
    known = {one.name: getattr(condition, one.name) for one in fields(condition)}
    return {"field": condition.field, key: known[attribute]}
