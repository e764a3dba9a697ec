"""Values against a form: each fault with its slug, all together, and never with what a person wrote."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime

import pytest

from forms_service.documents.fonts import FontFolder
from forms_service.documents.form_folder import FormFolders
from forms_service.domain.dates import age_on, local_date
from forms_service.domain.forms import Stage
from forms_service.domain.values import (
    check_values,
    complete_values,
    needs_warning,
    page_values,
)
from forms_service.errors import ValuesError
from forms_service.settings import ROOT
from tests.conftest import example

FORMS = FormFolders(ROOT / "templates", FontFolder(ROOT / "config/fonts").digests)
LEAD = FORMS.form("lead-agreement").definition
NOW = datetime(2026, 11, 21, 10, 0)  # noqa: DTZ001  # the agency's local time has no zone
STAGES = (Stage.SCREENING, Stage.BEFORE, Stage.SIGNING, Stage.ARCHIVE)
SOURCES = {
    "agency.name": "Dallas Police Department", "agency.bh_phone_weekday": "503-623-9289",
    "agency.bh_phone_after_hours": "503-581-5535", "agency.crisis_phone": "988", "period.days": 60,
    "presentation.date": "2026-11-20",
}  # fmt: skip


def checked(change: dict | None = None, without: tuple[str, ...] = ()) -> dict:
    """Complete and check the usual case with a change."""
    values = copy.deepcopy(example("lead-agreement")[0])
    values.update(change or {})
    for name in without:
        del values[name]
    completed = complete_values(LEAD, values, sources=SOURCES)
    return check_values(LEAD, completed, now_local=NOW, stages=STAGES, require=(Stage.SCREENING, Stage.BEFORE))


def slugs(change: dict | None = None, without: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    """Give slug and place of each fault of a change."""
    with pytest.raises(ValuesError) as refused:
        checked(change, without)
    return {(fault.slug, fault.place) for fault in refused.value.faults}


OFFENCE = {"plain_words": "Noise", "kind": "violation", "happened_on": "2026-11-20"}
FAULTS = [
    ({"favourite_colour": "blue"}, "unknown-field", "favourite_colour"),
    ({"bh_called_at": "2026-11-20T14:30"}, "unknown-field", "bh_called_at"),
    ({"person_name_as_given": 5}, "value-wrong-type", "person_name_as_given"),
    ({"person_name_as_given": "x" * 121}, "text-too-long", "person_name_as_given"),
    ({"person_name_as_given": "a\u0007b"}, "text-has-control-characters", "person_name_as_given"),
    ({"person_name_as_given": "a\nb"}, "text-has-control-characters", "person_name_as_given"),
    ({"person_name_as_given": "  "}, "value-missing", "person_name_as_given"),
    ({"person_name_as_given": "\u00a0\u3000"}, "value-missing", "person_name_as_given"),
    ({"person_name_as_given": "\u200d"}, "value-missing", "person_name_as_given"),
    ({"contact_at": "2026-11-22T10:00"}, "date-in-future", "contact_at"),
    ({"contact_at": "20261120T140311Z"}, "value-wrong-type", "contact_at"),
    ({"contact_at": "2026-W47-5T14:03"}, "value-wrong-type", "contact_at"),
    ({"contact_at": "yesterday"}, "value-wrong-type", "contact_at"),
    ({"date_of_birth": "2027-01-01"}, "date-in-future", "date_of_birth"),
    ({"date_of_birth": "01/02/1990"}, "value-wrong-type", "date_of_birth"),
    ({"approx_age": 30}, "value-not-asked", "approx_age"),
    ({"manner": "stamp"}, "option-unknown", "manner"),
    ({"manner": 5}, "value-wrong-type", "manner"),
    ({"aids": ["read_aloud", "read_aloud"], "reader_name": "A"}, "option-unknown", "aids"),
    ({"aids": "read_aloud"}, "value-wrong-type", "aids"),
    ({"aids": ["magic"]}, "option-unknown", "aids"),
    ({"manner": "mark"}, "value-missing", "witness_name"),
    ({"witness_name": "Pat"}, "value-not-asked", "witness_name"),
    ({"reach_phone": "call me"}, "pattern-mismatch", "reach_phone"),
    ({"reach_email": "nobody"}, "pattern-mismatch", "reach_email"),
    ({"language_spoken": "Spanish!"}, "pattern-mismatch", "language_spoken"),
    ({"period_days": 0}, "number-out-of-range", "period_days"),
    ({"period_days": "60"}, "value-wrong-type", "period_days"),
    ({"period_days": 2**60}, "number-out-of-range", "period_days"),
    ({"interpreter_needed": "no"}, "value-wrong-type", "interpreter_needed"),
    ({"diverted_offences": [OFFENCE] * 7}, "items-out-of-range", "diverted_offences"),
    ({"diverted_offences": "noise"}, "value-wrong-type", "diverted_offences"),
    ({"diverted_offences": [{**OFFENCE, "victim": "x"}]}, "unknown-field", "diverted_offences.1.victim"),
    ({"diverted_offences": [OFFENCE, {"kind": "violation", "happened_on": "2026-11-20"}]}, "value-missing", "diverted_offences.2.plain_words"),
    ({"diverted_offences": []}, "value-missing", "diverted_offences"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "slug", "place"), FAULTS)
def test_each_fault_has_its_slug_and_place(change, slug, place):
    """A fault names the field and what was expected."""
    assert (slug, place) in slugs(change)


def test_all_faults_are_told_together():
    """Three faults in one set are all told."""
    assert len(slugs({"manner": "stamp", "favourite_colour": "x"}, without=("contact_place",))) >= 3


def test_a_fault_never_repeats_what_a_person_wrote():
    """What is wrong may be logged, so it holds no name."""
    with pytest.raises(ValuesError) as refused:
        checked({"person_name_as_given": "Secretname" * 20, "reach_email": "Secretname"})
    assert "Secretname" not in str(refused.value)


def test_values_are_given_back_in_normal_form():
    """Composed letters, single spaces, options in the form's order."""
    found = checked(
        {
            "person_name_as_given": "  Jose\u0301   Ejemplo ",
            "aids": ["guardian", "read_aloud"],
            "reader_name": "A",
            "guardian_name": "B",
            "guardian_relation": "aunt",
            "guardian_order_seen": False,
        }
    )
    assert found["person_name_as_given"] == "José Ejemplo"
    assert found["aids"] == ["read_aloud", "guardian"]
    assert found["guardian_order_seen"] is False


def test_system_fields_are_filled_in():
    """Agency, days, and the last day come from the service; what is given stays."""
    found = checked()
    assert (found["agency"], found["period_days"], found["period_last_day"]) == (
        "Dallas Police Department",
        60,
        "2027-01-19",
    )
    assert found["age"] == 36


def test_a_computation_over_a_faulty_value_is_left_out():
    """The value itself is at fault, not what is computed from it."""
    assert "period_last_day" not in complete_values(LEAD, {"period_start": "soon", "period_days": 60}, sources={})
    assert "period_last_day" not in complete_values(
        LEAD, {"period_start": "2026-11-20", "period_days": 10**6}, sources={}
    )


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2008-11-21", "2026-11-20", 17),
        ("2008-11-20", "2026-11-20", 18),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
    ],
)
def test_age(born, day, age):
    """A year is full on the birthday."""
    assert age_on(born, day) == age


def test_times_in_order():
    """Behavioral Health can not arrive before it was called."""
    after = {"bh_called_at": "2026-11-20T15:00", "bh_arrived_at": "2026-11-20T14:00"}
    with pytest.raises(ValuesError) as refused:
        check_values(LEAD, after, now_local=NOW, stages=(Stage.AFTER,))
    assert ("time-out-of-order", "bh_arrived_at") in {(fault.slug, fault.place) for fault in refused.value.faults}


def test_an_old_contact_asks_for_a_second_look():
    """A contact more than a day ago is a warning, never a refusal."""
    field = LEAD.field_named("contact_at")
    assert needs_warning(field, "2026-11-19T09:00", NOW)
    assert not needs_warning(field, "2026-11-21T09:00", NOW)
    assert not needs_warning(field, "soon", NOW)


def test_nothing_internal_leaves_with_the_page():
    """Screening answers, victims and internal fields are not among the page's values."""
    names = {name for name, _ in page_values(LEAD, checked())}
    assert not names & {
        "victims",
        "supervision_person_crime",
        "voluntary",
        "lay_opinion_confirmed",
        "case_number",
        "id_seen",
        "say_back_sixty_days",
    }
    assert {"person_name_as_given", "diverted_offences"} <= names


def test_the_date_of_a_local_time_is_the_wall_calendars():
    """A minute before midnight is still that day."""
    assert local_date("2026-11-20T23:59") == "2026-11-20"


def test_a_field_of_an_agency_may_have_a_pattern_of_its_own():
    """A form's own pattern is matched whole; what does not fit is refused."""
    fields = tuple(
        replace(field, pattern="[A-Z]{2}-[0-9]+") if field.id == "bodycam_ref" else field for field in LEAD.fields
    )
    form = replace(LEAD, fields=fields)
    assert check_values(form, {"bodycam_ref": "AB-12"}, now_local=NOW, stages=STAGES) == {"bodycam_ref": "AB-12"}
    with pytest.raises(ValuesError) as refused:
        check_values(form, {"bodycam_ref": "AB-12x"}, now_local=NOW, stages=STAGES)
    assert [fault.slug for fault in refused.value.faults] == ["pattern-mismatch"]
