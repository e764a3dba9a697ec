"""What a tablet keeps to work without the service: every form version in use, with every fact and rule it needs.

Shape: ``{"schema": "tablet/1", "digest", "production", "agency", "bh_numbers", "zone", "rules", "characters", "screening", "forms"}``.

* A form stands here in its newest version that may be signed, with the languages in which it may.
* ``digest`` names the whole: who has it has everything.
* ``zone.offsets`` are the agency's clock for the years around this one, ``characters.refused`` what no text may hold:
  both as the service reckons them, so that no tablet's own idea of a zone or of Unicode counts.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

from forms_service.domain.evidence import refused_characters, sha256_hex
from forms_service.domain.forms import FormVersion
from forms_service.domain.screening import ScreeningTable
from forms_service.domain.zones import zone_offsets
from forms_service.ports import Actor, Services
from forms_service.settings.bh_numbers import BhNumber
from forms_service.workflow.form_definition import form_data
from forms_service.workflow.paper import form_sources, why_not_in_use
from forms_service.workflow.permission import Act, permit

SCHEMA = "tablet/1"
YEARS_BACK, YEARS_AHEAD = 1, 5  # a tablet that stayed in a drawer, and one whose clock was set ahead


def tablet_forms(services: Services, by: Actor) -> dict[str, Any]:
    """Give everything as JSON-ready data.

    Raises:
        FormFolderError: A form folder can not be read; with every fault.
    """
    permit(by, Act.PRESENT)
    settings = services.settings
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "production": settings.production,
        "agency": dict(settings.agency),
        "bh_numbers": [_number(one) for one in settings.bh_numbers],
        "zone": _zone(services),
        "rules": _rules(services),
        "characters": {"unicode": unicodedata.unidata_version, "refused": list(refused_characters())},
        "screening": screening_data(services.screening),
        "forms": [_form(services, one, languages) for one, languages in _in_use(services)],
    }
    return {**content, "digest": sha256_hex(json.dumps(content, sort_keys=True).encode())}


def _rules(services: Services) -> dict[str, Any]:
    settings = services.settings
    link = settings.copy_link
    return {
        "lead_min_age": settings.lead_min_age,
        "case_number_pattern": settings.case_number_pattern,
        "copy_link": {"origin": link.origin, "days": link.days} if link else None,
    }


def _number(one: BhNumber) -> dict[str, Any]:
    return {"name": one.name, "phone": one.phone, "days": list(one.days), "from": one.since, "to": one.until}


def _zone(services: Services) -> dict[str, Any]:
    zone, year = services.settings.zone, services.clock.now().year
    first, last = (datetime(one, 1, 1, tzinfo=UTC) for one in (year - YEARS_BACK, year + YEARS_AHEAD + 1))
    offsets = [list(one) for one in zone_offsets(zone, first, last)]
    return {"name": zone.key, "offsets": offsets, "until": round(last.timestamp() * 1000)}


def _in_use(services: Services) -> list[tuple[FormVersion, list[str]]]:
    """Give the newest version of each form that may be signed, with the languages in which it may."""
    newest: dict[str, tuple[FormVersion, list[str]]] = {}
    for one in services.forms.forms():
        definition = one.definition
        languages = [tag for tag in definition.languages if not why_not_in_use(services, definition, tag)]
        if languages:
            newest[definition.form] = (one, languages)
    return list(newest.values())


def _form(services: Services, one: FormVersion, languages: list[str]) -> dict[str, Any]:
    return {**form_data(one), "languages": languages, "sources": form_sources(services, one.definition)}


def screening_data(table: ScreeningTable) -> dict[str, Any]:
    """Give the decision table, and the answers that can be given."""
    rows = [
        {
            "rule": row.rule,
            "outcome": row.outcome,
            "when": {name: list(values) for name, values in row.when.items()},
            "form": row.form,
            "disqualifier": row.disqualifier,
            "message": row.message,
            "count_nameless": row.count_nameless,
        }
        for row in table.rows
    ]
    allowed = {name: list(values) for name, values in table.allowed.items()}
    return {"victim_rule": table.victim_rule, "allowed": allowed, "rows": rows}
