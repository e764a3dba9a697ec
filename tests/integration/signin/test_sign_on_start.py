"""A start with single sign-on, and what a check of the settings says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_service.errors import RoleTableError
from forms_service.setup_check import check_setup
from forms_service.wiring import build_services
from tests.conftest import HeldClock, environment, make_services, make_settings
from tests.counterparts.openid import OpenIdProvider, table
from tests.web.tls import own_config


def configured(folder: Path, issuer: str, more: str = "") -> dict[str, str]:
    """Give variables of a configuration with a provider."""
    config = own_config(folder)
    (config / "service.toml").write_text(table(issuer, folder / "keys" / "oidc.secret", more))
    return environment(folder, FORMS_CONFIG=str(config))


def findings(variables: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Give what a check says of single sign-on."""
    found = check_setup(variables, now=HeldClock().now())
    return {one.place: (str(one.level), one.words) for one in found if "sign-on" in one.place or "secret" in one.place}


def test_a_check_really_asks_the_provider(tmp_path, provider: OpenIdProvider):
    """One that answers is good; the missing evidence of a factor is a warning."""
    told = findings(configured(tmp_path, provider.issuer))
    assert "answers" in told["sign-on provider"][1]
    assert "factor_claims" in told["sign-on roles"][1]


def test_a_check_names_what_is_wrong_with_single_sign_on(tmp_path):
    """A provider that is away, roles that are none, a secret that others can read; and the start refuses the roles."""
    variables = configured(tmp_path, "http://localhost:9", 'factor_claims = { amr = ["mfa"] }')
    file = tmp_path / "config" / "service.toml"
    file.write_text(file.read_text().replace('["clerk"]', '["clark"]'))
    (tmp_path / "keys" / "oidc.secret").chmod(0o644)
    told = findings(variables)
    assert "unknown role clark" in told["sign-on roles"][1]
    assert "away" in told["sign-on provider"][1]
    assert "oidc.secret" in told["secret files"][1]
    with pytest.raises(RoleTableError):
        build_services(make_settings(tmp_path, FORMS_CONFIG=str(tmp_path / "config")))


def test_a_check_without_a_provider_says_so(tmp_path):
    """Nothing is fetched."""
    assert "none is named" in findings(environment(tmp_path))["sign-on provider"][1]
    assert make_services(tmp_path).sign_on is None
