"""The closed set of conditions."""

from __future__ import annotations

import pytest

from forms_service.domain.conditions import ConditionShapeError, fields_named, parse_condition


@pytest.mark.parametrize(
    "supplied",
    [
        None, "x", 1, {}, {"all": []}, {"any": "x"}, {"all": [True], "any": [True]}, {"not": True, "x": 1}, {"field": "a"},
        {"field": "a", "is": 1.5}, {"field": "a", "in": []}, {"field": "a", "in": [None]}, {"field": "a", "is_set": "yes"},
        {"field": "a", "at_least": True}, {"field": 1, "is": "x"}, {"field": "a", "is": "x", "in": ["y"]}, {"eval": "1"},
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(supplied):
    """Anything but the known shapes is refused; nothing is run."""
    with pytest.raises(ConditionShapeError):
        parse_condition(supplied)


def test_a_condition_names_its_fields():
    """The loader learns every field that a condition looks at."""
    condition = parse_condition(
        {
            "any": [
                {"field": "a", "is": "x"},
                {"not": {"all": [{"field": "b.c", "is_set": True}, {"field": "d", "at_least": 1}]}},
            ]
        }
    )
    assert list(fields_named(condition)) == ["a", "b.c", "d"]
    assert list(fields_named(parse_condition({"all": [True]}))) == []
