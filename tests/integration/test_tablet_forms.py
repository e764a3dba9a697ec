"""What a tablet keeps: every form version in use and every rule, whole, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from forms_service.domain.forms import FormVersion, LanguagePack, PackStatus
from forms_service.errors import NotPermittedError
from forms_service.ports import Actor, Services
from forms_service.workflow.form_definition import form_data, form_definition
from forms_service.workflow.tablet_forms import tablet_forms


class Library:
    """A form library that holds what it was given."""

    def __init__(self, *forms: FormVersion) -> None:
        self._forms = forms

    def forms(self) -> Sequence[FormVersion]:
        """Give every form version."""
        return self._forms


def test_everything_a_tablet_needs_is_there(services, by):
    """Forms with their words and sources, the agency's clock, the decision table, the rules, the refused characters."""
    found = tablet_forms(services, by)
    assert json.loads(json.dumps(found)) == found
    assert [(one["form"], one["version"], one["languages"]) for one in found["forms"]] == [
        ("lead-agreement", 1, ["en", "es"]),
        ("social-referral", 1, ["en", "es"]),
    ]
    lead = found["forms"][0]
    assert lead == {
        **form_definition(services, by, "lead-agreement"),
        "languages": ["en", "es"],
        "sources": lead["sources"],
    }
    assert lead["sources"]["agency.crisis_phone"] == "988"
    assert lead["sources"]["period.days"] == 60
    assert not any(name.startswith(("account.", "presentation.")) for name in lead["sources"])
    assert found["zone"]["name"] == "America/Los_Angeles"
    assert found["zone"]["offsets"][0] == [1735689600000, -28800]
    assert found["zone"]["until"] == 1956528000000
    assert found["rules"] == {"lead_min_age": 18, "case_number_pattern": "[0-9]{2}-[0-9]{4,6}", "copy_link": None}
    assert [row["rule"] for row in found["screening"]["rows"]] == [row.rule for row in services.screening.rows]
    assert found["screening"]["allowed"]["officer_choice"] == ["neither", "lead-agreement", "social-referral"]


def test_the_digest_changes_with_any_piece(services, by):
    """The same pieces have the same digest; a telephone number that changes gives another."""
    agency = {**services.settings.agency, "crisis_phone": "911"}
    changed = replace(services, settings=replace(services.settings, agency=agency))
    assert tablet_forms(services, by)["digest"] == tablet_forms(services, by)["digest"]
    assert tablet_forms(services, by)["digest"] != tablet_forms(changed, by)["digest"]


def test_of_several_versions_the_newest_that_may_be_signed_is_served(services, by):
    """A version that waits for its approval does not take the place of the one in use, nor an uncertified language."""
    first = of_version(services, 1, approvals_needed=(), certified=("en",))
    second = of_version(services, 2, approvals_needed=(), certified=("en", "es"))
    waiting = of_version(services, 3, approvals_needed=("agency",), certified=("en", "es"))
    real = replace(services, settings=replace(services.settings, production=True))

    def served(*forms: FormVersion) -> list[tuple[int, list[str]]]:
        found = tablet_forms(replace(real, forms=Library(*forms)), by)["forms"]
        return [(one["version"], one["languages"]) for one in found]

    assert served(first) == [(1, ["en"])]
    assert served(first, second, waiting) == [(2, ["en", "es"])]
    assert served(waiting) == []


def of_version(
    services: Services, version: int, *, approvals_needed: tuple[str, ...], certified: tuple[str, ...]
) -> FormVersion:
    """Give the LEAD form under another number."""
    form = services.forms.form("lead-agreement")
    packs: dict[str, LanguagePack] = {
        tag: replace(pack, status=PackStatus.CERTIFIED if tag in certified else PackStatus.DRAFT)
        for tag, pack in form.definition.packs.items()
    }
    return replace(
        form, definition=replace(form.definition, version=version, approvals_needed=approvals_needed, packs=packs)
    )


def test_days_in_a_form_folder_are_served_as_text(services):
    """TOML has dates and JSON has none: the day of an approval is written as it is read."""
    form = services.forms.form("lead-agreement")
    approval = b'[[approvals]]\nrole = "prosecutor"\nname = "A. Prosecutor"\non = 2026-07-01\n'
    files = {**form.files, "form.toml": form.files["form.toml"] + b"\n" + approval}
    assert form_data(replace(form, files=files))["definition"]["approvals"][0]["on"] == "2026-07-01"


def test_who_may_not_present_gets_nothing(services):
    """A stranger to the forms is refused before anything is read."""
    with pytest.raises(NotPermittedError):
        tablet_forms(services, Actor(id="account:x", roles=("auditor",), permissions=frozenset()))
