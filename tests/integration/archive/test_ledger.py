"""The ledger: what is written comes back, and the audit trail is a chain."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from forms_service.archive.database import SqliteDatabase
from forms_service.domain.evidence import AuditEntry, verify_chain
from forms_service.domain.forms import PaperKind
from forms_service.errors import DatabaseWriteError, NumberAlreadyIssuedError
from forms_service.ports import Actor, AuditFacts, Challenge, Draft, Factor, Held, IssuedNumber, Ledger, Session
from tests.integration.archive.samples import ACCOUNT, AT

BY = Actor(id="account:1", roles=("clerk", "officer"), source="192.0.2.7")
NUMBER = IssuedNumber(
    document_id="LEAD-1", form="lead-agreement", form_version=1, language="es", presented_digest="p",
    kind=PaperKind.PRESENTED, issued_at=AT, issued_by="account:1",
)  # fmt: skip
SESSION = Session(token_digest="t", account_id="1", created_at=AT, last_seen_at=AT)  # noqa: S106 - no secret
DRAFT = Draft(id="d1", owner="account:1", form="lead-agreement", step="form", content="{}", changed_at=AT)
HELD = Held(
    id="h1", document_id="LEAD-1", form="lead-agreement", reason="digest", sent="{}", held_at=AT, held_by="account:1"
)


@pytest.fixture
def database(tmp_path: Path) -> SqliteDatabase:
    """Give an empty database."""
    return SqliteDatabase(tmp_path / "forms.sqlite3", zone=ZoneInfo("America/Los_Angeles"))


@pytest.fixture
def ledger(database: SqliteDatabase) -> Iterator[Ledger]:
    """Give an empty ledger inside a transaction."""
    with database.write() as transaction:
        yield transaction.ledger


def chain(ledger: Ledger) -> list[tuple[AuditEntry, str]]:
    """Give the trail as the verifier takes it."""
    names = {one.name for one in fields(AuditEntry)}
    return [
        (AuditEntry(**{name: value for name, value in entry.items() if name in names}), str(entry["hash"]))  # type: ignore[arg-type]  # the port gives AuditEntry fields
        for entry in ledger.audit_entries()
    ]


def test_the_audit_trail_is_a_chain_that_holds(ledger: Ledger) -> None:
    """Entries are numbered without gaps, say who did what, and each hash covers the one before."""
    for number in range(5):
        what = AuditFacts(
            act="view", object_kind="record", object_id=f"{number}", outcome="done", facts={"what": "pdf", "n": number}
        )
        ledger.audit(BY, AT + timedelta(microseconds=number), what)
    entries = chain(ledger)
    assert verify_chain(entries) == ""
    first = entries[0][0]
    assert (first.sequence, first.at, first.actor, first.roles, first.source) == (1, AT, BY.id, BY.roles, BY.source)
    assert (first.act, first.object_id, first.facts) == ("view", "0", {"what": "pdf", "n": 0})


def test_an_entry_edited_past_the_triggers_is_found(database: SqliteDatabase, tmp_path: Path) -> None:
    """Who removes the triggers and edits the table breaks the chain at that entry."""
    with database.write() as transaction:
        for number in range(3):
            transaction.ledger.audit(BY, AT, AuditFacts(act="view", object_kind="record", object_id=f"{number}"))
    with closing(sqlite3.connect(tmp_path / "forms.sqlite3")) as connection:
        connection.execute("DROP TRIGGER audit_refuses_update")
        connection.execute("UPDATE audit SET actor = 'account:2' WHERE sequence = 2")
        connection.commit()
    with database.read() as transaction:
        assert verify_chain(chain(transaction.ledger)) == "edited-at-2"


def test_a_number_is_issued_once(ledger: Ledger) -> None:
    """The same content again changes nothing; other content is refused."""
    ledger.issue(NUMBER)
    ledger.issue(replace(NUMBER, issued_at=AT + timedelta(days=1), issued_by="account:2"))
    assert ledger.issued("LEAD-1") == NUMBER
    assert ledger.issued("LEAD-2") is None
    for change in (
        {"form": "x"},
        {"form_version": 2},
        {"language": "en"},
        {"presented_digest": "q"},
        {"kind": PaperKind.BLANK},
    ):
        with pytest.raises(NumberAlreadyIssuedError):
            ledger.issue(replace(NUMBER, **change))


def test_a_record_id_once_reserved_stays(ledger: Ledger) -> None:
    """The first record id given for a document id is the one given ever after."""
    assert ledger.reserve_record_id("LEAD-1", "a") == "a"
    assert ledger.reserve_record_id("LEAD-1", "b") == "a"
    assert ledger.reserve_record_id("LEAD-2", "b") == "b"


def test_counts_have_no_names(ledger: Ledger) -> None:
    """A screening rule is counted by month and nothing else."""
    for rule, month in (("r1", "2026-11"), ("r2", "2026-11"), ("r1", "2026-11"), ("r1", "2026-10")):
        ledger.count(rule, month)
    assert ledger.counts() == [("r1", "2026-10", 1), ("r1", "2026-11", 2), ("r2", "2026-11", 1)]


def test_held_things_wait_until_settled_oldest_first(ledger: Ledger) -> None:
    """What is settled no longer waits."""
    later = replace(HELD, id="h0", held_at=AT + timedelta(hours=1))
    ledger.hold(later)
    ledger.hold(HELD)
    assert ledger.held() == [HELD, later]
    ledger.settle("h1", AT)
    assert ledger.held() == [later]


def test_drafts_belong_to_their_owner(ledger: Ledger) -> None:
    """An owner sees the own drafts, the newest first; one is replaced by writing it again."""
    newer = replace(DRAFT, id="d2", changed_at=AT + timedelta(minutes=1))
    for draft in (
        DRAFT,
        newer,
        replace(DRAFT, id="d3", owner="account:2"),
        replace(DRAFT, step="sign", content='{"a":1}'),
    ):
        ledger.put_draft(draft)
    assert ledger.drafts("account:1") == [newer, replace(DRAFT, step="sign", content='{"a":1}')]
    assert ledger.draft("d2") == newer
    ledger.drop_draft("d2")
    assert ledger.draft("d2") is None


def test_an_erased_draft_leaves_no_bytes_in_the_database(database: SqliteDatabase, tmp_path: Path) -> None:
    """What an abandoned draft held is overwritten, not merely forgotten."""
    with database.write() as transaction:
        transaction.ledger.put_draft(replace(DRAFT, content="Quillfeather" * 2000))
    with database.write() as transaction:
        transaction.ledger.drop_draft("d1")
    with closing(sqlite3.connect(tmp_path / "forms.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"Quillfeather" not in b"".join(one.read_bytes() for one in tmp_path.iterdir())


def test_accounts_and_sessions_come_back(ledger: Ledger) -> None:
    """An account is known by id and name, a session until it is dropped."""
    assert not ledger.has_accounts()
    ledger.put_account(ACCOUNT)
    ledger.put_account(replace(ACCOUNT, badge="418"))
    assert ledger.has_accounts()
    assert ledger.account("1") == ledger.account_named("ruiz") == replace(ACCOUNT, badge="418")
    assert ledger.account("2") is ledger.account_named("x") is None
    ledger.put_session(SESSION)
    ledger.put_session(replace(SESSION, last_seen_at=AT + timedelta(seconds=5)))
    assert ledger.session("t") == replace(SESSION, last_seen_at=AT + timedelta(seconds=5))
    ledger.drop_session("t")
    assert ledger.session("t") is None


def test_facts_are_set_and_set_again(ledger: Ledger) -> None:
    """A fact that was never set is empty."""
    assert ledger.fact("practice") == ""
    ledger.set_fact("practice", "true")
    ledger.set_fact("practice", "false")
    assert ledger.fact("practice") == "false"


def test_accounts_are_kept_whole_and_listed_by_name(ledger: Ledger) -> None:
    """Locks, ends and failures come back as they were; the list is in the order of sign-in names."""
    later = AT + timedelta(minutes=3)
    locked = replace(
        ACCOUNT, id="2", name="abel", failed_at=(AT, later), locked_at=later, disabled_at=later, ends_at=later
    )
    ledger.put_account(ACCOUNT)
    ledger.put_account(locked)
    assert ledger.accounts() == [locked, ACCOUNT]


def test_every_session_of_an_account_ends_at_once(ledger: Ledger) -> None:
    """Another account's sessions go on."""
    ledger.put_account(ACCOUNT)
    ledger.put_account(replace(ACCOUNT, id="2", name="abel"))
    for digest, account_id in (("a", "1"), ("b", "1"), ("c", "2")):
        ledger.put_session(replace(SESSION, token_digest=digest, account_id=account_id))
    ledger.drop_sessions_of("1")
    assert [ledger.session(digest) is not None for digest in "abc"] == [False, False, True]


def test_sessions_are_listed_with_everything_known_of_them(ledger: Ledger) -> None:
    """The newest first; what was never proved stays unproved."""
    ledger.put_account(ACCOUNT)
    whole = replace(
        SESSION, token_digest="u", id="s2", method="totp", source="192.0.2.7", browser="Firefox on Linux",  # noqa: S106 - no secret
        created_at=AT + timedelta(minutes=1), proved_at=AT + timedelta(minutes=2), complete=False,
    )  # fmt: skip
    for one in (SESSION, whole):
        ledger.put_session(one)
    assert ledger.sessions_of("1") == [whole, SESSION]
    assert ledger.sessions_of("2") == []


def test_factors_come_back_until_they_are_dropped(ledger: Ledger) -> None:
    """Oldest first, each with its content; one is replaced by writing it again."""
    ledger.put_account(ACCOUNT)
    first = Factor(
        id="f2", account_id="1", kind="totp", label="Phone", content={"last_step": 7, "secret": "A"}, created_at=AT
    )
    second = replace(first, id="f1", kind="passkey", created_at=AT + timedelta(minutes=1))
    used = replace(first, content={"last_step": 8, "secret": "A"}, last_used_at=AT, used_at=AT)
    for one in (second, first, used):
        ledger.put_factor(one)
    assert ledger.factors_of("1") == [used, second]
    assert ledger.factor("f1") == second
    ledger.drop_factor("f1")
    assert ledger.factor("f1") is None


def test_a_challenge_is_taken_once_and_forgotten_when_it_ends(ledger: Ledger) -> None:
    """The second taker gets nothing; a new challenge sweeps out those that ended."""
    late = AT + timedelta(minutes=5)
    first = Challenge(id="c1", purpose="use_passkey", account_id="", content="00", ends_at=late)
    ledger.put_challenge(first, AT)
    assert ledger.take_challenge("c1") == first
    assert ledger.take_challenge("c1") is None
    ledger.put_challenge(first, AT)
    ledger.put_challenge(replace(first, id="c2", ends_at=late + timedelta(minutes=5)), late)
    assert ledger.take_challenge("c1") is None
    assert ledger.take_challenge("c2") is not None


def test_accounts_are_given_by_the_page(ledger: Ledger) -> None:
    """From a name on, that one included, so many."""
    for number in (3, 1, 2):
        ledger.put_account(replace(ACCOUNT, id=str(number), name=f"n{number}"))
    assert [one.name for one in ledger.accounts_from("n2", 5)] == ["n2", "n3"]
    assert [one.name for one in ledger.accounts_from("", 1)] == ["n1"]


def test_somebody_of_a_provider_is_found_by_issuer_and_subject_together(ledger: Ledger) -> None:
    """Letter for letter, and neither alone; the same subject of another issuer is somebody else."""
    ledger.put_account(ACCOUNT)
    ledger.put_account(replace(ACCOUNT, id="2", name="abel"))
    ledger.put_sign_on("https://a.example", "subject", ACCOUNT.id)
    ledger.put_sign_on("https://b.example", "subject", "2")
    found = ledger.account_signed_on("https://a.example", "subject")
    assert found
    assert found.id == ACCOUNT.id
    other = ledger.account_signed_on("https://b.example", "subject")
    assert other
    assert other.id == "2"
    for issuer, subject in (("https://a.example", "Subject"), ("https://c.example", "subject"), ("", "")):
        assert ledger.account_signed_on(issuer, subject) is None


@pytest.mark.parametrize("again", [("https://a.example", "subject", "2"), ("https://b.example", "other", "1")])
def test_a_person_of_a_provider_has_one_account_and_it_has_one_person(
    database: SqliteDatabase, again: tuple[str, str, str]
) -> None:
    """Neither the person nor the account is joined to another."""
    account = replace(ACCOUNT, id="1")
    with database.write() as transaction:
        transaction.ledger.put_account(account)
        transaction.ledger.put_account(replace(account, id="2", name="abel"))
        transaction.ledger.put_sign_on("https://a.example", "subject", "1")
    with pytest.raises(DatabaseWriteError), database.write() as transaction:
        transaction.ledger.put_sign_on(*again)
