"""The tablet's app on the device: kept whole or not at all, opened without a server, new versions by consent, ready or not."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_service.settings import ROOT
from forms_service.web.app import HERE
from forms_service.web.tablet_files import (
    ABSENT_PARTS,
    JOURNAL_FILE,
    OF_ABSENT_PARTS,
    imports_of,
    kept_names,
    modules,
)
from tests.conftest import environment
from tests.web.conftest import PROGRAM
from tests.web.tablet import (
    Station,
    first_visit_bytes,
    open_app,
    port_is_free,
    see,
    tablet,
    until_line,
)  # fmt: skip
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


def use_now(page: Page, name: str) -> None:
    """Use the next build; a busy browser sometimes lets it begin only once the page is opened anew."""
    use = page.locator("[data-update]").get_by_role("button", name="Use it now")
    use.click()
    for _ in range(3):
        try:
            expect(page.locator(".tablet__name")).to_have_text(name, timeout=10_000)
            break
        except AssertionError:
            page.reload()
            if use.is_visible():
                use.click()
    expect(page.locator(".tablet__name")).to_have_text(name)


def agency(page: Page) -> str:
    """Give whose app it is, which is another build's for another name."""
    return page.locator(".tablet__name").inner_text()


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
    written = {path.relative_to(STATIC).as_posix() for path in (STATIC / "tablet").rglob("*.js")}
    assert {
        f"/static/{name}" for name in written - {"tablet/service_worker.js", "tablet/scan/worker.js", JOURNAL_FILE}
    } <= kept
    for sheet in ("uswds/css/uswds.min.css", "forms.css", "tablet/tablet.css"):
        text = (STATIC / sheet).read_text("utf-8")
        named = {
            one
            for one in re.findall(r"url\(\"?'?(\.\./[^)\"'#?]+)", text)
            if (STATIC / sheet).parent.joinpath(one).exists()
        }
        found = {(STATIC / sheet).parent.joinpath(one).resolve().relative_to(STATIC).as_posix() for one in named}
        for one in found - {"uswds/img/sprite.svg"} - OF_ABSENT_PARTS:
            assert f"/static/{one}" in kept, one


def test_a_picture_is_left_out_only_of_parts_that_the_tablet_never_shows():
    """The style sheet names each for a part that no module of ours makes."""
    sheet = (STATIC / "uswds/css/uswds.min.css").read_text("utf-8")
    for one in OF_ABSENT_PARTS:
        named = re.findall(r"([^{}]*)\{[^{}]*" + re.escape(one.removeprefix("uswds/img/")), sheet)
        assert named, one
        assert all(any(part in rule for part in ABSENT_PARTS) for rule in named), (one, named)
    for module in (STATIC / "tablet").rglob("*.js"):
        assert not any(part in module.read_text("utf-8") for part in ABSENT_PARTS), module


def test_an_import_is_found_as_it_is_written():
    """On one line, at the end of several, beside words about imports that are none."""
    text = 'import { a } from "./a.js";\nimport {\n  b,\n} from "../b.js";\nexport { c } from "./c.js";\n * taken from "here"\n// from "there"\n'
    assert list(imports_of(text)) == ["./a.js", "../b.js", "./c.js"]


def test_the_first_visit_is_small(page: Page, station: Station):
    """All that a browser loads until the app is kept, fonts and barcode reader apart, as it is sent: at most 250 kB."""
    sent = station.deploy.sent_bytes
    assert {one["path"] for one in shell(station)["files"]} <= set(sent)
    total = first_visit_bytes(station)
    assert total <= FIRST_VISIT_BYTES, sent.most_common(5)
    print(f"first visit: {total} bytes without fonts")  # noqa: T201  # the figure, for pytest -s


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
    use_now(page, "Second City Police")
    assert list(caches(page)) == [half]


def test_a_new_version_waits_for_consent_and_never_comes_over_an_open_paper(page: Page, station: Station):
    """It is offered, a reload does not bring it, an open paper in any window holds it back; then it is used."""
    old = agency(page)
    station.deploy_next("Newer City Police")
    assert look_for_update(page) == "installed"
    expect(page.get_by_text("A new version is ready. Use it now?")).to_be_visible()
    see(page, "new-version")
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
    use_now(page, "Newer City Police")
    expect(other.locator(".tablet__name")).to_have_text("Newer City Police")
    assert len(caches(page)) == 1


def test_what_the_browser_threw_away_is_fetched_again(page: Page, station: Station):
    """The check says that the app is not kept, and one press makes it whole."""
    (name,) = caches(page)
    page.evaluate("(name) => caches.delete(name)", name)
    page.get_by_role("button", name="Check again").click()
    until_line(page, "kept", "bad")
    page.get_by_role("button", name="Keep it now").click()
    until_line(page, "kept", "good")
    assert caches(page) == {name: len(shell(station)["files"]) + 1}


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
