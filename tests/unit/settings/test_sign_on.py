"""Settings of single sign-on: none, all, and every way in which they can not be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_service.domain.roles import RoleTable, TwoPersonAct
from forms_service.errors import ConfigurationError, RoleTableError
from forms_service.settings import read_settings
from forms_service.settings.sign_on import read_sign_on
from forms_service.workflow.signed_on import check_mapped_roles
from tests.web.tls import own_config

GOOD = {
    "issuer": "https://login.example/tenant/v2.0", "client_id": "x", "client_secret": "/keys/oidc", "roles": {"a": ["officer"]},
}  # fmt: skip


def test_nothing_is_no_single_sign_on():
    """And no problem."""
    assert read_sign_on({}, {}) == (None, [])
    assert read_settings({}).sign_on is None


def test_what_is_left_out_has_a_usual_value():
    """App roles, the name, and no evidence of a second factor."""
    found, problems = read_sign_on(GOOD, {})
    assert problems == []
    assert (found.role_claim, found.name_claim, found.badge_claim, found.factor_claims) == ("roles", "name", "", {})
    assert found.scopes == ("openid", "profile")
    assert found.roles == {"a": ("officer",)}


def test_variables_win_over_the_file():
    """Four of them; the tables stand in the file alone."""
    variables = {
        "FORMS_OIDC_ISSUER": "http://localhost:5000", "FORMS_OIDC_CLIENT_ID": "y", "FORMS_OIDC_CLIENT_SECRET": "/z",
        "FORMS_OIDC_LABEL": "City account",
    }  # fmt: skip
    found, _ = read_sign_on(GOOD, variables)
    assert (found.issuer, found.client_id, found.client_secret, found.label) == (
        "http://localhost:5000", "y", Path("/z"), "City account",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"issuer": "http://login.example"}, "oidc.issuer"), ({"issuer": ""}, "oidc.issuer"), ({"issuer": 5}, "oidc.issuer"),
        ({"issuer": "https://login.example/?a=b"}, "oidc.issuer"), ({"issuer": "https://login.example/#a"}, "oidc.issuer"),
        ({"issuer": "https://[/"}, "oidc.issuer"), ({"issuer": "https://a:b@login.example"}, "oidc.issuer"),
        ({"client_id": " "}, "oidc.client_id"), ({"client_secret": ""}, "oidc.client_secret"),
        ({"label": "x" * 41}, "oidc.label"), ({"label": ""}, "oidc.label"), ({"scopes": ["profile"]}, "oidc.scopes"),
        ({"scopes": "openid"}, "oidc.scopes"), ({"role_claim": ""}, "oidc.role_claim"), ({"name_claim": 5}, "name_claim"),
        ({"roles": {}}, "gives no role"), ({"roles": {"a": "officer"}}, "oidc.roles.a"), ({"roles": {"a": []}}, "roles.a"),
        ({"roles": ["officer"]}, "oidc.roles"), ({"factor_claims": {"amr": "mfa"}}, "oidc.factor_claims.amr"),
        ({"factor_claims": {"amr": [" "]}}, "oidc.factor_claims.amr"),
    ],
)  # fmt: skip
def test_what_can_not_be_used_is_named(change, word):
    """And nothing is used of it."""
    found, problems = read_sign_on({**GOOD, **change}, {})
    assert found is None
    assert any(word in one for one in problems), problems


def test_problems_are_told_with_all_others(tmp_path):
    """An unknown key and a wrong value, in the one message of all settings; the secret's file is one of the secrets."""
    config = own_config(tmp_path)
    (config / "service.toml").write_text('[oidc]\nissuer = "ftp://x"\nnonsense = 1\n')
    with pytest.raises(ConfigurationError) as refused:
        read_settings({"FORMS_CONFIG": str(config), "FORMS_NONSENSE": "1"})
    for word in ("oidc.nonsense", "oidc.issuer", "oidc.client_id", "FORMS_NONSENSE"):
        assert word in str(refused.value)
    (config / "service.toml").write_text(
        '[oidc]\nissuer = "https://x.example"\nclient_id = "x"\nclient_secret = "/k/oidc"\n[oidc.roles]\n"a" = ["officer"]\n'
    )
    assert Path("/k/oidc") in read_settings({"FORMS_CONFIG": str(config)}).secret_files


def test_a_table_of_unknown_or_conflicting_roles_is_refused():
    """Each fault with its place."""
    found, _ = read_sign_on({**GOOD, "roles": {"a": ["officer", "nobody"], "b": ["clerk", "boss"]}}, {})
    table = RoleTable(
        roles={"officer": frozenset({"x"}), "clerk": frozenset({"ask"}), "boss": frozenset({"grant"})},
        two_persons=(TwoPersonAct(name="void", first="ask", second="grant"),), positions={}, recent_hours=14,
    )  # fmt: skip
    with pytest.raises(RoleTableError) as refused:
        check_mapped_roles(found, table)
    assert "oidc.roles.a: unknown role nobody" in str(refused.value)
    assert "oidc.roles.b: holds both halves of void" in str(refused.value)
