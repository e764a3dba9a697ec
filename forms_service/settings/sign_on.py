"""Single sign-on by OpenID Connect: what ``[oidc]`` of service.toml says, and what is wrong with it.

Every key has an example in ``docs/sign-on.md``. Without an issuer there is no single sign-on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
VARIABLES = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_LABEL")
KEYS = frozenset({
    "issuer", "client_id", "client_secret", "label", "scopes", "role_claim", "roles", "factor_claims", "name_claim",
    "badge_claim", "phone_claim",
})  # fmt: skip
LONGEST_LABEL = 40  # it stands on a button


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnSettings:
    """Where people sign on, and what of the provider's word counts.

    Attributes:
        issuer: Exactly as the provider writes it in its tokens.
        client_secret: File that holds it.
        label: What people call the account they sign on with.
        role_claim: Which claim names what a person may do here.
        roles: Value of that claim to the roles it gives.
        factor_claims: Claim to values; any of them says that the provider asked for a second factor.
        name_claim, badge_claim, phone_claim: Which claims a form prints from; empty for what the person is asked.
    """

    issuer: str
    client_id: str
    client_secret: Path
    label: str
    scopes: tuple[str, ...]
    role_claim: str
    roles: Mapping[str, tuple[str, ...]]
    factor_claims: Mapping[str, tuple[str, ...]]
    name_claim: str
    badge_claim: str
    phone_claim: str


def read_sign_on(
    configured: Mapping[str, object], environment: Mapping[str, str]
) -> tuple[SignOnSettings | None, list[str]]:
    """Read the table; a variable wins over it.

    Returns:
        None and no problem where nothing is set; None and every problem where it can not be used.
    """
    given = {**configured, **_from_variables(environment)}
    if not given:
        return None, []
    problems: list[str] = []
    settings = SignOnSettings(
        issuer=_issuer(given, problems),
        client_id=_text(given, "client_id", "", problems, needed=True),
        client_secret=Path(_text(given, "client_secret", "", problems, needed=True)).absolute(),
        label=_label(given, problems),
        scopes=_scopes(given, problems),
        role_claim=_text(given, "role_claim", "roles", problems, needed=True),
        roles=_lists(given.get("roles", {}), "roles", problems),
        factor_claims=_lists(given.get("factor_claims", {}), "factor_claims", problems),
        name_claim=_text(given, "name_claim", "name", problems),
        badge_claim=_text(given, "badge_claim", "", problems),
        phone_claim=_text(given, "phone_claim", "", problems),
    )
    if not settings.roles:
        problems.append("service.toml: oidc.roles gives no role to anybody")
    return (None if problems else settings), problems


def is_safe_address(address: str, *, loopback: bool) -> bool:
    """Say whether an address is https with a host; plain http counts on loopback, where that is asked for."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port  # a port that is none raises
    except ValueError:
        return False
    if parts.username or parts.fragment:
        return False
    return bool(host) and (parts.scheme == "https" or (loopback and parts.scheme == "http" and host in LOOPBACK))


def _from_variables(environment: Mapping[str, str]) -> dict[str, object]:
    found = {name: environment.get(f"FORMS_{name}", "") for name in VARIABLES}
    return {name.removeprefix("OIDC_").lower(): value for name, value in found.items() if value}


def _issuer(given: Mapping[str, object], problems: list[str]) -> str:
    issuer = _text(given, "issuer", "", problems)
    if not is_safe_address(issuer, loopback=True) or urlsplit(issuer).query:
        problems.append("oidc.issuer: expected https://..., without ? and #, as the provider writes it")
    return issuer


def _label(given: Mapping[str, object], problems: list[str]) -> str:
    label = _text(given, "label", "your department's account", problems, needed=True)
    if len(label) > LONGEST_LABEL:
        problems.append(f"oidc.label: at most {LONGEST_LABEL} characters")
    return label


def _scopes(given: Mapping[str, object], problems: list[str]) -> tuple[str, ...]:
    scopes = _texts(given.get("scopes", ["openid", "profile"]))
    if "openid" not in scopes:
        problems.append("service.toml: oidc.scopes is a list of texts with openid among them")
    return scopes


def _text(
    given: Mapping[str, object], name: str, default: str, problems: list[str], *, needed: bool = False
) -> str:  # fmt: skip
    value = given.get(name, default)
    if not isinstance(value, str) or (needed and not value.strip()):
        problems.append(f"oidc.{name}: expected text")
        return ""
    return value.strip()


def _lists(value: object, name: str, problems: list[str]) -> Mapping[str, tuple[str, ...]]:
    table = value if isinstance(value, Mapping) else {"": None}
    found = {str(key): _texts(one) for key, one in table.items()}
    problems.extend(
        f"service.toml: oidc.{name}.{key}: expected a list of texts" for key, one in found.items() if not one
    )
    return found


def _texts(value: object) -> tuple[str, ...]:
    good = isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)
    return tuple(value) if good and isinstance(value, list) else ()
