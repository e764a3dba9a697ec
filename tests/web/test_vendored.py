"""What is vendored is what was published, and everything the pages and modules name is there."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from forms_service.settings import ROOT

STATIC = ROOT / "forms_service" / "web" / "static"
USWDS, JOSE, ZXING, QR = (STATIC / name for name in ("uswds", "jose", "zxing", "qr"))
VENDORED = (USWDS, JOSE, ZXING, QR)


def own_modules() -> list[Path]:
    """Give every script that is ours."""
    return [path for path in STATIC.rglob("*.js") if not set(VENDORED) & set(path.parents)]


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_every_vendored_file_is_as_published(folder):
    """The list of digests names every file, and every digest fits."""
    listed = dict(reversed(line.split("  ./")) for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert set(listed) == there
    wrong = [name for name, digest in listed.items() if sha256((folder / name).read_bytes()).hexdigest() != digest]
    assert wrong == []


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_every_vendored_folder_says_what_it_is(folder):
    """Package, version and licence stand beside the files."""
    text = (folder / "README.md").read_text("utf-8")
    assert re.search(r"\| version \| \d+\.\d+\.\d+ \|", text)
    assert (folder / "LICENSE.md").is_file()


@pytest.mark.parametrize("folder", [JOSE, ZXING], ids=lambda folder: folder.name)
def test_the_vendored_modules_import_only_each_other(folder):
    """A module that was left out, or one that reaches for a package, would stop the tablet's app."""
    for module in folder.rglob("*.js"):
        for name in re.findall(r'(?:from|import)\s*\(?\s*"([^"]+)"', module.read_text("utf-8")):
            assert name.startswith(("./", "../"))
            assert (module.parent / name).resolve().relative_to(folder)
            assert (module.parent / name).is_file()


def test_the_barcode_reader_is_the_one_that_its_package_names():
    """The package's own module knows the digest of its reader, and the version that we say."""
    module = (ZXING / "reader" / "index.js").read_text("utf-8") + (ZXING / "share.js").read_text("utf-8")
    assert f'"{sha256((ZXING / "zxing_reader.wasm").read_bytes()).hexdigest()}"' in module
    assert '"3.1.4"' in module
    assert "| version | 3.1.4 |" in (ZXING / "README.md").read_text("utf-8")


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
    for module in own_modules():
        for name in re.findall(r'from "([^"]+)"', module.read_text("utf-8")):
            assert name.startswith(("./", "../"))
            assert (module.parent / name).resolve().is_file()


def test_our_functions_in_the_pages_scripts_are_short():
    """Every module opens with @ts-check and says what it is for."""
    for module in own_modules():
        assert module.read_text("utf-8").startswith("// @ts-check\n/**"), module.name
