"""Twenty batteries that die between "LEAD" and the person's signature; others die in test_tablet_kills_sending.py."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.conftest import SCALE
from tests.web.battery import every_paper_is_archived_once, sign_and_die
from tests.web.signing import Server

# Each screen up to the person's pad, and often the pad: it is killed within milliseconds of "I sign".
STEPS = (
    "paper/screening", "paper/form", "paper/check", "paper/hand-over", "paper/say-no", "paper/read", "paper/say-back", "paper/choose",
    *["paper/sign/person"] * 12,
)  # fmt: skip


def test_a_browser_killed_until_the_person_has_signed_loses_and_doubles_nothing(
    chromium_browser: Browser, tmp_path: Path
):
    """Each paper goes on where it was and is archived once."""
    server, steps = Server(tmp_path), STEPS * max(1, SCALE // 2)
    sign_and_die(chromium_browser, server, tmp_path / "profile", steps, seed=20)
    every_paper_is_archived_once(server, len(steps))
