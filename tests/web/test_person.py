"""The screens that are handed to the person, and what becomes of their signature."""

from __future__ import annotations

import json

import pytest

from forms_service.ports import Actor
from tests.web.papers import hand_over, ink, read, records, sign
from tests.web.test_officer import counts, drafts

BY = Actor(id="operator:tester")


def evidence(services, record) -> dict:
    """Give the stored signatures of a record."""
    content = services.archive.read(f"urn:uuid:{record.record_id}", "evidence.json")
    return json.loads(content)


def test_you_can_say_no_comes_first(visitor):
    """The first screen says it, in the person's language, before any of the text."""
    hand_over(visitor, "lead-agreement", "es")
    page = visitor.get("/person").text
    assert '<html lang="es">' in page
    assert "Usted puede decir que no." in page
    assert "60 días" not in page


@pytest.mark.parametrize("path", ["/person", "/person/read", "/person/no", "/person/sign"])
def test_no_way_leads_back_to_case_data(visitor, path):
    """The person's screens link to nothing but themselves and the officer's password."""
    hand_over(visitor, "social-referral")
    page = visitor.get(path, follow_redirects=True).text
    links = {part.split('"')[0] for part in page.split('href="')[1:]}
    own = ("/person", "/static/", "/take-back")
    assert all(link.startswith(own) for link in links)


@pytest.mark.parametrize("path", ["/", "/desk", "/desk/records", "/verify"])
def test_a_handed_over_device_shows_nothing_else(visitor, path):
    """A typed address answers with the person's screen."""
    hand_over(visitor, "social-referral")
    assert visitor.get(path).headers["Location"] == "/person"


def test_the_text_is_the_one_that_was_numbered(visitor, services):
    """Every line above the boxes stands on the screen, with the person's values."""
    hand_over(visitor, "lead-agreement")
    page = visitor.get("/person/read").text
    assert "Took food from a shop (November 20, 2026)" in page
    assert "January 20, 2027" in page
    assert "You can say no. This is your choice." in page


def test_both_sign_and_the_record_is_sealed(visitor, services):
    """After the last signature the sealed paper is archived and the draft is gone."""
    hand_over(visitor, "lead-agreement", "es")
    read(visitor)
    answer = sign(visitor, "person", "officer")
    record = records(services)[0]
    assert answer.headers["Location"] == f"/records/{record.document_id}/done"
    assert record.language == "es"
    assert drafts(services) == []
    page = visitor.get(answer.headers["Location"]).text
    assert record.document_id in page
    pdf = visitor.get(f"/records/{record.document_id}/agreement.pdf")
    assert pdf.data.startswith(b"%PDF-")


def test_a_download_has_a_human_file_name(visitor, services):
    """The file is called after the paper, without anybody's name."""
    hand_over(visitor, "social-referral")
    read(visitor)
    sign(visitor, "person", "officer")
    record = records(services)[0]
    answer = visitor.get(f"/records/{record.document_id}/agreement.pdf?download=1")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="Agreement_{record.document_id}.pdf"'


def test_how_the_person_came_to_sign_is_kept(visitor, services):
    """Languages seen, who read aloud, "no" opened and left, and what was said back go into the evidence."""
    hand_over(visitor, "lead-agreement", "es")
    visitor.post("/person/language", {"language": "en", "page": "read"}, page="/person/read")
    visitor.post("/person/language", {"language": "es", "page": "read"}, page="/person/read")
    visitor.post("/person/no/back", {"back": "read"}, page="/person/no")
    read(visitor, read_aloud="device_voice")
    sign(visitor, "person", "officer")
    kept = evidence(services, records(services)[0])["signatures"]["presentation"]
    assert kept["languages_viewed"] == ["es", "en"]
    assert kept["read_aloud"] == "device_voice"
    assert kept["no_opened"] == 1
    assert kept["say_back"] == dict.fromkeys(
        ("say_back_sixty_days", "say_back_can_say_no", "say_back_what_if_not"), True
    )
    assert kept["shown_at"]
    assert kept["end_reached_at"]


def test_with_the_aid_read_aloud_the_officer_counts_as_reader(visitor, services):
    """When no voice read it, the reader named on the form did."""
    hand_over(visitor, "social-referral", signing={"aids": "read_aloud", "reader_name": "Officer Dana Reyes"})
    read(visitor)
    sign(visitor, "person", "officer")
    assert evidence(services, records(services)[0])["signatures"]["presentation"]["read_aloud"] == "officer"


def test_saying_no_erases_the_draft_and_keeps_a_count(visitor, services):
    """No name and no answer is left, and the person is thanked in their language."""
    hand_over(visitor, "lead-agreement", "es")
    answer = visitor.post("/person/no", {})
    assert answer.headers["Location"] == "/person/farewell"
    assert "devuelva el aparato" in visitor.get("/person/farewell").text
    assert counts(services) == [("R8", 1)]
    assert drafts(services) == []
    assert records(services) == []
    assert visitor.get("/desk").headers["Location"] == "/person"


def test_leaving_the_no_page_goes_back_where_the_person_was(visitor):
    """Going back leads to the page the person came from, never elsewhere."""
    hand_over(visitor, "social-referral")
    back = visitor.post("/person/no/back", {"back": "read"}, page="/person/no").headers["Location"]
    assert back == "/person/read"
    elsewhere = visitor.post("/person/no/back", {"back": "//example.org"}, page="/person/no").headers["Location"]
    assert elsewhere == "/person"


def test_nobody_signs_what_was_not_read_to_its_end(visitor):
    """The pad opens only after the text was sent on from its end."""
    hand_over(visitor, "social-referral")
    assert visitor.get("/person/sign").headers["Location"] == "/person/read"


def test_who_can_not_say_it_back_does_not_sign(visitor, services):
    """One "no" pauses; the draft stays and no pad opens."""
    hand_over(visitor, "lead-agreement")
    read(visitor, say_back_can_say_no="false")
    assert "Nobody signs now" in visitor.get("/person/paused").text
    assert visitor.get("/person/sign").headers["Location"] == "/person/read"
    assert len(drafts(services)) == 1


def test_unanswered_say_back_is_asked_again(visitor):
    """Every question of the say-back needs its yes or no."""
    hand_over(visitor, "lead-agreement")
    visitor.post("/person/read", {})
    answer = visitor.post("/person/understood", {"say_back_sixty_days": "true"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("strokes", "words"),
    [
        ("[]", "A dot is no signature"),
        ("", "A dot is no signature"),
        ("[[[100,100,0,null]]]", "A dot is no signature"),
        ("[[[100,100,0,null],[150,100,9,null]]]", "a little larger"),
        ("[[[100,100,0,null],[9000,100,9,null]]]", "sign inside the box"),
        ("[[[100,100,0,null],[900,100]]]", "clear it and sign again"),
        ('[[["a",100,0,null]]]', "clear it and sign again"),
        ("[[[100,100,9,null],[900,100,0,null]]]", "clear it and sign again"),
        ("{not json", "send it once more"),
        ("[" * 5000, "send it once more"),
    ],
)
def test_ink_that_does_not_count_is_refused_in_words(visitor, services, strokes, words):
    """Empty, dot-like, small, stray and unreadable ink is told at once, and nothing is archived."""
    hand_over(visitor, "social-referral")
    read(visitor)
    answer = visitor.post("/person/sign/person", {"strokes": strokes}, page="/person/sign")
    assert answer.status_code == 422
    assert words in answer.text
    assert records(services) == []


def test_what_is_wrong_with_ink_is_told_in_the_persons_language(visitor):
    """Spanish readers are told in Spanish."""
    hand_over(visitor, "social-referral", "es")
    read(visitor)
    answer = visitor.post("/person/sign/person", {"strokes": "[]"}, page="/person/sign")
    assert "Un punto no es una firma" in answer.text


def test_a_mark_is_signed_before_a_witness(visitor, services):
    """The person's mark may be smaller; the witness signs after it, then the officer."""
    signing = {"manner": "mark", "witness_name": "Ines Ortega", "witness_relation": "neighbor"}
    hand_over(visitor, "social-referral", signing=signing)
    read(visitor)
    cross = "[[[1000,500,0,null],[1250,800,90,null]],[[1250,500,300,null],[1000,800,390,null]]]"
    visitor.post("/person/sign/person", {"strokes": cross}, page="/person/sign")
    assert "Ines Ortega" in visitor.get("/person/sign").text
    sign(visitor, "witness", "officer", seed=4)
    assert records(services)[0].manner == "mark"


def test_who_directs_another_to_sign_has_no_pad(visitor, services):
    """With a directed signature the witness signs, then the officer."""
    signing = {"manner": "directed", "witness_name": "Ines Ortega", "witness_relation": "neighbor"}
    hand_over(visitor, "social-referral", signing=signing)
    read(visitor)
    assert "/person/sign/witness" in visitor.get("/person/sign").text
    sign(visitor, "witness", "officer")
    assert records(services)[0].manner == "directed"


def test_an_interpreter_on_the_phone_does_not_sign(visitor, services):
    """Only an interpreter who is there gets the pad."""
    signing = {
        "aids": "interpreter", "interpreter_name": "Sol Vega", "interpreter_id": "LL-88",
        "interpreter_language": "Mam", "interpreter_channel": "phone",
    }  # fmt: skip
    hand_over(visitor, "social-referral", signing=signing)
    read(visitor)
    sign(visitor, "person", "officer")
    assert len(records(services)) == 1


def test_nobody_signs_in_a_place_that_is_not_theirs(visitor):
    """A block that does not stand on this paper takes no ink."""
    hand_over(visitor, "social-referral")
    read(visitor)
    assert visitor.post("/person/sign/guardian", {"strokes": ink(1)}, page="/person/sign").status_code == 404


def test_a_signature_seen_before_is_held_and_asked_for_anew(visitor, services):
    """The same strokes twice are kept for a person to look at; no record is made, and everybody may sign again."""
    hand_over(visitor, "social-referral")
    read(visitor)
    sign(visitor, "person", "officer", seed=7)
    hand_over(visitor, "social-referral")
    read(visitor)
    answer = sign(visitor, "person", "officer", seed=7)
    assert answer.status_code == 409
    assert "strokes" not in answer.text
    assert len(records(services)) == 1
    assert sign(visitor, "person", "officer", seed=9).status_code == 302
    assert len(records(services)) == 2


def test_when_the_date_turns_the_text_is_shown_anew(visitor, services, clock):
    """A printed last day counts from the day it was shown; past midnight everybody reads and signs again."""
    clock.instant = clock.instant.replace(day=22, hour=7, minute=50)
    visitor.sign_in()
    hand_over(visitor, "lead-agreement")
    read(visitor)
    first = json.loads(drafts(services)[0].content)["papers"]["en"]["document_id"]
    clock.move(minutes=20)
    assert visitor.get("/person/sign").headers["Location"] == "/person/read"
    second = json.loads(drafts(services)[0].content)["papers"]["en"]
    assert second["document_id"] != first
    assert second["presented_on"] == "2026-11-22"


def test_the_time_of_signing_is_the_last_pen_up(visitor, services):
    """What the device says about its last pen-up is taken from the server's clock, within bounds."""
    hand_over(visitor, "social-referral")
    read(visitor)
    drawn = {"strokes": ink(3), "since_pen_up_ms": "60000", "device_ms": "1795284060000", "device": "t\u00e9 840"}
    visitor.post("/person/sign/person", drawn, page="/person/sign")
    sign(visitor, "officer", seed=5)
    block = evidence(services, records(services)[0])["signatures"]["blocks"]["person"]
    assert block["signed_at"] == "2026-11-21T09:59:00-08:00"
    assert block["device"] == "t 840"
    assert block["device_offset_s"] == 1795284060 - 1795284000


def test_a_browser_that_never_was_handed_over_has_no_person_screens(visitor):
    """Without a hand-over the person's pages are not there."""
    assert visitor.get("/person/read").status_code == 404
