"""What a Word layout may not hold: each hostile or mistaken file is refused with its slug, and nothing of it is run."""

from __future__ import annotations

import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from forms_service.documents.fonts import FontFolder
from forms_service.documents.form_folder import FormFolders
from forms_service.documents.word_checks import check_word
from forms_service.errors import FormFolderError
from forms_service.settings import ROOT
from tests.word_files import TEMPLATES, document, endless, paragraph, shipped, spoiled

FONTS = FontFolder(ROOT / "config/fonts")
RELATIONS = "word/_rels/document.xml.rels"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = "http://schemas.openxmlformats.org/package/2006/relationships"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
TAG = paragraph("{{ pages[0].title }}")


def related(kind: str, target: str, mode: str = "External") -> bytes:
    """Give a document with one relationship of its body."""
    one = f'<Relationship Id="r9" Type="{KIND}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return document(TAG, {RELATIONS: f'<Relationships xmlns="{HEAD}">{one}</Relationships>'})


def field(*pieces: str) -> str:
    """Give a paragraph with a field whose instruction is cut into runs."""
    cut = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:p>{begin}{cut}{end}</w:p>"


def packed(**parts: bytes) -> bytes:
    """Give a zip of some parts."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return written.getvalue()


def lying() -> bytes:
    """Give a document with a part of eight megabytes, of which its header says a hundred bytes."""
    bomb = document(TAG, {"word/settings.xml": b"<x>" + b" " * (8 * 1024**2) + b"</x>"})
    at = bomb.rindex(b"word/settings.xml") - 46
    return bomb[: at + 24] + struct.pack("<I", 100) + bomb[at + 28 :]


def run(inside: str) -> bytes:
    """Give a document with something in a run of its one paragraph."""
    return document(f"<w:p><w:r>{inside}</w:r></w:p>")


def head(inside: str) -> str:
    """Give a header."""
    return f'<w:hdr xmlns:w="{WORDS}">{inside}</w:hdr>'


def listed(before: str) -> bytes:
    """Give a document with a list that puts something before its items."""
    lists = f'<w:numbering xmlns:w="{WORDS}"><w:abstractNum><w:lvl><w:lvlText w:val="{before}"/></w:lvl></w:abstractNum></w:numbering>'
    return document(TAG, {"word/list.xml": lists})


def led_to(*targets: str, other: bool = True) -> bytes:
    """Give a file that names those parts as its document; another one, which nobody looks into, says more."""
    ours = "".join(
        f'<Relationship Id="r{number}" Type="{KIND}/officeDocument" Target="{target}"/>'
        for number, target in enumerate(targets)
    )
    more = f'<w:document xmlns:w="{WORDS}"><w:body>{paragraph("I waive my rights.")}</w:body></w:document>'
    relations = f'<Relationships xmlns="{HEAD}">{ours}</Relationships>'
    return document(TAG, {"_rels/.rels": relations, **({"word/other.xml": more} if other else {})})


WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MATHS = "http://schemas.openxmlformats.org/officeDocument/2006/math"
GRAPHIC = "http://schemas.openxmlformats.org/drawingml/2006"
WAIVED = "<w:r><w:t>I waive my rights.</w:t></w:r>"
CALIBRI = '<w:p><w:r><w:rPr><w:rFonts w:ascii="Calibri"/></w:rPr></w:r></w:p>'
BILLION = (
    '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p/>&b;</w:body></w:document>'
)
SECRET = BILLION.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/hostname"')
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
SPOKEN = (  # words that a tag brings along
    '{{ "I waive my rights" }}', "{{ “I waive” }}", "{{ 'I' ~ ' waive' }}", "{{ 90 }}", '{% set x = "I waive" %}{{ x }}',
    '{% for x in ["I", "waive"] %}{{ x }}{% endfor %}', '{{ kind.replace("presented", "I waive") }}',
    '{{ "I waive" if kind == "blank" else kind }}', '{{ kind and "I waive" }}', '{{ {"a": "I waive"}["a"] }}',
    '{% for row in pages | batch(2, "I waive") %}{{ row }}{% endfor %}', "{% set signature2 = ''.join %}{{ signature2('waive') }}",
    '{% if kind %}{% elif kind == "x" %}{{ "I waive" }}{% endif %}', '{%p for x in ("I", "waive") %}{{ x }}{%p endfor %}',
    '{% autoescape false %}{{ "I waive" }}{% endautoescape %}', '{% with x = "I waive" %}{{ x }}{% endwith %}',
)  # fmt: skip
UNSPEAKABLE = (  # tags that are none of a layout
    "{% raw %}{{ I waive my rights }}{% endraw %}", "{% macro I_waive() %}{% endmacro %}{{ I_waive.name }}", "{% for %}",
    "{% block I_waive %}{% endblock %}", "{% set gap = ''.join %}{{ gap('waive') }}", "{{ pages | join('waive') }}",
    "{% for signature in pages %}{% endfor %}", "{% if kind %}",
    "{{ " + "(" * 9000 + "kind" + ")" * 9000 + " }}",
)  # fmt: skip
SILENT = (  # what is compared, looked up by, or given to a function of ours is not written
    '{{ signature("person") }}', "{{ gap(40) }}", '{% if kind == "blank" %}{{ kind }}{% endif %}', "{{ pages[0].title }}",
    '{% if line.kind in ("value", "pen") and not loop.first %}{{ ": " }}{% elif 2 %}{% endif %}', '{{ line["text"] }}',
    "{% for row in item.blocks | batch(2) if row is divisibleby(2) %}{{ row }}{% endfor %}", "{% set seen = true %}",
    "{{ kind if pages | length == 2 }}",
)  # fmt: skip
HOSTILE = {
    "word-not-a-document": [
        b"", b"no zip", shipped()[:3000], packed(a=b"x"), document(TAG, {"word/document.xml": "<open>"}),
        document(TAG, {"../../etc/cron.d/x": b"x"}), document(TAG, {"word/document.xml": b"\xff\xfe<\x00"}),
        shipped().replace(b"word/header1.xml", b"word/header2.xml"), lying(),
        led_to("word/other.xml"), led_to("word/document.xml", "word/other.xml"), led_to(), led_to("word/./document.xml"),
        document(TAG, {"WORD/document.xml": "<x/>"}), run(f'<x:t xmlns:x="{STRICT}">I waive my rights.</x:t>'),
        document("<!--{% set x = 'I waive' %}--><w:p/>"), document("<?x {% set x = 'I waive' %}?><w:p/>"),
    ],
    "word-bomb": [
        document(TAG, {"word/document.xml": BILLION}), document(TAG, {"word/document.xml": SECRET}),
        document(TAG, {"word/document.xml": BILLION.encode("utf-16")}),
        document(TAG, {"word/settings.xml": "<x>" * 200 + "</x>" * 200}),
        document(TAG, {f"word/x{number}.xml": "<x/>" for number in range(300)}),
        document(TAG, {"word/media/x.png": bytes(30 * 1024**2)}),
    ],
    "word-macro": [
        document(TAG, {"word/vbaProject.bin": b"x"}), document(TAG, {"word/vbaData.xml": "<x/>"}),
        document(TAG, {"word/activeX/activeX1.xml": "<x/>"}),
    ],
    "word-embedded-object": [
        document(TAG, {"word/embeddings/oleObject1.bin": b"x"}), document("<w:p><w:r><w:object/></w:r></w:p>"),
        document('<w:altChunk xmlns:r="x" r:id="r9"/>'), related("oleObject", "embeddings/x.docx", "Internal"),
        related("aFChunk", "chunk.xml", "Internal"), document("<w:p><w:r><w:pict/></w:r></w:p>"),
        document(TAG, {"word/kopf.xml": head("<w:p><w:r><w:pict/></w:r></w:p>")}),
        document(TAG, {"briefkopf.xml": head('<w:altChunk xmlns:r="x" r:id="r9"/>')}),
        run(f'<m:r xmlns:m="{MATHS}"><m:t>I waive</m:t></m:r>'), related("chart", "charts/chart1.xml", "Internal"),
        related("diagramData", "diagrams/data1.xml", "Internal"), run('<w:sym w:font="Noto Sans" w:char="0049"/>'),
        run(f'<a:graphicData xmlns:a="{GRAPHIC}/main" uri="{GRAPHIC}/chart"/>'),
        document(f'<w:sdt><w:sdtPr><w:dataBinding w:xpath="/x"/></w:sdtPr><w:sdtContent>{TAG}</w:sdtContent></w:sdt>'),
        document(f'<w:sdt><w:sdtPr><w:date w:fullDate="2026-01-01"/></w:sdtPr><w:sdtContent>{TAG}</w:sdtContent></w:sdt>'),
    ],
    "word-external-link": [
        related("hyperlink", "https://evil.example/"), related("attachedTemplate", "file:///srv/evil.dotm"),
        related("attachedTemplate", "\\\\evil.example\\share\\evil.dotm"), related("subDocument", "file:///etc/passwd"),
        related("frame", "http://127.0.0.1:9/x"), related("settings", "http://127.0.0.1:9/x", "Internal"),
    ],
    "word-remote-image": [related("image", "http://127.0.0.1:9/x.png"), related("image", "file:///etc/hostname")],
    "word-field-forbidden": [
        document(field('INCLUDEPICTURE "http://127.0.0.1:9/x.png" \\d')), document(field("INCL", 'UDETEXT "/etc/passwd"')),
        document(field(" DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe")), document(field("LINK Excel.Sheet.8 x")),
        document('<w:p><w:fldSimple w:instr="DATABASE \\d x"/></w:p>'), document(field(" page ") + field("MACROBUTTON x")),
        document(field("")), document(field('PAGE \\# "I waive"')),
        document(TAG, {"word/kopf.xml": head(field('INCLUDETEXT "/etc/passwd"'))}),
    ],
    "word-picture-kind": [document(TAG, {"word/media/x.emf": b"x"}), document(TAG, {"word/media/x.svg": b"<svg/>"})],
    "word-picture-without-text": [document(f'<w:p><w:r><w:drawing><d:inline xmlns:d="{DRAWING}"/></w:drawing></w:r></w:p>')],
    "word-text-box": [endless(), document("<w:p><w:r><w:txbxContent/></w:r></w:p>")],
    "word-tracked-changes": [document("<w:p><w:ins><w:r/></w:ins></w:p>"), document("<w:p><w:del/></w:p>")],
    "word-tag-outside-body": [
        spoiled(("</w:p>", f"</w:p>{TAG}"), part="word/header1.xml"),
        document(TAG, {"word/footnotes.xml": "<x>{{ pages }}</x>"}), document(TAG, {"word/comments.xml": "<x>{% x %}</x>"}),
        document(TAG, {"docProps/core.xml": "<x>{{ 7*7 }}</x>"}),
        document(TAG, {"kopf.xml": head(paragraph("{{ pages }}"))}),
    ],
    "word-fixed-text": [
        document(paragraph("You must sign this.")), document(paragraph("{{ x }} and {{ y }}")),
        document(TAG, {"word/footnotes.xml": "<x>note</x>"}),
        document(TAG, {"word/noten.xml": f'<w:footnotes xmlns:w="{WORDS}">{paragraph("I waive")}</w:footnotes>'}),
        document(WAIVED), run("<w:t/>I waive my rights."), run(f'<a:t xmlns:a="{GRAPHIC}/main">I waive</a:t>'),
        listed("I waive my rights %1"), listed("%1 Jahre"), *map(document, map(paragraph, SPOKEN)),
    ],
    "template-syntax": [
        document(paragraph("{{ pages[0].title")), *map(document, map(paragraph, UNSPEAKABLE)),
        document('<w:p w:rsidR="{{ kind }}"/>'), run("<w:instrText>PAGE {% set x = 1 %}</w:instrText>"),
        document('<w:p xmlns:x="{% set x = 1"/>'),
    ],
    "word-font-unknown": [
        document('<w:p><w:r><w:rPr><w:rFonts w:ascii="Calibri"/></w:rPr></w:r></w:p>'),
        spoiled(('w:ascii="Noto Sans"', 'w:ascii="Arial"'), part="word/styles.xml"),
        document('<w:p><w:r><w:rPr><w:rFonts w:asciiTheme="minorHAnsi"/></w:rPr></w:r></w:p>'),
        document(TAG, {"word/kopf.xml": head(CALIBRI)}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "docx"),
    [
        pytest.param(slug, one, id=f"{slug}-{number}")
        for slug, many in HOSTILE.items()
        for number, one in enumerate(many)
    ],
)
def test_a_file_that_reaches_too_far_is_refused(slug, docx):
    """Bombs, macros, links, remote pictures, fields, objects and mistakes: each with its slug and a place in the file."""
    faults = check_word(docx, FONTS.family_names)
    assert slug in {fault.slug for fault in faults}, faults
    assert all(fault.place.startswith("form.docx:") for fault in faults)


def test_the_shipped_layouts_have_no_fault():
    """Both forms as Word files are what the checks ask for."""
    for form in ("lead-agreement", "social-referral"):
        assert check_word(shipped(form), FONTS.family_names) == []


def test_a_fault_names_its_paragraph_and_what_it_says():
    """Whoever keeps the form finds the place in Word, by number and by an excerpt."""
    faults = check_word(document(TAG + paragraph("{{ x }}: sign within 30 days")))
    assert [(one.place, one.message.rpartition(": ")[2]) for one in faults] == [
        ("form.docx:paragraph 2", "sign within 30 days")
    ]


@pytest.mark.parametrize("tag", SILENT)
def test_a_string_that_is_never_written_may_stand_in_a_tag(tag):
    """Names of blocks, kinds to compare with and places in a list are no words of the page."""
    assert check_word(document(paragraph(tag))) == []


def test_words_in_a_tag_are_found_by_their_paragraph():
    """The third paragraph is the third, whatever stands in the ones before."""
    faults = check_word(document(TAG + paragraph("{{\nkind }}") + paragraph('{{ "I waive" }}')))
    assert [(one.place, one.message.rpartition(": ")[2]) for one in faults] == [("form.docx:paragraph 3", "I waive")]


def test_what_word_writes_by_itself_is_no_fault():
    """Bullets of one letter, empty notes, a letterhead in any part, and a document named from the root of the file."""
    empty = (
        f'<w:footnotes xmlns:w="{WORDS}"><w:footnote><w:p><w:r><w:separator/></w:r></w:p></w:footnote></w:footnotes>'
    )
    letterhead = {"word/kopf.xml": head(paragraph("Police Department")), "word/footnotes.xml": empty}
    assert check_word(document(TAG, letterhead), FONTS.family_names) == []
    assert [check_word(one) for one in (listed("o"), listed("%1.%2)"), listed("•"))] == [[], [], []]
    assert check_word(led_to("/word/document.xml", other=False)) == []


def test_page_numbers_may_be_fields():
    """What a letterhead may count is no way out of the file."""
    assert check_word(document(field(" PAGE ") + field("NUMPAGES \\* MERGEFORMAT") + TAG)) == []


def test_a_style_that_nobody_uses_may_name_any_font():
    """Word carries dozens of styles along; only those of the text are judged, with what they are based on."""
    other = '<w:style w:type="paragraph" w:styleId="Other"><w:rPr><w:rFonts w:ascii="Calibri"/></w:rPr></w:style>'
    unused = spoiled(("</w:styles>", f"{other}</w:styles>"), part="word/styles.xml")
    assert check_word(unused, FONTS.family_names) == []
    used = spoiled(
        (
            'w:styleId="Clause"><w:name w:val="Clause"/><w:basedOn w:val="Normal"/>',
            'w:styleId="Clause"><w:name w:val="Clause"/><w:basedOn w:val="Other"/>',
        ),
        ("</w:styles>", f"{other}</w:styles>"),
        part="word/styles.xml",
    )
    assert [one.slug for one in check_word(used, FONTS.family_names)] == ["word-font-unknown"]


def test_a_folder_with_a_bad_layout_is_not_read(tmp_path):
    """The faults of the Word file stand among those of the folder."""
    folder = tmp_path / "lead-agreement" / "1"
    folder.mkdir(parents=True)
    for file in (TEMPLATES / "lead-agreement/1").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    forms = FormFolders(tmp_path, FONTS.digests, families=FONTS.family_names)
    assert forms.form("lead-agreement").definition.engine == "docx"
    (folder / "form.docx").write_bytes(related("image", "http://127.0.0.1:9/x.png"))
    with pytest.raises(FormFolderError, match="word-remote-image"):
        forms.form("lead-agreement")
    (folder / "form.docx").unlink()
    with pytest.raises(FormFolderError, match=r"form-file-missing: form\.docx"):
        forms.form("lead-agreement")


def test_the_shipped_word_folders_say_what_the_others_say():
    """Fields, clauses and words are those of the pages made from HTML, letter by letter; only the engine differs."""
    for form in ("lead-agreement", "social-referral"):
        for name in ("form.toml", "en.toml", "es.toml"):
            plain = (ROOT / "templates" / form / "1" / name).read_text("utf-8")
            word = (TEMPLATES / form / "1" / name).read_text("utf-8")
            assert word == plain.replace('engine = "html"', 'engine = "docx"', 1)
