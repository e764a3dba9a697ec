"""What a Word layout may hold: tags in its body, a look, and nothing that speaks or reaches out by itself.

* Every word of the page is a line of the form, so that it is signed, translated and graded: a layout adds none, neither
  as text, nor in a tag, nor in a list's numbers, a formula, a symbol or a control.
* What is a header, a note or a style is told by what stands in a part, never by the part's name.
* Tags stand in the body only. Headers and footers may carry a letterhead; notes and comments can not be used at all.
* Fields that read files or start programs, objects, text boxes, tracked changes and unbundled fonts are refused.

Every fault names its paragraph, counted as they stand in the body, those of tables included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from xml.etree.ElementTree import Element

from forms_service.documents.sandbox import words_in_tags
from forms_service.documents.word_package import BODY, W, WordPackage, open_package
from forms_service.errors import Fault, TemplateSyntaxFaultError

FIELDS = frozenset({"PAGE", "NUMPAGES"})
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_OPENING = re.compile(r"\{[{%#]")
_WORD = re.compile(r"\w")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_UNWRITTEN = (f"{W}instrText", _DRAWING, "{http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing}")
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_GRAPHIC = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
_FORMULAS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CONTROLS = frozenset({"dataBinding", "date", "dropDownList", "comboBox", "checkbox"})  # they bring their own words
_JOINED = re.compile(r"(\{[{%])(?:tr|tc|p|r)\s")  # docxtpl's: take the row, cell, paragraph or run with the tag
_QUOTES = str.maketrans("“”‘’", "\"\"''")  # docxtpl takes Word's quotes in tags for plain ones
_TRACKED = frozenset({f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo"})
_OBJECTS = frozenset({f"{W}object", f"{W}pict", f"{W}altChunk", f"{W}subDoc", f"{W}control"})
_NOTES = frozenset({f"{W}footnotes", f"{W}endnotes", f"{W}comments"})
_MARGINS = (f"{W}hdr", f"{W}ftr")
_NOTE_FILES = ("word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")


def check_word(docx: bytes, families: Iterable[str] = ()) -> list[Fault]:
    """Give every fault of a Word layout.

    Args:
        docx: The file.
        families: Names of the bundled fonts' families; empty when nobody asks.
    """
    return list(_checked(docx, frozenset(families)))


@lru_cache(maxsize=32)
def _checked(docx: bytes, families: frozenset[str]) -> tuple[Fault, ...]:
    package, faults = open_package(docx)
    if package is None:
        return tuple(faults)
    found = [*faults, *_outside_body(package), *_objects(package), *_fields(package), *_body(package), *_lists(package)]
    return (*found, *(_fonts(package, families) if families else ()))


def _outside_body(package: WordPackage) -> Iterator[Fault]:
    for name, root in package.parts.items():
        text = "".join(root.itertext())
        if name != BODY and _OPENING.search(text):
            yield _fault("word-tag-outside-body", name, "expected tags in the body only")
        if (root.tag in _NOTES or name in _NOTE_FILES) and _WORD.search(text):
            yield _fault("word-fixed-text", name, "notes and comments can not be printed; delete them")


def _objects(package: WordPackage) -> Iterator[Fault]:
    for place, _, element in _elements(package):
        if element.tag in _OBJECTS or _speaks(element):
            yield _fault("word-embedded-object", place, "expected no objects, shapes, formulas, symbols or controls")
        elif element.tag in _TRACKED:
            yield _fault("word-tracked-changes", place, "a change is tracked; accept or reject it in Word")
        elif element.tag == f"{W}txbxContent":
            yield _fault("word-text-box", place, "a text box has no place in the order of reading; use a table")
        elif element.tag in (f"{_DRAWING}inline", f"{_DRAWING}anchor") and not _has_alternative(element):
            yield _fault("word-picture-without-text", place, "expected an alternative text for this picture")


def _speaks(element: Element) -> bool:
    """Say whether something prints words of its own that are not text: a chart, a formula, a list to choose from."""
    if element.tag == f"{W}sdtPr":
        return any(one.tag.rpartition("}")[2] in _CONTROLS for one in element)
    is_other_graphic = element.tag == _GRAPHIC and element.get("uri") != _PICTURE
    return is_other_graphic or element.tag == f"{W}sym" or element.tag.startswith(_FORMULAS)


def _has_alternative(drawing: Element) -> bool:
    properties = drawing.find(f"{_DRAWING}docPr")
    return properties is not None and bool(properties.get("descr", "").strip())


def _fields(package: WordPackage) -> Iterator[Fault]:
    """Judge each field by its first word; its instruction may be cut into any number of runs."""
    for place, paragraph, element in _elements(package):
        if element.tag == f"{W}fldSimple":
            yield from _field(place, element.get(f"{W}instr", ""))
        if element is paragraph:
            said = "".join(_instruction(one) for one in paragraph.iter())
            yield from (fault for one in said.split("\0")[1:] for fault in _field(place, one))


def _instruction(element: Element) -> str:
    if element.tag == f"{W}fldChar":
        return "\0" if element.get(f"{W}fldCharType") == "begin" else ""
    return (element.text or "") if element.tag == f"{W}instrText" else ""


def _field(place: str, instruction: str) -> Iterator[Fault]:
    name = (instruction.split() or ["nothing"])[0].upper()
    if name not in FIELDS or '"' in instruction or "#" in instruction:  # a picture of numbers may hold words
        yield _fault("word-field-forbidden", place, f"the field {name[:20]}; allowed are {', '.join(sorted(FIELDS))}")


def _body(package: WordPackage) -> Iterator[Fault]:
    said: list[str] = []
    for number, paragraph in enumerate(package.body.iter(f"{W}p"), start=1):
        text = "".join(one.text or "" for one in paragraph.iter(f"{W}t"))
        said.append(" ".join(text.split()))
        left = _TAG.sub("", text)
        if _OPENING.search(left):
            yield _fault("template-syntax", f"paragraph {number}", f"a tag is not closed: {_excerpt(text)}")
        elif _WORD.search(left):
            where = f"paragraph {number}"
            yield _fault("word-fixed-text", where, f"words belong into <language>.toml: {_excerpt(left)}")
    yield from _tags("\n".join(said))
    yield from _elsewhere(package.body)


def _tags(text: str) -> Iterator[Fault]:
    """Look into the tags; each paragraph is a line."""
    try:
        found = words_in_tags(_JOINED.sub(r"\1 ", text.translate(_QUOTES)), lambda line: f"paragraph {line}")
    except TemplateSyntaxFaultError as error:
        yield _fault(error.slug, str(error.facts["place"]), str(error.facts["problem"]))
        return
    for place, words in found:
        yield _fault("word-fixed-text", place, f"words belong into <language>.toml: {_excerpt(words)}")


def _elsewhere(body: Element) -> Iterator[Fault]:
    """Look for words and tags where the text of a paragraph does not stand."""
    told = {one for paragraph in body.iter(f"{W}p") for one in paragraph.iter(f"{W}t")}
    for element in body.iter():
        name = element.tag.rpartition("}")[2]
        text = f"{'' if element in told else element.text or ''}{element.tail or ''}"
        if "{" in text or any(_OPENING.search(value) for value in element.attrib.values()):
            yield _fault("template-syntax", "body", f"a tag stands where no text is ({name})")
        elif _WORD.search(text) and not element.tag.startswith(_UNWRITTEN):
            yield _fault("word-fixed-text", "body", f"words stand outside of the text ({name}): {_excerpt(text)}")


def _lists(package: WordPackage) -> Iterator[Fault]:
    """Judge what lists put before their numbers; a single letter is a bullet of Word's own."""
    for name, root in package.parts.items():
        for level in root.iter(f"{W}lvlText"):
            words = re.sub(r"%\d", " ", level.get(f"{W}val", ""))
            if len(_WORD.findall(words)) > 1:
                yield _fault("word-fixed-text", name, f"a list puts words before its numbers: {_excerpt(words)}")


def _excerpt(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


def _elements(package: WordPackage) -> Iterator[tuple[str, Element | None, Element]]:
    """Give each element of the body, headers, footers and whatever else has text, with its place and paragraph."""
    for name, root in package.parts.items():
        if name != BODY and root.tag not in _MARGINS and next(root.iter(f"{W}p"), None) is None:
            continue
        number, paragraph = 0, None
        for element in root.iter():
            if element.tag == f"{W}p":
                number, paragraph = number + 1, element
            yield (f"paragraph {number}" if name == BODY else f"{name}, paragraph {number}"), paragraph, element


def _fonts(package: WordPackage, families: frozenset[str]) -> Iterator[Fault]:
    """Judge the fonts of the text and of the styles that it uses; Word would use another one and say nothing."""
    styles = [style for root in package.parts.values() if root.tag == f"{W}styles" for style in root]
    used = {"docDefaults", *_styles_used(package, styles)}
    for place, _, element in _elements(package):
        yield from _font(place, element, families)
    for style in styles:
        name = style.get(f"{W}styleId", style.tag.removeprefix(W))
        if name in used:
            yield from (fault for one in style.iter() for fault in _font(f"style {name}", one, families))


def _font(place: str, element: Element, families: frozenset[str]) -> Iterator[Fault]:
    if element.tag != f"{W}rFonts":
        return
    for key in ("ascii", "hAnsi", "cs", "asciiTheme", "hAnsiTheme"):
        named = element.get(f"{W}{key}")
        if named is not None and named not in families:
            known = ", ".join(sorted(families))
            yield _fault("word-font-unknown", place, f"the font {named}; the bundled ones are {known}")
            return


def _styles_used(package: WordPackage, styles: Iterable[Element]) -> set[str]:
    kinds = {f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle"}
    used = {element.get(f"{W}val", "") for _, _, element in _elements(package) if element.tag in kinds}
    above: Mapping[str, str] = {
        style.get(f"{W}styleId", ""): based.get(f"{W}val", "")
        for style in styles
        if (based := style.find(f"{W}basedOn")) is not None
    }
    todo = list(used)
    while todo:
        base = above.get(todo.pop(), "")
        if base and base not in used:
            used.add(base)
            todo.append(base)
    defaults = {
        style.get(f"{W}styleId", "")
        for style in styles
        if style.get(f"{W}default") == "1" and style.get(f"{W}type") == "paragraph"
    }
    return used | defaults


def _fault(slug: str, place: str, message: str) -> Fault:
    return Fault(slug=slug, place=f"form.docx:{place}", message=message)
