"""Chromium starts, windows have their sizes, axe says no when it should, pictures are written.

Each test drives its Chromium in a thread of its own: another suite of the same run may hold one in this thread.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from PIL import Image
from playwright.sync_api import Browser

from forms_service.settings import ROOT
from tests.counterparts.browser import WINDOWS, axe_violations, chromium, open_page, save_picture, sideways_px

T = TypeVar("T")
GOOD = "<html lang=en><title>Good</title><main><h1>Good</h1><p>Text</main>"
BAD = "<html lang=en><title>Bad</title><main><h1>Bad</h1><img src='data:,'></main>"


def in_browser(act: Callable[[Browser], T]) -> T:
    """Start Chromium in a new thread, act, close it, and give the result."""

    def run() -> T:
        with chromium() as browser:
            return act(browser)

    with ThreadPoolExecutor(1) as one_thread:
        return one_thread.submit(run).result(timeout=60)


def test_windows_have_their_sizes(tmp_path):
    """The page sees the window's CSS size, and a picture has as many pixels as the device."""

    def act(browser: Browser) -> dict[str, tuple]:
        seen = {}
        for name in WINDOWS:
            with open_page(browser, name) as page:
                page.set_content(GOOD)
                size = page.evaluate("[innerWidth, innerHeight, devicePixelRatio, navigator.maxTouchPoints > 0]")
                with Image.open(save_picture(page, name, folder=tmp_path / "screens")) as picture:
                    seen[name] = (*size, picture.size)
        return seen

    assert in_browser(act) == {
        name: (
            one.width_px,
            one.height_px,
            one.scale,
            one.touch,
            (one.width_px * one.scale, one.height_px * one.scale),
        )
        for name, one in WINDOWS.items()
    }


def test_axe_tells_a_good_page_from_a_bad_one():
    """A picture without words for it is told by its rule and its place; a good page has nothing to tell."""

    def act(browser: Browser) -> tuple[list[str], list[str]]:
        with open_page(browser) as page:
            page.set_content(GOOD)
            good = axe_violations(page)
            page.set_content(BAD)
            return good, axe_violations(page)

    good, bad = in_browser(act)
    assert good == []
    assert len(bad) == 1
    assert bad[0].startswith("image-alt: ['<img")


def test_axe_that_judges_nothing_is_told():
    """A page of which everything is left out does not pass."""

    def act(browser: Browser) -> None:
        with open_page(browser) as page:
            page.set_content(GOOD)
            axe_violations(page, without=("body",))

    with pytest.raises(RuntimeError, match="judged nothing"):
        in_browser(act)


def test_a_page_too_wide_is_measured():
    """What sticks out to the side is told in CSS pixels; what fits is 0."""

    def act(browser: Browser) -> tuple[int, int]:
        with open_page(browser, "phone") as page:
            page.set_content(GOOD)
            fits = sideways_px(page)
            page.set_content("<body style='margin:0'><div style='width:400px'>wide</div>")
            return fits, sideways_px(page)

    assert in_browser(act) == (0, 40)


def test_each_page_starts_without_the_last_ones_cookies():
    """A new page is a new context."""

    def act(browser: Browser) -> list:
        with open_page(browser) as page:
            page.context.add_cookies([{"name": "a", "value": "b", "url": "http://localhost:1"}])
        with open_page(browser) as page:
            return page.context.cookies()

    assert in_browser(act) == []


def test_the_fixture_gives_one_chromium_for_the_session(tmp_path):
    """Two tests of another run get the same browser, and it works for both."""
    (tmp_path / "test_two.py").write_text(
        "seen = []\n"
        "def test_one(chromium_browser):\n    seen.append(chromium_browser)\n    chromium_browser.new_page().close()\n"
        "def test_two(chromium_browser):\n    assert seen == [chromium_browser]\n    chromium_browser.new_page().close()\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.counterparts.fixtures", "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-c", "/dev/null", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "2 passed" in done.stdout, done.stdout + done.stderr
