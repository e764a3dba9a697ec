"""Single sign-on behind its port: whose account it is, what it may do, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from forms_service.domain.sign_on import Problem
from forms_service.errors import (
    FactorRefusedError,
    FormsServiceError,
    NotFoundError,
    OwnRolesError,
    SignInRefusedError,
    SignOnAccountError,
    SignOnAwayError,
    SignOnClaimsCutError,
    SignOnEndedError,
    SignOnRefusedError,
    SignOnRolesConflictError,
    SignOnRolesMissingError,
    TextHasControlCharactersError,
)
from forms_service.ports import Account, Actor, Services, SignedOn, SignOnAnswer, SignOnAsked
from forms_service.settings.sign_on import SignOnSettings
from forms_service.workflow import factors, sign_on
from forms_service.workflow.accounts import NewAccount, add_account, set_password
from forms_service.workflow.own_account import change_password
from forms_service.workflow.own_facts import give_facts, owes_facts, own_facts
from forms_service.workflow.roles_held import actor_of, change_roles
from forms_service.workflow.second_factor import Given, ask_passkey, prove, sign_in_with_passkey
from forms_service.workflow.sign_in import Visit, open_session, sign_in, visit
from tests.conftest import HeldClock
from tests.integration.test_second_factors import totp
from tests.soft_passkey import SoftPasskey
from tests.web.conftest import PASSWORD

BY = Actor(id="operator:tester")
VISITOR = Actor(id="visitor", source="198.51.100.7")
ISSUER = "https://login.example"
SETTINGS = SignOnSettings(
    issuer=ISSUER, client_id="x", client_secret=Path("/none"), label="x", scopes=("openid",), role_claim="roles",
    roles={"O": ("officer",), "A": ("administrator",), "C": ("clerk",), "S": ("supervisor",)},
    factor_claims={"amr": ("mfa",)}, name_claim="name", badge_claim="", phone_claim="",
)  # fmt: skip
WITH_FACTOR = {"amr": ["mfa"], "name": "Officer Dana Reyes", "preferred_username": "dreyes@x", "roles": ["O"]}


@dataclass
class SaidProvider:
    """A provider that says what a test wrote down."""

    claims: dict[str, object] = field(default_factory=lambda: dict(WITH_FACTOR))
    subject: str = "dana"
    authenticated_at: datetime | None = None
    refusal: FormsServiceError | None = None
    away: bool = False
    asked: list[SignOnAsked] = field(default_factory=list)

    def address(self, asked: SignOnAsked) -> str:
        """Give an address, unless it is away."""
        if self.away:
            raise SignOnAwayError(reason="test", problem=Problem.AWAY)
        self.asked.append(asked)
        return f"{ISSUER}/authorize?state={asked.state}"

    def signed_on(self, asked: SignOnAsked, answer: SignOnAnswer, now: datetime) -> SignedOn:
        """Say who it is."""
        if self.refusal:
            raise self.refusal
        assert asked == self.asked[-1]
        return SignedOn(
            issuer=ISSUER, subject=self.subject, claims=self.claims, authenticated_at=self.authenticated_at
        )  # fmt: skip

    def end_address(self) -> str:
        """Give where a session ends."""
        return f"{ISSUER}/end"

    def ping(self) -> None:
        """Answer."""


@pytest.fixture
def provider_says() -> SaidProvider:
    """Give the provider."""
    return SaidProvider()


@pytest.fixture
def agency(services: Services, provider_says: SaidProvider) -> Services:
    """Give services that have single sign-on."""
    return replace(services, settings=replace(services.settings, sign_on=SETTINGS), sign_on=provider_says)


@pytest.fixture
def real(agency: Services) -> Services:
    """Give the same with real records."""
    return replace(agency, settings=replace(agency.settings, production=True))


def arrive(services: Services, following: str = "/") -> sign_on.Arrival:
    """Go and come back."""
    gone = sign_on.begin_sign_on(services, VISITOR, following)
    return sign_on.finish_sign_on(services, VISITOR, SignOnAnswer(state=gone.state, code="c"))


def arrived(services: Services) -> tuple[Actor, Visit]:
    """Sign on; give who acts then, and where."""
    done = arrive(services)
    here = visit(services, done.token)
    assert here
    return actor_of(services, here.account, source=""), here


def proof(services: Services, by: Actor, here: Visit, following: str = "/") -> sign_on.Arrival:
    """Go and come back to prove who it is."""
    gone = sign_on.begin_proof(services, by, here, following)
    return sign_on.finish_proof(services, by, here, SignOnAnswer(state=gone.state, code="c"))


def entries(services: Services) -> list[tuple]:
    """Give act, outcome and facts of every entry."""
    with services.database.read() as transaction:
        return [(one["act"], one["outcome"], one["facts"]) for one in transaction.ledger.audit_entries()]


def account_of(services: Services, name: str = "dreyes") -> Account:
    """Give an account as it stands."""
    with services.database.read() as transaction:
        found = transaction.ledger.account_named(name)
    assert found
    return found


def put(services: Services, account: Account) -> None:
    """Write an account."""
    with services.database.write() as transaction:
        transaction.ledger.put_account(account)


def test_an_account_belongs_to_issuer_and_subject(agency, provider_says):
    """Another name, the same person: one account; the same name, another person: two; a local one of that name: three."""
    add_account(agency, BY, NewAccount(name="dreyes", password=PASSWORD, full_name="Local Dana", roles=("officer",)))
    first = arrive(agency, "/desk")
    assert (first.account.name, first.following) == ("dreyes-2", "/desk")
    provider_says.claims["preferred_username"] = "dana.married@x"
    provider_says.claims["name"] = "Officer Dana Stone"
    again = arrive(agency).account
    assert (again.id, again.name, again.full_name) == (first.account.id, "dreyes-2", "Officer Dana Stone")
    provider_says.subject = "another"
    provider_says.claims = dict(WITH_FACTOR)
    other = arrive(agency).account
    assert (other.name, other.id != first.account.id) == ("dreyes-3", True)
    assert account_of(agency).full_name == "Local Dana"
    acts = [act for act, _, _ in entries(agency)]
    assert acts == ["add_account", "add_account", "sign_in", "sign_in", "add_account", "sign_in"]


def test_roles_are_those_of_the_provider_each_time(agency, provider_says):
    """A change is in the trail, and holds for sessions that are open."""
    first = arrive(agency)
    provider_says.claims["roles"] = ["O", "S", "unknown"]
    assert arrive(agency).account.roles == ("officer", "supervisor")
    assert ("change_roles", "done", {"before": "officer", "after": "officer supervisor", "method": "oidc"}) in entries(
        agency
    )
    assert visit(agency, first.token).account.roles == ("officer", "supervisor")


@pytest.mark.parametrize(
    ("claims", "error", "problem", "is_out"),
    [({"roles": []}, SignOnRolesMissingError, "roles-missing", True),
     ({"roles": ["C", "S"]}, SignOnRolesConflictError, "roles-conflict", True),
     ({"_claim_names": {"roles": "x"}}, SignOnClaimsCutError, "claims-cut", False)],
)  # fmt: skip
def test_whoever_has_no_role_any_more_is_out(agency, provider_says, claims, error, problem, is_out):
    """Sessions end and the account may do nothing; where the roles could not be read, nothing is taken away."""
    done = arrive(agency)
    provider_says.claims.update(claims)
    with pytest.raises(error):
        arrive(agency)
    assert (visit(agency, done.token) is None) is is_out
    assert account_of(agency).roles == (() if is_out else ("officer",))
    assert ("sign_in", "refused", {"method": "oidc", "problem": problem}) in entries(agency)
    with pytest.raises(error):
        arrive(agency)
    assert sum(act == "change_roles" for act, _, _ in entries(agency)) == is_out


def test_somebody_without_a_role_gets_no_account(agency, provider_says):
    """Nothing is kept of them but the refusal."""
    provider_says.claims["roles"] = ["unknown"]
    with pytest.raises(SignOnRolesMissingError):
        arrive(agency)
    with agency.database.read() as transaction:
        assert not transaction.ledger.has_accounts()


def test_a_closed_account_is_refused(agency, clock):
    """As with a password."""
    arrive(agency)
    put(agency, replace(account_of(agency), disabled_at=clock.now()))
    with pytest.raises(SignOnRefusedError):
        arrive(agency)
    assert account_of(agency).roles == ("officer",)


@pytest.mark.parametrize("state", ["", "x"])
def test_a_state_that_is_none_is_refused(agency, state):
    """And one that was used, took too long, or was for a proof."""
    with pytest.raises(SignOnEndedError):
        sign_on.finish_sign_on(agency, VISITOR, SignOnAnswer(state=state, code="c"))
    assert entries(agency) == [("sign_in", "refused", {"method": "oidc", "problem": "state"})]


def test_a_state_is_good_once_for_ten_minutes_and_for_one_purpose(agency, clock):
    """One that was used, one that took too long, and that of a proof, which signs nobody in."""
    by, _ = here = arrived(agency)
    used = sign_on.begin_sign_on(agency, VISITOR, "/")
    sign_on.finish_sign_on(agency, VISITOR, SignOnAnswer(state=used.state, code="c"))
    late = sign_on.begin_sign_on(agency, VISITOR, "/")
    clock.move(minutes=10)
    other = sign_on.begin_proof(agency, by, here[1], "/")
    for gone in (used, late, other, other):
        with pytest.raises(SignOnEndedError):
            sign_on.finish_sign_on(agency, VISITOR, SignOnAnswer(state=gone.state, code="c"))


def test_what_the_provider_refuses_is_written_down(agency, provider_says):
    """With its reason; and a provider that is away, at both ends."""
    provider_says.refusal = SignOnRefusedError(problem=Problem.NONCE)
    with pytest.raises(SignOnRefusedError):
        arrive(agency)
    provider_says.away = True
    with pytest.raises(SignOnAwayError):
        arrive(agency)
    assert [facts["problem"] for _, _, facts in entries(agency)] == ["nonce", "away"]


def test_without_the_factor_a_session_owes_it(real, provider_says):
    """With real records everybody owes one; the provider's counts, and single sign-on stays the method."""
    assert visit(real, arrive(real).token).session.complete
    provider_says.claims["amr"] = ["pwd"]
    here = visit(real, arrive(real).token)
    assert (here.session.complete, here.session.method) == (False, "oidc")
    new = factors.new_secret(real, here)
    done = factors.add_totp(real, actor_of(real, here.account, source=""), here, new.challenge_id,
                            totp(new.secret, real.clock.now()), label="")  # fmt: skip
    session = visit(real, done[1]).session
    assert (session.complete, session.method, session.proved_at) == (True, "oidc", real.clock.now())
    assert entries(real)[-1][2] == {"method": "oidc", "session": session.id, "factor": "totp"}


def test_a_sign_on_given_just_now_is_a_proof_and_an_earlier_one_is_not(agency, provider_says, clock):
    """By what the provider says of the time; one that it does not tell, or without the factor, is none."""
    now = clock.now()
    for at, amr, proved in (
        (now, "mfa", now), (now + timedelta(seconds=30), "mfa", now), (now - timedelta(hours=1), "mfa", None),
        (None, "mfa", None), (now, "pwd", None),
    ):  # fmt: skip
        provider_says.authenticated_at, provider_says.claims["amr"] = at, [amr]
        assert visit(agency, arrive(agency).token).session.proved_at == proved


def test_a_proof_at_the_provider(agency, provider_says, clock):
    """Asked anew, said to be anew, by the same person: the session goes on under another token."""
    by, here = arrived(agency)
    clock.move(minutes=20)
    provider_says.authenticated_at = clock.now()
    done = proof(agency, by, here, "/accounts")
    assert provider_says.asked[-1].anew
    assert not provider_says.asked[0].anew
    assert done.following == "/accounts"
    session = visit(agency, done.token).session
    assert (session.id, session.proved_at) == (here.session.id, clock.now())
    assert entries(agency)[-1] == ("prove", "done", {"method": "oidc", "session": session.id})


def _earlier(says: SaidProvider, clock: HeldClock) -> None:
    says.authenticated_at = clock.now() - timedelta(seconds=61)


def _untold(says: SaidProvider, clock: HeldClock) -> None:
    says.authenticated_at = None


def _another(says: SaidProvider, clock: HeldClock) -> None:
    says.subject = "another"


def _without_factor(says: SaidProvider, clock: HeldClock) -> None:
    says.claims["amr"] = ["pwd"]


def _without_role(says: SaidProvider, clock: HeldClock) -> None:
    says.claims["roles"] = []


@pytest.mark.parametrize(
    ("change", "error", "problem"),
    [(_earlier, SignOnRefusedError, "not-anew"), (_untold, SignOnRefusedError, "not-anew"),
     (_another, SignOnRefusedError, "other-person"), (_without_factor, SignOnRefusedError, "factor"),
     (_without_role, SignOnRolesMissingError, "roles-missing")],
)  # fmt: skip
def test_a_proof_that_is_none(
    real, provider_says, clock, change: Callable[[SaidProvider, HeldClock], None], error, problem
):
    """Refused with its reason, and no failure is counted: nothing was guessed here."""
    by, here = arrived(real)
    provider_says.authenticated_at = clock.now()
    change(provider_says, clock)
    with pytest.raises(error):
        proof(real, by, here)
    assert ("prove", "refused", {"method": "oidc", "problem": problem}) in entries(real)
    assert account_of(real).failed_at == ()
    with real.database.read() as transaction:
        assert {one.proved_at for one in transaction.ledger.sessions_of(here.account.id)} <= {None}


def test_a_proof_for_a_session_that_ended_is_none(agency, provider_says, clock):
    """Signed out meanwhile, on another device."""
    by, here = arrived(agency)
    provider_says.authenticated_at = clock.now()
    gone = sign_on.begin_proof(agency, by, here, "/")
    with agency.database.write() as transaction:
        transaction.ledger.drop_sessions_of(here.account.id)
    with pytest.raises(SignOnEndedError):
        sign_on.finish_proof(agency, by, here, SignOnAnswer(state=gone.state, code="c"))


def test_who_can_prove_at_the_provider(agency, real):
    """Where it shows the factor, or none is owed; and only who signed on there."""
    blind = replace(SETTINGS, factor_claims={})
    _, here = arrived(agency)
    assert sign_on.can_prove(agency, here)
    assert sign_on.can_prove(replace(agency, settings=replace(agency.settings, sign_on=blind)), here)
    assert not sign_on.can_prove(replace(real, settings=replace(real.settings, sign_on=blind)), here)
    assert not sign_on.can_prove(agency, replace(here, session=replace(here.session, method="totp")))
    assert not sign_on.can_prove(replace(agency, settings=replace(agency.settings, sign_on=None)), here)


def test_without_a_provider_there_is_nothing_to_begin(services):
    """Nor to end."""
    with pytest.raises(NotFoundError):
        sign_on.begin_sign_on(services, VISITOR, "/")
    with pytest.raises(NotFoundError):
        sign_on.finish_sign_on(services, VISITOR, SignOnAnswer())
    assert sign_on.provider_end_address(services) == ""


def test_the_providers_end_is_asked_of_it(agency):
    """Its address."""
    assert sign_on.provider_end_address(agency) == f"{ISSUER}/end"


# --- what is not kept here -------------------------------------------------------------------------


def test_nobody_of_the_provider_gets_in_around_it(agency):
    """No password for them, no change of their roles, and a passkey of theirs opens nothing alone."""
    by, here = arrived(agency)
    for refused in (
        lambda: set_password(agency, BY, "dreyes", PASSWORD),
        lambda: change_roles(agency, BY, "dreyes", ("clerk",)),
        lambda: change_password(agency, by, here, "", PASSWORD),
    ):
        with pytest.raises(SignOnAccountError):
            refused()
    with pytest.raises(SignInRefusedError):
        sign_in(agency, VISITOR, "dreyes", "")
    assert account_of(agency).failed_at == ()
    with pytest.raises(FactorRefusedError):
        prove(agency, by, here, Given(password=PASSWORD))
    device = SoftPasskey(agency.settings.origin)
    put_passkey(agency, by, here, device)
    challenge, options = ask_passkey(agency, None)
    with pytest.raises(SignInRefusedError):
        sign_in_with_passkey(agency, VISITOR, Given(passkey=device.used(options), challenge_id=challenge))


def put_passkey(services: Services, by: Actor, here: Visit, device: SoftPasskey) -> None:
    """Add a passkey to the account, in a session that proved who is there just now."""
    with services.database.write() as transaction:
        _, token = open_session(
            services, transaction, VISITOR, here.account, method="oidc", proved_at=services.clock.now()
        )
    challenge, options = factors.ask_new_passkey(services, here)
    factors.add_passkey(services, by, visit(services, token), challenge, device.made(options), label="")


def test_an_own_account_is_not_changed_by_its_owner(agency):
    """The earlier refusal stays the first one."""
    _, here = arrived(agency)
    with pytest.raises(OwnRolesError):
        change_roles(
            agency,
            Actor(id=f"account:{here.account.id}", permissions=frozenset({"change_roles"})),
            "dreyes",
            ("clerk",),
        )


# --- what forms print ------------------------------------------------------------------------------


def test_what_the_provider_does_not_say_is_asked(agency, provider_says):
    """Badge and phone of an officer; a clerk prints none; a name of everybody."""
    by, here = arrived(agency)
    assert own_facts(agency, here.account) == ("badge", "phone")
    assert owes_facts(agency, here.account)
    given = {"full_name": "Chief", "badge": "  214 ", "phone": "503-555-0142"}
    account = give_facts(agency, by, here, given)
    assert (account.full_name, account.badge, account.phone) == ("Officer Dana Reyes", "214", "503-555-0142")
    assert not owes_facts(agency, account)
    assert entries(agency)[-1] == ("give_facts", "done", {})
    assert arrive(agency).account.badge == "214"
    provider_says.subject, provider_says.claims["roles"] = "lee", ["C"]
    assert not owes_facts(agency, arrive(agency).account)
    provider_says.subject, provider_says.claims["name"] = "kim", "\u202eevil"
    account = arrive(agency).account
    assert account.full_name == ""
    assert owes_facts(agency, account)


def test_facts_that_can_not_be_printed_are_refused(agency):
    """Nothing of them is kept."""
    by, here = arrived(agency)
    with pytest.raises(TextHasControlCharactersError):
        give_facts(agency, by, here, {"badge": "2", "phone": "\x00"})
    assert account_of(agency).badge == ""


def test_where_the_provider_says_all_nothing_is_asked(agency, provider_says, services):
    """Nor of a local account."""
    claims = {"name_claim": "name", "badge_claim": "badge", "phone_claim": "phone"}
    told = replace(agency, settings=replace(agency.settings, sign_on=replace(SETTINGS, **claims)))
    provider_says.claims |= {"badge": "214", "phone": ["503-555-0142"]}
    by, here = arrived(told)
    assert (here.account.badge, here.account.phone) == ("214", "503-555-0142")
    assert not owes_facts(told, here.account)
    with pytest.raises(NotFoundError):
        give_facts(told, by, here, {"badge": "1"})
    assert own_facts(services, here.account) == ()
    local = add_account(agency, BY, NewAccount(name="kim", password=PASSWORD, full_name="K", roles=("officer",)))
    assert own_facts(agency, local) == ()
