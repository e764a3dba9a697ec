"""What the tablet keeps: nothing is lost, nothing is read by who has no right, nothing is let go without a receipt."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, Page, expect
from werkzeug.wrappers import Response

from tests.conftest import SCALE
from tests.web.tablet import OTHER_PIN, PIN, WRONG_PIN, Station, enrol, open_app, run, tablet, until_line
from tests.web.tablet_server import P256, compact, opened, thumbprint, verified

NAME = "Rosalind Quillfeather"
KILLS = 10 * SCALE
MINUTES_MS = 60_000


@pytest.fixture
def page(chromium_browser: Browser, station: Station, tmp_path: Path) -> Iterator[Page]:
    """Give the page of a tablet that is enrolled and has a PIN."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        open_app(page, station)
        enrol(page, station)
        yield page


def go(page: Page, station: Station, screen: str, heading: str) -> None:
    """Open a screen."""
    page.goto(f"{station.origin}/tablet/#{screen}")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def type_pin(page: Page, pin: str) -> None:
    """Type a PIN and press Unlock."""
    page.fill("[name=pin]", pin)
    page.get_by_role("button", name="Unlock").click()


def lock(page: Page, station: Station) -> None:
    """Lock the tablet."""
    go(page, station, "tablet", "This tablet")
    page.get_by_role("button", name="Lock", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Unlock")


def finish(page: Page, content: dict | None = None) -> dict:
    """Finish something: an envelope that waits."""
    return run(page, "return finish(given);", content or {"v": "signature/1", "name": NAME})


def states(page: Page) -> list[str]:
    """Give the state of every envelope, in the order they were made."""
    return [one["state"] for one in sorted(run(page, "return every('outbox');"), key=lambda one: one["counter"])]


def waiting(page: Page, station: Station) -> None:
    """Open what waits."""
    page.goto(f"{station.origin}/tablet/#ready")
    page.locator("nav a[href='#waiting']").click()


def send_now(page: Page, station: Station) -> None:
    """Send what waits."""
    waiting(page, station)
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("button[aria-disabled]")).to_have_count(0)


def test_an_envelope_is_what_the_description_says_and_goes_on_its_receipt(page: Page, station: Station):
    """Opened in Python, by other libraries: signature, chain and content; the tablet lets go and keeps the receipt."""
    content = {"v": "signature/1", "values": {"person": NAME, "count": 3}, "lines": [["L-1", "Sí, señor"]]}
    rows = [finish(page, content), finish(page, content)]
    waiting(page, station)
    expect(page.get_by_role("heading", level=1)).to_have_text("2 items on this tablet only")
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits")
    expect(page.get_by_text("Archived,")).to_have_count(2)
    stand_in, previous = station.deploy.stand_in, ""
    for number, row in enumerate(rows, 1):
        jws = stand_in.kept[row["envelope_id"]]
        header, payload = verified(jws, stand_in.devices[row["device_id"]])
        assert header == {"alg": "ES256", "kid": row["device_id"], "typ": "forms-envelope+jws"}
        sealed = payload.pop("sealed")
        assert payload == {
            "v": "envelope/1", "envelope_id": row["envelope_id"], "device_id": row["device_id"], "counter": number,
            "previous": previous, "kind": "signature", "document_id": "LEAD-7Q2F9-KDM3X-3",
        }  # fmt: skip
        previous = sha256(jws.encode()).hexdigest()
        head, text = opened(sealed, stand_in.envelope_key)
        expected = {
            "alg": "ECDH-ES",
            "enc": "A256GCM",
            "cty": "json",
            "kid": thumbprint(stand_in.public_keys()["envelope"]),
        }
        assert {name: head[name] for name in expected} == expected
        found = {"envelope_id": row["envelope_id"], **content}
        assert text == json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert states(page) == ["sent", "sent"]
    assert {(one["jws"], one["outcome"], bool(one["receipt"])) for one in run(page, "return every('outbox');")} == {
        ("", "archived", True)
    }


def test_an_answer_that_is_lost_is_asked_for_again(page: Page, station: Station):
    """The server has it and the answer does not come: the same bytes again, one envelope, one receipt."""
    stand_in, good = station.deploy.stand_in, station.deploy.stand_in.receipt
    stand_in.receipt = lambda _facts: Response("broken", status=502)
    row = finish(page)
    send_now(page, station)
    expect(page.get_by_text("The server does not answer here.")).to_be_visible()
    stand_in.receipt = good
    send_now(page, station)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits")
    assert stand_in.puts.count(row["envelope_id"]) >= 2
    assert list(stand_in.kept) == [row["envelope_id"]]


OTHERS = {
    "a-hotel": lambda _facts: Response("<html>Welcome</html>", mimetype="text/html"),
    "another-key": lambda facts: compact(facts, ec.generate_private_key(P256)),
    "another-digest": None,
}


@pytest.mark.parametrize("answer", OTHERS)
def test_nothing_is_let_go_on_anything_but_the_servers_receipt(page: Page, station: Station, answer: str):
    """A page that says 200, a receipt by another key, a receipt for other bytes: the envelope stays."""
    stand_in, good = station.deploy.stand_in, station.deploy.stand_in.receipt
    stand_in.receipt = OTHERS[answer] or (lambda facts: good({**facts, "digest": "0" * 64}))
    row = finish(page)
    send_now(page, station)
    expect(page.get_by_text("so nothing was let go")).to_be_visible()
    assert states(page) == ["unsent"]
    assert run(page, "return row('outbox', given);", row["envelope_id"])["jws"] == row["jws"]


def test_a_refused_envelope_is_set_aside_and_comes_out_as_a_file(page: Page, station: Station, tmp_path: Path):
    """It is shown with the server's words, holds up nothing, can be saved and sent again."""
    stand_in = station.deploy.stand_in
    first = finish(page)
    stand_in.kept[first["envelope_id"]] = "something else"
    second = finish(page)
    send_now(page, station)
    expect(page.get_by_text("The server has something else under this number.")).to_be_visible()
    assert states(page) == ["refused", "sent"]
    expect(page.locator(".tablet__count")).to_have_text("1")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save to a file").click()
    saved.value.save_as(tmp_path / "unsent.json")
    file = json.loads((tmp_path / "unsent.json").read_text("utf-8"))
    assert [(one["envelope_id"], one["envelope"], one["state"]) for one in file["envelopes"]] == [
        (first["envelope_id"], first["jws"], "refused")
    ]
    assert second["jws"] not in (tmp_path / "unsent.json").read_text("utf-8")
    del stand_in.kept[first["envelope_id"]]
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits")
    assert states(page) == ["sent", "sent"]


def test_two_windows_make_one_chain(page: Page, station: Station):
    """Each signs again when the other was faster: no number twice, none left out, each names the one before."""
    run(page, "const again = () => finish({ v: 1 }); globalThis.many = () => Promise.all([again(), again(), again()]);")
    other = page.context.new_page()
    other.goto(f"{station.origin}/tablet/#waiting")
    run(other, "globalThis.many = async () => { await finish({ v: 1 }); await finish({ v: 1 }); };")
    other.evaluate("globalThis.done = globalThis.many(); true")
    page.evaluate("globalThis.many()")
    other.evaluate("globalThis.done")
    assert chain_is_whole(page) == 5


def chain_is_whole(page: Page) -> int:
    """Give how many envelopes there are; each has its number and names the one before, and the chain ends with the last."""
    rows = sorted(run(page, "return every('outbox');"), key=lambda one: one["counter"])
    assert [one["counter"] for one in rows] == list(range(1, len(rows) + 1))
    digests = [sha256(one["jws"].encode()).hexdigest() for one in rows if one["jws"]]
    assert [one["digest"] for one in rows if one["jws"]] == digests
    assert [one["previous"] for one in rows] == ["", *(one["digest"] for one in rows)][: len(rows)]
    last = {"counter": len(rows), "previous": rows[-1]["digest"] if rows else ""}
    assert run(page, "return row('facts', 'chain');") == last
    return len(rows)


def test_nobody_reads_the_keys_or_takes_an_envelope_away(page: Page):
    """No key can be read by a script, and no envelope is let go without a verified receipt."""
    finish(page)
    told = run(page, """
      const keys = [await row("keys", "device"), await row("keys", "vault-outer")];
      const read = await Promise.all(keys.map((key) => crypto.subtle.exportKey(key.algorithm.name === "ECDSA" ? "pkcs8" : "raw", key)
        .then(() => "read", (error) => error.name)));
      const [one] = await outbox.rows("unsent");
      const gone = await Promise.resolve().then(() => outbox.letGo(one.envelope_id, { facts: { envelope_id: one.envelope_id } }, 0))
        .then(() => "gone", (error) => error.name);
      return [...read, gone];
    """)  # fmt: skip
    assert told == ["InvalidAccessError", "InvalidAccessError", "TypeError"]
    assert states(page) == ["unsent"]


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
