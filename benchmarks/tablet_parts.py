"""The tablet's other costs: its first visit, its start without a network, the sealing of one signature."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.web.tablet import Station, first_visit_bytes, open_app, run, tablet
from tests.web.tablet_desk import Desk
from tests.web.tablet_server import serving

EMPTY_PAGE = "data:text/html,<title>Empty</title><main data-screen>One line"
# By turns: an envelope of ours, until it is on the disk; and the same content through bare WebCrypto, kept nowhere.
SEALING = """
  const stroke = (n) => Array.from({ length: 120 }, (_, at) => [900 + at * 90, 2500 + Math.round(900 * Math.sin(at / 9 + n)), at * 8, 500]);
  const content = { v: "signature/1", strokes: [0, 1, 2].map(stroke), lines: Array.from({ length: 40 }, (_, n) => `Line ${n} of what was read and signed.`) };
  const { private_key: mine, server_key: jwk } = await device.sealing();
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const bare = async () => {
    const theirs = await crypto.subtle.importKey("jwk", { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, curve, false, []);
    const once = await crypto.subtle.generateKey(curve, false, ["deriveKey"]);
    const key = await crypto.subtle.deriveKey({ name: "ECDH", public: theirs }, once.privateKey, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const text = new TextEncoder().encode(JSON.stringify(content));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: crypto.getRandomValues(new Uint8Array(12)) }, key, text);
    return crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, mine, sealed);
  };
  const timed = async (act) => { const began = performance.now(); await act(); return performance.now() - began; };
  const found = { ours: [], rival: [] };
  for (let n = 0; n < given; n += 1) {
    found.ours.push(await timed(() => finish(content)));
    found.rival.push(await timed(bare));
  }
  return found;
"""


def visit_bytes(browser: Browser, folder: Path) -> int:
    """Open the app for the first time; give what was sent, compressed as it goes, until it was kept."""
    station = Station(folder)
    with serving(station.deploy, station.port), tablet(browser, folder / "profile") as context:
        open_app(context.pages[0], station)
    return first_visit_bytes(station)


def sealing_ms(desk: Desk, runs: int) -> dict[str, list[float]]:
    """Seal and keep one signature after another."""
    found: dict[str, list[float]] = run(desk.page, SEALING, runs + 1)
    return {name: times[1:] for name, times in found.items()}


def start_ms(browser: Browser, profile: Path, origin: str, runs: int) -> dict[str, list[float]]:
    """Switch the tablet on with no server, by turns for the app and for an empty page; give when each one stood."""
    found: dict[str, list[float]] = {"ours": [], "rival": []}
    for _ in range(runs):
        for name, address in (("ours", f"{origin}/tablet/"), ("rival", EMPTY_PAGE)):
            began = time.perf_counter()
            with tablet(browser, profile) as context:
                context.pages[0].goto(address, wait_until="commit")
                expect(context.pages[0].locator("main[data-screen]")).to_be_visible()
                found[name].append((time.perf_counter() - began) * 1000)
    return found
