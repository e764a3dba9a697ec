"""What the desk asks to be told of signed papers: after a day, at once where a person waits for it, and by whom."""

from __future__ import annotations

from dataclasses import replace

from forms_service.domain.added_up import HandOver
from forms_service.domain.addition import AdditionKind
from forms_service.domain.record import RecordState
from forms_service.errors import Fault, FormFolderError
from forms_service.workflow.add_to_record import NewAddition, add_to_record
from forms_service.workflow.archived_paper import archived_form, form_of
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.needs import what_needs_me
from forms_service.workflow.open_additions import OPEN_STEPS, told_of
from tests.conftest import archived, example
from tests.integration.tablet.conftest import hire
from tests.vector_cases import ARRIVED, CALLED, LEFT, RELEASED

FAULT = Fault(slug="form-file-missing", place="form.toml", message="the folder is empty")


def kinds(services, by) -> list[str]:
    """Give which of these tasks somebody has."""
    return sorted(one.kind for one in what_needs_me(services, by) if one.kind in OPEN_STEPS)


def tell(services, by, record, kind: str, values: dict):
    """Tell something at the desk now."""
    services.clock.move(minutes=1)
    wanted = NewAddition(kind=AdditionKind(kind), values=values, at=services.clock.now())
    return add_to_record(services, by, record.document_id, wanted)


def test_what_usually_follows_is_asked_for_after_a_day(services, by):
    """Both forms, each in its own words; told, it is asked for no more."""
    lead, referral = archived(services, by, "lead-agreement"), archived(services, by, "social-referral")
    assert kinds(services, by) == []
    services.clock.move(days=1)
    assert kinds(services, by) == ["copy-open", "copy-open", "first-contact-open", "hand-over-open"]
    for record in (lead, referral):
        tell(services, by, record, "person_copy", {"person_copy": "declined", "person_copy_reason": "Wants none."})
    tell(services, by, referral, "hand_over", {"bh_contact": CALLED["bh_contact"]})
    assert kinds(services, by) == ["hand-over-open"]
    told = tell(services, by, lead, "hand_over", {**CALLED, **ARRIVED, **RELEASED})
    assert kinds(services, by) == []
    assert told_of(services, told).hand_over is HandOver.DONE


def test_an_exception_and_a_pick_up_wait_at_once(services, by):
    """For a supervisor the one, for whoever may add the other; a review ends the first, a time the second."""
    record = archived(services, by, "lead-agreement")
    values, signatures = example("lead-agreement", "mark")
    complete(services, by, CompletionRequest(form="lead-agreement", values=values, signatures=signatures))
    _, boss = hire(services, "boss", "supervisor")
    _, clerk = hire(services, "clara", "clerk")
    tell(services, by, record, "hand_over", LEFT)
    tell(services, by, record, "person_copy", {"person_copy": "pickup"})
    assert kinds(services, boss) == ["copy-to-pick-up", "hand-over-exception"]
    assert kinds(services, clerk) == ["copy-to-pick-up"]
    tell(services, clerk, record, "person_copy", {"person_copy_at": "2026-11-21T09:30"})
    reviewed = tell(services, boss, record, "review", {"review_text": "Talked with the officer."})
    assert kinds(services, boss) == kinds(services, clerk) == []
    assert told_of(services, reviewed).hand_over is HandOver.REVIEWED


def test_of_what_is_void_or_not_theirs_nobody_is_asked(services, by):
    """An officer is asked of the records that exist for them, an administrator of none."""
    record = archived(services, by, "lead-agreement")
    services.clock.move(days=2)
    _, other = hire(services, "quill", "officer")
    _, admin = hire(services, "ada", "administrator")
    assert kinds(services, other) == kinds(services, admin) == []
    assert kinds(services, by) == ["copy-open", "hand-over-open"]
    with services.database.write() as transaction:
        transaction.book.put(replace(record, state=RecordState.VOID))
    assert kinds(services, by) == []


def test_a_form_that_was_changed_or_removed_is_read_from_the_archive(services, by):
    """The words it was signed on, whatever lies in the folder now."""
    record = archived(services, by, "lead-agreement")
    kept = archived_form(services, record)
    assert form_of(services, record).definition == kept.definition

    class Without:
        archived = staticmethod(services.forms.archived)

        def form(self, name, version=None):
            return services.forms.form("no-such-form")

    assert form_of(replace(services, forms=Without()), record).definition == kept.definition

    class Broken(Without):
        def form(self, name, version=None):
            raise FormFolderError([FAULT])

    assert form_of(replace(services, forms=Broken()), record).definition == kept.definition

    class Other(Without):
        def form(self, name, version=None):
            return replace(kept, definition=replace(kept.definition, digest="0" * 64))

    assert form_of(replace(services, forms=Other()), record).definition.digest == record.form_digest


def test_a_form_that_nothing_can_read_hides_no_other_task(services, by):
    """Neither its folder nor what the archive kept of it: the other form's records are asked for as ever."""
    archived(services, by, "lead-agreement")
    archived(services, by, "social-referral")
    services.clock.move(days=1)

    class Unreadable:
        def form(self, name, version=None):
            if name == "lead-agreement":
                raise FormFolderError([FAULT])
            return services.forms.form(name, version)

        def archived(self, name, version, files):
            raise FormFolderError([FAULT])

    assert kinds(replace(services, forms=Unreadable()), by) == ["copy-open", "first-contact-open"]
