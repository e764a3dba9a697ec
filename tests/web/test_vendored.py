"""The vendored design system is what was published, and everything the pages name is there."""

from __future__ import annotations

import re
from hashlib import sha256

from forms_service.settings import ROOT

STATIC = ROOT / "forms_service" / "web" / "static"
USWDS = STATIC / "uswds"


def test_every_vendored_file_is_as_published():
    """The list of digests names every file, and every digest fits."""
    listed = dict(reversed(line.split("  ./")) for line in (USWDS / "SHA256SUMS").read_text("utf-8").splitlines())
    there = {path.relative_to(USWDS).as_posix() for path in USWDS.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert set(listed) == there
    wrong = [name for name, digest in listed.items() if sha256((USWDS / name).read_bytes()).hexdigest() != digest]
    assert wrong == []


def test_every_icon_that_a_page_names_is_in_the_sprite():
    """A missing icon would be an empty space on a button."""
    sprite = (USWDS / "img" / "sprite.svg").read_text("utf-8")
    named = set()
    for page in (ROOT / "forms_service" / "web" / "pages").rglob("*.html"):
        named |= set(re.findall(r'icon\("([a-z_]+)"', page.read_text("utf-8")))
    assert named
    assert {name for name in named if f'id="{name}"' not in sprite} == set()


def test_our_modules_import_only_files_that_are_there():
    """No module reaches outside the static folder, and none is missing."""
    for module in STATIC.rglob("*.js"):
        if USWDS in module.parents:
            continue
        for name in re.findall(r'from "([^"]+)"', module.read_text("utf-8")):
            assert name.startswith(("./", "../"))
            assert (module.parent / name).resolve().is_file()


def test_our_functions_in_the_pages_scripts_are_short():
    """Every module opens with @ts-check and says what it is for."""
    for module in STATIC.rglob("*.js"):
        if USWDS not in module.parents:
            text = module.read_text("utf-8")
            assert text.startswith("// @ts-check\n/**"), module.name
