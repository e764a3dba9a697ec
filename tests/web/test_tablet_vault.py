"""The vault: a PIN or a passkey opens the open papers, wrong ones wait and erase, and the disk tells nothing."""

from __future__ import annotations

import re
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from werkzeug.wrappers import Response

from tests.web.passkey_device import OPTIONS
from tests.web.tablet import (
    NAME,
    OTHER_PIN,
    PIN,
    WRONG_PIN,
    Station,
    enrol,
    finish,
    go,
    open_app,
    run,
    running_on_battery,
    states,
    tablet,
    until_line,
)  # fmt: skip


def type_pin(page: Page, pin: str) -> None:
    """Type a PIN and press Unlock."""
    page.fill("[name=pin]", pin)
    page.get_by_role("button", name="Unlock").click()


def lock(page: Page, station: Station) -> None:
    """Lock the tablet."""
    go(page, station, "tablet", "This tablet")
    page.get_by_role("button", name="Lock", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Unlock")


def test_wrong_pins_wait_across_restarts_and_erase_open_papers_only(
    chromium_browser: Browser, station: Station, tmp_path: Path
):
    """Two are free, then the wait grows and outlives a restart; the tenth erases the drafts, not the envelope."""
    profile = tmp_path / "profile"
    with tablet(chromium_browser, profile) as context:
        page = context.pages[0]
        open_app(page, station)
        enrol(page, station)
        station.deploy.missing.add("/tablet/now.json")
        kept = run(page, """
          await vault.unlock(given[0]);
          await drafts.put(vault, "d-1", { name: given[1] }, 1);
          await drafts.putStroke(vault, { draft: "d-1", block: "person", n: 1 }, [[1, 2, 0, null]]);
          return [await drafts.content(vault, "d-1"), await drafts.strokes(vault, "d-1", "person")];
        """, [PIN, NAME])  # fmt: skip
        assert kept == [{"name": NAME}, [[[1, 2, 0, None]]]]
        station.deploy.stand_in.receipt = lambda _facts: Response("later", status=503)
        finish(page)
        lock(page, station)
        for left in (9, 8, 7):
            type_pin(page, WRONG_PIN)
            expect(page.get_by_text(f"Wrong PIN. {left} tries left")).to_be_visible()
    now = time.time()
    with tablet(chromium_browser, profile) as context:
        page = context.pages[0]
        go(page, station, "pin", "Unlock")
        expect(page.get_by_text("The next try in")).to_be_visible()
        type_pin(page, PIN)
        expect(page.get_by_text("Too soon.")).to_be_visible()
        for left in (6, 5, 4, 3, 2, 1):
            now += 3600
            page.clock.set_fixed_time(now)
            type_pin(page, WRONG_PIN)
            expect(page.get_by_text(re.compile(f"Wrong PIN. {left} tr"))).to_be_visible()
        page.clock.set_fixed_time(now + 3600)
        type_pin(page, WRONG_PIN)
        expect(page.get_by_text("Ten wrong PINs")).to_be_visible()
        see_what_is_left(page, station)


def see_what_is_left(page: Page, station: Station) -> None:
    """Look after ten wrong PINs: no paper, no key to one; the envelope and the enrolment are there."""
    left = run(
        page,
        "return [await every('drafts'), await every('strokes'), await every('vault'), await row('keys', 'vault-outer') ?? null];",
    )
    assert left == [[], [], [], None]
    assert states(page) == ["unsent"]
    assert run(page, "return (await device.sealing()).device_id;")
    go(page, station, "ready", "Not ready for the field")
    until_line(page, "pin", "bad")


def test_a_right_pin_forgives(page: Page, station: Station):
    """Wrong ones before a right one count no more; the PIN is changed with the old one only."""
    lock(page, station)
    type_pin(page, WRONG_PIN)
    expect(page.get_by_text("9 tries left")).to_be_visible()
    type_pin(page, PIN)
    expect(page.get_by_text("Unlocked. No open papers.")).to_be_visible()
    page.get_by_text("Change the PIN").click()
    for name, pin in (("old", WRONG_PIN), ("pin", OTHER_PIN), ("again", OTHER_PIN)):
        page.fill(f"[name={name}]", pin)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("9 tries left")).to_be_visible()
    page.fill("[name=old]", PIN)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("The PIN is changed.")).to_be_visible()
    lock(page, station)
    type_pin(page, PIN)
    expect(page.get_by_text("Wrong PIN.")).to_be_visible()
    type_pin(page, OTHER_PIN)
    expect(page.get_by_text("Unlocked. No open papers.")).to_be_visible()


def test_an_easy_pin_and_two_that_differ_are_refused(chromium_browser: Browser, station: Station, tmp_path: Path):
    """Nothing is chosen then, and the words say why."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        open_app(page, station)
        go(page, station, "pin", "Choose a PIN")
        for pin, again, told in (
            ("123456", "123456", "easy to guess"),
            ("73051", "73051", "six digits"),
            (PIN, OTHER_PIN, "The two PINs differ."),
        ):
            page.fill("[name=pin]", pin)
            page.fill("[name=again]", again)
            page.get_by_role("button", name="Use this PIN").click()
            expect(page.get_by_role("alert")).to_contain_text(told)
        assert run(page, "return (await vault.state()).exists;") is False


def test_a_passkey_unlocks_without_a_network(page: Page, station: Station):
    """Made with the PIN, used while the server is gone; another authenticator's answer opens nothing, the PIN still does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    authenticator = {**OPTIONS, "ctap2Version": "ctap2_1", "hasPrf": True}
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})["authenticatorId"]
    go(page, station, "tablet", "This tablet")
    page.get_by_text("Unlock with finger or face").click()
    page.fill("[name=passkey_pin]", PIN)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("The passkey unlocks this tablet from now on.")).to_be_visible()
    station.end()
    lock(page, station)
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_text("Unlocked. No open papers.")).to_be_visible()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": False})
    lock(page, station)
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
    type_pin(page, PIN)
    page.get_by_text("Passkey", exact=True).click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("Unlock with finger or face")).to_be_visible()


def test_a_device_whose_passkeys_give_no_secret_says_so(page: Page, station: Station):
    """Nothing is set up then, and the PIN goes on to unlock."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
    go(page, station, "tablet", "This tablet")
    page.get_by_text("Unlock with finger or face").click()
    page.fill("[name=passkey_pin]", PIN)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("passkeys can not unlock an app")).to_be_visible()
    assert run(page, "return (await vault.state()).passkey;") is None


def test_a_try_is_counted_before_it_is_made(chromium_browser: Browser, station: Station, tmp_path: Path):
    """The browser is killed while it still reckons with a PIN: the try counts all the same."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        open_app(context.pages[0], station)
        enrol(context.pages[0], station)
        run(context.pages[0], """
          const kept = await row("vault", "state");
          await database.write(["vault"], (transaction) =>
            asked(transaction.objectStore("vault").put({ ...kept, iterations: 200_000_000 }, "state")));
        """)  # fmt: skip
    with running_on_battery(chromium_browser, tmp_path / "profile") as running:
        running.page.goto(f"{station.origin}/tablet/#pin")
        told = run(running.page, """
          let ended = false;
          void vault.unlock(given).finally(() => { ended = true; });
          for (let looked = 0; looked < 5000; looked += 1) {
            const { failures } = await row("vault", "state");
            if (failures > 0) return [failures, ended];
          }
          return [0, ended];
        """, WRONG_PIN)  # fmt: skip
        running.kill()
    assert told == [1, False]
    with tablet(chromium_browser, tmp_path / "profile") as context:
        context.pages[0].goto(f"{station.origin}/tablet/#pin")
        assert run(context.pages[0], "return (await vault.state()).triesLeft;") == 9


def test_the_disk_tells_nothing(chromium_browser: Browser, station: Station, tmp_path: Path):
    """No file of the browser's holds a word of an open paper, of a sealed one, or the PIN."""
    profile = tmp_path / "profile"
    with tablet(chromium_browser, profile) as context:
        page = context.pages[0]
        open_app(page, station)
        enrol(page, station)
        station.end()
        run(page, """
          await vault.unlock(given[0]);
          for (let n = 1; n < 50; n += 1) await drafts.put(vault, `d-${n}`, { name: given[1] }, n);
          await finish({ name: given[1] });
        """, [PIN, NAME])  # fmt: skip
        run(
            page,
            "await database.write(['facts'], (transaction) => asked(transaction.objectStore('facts').put(given, 'plain')));",
            "Plainword Markerson",
        )
    text = b"".join(file.read_bytes() for file in profile.rglob("*") if file.is_file())
    for word in (NAME.split()[1], PIN):
        assert word.encode() not in text, word
        assert word.encode("utf-16-le") not in text, word
    assert b"Markerson" in text or "Markerson".encode("utf-16-le") in text  # what is plain would be found


def test_it_locks_by_itself(page: Page, station: Station):
    """Ten minutes untouched, and what was open is hidden behind the PIN; nine minutes and a touch, and it is not."""
    go(page, station, "tablet", "This tablet")
    now = time.time()
    page.clock.set_fixed_time(now + 540)
    page.mouse.click(5, 400)
    page.clock.set_fixed_time(now + 1080)
    page.mouse.click(5, 400)
    expect(page.get_by_text("Unlocked. No open papers.")).to_be_visible()
    page.clock.set_fixed_time(now + 1700)
    expect(page.get_by_role("heading", level=1)).to_have_text("Unlock")


def test_a_kept_paper_opens_in_one_window_only(page: Page, station: Station):
    """The second window is told so; when the first puts it away, it opens there."""
    told = run(page, """
      let putAway;
      const held = drafts.whileOpen("d-1", () => new Promise((done) => { putAway = done; }));
      while (!putAway) await new Promise((soon) => setTimeout(soon, 5));
      const second = await drafts.whileOpen("d-1", async () => undefined);
      putAway();
      return [second, await held, await drafts.whileOpen("d-1", async () => undefined)];
    """)  # fmt: skip
    assert told == [False, True, True]
