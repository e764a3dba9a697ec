"""What is rare: closed and void records, files that are not what we wrote, another process that was first."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from forms_service.domain.forms import Approval, LanguagePack, PackStatus, Period
from forms_service.domain.record import RecordState, record_from_json, record_to_json
from forms_service.domain.screening import ScreeningTable
from forms_service.errors import (
    ArchiveError,
    FormVersionNotInUseError,
    NotFoundError,
    PersonTooYoungError,
    RecordUnreadableError,
)
from forms_service.ports import Actor, Search
from forms_service.workflow import find, upkeep, verify
from forms_service.workflow.archived_paper import archived_paper
from forms_service.workflow.archiving import keep_form
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.correct import give_case_number
from forms_service.workflow.paper import PaperRequest, make_paper
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.present import present
from forms_service.workflow.record_versions import parse_record
from tests.conftest import archived, example, make_services


def put(services, record) -> None:
    """Write a row as a later issue's act will."""
    with services.database.write() as transaction:
        transaction.book.put(record)


def test_a_closed_record_exists_for_nobody(services, by, record):
    """Search, view, PDF, correction and verify answer as for a record that never was."""
    pdf = find.open_document(services, by, record.document_id)
    put(services, replace(record, state=RecordState.CLOSED))
    assert find.find(services, by, Search(words="sample")) == []
    for act in (find.open_record, find.open_document):
        with pytest.raises(NotFoundError):
            act(services, by, record.document_id)
    with pytest.raises(NotFoundError):
        give_case_number(services, by, record.document_id, "26-1234", reason="")
    assert verify.verify(services, by, pdf).record == "nothing"


def test_a_void_record_is_said_to_be_void(services, by, record):
    """The file is unchanged, the record is void."""
    pdf = find.open_document(services, by, record.document_id)
    put(services, replace(record, state=RecordState.VOID))
    assert verify.verify(services, by, pdf).record == "void"


def test_a_record_that_another_replaced_is_superseded(services, by, record):
    """An amended agreement was signed: the newest file of the old one is no longer what counts."""
    pdf = find.open_document(services, by, record.document_id)
    put(services, replace(record, state=RecordState.SUPERSEDED))
    assert verify.verify(services, by, pdf).record == "superseded"


def test_an_unknown_record_says_nothing(services, by, record):
    """A good file whose row is gone, and one whose bytes the archive never held, say nothing of a record."""
    pdf = find.open_document(services, by, record.document_id)
    resealed = services.sealer.seal(
        services.archive.read(f"urn:uuid:{record.record_id}", "page.pdf"), sealed_at=services.clock.now()
    )
    assert verify.verify(services, by, resealed.sealed_pdf).file.reasons == ("agreement-data-missing",)
    with services.database.write() as transaction:
        transaction.book.clear()
    assert verify.verify(services, by, pdf).record == "nothing"


def test_a_correction_that_lost_its_row_is_finished(services, by, record):
    """Version 2 is in the archive, its row is not: asking again writes it."""
    second = give_case_number(services, by, record.document_id, "26-1234", reason="")
    put(services, record)
    assert give_case_number(services, by, record.document_id, "26-1234", reason="") == second
    with services.database.read() as transaction:
        assert transaction.book.record(record.document_id) == second


def test_a_record_without_its_object_can_not_be_corrected(services, by, record):
    """A red alarm is no ground to write a second version."""
    put(
        services,
        replace(
            record,
            record_id="00000000-0000-4000-8000-000000000000",
            document_id="LEAD-00000-00000-0",
            stroke_digests=(),
        ),
    )
    with pytest.raises(RecordUnreadableError):
        give_case_number(services, by, "LEAD-00000-00000-0", "26-1234", reason="")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"state": "x"}'])
def test_a_record_that_is_not_what_we_wrote_is_named(content):
    """Whatever stands in record.json, the object is named and nothing is guessed."""
    with pytest.raises(RecordUnreadableError, match="urn:uuid:x"):
        parse_record("urn:uuid:x", content)


def test_record_json_is_read_back(record):
    """What is written is what is read; lists of another kind are refused."""
    stored = record_to_json(record)
    assert record_from_json(stored) == record
    with pytest.raises(TypeError):
        record_from_json({**stored, "stroke_digests": "x"})


def test_evidence_that_is_not_what_we_wrote_is_named(services, record):
    """A paper is never rebuilt from half an evidence file."""
    for evidence in ({}, {"lines": "x", "control_lines": [], "presented_on": "2026-11-20"}):
        with pytest.raises(RecordUnreadableError):
            archived_paper(services, record, evidence)


def test_an_object_that_can_not_be_read_stops_no_start(services, by, record):
    """One damaged record is left to the check; the others are still adopted."""
    place = Path(services.archive.locator(f"urn:uuid:{record.record_id}", "record.json"))
    place.chmod(0o600)
    place.write_bytes(b"{}")
    assert upkeep.start_up(services, by) == []
    assert upkeep.rebuild(services, by) == 0


class LateArchive:
    """An archive in which another process is always a moment earlier."""

    def __init__(self, archive, *, is_there: bool) -> None:
        self._heads = iter([0, 1 if is_there else 0])
        self._archive = archive

    def head(self, object_id: str) -> int:
        """Say nothing at first, then what the other process left."""
        return next(self._heads)

    def add_version(self, *arguments, **more):
        """Refuse: the head has moved."""
        raise ArchiveError


def test_another_process_may_keep_the_form_first(services, by):
    """A form that is there is kept; a refusal without one is a refusal."""
    form = services.forms.form("lead-agreement")
    keep_form(replace(services, archive=LateArchive(services.archive, is_there=True)), by, form)
    with pytest.raises(ArchiveError):
        keep_form(replace(services, archive=LateArchive(services.archive, is_there=False)), by, form)


class CertifiedForms:
    """Forms whose approvals are all recorded."""

    def __init__(self, forms, *, certified: bool) -> None:
        self._forms, self._certified = forms, certified

    def form(self, name: str, version: int | None = None):
        """Give the form, approved."""
        found = self._forms.form(name, version)
        definition = replace(found.definition, approvals_needed=())
        status = PackStatus.CERTIFIED if self._certified else PackStatus.DRAFT
        packs: dict[str, LanguagePack] = {tag: replace(pack, status=status) for tag, pack in definition.packs.items()}
        return replace(found, definition=replace(definition, packs=packs))


def test_real_records_need_certified_words(services, by):
    """Approved, but not certified: refused; certified: made, and no PRACTICE on it."""
    real = replace(services, settings=replace(services.settings, production=True))
    request = PaperRequest(form="lead-agreement", values=example("lead-agreement")[0])
    with pytest.raises(FormVersionNotInUseError, match="certified"):
        present(replace(real, forms=CertifiedForms(services.forms, certified=False)), by, request)
    assert present(replace(real, forms=CertifiedForms(services.forms, certified=True)), by, request).pages == 1


def test_nobody_is_no_actor():
    """An act without an actor is the caller's bug."""
    with pytest.raises(RuntimeError):
        permit(Actor(id=""), Act.VIEW)


def form_changed(services, **changes):
    """Give services whose forms have a changed definition."""

    class ChangedForms:
        """The forms, changed."""

        def form(self, name: str, version: int | None = None):
            """Give the form, changed."""
            found = services.forms.form(name, version)
            return replace(found, definition=replace(found.definition, **changes))

    return replace(services, forms=ChangedForms())


def test_days_that_do_not_count_from_signing_print_no_last_day(services, by):
    """Who counts from intake does not know the last day yet: the page has a line for the pen."""
    later = form_changed(services, period=Period(days=60, starts="intake"))
    values = {key: value for key, value in example("lead-agreement")[0].items() if key != "period_start"}
    lines = {line.id for line in make_paper(later, by, PaperRequest(form="lead-agreement", values=values)).lines}
    assert "pen-last-day" in lines
    assert not {"last-day", "L-0"} & lines


def test_a_recorded_approval_is_printed(services, by):
    """The page names who agreed to the deal and when (L-5a)."""
    approved = form_changed(
        services, approvals=(Approval(role="prosecutor", name="Pat Attorney", on=date(2026, 11, 2)),)
    )
    request = PaperRequest(form="lead-agreement", values=example("lead-agreement")[0])
    assert "November 2, 2026" in {line.id: line.text for line in make_paper(approved, by, request).lines}["L-5a"]


def test_an_approximate_age_counts_as_an_age(services, by):
    """A person about sixteen is too young for the agreement, as by a date of birth."""
    values, signatures = example("lead-agreement")
    del values["date_of_birth"]
    values["approx_age"] = 16
    with pytest.raises(PersonTooYoungError):
        complete(services, by, CompletionRequest(form="lead-agreement", values=values, signatures=signatures))


def test_a_form_that_no_row_names_needs_no_screening(services, by):
    """An agency's own form is completed without screening answers."""
    values, signatures = example("social-referral")
    unscreened = replace(services, screening=ScreeningTable(rows=()))
    request = CompletionRequest(form="social-referral", values=values, signatures=signatures)
    assert complete(unscreened, by, request).is_new


def test_a_start_with_nothing_to_do_does_nothing(services, by, record):
    """Archive and book agree: no row is written again."""
    assert record
    assert upkeep.start_up(services, by) == []


def test_a_file_of_ours_that_the_archive_never_held_says_nothing_of_a_record(tmp_path, services, by, record):
    """The same paper sealed elsewhere with our key is unchanged, and still not the record."""
    shutil.copytree(tmp_path / "keys", tmp_path / "elsewhere" / "keys")
    elsewhere = make_services(tmp_path / "elsewhere")
    other = archived(elsewhere, by, "social-referral")
    assert other.document_id == record.document_id
    verdict = verify.verify(services, by, find.open_document(elsewhere, by, other.document_id))
    assert (verdict.file.outcome, verdict.record) == ("unchanged", "nothing")
