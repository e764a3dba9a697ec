"""The vectors that ``script/vectors`` writes: hand-picked cases, and what the service's rules say of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from forms_service.domain.added_up import added_up
from forms_service.domain.addition import Addition, AdditionKind, check_addition
from forms_service.errors import AdditionEmptyError, ValuesError
from forms_service.patterns import fits, problem_of
from forms_service.ports import Services
from tests.conftest import EXAMPLES
from tests.same_rules import ACCOUNT, by_service, case, changed
from tests.vector_cases import (
    ADDED_LOCAL,
    INKS,
    LEAD,
    PATTERNS,
    REFUSED_PATTERNS,
    SR,
    addition_cases,
    manners_and_aids,
    value_cases,
)

NOW_LOCAL = "2026-11-21T10:00:00"


def values(services: Services) -> dict[str, object]:
    """Give accepted and refused values."""
    cases = [_value_case(services, *one) for one in value_cases()]
    description = (
        "A change to the values of examples/<form>/<example>.values.json, the faults in order as slug and place; or, of good "
        "values, those that are not as they were sent, and the slug by which completing the paper is refused."
    )
    return {"description": description, "now_local": NOW_LOCAL, "account": ACCOUNT, "cases": cases}


def _value_case(services: Services, form: str, name: str, change: dict, without: tuple[str, ...]) -> dict[str, object]:
    sent = changed(form, name, change, without)
    verdict = by_service(services, case(form, sent))
    known: dict[str, object] = {"form": form, "example": name, "set": change, "without": list(without)}
    if verdict["faults"]:
        return {**known, "faults": verdict["faults"]}
    kept = verdict["values"]
    assert isinstance(kept, dict)
    gives = {key: value for key, value in kept.items() if key not in sent or sent[key] != value}
    return {**known, "faults": [], "gives": gives, "gone": sorted(set(sent) - set(kept)), "refusal": verdict["refusal"]}


def wording(services: Services) -> dict[str, object]:
    """Give whole pages: every example, blanks and papers filled in before."""
    cases = []
    for one in _pages():
        verdict = by_service(services, one)
        cases.append({**one, "lines": verdict["lines"], "digest": verdict["digest"]})
    description = (
        "The values of a paper, every line of its page in reading order with the English control lines last, and the presented "
        "digest."
    )
    return {"description": description, "now_local": NOW_LOCAL, "account": ACCOUNT, "cases": cases}


def _pages() -> Iterator[dict[str, object]]:
    for form in (LEAD, SR):
        for path in sorted((EXAMPLES / form).glob("*values.json")):
            name = path.name.removesuffix("values.json").removesuffix(".")
            language = "es" if name.startswith("es") else "en"
            yield case(form, changed(form, name, {}, ()), language=language)
        for language in ("en", "es"):
            yield case(form, {}, language=language, paper="blank")
            filled = changed(form, "", {}, ("date_of_birth", "manner", "next_step", "reach_phone"))
            yield case(form, filled, language=language, paper="blank")


def blocks(services: Services) -> dict[str, object]:
    """Give who signs for every manner and set of aids, and what counts as signed."""
    cases = []
    for form in (LEAD, SR):
        for language in ("en", "es"):
            for at, change in enumerate(manners_and_aids()):
                one = case(form, changed(form, "", change, ()), language=language, inks=INKS[at % len(INKS)])
                verdict = by_service(services, one)
                told = {name: verdict[name] for name in ("digest", "blocks", "ink_faults")}
                cases.append({"form": form, "language": language, "set": change, "inks": one["inks"], **told})
    description = (
        "A change to the usual example; the blocks on its page as id, signer, whether ink is required, least path and least "
        "side in mm; the strokes given by block, and the faults of the ink as slug and place."
    )
    return {"description": description, "now_local": NOW_LOCAL, "account": ACCOUNT, "cases": cases}


def additions(services: Services) -> dict[str, object]:
    """Give additions after others, what is wrong with each, and how the hand-over then stands."""
    cases = [_addition_case(services, *one) for one in addition_cases()]
    description = (
        "What was signed and told of the hand-over before, what is told then, its faults in order as slug and place or its values in normal "
        "form; and, where it is good, what of the hand-over is missing then and how it stands."
    )
    return {"description": description, "now_local": ADDED_LOCAL, "cases": cases}


def _addition_case(services: Services, form: str, before: list[dict], values: dict) -> dict[str, object]:
    definition = services.forms.form(form).definition
    signed = {"contact_at": "2026-11-20T13:20", **({"next_step": "Monday at 9"} if form == LEAD else {})}
    at = datetime.fromisoformat("2026-11-20T14:00:00-08:00")
    told = [_told(one, at + timedelta(minutes=minute)) for minute, one in enumerate(before)]
    known: dict[str, object] = {
        "form": form, "signed": signed, "values": values,
        "told": [{"values": one.values, "at": one.at.isoformat()} for one in told],
    }  # fmt: skip
    now = datetime.fromisoformat(ADDED_LOCAL)
    try:
        gives = check_addition(
            definition, AdditionKind.HAND_OVER, values, signed=signed, additions=tuple(told), now_local=now
        )
    except AdditionEmptyError as error:
        return {**known, "faults": [[error.slug, "hand_over"]]}
    except ValuesError as error:
        return {**known, "faults": [[one.slug, one.place] for one in error.faults]}
    after = (*told, _told(gives, at + timedelta(minutes=60)))
    added = added_up(definition, signed, after, zone=services.settings.zone)
    return {**known, "faults": [], "gives": gives, "missing": list(added.missing), "state": str(added.hand_over)}


def _told(values: dict, at: datetime) -> Addition:
    return Addition(kind=AdditionKind.HAND_OVER, values=values, at=at, by="account:1", by_name="Reyes", received_at=at)


def patterns() -> dict[str, object]:
    """Give patterns that may stand with texts that fit and do not, and patterns that may not stand."""
    cases: list[dict[str, object]] = []
    for pattern, good, bad in PATTERNS:
        assert not problem_of(pattern)
        texts = [[text, fits(pattern, text)] for text in (*good, *bad)]
        assert [fit for _, fit in texts] == [True] * len(good) + [False] * len(bad)
        cases.append({"pattern": pattern, "texts": texts})
    description = (
        "Patterns an agency may write, and whether each text fits as a whole. `refused`: patterns that are read differently "
        "in Python and in JavaScript, or not at all; they are refused when a form or the settings are loaded."
    )
    return {"description": description, "cases": cases, "refused": list(REFUSED_PATTERNS)}
