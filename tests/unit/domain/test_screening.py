"""The decision table of DOMAIN 1.2, row by row, as ``config/screening.toml`` has it."""

from __future__ import annotations

import copy
import itertools
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
    table = parse_screening_table(DATA, victim_rule=case.get("victim_rule", "no_objection"))
    if "refusal" in case:
        with pytest.raises(ScreeningAnswersError) as refused:
            evaluate(table, case["answers"])
        assert refused.value.slug == case["refusal"]
        return
    found = evaluate(table, case["answers"])
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


def test_every_row_of_the_table_is_a_case():
    """The shared cases reach each rule, so that no row is there for nothing."""
    assert {row.rule for row in TABLE.rows} == {case.get("rule") for case in ROWS} - {None}


@pytest.mark.parametrize("victim_rule", ["no_objection", "consent"])
def test_all_answers_given_always_lead_somewhere(victim_rule):
    """No combination of answers is left without a row, and only R3 and R9 lead to a form."""
    table = parse_screening_table(DATA, victim_rule=victim_rule)
    names = list(table.allowed)
    for values in itertools.product(*table.allowed.values(), [(), ("objects",), ("not_reached",), ("no_objection",)]):
        found = evaluate(
            table, {**dict(zip(names, values[:-1], strict=True)), "victims": [{"position": one} for one in values[-1]]}
        )
        assert (found.form is None) == (found.rule not in ("R3", "R9"))
        assert not (found.form and found.disqualifiers)


def test_a_third_form_can_be_chosen_when_a_row_names_it():
    """A form needs a row and no code to be screened."""
    row = {
        "rule": "X1",
        "outcome": "third",
        "form": "third-form",
        "message": "m",
        "when": {"officer_choice": "third-form"},
    }
    table = parse_screening_table({"rows": [row]})
    assert evaluate(table, {"officer_choice": "third-form"}).form == "third-form"
    with pytest.raises(ScreeningAnswersError, match="neither, third-form"):
        evaluate(table, {"officer_choice": LEAD})


def test_an_unknown_victim_rule_is_refused():
    """A mistyped rule must not fall back to the milder one."""
    with pytest.raises(ValueError, match="not Consent"):
        parse_screening_table(DATA, victim_rule="Consent")


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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"form": 7}, "form is text"), ({"disqualifier": True}, "disqualifier is text"), ({"count_nameless": "no"}, "count_nameless is true or false"),
        ({"form": LEAD, "disqualifier": "x"}, "not both"), ({"rule": "R2"}, "rule R2 stands more than once"),
        ({"when": {"officer_choice": "lead_agreement"}}, "officer_choice is one or more of neither, lead-agreement, social-referral"),
        ({"when": {"probable_cause": "true"}}, "probable_cause is one or more of"), ({"when": {"victim_objects": 1}}, "victim_objects is one or more of"),
        ({"when": {"person_chooses": []}}, "person_chooses is one or more of"),
    ],
)  # fmt: skip
def test_a_row_that_would_never_match_is_refused(change, told):
    """A mistyped row stops the start; it never lets another row decide in silence."""
    rows = copy.deepcopy(DATA["rows"])
    rows[0].update(change)
    with pytest.raises(ScreeningTableError, match=told):
        parse_screening_table({"rows": rows})


def test_all_faults_of_a_table_are_told_together():
    """Two rows with a fault each are both told, with their place."""
    rows = copy.deepcopy(DATA["rows"])
    rows[0]["python"], rows[3]["form"] = "1", 7
    with pytest.raises(ScreeningTableError) as refused:
        parse_screening_table({"rows": rows})
    assert {"rows.1", "rows.4"} <= {fault.place for fault in refused.value.faults}
