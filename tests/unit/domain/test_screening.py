"""The decision table of DOMAIN 1.2, row by row, as ``config/screening.toml`` has it."""

from __future__ import annotations

import tomllib

import pytest

from forms_service.domain.screening import evaluate, parse_screening_table
from forms_service.errors import ScreeningAnswersError, ScreeningTableError
from forms_service.settings import ROOT

DATA = tomllib.loads((ROOT / "config/screening.toml").read_text("utf-8"))
TABLE = parse_screening_table(DATA)
SR, LEAD = "social-referral", "lead-agreement"


def answers(*, mh=True, pc=True, choice=LEAD, supervision="no", victims=(), person="yes") -> dict:
    """Give the answers of a LEAD contact, changed."""
    return {
        "mental_health_issue": mh, "probable_cause": pc, "officer_choice": choice,
        "supervision_person_crime": supervision, "victims": [{"position": one} for one in victims], "person_chooses": person,
    }  # fmt: skip


ROWS = [
    (answers(mh=False), "R1", None, (), False),
    (answers(pc=False, choice="neither"), "R2", None, (), False),
    (answers(pc=False, choice=SR), "R3", SR, (), False),
    (answers(pc=False, choice=SR, supervision="yes", victims=("objects",)), "R3", SR, (), False),
    (answers(pc=False, choice=SR, person="no"), "R4", None, (), True),
    (answers(pc=False, choice=SR, person="not_now"), "R4", None, (), True),
    (answers(choice="neither"), "R5", None, (), False),
    (answers(supervision="yes"), "R6", None, ("supervision",), True),
    (answers(victims=("no_objection", "objects")), "R7", None, ("victim",), True),
    (answers(person="no"), "R8", None, ("not_voluntary",), True),
    (answers(person="not_now"), "R8", None, ("not_voluntary",), True),
    (answers(), "R9", LEAD, (), False),
    (answers(supervision="could_not_check"), "R9", LEAD, (), False),
    (answers(victims=("not_reached", "no_objection")), "R9", LEAD, (), False),
    (answers(pc=True, choice=SR), "R9a", None, (), False),
    (answers(pc=False, choice=LEAD), "R9b", None, (), False),
    (answers(supervision="yes", victims=("objects",)), "R6", None, ("supervision", "victim"), True),
    (answers(supervision="yes", person="no"), "R6", None, ("supervision", "not_voluntary"), True),
    (answers(victims=("objects",), person="no"), "R7", None, ("victim", "not_voluntary"), True),
    (
        answers(supervision="yes", victims=("objects",), person="no"),
        "R6",
        None,
        ("supervision", "victim", "not_voluntary"),
        True,
    ),
]


@pytest.mark.parametrize(("given", "rule", "form", "disqualifiers", "counted"), ROWS)
def test_each_row(given, rule, form, disqualifiers, counted):
    """The first row that matches gives the result, and every disqualifier that holds is told."""
    found = evaluate(TABLE, given)
    assert (found.rule, found.form, found.disqualifiers, found.count_nameless) == (rule, form, disqualifiers, counted)
    assert found.message


@pytest.mark.parametrize("name", ["intoxicated", "other_charges", "diagnosis"])
def test_what_is_no_reason_can_not_be_entered(name):
    """Intoxication and other charges are no answers of screening."""
    with pytest.raises(ScreeningAnswersError) as refused:
        evaluate(TABLE, {**answers(), name: True})
    assert refused.value.slug == "screening-answer-unknown"


@pytest.mark.parametrize(
    "wrong",
    [{"probable_cause": 1}, {"victims": "none"}, {"victims": [{"position": "maybe"}]}, {"officer_choice": "arrest"}],
)
def test_an_answer_of_another_kind_is_refused(wrong):
    """An answer the table does not offer is refused."""
    with pytest.raises(ScreeningAnswersError) as refused:
        evaluate(TABLE, {**answers(), **wrong})
    assert refused.value.slug == "screening-answer-malformed"


def test_an_open_question_is_named():
    """When no row matches yet, the questions not answered are named."""
    with pytest.raises(ScreeningAnswersError, match="person_chooses"):
        evaluate(TABLE, {"mental_health_issue": True, "probable_cause": False, "officer_choice": SR})


def test_under_consent_a_victim_not_reached_disqualifies():
    """An agency that asks for consent needs each victim's yes."""
    table = parse_screening_table(DATA, victim_rule="consent")
    assert evaluate(table, answers(victims=("not_reached",))).rule == "R7"
    assert evaluate(table, answers(victims=("no_objection",))).rule == "R9"


def test_a_form_no_row_names_starts_without_screening():
    """Only forms that the table names are screened."""
    assert TABLE.names_form(LEAD)
    assert not TABLE.names_form("third-form")


@pytest.mark.parametrize(
    "data",
    [{}, {"rows": []}, {"rows": [{}]}, {"rows": [{"rule": "R", "outcome": "x", "message": "m", "when": {"drunk": True}}]},
     {"rows": [{"rule": "R", "outcome": "x", "message": "m", "python": "1"}]}, {"rows": [{"rule": "R", "outcome": "x", "message": "m", "when": 1}]}, {"rows": DATA["rows"], "more": 1}],
)  # fmt: skip
def test_a_table_with_faults_is_refused(data):
    """Unknown keys and missing words of a table are faults."""
    with pytest.raises(ScreeningTableError) as refused:
        parse_screening_table(data)
    assert refused.value.slug == "screening-table-shape"
