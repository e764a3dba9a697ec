"""Screening: the decision table's answer, the nameless count, and the check that a paper fits its answers.

Saying no leaves no named record (DOMAIN 1.2): the draft is erased and a count of rule and month is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from forms_service.domain.dates import age_on
from forms_service.domain.screening import ScreeningResult, evaluate
from forms_service.errors import PersonTooYoungError, ScreeningContradictsError
from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.paper import Paper, local_now
from forms_service.workflow.permission import Act, permit

DECLINED_RULES: Mapping[str, str] = {"social-referral": "R4", "lead-agreement": "R8"}


def screen(services: Services, by: Actor, answers: Mapping[str, object], *, draft_id: str = "") -> ScreeningResult:
    """Evaluate the answers; an end without a form raises the nameless count and erases the draft.

    Raises:
        InvalidInputError: An answer that the table does not know, such as intoxication.
    """
    permit(by, Act.COMPLETE)
    result = evaluate(services.screening, answers)
    if result.count_nameless:
        count_rule(services, by, result.rule, draft_id=draft_id)
    return result


def count_rule(services: Services, by: Actor, rule: str, *, draft_id: str = "") -> None:
    """Raise the count of a rule in this month and erase the draft, in one transaction."""
    now = services.clock.now()
    with services.database.write() as transaction:
        transaction.ledger.count(rule, f"{local_now(services):%Y-%m}")
        transaction.ledger.audit(by, now, AuditFacts(act=Act.DECLINE, object_kind="rule", object_id=rule))
        if draft_id:
            transaction.ledger.drop_draft(draft_id)


def count_declined(services: Services, by: Actor, form: str, *, draft_id: str = "") -> None:
    """Count that somebody did not sign a form; no name, no answers."""
    permit(by, Act.DECLINE)
    services.forms.form(form)  # a name that no form has is refused: it would stand in the trail
    count_rule(services, by, DECLINED_RULES.get(form, f"declined:{form}"), draft_id=draft_id)


def answers_of(paper: Paper) -> dict[str, object]:
    """Give the screening answers that a paper's own values state."""
    values = paper.values
    answers: dict[str, object] = {
        "mental_health_issue": bool(values.get("lay_opinion_confirmed")),
        "probable_cause": bool(values.get("pc_confirmed")),
        "officer_choice": paper.definition.form,
        "person_chooses": str(values.get("voluntary", "yes")),
    }
    for name in ("supervision_person_crime", "victims"):
        if name in values:
            answers[name] = values[name]
    return answers


def refuse_contradiction(services: Services, paper: Paper) -> None:
    """Refuse a paper whose own answers lead elsewhere, or whose person is too young for it.

    Raises:
        ScreeningContradictsError: A disqualifier holds, or the answers lead to another form.
        PersonTooYoungError: Below the age of ``[rules] lead_min_age``.
    """
    definition = paper.definition
    if not services.screening.names_form(definition.form):
        return
    result = evaluate(services.screening, answers_of(paper))
    if result.form != definition.form:
        raise ScreeningContradictsError(rule=result.rule, outcome=str(result.outcome))
    least = services.settings.lead_min_age
    age = _age(services, paper.values)
    if definition.period is not None and age is not None and age < least:
        raise PersonTooYoungError(form=definition.form, least=least)


def _age(services: Services, values: Mapping[str, object]) -> int | None:
    born, about = values.get("date_of_birth"), values.get("approx_age")
    if isinstance(born, str):
        today: date = local_now(services).date()
        return age_on(born, today.isoformat())
    return about if isinstance(about, int) else None
