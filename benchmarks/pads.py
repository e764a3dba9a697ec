"""Pen events kept: our pad beside signature_pad with its own options, in one page, by the same pen."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, Route

from forms_service.settings import ROOT
from tests.counterparts.npm import FOLDER, install

FRAMES, IN_ONE = 60, 4  # a second of a pen that tells 240 times a second: each frame brings four events in one
EVENTS = FRAMES * IN_ONE
WIDTH, HEIGHT = 700, 200
SITE = "https://pads.invalid/"  # only a secure page is told of events that came in one
PAGE = f"""<!doctype html><title>Pads</title>
<style>body {{ margin: 0 }} svg, canvas {{ display: block; width: {WIDTH}px; height: {HEIGHT}px; touch-action: none }}</style>
<svg preserveAspectRatio="none" viewBox="0 0 18000 5000"></svg><canvas width="{WIDTH}" height="{HEIGHT}"></canvas>
<script type="module">
  import {{ Pad }} from "/static/pad/pad.js";
  import SignaturePad from "/rival/signature_pad.js";
  const surfaces = {{ ours: document.querySelector("svg"), rival: document.querySelector("canvas") }};
  const ours = new Pad(surfaces.ours, {{ width: 18000, height: 5000 }}, () => undefined);
  const rival = new SignaturePad(surfaces.rival);
  const one = (at, top, more = {{}}) => new PointerEvent("pointermove", {{
    pointerId: 1, pointerType: "pen", isPrimary: true, bubbles: true, buttons: 1, pressure: 0.5,
    clientX: 30 + 640 * at / {EVENTS}, clientY: top + {HEIGHT} * (0.5 + 0.35 * Math.sin(at / 9)), ...more }});
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  window.pen = async (name) => {{
    const {{ top }} = surfaces[name].getBoundingClientRect();
    for (let at = 0; at < {EVENTS}; at += {IN_ONE}) {{
      await frame();
      const coalescedEvents = Array.from({{ length: {IN_ONE} }}, (_, n) => one(at + n, top));
      surfaces[name].dispatchEvent(one(at + {IN_ONE} - 1, top, {{ coalescedEvents }}));
    }}
  }};
  window.kept = {{ ours: () => ours.strokes.flat().length, rival: () => rival.toData().flatMap((one) => one.points).length }};
</script>"""
PLACES = {
    "static": ROOT / "forms_service" / "web" / "static",
    "rival": FOLDER / "node_modules" / "signature_pad" / "dist",
}


def kept(browser: Browser, runs: int) -> dict[str, list[float]]:
    """Draw a line a second long on each pad, by turns; give the shares of the pen's events that each one kept."""
    install()
    shares: dict[str, list[float]] = {"ours": [], "rival": []}
    page = browser.new_page()
    page.route(f"{SITE}**", _serve)
    for _ in range(runs):
        page.goto(SITE)
        page.wait_for_function("window.kept")
        for at, name in enumerate(shares):
            shares[name].append(_line(page, name, (at + 0.5) * HEIGHT))
    page.close()
    return shares


def _line(page: Page, name: str, middle: float) -> float:
    """Put the pen down, draw and lift it; putting it down is an event too, and so is lifting it."""
    page.mouse.move(30, middle)
    page.mouse.down()
    page.evaluate("(name) => window.pen(name)", name)
    page.mouse.move(670, middle + 9)
    page.mouse.up()
    return min(1, int(page.evaluate(f"window.kept.{name}()")) / (EVENTS + 2))


def _serve(route: Route) -> None:
    """Answer with the page, or with a module of one of the pads."""
    folder, _, name = route.request.url.removeprefix(SITE).partition("/")
    if folder in PLACES:
        route.fulfill(body=(PLACES[folder] / name).read_bytes(), content_type="text/javascript")
    else:
        route.fulfill(body=PAGE, content_type="text/html")
