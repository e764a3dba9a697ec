"""Form folders: what ships is whole, and each fault is told with file and line."""

from __future__ import annotations

import re

import pytest

from forms_service.documents.fonts import FontFolder
from forms_service.documents.form_folder import FormFolders, load_folder, read_form
from forms_service.documents.reading import PyphenReadingGrade, spanish_syllables
from forms_service.domain.conditions import holds
from forms_service.domain.forms import FieldType, Stage
from forms_service.domain.wording import PLACEHOLDER
from forms_service.errors import FormFolderError, NoFontsError, UnknownFormError
from forms_service.settings import ROOT

FONTS = FontFolder(ROOT / "config/fonts")
FORMS = FormFolders(ROOT / "templates", FONTS.digests)
FILES = FORMS.form("lead-agreement").files


def changed(name: str, old: str, new: str) -> dict[str, bytes]:
    """Give the LEAD form's files with one text changed."""
    text = FILES[name].decode()
    assert old in text
    return {**FILES, name: text.replace(old, new, 1).encode()}


def faults(files) -> list:
    """Give the faults that loading these files reports."""
    with pytest.raises(FormFolderError) as refused:
        read_form("lead-agreement", 1, files, FONTS.digests)
    return list(refused.value.faults)


def test_every_shipped_form_is_whole():
    """Both forms load, in English and Spanish."""
    assert [(one.definition.form, one.definition.languages) for one in FORMS.forms()] == [
        ("lead-agreement", ("en", "es")),
        ("social-referral", ("en", "es")),
    ]


def test_an_unknown_form_or_version_is_refused():
    """A form nobody knows is refused with the forms that are."""
    with pytest.raises(UnknownFormError, match="lead-agreement, social-referral"):
        FORMS.form("nonsense")
    with pytest.raises(UnknownFormError):
        FORMS.form("lead-agreement", 99)


def test_the_social_referral_knows_no_offence_victim_supervision_or_period():
    """They must not even exist in its data."""
    definition = FORMS.form("social-referral").definition
    names = " ".join(field.id for field in definition.fields)
    assert not re.search("offence|victim|supervision|period|outcome|warrant|prosecutor", names)
    assert definition.period is None


def test_no_form_asks_for_what_must_not_be_collected():
    """Diagnosis, medication, drugs, other charges, immigration and social security have no field."""
    for form in FORMS.forms():
        names = " ".join(field.id for field in form.definition.fields)
        assert not re.search("diagnos|medic|drug|charge|immigra|social_sec|ssn|leds_result", names)


def test_the_case_number_is_of_the_archive_and_never_on_the_page():
    """Giving a case number must not touch what was signed."""
    for form in FORMS.forms():
        assert form.definition.field_named("case_number").stage is Stage.ARCHIVE
        assert all(line.field != "case_number" for line in form.definition.page)


FAULTS = {
    "form-not-toml": ("form.toml", 'code = "LEAD"', "code = ", 2),
    "form-structure": ("form.toml", 'code = "LEAD"', 'code = "lead!"', 2),
    "form-code-taken": ("form.toml", 'code = "LEAD"', 'code = "CARD"', 2),
    "form-name-unknown": ("form.toml", 'not_before = "bh_called_at"', 'not_before = "nothing"', None),
    "form-signing-way-unknown": (
        "form.toml",
        'options = ["drawn", "mark", "directed"]',
        'options = ["drawn", "typed"]',
        None,
    ),
    "form-format-unknown": ("en.toml", "{item.happened_on}", "{item.happened_on:eval}", None),
    "form-words-missing": ("es.toml", '"contact_origin.call_for_service" = ', '"contact_origin.other" = ', None),
    "form-field-not-for-page": ("en.toml", "You get a copy of this paper to keep.", "Victims: {victims}", None),
}


@pytest.mark.parametrize("slug", FAULTS)
def test_each_fault_has_its_slug_and_place(slug):
    """A fault names file and line and what was expected."""
    name, old, new, line = FAULTS[slug]
    found = [fault for fault in faults(changed(name, old, new)) if fault.slug == slug]
    assert found
    assert found[0].place.startswith(f"{name}:")
    if line:
        assert found[0].place == f"{name}:{line}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("required = true", 'required = "__import__(1)"'),
        ("required = true", 'required = { field = "nothing", is = "x" }'),
        ('kind = "clause"', 'kind = "script"'),
        ('id = "L-1"', 'id = "L-2"'),
        ('block = "person"', 'block = "nobody"'),
        ('each = "diverted_offences"', 'each = "manner"'),
        ('section = "contact"', 'section = "elsewhere"'),
        ('options = ["drawn", "mark", "directed"]', ""),
        ('function = "date_plus_days"', 'function = "exec"'),
        ('printed_name = "witness_name"', 'printed_name = "nobody"'),
    ],
)
def test_a_name_that_leads_nowhere_is_a_fault(old, new):
    """Nothing in a form folder is code, and every name in it names something."""
    assert faults(changed("form.toml", old, new))


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        ("{item.plain_words} (", "{diverted_offences} (", "form-field-shape"),
        ('offence = "', 'offense = "', "form-words-missing"),
    ],
)
def test_a_group_is_said_by_its_items(old, new, slug):
    """A list of groups has no words of its own; without words for its items the page would say nothing a person can read."""
    assert slug in {fault.slug for fault in faults(changed("en.toml", old, new))}


@pytest.mark.parametrize("pattern", ["[0-9", "(?=x)x", "[0-9]*+"])
def test_a_pattern_that_is_not_read_alike_everywhere_is_a_fault(pattern):
    """The service and a tablet must mean the same by it."""
    found = faults(changed("form.toml", 'id = "case_number"\n', f'id = "case_number"\npattern = "{pattern}"\n'))
    assert [fault.slug for fault in found] == ["form-field-shape"]


def test_all_faults_of_a_folder_are_told_together():
    """A fault in the form and one in a language are both told."""
    files = changed("form.toml", 'code = "LEAD"', 'code = "lead!"')
    files["es.toml"] = files["es.toml"].replace(b'status = "draft"', b'status = "good"')
    del files["form.css"]
    assert {fault.place.partition(":")[0] for fault in faults(files)} == {"form.toml", "es.toml", "form.css"}


def test_a_file_that_is_not_utf8_or_missing_is_a_fault():
    """Bytes that are not UTF-8 and a missing language file are told."""
    assert faults({**FILES, "en.toml": b"\xff"})[0].slug == "form-not-utf8"
    assert faults({name: one for name, one in FILES.items() if name != "es.toml"})[0].slug == "form-file-missing"
    assert faults({name: one for name, one in FILES.items() if name != "form.toml"})[0].slug == "form-file-missing"


def test_a_folder_that_is_no_form_version_is_refused(tmp_path):
    """A folder not named <form>/<version>, or one with a link in it, is refused."""
    with pytest.raises(FormFolderError):
        load_folder(tmp_path, {})
    folder = tmp_path / "lead-agreement" / "1"
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    (folder / "linked.css").symlink_to("/etc/hostname")
    with pytest.raises(FormFolderError) as refused:
        load_folder(folder, {})
    assert refused.value.slug == "form-file-kind"


def test_the_digest_names_texts_layout_and_fonts():
    """A changed word and a changed font both give another digest."""
    digest = FORMS.form("lead-agreement").definition.digest
    assert (
        read_form("lead-agreement", 1, changed("en.toml", "say no", "say  no"), FONTS.digests).definition.digest
        != digest
    )
    assert read_form("lead-agreement", 1, FILES, {}).definition.digest != digest


@pytest.mark.parametrize(
    ("form", "language", "without", "stated"),
    [("lead-agreement", "en", {"L-0", "L-6c"}, 3.5), ("social-referral", "en", {"SR-yes"}, 3.1)],
)
def test_the_reading_grade_is_the_one_that_was_measured(form, language, without, stated):
    """The English clauses stay within 0.3 of the grades the domain notes state."""
    definition = FORMS.form(form).definition
    lines = [line.id for line in definition.page if line.graded and line.id not in without]
    text = " ".join(PLACEHOLDER.sub("60", definition.packs[language].lines[one]) for one in lines)
    assert abs(PyphenReadingGrade().grade(text, language) - stated) <= 0.3


def test_each_clause_and_each_text_stays_below_its_cap():
    """No clause above grade 8, no whole text above grade 6, in either language."""
    reading = PyphenReadingGrade()
    for form in FORMS.forms():
        for language, pack in form.definition.packs.items():
            texts = [PLACEHOLDER.sub("it", pack.lines[line.id]) for line in form.definition.page if line.graded]
            assert max(reading.grade(text, language) for text in texts) <= 8
            assert reading.grade(" ".join(texts), language) <= 6


def test_a_language_without_a_measure_is_not_measured():
    """Other languages are not guessed at."""
    assert PyphenReadingGrade().grade("Один два три.", "ru") is None
    assert PyphenReadingGrade().grade("...", "en") is None


@pytest.mark.parametrize(
    ("word", "count"),
    [("papel", 2), ("día", 2), ("quiere", 2), ("guerra", 2), ("leer", 2), ("Usted", 2), ("policía", 4), ("y", 1)],
)
def test_spanish_syllables(word, count):
    """Vowel groups count, strong pairs and accented weak vowels apart."""
    assert spanish_syllables(word) == count


def test_a_folder_without_fonts_is_refused(tmp_path):
    """No font, no page."""
    with pytest.raises(NoFontsError):
        FontFolder(tmp_path)


def test_signature_blocks_follow_manner_and_aids():
    """A mark brings a witness, an aid its block, and a guardian never replaces the person."""
    definition = FORMS.form("lead-agreement").definition
    standing = lambda **values: {block.id for block in definition.blocks if holds(block.applies, values)}  # noqa: E731  # one table
    assert standing(manner="drawn") == {"person", "officer"}
    assert standing(manner="mark") == {"person", "witness", "officer"}
    assert standing(manner="directed") == {"witness", "officer"}
    assert standing(manner="drawn", aids=["interpreter", "guardian"]) == {
        "person",
        "interpreter",
        "guardian",
        "officer",
    }


def test_groups_hold_no_groups():
    """A group in a group is beyond what the screens can show."""
    for form in FORMS.forms():
        for field in form.definition.fields:
            assert all(item.type is not FieldType.GROUP for item in field.items)
