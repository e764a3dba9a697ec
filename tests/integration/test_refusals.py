"""What was refused or failed is in the trail once, with ids of ours and never with what somebody typed."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace

import pytest

from forms_service import cli
from forms_service.archive.sqlite_file import connect
from forms_service.domain.record import RecordState
from forms_service.errors import (
    ArchiveWriteError,
    DatabaseWriteError,
    FileUnreadableError,
    NotFoundError,
    PersonRefusedError,
    UnknownFormError,
)
from forms_service.ports import Search, TrailSearch
from forms_service.workflow.accounts import list_accounts
from forms_service.workflow.asked import ask, asked
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.correct import give_case_number
from forms_service.workflow.draft import drop_draft, keep_draft, start_draft
from forms_service.workflow.find import MOST_SHOWN, find, open_document
from forms_service.workflow.hold import settle
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.refusals import Refusal, note_refusal, refusal_of
from forms_service.workflow.screen import count_declined
from forms_service.workflow.upkeep import export, start_up
from tests.conftest import example

NOBODY = "LEAD-00000-00000-0"


def entries(services, **wanted) -> list:
    """Give the entries that match, newest first."""
    with services.database.read() as transaction:
        return [row.entry for row in transaction.ledger.audit_search(TrailSearch(**wanted))]


def told(services, **wanted) -> list[tuple]:
    """Give act, kind, id, outcome and facts of the entries that match, newest first."""
    return [
        (one.act, one.object_kind, one.object_id, one.outcome, dict(one.facts)) for one in entries(services, **wanted)
    ]


def test_a_refusal_says_what_was_asked_for(services, by):
    """The act is the one that permit heard last; the id stands there because it is one of ours."""
    permit(by, Act.VIEW)
    error = NotFoundError(kind="document", name=NOBODY)
    note_refusal(services, by, refusal_of(error, {"document_id": NOBODY}))
    assert told(services) == [("view", "document", NOBODY, "refused", {"reason": "not-found"})]


@pytest.mark.parametrize(
    "given",
    [{}, {"name": NOBODY}, {"document_id": "Rosa Marin"}, {"document_id": None}, {"held_id": "26-01234"}],
)
def test_what_was_typed_is_not_kept(services, by, given):
    """A name in the place of an id, or an id in the place of a name, leaves the entry without an id."""
    note_refusal(services, by, Refusal(reason="not-found", given=given))
    assert told(services)[0][1:3] == ("", "")


def test_without_an_act_it_is_a_request(services, by):
    """What never came to a use case is told as such."""
    ask("")
    note_refusal(services, by, Refusal(reason="form-post-invalid"))
    note_refusal(services, by, Refusal(reason="form-post-invalid", act="find"))
    assert [one.act for one in entries(services)] == ["find", "request"]


def test_what_broke_has_failed(services, by):
    """A disk that refuses is a failure, a person who may not is a refusal."""
    note_refusal(services, by, refusal_of(ArchiveWriteError(name="x", errno="ENOSPC"), {}))
    note_refusal(services, by, refusal_of(FileUnreadableError(name="x", problem="y"), {}))
    assert [one.outcome for one in entries(services)] == ["refused", "failed"]


@pytest.mark.parametrize("error", [PersonRefusedError(), DatabaseWriteError(reason="SQLITE_FULL")])
def test_some_refusals_are_not_told_here(services, by, error):
    """Who said no leaves no trace, and a database that can not be written is not tried again."""
    note_refusal(services, by, refusal_of(error, {}))
    assert entries(services) == []


def test_a_refusal_that_can_not_be_written_is_in_the_log(services, by, caplog):
    """Nobody learns less of the refusal for it, and IT learns of it."""
    services.database.ping()
    with closing(connect(services.settings.database)) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    with caplog.at_level(logging.ERROR):
        note_refusal(services, by, Refusal(reason="not-found"))
    assert "a refusal is not in the audit trail" in caplog.text


def test_the_shell_tells_its_refusals(services, capsys):
    """Shown, found and given a case number: each refusal has its entry."""
    for arguments in (
        ["show", NOBODY, "-o", "/dev/null"],
        ["case-number", NOBODY, "nonsense"],
        ["show", "Rosa", "-o", "x"],
    ):
        assert cli.run(lambda: services, arguments) in (1, 2)
    capsys.readouterr()
    assert told(services) == [
        ("view", "", "", "refused", {"reason": "not-found"}),
        ("give_case_number", "document", NOBODY, "refused", {"reason": "case-number-malformed"}),
        ("view", "document", NOBODY, "refused", {"reason": "not-found"}),
    ]


def test_a_shell_without_services_only_says_so(capsys):
    """Where nothing could be built there is no trail to write to."""

    def broken():
        raise UnknownFormError(form="x", known=("y",))

    assert cli.run(broken, ["form", "list"]) == 2
    assert "form-unknown" in capsys.readouterr().err


def test_bytes_out_stand_in_the_views_own_entry(services, by, record):
    """A PDF is opened with its size, also of a named version; an export says how much of each record left."""
    pdf = open_document(services, by, record.document_id)
    open_document(services, by, record.document_id, version=1)
    out = sum(len(content) for _, content in export(services, by))
    assert [one.facts for one in entries(services, act="view")] == [
        {"what": "pdf", "bytes_out": len(pdf), "version": 1}, {"what": "pdf", "bytes_out": len(pdf)},
    ]  # fmt: skip
    each, whole = entries(services, act="export")
    assert (each.object_id, each.facts) == (record.record_id, {"bytes_out": out})
    assert whole.facts == {"records": 1}


def test_a_closed_record_and_a_missing_one_are_refused_alike(services, by, record):
    """No entry of a view is written for either, so that nothing tells them apart."""
    with services.database.write() as transaction:
        transaction.book.put(replace(record, state=RecordState.CLOSED))
    for document_id in (record.document_id, NOBODY):
        with pytest.raises(NotFoundError):
            open_document(services, by, document_id)
    assert entries(services, act="view") == []


def test_a_search_names_what_was_shown_and_no_more(services, by, record):
    """However much is asked for, an entry stays bounded; what was only looked at to know of more is not named."""
    assert find(services, by, Search(limit=10**9)) == [record]
    assert find(services, by, Search(), shown=0) == [record]
    none, one = entries(services, act="find")
    assert (one.facts["results"], one.facts["shown"]) == (1, record.record_id)
    assert int(one.facts["bytes_out"]) > 500
    assert (none.facts["results"], none.facts["shown"], none.facts["bytes_out"]) == (0, "", 0)
    assert MOST_SHOWN * len(f"{record.record_id} ") < 4096


def test_a_drafts_life_is_in_the_trail(services, by):
    """Begun, kept and erased; its content never."""
    draft = start_draft(services, by, "social-referral", '{"values": {"person_name_as_given": "Rosa"}}')
    keep_draft(services, by, draft, step="form", content='{"name": "Rosa"}')
    drop_draft(services, by, draft.id)
    assert [one.facts for one in entries(services, object_id=draft.id)] == [
        {"what": "drop"}, {"what": "keep"}, {"what": "start"},
    ]  # fmt: skip
    assert "Rosa" not in str(entries(services))


def test_listing_accounts_is_an_act(services, by):
    """Who asks who may sign in is known."""
    list_accounts(services, by)
    assert told(services) == [("list_accounts", "account", "", "done", {"results": 0})]


def test_what_changes_nothing_is_an_entry_too(services, by, record):
    """The same paper sent again, the same case number given again, a start that finds all in order."""
    values, signatures = example("social-referral")
    again = CompletionRequest(form="social-referral", values=values, signatures=signatures)
    assert complete(services, by, again).record == record
    assert told(services, limit=1) == [("view", "record", record.record_id, "done", {"what": "same"})]
    for _ in range(2):
        give_case_number(services, by, record.document_id, "26-01234", reason="")
        assert told(services, limit=1)[0][::4] == ("give_case_number", {"version": 2})
    assert start_up(services, by) == []
    assert told(services, limit=1) == [("recover", "archive", "", "done", {"findings": 0})]


def test_only_names_of_ours_stand_in_the_trail(services, by):
    """What is settled must be held, and what is declined must be a form: neither may be words typed."""
    with pytest.raises(NotFoundError):
        settle(services, by, "Rosa Marin")
    with pytest.raises(UnknownFormError):
        count_declined(services, by, "Rosa Marin")
    assert entries(services) == []


def test_what_was_asked_is_forgotten(by):
    """A new piece of work does not inherit what the one before asked for."""
    permit(by, Act.FIND)
    assert asked() == "find"
    ask("")
    assert asked() == ""
