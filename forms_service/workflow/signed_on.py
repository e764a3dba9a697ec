"""Whom the provider vouches for: whether they are let in, the account that is theirs, and what a refusal writes down.

* An account is found by issuer and subject alone; a name or an address that resembles another's joins nothing.
* Roles come from the provider each time; what a form prints too, as far as a claim is named for it.
* Whoever has no role there any more has none here, and no session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from forms_service.domain.evidence import check_text, normal_text
from forms_service.domain.numbers import draw_uuid
from forms_service.domain.roles import RoleTable
from forms_service.domain.sign_on import Problem, account_name, is_cut, mapped_roles, shows_factor, texts_of
from forms_service.errors import (
    Fault,
    FormsServiceError,
    NotFoundError,
    RoleTableError,
    SignOnClaimsCutError,
    SignOnRefusedError,
    SignOnRolesConflictError,
    SignOnRolesMissingError,
    TextHasControlCharactersError,
)
from forms_service.ports import Account, Actor, AuditFacts, Services, SignedOn, SignOn, Transaction
from forms_service.settings.sign_on import SignOnSettings
from forms_service.workflow.permission import Act
from forms_service.workflow.sign_in import SINGLE_SIGN_ON, Standing, standing

LONGEST_FACT = 80
FACTS = ("full_name", "badge", "phone")


def port_of(services: Services) -> tuple[SignOn, SignOnSettings]:
    """Give the port and its settings.

    Raises:
        NotFoundError: There is no single sign-on.
    """
    if services.sign_on is None or services.settings.sign_on is None:
        raise NotFoundError(kind="page", name="single sign-on")
    return services.sign_on, services.settings.sign_on


def refusal_of(services: Services, known: SignedOn, account: Account | None) -> FormsServiceError | None:
    """Give why somebody the provider vouches for is not let in; None when they are."""
    settings = port_of(services)[1]
    roles = mapped_roles(known.claims, settings.role_claim, settings.roles)
    conflicts = services.roles.conflicts(roles)
    if is_cut(known.claims, settings.role_claim):
        return SignOnClaimsCutError(claim=settings.role_claim)
    if not roles:
        return SignOnRolesMissingError(claim=settings.role_claim)
    if conflicts:
        return SignOnRolesConflictError(acts=", ".join(conflicts))
    if account is not None and standing(account, services.clock.now()) is not Standing.ACTIVE:
        return SignOnRefusedError(problem=Problem.STANDING)
    return None


def shows_second_factor(services: Services, known: SignedOn) -> bool:
    """Say whether the provider says that it asked for a second factor."""
    return shows_factor(known.claims, port_of(services)[1].factor_claims)


def keep(
    services: Services, transaction: Transaction, by: Actor, account: Account | None, known: SignedOn
) -> Account:  # fmt: skip
    """Write the account as the provider knows the person now; one who comes for the first time gets theirs."""
    settings, now = port_of(services)[1], services.clock.now()
    roles = mapped_roles(known.claims, settings.role_claim, settings.roles)
    if account is None:
        account = _new(services, transaction, known, roles)
        transaction.ledger.put_account(account)
        transaction.ledger.put_sign_on(known.issuer, known.subject, account.id)
        _audit(transaction, by, now, Act.ADD_ACCOUNT, account, {"method": SINGLE_SIGN_ON})
    if account.roles != roles:
        _audit(transaction, by, now, Act.CHANGE_ROLES, account, _change(account.roles, roles))
    account = with_facts(replace(account, roles=roles), _facts(settings, known))
    transaction.ledger.put_account(account)
    return account


def _new(services: Services, transaction: Transaction, known: SignedOn, roles: tuple[str, ...]) -> Account:
    now = services.clock.now()
    name = account_name(known.claims, lambda one: transaction.ledger.account_named(one) is not None)
    return Account(
        id=draw_uuid(services.chance.bits), name=name, full_name="", badge="", phone="",
        password_hash="", roles=roles, created_at=now, last_active_at=now,
    )  # fmt: skip


def _facts(settings: SignOnSettings, known: SignedOn) -> dict[str, str]:
    """Give what forms print, as far as the provider says it in letters that can be printed."""
    claims = claims_of_facts(settings)
    return {fact: _printable(next(iter(texts_of(known.claims, claim)), "")) for fact, claim in claims.items() if claim}


def claims_of_facts(settings: SignOnSettings) -> Mapping[str, str]:
    """Give the claim that is named for each fact that forms print, empty where none is."""
    return dict(zip(FACTS, (settings.name_claim, settings.badge_claim, settings.phone_claim), strict=True))


def with_facts(account: Account, facts: Mapping[str, str]) -> Account:
    """Give an account with what forms print of its owner, as far as it is given."""
    full_name, badge, phone = (facts.get(name) or getattr(account, name) for name in FACTS)
    return replace(account, full_name=full_name, badge=badge, phone=phone)


def _printable(text: str) -> str:
    try:
        check_text(text)
    except TextHasControlCharactersError:
        return ""
    return normal_text(text)[:LONGEST_FACT]


def turn_away(
    transaction: Transaction, by: Actor, now: datetime, account: Account | None, refusal: FormsServiceError,
    *, act: Act = Act.SIGN_IN,
) -> None:  # fmt: skip
    """Write a refusal down; whoever has no role at the provider any more loses what they had, sessions first."""
    _audit(transaction, by, now, act, account, why(refusal), outcome="refused")
    if account is not None and isinstance(refusal, SignOnRolesMissingError | SignOnRolesConflictError):
        transaction.ledger.drop_sessions_of(account.id)
        if account.roles:
            _audit(transaction, by, now, Act.CHANGE_ROLES, account, _change(account.roles, ()))
        transaction.ledger.put_account(replace(account, roles=()))


_WHY: Mapping[type[FormsServiceError], Problem] = {
    SignOnClaimsCutError: Problem.CLAIMS_CUT,
    SignOnRolesMissingError: Problem.ROLES_MISSING,
    SignOnRolesConflictError: Problem.ROLES_CONFLICT,
}


def why(refusal: FormsServiceError) -> dict[str, str | int]:
    """Give what an entry of the trail says about a refusal."""
    problem = _WHY.get(type(refusal)) or refusal.facts["problem"]
    return {"method": SINGLE_SIGN_ON, "problem": str(problem)}


def _change(before: tuple[str, ...], after: tuple[str, ...]) -> dict[str, str | int]:
    return {"before": " ".join(before), "after": " ".join(after), "method": SINGLE_SIGN_ON}


def _audit(  # noqa: PLR0913  # what an entry is made of
    transaction: Transaction, by: Actor, at: datetime, act: Act, account: Account | None,
    facts: Mapping[str, str | int], *, outcome: str = "done",
) -> None:  # fmt: skip
    object_id = account.id if account else ""
    what = AuditFacts(act=act, object_kind="account", object_id=object_id, outcome=outcome, facts=facts)
    transaction.ledger.audit(by, at, what)


def check_mapped_roles(settings: SignOnSettings, table: RoleTable) -> None:
    """Refuse a table from claims to roles that names unknown roles, or gives one value both halves of an act.

    Raises:
        RoleTableError: With every fault.
    """
    faults = [
        Fault(slug="role-table-shape", place=f"service.toml: oidc.roles.{value}", message=message)
        for value, roles in settings.roles.items()
        for message in (
            *(f"unknown role {role}" for role in roles if role not in table.roles),
            *(f"holds both halves of {act}" for act in table.conflicts(roles)),
        )
    ]
    if faults:
        raise RoleTableError(faults)
