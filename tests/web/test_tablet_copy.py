"""The person's copy: chosen on the tablet without a network, printed, handed out at the desk, fetched by a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from forms_service.ports import Search
from forms_service.workflow.copy_link import end_links
from forms_service.workflow.find import find, open_document
from tests.counterparts.browser import PICTURES, axe_violations, open_page, save_picture, sideways_px
from tests.web import signing
from tests.web.signing import BY, LEAD, REFERRAL, Server, heading, press
from tests.web.tablet import run, tablet
from tests.web.test_tablet_looks import SMALL_TARGETS
from tests.web.test_tablet_sign import records, send

CARD = "CARD-7Q2F9-KDM3X-3"
LINK = re.compile(r"http://localhost:\d+/c/[\w-]{22}#[\w-]{43}")


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """Give the real server, switched off, whose links are on."""
    return Server(tmp_path, link_days=30)


@pytest.fixture
def page(chromium_browser: Browser, server: Server, tmp_path: Path) -> Iterator[Page]:
    """Give a tablet that is set up; the server is off."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        with server.on():
            signing.set_up(context.pages[0], server)
        yield context.pages[0]


def signed(page: Page, form: str = LEAD, language: str = "en", seed: float = 7) -> str:
    """Let both sign without a network, and open the person's copy; give the number."""
    number = signing.prepared(page, form, language)
    signing.both_sign(page, form, language, seed)
    press(page, "Give the copy")
    heading(page, "The person's copy")
    return number


def look(page: Page, name: str) -> None:
    """Keep a picture, let axe judge, measure targets."""
    save_picture(page, f"copy-{name}")
    assert axe_violations(page) == []
    assert sideways_px(page) <= 0
    assert page.evaluate(SMALL_TARGETS) == []


def printed(page: Page, name: str) -> list[str]:
    """Print what is shown as the browser prints it, keep pictures of the sheets, and give their texts."""
    content = page.pdf(prefer_css_page_size=True, print_background=False)
    document = pypdfium2.PdfDocument(content)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for number in range(len(document)):
        assert document[number].get_size() == (612, 792)
        document[number].render(scale=2).to_pil().save(PICTURES / f"copy-{name}-{number + 1}.png")
    return [one.extract_text() for one in PdfReader(BytesIO(content)).pages]


def told(server: Server) -> list[dict]:
    """Give what the only record's additions say."""
    [record] = records(server)
    return [dict(one.values) for one in record.additions]


def test_the_copy_is_printed_on_the_tablet_in_the_persons_language(page: Page, server: Server):
    """Its own page on US Letter, what to do next on top, the English behind it, nothing of the app and nothing internal."""
    number = signed(page, LEAD, "es")
    look(page, "ways")
    press(page, "Look at it and print")
    heading(page, "Print the person's copy")
    look(page, "print")
    sheets = printed(page, "printed-es")
    assert len(sheets) == 2, "the person's language, and English"
    text = " ".join("\n".join(sheets).split())
    for words in (
        "Su copia",
        "guarda el original sellado",
        number,
        "Qué hacer ahora",
        "Usted puede decir que no",
        "You can say no.",
        "503-623-9289",
    ):
        assert words in text, words
    for words in ("Print the person", "Papers", "Ready?", "Corner Shop", "LEDS", "Waiting", "COPY"):
        assert words not in text, words
    assert text.index("Qué hacer ahora") < text.index("Usted puede decir que no")
    picture = Image.open(PICTURES / "copy-printed-es-1.png")
    [code] = zxingcpp.read_barcodes(picture)
    assert code.text == f"FS1-LEAD/1-{number.removeprefix('LEAD-').replace('-', '')}-1/1"
    press(page, "It came out")
    heading(page, "The person's copy")
    expect(page.locator('[data-copy="closed"]')).to_contain_text("Printed here")
    send(page, server)
    [one] = told(server)
    assert (one["person_copy"], one["person_copy_at"][:4]) == ("paper", str(records(server)[0].signed_at.year))


def test_each_way_is_kept_at_once_and_reaches_the_record(page: Page, server: Server):
    """A refusal without a reason is none; pick-up, card and refusals outlive a reload, without a network."""
    signed(page, REFERRAL)
    page.get_by_text("No copy now").click()
    press(page, "The person does not want one")
    expect(page.get_by_role("alert")).to_contain_text("Say why")
    page.fill("[name=no-copy]", "Did not want to carry it")
    look(page, "declined")
    press(page, "The person does not want one")
    expect(page.locator('[data-copy="closed"]')).to_contain_text("Did not want to carry it")
    press(page, "The person picks it up")
    expect(page.locator('[data-copy="open"]')).to_contain_text("The desk hands it out")
    page.fill("[name=card]", "CARD-7Q2F9-KDM3X-4")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("mistyped")
    page.fill("[name=card]", CARD.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page.locator('[data-copy="closed"]')).to_contain_text(f"Pocket card {CARD}")
    assert run(page, "return (await outbox.rows('unsent')).filter((one) => one.kind === 'addition').length") == 3
    page.reload()
    signing.unlock(page, server)
    press(page, re.compile("^Look:"))
    expect(page.locator('[data-copy="closed"]')).to_contain_text(f"Pocket card {CARD}")
    look(page, "done")
    send(page, server)
    assert [one["person_copy"] for one in told(server)] == ["declined", "pickup", "paper"]
    assert [one.document_id for one in find(server.services, BY, Search(words=CARD))] == [
        records(server)[0].document_id
    ]


def test_a_card_is_given_once(page: Page, server: Server):
    """The tablet knows its own cards, without a network."""
    signed(page, REFERRAL)
    page.fill("[name=card]", CARD)
    press(page, "The person has the card")
    expect(page.locator('[data-copy="closed"]')).to_be_visible()
    press(page, "Back")
    press(page, "Back to start")
    signed(page, REFERRAL, seed=5)
    page.fill("[name=card]", CARD)
    press(page, "The person has the card")
    expect(page.get_by_role("alert")).to_contain_text("belongs to another paper")
    expect(page.locator('[data-copy=""]')).to_be_visible()


def shown_link(page: Page) -> str:
    """Show the link, and scan it from the screen as a telephone does."""
    press(page, "Show the link")
    expect(page.locator(".link-code svg")).to_be_visible()
    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(page.screenshot())))
    assert LINK.fullmatch(code.text)
    return code.text


@pytest.mark.parametrize(("language", "locale"), [("en", "en-US"), ("es", "es-MX")])
def test_a_link_opens_the_copy_on_the_persons_own_phone(
    chromium_browser: Browser, page: Page, server: Server, language: str, locale: str
):
    """Not here, then here: words, numbers to tap, the sealed file beside; the key never leaves the phone; ended, it is not here."""
    number = signed(page, LEAD, language)
    link = shown_link(page)
    look(page, f"link-{language}")
    words = {"en": ("Your document", "Show my document", "not here now", "Your copy"), "es": ("Su documento", "Ver mi documento", "no está aquí ahora", "Su copia")}[language]  # fmt: skip
    with server.on(), a_phone(chromium_browser, locale) as phone:
        asked: list[str] = []
        phone.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''} {request.headers}"))
        phone.goto(link)
        expect(phone).to_have_title(words[0])
        assert not re.search("police|lead|health|agreement", phone.content(), re.IGNORECASE)
        look(phone, f"landing-{language}")
        press(phone, words[1])
        expect(phone.get_by_role("status")).to_contain_text(words[2])
        send_all(page, server)
        press(phone, words[1])
        expect(phone.get_by_role("heading", level=1)).to_have_text(words[3])
        expect(phone).to_have_title(words[0])
        look(phone, f"opened-{language}")
        assert number in phone.inner_text("main")
        assert phone.locator('a[href="tel:5036239289"]').count()
        assert kept_file(phone) == open_document(server.services, BY, number)
        assert asked
        assert [one for one in asked if link.partition("#")[2] in one] == []
        end_links(server.services, BY, number)
        phone.reload()
        press(phone, words[1])
        expect(phone.get_by_role("status")).to_contain_text(words[2])
    assert [one["person_copy"] for one in told(server)] == ["sms_link"]


def kept_file(phone: Page) -> bytes:
    """Keep the copy as a file; give its bytes."""
    with phone.expect_download() as download:
        phone.get_by_role("link", name=re.compile("PDF")).click()
    return Path(download.value.path()).read_bytes()


def send_all(page: Page, server: Server) -> None:
    """Bring the tablet where its server is, which is on, until nothing waits."""
    page.goto(f"{server.origin}/tablet/#waiting")
    press(page, "Send now")
    heading(page, "Nothing waits")


class a_phone:  # noqa: N801  # read as words: with a_phone(...)
    """A person's own phone: small, no cookies, their language."""

    def __init__(self, browser: Browser, locale: str) -> None:
        self.context = browser.new_context(
            viewport={"width": 360, "height": 740}, has_touch=True, locale=locale, accept_downloads=True
        )

    def __enter__(self) -> Page:
        """Switch it on."""
        return self.context.new_page()

    def __exit__(self, *_: object) -> None:
        """Switch it off."""
        self.context.close()


def test_a_link_that_is_not_whole_and_a_changed_key_open_nothing(chromium_browser: Browser, page: Page, server: Server):
    """Said in words; the copy is not counted for a link without its key."""
    number = signed(page, REFERRAL)
    link = shown_link(page)
    with server.on(), a_phone(chromium_browser, "en-US") as phone:
        send_all(page, server)
        phone.goto(link.partition("#")[0])
        press(phone, "Show my document")
        expect(phone.get_by_role("status")).to_contain_text("not whole")
        phone.goto(f"{link[:-5]}AAAAA")
        phone.reload()
        press(phone, "Show my document")
        expect(phone.get_by_role("status")).to_contain_text("not whole")
        with server.services.database.read() as transaction:
            record = transaction.book.record(number)
            [kept] = transaction.ledger.copy_links_of(record.record_id)
        assert kept.fetched == 1


def test_without_links_the_tablet_offers_none(chromium_browser: Browser, tmp_path: Path):
    """Off is the default: no button, and nothing under the address."""
    server = Server(tmp_path)
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        with server.on():
            signing.set_up(page, server)
            assert page.request.get(f"{server.origin}/c/{'A' * 22}").status == 404
        signed(page, REFERRAL)
        expect(page.get_by_role("button", name="The person picks it up")).to_be_visible()
        expect(page.get_by_role("button", name="Show the link")).to_have_count(0)


def test_the_desk_prints_the_copy_hands_it_out_and_ends_a_link(chromium_browser: Browser, page: Page, server: Server):
    """A pick-up stands on the desk until it is handed out; the page there is the person's own copy."""
    number = signed(page, LEAD, "es")
    shown_link(page)
    press(page, "The person has it")
    press(page, "The person picks it up")
    expect(page.locator('[data-copy="open"]')).to_be_visible()
    with server.on(), open_page(chromium_browser, "desk") as desk:
        send_all(page, server)
        sign_in(desk, server)
        desk.goto(f"{server.origin}/records/{number}")
        look_at_desk(desk, "record")
        press(desk, "End the link")
        expect(desk.get_by_text(re.compile("ended .*, by hand"))).to_be_visible()
        desk.get_by_text("It can not be handed out").click()
        desk.evaluate("document.querySelector('#copy-reason').required = false")
        press(desk, "It is not possible")
        expect(desk.get_by_text("Say why, in a few words.")).to_be_visible()
        press(desk, "Handed out on paper now")
        desk.get_by_role("link", name="Look at it and print it").click()
        expect(desk.get_by_role("heading", level=1)).to_have_text("Su copia")
        look_at_desk(desk, "desk-copy")
        sheets = printed(desk, "desk-printed")
        assert len(sheets) == 2
        text = " ".join("\n".join(sheets).split())
        for words in (number, "guarda el original sellado", "Usted puede decir que no", "You can say no."):
            assert words in text, words
        assert "Corner Shop" not in text
        assert "Back to the record" not in text
    assert [one["person_copy"] for one in told(server)] == ["sms_link", "pickup", "paper"]


def look_at_desk(desk: Page, name: str) -> None:
    """Keep a picture and let axe judge."""
    save_picture(desk, f"copy-{name}")
    assert axe_violations(desk) == []
    assert sideways_px(desk) <= 0


def sign_in(desk: Page, server: Server) -> None:
    """Sign in at the desk."""
    desk.goto(f"{server.origin}/sign-in")
    desk.fill("[name=name]", signing.OFFICER.name)
    desk.fill("[name=password]", signing.PASSWORD)
    desk.locator('label[for="notice"]').click()
    desk.get_by_role("button", name="Sign in").click()
    desk.get_by_role("link", name="Not now").click()
