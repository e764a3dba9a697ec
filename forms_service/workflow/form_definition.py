"""A form version as data, for clients that bring their own screens: what its folder says, and nothing added.

Shape: ``{"form", "version", "digest", "schema": "form/1", "definition": <form.toml>, "words": {<language>: <its toml>}}``.
"""

from __future__ import annotations

import tomllib
from datetime import date, time
from typing import Any

from forms_service.domain.forms import FormVersion
from forms_service.ports import Actor, Services
from forms_service.workflow.permission import Act, permit

SCHEMA = "form/1"


def form_definition(services: Services, by: Actor, form: str, version: int | None = None) -> dict[str, Any]:
    """Give a form version as JSON-ready data; without a number the one in use.

    Raises:
        UnknownFormError: There is no such form or version.
    """
    permit(by, Act.PRESENT)
    return form_data(services.forms.form(form, version))


def form_index(services: Services, by: Actor) -> list[dict[str, object]]:
    """Give name, version and digest of every form version there is."""
    permit(by, Act.PRESENT)
    return [_name(one) for one in services.forms.forms()]


def _name(one: FormVersion) -> dict[str, object]:
    definition = one.definition
    return {"form": definition.form, "version": definition.version, "digest": definition.digest}


def form_data(one: FormVersion) -> dict[str, Any]:
    """Give a form version as JSON-ready data."""
    words = {tag: _toml(one.files[f"{tag}.toml"]) for tag in one.definition.languages}
    return {**_name(one), "schema": SCHEMA, "definition": _toml(one.files["form.toml"]), "words": words}


def _toml(content: bytes) -> dict[str, Any]:
    return {name: _plain(one) for name, one in tomllib.loads(content.decode("utf-8")).items()}


def _plain(value: object) -> object:
    """Write TOML's dates as ISO 8601: JSON has none."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value
