"""A tablet as the tests have it: a browser whose disk stays, a station that serves it, and what an officer does with it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from forms_service.settings import ROOT
from forms_service.web.app import create_app
from forms_service.wiring import SystemClock
from tests.conftest import make_services
from tests.counterparts.browser import FLAGS, PROGRAM, axe_violations, save_picture, sideways_px
from tests.web.tablet_server import CODE, Deploy
from tests.web.tls import START_SECONDS, free_port

TABLET = {"width": 800, "height": 1280}
NAME = "Rosalind Quillfeather"  # of nobody
PIN, OTHER_PIN, WRONG_PIN = "730518", "264917", "904713"


@contextmanager
def tablet(
    browser: Browser, profile: Path, size: dict[str, int] | None = None, *, app: str = "", color_scheme: str = "light",
    flags: tuple[str, ...] = (),
) -> Iterator[BrowserContext]:  # fmt: skip
    """Switch a tablet on: Chromium on a profile that stays when it is switched off; ``app``: opened as an installed app."""
    context = browser.browser_type.launch_persistent_context(
        str(profile), executable_path=PROGRAM, args=[*FLAGS, *flags, *([f"--app={app}"] if app else [])],
        viewport=size or TABLET, has_touch=True, color_scheme=color_scheme,
    )  # fmt: skip
    context.set_default_timeout(20_000)
    try:
        yield context
    finally:
        context.close()


class OnBattery:
    """A Chromium of its own process, to be killed."""

    def __init__(self, browser: Browser, profile: Path) -> None:
        profile.mkdir(exist_ok=True)
        told = profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        command = [PROGRAM, *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and not (told.exists() and told.read_text().count("\n")):
            time.sleep(0.02)
        self.browser = browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{told.read_text().split()[0]}")
        self.page: Page = self.browser.contexts[0].pages[0]

    def kill(self) -> None:
        """End it as a dead battery does, every process of it; whoever starts after that meets none of them."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and running_in(self.process.pid):
            time.sleep(0.01)


def running_in(group: int) -> list[int]:
    """Give the processes of a group that have not ended yet."""
    found = []
    for one in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended while we looked
            state, _, its_group = one.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                found.append(int(one.parent.name))
    return found


@contextmanager
def running_on_battery(browser: Browser, profile: Path) -> Iterator[OnBattery]:
    """Switch a tablet on that a test kills; at the end it is off in any case."""
    running = OnBattery(browser, profile)
    try:
        yield running
    finally:
        running.kill()


def port_is_free(port: int) -> bool:
    """Say whether nobody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@dataclass
class Station:
    """A station: one address, what is deployed there, and tablets."""

    folder: Path
    port: int = field(default_factory=free_port)

    end: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.origin = f"http://localhost:{self.port}"
        self.deploy = Deploy(self.build(ROOT / "config"))

    def build(self, config: Path):
        """Make an application for the configuration in a folder."""
        more = {"FORMS_ORIGIN": self.origin, "FORMS_CONFIG": str(config)}
        services = replace(make_services(self.folder, **more), clock=SystemClock())
        return create_app(services.settings, services)

    def read(self, path: str) -> bytes:
        """Give what is deployed under an address, as it is before anything compresses it."""
        return self.deploy.app.test_client().get(path, base_url=self.origin, buffered=True).data

    def deploy_next(self, name: str) -> None:
        """Deploy another build: the agency has a new name."""
        config = self.folder / f"config-{name}"
        config.mkdir()
        for one in ("roles.toml", "screening.toml", "fonts"):
            (config / one).symlink_to(ROOT / "config" / one)
        agency = (ROOT / "config" / "agency.toml").read_text("utf-8")
        renamed, count = re.subn(r'(?m)^name = ".*"', f'name = "{name}"', agency, count=1)
        assert count == 1
        (config / "agency.toml").write_text(renamed, "utf-8")
        self.deploy.app = self.build(config)


# What a first visit brings beside the app: fonts, and the reader of licenses, which is fetched when nothing else is.
APART = ("/static/zxing/", "/static/tablet/scan/", "/tablet/reader.js")


def first_visit_bytes(station: Station) -> int:
    """Give what was sent until the app was kept, as it was sent, fonts and barcode reader apart."""
    sent = station.deploy.sent_bytes
    return sum(length for path, length in sent.items() if not path.endswith(".woff2") and not path.startswith(APART))


def open_app(page: Page, station: Station, screen: str = "ready") -> None:
    """Open the app and wait until it is kept here whole."""
    page.goto(f"{station.origin}/tablet/#{screen}")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until_line(page, "kept", "good")


def until_line(page: Page, line: str, state: str) -> None:
    """Wait for a line of the check."""
    expect(page.locator(f'[data-line="{line}"].lines__one--{state}')).to_be_visible(timeout=20_000)


def keep_for_good(page: Page, station: Station) -> None:
    """Let the browser promise what it promises to apps that are used a lot."""
    granted = {"origin": station.origin, "permissions": ["durableStorage"]}
    page.context.new_cdp_session(page).send("Browser.grantPermissions", granted)


def enrol(page: Page, station: Station) -> None:
    """Enrol with a scanned code and choose a PIN."""
    page.goto(f"{station.origin}/tablet/#enrol={CODE}")
    expect(page.locator("[name=code]")).to_have_value(CODE)
    assert page.url.endswith("#enrol")
    page.fill("[name=label]", "Car 12")
    page.get_by_role("button", name="Enrol").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a PIN")
    for name in ("pin", "again"):
        page.fill(f"[name={name}]", PIN)
    page.get_by_role("button", name="Use this PIN").click()
    expect(page.get_by_text("The PIN is chosen.")).to_be_visible()


# The app's own modules, put together as app.js does, for what no screen does yet.
PARTS = """
  const load = (name) => import(`/static/tablet/${name}.js`);
  const [{ Database }, { NAME, STEPS }, { Outbox }, { Device }, { makeEnvelope }, { Drafts }, { Vault }, { asked },
    { SecondPlace }, { Journal }, { KeyPlace }] = await Promise.all(
    ["store/database", "store/migrations", "outbox/outbox", "outbox/device", "outbox/envelope", "store/drafts", "vault/vault",
     "store/database", "store/second_place", "store/journal", "store/key_place"].map(load));
  const place = (globalThis.place ??= new SecondPlace({
    journal: Journal.of({ Worker, storage: navigator.storage }), keys: KeyPlace.of(navigator), locks: navigator.locks,
  }));
  const database = new Database({ factory: indexedDB, name: NAME, steps: STEPS, second: place });
  const [outbox, device, drafts] = [new Outbox(database), new Device(database), new Drafts(database, navigator.locks)];
  const vault = new Vault({ database, now: () => Date.now() });
  const finish = async (content) => {
    const [sealing, id] = [await device.sealing(), crypto.randomUUID()];
    const finished = { envelope_id: id, kind: "signature", document_id: "LEAD-7Q2F9-KDM3X-3", content: { envelope_id: id, ...content } };
    return outbox.add((link) => makeEnvelope(finished, link, sealing), Date.now());
  };
  const row = async (store, key) => database.read([store], (transaction) => asked(transaction.objectStore(store).get(key)));
  const every = async (store) => database.read([store], (transaction) => asked(transaction.objectStore(store).getAll()));
"""


def run(page: Page, body: str, given: object = None):
    """Run a test's own script over the app's modules in the page."""
    return page.evaluate(f"async (given) => {{ {PARTS} {body} }}", given)


def go(page: Page, station: Station, screen: str, heading: str) -> None:
    """Open a screen."""
    page.goto(f"{station.origin}/tablet/#{screen}")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def finish(page: Page, content: dict | None = None) -> dict:
    """Finish something: an envelope that waits."""
    return run(page, "return finish(given);", content or {"v": "signature/1", "name": NAME})


def states(page: Page) -> list[str]:
    """Give the state of every envelope, in the order they were made."""
    return [one["state"] for one in sorted(run(page, "return every('outbox');"), key=lambda one: one["counter"])]


def chain_is_whole(page: Page) -> int:
    """Give how many envelopes there are; each has its number and names the one before, and the chain ends with the last."""
    rows = sorted(run(page, "return every('outbox');"), key=lambda one: one["counter"])
    assert [one["counter"] for one in rows] == list(range(1, len(rows) + 1))
    digests = [sha256(one["jws"].encode()).hexdigest() for one in rows if one["jws"]]
    assert [one["digest"] for one in rows if one["jws"]] == digests
    assert [one["previous"] for one in rows] == ["", *(one["digest"] for one in rows)][: len(rows)]
    last = {"counter": len(rows), "previous": rows[-1]["digest"] if rows else ""}
    chain = run(page, "return row('facts', 'chain');")
    assert chain == last, (chain, last)
    return len(rows)


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
