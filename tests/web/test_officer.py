"""The officer's way: start, screening, the form and the last look."""

from __future__ import annotations

import json

import pytest

from forms_service.ports import Actor
from forms_service.workflow.accounts import NewAccount, add_account
from tests.web.conftest import PASSWORD, SIGN_IN, Visitor
from tests.web.papers import PERSON, SCREENING, SECTIONS, fill, start


def drafts(services) -> list:
    """Give every draft there is, whoever owns it."""
    with services.database.read() as transaction:
        account = transaction.ledger.account_named("dreyes")
        return list(transaction.ledger.drafts(f"account:{account.id}"))


def counts(services) -> list:
    """Give the nameless counts."""
    with services.database.read() as transaction:
        return [(rule, count) for rule, _, count in transaction.ledger.counts()]


def test_the_start_page_offers_each_form_and_my_drafts(visitor):
    """Two choices, told apart by probable cause, and what is half-done."""
    fill(visitor, "lead-agreement")
    page = visitor.get("/").text
    assert "LEAD agreement" in page
    assert "Social referral" in page
    assert "There <strong>is</strong> probable cause" in page
    assert "Rosa Marín" in page


def test_screening_asks_nothing_about_intoxication_or_other_charges(visitor):
    """What is no reason has no input."""
    page = visitor.get(f"{start(visitor, 'lead-agreement')}/screening").text
    names = {part.split('"')[0] for part in page.split('name="')[1:]}
    assert not {name for name in names if "intox" in name or "charge" in name or "drug" in name}
    assert "supervision_person_crime" in names


def test_an_answer_that_is_no_question_is_ignored_and_never_kept(visitor, services):
    """A posted reason that no question asks for does not enter the draft."""
    draft = start(visitor, "lead-agreement")
    visitor.post(f"{draft}/screening", {**SCREENING["lead-agreement"], "intoxicated": "true"})
    assert "intoxicated" not in drafts(services)[0].content


def test_open_questions_of_screening_are_told_together(visitor):
    """Each unanswered question is linked from one summary, in the page's order."""
    answer = visitor.post(f"{start(visitor, 'lead-agreement')}/screening", {"mental_health_issue": "true"})
    assert answer.status_code == 422
    assert "3 answers need another look" in answer.text
    assert 'href="#q-supervision_person_crime"' in answer.text


@pytest.mark.parametrize(("form", "cause"), [("lead-agreement", "false"), ("social-referral", "true")])
def test_a_wrong_combination_is_refused_in_plain_words(visitor, services, form, cause):
    """LEAD without and a social referral with probable cause lead to the other form; nothing is counted."""
    draft = start(visitor, form)
    answer = visitor.post(f"{draft}/screening", {**SCREENING[form], "probable_cause": cause})
    assert "The other form fits" in answer.text
    assert counts(services) == []
    assert len(drafts(services)) == 1


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        ({"supervision_person_crime": "yes"}, "R6", "LEAD is not open"),
        ({"victims.1.position": "objects"}, "R7", "A victim of this offense objects"),
        ({"person_chooses": "no"}, "R8", "The person said no"),
    ],
)
def test_a_disqualified_draft_ends_in_a_nameless_count(visitor, services, change, rule, words):
    """The draft and everything in it are erased; a count of the rule is all that is kept."""
    draft = start(visitor, "lead-agreement")
    answer = visitor.post(f"{draft}/screening", {**SCREENING["lead-agreement"], **change})
    assert words in answer.text
    assert counts(services) == [(rule, 1)]
    assert drafts(services) == []
    assert visitor.get(draft).status_code == 404


def test_every_disqualifier_that_holds_is_told(visitor):
    """The first rule decides, but all reasons are shown."""
    draft = start(visitor, "lead-agreement")
    change = {"supervision_person_crime": "yes", "victims.1.position": "objects"}
    page = visitor.post(f"{draft}/screening", {**SCREENING["lead-agreement"], **change}).text
    assert "Court-ordered supervision for a person crime" in page
    assert "A victim of this offense objects" in page


def test_outside_the_programme_nothing_is_counted(visitor, services):
    """Without a mental health issue the form is not for this contact; the draft can be erased."""
    draft = start(visitor, "lead-agreement")
    answer = visitor.post(f"{draft}/screening", {"mental_health_issue": "false"})
    assert "No form is needed" in answer.text
    assert counts(services) == []
    visitor.post(f"{draft}/drop", {}, page="/")
    assert drafts(services) == []


def test_victims_can_be_added_and_removed(visitor):
    """A group grows and shrinks by its buttons, and what was answered stays."""
    draft = start(visitor, "lead-agreement")
    page = visitor.post(f"{draft}/screening", {**SCREENING["lead-agreement"], "add": "victims"}).text
    assert 'name="victims.2.name"' in page
    assert 'value="Corner Shop"' in page
    page = visitor.post(f"{draft}/screening", {**SCREENING["lead-agreement"], "remove": "victims.1"}).text
    assert 'name="victims.1.name"' not in page


def test_all_faults_of_a_section_are_told_together_and_values_stay(visitor):
    """A wrong date, a missing name and a future year do not cost the answers that were right."""
    draft = start(visitor, "social-referral")
    visitor.post(f"{draft}/screening", SCREENING["social-referral"])
    wrong = {**PERSON, "person_name_as_given": "", "date_of_birth.month": "2", "date_of_birth.day": "31"}
    answer = visitor.post(f"{draft}/form/person", {**wrong, "other_names": "Rosita"})
    assert answer.status_code == 422
    assert "2 answers need another look" in answer.text
    assert "Enter a real date" in answer.text or "enter a real date" in answer.text
    assert 'value="Rosita"' in answer.text
    assert 'value="31"' in answer.text


@pytest.mark.parametrize(
    ("section", "change", "words"),
    [
        ("contact", {"contact_at": "2026-11-21T23:59"}, "enter a time that has passed"),
        ("contact", {"contact_place": "x" * 201}, "201 characters, at most 200"),
        ("contact", {"contact_place": "a\u0007b"}, "type it again instead of pasting"),
        ("contact", {"contact_origin": "other"}, "choose one that is shown"),
        ("reach", {"no_phone": "", "reach_phone": "call me"}, "such as 503-555-0123"),
        ("reach", {"reach_email": "nobody"}, "such as name@example.org"),
        ("officer", {"case_number": "no number"}, "look at the number again"),
    ],
)
def test_a_faulty_answer_is_refused_in_words(visitor, section, change, words):
    """Each fault says what to do, and nothing is kept of the section."""
    draft = start(visitor, "social-referral")
    visitor.post(f"{draft}/screening", SCREENING["social-referral"])
    answer = visitor.post(f"{draft}/form/{section}", {**SECTIONS["social-referral"][section], **change})
    assert answer.status_code == 422
    assert words in answer.text


def test_a_question_that_does_not_apply_is_dropped(visitor, services):
    """What a hidden input still held is no fault and is not kept."""
    fill(visitor, "lead-agreement", treatment={"treatment_from": "polk_bh", "treatment_name": "Someone else"})
    assert "Someone else" not in drafts(services)[0].content


def test_a_draft_of_another_officer_is_not_there(visitor, app, services):
    """Drafts belong to their owner; to others they do not exist."""
    draft = fill(visitor, "social-referral")
    add_account(
        services,
        Actor(id="operator:tester"),
        NewAccount(name="other", password=PASSWORD, full_name="Other", roles=("officer",)),
    )
    other = Visitor(app, services.settings.origin)
    other.post("/sign-in", {**SIGN_IN, "name": "other"})
    assert other.get(f"{draft}/check").status_code == 404


def test_the_check_page_shows_every_answer_and_proposes_the_persons_language(visitor):
    """The officer sees the answers in words; Spanish is proposed for who speaks Spanish."""
    draft = fill(visitor, "lead-agreement")
    page = visitor.get(f"{draft}/check").text
    assert "Took food from a shop, misdemeanor, November 20, 2026" in page
    assert 'value="es" checked' in page


def test_what_is_missing_is_told_before_the_hand_over(visitor):
    """A section that was never sent is told with a link to it, and the device stays with the officer."""
    draft = start(visitor, "social-referral")
    visitor.post(f"{draft}/screening", SCREENING["social-referral"])
    visitor.post(f"{draft}/form/contact", SECTIONS["social-referral"]["contact"])
    answer = visitor.post(f"{draft}/present", {"language": "en"}, page=f"{draft}/check")
    assert answer.status_code == 422
    assert f"{draft}/form/person#q-person_name_as_given" in answer.text
    assert visitor.get("/desk").status_code == 200


def test_a_person_too_young_for_the_agreement_is_told_before_the_hand_over(visitor):
    """Below the agency's age the text is not shown."""
    draft = fill(visitor, "lead-agreement", person={"date_of_birth.year": "2012"})
    answer = visitor.post(f"{draft}/present", {"language": "en"}, page=f"{draft}/check")
    assert answer.status_code == 409
    assert "person-too-young" in answer.text
    assert visitor.get("/desk").status_code == 200


def test_a_character_without_a_glyph_is_told_before_the_hand_over(visitor):
    """What can not be printed is refused while the officer can still change it."""
    draft = fill(visitor, "social-referral", person={"person_name_as_given": "Rosa \U00013000"})
    answer = visitor.post(f"{draft}/present", {"language": "en"}, page=f"{draft}/check")
    assert answer.status_code == 422
    assert "glyph-missing" in answer.text


def test_without_leave_to_share_the_contact_a_referral_ends_as_declined(visitor, services):
    """No first contact is possible (DOMAIN 4, 31): nothing is shown or numbered, the draft ends in a nameless count."""
    draft = fill(visitor, "social-referral", promise={"may_share_contact": "false"})
    page = visitor.get(f"{draft}/check").text
    assert "Close as declined" in page
    assert "Show it to the person" not in page
    assert visitor.post(f"{draft}/present", {"language": "en"}, page=f"{draft}/check").status_code == 302
    assert drafts(services)[0].step == "form"
    assert visitor.post(f"{draft}/decline", {}, page=f"{draft}/check").headers["Location"] == "/"
    assert counts(services) == [("R4", 1)]
    assert drafts(services) == []


def test_a_draft_that_nobody_declined_is_not_closed_as_declined(visitor, services):
    """The address alone erases nothing."""
    draft = fill(visitor, "social-referral")
    assert visitor.post(f"{draft}/decline", {}, page=f"{draft}/check").headers["Location"] == f"{draft}/check"
    assert counts(services) == []
    assert len(drafts(services)) == 1


@pytest.mark.parametrize("language", ["", "fr", "../en"])
def test_a_language_the_form_does_not_have_is_refused(visitor, language):
    """Only languages with words can be handed over."""
    draft = fill(visitor, "social-referral")
    answer = visitor.post(f"{draft}/present", {"language": language}, page=f"{draft}/check")
    assert answer.status_code == 422


def test_a_draft_says_nothing_of_what_was_never_asked(visitor, services):
    """The draft's values are exactly those of the form's questions."""
    fill(visitor, "social-referral")
    values = json.loads(drafts(services)[0].content)["values"]
    assert values["no_pc_confirmed"] is True
    assert values["lay_opinion_confirmed"] is True
    assert "victims" not in values
    assert "csrf_token" not in values
