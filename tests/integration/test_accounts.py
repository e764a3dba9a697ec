"""Accounts, sessions and what a first start settles."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from forms_service.errors import (
    ConfigurationError,
    FirstAccountCodeWrongError,
    FormVersionNotInUseError,
    InvalidInputError,
    NotFoundError,
    PracticeMixedError,
    SignInRefusedError,
)
from forms_service.ports import Actor
from forms_service.workflow import accounts, first_start, roles_held, screen, sign_in
from forms_service.workflow.draft import drop_draft, keep_draft, my_drafts, open_draft, start_draft
from forms_service.workflow.hold import settle
from forms_service.workflow.open_held import open_held
from tests.conftest import make_services

PASSWORD = "correct horse battery"  # noqa: S105  # a test's own
WANTED = accounts.NewAccount(
    name="alex", password=PASSWORD, full_name="Alex  Officer", badge="D-17", phone="503-555-0100", roles=("officer",)
)


def test_the_first_account_needs_the_newest_code_once(services, by):
    """Only the newest code on the console opens the first account, and only until there is one."""
    old = accounts.first_account_code(services)
    code = accounts.first_account_code(services)
    for wrong in ("", "00000-00000", old):
        with pytest.raises(FirstAccountCodeWrongError):
            accounts.add_first_account(services, by, wrong, WANTED)
    assert accounts.add_first_account(services, by, f" {code.upper()} ", WANTED).full_name == "Alex Officer"
    assert accounts.first_account_code(services) == ""
    with pytest.raises(FirstAccountCodeWrongError):
        accounts.add_first_account(services, by, code, WANTED)


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"name": "Alex"}, "account-name-malformed"), ({"name": "a"}, "account-name-malformed"), ({"password": "short"}, "password-too-short"), ({"password": "password1234"}, "password-too-easy"),
        ({"full_name": "a\u0000"}, "text-has-control-characters"), ({"name": "taken"}, "account-name-taken"),
    ],
)  # fmt: skip
def test_an_account_that_can_not_be_is_refused(services, by, change, slug):
    """Each refusal has its slug."""
    accounts.add_account(services, by, replace(WANTED, name="taken"))
    with pytest.raises(InvalidInputError) as refused:
        accounts.add_account(services, by, replace(WANTED, **change))
    assert refused.value.slug == slug


def test_a_session_lives_and_ends(services, by, clock):
    """A session is found by its token, goes on with use, and ends by idling, by age and by sign-out."""
    account = accounts.add_account(services, by, WANTED)
    signed, token = sign_in.sign_in(services, by, " Alex", PASSWORD)
    assert signed.id == account.id
    assert sign_in.signed_in(services, token).id == account.id
    clock.move(minutes=20)
    assert sign_in.signed_in(services, token) is not None
    clock.move(minutes=20)
    assert sign_in.signed_in(services, token) is not None
    clock.move(minutes=31)
    assert sign_in.signed_in(services, token) is None
    _, token = sign_in.sign_in(services, by, "alex", PASSWORD)
    for _ in range(30):
        clock.move(minutes=25)
        sign_in.signed_in(services, token)
    assert sign_in.signed_in(services, token) is None
    _, token = sign_in.sign_in(services, by, "alex", PASSWORD)
    sign_in.sign_out(services, roles_held.actor_of(services, account, source="127.0.0.1"), token)
    assert sign_in.signed_in(services, token) is None
    assert sign_in.signed_in(services, "nonsense") is None


@pytest.mark.parametrize(("name", "password"), [("alex", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_answer_alike(services, by, name, password):
    """Neither the answer nor the audit trail tells what was typed."""
    accounts.add_account(services, by, WANTED)
    with pytest.raises(SignInRefusedError):
        sign_in.sign_in(services, by, name, password)
    with services.database.read() as transaction:
        last = list(transaction.ledger.audit_entries())[-1]
    assert (last["act"], last["outcome"]) == ("sign_in", "refused")
    assert "nobody" not in str(last)


def test_the_forms_facts_come_from_the_account(services, by):
    """What a form prints of the officer is what the account says."""
    actor = roles_held.actor_of(services, accounts.add_account(services, by, WANTED), source="10.0.0.1")
    assert actor.account == {"name": "Alex Officer", "badge": "D-17", "phone": "503-555-0100"}


def test_practice_is_a_fact_of_the_installation(tmp_path):
    """What began as practice never becomes production, and TEST SEAL never seals real records."""
    services = make_services(tmp_path)
    first_start.refuse_unsafe(services)
    first_start.refuse_unsafe(services)
    real = replace(services, settings=replace(services.settings, production=True))
    with pytest.raises(PracticeMixedError, match="TEST SEAL"):
        first_start.refuse_unsafe(real)
    with pytest.raises(PracticeMixedError, match="practice"):
        first_start.settle_practice(real)


class OwnSealer:
    """A sealer whose key is not TEST SEAL."""

    is_test_seal = False


def test_production_needs_https(tmp_path):
    """Real records never travel over plain http."""
    services = make_services(tmp_path)
    real = replace(services, settings=replace(services.settings, production=True), sealer=OwnSealer())
    with pytest.raises(PracticeMixedError, match="https"):
        first_start.refuse_unsafe(real)


@pytest.mark.parametrize(
    ("origin", "proxy"),
    [("http://forms.example", ""), ("https://forms.example", ""), ("http://forms.example", "10.0.0.1")],
)
def test_beyond_localhost_tls_and_a_named_proxy_are_needed(tmp_path, origin, proxy):
    """Another origin than localhost starts only as https behind a named proxy."""
    services = make_services(tmp_path, FORMS_ORIGIN=origin, FORMS_TRUSTED_PROXY=proxy)
    with pytest.raises(ConfigurationError) as refused:
        first_start.refuse_unsafe(services)
    assert refused.value.slug == "tls-needed-beyond-localhost"


def test_a_service_that_ends_tls_itself_needs_no_proxy(tmp_path):
    """With --tls an https origin beyond localhost starts; an http origin does not, wherever it is."""
    first_start.refuse_unsafe(make_services(tmp_path, FORMS_ORIGIN="https://forms.example"), tls=True)
    for origin in ("http://forms.example", "http://localhost:8080"):
        services = make_services(tmp_path, FORMS_ORIGIN=origin)
        with pytest.raises(ConfigurationError) as refused:
            first_start.refuse_unsafe(services, tls=True)
        assert refused.value.slug == "tls-needed-beyond-localhost"


def test_a_form_folder_changed_under_signed_records_is_refused(services, by):
    """In production a used version's folder stays as it was; a record of a form that is gone stands."""
    assert first_start.seed_practice(services, by, list(services.practice_cases())[:1]) == 1
    first_start.refuse_changed_forms(services)
    with services.database.write() as transaction:
        (record,) = transaction.book.records()
        transaction.book.put(replace(record, form_version=99))
    first_start.refuse_changed_forms(services)
    with services.database.write() as transaction:
        transaction.book.put(replace(record, form_digest="0" * 64))
    with pytest.raises(FormVersionNotInUseError, match="new version"):
        first_start.refuse_changed_forms(services)


def test_practice_begins_with_a_few_synthetic_cases_once(services, by):
    """An empty practice desk gets the examples; a second start adds none."""
    cases = list(services.practice_cases())[:2]
    assert first_start.seed_practice(services, by, cases) == 2
    assert first_start.seed_practice(services, by, cases) == 0


def test_screening_counts_namelessly_and_erases_the_draft(services, by):
    """A disqualified contact leaves a rule and a month, and the draft is gone."""
    draft = start_draft(services, by, "lead-agreement", "{}")
    answers = {
        "mental_health_issue": True, "probable_cause": True, "officer_choice": "lead-agreement",
        "supervision_person_crime": "yes", "person_chooses": "yes",
    }  # fmt: skip
    assert screen.screen(services, by, answers, draft_id=draft.id).rule == "R6"
    assert my_drafts(services, by) == []
    with services.database.read() as transaction:
        assert list(transaction.ledger.counts()) == [("R6", "2026-11", 1)]


def test_a_draft_is_its_owners_alone(services, by):
    """Another's draft and one that never was answer alike."""
    draft = start_draft(services, by, "social-referral", "{}")
    kept = keep_draft(services, by, draft, step="form", content='{"a": 1}')
    assert open_draft(services, by, draft.id) == kept
    with pytest.raises(NotFoundError):
        open_draft(services, Actor(id="account:other", permissions=frozenset({"complete"})), draft.id)
    drop_draft(services, by, draft.id)
    with pytest.raises(NotFoundError):
        keep_draft(services, by, draft, step="form", content="{}")


def test_a_held_thing_that_is_not_there_is_not_found(services, by):
    """Looking at nothing is refused."""
    with pytest.raises(NotFoundError):
        open_held(services, by, "nothing")
    with pytest.raises(NotFoundError):
        settle(services, by, "nothing")


def refused(services, by, password: str, name: str = "alex") -> None:
    """Try to sign in and be refused."""
    with pytest.raises(SignInRefusedError):
        sign_in.sign_in(services, by, name, password)


def trail(services) -> list[tuple[str, str]]:
    """Give act and outcome of each audit entry."""
    with services.database.read() as transaction:
        return [(entry["act"], entry["outcome"]) for entry in transaction.ledger.audit_entries()]


def test_five_failures_in_fifteen_minutes_lock_until_somebody_releases(services, by, clock):
    """The right password does not help any more, time does not either; a release does, and all of it is in the trail."""
    accounts.add_account(services, by, WANTED)
    for _ in range(5):
        refused(services, by, "wrong")
    refused(services, by, PASSWORD)
    clock.move(hours=5)
    refused(services, by, PASSWORD)
    assert [sign_in.standing(one, clock.now()) for one in accounts.list_accounts(services, by)] == ["locked"]
    accounts.unlock_account(services, by, "alex")
    assert sign_in.sign_in(services, by, "alex", PASSWORD)[0].failed_at == ()
    acts = trail(services)
    assert acts.count(("sign_in", "refused")) == 7
    assert acts.count(("lock_account", "done")) == 1
    assert ("unlock_account", "done") in acts


def test_failures_that_are_long_past_or_made_good_do_not_lock(services, by, clock):
    """Four failures, a pause of 15 minutes or a good sign-in, and four more lock nothing."""
    accounts.add_account(services, by, WANTED)
    for _ in range(4):
        refused(services, by, "wrong")
    clock.move(minutes=15)
    for _ in range(4):
        refused(services, by, "wrong")
    sign_in.sign_in(services, by, "alex", PASSWORD)
    for _ in range(4):
        refused(services, by, "wrong")
    assert sign_in.sign_in(services, by, "alex", PASSWORD)


def test_more_failures_of_a_locked_account_lock_it_only_once(services, by):
    """A storm of guesses is one lock in the trail."""
    accounts.add_account(services, by, WANTED)
    for _ in range(8):
        refused(services, by, "wrong")
    assert trail(services).count(("lock_account", "done")) == 1


def test_who_is_signed_in_is_not_thrown_out_by_guesses(services, by):
    """A lock stops new sign-ins, not the officer beside a person in crisis."""
    accounts.add_account(services, by, WANTED)
    _, token = sign_in.sign_in(services, by, "alex", PASSWORD)
    for _ in range(5):
        refused(services, by, "wrong")
    assert sign_in.signed_in(services, token) is not None


def test_a_disabled_account_is_out_at_once(services, by):
    """Its sessions end, its password opens nothing, and a release lets it in again."""
    accounts.add_account(services, by, WANTED)
    _, token = sign_in.sign_in(services, by, "alex", PASSWORD)
    accounts.disable_account(services, by, "alex")
    assert sign_in.signed_in(services, token) is None
    refused(services, by, PASSWORD)
    accounts.unlock_account(services, by, "alex")
    assert sign_in.sign_in(services, by, "alex", PASSWORD)


def test_a_temporary_account_ends_by_itself(services, by, clock):
    """At its end the session is over and nobody signs in; a release does not bring it back."""
    ends_at = clock.now() + timedelta(minutes=20)
    accounts.add_account(services, by, replace(WANTED, ends_at=ends_at))
    _, token = sign_in.sign_in(services, by, "alex", PASSWORD)
    clock.move(minutes=20)
    assert sign_in.signed_in(services, token) is None
    accounts.unlock_account(services, by, "alex")
    refused(services, by, PASSWORD)


def test_an_account_that_nobody_used_for_ninety_days_is_closed(services, by, clock):
    """Disuse closes it; a release opens it for another ninety days."""
    accounts.add_account(services, by, WANTED)
    clock.move(days=89)
    sign_in.sign_in(services, by, "alex", PASSWORD)
    clock.move(days=90)
    refused(services, by, PASSWORD)
    accounts.unlock_account(services, by, "alex")
    assert sign_in.sign_in(services, by, "alex", PASSWORD)


def test_an_account_that_is_not_there_is_not_found(services, by):
    """Neither act says anything but that."""
    for act in (accounts.disable_account, accounts.unlock_account):
        with pytest.raises(NotFoundError):
            act(services, by, "nobody")
