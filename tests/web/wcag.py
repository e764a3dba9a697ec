"""Criteria of WCAG 2.2 that axe has no rule for, judged on the screen that is shown; each fault is a line.

``keyboard``: 2.1.1 everything is reached by Tab, 2.1.2 nothing holds the focus, 2.4.3 in the order of the page, 2.4.7 the
focus is seen, 2.4.11 and not covered. ``large``: 1.4.4 text twice as large, 1.4.10 reflow at 320 pixels, 1.4.12 wider
text, and a window at 200 %. ``Asked``: 3.3.7 nothing is asked twice. ``dragging``: 2.5.7. ``help_is_last``: 3.2.6.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.counterparts.browser import save_picture, sideways_px

MORE_TABS = 20  # than there are places to go twice, since a time has several stops: who is still inside then is trapped
REFLOW = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %
ZOOMED = {"width": 640, "height": 400}  # 1280 x 800 at 200 %
SPACED = """* { letter-spacing: 0.12em !important; line-height: 1.5 !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""
TWICE = "html { font-size: 200% }"
STYLED = "(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = css ? [sheet] : []; }"

PLACES = """const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }));
const name = (one) => (one.type === "radio" ? `radio ${one.name}` : `${one.tagName.toLowerCase()} ${one.id || one.name || one.textContent.trim().slice(0, 40)}`);"""
FIRST = f"() => {{ {PLACES} all[0]?.focus(); return [...new Set(all.map(name))]; }}"
FOCUSED = f"""async () => {{
  {PLACES}
  await Promise.allSettled(document.getAnimations().map((one) => one.finished));
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect();
  const label = one.closest("label");
  const at = (x, y) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
  const mine = (found) => found && (one.contains(found) || label?.contains(found));
  const isSeen = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]].some(([x, y]) => mine(at(x, y)));
  const marked = (element) => element && (getComputedStyle(element).outlineStyle !== "none" && parseFloat(getComputedStyle(element).outlineWidth) >= 2);
  return {{ name: name(one), at: all.indexOf(one), isSeen, isMarked: Boolean(marked(one) || marked(label)) }};
}}"""
CLIPPED = """() => [...document.querySelectorAll("main *, header *")].filter((one) => {
  if (!one.checkVisibility() || ![...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) return false;
  const range = document.createRange();
  range.selectNodeContents(one);
  const [words, box] = [range.getBoundingClientRect(), (one.closest("button, a, label, legend, p, h1, h2, dd, dt, li") ?? one).getBoundingClientRect()];
  if (box.width <= 1) return false; // said, not shown
  return words.right > box.right + 2 || words.left < box.left - 2 || (one.closest("button, a") && words.bottom > box.bottom + 2);
}).map((one) => one.outerHTML.slice(0, 120))"""
DRAGS = """() => [...document.querySelectorAll("[draggable=true], input[type=range]")].map((one) => one.outerHTML.slice(0, 120))"""
ASKED = """() => [...document.querySelectorAll("main :is(input, textarea):not([type=radio], [type=checkbox], [type=password])")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.name, [one.closest("fieldset")?.querySelector("legend")?.textContent ?? "", one.labels?.[0]?.textContent ?? ""].join(" ").trim(), one.value])"""


def keyboard(page: Page) -> list[str]:
    """Go through the screen by Tab, once around."""
    places = page.evaluate(FIRST)
    faults: list[str] = []
    reached: list[str] = []
    last = -1
    for _ in range(2 * len(places) + MORE_TABS):
        here = page.evaluate(FOCUSED)
        if here is None or (here["at"] < last and here["name"] == reached[0]):
            break
        if here["at"] < last:
            faults.append(f"2.4.3 {here['name']} comes after what stands behind it")
        faults += [f"2.4.11 {here['name']} is covered"] * (not here["isSeen"])
        faults += [f"2.4.7 {here['name']} shows no focus"] * (not here["isMarked"])
        reached.append(here["name"])
        last = here["at"]
        page.keyboard.press("Tab")
    else:
        faults.append(f"2.1.2 the focus stays at {reached[-1]}")
    faults += [f"2.1.1 {name} is never reached" for name in places if name not in reached]
    page.evaluate("document.activeElement.blur()")
    return faults


def large(page: Page, picture: str) -> list[str]:
    """Look at the screen as somebody does who needs it larger; keep a picture of two of them."""
    size = page.viewport_size
    faults = []
    for what, css, window in (
        ("1.4.10 at 320 pixels", "", REFLOW), ("200 %", "", ZOOMED), ("1.4.12 wider text", SPACED, size), ("1.4.4 text twice as large", TWICE, size),
    ):  # fmt: skip
        page.set_viewport_size(window)
        page.evaluate(STYLED, css)
        faults += [f"{what}: scrolls sideways by {sideways_px(page)}"] * (sideways_px(page) > 0)
        faults += [f"{what}: {one} does not fit" for one in page.evaluate(CLIPPED)]
        if not css:
            save_picture(page, f"{picture}-{window['width']}")
    page.evaluate(STYLED, "")
    page.set_viewport_size(size)
    return faults


def dragging(page: Page) -> list[str]:
    """Find what is moved by dragging; the pad is not, its own test stands beside it."""
    return [f"2.5.7 {one} is dragged" for one in page.evaluate(DRAGS)]


def help_is_last(page: Page) -> list[str]:
    """While the tablet is the person's, the way to the officer is the last thing of each screen."""
    last = page.evaluate(
        f"() => {{ {PLACES} return document.querySelector('.is-handed main .person') ? all.at(-1).textContent : 'Officer'; }}"
    )
    return [] if last.startswith("Officer") else [f"3.2.6 the way to the officer is not last, but {last}"]


@dataclass
class Asked:
    """What was asked on the screens of one walk."""

    screens: dict[str, str] = field(default_factory=dict)

    def again(self, page: Page, screen: str) -> list[str]:
        """Find what an earlier screen asked by the same words, and this one asks anew with nothing filled in."""
        place = screen.partition("-")[0]
        found = page.evaluate(ASKED)
        faults = [
            f"3.3.7 {label} was asked at {self.screens[label]}"
            for name, label, value in found
            if not value and self.screens.get(label, f"{place} {name}") != f"{place} {name}"
        ]
        self.screens.update({label: f"{place} {name}" for name, label, _ in found})
        return faults
