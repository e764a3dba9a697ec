"""Single sign-on: somebody is sent to the provider, comes back, and has a session or proved anew who they are.

* An account is found by issuer and subject alone; a name or an address that resembles another's joins nothing.
* Roles and what a form prints come from the provider each time; nobody without a role there is let in here.
* A try is good once, for ten minutes, in the browser that began it (the web floor holds it to its cookie).
* Where the provider does not say that it asked for a second factor, the one kept here is asked for.
* Every refusal is in the trail with its reason; whoever asked hears what to do next, and no reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from forms_service.domain.numbers import draw_uuid
from forms_service.domain.sign_on import Problem
from forms_service.errors import (
    ChallengeEndedError,
    FormsServiceError,
    SignOnAwayError,
    SignOnEndedError,
    SignOnRefusedError,
)
from forms_service.ports import (
    Account,
    Actor,
    AuditFacts,
    Challenge,
    Services,
    SignedOn,
    SignOnAnswer,
    SignOnAsked,
    Transaction,
)
from forms_service.workflow import challenges, signed_on
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.second_factor import mark_proved
from forms_service.workflow.sign_in import SINGLE_SIGN_ON, Visit, open_session, owes_factor

LASTING = timedelta(minutes=10)  # a second factor may have to be set up at the provider
LEEWAY = timedelta(seconds=60)  # as for every time in a token
TO_SIGN_IN, TO_PROVE = "sign_on", "prove_sign_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Where a browser is sent, and the state that it must bring back."""

    state: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Who came back, with the session's token and the page that was wanted."""

    account: Account
    token: str
    following: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A try as it was begun."""

    asked: SignOnAsked
    following: str
    at: datetime


def begin_sign_on(services: Services, by: Actor, following: str) -> Departure:
    """Send somebody to the provider.

    Raises:
        NotFoundError: There is no single sign-on.
        SignOnAwayError: The provider does not answer.
    """
    return _send(services, by, Act.SIGN_IN, account_id="", following=following)


def begin_proof(services: Services, by: Actor, here: Visit, following: str) -> Departure:
    """Send somebody to the provider to prove anew who they are.

    Raises:
        NotFoundError, SignOnAwayError: As ``begin_sign_on``.
    """
    permit(by, Act.PROVE)
    return _send(services, by, Act.PROVE, account_id=here.account.id, following=following)


def finish_sign_on(services: Services, by: Actor, answer: SignOnAnswer) -> Arrival:
    """Open a session for whoever the provider vouches for; at the first time they get an account.

    Raises:
        SignOnEndedError, SignOnRefusedError, SignOnAwayError: What came back does not hold, or the account may not
            sign in.
        SignOnRolesMissingError, SignOnRolesConflictError, SignOnClaimsCutError: The provider gives no usable role.
    """
    sent, known = _heard(services, by, Act.SIGN_IN, answer, account_id="")
    now, done = services.clock.now(), None
    with services.database.write() as transaction:
        account = transaction.ledger.account_signed_on(known.issuer, known.subject)
        refusal = signed_on.refusal_of(services, known, account)
        if refusal is None:
            account = signed_on.keep(services, transaction, by, account, known)
            done = _opened(services, transaction, by, account, known, sent)
        else:
            signed_on.turn_away(transaction, by, now, account, refusal)
    if refusal is not None or done is None:
        raise refusal or RuntimeError(known.issuer)
    return Arrival(account=done[0], token=done[1], following=sent.following)


def finish_proof(services: Services, by: Actor, here: Visit, answer: SignOnAnswer) -> Arrival:
    """Note that whoever is signed in proved at the provider who they are; the session's token changes.

    Raises:
        SignOnEndedError, SignOnRefusedError, SignOnAwayError: As ``finish_sign_on``, or it was somebody else, an
            earlier sign-on, or one without the second factor that is owed.
        SignOnRolesMissingError, SignOnRolesConflictError, SignOnClaimsCutError: As ``finish_sign_on``.
    """
    permit(by, Act.PROVE)
    sent, known = _heard(services, by, Act.PROVE, answer, account_id=here.account.id)
    done = None
    with services.database.write() as transaction:
        account = transaction.ledger.account_signed_on(known.issuer, known.subject)
        session = transaction.ledger.session(here.session.token_digest)
        refusal = _proof_refusal(services, transaction, here, account, known, sent)
        if refusal is None and session is not None:
            signed_on.keep(services, transaction, by, account, known)
            done = mark_proved(services, transaction, by, session, method=SINGLE_SIGN_ON)
        else:
            refusal = refusal or SignOnEndedError(problem=Problem.STATE)
            signed_on.turn_away(transaction, by, services.clock.now(), account, refusal, act=Act.PROVE)
    if refusal is not None or done is None:
        raise refusal or RuntimeError(known.issuer)
    return Arrival(account=done[0], token=done[1], following=sent.following)


def can_prove(services: Services, here: Visit) -> bool:
    """Say whether the provider's word proves who is there: where it shows the second factor, or none is owed."""
    settings = services.settings.sign_on
    if settings is None or here.session.method != SINGLE_SIGN_ON:
        return False
    with services.database.read() as transaction:
        return bool(settings.factor_claims) or not owes_factor(services, transaction, here.account)


def provider_end_address(services: Services) -> str:
    """Give where somebody ends their session at the provider; empty where nothing is to be ended."""
    return services.sign_on.end_address() if services.sign_on else ""


# --- there and back --------------------------------------------------------------------------------


def _send(services: Services, by: Actor, act: Act, *, account_id: str, following: str) -> Departure:
    port, _ = signed_on.port_of(services)
    state = draw_uuid(services.chance.bits)
    nonce, verifier = (f"{services.chance.bits(256):064x}" for _ in range(2))
    asked = SignOnAsked(state=state, nonce=nonce, verifier=verifier, anew=act is Act.PROVE)
    try:
        address = port.address(asked)
    except SignOnAwayError as error:
        _note(services, by, act, account_id, error)
        raise
    content = json.dumps({"nonce": nonce, "verifier": verifier, "following": following})
    now = services.clock.now()
    challenge = Challenge(
        id=state, purpose=_PURPOSES[act], account_id=account_id, content=content, ends_at=now + LASTING
    )  # fmt: skip
    with services.database.write() as transaction:
        transaction.ledger.put_challenge(challenge, now)
    return Departure(state=state, address=address)


_PURPOSES: Mapping[Act, str] = {Act.SIGN_IN: TO_SIGN_IN, Act.PROVE: TO_PROVE}


def _heard(
    services: Services, by: Actor, act: Act, answer: SignOnAnswer, *, account_id: str
) -> tuple[_Sent, SignedOn]:  # fmt: skip
    """Give the try that an answer belongs to, and what the provider says; a refusal is written down."""
    port, _ = signed_on.port_of(services)
    try:
        sent = _sent(services, answer.state, _PURPOSES[act], account_id)
        return sent, port.signed_on(sent.asked, answer, services.clock.now())
    except (SignOnEndedError, SignOnRefusedError, SignOnAwayError) as error:
        _note(services, by, act, account_id, error)
        raise


def _sent(services: Services, state: str, purpose: str, account_id: str) -> _Sent:
    try:
        found = challenges.take(services, state, purpose, account_id)
    except ChallengeEndedError as error:
        raise SignOnEndedError(problem=Problem.STATE) from error
    content = json.loads(found.content)
    asked = SignOnAsked(
        state=state, nonce=content["nonce"], verifier=content["verifier"], anew=purpose == TO_PROVE
    )  # fmt: skip
    return _Sent(asked=asked, following=content["following"], at=found.ends_at - LASTING)


def _proof_refusal(
    services: Services, transaction: Transaction, here: Visit, account: Account | None, known: SignedOn, sent: _Sent
) -> FormsServiceError | None:
    if account is None or account.id != here.account.id:
        return SignOnRefusedError(problem=Problem.OTHER_PERSON)
    refusal = signed_on.refusal_of(services, known, account)
    if refusal is not None:
        return refusal
    if known.authenticated_at is None or known.authenticated_at < sent.at - LEEWAY:
        return SignOnRefusedError(problem=Problem.NOT_ANEW)
    if owes_factor(services, transaction, account) and not signed_on.shows_second_factor(services, known):
        return SignOnRefusedError(problem=Problem.FACTOR)
    return None


def _opened(
    services: Services, transaction: Transaction, by: Actor, account: Account, known: SignedOn, sent: _Sent
) -> tuple[Account, str]:
    """Open the session; a proof given at the provider during this try counts as one, an earlier one does not."""
    shown, at = signed_on.shows_second_factor(services, known), known.authenticated_at
    during = at is not None and at >= sent.at.replace(microsecond=0)  # a token tells whole seconds
    proved_at = min(at, services.clock.now()) if shown and at is not None and during else None
    complete = shown or not owes_factor(services, transaction, account)
    return open_session(
        services, transaction, by, account, method=SINGLE_SIGN_ON, complete=complete, proved_at=proved_at
    )  # fmt: skip


def _note(services: Services, by: Actor, act: Act, account_id: str, refusal: FormsServiceError) -> None:
    with services.database.write() as transaction:
        what = AuditFacts(
            act=act, object_kind="account", object_id=account_id, outcome="refused", facts=signed_on.why(refusal)
        )  # fmt: skip
        transaction.ledger.audit(by, services.clock.now(), what)
