"""The way out when nothing gets through: a file from the tablet to the desk, and its receipts back to the tablet."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_service.ports import Search
from forms_service.workflow.find import find
from tests.counterparts.browser import axe_violations, save_picture, sideways_px
from tests.web import signing
from tests.web.conftest import Visitor
from tests.web.signing import BY, REFERRAL, Server, heading, press
from tests.web.tablet import tablet


def signed_away(page: Page, server: Server) -> None:
    """Let both sign without a network."""
    page.goto(f"{server.origin}/tablet/#start")
    signing.prepared(page, REFERRAL, "en")
    signing.both_sign(page, REFERRAL)


def look(page: Page, name: str) -> None:
    """Keep pictures at the sizes of a phone, a tablet and a desk, and let axe judge."""
    for width, height in ((390, 844), (800, 1280), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert sideways_px(page) <= 0
        save_picture(page, f"{name}-{width}")
    assert axe_violations(page) == []


def saved(page: Page, button: str, path: Path) -> Path:
    """Press what saves a file."""
    with page.expect_download() as saving:
        press(page, button)
    saving.value.save_as(path)
    return path


def brought(page: Page, server: Server, file: Path, folder: Path) -> Path:
    """Bring the file to the desk and save the receipts."""
    page.goto(f"{server.origin}/desk/tablet-file")
    look(page, "desk-tablet-file-page")
    page.set_input_files("#file", file)
    press(page, "Take it")
    expect(page.get_by_text("2 envelopes in the file.")).to_be_visible()
    expect(page.get_by_text("Archived", exact=True)).to_have_count(2)
    look(page, "desk-tablet-file-page-taken")
    return saved(page, "Save the receipts", folder / "forms-receipts.json")


def give(page: Page, file: Path) -> None:
    """Give the tablet a file of receipts."""
    with page.expect_file_chooser() as choosing:
        press(page, "Read receipts from a file")
    choosing.value.set_files(file)


def test_what_can_not_be_sent_is_carried_and_let_go_on_the_receipts_that_are_carried_back(
    chromium_browser: Browser, tmp_path: Path
):
    """Signed and saved without a network, archived at the desk, let go without a network; nothing was ever sent."""
    server, profile = Server(tmp_path), tmp_path / "profile"
    with tablet(chromium_browser, profile) as context:
        page = context.pages[0]
        with server.on():
            signing.set_up(page, server)
        signed_away(page, server)
        page.goto(f"{server.origin}/tablet/#waiting")
        heading(page, "2 items on this tablet only")
        file = saved(page, "Save to a file", tmp_path / "forms-unsent.json")
        page.goto("about:blank")
        with server.on():
            receipts = brought(page, server, file, tmp_path)
        page.goto(f"{server.origin}/tablet/#waiting")
        heading(page, "2 items on this tablet only")
        give(page, file)
        expect(page.get_by_role("alert")).to_contain_text("no file of receipts")
        look(page, "tablet-waiting-receipts")
        give(page, receipts)
        heading(page, "Nothing waits")
        expect(page.get_by_role("alert")).to_contain_text("2 items let go: the server has them.")
        expect(page.get_by_text("The server gave its signed receipt for 2 items.")).to_be_visible()
    assert server.puts == []
    assert len(list(find(server.services, BY, Search()))) == 1


def bring(visitor: Visitor, content: bytes | None, name: str = "forms-unsent.json"):
    """Send a file as the page does."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/desk/tablet-file").text)[1]
    sent = {"csrf_token": token, **({"file": (BytesIO(content), name)} if content is not None else {})}
    return visitor.client.post("/desk/tablet-file", base_url=visitor.origin, data=sent, buffered=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "Choose"), (b"%PDF-1.7", "no file of unsent papers"), (b'{"v":"unsent/1","envelopes":[]}', "no file of unsent papers")],
    ids=["none", "a PDF", "an empty one"],
)  # fmt: skip
def test_another_file_is_refused_on_the_page(visitor: Visitor, content: bytes | None, words: str):
    """With words beside the field, and the page to choose another."""
    answer = bring(visitor, content)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="file-error"' in answer.text


def test_an_entry_that_is_refused_says_why(visitor: Visitor):
    """One row for each entry, and no receipts where nothing is kept."""
    answer = bring(
        visitor, json.dumps({"v": "unsent/1", "envelopes": [{"envelope_id": "<b>", "envelope": "x"}]}).encode()
    )
    assert answer.status_code == 200
    assert "Refused: it stays on the tablet" in answer.text
    assert "This is no message of a tablet" in answer.text
    assert "Save the receipts" not in answer.text
    assert "<b>" not in answer.text
