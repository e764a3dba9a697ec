"""Every honest way of signing on a tablet: manners and aids, and a voice that reads."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web import signing
from tests.web.signing import WORDS, Officer, drive, press
from tests.web.tablet_desk import Desk, a_desk


@pytest.fixture(scope="module")
def desk(chromium_browser: Browser, tmp_path_factory) -> Iterator[Desk]:
    """Set one tablet up for all these tests."""
    with a_desk(chromium_browser, tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def manner(page: Page, **answers: str) -> None:
    """Go to the form and answer how the person signs."""
    drive(page, "paper/form")
    officer = Officer(page)
    for more in page.locator("details.paper-form__more:visible > summary").all():
        more.click()
    for name, text in answers.items():
        if page.locator(f'input[name="{name}"][value="{text}"]').count():
            officer.choose(name, text)
        else:
            officer.type(name, text)


WITNESS = {"witness_name": "Ines Ortega", "witness_relation": "neighbor"}
PHONE = {"aids": "interpreter", "interpreter_name": "Sol Vega", "interpreter_id": "LL-88", "interpreter_language": "Mam", "interpreter_channel": "phone"}  # fmt: skip
GUARDIAN = {
    "aids": "guardian",
    "guardian_name": "Pat Sample",
    "guardian_relation": "aunt",
    "guardian_order_seen": "true",
}


@pytest.mark.parametrize(
    ("answers", "signers"),
    [
        ({"manner": "mark", **WITNESS}, ("person", "witness")),
        ({"manner": "directed", **WITNESS}, ("witness",)),
        (PHONE, ("person",)),
        ({**PHONE, "interpreter_channel": "in_person"}, ("person", "interpreter")),
        ({**PHONE, "interpreter_channel": "video"}, ("person",)),
        (GUARDIAN, ("person", "guardian")),
        ({"aids": "read_aloud", "reader_name": "Dana Reyes"}, ("person",)),
    ],
    ids=[
        "mark",
        "directed",
        "interpreter by phone",
        "interpreter present",
        "interpreter by video",
        "guardian",
        "read aloud",
    ],
)
def test_every_honest_way_of_signing_is_archived(desk: Desk, answers: dict[str, str], signers: tuple[str, ...]):
    """Each manner and aid asks those to sign who must, each seals an envelope, and the server archives the paper."""
    page = desk.start()
    manner(page, **answers)
    drive(page, "paper/choose", seed=5)
    press(page, WORDS["en"]["want"])
    for at, block in enumerate(signers):
        expect(page.locator(f'[data-block="{block}"]')).to_be_visible()
        signing.sign(page, block, 3 + at + len(str(answers)) / 7)
    drive(page, "paper/done", seed=len(str(answers)) / 9)
    number = page.locator(".plate__id").inner_text()
    desk.send()
    with desk.server.services.database.read() as transaction:
        states = [str(one.state) for one in transaction.ledger.envelopes_of(number)]
    assert states == ["archived"] * (len(signers) + 1)


def test_without_a_voice_the_officer_reads_and_is_named_as_the_reader(desk: Desk):
    """The tablet says who reads; the person's presentation says it too."""
    page = desk.start()
    drive(page, "paper/read")
    press(page, "Read it to me")
    expect(page.get_by_text("The officer will read this paper to you.")).to_be_visible()


VOICE = """
  window.said = [];
  const voice = { lang: "en-US", localService: true, default: true };
  class Said extends EventTarget { constructor(text) { super(); this.text = text; } }
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Said });
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => [voice], cancel: () => undefined, addEventListener: () => undefined,
    speak: (one) => { window.said.push(one.text); setTimeout(() => one.dispatchEvent(new Event("end"))); },
  } });
"""


def test_a_voice_of_the_tablet_reads_every_line_in_order(desk: Desk):
    """Line by line, the one that is said marked; at its end the button offers it again."""
    desk.page.add_init_script(VOICE)
    page = desk.start()
    drive(page, "paper/read")
    expect(page.locator("[data-line]").first).to_be_visible()
    shown = page.locator("[data-line]").all_inner_texts()
    press(page, "Read it to me")
    expect(page.get_by_text("This device reads the paper to you.")).to_be_visible()
    expect(page.get_by_role("button", name="Read it to me")).to_be_visible()
    assert ["".join(one.split()) for one in page.evaluate("window.said")] == ["".join(one.split()) for one in shown]


def test_an_interpreter_by_video_needs_the_number_and_does_not_sign(desk: Desk):
    """Phone is the usual channel; one tap makes it video, and without the interpreter's number the form asks for it."""
    page = desk.start()
    manner(page, aids="interpreter", interpreter_name="Sol Vega", interpreter_language="Mam")
    expect(page.locator('[name="interpreter_channel"][value="phone"]')).to_be_checked()
    officer = Officer(page)
    officer.choose("interpreter_channel", "video")
    signing.answers(officer)
    officer.next()
    expect(page.get_by_role("alert").filter(has_text="another look")).to_be_visible()
    expect(page.locator('[data-question="interpreter_id"].question--error')).to_be_visible()
    officer.type("interpreter_id", "VRI-4471")
    officer.next()
    expect(page.get_by_text("VRI-4471")).to_be_visible()
    drive(page, "paper/choose", seed=6)
    press(page, WORDS["en"]["want"])
    expect(page.locator('[data-block="person"]')).to_be_visible()
    signing.sign(page, "person", 4.4)
    drive(page, "paper/done", seed=2.2)
    number = page.locator(".plate__id").inner_text()
    desk.send()
    with desk.server.services.database.read() as transaction:
        record = next(one for one in transaction.book.records() if one.document_id == number)
    evidence = json.loads(desk.server.services.archive.read(f"urn:uuid:{record.record_id}", "evidence.json"))
    [facts] = [text for line, text in evidence["lines"] if line == "sig-interpreter-facts"]
    assert "VRI-4471" in facts
    assert "video" in facts
