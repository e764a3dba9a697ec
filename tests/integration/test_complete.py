"""The main job with the real parts: sign, archive once, hold what does not agree, correct, rebuild."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from forms_service.domain.forms import PaperKind
from forms_service.domain.record import RecordState
from forms_service.errors import (
    ArchiveError,
    CaseNumberMalformedError,
    EvidenceMismatchError,
    FormsServiceError,
    FormVersionNotInUseError,
    InvalidInputError,
    LanguageUnknownError,
    NotFoundError,
    PersonRefusedError,
    PersonTooYoungError,
    RenderingError,
    SayBackMissingError,
    ScreeningContradictsError,
)
from forms_service.ports import Search
from forms_service.workflow import find, needs, upkeep, verify
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.correct import give_case_number
from forms_service.workflow.hold import HoldReason, settle
from forms_service.workflow.paper import PaperRequest
from forms_service.workflow.present import present
from tests.conftest import HeldClock, example, make_services
from tests.counterparts.ocfl import assert_ocfl_root_valid


def request(form: str = "lead-agreement", name: str = "", **change) -> CompletionRequest:
    """Give the request of an example."""
    values, signatures = example(form, name)
    language = "es" if name.startswith("es") else "en"
    return replace(CompletionRequest(form=form, values=values, signatures=signatures, language=language), **change)


def with_signatures(change) -> CompletionRequest:
    """Give the usual request with its signatures changed in place."""
    one = request()
    signatures = copy.deepcopy(one.signatures)
    change(signatures)
    return replace(one, signatures=signatures)


def resigned(services, by, values: dict, *, form="lead-agreement", language="en", **change) -> CompletionRequest:
    """Sign other values as ``examples/README.md`` says: render first, take its document id and digest."""
    shown = present(services, by, PaperRequest(form=form, values=values, language=language))
    signatures = copy.deepcopy(example(form)[1])
    signatures |= {"document_id": shown.paper.document_id, "presented_digest": shown.paper.digest, **change}
    for number, block in enumerate(signatures["blocks"].values()):
        block["strokes"][0][0][1] += number + services.chance.bits(8)
    return CompletionRequest(form=form, values=values, signatures=signatures, language=language)


def audit_acts(services) -> list[str]:
    """Give the acts of the audit trail in order."""
    with services.database.read() as transaction:
        return [str(entry["act"]) for entry in transaction.ledger.audit_entries()]


def test_a_signed_agreement_is_archived_once(services, by):
    """The same input again is the stored record; nothing is made twice."""
    first = complete(services, by, request())
    again = complete(services, by, request())
    assert first.is_new
    assert not again.is_new
    assert again.record == first.record
    assert (first.record.version, first.record.state, first.record.practice) == (1, RecordState.ARCHIVED, True)
    assert audit_acts(services).count("complete") == 1
    assert_ocfl_root_valid(services.settings.archive)


def test_nothing_internal_leaves_with_the_page(services, by):
    """Victims and screening stay in internal.json; the sealed file and its data hold none of it."""
    record = complete(services, by, request()).record
    name = f"urn:uuid:{record.record_id}"
    assert b"Corner Store" in services.archive.read(name, "internal.json")
    for file in ("agreement.pdf", "page.pdf", "record.json"):
        assert b"Corner Store" not in services.archive.read(name, file)
    assert b'"strokes"' in services.archive.read(name, "evidence.json")


def test_the_form_is_kept_with_the_archive(services, by):
    """At first use the form's folder becomes an object of its own, by digest."""
    record = complete(services, by, request()).record
    kept = services.archive.names(f"urn:forms-service:form:{record.form_digest}")
    assert set(kept) == {"form.toml", "en.toml", "es.toml", "form.html", "form.css"}


def test_a_refusal_keeps_a_nameless_count_and_nothing_else(services, by):
    """The person said no: no record, no name, one count."""
    with pytest.raises(PersonRefusedError):
        complete(services, by, request(signatures={"outcome": "refused"}))
    with services.database.read() as transaction:
        assert [(rule, count) for rule, _, count in transaction.ledger.counts()] == [("R8", 1)]
        assert list(transaction.book.records()) == []
    assert list(services.archive.objects()) == []


def test_a_no_to_what_the_form_can_not_do_without_ends_as_declined(services, by):
    """Without a name nobody can make a first contact: a count, no document (DOMAIN 4, 31)."""
    values, signatures = example("social-referral")
    values["may_share_contact"] = False
    with pytest.raises(PersonRefusedError):
        complete(services, by, CompletionRequest(form="social-referral", values=values, signatures=signatures))
    with services.database.read() as transaction:
        assert [(rule, count) for rule, _, count in transaction.ledger.counts()] == [("R4", 1)]
    assert list(services.archive.objects()) == []


def test_who_could_not_say_it_back_does_not_sign(services, by):
    """A paper with one no among what was said back is refused, nothing is kept (DOMAIN 4, 19)."""
    values, signatures = example("lead-agreement")
    values["say_back_sixty_days"] = False
    with pytest.raises(SayBackMissingError):
        complete(services, by, CompletionRequest(form="lead-agreement", values=values, signatures=signatures))
    assert list(services.archive.objects()) == []


HELD = {
    "presented-digest-mismatch": lambda signatures: signatures.update(presented_digest="0" * 64),
    "signed-on-other-date": lambda signatures: signatures["blocks"]["person"].update(
        signed_at="2026-11-19T14:04:11-08:00"
    ),
    "strokes-seen-before": lambda signatures: signatures["blocks"]["officer"].update(
        strokes=signatures["blocks"]["person"]["strokes"]
    ),
}


@pytest.mark.parametrize("slug", HELD)
def test_what_does_not_agree_is_held_with_all_that_was_sent(services, by, slug):
    """Nothing is archived, and a person finds everything on the desk, once, with its next step."""
    for _ in range(2):
        with pytest.raises(EvidenceMismatchError) as refused:
            complete(services, by, with_signatures(HELD[slug]))
        assert refused.value.slug == slug
    assert list(services.archive.objects()) == []
    (need,) = needs.what_needs_me(services, by)
    assert (need.kind, bool(need.step)) == (slug, True)
    with services.database.read() as transaction:
        (held,) = transaction.ledger.held()
    assert json.loads(held.sent)["values"]["person_name_as_given"] == "Robin Sample"
    settle(services, by, held.id)
    assert needs.what_needs_me(services, by) == []


def test_other_content_under_a_used_number_is_held(services, by):
    """A document id names one paper for ever."""
    complete(services, by, request())
    other = with_signatures(lambda signatures: signatures["blocks"]["person"].update(device="tablet-9"))
    with pytest.raises(EvidenceMismatchError) as refused:
        complete(services, by, other)
    assert refused.value.slug == "document-has-other-content"


def test_a_stroke_set_of_another_record_is_held(services, by):
    """A signature copied from one record into another is noticed."""
    complete(services, by, request())
    values = {**example("lead-agreement")[0], "contact_place": "Elsewhere 5"}
    copied = resigned(services, by, values)
    copied.signatures["blocks"] = copy.deepcopy(example("lead-agreement")[1]["blocks"])
    with pytest.raises(EvidenceMismatchError) as refused:
        complete(services, by, copied)
    assert refused.value.slug == "strokes-seen-before"


BAD_INK = {
    "signature-is-empty": [[[100, 100, 0, None]]],
    "signature-is-too-small": [[[100, 100, 0, None], [150, 100, 9, None]]],
    "ink-outside-box": [[[100, 100, 0, None], [9000, 100, 9, None]]],
    "ink-malformed": [[[100, 100]]],
}


@pytest.mark.parametrize("slug", BAD_INK)
def test_ink_that_is_no_signature_is_refused(services, by, slug):
    """Empty, dot-like, tiny or misplaced ink is refused with its slug and nothing is written."""
    with pytest.raises(InvalidInputError) as refused:
        complete(
            services,
            by,
            with_signatures(lambda signatures: signatures["blocks"]["person"].update(strokes=BAD_INK[slug])),
        )
    assert refused.value.slug == slug
    assert audit_acts(services) == []


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        (lambda signatures: signatures["blocks"].pop("officer"), "signature-missing"),
        (
            lambda signatures: signatures["blocks"].update(guardian=signatures["blocks"]["officer"]),
            "signature-not-asked",
        ),
        (
            lambda signatures: signatures["blocks"].update(victim=signatures["blocks"]["officer"]),
            "signature-block-unknown",
        ),
        (
            lambda signatures: signatures["blocks"]["person"].update(signed_at="2026-11-22T14:00:00-08:00"),
            "date-in-future",
        ),
        (lambda signatures: signatures.update(document_id="SR-00000-00005-5"), "document-id-of-other-form"),
        (lambda signatures: signatures.update(document_id="LEAD-7Q2F9-KDM3X-4"), "document-id-check-failed"),
        (lambda signatures: signatures.update(document_id="nonsense"), "document-id-malformed"),
    ],
)
def test_signatures_that_do_not_fit_are_refused(services, by, change, slug):
    """A missing, unasked, unknown or future signature is refused with its slug."""
    with pytest.raises(InvalidInputError) as refused:
        complete(services, by, with_signatures(change))
    assert refused.value.slug == slug


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"voluntary": "no"}, ScreeningContradictsError),
        ({"supervision_person_crime": "yes"}, ScreeningContradictsError),
        ({"victims": [{"name": "A", "kind": "person", "position": "objects"}]}, ScreeningContradictsError),
        ({"date_of_birth": "2010-01-01"}, PersonTooYoungError),
    ],
)
def test_a_paper_its_own_answers_rule_out_is_refused(services, by, change, error):
    """Disqualifiers and age hold on every route, also from the shell."""
    values = {**example("lead-agreement")[0], **change}
    with pytest.raises(error):
        complete(services, by, resigned(services, by, values))


def test_a_character_without_a_glyph_is_refused_before_anything_is_written(services, by):
    """No font, no page: the place and the code point are told, never the name."""
    values = {**example("lead-agreement")[0], "person_name_as_given": "李"}
    with pytest.raises(RenderingError, match="U\\+674E") as refused:
        present(services, by, PaperRequest(form="lead-agreement", values=values))
    assert refused.value.slug == "glyph-missing"
    assert audit_acts(services) == []


def test_a_language_the_form_does_not_have_is_refused(services, by):
    """The refusal names the languages that are there."""
    with pytest.raises(LanguageUnknownError, match="en, es"):
        present(services, by, PaperRequest(form="lead-agreement", values={}, language="xx"))


def test_a_case_number_makes_version_2_and_the_old_one_still_finds_it(services, by, clock):
    """The very page that was signed is restamped; both versions stay; old numbers find the record."""
    record = complete(services, by, request()).record
    clock.move(hours=1)
    give_case_number(services, by, record.document_id, "26-1234", reason="assigned")
    clock.move(hours=1)
    second = give_case_number(services, by, record.document_id, "26-9999", reason="typed wrong")
    assert (second.version, second.case_number, second.old_case_numbers) == (3, "26-9999", ("26-1234",))
    name = f"urn:uuid:{record.record_id}"
    assert services.archive.read(name, "page.pdf", version=1) == services.archive.read(name, "page.pdf", version=3)
    assert [one.record.version for one in find.history(services, by, second)] == [1, 2, 3]
    for words in ("26-9999", "1234", record.document_id, "robin", "SAMPLE Robin"):
        assert [one.document_id for one in find.find(services, by, Search(words=words))] == [record.document_id]
    assert give_case_number(services, by, record.document_id, "26-9999", reason="again").version == 3
    assert_ocfl_root_valid(services.settings.archive)


def test_a_case_number_of_another_shape_is_refused(services, by):
    """The agency's pattern decides, and an unknown document answers as unknown."""
    record = complete(services, by, request()).record
    with pytest.raises(CaseNumberMalformedError):
        give_case_number(services, by, record.document_id, "x", reason="")
    with pytest.raises(NotFoundError):
        give_case_number(services, by, "LEAD-00000-00000-0", "26-1234", reason="")


def test_verify_knows_current_superseded_changed_and_foreign(services, by):
    """Two lines for every file: what its seal says, and what the archive says."""
    record = complete(services, by, request()).record
    first = find.open_document(services, by, record.document_id)
    assert (verify.verify(services, by, first).file.outcome, verify.verify(services, by, first).record) == (
        "unchanged",
        "current",
    )
    give_case_number(services, by, record.document_id, "26-1234", reason="assigned")
    assert verify.verify(services, by, first).record == "superseded"
    second = find.open_document(services, by, record.document_id)
    assert verify.verify(services, by, second).record == "current"
    spoiled = bytearray(second)
    spoiled[1000] ^= 1
    assert verify.verify(services, by, bytes(spoiled)).file.outcome == "changed"
    assert verify.verify(services, by, second + b"\n% more\n").file.reasons
    page = services.archive.read(f"urn:uuid:{record.record_id}", "page.pdf")
    assert verify.verify(services, by, page).file.outcome == "not_ours"
    assert services.archive.head(f"urn:uuid:{record.record_id}") == 2


def test_another_installations_seal_is_not_ours(services, by, tmp_path):
    """A file sealed with another key is not ours, however good its seal."""
    other = make_services(tmp_path / "other")
    record = complete(other, by, request()).record
    verdict = verify.verify(services, by, find.open_document(other, by, record.document_id))
    assert (verdict.file.outcome, verdict.file.reasons, verdict.record) == ("not_ours", ("foreign-seal",), "nothing")


def test_the_book_is_rebuilt_from_the_folder_alone(services, by):
    """Lost, the book comes back equal; the ledger is never touched by it."""
    for name in ("", "mark", "es"):
        complete(services, by, request(name=name))
    give_case_number(services, by, example("lead-agreement")[1]["document_id"], "26-1234", reason="assigned")
    with services.database.read() as transaction:
        before = list(transaction.book.dump())
    with services.database.write() as transaction:
        transaction.book.clear()
    entries = len(audit_acts(services))
    assert upkeep.rebuild(services, by) == 3
    with services.database.read() as transaction:
        assert list(transaction.book.dump()) == before
    assert len(audit_acts(services)) == entries + 1


def test_an_object_without_a_row_is_adopted(services, by):
    """A crash after the archive's write leaves an object; the next start gives it its row, and the same call its record."""
    record = complete(services, by, request()).record
    with services.database.write() as transaction:
        transaction.book.clear()
    assert upkeep.start_up(services, by) == [f"adopted {record.document_id}"]
    with services.database.write() as transaction:
        transaction.book.clear()
    assert complete(services, by, request()).record == record


def test_every_damaged_file_is_named_and_stands_on_the_desk(services, by):
    """A flipped byte is found by name, and what needs somebody says so."""
    record = complete(services, by, request()).record
    assert upkeep.check(services, by) == []
    place = services.archive.locator(f"urn:uuid:{record.record_id}", "agreement.pdf")
    file = Path(place)
    file.chmod(0o600)
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(bytes(content))
    findings = upkeep.check(services, by)
    assert [finding.kind for finding in findings] == ["changed"]
    assert findings[0].name.endswith("v1/content/agreement.pdf")
    assert "archive-damaged" in {need.kind for need in needs.what_needs_me(services, by)}
    with pytest.raises(ArchiveError):
        find.open_document(services, by, record.document_id)


def test_a_row_without_an_object_is_a_red_alarm(services, by):
    """The check tells what the book names and the archive has not."""
    record = complete(services, by, request()).record
    with services.database.write() as transaction:
        transaction.book.put(
            replace(
                record,
                record_id="00000000-0000-4000-8000-000000000000",
                document_id="LEAD-00000-00000-0",
                stroke_digests=(),
            )
        )
    assert "row_without_object" in {finding.kind for finding in upkeep.check(services, by)}


def test_reading_is_written_down_before_a_byte_is_sent(services, by):
    """Each view of a PDF has its audit entry, ids only."""
    record = complete(services, by, request()).record
    find.open_document(services, by, record.document_id)
    find.find(services, by, Search(words="Robin Sample"))
    with services.database.read() as transaction:
        entries = list(transaction.ledger.audit_entries())
    assert [str(entry["act"]) for entry in entries][-2:] == ["view", "find"]
    assert "Robin" not in json.dumps(entries, default=str)


def test_every_kind_of_hold_has_its_next_step():
    """A new kind of hold without an entry on the desk fails here."""
    assert {str(reason) for reason in HoldReason} <= set(needs.STEPS)


def test_the_desk_shows_open_case_numbers_and_seals_owed_oldest_first(services, by, clock):
    """What waits is listed oldest first, and goes when it is done."""
    first = complete(services, by, request()).record
    clock.move(hours=1)
    complete(services, by, request(name="mark"))
    listed = needs.what_needs_me(services, by)
    assert [need.kind for need in listed] == ["case-number-open", "case-number-open"]
    assert listed[0].document_id == first.document_id
    give_case_number(services, by, first.document_id, "26-1234", reason="assigned")
    assert len(needs.what_needs_me(services, by)) == 1


def test_a_time_stamp_server_that_does_not_answer_leaves_an_honest_b_b(tmp_path, by):
    """The record says B-B, wants B-T, and stands on the desk as owed."""
    services = make_services(tmp_path, FORMS_TSA_URL="http://localhost:9/tsa")
    record = complete(services, by, request()).record
    assert (record.seal_level, record.seal_wanted) == ("B-B", "B-T")
    assert "seal-owed" in {need.kind for need in needs.what_needs_me(services, by)}


def test_drafts_are_not_signed_in_production(tmp_path, by):
    """Without its approvals a form version is not in use for real records."""
    practice = make_services(tmp_path)
    services = replace(practice, settings=replace(practice.settings, production=True))
    with pytest.raises(FormVersionNotInUseError):
        present(services, by, PaperRequest(form="lead-agreement", values={}, kind=PaperKind.BLANK))


def test_a_blank_needs_no_values_and_a_presented_page_does(services, by):
    """A blank is numbered and empty; a page to be signed is refused with what is missing."""
    blank = present(services, by, PaperRequest(form="social-referral", values={}, kind=PaperKind.BLANK))
    with services.database.read() as transaction:
        issued = transaction.ledger.issued(blank.paper.document_id)
    assert issued is not None
    assert issued.presented_digest == blank.paper.digest
    with pytest.raises(FormsServiceError) as refused:
        present(services, by, PaperRequest(form="social-referral", values={}))
    assert refused.value.slug == "value-missing"


def test_the_same_page_has_the_same_bytes(services, by):
    """Same form version, values, language and document id: the same file."""
    values, signatures = example("lead-agreement")
    one = PaperRequest(form="lead-agreement", values=values, document_id=signatures["document_id"])
    first = present(services, by, one)
    assert present(services, by, one).pdf == first.pdf


def test_a_period_counts_from_the_day_it_is_presented(tmp_path, by):
    """The printed last day counts from the agency's local date, whatever the date in UTC."""
    clock = HeldClock()
    clock.instant = clock.instant.replace(hour=6) + timedelta(days=1)  # 22 November 06:00 UTC is 21 November here
    services = make_services(tmp_path, clock)
    values = {name: one for name, one in example("lead-agreement")[0].items() if name != "period_start"}
    paper = present(services, by, PaperRequest(form="lead-agreement", values=values)).paper
    assert (paper.values["period_start"], paper.values["period_last_day"]) == ("2026-11-21", "2027-01-20")
