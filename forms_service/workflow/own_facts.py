"""What forms print of somebody who signs on at the provider: asked of them as far as the provider does not say it."""

from __future__ import annotations

from collections.abc import Mapping

from forms_service.domain.evidence import check_text, normal_text
from forms_service.errors import NotFoundError
from forms_service.ports import Account, Actor, AuditFacts, Services
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.sign_in import Visit
from forms_service.workflow.signed_on import LONGEST_FACT, claims_of_facts, with_facts


def own_facts(services: Services, account: Account) -> tuple[str, ...]:
    """Give which facts somebody may give: those that no claim is named for, and those that are missing all the same."""
    settings = services.settings.sign_on
    if settings is None or not account.signs_on:
        return ()
    claims = claims_of_facts(settings)
    return tuple(fact for fact, claim in claims.items() if not claim or not getattr(account, fact))


def owes_facts(services: Services, account: Account) -> bool:
    """Say whether a paper would lack its officer: a name for everybody, badge and phone for whoever completes papers."""
    if not own_facts(services, account):
        return False
    signs_papers = Act.COMPLETE in services.roles.permissions(account.roles)
    return not account.full_name or (signs_papers and not (account.badge and account.phone))


def give_facts(services: Services, by: Actor, here: Visit, given: Mapping[str, str]) -> Account:
    """Keep what somebody says that forms print of them; what the provider says stays.

    Raises:
        NotFoundError: Nothing is asked of this account: it is kept by an administrator, or the provider says all.
        InvalidInputError: ``text-has-control-characters``.
    """
    permit(by, Act.GIVE_FACTS)
    with services.database.write() as transaction:
        account = transaction.ledger.account(here.account.id) or here.account
        asked = own_facts(services, account)
        if not asked:
            raise NotFoundError(kind="page", name="facts")
        for fact in asked:
            check_text(given.get(fact, ""))
        account = with_facts(account, {fact: normal_text(given.get(fact, ""))[:LONGEST_FACT] for fact in asked})
        transaction.ledger.put_account(account)
        what = AuditFacts(act=Act.GIVE_FACTS, object_kind="account", object_id=account.id)
        transaction.ledger.audit(by, services.clock.now(), what)
    return account
