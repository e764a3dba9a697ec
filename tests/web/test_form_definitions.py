"""Form definitions are served as data, whole, and only to those who signed in."""

from __future__ import annotations

import json
import tomllib

from jsonschema import Draft202012Validator

from forms_service.settings import ROOT

SCHEMAS = ROOT / "forms_service" / "documents" / "schemas"


def test_each_form_version_is_listed_and_served_whole(visitor):
    """What a client gets is what the folder says, and it holds to the published schemas."""
    listed = visitor.get("/forms.json").get_json()["forms"]
    assert {(one["form"], one["version"]) for one in listed} == {("lead-agreement", 1), ("social-referral", 1)}
    for one in listed:
        served = visitor.get(f"/forms/{one['form']}/{one['version']}.json").get_json()
        folder = ROOT / "templates" / one["form"] / str(one["version"])
        assert served["definition"] == tomllib.loads((folder / "form.toml").read_text("utf-8"))
        assert served["words"]["es"] == tomllib.loads((folder / "es.toml").read_text("utf-8"))
        assert served["digest"] == one["digest"]
        schema = json.loads((SCHEMAS / "form.schema.json").read_text("utf-8"))
        assert list(Draft202012Validator(schema).iter_errors(served["definition"])) == []


def test_who_has_the_digest_is_told_that_nothing_changed(visitor):
    """A tablet asks again without loading anything."""
    first = visitor.get("/forms/lead-agreement/1.json")
    again = visitor.get("/forms/lead-agreement/1.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_form_that_is_not_there_is_not_found(visitor):
    """Neither an unknown name nor an unknown version gives anything."""
    assert visitor.get("/forms/other/1.json").status_code == 404
    assert visitor.get("/forms/lead-agreement/9.json").status_code == 404


def test_strangers_see_no_definition(stranger):
    """Everything but health needs a login."""
    assert stranger.get("/forms.json").status_code == 302
    assert stranger.get("/forms/lead-agreement/1.json").status_code == 302
