"""Conditions of a form folder: data from a closed set, never code (DESIGN 4).

* ``true`` and ``false``
* ``{all = [...]}``, ``{any = [...]}``, ``{not = ...}``
* ``{field = "manner", is = "mark"}``, ``{field = "kind", in = ["a", "b"]}``
* ``{field = "other_names", is_set = true}``, ``{field = "age", at_least = 14}``

A field that holds several values meets ``is``, ``in`` and ``at_least`` when any of them does.
``offences.kind`` looks at ``kind`` of every item of the list ``offences``.
The same cases run in JavaScript: ``tests/vectors/conditions.json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Scalar = str | int | bool
Value = object
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Always:
    """Holds, or never does."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Holds when every part does; at least one part."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Holds when one part does; at least one part."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Holds when its part does not."""

    part: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """Holds when the field has this value."""

    field: str
    value: Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class In:
    """Holds when the field has one of these values."""

    field: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IsSet:
    """Holds when the field has (or has not) a value; empty text and empty lists are no value."""

    field: str
    expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast:
    """Holds when the field is a whole number not below the limit."""

    field: str
    limit: int


Condition = Always | All | AnyOf | Not | Is | In | IsSet | AtLeast

ALWAYS = Always(value=True)
NEVER = Always(value=False)


class ConditionShapeError(ValueError):
    """The data is not one of the closed set of conditions; the loader adds file and line."""


def parse_condition(supplied: object) -> Condition:
    """Read a condition from TOML or JSON data.

    Raises:
        ConditionShapeError: When the data is not exactly one known shape.
    """
    if isinstance(supplied, bool):
        return ALWAYS if supplied else NEVER
    if not isinstance(supplied, Mapping):
        raise ConditionShapeError("expected true, false or a table")
    if "field" in supplied:
        return _parse_field_condition(supplied)
    return _parse_combination(supplied)


def _parse_combination(supplied: Mapping[str, object]) -> Condition:
    match dict(supplied):
        case {"all": list(parts)} if len(supplied) == 1 and parts:
            return All(parts=tuple(parse_condition(part) for part in parts))
        case {"any": list(parts)} if len(supplied) == 1 and parts:
            return AnyOf(parts=tuple(parse_condition(part) for part in parts))
        case {"not": part} if len(supplied) == 1:
            return Not(part=parse_condition(part))
    keys = ", ".join(sorted(map(str, supplied))) or "nothing"
    raise ConditionShapeError(f"expected one of all, any, not (one part at least) or field; got {keys}")


def _parse_field_condition(supplied: Mapping[str, object]) -> Condition:
    match dict(supplied):
        case {"field": str(field), "is": str() | int() as value} if len(supplied) == 2:
            return Is(field=field, value=value)
        case {"field": str(field), "in": list(values)} if len(supplied) == 2 and _all_scalar(values):
            return In(field=field, values=tuple(values))
        case {"field": str(field), "is_set": bool(expected)} if len(supplied) == 2:
            return IsSet(field=field, expected=expected)
        case {"field": str(field), "at_least": int(limit)} if (
            len(supplied) == 2 and limit is not True and limit is not False
        ):
            return AtLeast(field=field, limit=limit)
    raise ConditionShapeError("expected field with exactly one of is, in, is_set, at_least")


def _all_scalar(values: list[object]) -> bool:
    return bool(values) and all(isinstance(value, str | int) for value in values)


def holds(condition: Condition, values: Values) -> bool:
    """Say whether the condition holds for these values; a field that is not there has no value."""
    match condition:
        case Always(value=value):
            return value
        case All(parts=parts):
            return all(holds(part, values) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, values) for part in parts)
        case Not(part=part):
            return not holds(part, values)
        case _:
            return _field_holds(condition, values)


def _field_holds(condition: Is | In | IsSet | AtLeast, values: Values) -> bool:
    found = list(values_of(values, condition.field))
    match condition:
        case Is(value=value):
            return any(_same(one, value) for one in found)
        case In(values=allowed):
            return any(_same(one, value) for one in found for value in allowed)
        case AtLeast(limit=limit):
            return any(isinstance(one, int) and not isinstance(one, bool) and one >= limit for one in found)
        case _:
            return bool(found) is condition.expected


def _same(one: object, other: object) -> bool:
    """Compare without Python's ``True == 1``."""
    return type(one) is type(other) and one == other


def values_of(values: Values, path: str) -> Iterator[object]:
    """Give each value a path leads to: one for a plain field, several for lists, none when not set."""
    name, _, rest = path.partition(".")
    value = values.get(name)
    if value is None or value in ("", [], ()):
        return
    for one in value if isinstance(value, list | tuple) else (value,):
        if not rest:
            yield one
        elif isinstance(one, Mapping):
            yield from values_of(one, rest)


def fields_named(condition: Condition) -> Iterator[str]:
    """Give the path of every field a condition looks at, so that the loader can check that they exist."""
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from fields_named(part)
        case Not(part=part):
            yield from fields_named(part)
        case Is(field=field) | In(field=field) | IsSet(field=field) | AtLeast(field=field):
            yield field
