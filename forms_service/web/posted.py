"""Posted answers to values, and the checks a page makes before it goes on.

* An empty answer is no value; what can not be read stays as it was typed, and the check says so.
* Values of questions that do not apply are dropped, so that a hidden question is never a fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from werkzeug.datastructures import MultiDict

from forms_service.domain.conditions import holds
from forms_service.domain.days import parse_day
from forms_service.domain.forms import Field, FieldType, FormDefinition, Stage
from forms_service.domain.values import check_values, complete_values
from forms_service.errors import CaseNumberMalformedError, Fault, ValuesError
from forms_service.patterns import fits
from forms_service.ports import Services
from forms_service.web.error_answers import fault_words
from forms_service.workflow.paper import GIVEN_WITH_THE_PAPER, local_now

Posted = MultiDict[str, str]
MOST_ITEMS = 20


def read_answers(fields: Sequence[Field], posted: Posted) -> dict[str, object]:
    """Give the values of these fields as they were posted."""
    found = ((one.id, _read(one, posted, one.id)) for one in fields)
    return {name: value for name, value in found if value not in (None, "", [])}


def _read(one: Field, posted: Posted, name: str) -> object:
    match one.type:
        case FieldType.GROUP:
            return _read_group(one, posted, name)
        case FieldType.CHOICES:
            return posted.getlist(name)
        case FieldType.TICK | FieldType.YES_NO:
            return {"true": True, "false": False}.get(posted.get(name, ""))
        case FieldType.DATE:
            return _read_date(posted, name)
        case FieldType.INTEGER:
            text = posted.get(name, "").strip()
            return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else text
        case _:
            return posted.get(name, "").strip()


def _read_date(posted: Posted, name: str) -> str:
    parts = [posted.get(f"{name}.{part}", "").strip() for part in ("year", "month", "day")]
    return "-".join([parts[0], parts[1].zfill(2), parts[2].zfill(2)]) if any(parts) else ""


def read_day(given: Posted, name: str, errors: dict[str, str]) -> date | None:
    """Give the day of a filter, none where it is empty; words for one that is none go into ``errors``."""
    text = given.get(name, "").strip()
    try:
        return parse_day(text) if text else None
    except ValueError:
        errors[name] = "Enter a real date."
        return None


def _read_group(one: Field, posted: Posted, name: str) -> list[dict[str, object]]:
    numbers = {key.split(".")[1] for key in posted if key.startswith(f"{name}.") and key.count(".") >= 2}
    items = []
    for number in sorted(int(text) for text in numbers if re.fullmatch(r"[0-9]{1,3}", text))[:MOST_ITEMS]:
        found = ((item.id, _read(item, posted, f"{name}.{number}.{item.id}")) for item in one.items)
        items.append({key: value for key, value in found if value not in (None, "", [])})
    return items


def without_empty_items(fields: Sequence[Field], values: Mapping[str, object]) -> dict[str, object]:
    """Drop items of groups in which nothing was answered."""
    kept = dict(values)
    for one in fields:
        given = kept.get(one.id)
        if one.type is FieldType.GROUP and isinstance(given, list):
            kept[one.id] = [item for item in given if item]
    return {name: value for name, value in kept.items() if value != []}


def change_group(fields: Sequence[Field], values: Mapping[str, object], posted: Posted) -> dict[str, object] | None:
    """Add an item to a group or remove one, when one of those buttons was pressed; None otherwise."""
    groups = {one.id for one in fields if one.type is FieldType.GROUP}
    add, (remove, _, number) = posted.get("add", ""), posted.get("remove", "").partition(".")
    if add in groups:
        given = values.get(add)
        return {**values, add: [*(given if isinstance(given, list) else []), {}]}
    if remove in groups and number.isascii() and number.isdigit():
        given = values.get(remove)
        items = given if isinstance(given, list) else []
        return {**values, remove: [item for at, item in enumerate(items, start=1) if at != int(number)]}
    return None


def only_applying(definition: FormDefinition, values: Mapping[str, object]) -> dict[str, object]:
    """Drop values of questions that do not apply with the other answers, until nothing more falls away."""
    kept = dict(values)
    for _ in definition.fields:
        known = complete_values(definition, kept, sources={})
        fallen = [one.id for one in definition.fields if one.id in kept and not holds(one.applies, known)]
        if not fallen:
            break
        kept = {name: value for name, value in kept.items() if name not in fallen}
    return kept


def section_faults(
    services: Services, definition: FormDefinition, values: Mapping[str, object], fields: Sequence[Field]
) -> list[Fault]:
    """Give every fault of a section's answers; other sections have their own page."""
    names = {one.id for one in fields}
    known = complete_values(definition, values, sources={})
    faults: list[Fault] = []
    try:
        check_values(
            definition, known, now_local=local_now(services),
            stages=GIVEN_WITH_THE_PAPER, require=(Stage.SCREENING, Stage.BEFORE),
        )  # fmt: skip
    except ValuesError as error:
        faults = [fault for fault in error.faults if fault.place.partition(".")[0] in names]
    number = values.get("case_number")
    if "case_number" in names and number and not fits(services.settings.case_number_pattern, str(number)):
        faults.append(Fault(slug=CaseNumberMalformedError.slug, place="case_number", message=""))
    return faults


def error_lines(definition: FormDefinition, faults: Sequence[Fault]) -> dict[str, str]:
    """Give place to words for each faulty answer; the first fault of an answer is told."""
    pack = definition.pack(definition.control_language)
    lines: dict[str, str] = {}
    for fault in faults:
        path = re.sub(r"\.[0-9]+", "", fault.place)
        number = re.search(r"\.([0-9]+)\.", fault.place)
        label = pack.labels.get(path, path)
        field = definition.field_named(path)
        words = fault_words(fault, f"{label} ({number[1]})" if number else label, kind=str(field.type) if field else "")
        lines.setdefault(fault.place, words)
    return lines
