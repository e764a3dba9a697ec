"""The screening page: the decision table's questions, and the form's own that belong to them.

Only questions of the table and of the form are asked; intoxication and other charges have no input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from forms_service.domain.conditions import ALWAYS
from forms_service.domain.forms import Field, FieldType, FormDefinition, LanguagePack, Party, Stage
from forms_service.errors import Fault, ScreeningAnswersError
from forms_service.ports import Services
from forms_service.web.posted import section_faults
from forms_service.web.questions import asked_in

# What an answer of the table states on the form.
CONFIRMS: Mapping[str, tuple[str, object]] = {
    "lay_opinion_confirmed": ("mental_health_issue", True),
    "pc_confirmed": ("probable_cause", True),
    "no_pc_confirmed": ("probable_cause", False),
}
CHOOSES = "voluntary"

LABELS: Mapping[str, str] = {
    "mental_health_issue": "In your lay opinion, is a mental health issue present?",
    "probable_cause": "Is there probable cause to arrest?",
    "person_chooses": "Does the person choose to take part?",
}
HELP: Mapping[str, str] = {
    "mental_health_issue": "Your own impression as an officer. No diagnosis is asked for or kept.",
    "probable_cause": "Having used alcohol or drugs, or having other cases, keeps nobody out.",
    "person_chooses": "Ask once you have said what it means. Whoever says no is not asked again now, and nothing with a name is kept here.",
}


def _question(name: str, kind: FieldType, options: tuple[str, ...] = ()) -> Field:
    return Field(
        id=name, type=kind, stage=Stage.SCREENING, filled_by=(Party.OFFICER,), section="screening",
        internal=True, required=ALWAYS, options=options,
    )  # fmt: skip


FIRST = (_question("mental_health_issue", FieldType.YES_NO), _question("probable_cause", FieldType.YES_NO))
LAST = (_question("person_chooses", FieldType.CHOICE, ("yes", "no", "not_now")),)


def own_fields(definition: FormDefinition) -> tuple[Field, ...]:
    """Give the form's own screening questions that no question of the table answers."""
    known = {*CONFIRMS, CHOOSES}
    return tuple(one for one in asked_in(definition, "screening") if one.id not in known)


def fields_of(definition: FormDefinition) -> tuple[Field, ...]:
    """Give every question of the page in the order they are asked."""
    return (*FIRST, *own_fields(definition), *LAST)


def words_of(pack: LanguagePack) -> LanguagePack:
    """Give the form's words with the table's questions among them."""
    options = {"person_chooses.yes": "Yes", "person_chooses.no": "No", "person_chooses.not_now": "Not now"}
    return replace(
        pack, labels={**pack.labels, **LABELS}, help={**pack.help, **HELP}, options={**options, **pack.options}
    )


def table_answers(form: str, given: Mapping[str, object]) -> dict[str, object]:
    """Give the answers that the decision table reads."""
    names = ("mental_health_issue", "probable_cause", "supervision_person_crime", "person_chooses")
    answers: dict[str, object] = {name: given[name] for name in names if name in given}
    if "victims" in given:
        answers["victims"] = given["victims"]
    return {"officer_choice": form, **answers}


def form_values(definition: FormDefinition, given: Mapping[str, object]) -> dict[str, object]:
    """Give the form's values that the answers state."""
    values = {one.id: given[one.id] for one in own_fields(definition) if one.id in given}
    for name, (answer, confirmed) in CONFIRMS.items():
        if definition.field_named(name) and given.get(answer) is confirmed:
            values[name] = True
    if definition.field_named(CHOOSES) and "person_chooses" in given:
        values[CHOOSES] = given["person_chooses"]
    return values


def open_questions(
    definition: FormDefinition, given: Mapping[str, object], error: ScreeningAnswersError
) -> list[Fault]:
    """Give the faults of answers that lead nowhere yet: each open question of the table, or what was refused."""
    table = {*LABELS, "supervision_person_crime"}
    missing = [one.id for one in fields_of(definition) if one.id in table and one.id not in given]
    if not missing:
        return list(error.faults)
    return [Fault(slug="value-missing", place=name, message="") for name in missing]


def own_faults(services: Services, definition: FormDefinition, values: Mapping[str, object]) -> Sequence[Fault]:
    """Give the faults of the form's own screening answers."""
    return section_faults(services, definition, values, own_fields(definition))
