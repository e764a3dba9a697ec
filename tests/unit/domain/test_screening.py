"""The decision table of DOMAIN 1.2, row by row, as ``config/screening.toml`` has it."""

from __future__ import annotations

import json
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


ROWS = json.loads((ROOT / "tests/vectors/screening.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", ROWS)
def test_each_row(case):
    """The first row that matches gives the result, and every disqualifier that holds is told."""
    found = evaluate(TABLE, case["answers"])
    told = (found.rule, found.form, list(found.disqualifiers), found.count_nameless)
    assert told == (case["rule"], case["form"], case["disqualifiers"], case["count_nameless"])
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
