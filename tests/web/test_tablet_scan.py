"""A licence before the camera: read without a network, on the device alone, and every way in which it can not be."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.counterparts.browser import axe_violations, save_picture, sideways_px
from tests.web import signing
from tests.web.film import card, film
from tests.web.signing import LEAD, Officer, Server, heading, press
from tests.web.tablet import run, tablet

CARD = card("QUILLFEATHER", "ROSA", "04281986")
FAKE = "--use-fake-device-for-media-stream"
ALLOWED = "--use-fake-ui-for-media-stream"


def sees(path: Path, text: str) -> tuple[str, ...]:
    """Give the browser a camera that sees a code."""
    return (FAKE, ALLOWED, f"--use-file-for-fake-video-capture={film(path, text)}")


@pytest.fixture(scope="module")
def prepared(chromium_browser: Browser, tmp_path_factory) -> tuple[Server, Path]:
    """Give a server that is off again, and the disk of a tablet that was set up with it."""
    folder = tmp_path_factory.mktemp("scan")
    server = Server(folder)
    with tablet(chromium_browser, folder / "profile") as context, server.on():
        signing.set_up(context.pages[0], server)
    return server, folder / "profile"


@contextmanager
def at_the_form(
    browser: Browser, prepared: tuple[Server, Path], flags: tuple[str, ...], form: str = LEAD
) -> Iterator[tuple[BrowserContext, Page]]:
    """Switch the tablet on without a network, and open the form of a new paper."""
    server, profile = prepared
    with tablet(browser, profile, flags=flags) as context:
        page = context.pages[0]
        signing.unlock(page, server)
        officer = Officer(page)
        signing.screening(officer, form)
        officer.next()
        heading(page, "The form")
        yield context, page


def scan(page: Page) -> None:
    """Open the camera by the keyboard."""
    button = page.get_by_role("button", name="Scan a license")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Scan a license")).to_be_focused()


def filled(page: Page) -> list[str]:
    """Give what stands in the inputs of name and birth."""
    names = ("person_name_as_given", "date_of_birth.month", "date_of_birth.day", "date_of_birth.year")
    return [page.input_value(f'[name="{name}"]') for name in names]


def told(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait for what the scan says."""
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text(words)


def cameras_on(page: Page) -> int:
    """Count the camera's tracks that still run, of all that were given since ``watch``."""
    return page.evaluate("globalThis.given.filter((track) => track.readyState === 'live').length")


def watch(page: Page) -> None:
    """Note each track that the camera gives from now on."""
    page.evaluate(
        "() => { globalThis.given = []; const { mediaDevices } = navigator; const ask = mediaDevices.getUserMedia.bind(mediaDevices);"
        "mediaDevices.getUserMedia = async (wanted) => { const stream = await ask(wanted); globalThis.given.push(...stream.getTracks()); return stream; }; }"
    )


def test_a_licence_is_read_without_a_network_and_nothing_else_of_it_is_kept(
    chromium_browser: Browser, prepared: tuple[Server, Path], tmp_path: Path
):
    """Name and birth stand in the form and in the draft, the camera is off, the focus is back, and nothing was asked of the network."""
    with at_the_form(chromium_browser, prepared, sees(tmp_path / "card.y4m", CARD)) as (context, page):
        watch(page)
        asked: list[str] = []
        context.on("requestfailed", lambda request: asked.append(request.url))
        scan(page)
        expect(page.get_by_role("alert").filter(has_text="from the card")).to_be_visible()
        expect(page.get_by_role("button", name="Scan a license")).to_be_focused()
        assert filled(page) == ["ROSA QUILLFEATHER", "4", "28", "1986"]
        assert page.is_checked('[name="id_seen"][value="licence"]')
        expect(page.locator('label:has(> [name="id_seen"][value="licence"])')).to_be_visible()
        assert cameras_on(page) == 0
        assert [url for url in asked if "zxing" in url or "scan" in url] == []
        page.goto("about:blank")
        signing.unlock(page, prepared[0])
        press(page, re.compile("^Go on"))
        assert filled(page) == ["ROSA QUILLFEATHER", "4", "28", "1986"]
        kept = run(page, f"await vault.unlock('{signing.PIN}'); return JSON.stringify(await Promise.all("
                         "(await drafts.rows()).map((one) => drafts.content(vault, one.id))));")  # fmt: skip
        assert "ROSA QUILLFEATHER" in kept
        assert not [one for one in ("Z0000000", "NOWHERE", "97338", "ANSI") if one in kept]


def test_the_reader_alone_may_run_webassembly(chromium_browser: Browser, prepared: tuple[Server, Path], tmp_path: Path):
    """From the cache too: the page's own policy refuses it, and the worker's answer brings the policy that allows it."""
    with at_the_form(chromium_browser, prepared, sees(tmp_path / "card.y4m", CARD)) as (_, page):
        compiled = page.evaluate(
            "WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => 'ran', (error) => error.name)"
        )
        assert compiled == "CompileError"
        policies = page.evaluate(
            "async () => Object.fromEntries(await Promise.all(['/tablet/', '/tablet/reader.js', '/static/tablet/app.js']"
            ".map(async (path) => { const found = await caches.match(path); const { headers } = found;"
            "return [path, [headers.get('content-security-policy').includes('wasm-unsafe-eval'), headers.get('permissions-policy').includes('camera=(self)')]]; })))"
        )
        assert policies == {
            "/tablet/": [False, True], "/tablet/reader.js": [True, False], "/static/tablet/app.js": [False, False],
        }  # fmt: skip


def test_no_code_and_a_foreign_code_are_told_and_the_way_back_keeps_what_was_typed(
    chromium_browser: Browser, prepared: tuple[Server, Path], tmp_path: Path
):
    """A boarding pass is named as none; Escape leads back; the camera is off; what was typed stays."""
    with at_the_form(chromium_browser, prepared, sees(tmp_path / "pass.y4m", "M1QUILLFEATHER/ROSA EABCDEF")) as (
        _,
        page,
    ):
        watch(page)
        page.fill('[name="person_name_as_given"]', "Rosa")
        scan(page)
        told(page, "another kind of code")
        assert cameras_on(page) == 1
        for width, height in ((768, 1024), (800, 1280), (1280, 800)):
            page.set_viewport_size({"width": width, "height": height})
            assert sideways_px(page) <= 0
            save_picture(page, f"tablet-scan-{width}x{height}")
        assert axe_violations(page) == []
        for button in page.locator("dialog button:visible").all():
            assert button.bounding_box()["height"] >= 44
        for _ in range(6):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.closest('main') === null")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name="Scan a license")).to_be_focused()
        assert cameras_on(page) == 0
        assert filled(page)[0] == "Rosa"


def test_a_minute_without_a_code_ends_with_words_and_another_look(
    chromium_browser: Browser, prepared: tuple[Server, Path], tmp_path: Path
):
    """The camera goes off by itself; *Look again* switches it on, *Back to the form* off."""
    with at_the_form(chromium_browser, prepared, sees(tmp_path / "grey.y4m", "")) as (_, page):
        watch(page)
        scan(page)
        expect(page.locator("video")).to_have_js_property("videoWidth", 1280)
        page.clock.set_fixed_time(time.time() + 61)
        told(page, "No code was found")
        assert cameras_on(page) == 0
        press(page, "Look again")
        told(page, "Looking")
        expect(page.get_by_role("button", name="Look again")).to_be_hidden()
        press(page, "Back to the form")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert cameras_on(page) == 0


def test_the_camera_ends_with_the_screen(chromium_browser: Browser, prepared: tuple[Server, Path], tmp_path: Path):
    """Another screen, as the lock after ten minutes shows one, switches it off."""
    with at_the_form(chromium_browser, prepared, sees(tmp_path / "grey.y4m", "")) as (_, page):
        watch(page)
        scan(page)
        told(page, "Looking")
        page.evaluate("location.hash = '#waiting'")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert cameras_on(page) == 0


@pytest.mark.parametrize(
    ("flags", "words"), [((FAKE,), "not allowed"), ((ALLOWED,), "no camera"), ((FAKE, ALLOWED), "does not start. Type")],
    ids=["refused", "absent", "reader-broken"],
)  # fmt: skip
def test_what_hinders_the_scan_is_told_in_words(
    chromium_browser: Browser, prepared: tuple[Server, Path], flags: tuple[str, ...], words: str
):
    """Refused, absent, and a reader whose file is gone from the disk while no server answers."""
    with at_the_form(chromium_browser, prepared, flags) as (_, page):
        if "Type" in words:
            page.evaluate(
                "async () => { for (const name of await caches.keys()) await (await caches.open(name)).delete('/static/zxing/zxing_reader.wasm'); }"
            )
        scan(page)
        told(page, words)
        press(page, "Back to the form")
        expect(page.get_by_role("button", name="Scan a license")).to_be_focused()
