"""Turns judged TOML data into the values of ``domain/forms.py``; structure faults are impossible here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms_service.domain.conditions import ALWAYS, NEVER, parse_condition
from forms_service.domain.forms import (
    Approval,
    Computation,
    Field,
    FieldType,
    FormDefinition,
    LanguagePack,
    LineKind,
    PackStatus,
    PageLine,
    PaperKind,
    Party,
    Period,
    SignatureBlock,
    Stage,
)
from forms_service.domain.signature import LeastInk

Data = Mapping[str, Any]


def definition_from(
    form: str, version: int, data: Data, packs: Mapping[str, LanguagePack], digest: str
) -> FormDefinition:
    """Build the definition of a form version."""
    return FormDefinition(
        form=form,
        version=version,
        code=data["code"],
        engine=data["engine"],
        languages=tuple(data["languages"]),
        control_language=data["languages"][0],
        sections=tuple(data["sections"]),
        fields=tuple(_field(one, Stage(one["stage"])) for one in data["fields"]),
        page=tuple(_line(one) for one in data["page"]),
        blocks=tuple(_block(one) for one in data["blocks"]),
        period=Period(**data["period"]) if "period" in data else None,
        retention_class=data["retention_class"],
        approvals_needed=tuple(data.get("approvals_needed", ())),
        approvals=tuple(_approval(one) for one in data.get("approvals", ())),
        packs=packs,
        digest=digest,
        declined_when=parse_condition(data.get("declined_when", False)),
    )


def _approval(one: Data) -> Approval:
    return Approval(role=one["role"], name=one["name"], on=date.fromisoformat(one["on"]))


def _field(one: Data, stage: Stage) -> Field:
    computed = one.get("computed")
    return Field(
        id=one["id"],
        type=FieldType(one["type"]),
        stage=stage,
        filled_by=tuple(Party(party) for party in one.get("filled_by", ())),
        section=one.get("section", ""),
        internal=one.get("internal", False),
        required=parse_condition(one.get("required", False)),
        applies=parse_condition(one.get("applies", True)),
        source=one.get("source", ""),
        computed=Computation(function=computed["function"], arguments=tuple(computed["arguments"]))
        if computed
        else None,
        max_length=one.get("max_length", 200),
        options=tuple(one.get("options", ())),
        least=one.get("least", 0),
        most=one.get("most", 0),
        not_future=one.get("not_future", False),
        not_before=one.get("not_before", ""),
        warn_after_hours=one.get("warn_after_hours", 0),
        pattern=one.get("pattern", ""),
        items=tuple(_field(item, stage) for item in one.get("items", ())),
    )


def _line(one: Data) -> PageLine:
    return PageLine(
        id=one["id"],
        kind=LineKind(one["kind"]),
        section=one["section"],
        when=parse_condition(one.get("when", True)),
        each=one.get("each", ""),
        field=one.get("field", ""),
        block=one.get("block", ""),
        papers=tuple(PaperKind(paper) for paper in one.get("papers", PaperKind)),
        control=one.get("control", False),
        graded=one.get("graded", False),
    )


def _block(one: Data) -> SignatureBlock:
    return SignatureBlock(
        id=one["id"],
        printed_name=one["printed_name"],
        applies=parse_condition(one["applies"]) if "applies" in one else ALWAYS,
        required=parse_condition(one["required"]) if "required" in one else NEVER,
        least_ink=_least_ink(one["least_ink"]),
        least_mark=_least_ink(one["least_mark"]),
        width_hundredths_mm=one.get("width_hundredths_mm", 8000),
        height_hundredths_mm=one.get("height_hundredths_mm", 1800),
    )


def _least_ink(one: Data) -> LeastInk:
    return LeastInk(path_mm=one["path_hundredths_mm"] / 100, side_mm=one["side_hundredths_mm"] / 100)


def pack_from(data: Data) -> LanguagePack:
    """Build a language pack."""
    certified_on = data.get("certified_on")
    return LanguagePack(
        language=data["language"],
        name=data["name"],
        status=PackStatus(data["status"]),
        certified_by=data.get("certified_by", ""),
        certified_on=date.fromisoformat(certified_on) if certified_on else None,
        title=data["title"],
        lines=data["lines"],
        labels=data["labels"],
        options=data.get("options", {}),
        help=data.get("help", {}),
        sections=data.get("sections", {}),
        screens=data["screens"],
        months=tuple(data["months"]),
        date_pattern=data["date_pattern"],
        time_pattern=data["time_pattern"],
        halves=(data["halves"][0], data["halves"][1]),
        yes=data["yes"],
        no=data["no"],
        list_joiner=data["list_joiner"],
        list_last_joiner=data["list_last_joiner"],
    )
