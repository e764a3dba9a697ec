"""The bundled fonts write what the programme's people are called, and say what they can not write."""

from __future__ import annotations

import shutil

import pytest
from fontTools.ttLib import TTFont

from forms_service.documents.fonts import FontFolder
from forms_service.errors import GlyphMissingError, NoFontsError
from forms_service.settings import ROOT

BUNDLED = ROOT / "config" / "fonts"


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Ångström-Łukasiewicz", "Nguyễn Thị Mẫu Ánh", "Đặng Ươm Ỹ", "Ольга Щукина", "Їжак Ґудзь", "Ελένη Παράδειγμα",
        "O’Brien–Núñez", "“Red” «Ana» № 5 €", "Ɓala Ŋkosi ʔaʔa", "s\u0331əl\u0313a",
    ],
)  # fmt: skip
def test_names_of_many_people_can_be_written(name):
    """Latin with every accent, Vietnamese, Cyrillic, Greek and the letters of Native languages have glyphs."""
    FontFolder(BUNDLED).check([("name", name)])


@pytest.mark.parametrize(
    ("character", "code_point"), [("案", "U+6848"), ("\ue000", "U+E000"), ("🙂", "U+1F642"), ("ش", "U+0634")]
)
def test_what_no_font_has_is_refused_with_its_place_and_never_the_text(character, code_point):
    """The refusal names the line and the code point, not what was typed."""
    with pytest.raises(GlyphMissingError) as refused:
        FontFolder(BUNDLED).check([("v-person", f"Robin {character} Sample")])
    assert refused.value.facts == {"place": "v-person", "code_point": code_point}
    assert "Robin" not in str(refused.value)


def test_a_character_counts_only_when_each_weight_has_it(tmp_path):
    """A bold that lacks a letter would be filled in from another font in silence."""
    shutil.copy(BUNDLED / "NotoSans-Regular.ttf", tmp_path)
    with TTFont(BUNDLED / "NotoSans-Bold.ttf") as bold:
        for table in bold["cmap"].tables:
            table.cmap.pop(ord("Щ"), None)
        bold.save(tmp_path / "NotoSans-Bold.ttf")
    with pytest.raises(GlyphMissingError):
        FontFolder(tmp_path).check([("name", "Щукина")])


def test_a_font_without_a_bold_is_its_own(tmp_path):
    """Weight is lost, never a letter."""
    shutil.copy(BUNDLED / "NotoSans-Regular.ttf", tmp_path)
    fonts = FontFolder(tmp_path)
    assert fonts.bold("NotoSans-Regular.ttf") == "NotoSans-Regular.ttf"
    assert fonts.face_rules.count("NotoSans-Regular.ttf") == 2


def test_a_second_font_joins_the_stack_in_the_order_of_names(tmp_path):
    """An agency adds a script by adding a file."""
    for name in ("A-Regular.ttf", "B-Regular.ttf", "B-Bold.ttf"):
        shutil.copy(BUNDLED / "NotoSans-Regular.ttf", tmp_path / name)
    fonts = FontFolder(tmp_path)
    assert fonts.stack == '"Paper", "Paper2"'
    assert fonts.families == {"Paper", "Paper2"}
    assert 'font-family: "Paper2"; font-weight: bold; src: url("fonts:///B-Bold.ttf")' in fonts.face_rules


def test_a_file_that_is_no_font_is_refused(tmp_path):
    """A damaged font is said, not skipped."""
    (tmp_path / "A-Regular.ttf").write_bytes(b"no font")
    with pytest.raises(NoFontsError):
        FontFolder(tmp_path).check([("name", "A")])


def test_the_licence_stands_beside_the_fonts():
    """The fonts are free to bundle, and the folder says so; it stays small."""
    assert "SIL OPEN FONT LICENSE Version 1.1" in (BUNDLED / "OFL.txt").read_text("utf-8")
    assert sum(file.stat().st_size for file in BUNDLED.iterdir()) < 6_000_000
