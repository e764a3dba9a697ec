"""Twenty batteries that die from the person's signature to the last one, and as many in the middle of sending."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from playwright.sync_api import Browser

from tests.conftest import SCALE
from tests.web import signing
from tests.web.battery import DeadlyServer, all_sent, every_paper_is_archived_once, sign_and_die
from tests.web.signing import REFERRAL, Server, drive, leave, press
from tests.web.tablet import running_on_battery, tablet

STEPS = ("paper/thanks", "paper/thanks", *["paper/officer"] * 16, "paper/done", "paper/done")
MOMENTS = ("body", "kept", "answered", "answered", "answered")
KILLS = 20 * max(1, SCALE // 2)
SIGNED = KILLS // 3


def test_a_browser_killed_until_the_officer_has_signed_loses_and_doubles_nothing(
    chromium_browser: Browser, tmp_path: Path
):
    """Each half-signed paper is finished by the officer, and archived once."""
    server, steps = Server(tmp_path), STEPS * max(1, SCALE // 2)
    sign_and_die(chromium_browser, server, tmp_path / "profile", steps, seed=21)
    every_paper_is_archived_once(server, len(steps))


def test_a_browser_killed_while_it_sends_loses_and_doubles_nothing(chromium_browser: Browser, tmp_path: Path):
    """Killed in a PUT, before its answer, between receipt and release; twice the database is gone afterwards, too."""
    server, profile = DeadlyServer(tmp_path), tmp_path / "profile"
    chance, used = random.Random(22), []  # noqa: S311  # seeded, so that a failure comes again
    with tablet(chromium_browser, profile) as context:
        with server.on():
            signing.set_up(context.pages[0], server)
        for number in range(SIGNED):
            drive(context.pages[0], "paper/done", REFERRAL, number * 1.37)
            leave(context.pages[0], "paper/done", lambda: press(context.pages[0], "Back to start"))
    for kill in range(KILLS):
        with running_on_battery(chromium_browser, profile) as running, server.on():
            moment = MOMENTS[kill % len(MOMENTS)]
            server.arm(running, moment, puts_left=chance.randrange(2), after_ms=chance.uniform(0, 40))
            running.page.goto(f"{server.origin}/tablet/#waiting", wait_until="commit")
            if not server.died.wait(timeout=20):
                break  # nothing is left to send
            used.append(moment)
        if kill in {KILLS // 3, KILLS * 2 // 3}:
            shutil.rmtree(profile / "Default" / "IndexedDB")
    server.moment = ""
    with tablet(chromium_browser, profile) as context, server.on():
        context.pages[0].goto(f"{server.origin}/tablet/#waiting")
        all_sent(context.pages[0], SIGNED)
    every_paper_is_archived_once(server, SIGNED)
    assert set(used) == set(MOMENTS)
    assert len(used) >= KILLS * 2 // 3
