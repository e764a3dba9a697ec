"""The tablet's app on the device: kept whole or not at all, opened without a server, new versions by consent, ready or not."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_service.settings import ROOT
from forms_service.web.app import HERE
from forms_service.web.tablet_files import imports_of, kept_names, modules
from tests.conftest import environment
from tests.counterparts.browser import axe_violations, save_picture, sideways_px
from tests.web.conftest import PROGRAM
from tests.web.tablet import Station, enrol, keep_for_good, open_app, port_is_free, tablet, until_line
from tests.web.tls import START_SECONDS, free_port

FIRST_VISIT_BYTES = 250_000
STATIC = HERE / "static"


@pytest.fixture
def page(chromium_browser: Browser, station: Station, tmp_path: Path) -> Iterator[Page]:
    """Open the tablet's page for the first time, and wait until the app is kept."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        open_app(page, station)
        yield page


def caches(page: Page) -> dict[str, int]:
    """Give the name of each cache and how many answers are in it."""
    return page.evaluate(
        "(async () => Object.fromEntries(await Promise.all((await caches.keys()).map("
        "async (name) => [name, (await (await caches.open(name)).keys()).length]))))()"
    )


def look_for_update(page: Page) -> str:
    """Let the browser look for a new version; give what became of it."""
    return page.evaluate("""async () => {
      const registration = await navigator.serviceWorker.getRegistration("/tablet/");
      const gone = new Promise((resolve) => registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker.addEventListener("statechange", () => resolve(worker.state), { once: true });
      }));
      const none = new Promise((resolve) => setTimeout(() => resolve("none"), 5000));
      await registration.update().catch(() => undefined);
      return Promise.race([gone, none]);
    }""")


def agency(page: Page) -> str:
    """Give whose app it is, which is another build's for another name."""
    return page.locator(".tablet__name").inner_text()


def get(address: str) -> tuple[bytes, dict[str, str]]:
    """Fetch as a browser does that takes gzip."""
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310  # our own, on loopback
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        return answer.read(), dict(answer.headers)


def until_served(port: int, log: Path) -> None:
    """Wait until a server listens; one that does not tells why."""
    until = time.monotonic() + START_SECONDS
    while port_is_free(port):
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)


def until_free(port: int) -> None:
    """Wait until nobody listens any more."""
    until = time.monotonic() + START_SECONDS
    while not port_is_free(port):
        assert time.monotonic() < until
        time.sleep(0.1)


def shell(station: Station) -> dict:
    """Give the list that the worker holds."""
    text = station.read("/tablet/service_worker.js").decode()
    return json.loads(text.partition("\n")[0].removeprefix("const SHELL = ").removesuffix(";"))


def test_the_list_names_the_very_bytes_that_are_served(station):
    """Each address answers with the digest and the length that the worker's list says."""
    listed = shell(station)
    assert len(listed["files"]) > 80
    for one in listed["files"]:
        content = station.read(one["path"])
        assert (sha256(content).hexdigest(), len(content)) == (one["sha256"], one["bytes"]), one["path"]


def test_the_list_holds_all_that_the_page_needs():
    """Each module that is imported, and each file that the style sheets name, is kept."""
    kept = {f"/static/{name}" for name in kept_names(STATIC)}
    assert set(modules(STATIC)) <= kept
    written = {f"/static/{path.relative_to(STATIC).as_posix()}" for path in (STATIC / "tablet").rglob("*.js")}
    assert written - set(modules(STATIC)) == {"/static/tablet/service_worker.js"}
    for sheet in ("uswds/css/uswds.min.css", "forms.css", "tablet/tablet.css"):
        text = (STATIC / sheet).read_text("utf-8")
        named = {
            one
            for one in re.findall(r"url\(\"?'?(\.\./[^)\"'#?]+)", text)
            if (STATIC / sheet).parent.joinpath(one).exists()
        }
        for one in named - {"../img/sprite.svg"}:
            assert f"/static/{(STATIC / sheet).parent.joinpath(one).resolve().relative_to(STATIC)}" in kept, one


def test_an_import_is_found_as_it_is_written():
    """On one line, at the end of several, beside words about imports that are none."""
    text = 'import { a } from "./a.js";\nimport {\n  b,\n} from "../b.js";\nexport { c } from "./c.js";\n * taken from "here"\n// from "there"\n'
    assert list(imports_of(text)) == ["./a.js", "../b.js", "./c.js"]


def test_the_first_visit_is_small(station):
    """Everything that is kept, fonts apart, and the worker: at most 250 kB as it is sent."""
    paths = [one["path"] for one in shell(station)["files"] if not one["path"].endswith(".woff2")]
    sent = {path: get(f"{station.origin}{path}") for path in [*paths, "/tablet/service_worker.js"]}
    total = sum(len(body) for body, _ in sent.values())
    assert total <= FIRST_VISIT_BYTES, total
    body, headers = sent["/static/uswds/css/uswds.min.css"]
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == (STATIC / "uswds/css/uswds.min.css").read_bytes()


def test_it_opens_from_cold_without_the_server(chromium_browser: Browser, tmp_path: Path):
    """One visit to a really running server; the server is killed, the tablet switched off and on: the app is there."""
    port = free_port()
    origin = f"http://localhost:{port}"
    variables = {**os.environ, **environment(tmp_path, FORMS_ORIGIN=origin)}
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [PROGRAM, "serve"], env=variables, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
    try:
        until_served(port, tmp_path / "log")
        with tablet(chromium_browser, tmp_path / "profile") as context:
            context.pages[0].goto(f"{origin}/tablet/")
            until_line(context.pages[0], "kept", "good")
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=20)
    until_free(port)
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        page.goto(f"{origin}/tablet/")
        until_line(page, "kept", "good")
        expect(page.get_by_text("Working without the server.")).to_be_visible()
        assert page.evaluate("navigator.onLine") is True
        page.get_by_role("link", name="This tablet", exact=True).click()
        expect(page.get_by_text("all of them checked")).to_be_visible()
        expect(page.get_by_text("just now").first).to_be_visible()
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Source Sans Pro Web\"'))")


@pytest.mark.parametrize("fault", ["missing", "altered"])
def test_a_broken_deploy_leaves_the_installed_app(page: Page, station: Station, fault: str):
    """One file that is gone or another than listed: nothing new is kept, nothing half, and the app still opens."""
    before = caches(page)
    old = agency(page)
    station.deploy_next("Broken City Police")
    getattr(station.deploy, fault).add("/static/tablet/tablet.css")
    assert look_for_update(page) == "redundant"
    assert caches(page) == before
    station.end()
    page.reload()
    until_line(page, "kept", "good")
    assert agency(page) == old


def test_a_half_filled_cache_is_filled_or_thrown_away(page: Page, station: Station):
    """What a dead battery left half done of the next build is made whole, and nothing of it stays when a third comes."""
    station.deploy_next("Second City Police")
    half = f"forms-tablet-{shell(station)['build']}"
    page.evaluate("async (name) => { await (await caches.open(name)).put('/tablet/', new Response('half')); }", half)
    assert look_for_update(page) == "installed"
    assert caches(page)[half] == len(shell(station)["files"]) + 1
    page.evaluate("async () => { await caches.open('forms-tablet-leftover'); }")
    page.get_by_role("button", name="Use it now").first.click()
    expect(page.locator(".tablet__name")).to_have_text("Second City Police")
    assert list(caches(page)) == [half]


def test_a_new_version_waits_for_consent_and_never_comes_over_an_open_paper(page: Page, station: Station):
    """It is offered, a reload does not bring it, an open paper in any window holds it back; then it is used."""
    old = agency(page)
    station.deploy_next("Newer City Police")
    assert look_for_update(page) == "installed"
    expect(page.get_by_text("A new version is ready. Use it now?")).to_be_visible()
    page.reload()
    expect(page.get_by_text("A new version is ready. Use it now?")).to_be_visible()
    assert agency(page) == old
    other = page.context.new_page()
    other.goto(f"{station.origin}/tablet/#waiting")
    other.evaluate("""async () => {
      const { Drafts } = await import("/static/tablet/store/drafts.js");
      const held = new Promise((opened) => new Drafts(null, navigator.locks).whileOpen("d-1", () => {
        opened(true);
        return new Promise((done) => { globalThis.putAway = done; });
      }));
      await held;
    }""")
    page.locator("[data-update]").get_by_role("button", name="Use it now").click()
    expect(page.get_by_text("A paper is open.")).to_be_visible()
    assert agency(page) == old
    other.evaluate("globalThis.putAway()")
    page.locator("[data-update]").get_by_role("button", name="Use it now").click()
    expect(page.locator(".tablet__name")).to_have_text("Newer City Police")
    expect(other.locator(".tablet__name")).to_have_text("Newer City Police")
    assert len(caches(page)) == 1


def test_the_worker_touches_nothing_but_what_it_keeps(page: Page, station: Station):
    """Another page, another query, another method and the server's own answers come from the server."""
    station.deploy.seen.clear()
    page.evaluate("""async () => {
      for (const path of ["/static/forms.css", "/static/tablet/app.js"]) await fetch(path);
      for (const path of ["/static/forms.css?v=1", "/static/print.js", "/tablet/now.json", "/health"]) await fetch(path);
      await fetch("/static/forms.css", { method: "POST", body: "x" });
    }""")
    seen = [
        one for one in station.deploy.seen if one not in (("GET", "/tablet/now.json"), ("GET", "/tablet/forms.json"))
    ]
    assert seen == [
        ("GET", "/static/forms.css"),
        ("GET", "/static/print.js"),
        ("GET", "/health"),
        ("POST", "/static/forms.css"),
    ]
    assert ("GET", "/tablet/now.json") in station.deploy.seen


def test_another_services_answer_is_no_answer(page: Page, station: Station):
    """A hotel's sign-in page that says 200 to everything counts as no server at all."""
    hotel = "<html>Welcome to the hotel</html>"
    page.context.route(
        "**/tablet/*.json", lambda route: route.fulfill(status=200, content_type="text/html", body=hotel)
    )
    page.get_by_role("button", name="Check again").click()
    until_line(page, "connection", "note")


def test_the_field_ready_check_is_red_with_what_to_do_and_green_when_it_is_done(
    chromium_browser: Browser, station: Station, tmp_path: Path
):
    """A new tablet in a tab is red; installed, kept for good, enrolled, with PIN and forms it is green."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        open_app(page, station)
        expect(page.get_by_role("heading", level=1)).to_have_text("Not ready for the field")
        page.get_by_role("button", name="Ask again").click()
        for line in ("enrolled", "pin", "installed", "persisted"):
            until_line(page, line, "bad")
        keep_for_good(page, station)
        page.get_by_role("button", name="Ask again").click()
        until_line(page, "persisted", "good")
    with tablet(chromium_browser, tmp_path / "profile", app=f"{station.origin}/tablet/") as context:
        page = context.pages[0]
        keep_for_good(page, station)
        page.reload()
        until_line(page, "persisted", "good")
        enrol(page, station)
        expect(page.get_by_role("heading", level=1)).to_have_text("Ready for the field")
        page.clock.set_fixed_time(time.time() - 600)
        page.get_by_role("button", name="Check again").click()
        until_line(page, "clock", "bad")
        expect(page.get_by_text("The clock is 10 minutes behind.")).to_be_visible()


SIZES = {
    "768x1024": {"width": 768, "height": 1024}, "800x1280": {"width": 800, "height": 1280},
    "1280x800": {"width": 1280, "height": 800}, "zoom-200": {"width": 400, "height": 640},
}  # fmt: skip


@pytest.mark.parametrize("looks", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_at_every_size(chromium_browser: Browser, station: Station, tmp_path: Path, size: str, looks: str):
    """By day and by night: axe finds nothing, nothing scrolls sideways, every target is 44 px high and wide or more."""
    with (
        tablet(chromium_browser, tmp_path / "profile", SIZES[size], color_scheme=looks) as context,
        ExitStack() as kept,
    ):
        page = context.pages[0]
        open_app(page, station)
        kept.callback(shutil.rmtree, tmp_path / "profile", ignore_errors=True)
        see(page, f"{size}-{looks}-1-not-ready")
        page.goto(f"{station.origin}/tablet/#enrol")
        expect(page.get_by_role("heading", level=1)).to_have_text("Enrol this tablet")
        see(page, f"{size}-{looks}-2-enrol")
        enrol(page, station)
        see(page, f"{size}-{looks}-3-enrolled")
        for number, (name, heading) in enumerate(
            (("tablet", "This tablet"), ("waiting", "Nothing waits"), ("pin", "Unlock")), 4
        ):
            page.goto(f"{station.origin}/tablet/#{name}")
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            see(page, f"{size}-{looks}-{number}-{name}")


def see(page: Page, name: str) -> None:
    """Keep a picture, let axe judge, measure targets."""
    save_picture(page, f"tablet-shell-{name}")
    assert axe_violations(page) == []
    assert sideways_px(page) <= 0
    small = page.evaluate(
        "[...document.querySelectorAll('main :is(a, button, input, summary, label.tablet__choice), nav a')].filter((one) => {"
        "const box = (one.closest('.tablet__choice') ?? one).getBoundingClientRect();"
        "return one.checkVisibility() && (box.height < 44 || box.width < 44); }).map((one) => one.outerHTML)"
    )
    assert small == []
