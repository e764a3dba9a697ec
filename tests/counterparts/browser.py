"""Debian's Chromium driven by Playwright: windows of agreed sizes, axe, and pictures in ``build/screens/``.

Playwright's own rule: one ``chromium()`` at a time in one thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from forms_service.settings import ROOT

PROGRAM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PICTURES = ROOT / "build" / "screens"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window's inner size in CSS pixels, whether it is touched, and device pixels per CSS pixel."""

    width_px: int
    height_px: int
    touch: bool = False
    scale: float = 1


WINDOWS: Mapping[str, Window] = {
    "phone": Window(width_px=360, height_px=740, touch=True),
    "tablet": Window(width_px=820, height_px=1180, touch=True),
    "narrow-desk": Window(width_px=768, height_px=1024),
    "desk": Window(width_px=1440, height_px=900),
    "hand": Window(width_px=390, height_px=844, touch=True),
    "tablet-768": Window(width_px=768, height_px=1024, touch=True),
    "laptop": Window(width_px=1280, height_px=800),
    "zoom-200": Window(width_px=640, height_px=400, scale=2),  # 200 % of a window of 1280 x 800
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, and close it afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(browser: Browser, window: str = "desk", *, limit_ms: float = 15_000) -> Iterator[Page]:
    """Open an empty page in a fresh context (no cookies, no storage) of one of ``WINDOWS``."""
    size = WINDOWS[window]
    context = browser.new_context(
        viewport=ViewportSize(width=size.width_px, height=size.height_px),
        has_touch=size.touch,
        device_scale_factor=size.scale,
    )
    try:
        page = context.new_page()
        page.set_default_timeout(limit_ms)
        yield page
    finally:
        context.close()


def axe_violations(page: Page, *, without: Sequence[str] = ("iframe",)) -> list[str]:
    """Let axe-core judge a page by WCAG 2.2 A and AA and its best practice; give a line for each broken rule.

    ``without`` holds CSS selectors of what is not judged; a PDF viewer's inside is the browser's own.

    Raises:
        RuntimeError: No rule judged anything inside the page.
    """
    options = {"runOnly": {"type": "tag", "values": list(RULES)}, "iframes": False}
    context = {"exclude": [[selector] for selector in without]} if without else None
    told = Axe().run(page, context=context, options=options).response
    nodes = [node for one in (*told["passes"], *told["violations"]) for node in one["nodes"]]
    if all(node["html"].startswith("<html") for node in nodes):
        raise RuntimeError(f"axe judged nothing inside {page.url}")
    return [f"{one['id']}: {[node['html'] for node in one['nodes']][:3]}" for one in told["violations"]]


def sideways_px(page: Page) -> int:
    """Give by how many CSS pixels the page is wider than its window; 0 when it never scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def save_picture(page: Page, name: str, *, folder: Path = PICTURES) -> Path:
    """Write a picture of the whole page, fonts loaded, as ``<folder>/<name>.png``; give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready.then(() => true)")
    file = folder / f"{name}.png"
    page.screenshot(path=file, full_page=True)
    return file
