"""The two places of what a tablet keeps, with one of them thrown away, torn or emptied while the browser is down."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.tablet import (
    NAME,
    PIN,
    Station,
    chain_is_whole,
    enrol,
    finish,
    go,
    open_app,
    run,
    see,
    states,
    tablet,
    until_line,
)  # fmt: skip

DATABASE, KEYS, JOURNAL = "IndexedDB", "WebStorage", "File System"
STROKES = [[[1, 2, 0, None]], [[5, 6, 0, None]]]


def throw_away(profile: Path, *stores: str) -> None:
    """Throw stores of a browser away, as it does itself with one that it can not read."""
    for store in stores:
        shutil.rmtree(profile / "Default" / store)


@pytest.fixture
def profile(chromium_browser: Browser, station: Station, tmp_path: Path) -> Path:
    """Give the disk of a tablet that is switched off: enrolled, one envelope sent, two that wait, a paper with ink."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        open_app(page, station)
        enrol(page, station)
        finish(page)
        go(page, station, "waiting", "1 item on this tablet only")
        page.get_by_role("button", name="Send now").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits")
        finish(page)
        finish(page)
        run(page, """
          await vault.unlock(given.pin);
          await drafts.put(vault, "d-1", { name: given.name }, 1);
          for (const [n, stroke] of given.strokes.entries()) await drafts.putStroke(vault, { draft: "d-1", block: "person", n }, stroke);
        """, {"pin": PIN, "name": NAME, "strokes": STROKES})  # fmt: skip
        station.deploy.missing.add("/tablet/now.json")
    return tmp_path / "profile"


def papers(page: Page) -> list:
    """Give the open paper and its ink, which the PIN opens."""
    return run(page, """
      await vault.unlock(given);
      return [await drafts.content(vault, "d-1"), await drafts.strokes(vault, "d-1", "person")];
    """, PIN)  # fmt: skip


def test_a_database_that_was_thrown_away_comes_back_whole(chromium_browser: Browser, station: Station, profile: Path):
    """Enrolment, chain, envelopes, papers and ink: all there after the next start, which says what happened, and sends."""
    throw_away(profile, DATABASE)
    station.end()
    with tablet(chromium_browser, profile) as context:
        page = context.pages[0]
        page.goto(f"{station.origin}/tablet/#ready")
        until_line(page, "damaged", "bad")
        expect(page.locator("[data-line=damaged] .lines__said")).to_have_text(
            "This tablet's storage was damaged. 1 signed agreement was kept and is being sent. 1 open paper was kept too."
        )
        see(page, "damaged")
        assert chain_is_whole(page) == 3
        assert states(page) == ["sent", "unsent", "unsent"]
        assert papers(page) == [{"name": NAME}, STROKES]
        page.get_by_role("button", name="I have read it").click()
        until_line(page, "damaged", "good")
        assert finish(page)["counter"] == 4
    with tablet(chromium_browser, profile) as context:
        page = context.pages[0]
        page.goto(f"{station.origin}/tablet/#ready")
        until_line(page, "damaged", "good")
        assert chain_is_whole(page) == 4


def test_a_database_thrown_away_while_the_app_is_open_comes_back(
    chromium_browser: Browser, station: Station, profile: Path
):
    """The next thing that the app reads is there, as before; what was read meanwhile overwrote nothing."""
    station.end()
    with tablet(chromium_browser, profile) as context:
        page = opened(context.pages[0], station)
        until_line(page, "twice", "good")
        page.evaluate(
            "(name) => new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve))", "forms-tablet"
        )
        page.evaluate("location.hash = 'waiting'")
        expect(page.get_by_role("heading", level=1)).to_have_text("2 items on this tablet only")
        assert states(page) == ["sent", "unsent", "unsent"]
        assert chain_is_whole(page) == 3
        assert papers(page) == [{"name": NAME}, STROKES]


def test_without_the_devices_key_what_was_signed_is_sent_all_the_same(
    chromium_browser: Browser, station: Station, profile: Path
):
    """Database and keys gone: not enrolled, no papers, said so; both envelopes reach the server; then enrolled anew."""
    throw_away(profile, DATABASE, KEYS)
    with tablet(chromium_browser, profile) as context:
        page = context.pages[0]
        page.goto(f"{station.origin}/tablet/")
        until_line(page, "enrolled", "bad")
        expect(page.locator("[data-line=damaged] .lines__said")).to_have_text(
            "This tablet's storage was damaged. 1 signed agreement was kept and is being sent. 1 open paper was lost. "
            "Enrol again. Choose a PIN again."
        )
        see(page, "damaged-not-enrolled")
        go(page, station, "waiting", "Nothing waits")
        assert states(page) == ["sent", "sent", "sent"]
        assert len(station.deploy.stand_in.kept) == 3
        enrol(page, station)
        assert finish(page)["counter"] == 1
        assert len(run(page, "return every('drafts');")) == 0


def tear_log(folder: Path, chance: random.Random) -> None:
    """Cut the newest log off in the middle of a write."""
    log = max(folder.glob("*.log"))
    with log.open("r+b") as file:
        file.truncate(chance.randrange(1, log.stat().st_size))


def spoil_manifest(folder: Path, chance: random.Random) -> None:
    """Write noise over what says which files there are."""
    next(folder.glob("MANIFEST-*")).write_bytes(chance.randbytes(64))


def drop_current(folder: Path, _chance: random.Random) -> None:
    """Lose the file by which a database is found, as after "Creating DB … since it was missing"."""
    (folder / "CURRENT").unlink()


def spoil_log(folder: Path, chance: random.Random) -> None:
    """Write noise into the middle of the newest log."""
    log = max(folder.glob("*.log"))
    with log.open("r+b") as file:
        file.seek(log.stat().st_size // 3)
        file.write(chance.randbytes(512))


@pytest.mark.parametrize("hurt", [tear_log, spoil_manifest, drop_current, spoil_log])
def test_whatever_is_done_to_the_database_no_envelope_is_lost(
    chromium_browser: Browser, station: Station, profile: Path, hurt: Callable[[Path, random.Random], None]
):
    """Torn, spoilt or unfindable: every envelope is there with its bytes, and goes."""
    [folder] = (profile / "Default" / DATABASE).glob("*.leveldb")
    hurt(folder, random.Random(4))  # noqa: S311  # the same damage in every run
    with tablet(chromium_browser, profile) as context:
        go(context.pages[0], station, "waiting", "Nothing waits")
        assert states(context.pages[0]) == ["sent", "sent", "sent"]
        assert chain_is_whole(context.pages[0]) == 3
        assert len(station.deploy.stand_in.kept) == 3


def test_a_second_place_that_is_gone_or_torn_is_made_anew(chromium_browser: Browser, station: Station, profile: Path):
    """First without it, then with a torn end of it: the database is right, and then the second place is whole again."""
    station.end()
    throw_away(profile, JOURNAL)
    with tablet(chromium_browser, profile) as context:
        until_line(opened(context.pages[0], station), "twice", "good")
        assert chain_is_whole(context.pages[0]) == 3
    journal = max((profile / "Default" / JOURNAL).glob("*/t/0*/*"), key=lambda path: path.stat().st_size)
    with journal.open("r+b") as file:
        file.truncate(journal.stat().st_size - 20)
    with tablet(chromium_browser, profile) as context:
        until_line(opened(context.pages[0], station), "twice", "good")
        finish(context.pages[0])
    throw_away(profile, DATABASE)
    with tablet(chromium_browser, profile) as context:
        until_line(opened(context.pages[0], station), "damaged", "bad")
        assert chain_is_whole(context.pages[0]) == 4
        assert papers(context.pages[0]) == [{"name": NAME}, STROKES]


def opened(page: Page, station: Station) -> Page:
    """Open the check."""
    page.goto(f"{station.origin}/tablet/#ready")
    return page


def test_ten_wrong_pins_erase_the_papers_in_both_places(chromium_browser: Browser, station: Station, profile: Path):
    """Nothing of them comes back when the database is thrown away afterwards, and no file holds them any more."""
    station.end()
    with tablet(chromium_browser, profile) as context:
        page = opened(context.pages[0], station)
        until_line(page, "pin", "good")
        run(page, """
          let now = Date.now();
          const clock = new Vault({ database, now: () => (now += 4_000_000) });
          for (let tried = 0; tried < 10; tried += 1) await clock.unlock("904713").catch(() => undefined);
        """)  # fmt: skip
    journals = list((profile / "Default" / JOURNAL).glob("*/t/0*/*"))
    assert journals
    assert not any(b"sealed" in one.read_bytes() for one in journals)
    throw_away(profile, DATABASE)
    with tablet(chromium_browser, profile) as context:
        until_line(opened(context.pages[0], station), "damaged", "bad")
        assert run(
            context.pages[0], "return [await every('drafts'), await every('strokes'), await every('vault')];"
        ) == [[], [], []]
        assert chain_is_whole(context.pages[0]) == 3


def test_two_windows_and_a_browser_without_a_second_place(page: Page, station: Station):
    """Both windows' envelopes lie in both places; where no second place can be had the check says so, and signing works."""
    run(page, "await finish({ v: 1 });")
    other = page.context.new_page()
    other.goto(f"{station.origin}/tablet/#waiting")
    run(other, "await finish({ v: 1 });")
    run(page, "await finish({ v: 1 });")
    places = run(
        page,
        "return [[...(await place.read()).keys()].filter((name) => name.includes('outbox')).length, place.trouble];",
    )
    assert places == [3, ""]
    page.context.add_init_script("delete StorageManager.prototype.getDirectory;")
    without = page.context.new_page()
    until_line(opened(without, station), "twice", "bad")
    finish(without)
    assert chain_is_whole(without) == 4
