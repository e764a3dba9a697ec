"""The decision table of DOMAIN 1.2, as data: from what an officer found to the form that fits, or none.

* Rows are read top to bottom and the first that matches gives the result; but every disqualifier that holds is told.
* Only the answers the table names can be given: intoxication and other charges are no reasons and have no place here.
* A victim "not reached" does not disqualify under ``no_objection``; under ``consent`` each victim must agree.
  Where nobody can be asked (no victim, or the public at large) nobody is waited for.
* A form that no row names starts without screening; the officer can choose any form that a row names.

The same cases run in JavaScript: ``tests/vectors/screening.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.errors import Fault, ScreeningAnswersError, ScreeningTableError

ANSWERS: Mapping[str, tuple[object, ...]] = {
    "mental_health_issue": (True, False),
    "probable_cause": (True, False),
    "officer_choice": ("neither",),  # and every form that the table's rows lead to
    "supervision_person_crime": ("yes", "no", "could_not_check"),
    "person_chooses": ("yes", "no", "not_now"),
}
POSITIONS = ("no_objection", "objects", "not_reached")
VICTIM_RULES = ("no_objection", "consent")
NOBODY_TO_ASK = ("none", "public")
_ROW_KEYS = frozenset({"rule", "outcome", "form", "message", "count_nameless", "disqualifier", "when"})
_WHEN_KEYS = frozenset({*ANSWERS, "victim_objects"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One row.

    Attributes:
        when: Answer name to the values that match; a name that is not there matches anything.
        form: The form it leads to, or empty.
        disqualifier: Its name, when the row is one.
        message: Plain words for the officer.
    """

    rule: str
    outcome: str
    when: Mapping[str, tuple[object, ...]]
    form: str = ""
    disqualifier: str = ""
    message: str = ""
    count_nameless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningTable:
    """The rows in order, and how victims are counted."""

    rows: tuple[DecisionRow, ...]
    victim_rule: str = "no_objection"

    def __post_init__(self) -> None:
        if self.victim_rule not in VICTIM_RULES:
            raise ValueError(f"victim_rule is one of {', '.join(VICTIM_RULES)}, not {self.victim_rule}")

    @property
    def allowed(self) -> Mapping[str, tuple[object, ...]]:
        """Give the answers that can be given, by question."""
        forms = sorted({row.form for row in self.rows if row.form})
        return {**ANSWERS, "officer_choice": (*ANSWERS["officer_choice"], *forms)}

    def names_form(self, form: str) -> bool:
        """Say whether any row leads to this form."""
        return any(row.form == form for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningResult:
    """What the table says.

    Attributes:
        form: The form that may be started, or None.
        disqualifiers: Every one that holds, in the table's order.
        count_nameless: Whether the end is counted by rule and month, without a name.
    """

    rule: str
    outcome: str
    form: str | None
    disqualifiers: tuple[str, ...]
    message: str
    count_nameless: bool


def evaluate(table: ScreeningTable, answers: Mapping[str, object]) -> ScreeningResult:
    """Give the first row that matches and every disqualifier that holds.

    Args:
        table: The decision table.
        answers: Some or all of ``table.allowed``, and ``victims``: a list of ``{"position": ..., "kind": ...}``.

    Raises:
        ScreeningAnswersError: ``screening-answer-unknown``, ``screening-answer-malformed``, or
            ``screening-answer-missing`` when no row matches because a question is open.
    """
    _check_answers(table.allowed, answers)
    known = {**answers, "victim_objects": _victim_objects(table, answers.get("victims"))}
    matching = [row for row in table.rows if _matches(row, known)]
    if not matching:
        missing = ", ".join(sorted(set(ANSWERS) - set(answers))) or "none"
        raise ScreeningAnswersError(
            [Fault(slug="screening-answer-missing", place="answers", message=f"no rule fits; not answered: {missing}")]
        )
    first = matching[0]
    return ScreeningResult(
        rule=first.rule,
        outcome=first.outcome,
        form=first.form or None,
        disqualifiers=tuple(row.disqualifier for row in matching if row.disqualifier) if first.disqualifier else (),
        message=first.message,
        count_nameless=first.count_nameless,
    )


def _check_answers(allowed: Mapping[str, tuple[object, ...]], answers: Mapping[str, object]) -> None:
    faults = []
    for name, value in answers.items():
        if name == "victims":
            if not _are_victims(value):
                faults.append(_malformed(name, f"a list of victims, each with a position of {', '.join(POSITIONS)}"))
        elif name not in allowed:
            faults.append(
                Fault(slug="screening-answer-unknown", place=name, message="this is no question of screening")
            )
        elif not _is_one_of(value, allowed[name]):
            faults.append(_malformed(name, ", ".join(map(str, allowed[name]))))
    if faults:
        raise ScreeningAnswersError(faults)


def _malformed(name: str, expected: str) -> Fault:
    return Fault(slug="screening-answer-malformed", place=name, message=f"expected {expected}")


def _are_victims(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, Mapping) and one.get("position") in (*POSITIONS, None) for one in value
    )


def _is_one_of(value: object, allowed: tuple[object, ...]) -> bool:
    """Say whether a value is among those allowed; 1 is not True here."""
    return any(type(value) is type(one) and value == one for one in allowed)


def _victim_objects(table: ScreeningTable, victims: object) -> bool:
    asked = victims if isinstance(victims, list) else []
    if table.victim_rule == "consent":
        return any(_withholds(one) for one in asked)
    return any(one.get("position") == "objects" for one in asked)


def _withholds(victim: Mapping[str, object]) -> bool:
    if victim.get("position") is None:
        return victim.get("kind") not in NOBODY_TO_ASK
    return victim["position"] != "no_objection"


def _matches(row: DecisionRow, answers: Mapping[str, object]) -> bool:
    return all(_is_one_of(answers.get(name), allowed) for name, allowed in row.when.items())


def parse_screening_table(data: Mapping[str, object], *, victim_rule: str = "no_objection") -> ScreeningTable:
    """Read ``config/screening.toml``.

    Args:
        data: Parsed TOML: ``[[rows]]`` tables.
        victim_rule: From the agency's settings.

    Raises:
        ScreeningTableError: With every fault.
    """
    faults: list[Fault] = []
    rows = data.get("rows")
    if not isinstance(rows, list) or not rows or set(data) != {"rows"}:
        raise ScreeningTableError(
            [Fault(slug="screening-table-shape", place="rows", message="expected [[rows]] and nothing else")]
        )
    read = tuple(_row(one, f"rows.{number}", faults) for number, one in enumerate(rows, start=1))
    table = ScreeningTable(rows=read, victim_rule=victim_rule)
    faults += _mistyped(table)
    if faults:
        raise ScreeningTableError(faults)
    return table


def _row(data: object, place: str, faults: list[Fault]) -> DecisionRow:
    row = data if isinstance(data, Mapping) else {}
    when = row.get("when", {})
    when = when if isinstance(when, Mapping) else {"?": when}
    problems = _row_problems(row) + [f"unknown key {key}" for key in sorted(set(when) - _WHEN_KEYS)]
    faults += [_shape(place, problem) for problem in problems]
    return DecisionRow(
        rule=str(row.get("rule", "")),
        outcome=str(row.get("outcome", "")),
        when={str(name): tuple(one) if isinstance(one, list) else (one,) for name, one in when.items()},
        form=str(row.get("form", "")),
        disqualifier=str(row.get("disqualifier", "")),
        message=str(row.get("message", "")),
        count_nameless=row.get("count_nameless") is True,
    )


def _shape(place: str, problem: str) -> Fault:
    return Fault(slug="screening-table-shape", place=place, message=problem)


def _row_problems(row: Mapping[str, object]) -> list[str]:
    problems = [f"unknown key {key}" for key in sorted(set(row) - _ROW_KEYS)]
    needed = ("rule", "outcome", "message")
    problems += [f"{key} is needed" for key in needed if not isinstance(row.get(key), str) or not row.get(key)]
    problems += [f"{key} is text" for key in ("form", "disqualifier") if not isinstance(row.get(key, ""), str)]
    if not isinstance(row.get("count_nameless", False), bool):
        problems.append("count_nameless is true or false")
    if row.get("form") and row.get("disqualifier"):
        problems.append("a row leads to a form or disqualifies, not both")
    return problems


def _mistyped(table: ScreeningTable) -> list[Fault]:
    """Find what would never match: a mistyped answer must stop the start, not change who is let in."""
    names = [row.rule for row in table.rows if row.rule]
    twice = sorted({name for name in names if names.count(name) > 1})
    faults = [_shape("rows", f"rule {name} stands more than once") for name in twice]
    allowed = {**table.allowed, "victim_objects": (True, False)}
    for number, row in enumerate(table.rows, start=1):
        for name in sorted(set(row.when) & set(allowed)):
            if not row.when[name] or not all(_is_one_of(one, allowed[name]) for one in row.when[name]):
                expected = ", ".join(map(str, allowed[name]))
                faults.append(_shape(f"rows.{number}", f"{name} is one or more of {expected}"))
    return faults
