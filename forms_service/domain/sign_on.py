"""What a provider's claims about a person mean here: roles, the second factor, a sign-in name.

* Claims are what the provider signed, as JSON gave them; whatever has another shape than expected says nothing.
* Nothing here joins a person to an account: that is done by issuer and subject alone.

Source: OpenID Connect Core 1.0, 2 and 5.6.2; Microsoft Entra ID, groups overage claim.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from enum import StrEnum

LONGEST_NAME = 32  # a number may follow, and 40 is the most
OTHER_CHARACTERS = re.compile(r"[^a-z0-9._-]+")
Claims = Mapping[str, object]


class Problem(StrEnum):
    """Why a sign-on was refused; for the audit trail, never for whoever asked."""

    STATE = "state"
    ERROR_ANSWER = "error-answer"
    AWAY = "away"
    CLIENT = "client"
    CODE = "code"
    TOKEN = "token"  # noqa: S105  # a problem's name
    ALGORITHM = "algorithm"
    KEY = "key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    SUBJECT = "subject"
    NONCE = "nonce"
    EXPIRED = "expired"
    TIME = "time"
    ROLES_MISSING = "roles-missing"
    ROLES_CONFLICT = "roles-conflict"
    CLAIMS_CUT = "claims-cut"
    STANDING = "standing"
    OTHER_PERSON = "other-person"
    NOT_ANEW = "not-anew"
    FACTOR = "factor"


def texts_of(claims: Claims, name: str) -> tuple[str, ...]:
    """Give the texts of a claim that is one text or a list of them."""
    found = claims.get(name)
    listed = found if isinstance(found, list) else [found]
    return tuple(one for one in listed if isinstance(one, str))


def is_cut(claims: Claims, name: str) -> bool:
    """Say whether the provider left a claim out because it had grown too long (``_claim_names``, ``hasgroups``)."""
    elsewhere = claims.get("_claim_names")
    is_elsewhere = isinstance(elsewhere, Mapping) and name in elsewhere
    return is_elsewhere or (name == "groups" and claims.get("hasgroups") in (True, "true"))


def mapped_roles(claims: Claims, name: str, table: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Give the roles that the values of a claim stand for, each once; values without roles give none."""
    return tuple(dict.fromkeys(role for value in texts_of(claims, name) for role in table.get(value, ())))


def shows_factor(claims: Claims, evidence: Mapping[str, tuple[str, ...]]) -> bool:
    """Say whether a claim has one of the values that stand for a second factor."""
    return any(set(texts_of(claims, name)) & set(values) for name, values in evidence.items())


def account_name(claims: Claims, is_taken: Callable[[str], bool]) -> str:
    """Give a free sign-in name that resembles what the provider calls the person; it is a handle, and opens nothing."""
    called = next(iter(texts_of(claims, "preferred_username")), "")
    name = OTHER_CHARACTERS.sub("", called.partition("@")[0].lower()).lstrip("0123456789._-")[:LONGEST_NAME]
    name = name if len(name) > 1 else "user"
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain([name], numbered) if not is_taken(one))
