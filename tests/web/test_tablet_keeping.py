"""What the tablet keeps: nothing is lost, nothing is read by who has no right, nothing is let go without a receipt."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Page, expect
from werkzeug.wrappers import Response

from tests.web.tablet import NAME, Station, chain_is_whole, finish, go, run, see, states
from tests.web.tablet_server import P256, compact, opened, thumbprint, verified


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
    see(page, "refused")
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


def test_a_number_that_the_server_misses_is_told_with_what_to_do(page: Page, station: Station):
    """What waits here is not missing; what is nowhere is, and what the server gave its receipt for and lost."""
    finish(page)
    send_now(page, station)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits")
    station.deploy.stand_in.receipt = lambda _facts: Response("broken", status=502)
    finish(page)
    station.deploy.stand_in.missing = [[1, 4]]
    page.goto(f"{station.origin}/tablet/#ready")
    page.get_by_role("button", name="Check again").click()
    said = "The server does not have No. 1, 3 to 4 of this tablet, and it is not here either."
    expect(page.locator("[data-line=chain] .lines__said")).to_have_text(said)
    see(page, "number-missing")
    go(page, station, "tablet", "This tablet")
    expect(page.locator("[data-missing]")).to_contain_text(f"{said} Tell the records unit these numbers.")
    station.deploy.stand_in.missing = []
    page.goto(f"{station.origin}/tablet/#ready")
    page.get_by_role("button", name="Check again").click()
    expect(page.locator("[data-line=chain] .lines__said")).to_have_text("The server misses nothing of this tablet.")


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
