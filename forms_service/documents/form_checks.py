"""What only a reader of a whole form folder can see: names that lead nowhere, words that are missing.

* Every condition, computation, placeholder, block and line names something that exists.
* No line of the page shows a screening answer, an internal field or a later addition (DESIGN 2.4, 2.10).
* Every line, label and option that a person sees has its words in every language.
* A form offers only ways of signing that we can carry out: no typed name stands where a page promises ink.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms_service.documents.form_source import TomlSource
from forms_service.domain.conditions import Condition, fields_named
from forms_service.domain.forms import (
    Field,
    FieldType,
    FormDefinition,
    LanguagePack,
    LineKind,
    PageLine,
    PaperKind,
    Stage,
)
from forms_service.domain.numbers import CARD_CODE
from forms_service.domain.signature import Aid, Manner
from forms_service.domain.wording import FORMATS, PLACEHOLDER
from forms_service.errors import Fault
from forms_service.patterns import problem_of

_BRACES = re.compile(r"[{}]")
WAYS: Mapping[str, frozenset[str]] = {"manner": frozenset(Manner), "aids": frozenset(Aid)}
_BLANK_ONLY = (PaperKind.BLANK,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderReading:
    """A definition with the sources it was read from."""

    definition: FormDefinition
    form: TomlSource
    languages: Mapping[str, TomlSource]


def check_folder(reading: FolderReading) -> list[Fault]:
    """Give every fault that the whole folder shows."""
    return [
        *_code(reading),
        *_doubles(reading),
        *_fields(reading),
        *_ways(reading),
        *_lines(reading),
        *_blocks(reading),
        *(fault for language in reading.languages for fault in _words(reading, language)),
    ]


def _code(reading: FolderReading) -> Iterator[Fault]:
    if reading.definition.code == CARD_CODE:
        message = f"{CARD_CODE} is how pocket cards begin: a form with this code would be taken for one"
        yield reading.form.fault("form-code-taken", message, "code")


def _doubles(reading: FolderReading) -> Iterator[Fault]:
    for kind in ("fields", "page", "blocks"):
        seen: set[str] = set()
        for index, one in enumerate(_tables(reading.form, kind)):
            if one["id"] in seen:
                yield reading.form.fault("form-double-id", f"{one['id']} stands twice in {kind}", kind, index, "id")
            seen.add(str(one["id"]))


def _tables(source: TomlSource, kind: str) -> Sequence[Mapping[str, object]]:
    found = source.data.get(kind, [])
    return found if isinstance(found, list) else []


def _fields(reading: FolderReading) -> Iterator[Fault]:
    definition = reading.definition
    yield from _conditions(reading, (definition.declined_when,), "declined_when")
    for index, field in enumerate(definition.fields):
        where = ("fields", index)
        yield from _conditions(reading, (field.required, field.applies), *where)
        if field.section not in definition.sections:
            yield reading.form.fault(
                "form-name-unknown", f"section {field.section} is not in sections", *where, "section"
            )
        for name in (field.not_before, *(field.computed.arguments if field.computed else ())):
            if name and definition.field_named(name) is None:
                yield reading.form.fault("form-name-unknown", f"{field.id} names {name}, which is no field", *where)
        yield from _shape(reading, field, index)


def _shape(reading: FolderReading, field: Field, index: int) -> Iterator[Fault]:
    for one in (field, *field.items):
        has_options = one.type in {FieldType.CHOICE, FieldType.CHOICES}
        if has_options is not bool(one.options):
            yield reading.form.fault(
                "form-field-shape", f"{one.id}: options belong to choices, and only there", "fields", index
            )
        if (one.type is FieldType.GROUP) is not bool(one.items):
            yield reading.form.fault(
                "form-field-shape", f"{one.id}: items belong to a group, and only there", "fields", index
            )
        if problem := problem_of(one.pattern):
            yield reading.form.fault("form-field-shape", f"{one.id}: the pattern {problem}", "fields", index)
    if any(item.type is FieldType.GROUP for item in field.items):
        yield reading.form.fault("form-field-shape", f"{field.id}: a group holds no group", "fields", index)


def _ways(reading: FolderReading) -> Iterator[Fault]:
    """Refuse a manner or an aid that is none of ours: it would be printed, and signed in another way than it says."""
    for index, field in enumerate(reading.definition.fields):
        known = WAYS.get(field.id)
        for option in () if known is None else sorted(set(field.options) - known):
            message = f"{field.id}: {option} is none of {', '.join(sorted(known or ()))}"
            yield reading.form.fault("form-signing-way-unknown", message, "fields", index)


def _conditions(reading: FolderReading, conditions: Sequence[Condition], *where: object) -> Iterator[Fault]:
    for name in (name for condition in conditions for name in fields_named(condition)):
        if reading.definition.field_named(name) is None:
            yield reading.form.fault("form-name-unknown", f"a condition names {name}, which is no field", *where)


def _lines(reading: FolderReading) -> Iterator[Fault]:
    definition = reading.definition
    for index, line in enumerate(definition.page):
        where = ("page", index)
        yield from _conditions(reading, (line.when,), *where)
        if line.block and definition.block(line.block) is None:
            yield reading.form.fault("form-name-unknown", f"{line.id} names block {line.block}", *where)
        group = definition.field_named(line.each) if line.each else None
        if line.each and (group is None or group.type is not FieldType.GROUP):
            yield reading.form.fault("form-name-unknown", f"{line.id}: {line.each} is no group", *where)
        if line.kind is LineKind.VALUE and not line.field:
            yield reading.form.fault("form-field-shape", f"{line.id}: a value line names its field", *where)
        for name in (line.field, line.each):
            if name:
                yield from (reading.form.fault(slug, text, *where) for slug, text in _may_show(definition, line, name))


def _may_show(definition: FormDefinition, line: PageLine, path: str) -> Iterator[tuple[str, str]]:
    field = definition.field_named(path)
    top = definition.field_named(path.partition(".")[0])
    if field is None or top is None:
        yield "form-name-unknown", f"{line.id} names {path}, which is no field"
    elif line.kind is LineKind.PEN and line.papers == _BLANK_ONLY and not _never_on_page(top):
        return
    elif top.stage is not Stage.BEFORE or _never_on_page(top):
        yield "form-field-not-for-page", f"{line.id} shows {path}, which never stands on the person's page"


def _never_on_page(field: Field) -> bool:
    return field.internal or field.stage in (Stage.SCREENING, Stage.SIGNING)


def _blocks(reading: FolderReading) -> Iterator[Fault]:
    for index, block in enumerate(reading.definition.blocks):
        yield from _conditions(reading, (block.applies, block.required), "blocks", index)
        if reading.definition.field_named(block.printed_name) is None:
            yield reading.form.fault(
                "form-name-unknown", f"{block.id} names {block.printed_name}, which is no field", "blocks", index
            )


def _words(reading: FolderReading, language: str) -> Iterator[Fault]:
    source, pack = reading.languages[language], reading.definition.packs[language]
    is_control = language == reading.definition.control_language
    for line in reading.definition.page:
        if line.control and not is_control:
            continue
        yield from _line_words(reading.definition, source, pack, line)
    known = {line.id for line in reading.definition.page}
    for name in sorted(set(pack.lines) - known):
        yield source.fault("form-name-unknown", f"words for line {name}, which is not on the page", "lines", name)
    for field in reading.definition.fields:
        if is_control or _shown_to_person(reading.definition, field):
            yield from _field_words(source, pack, field)
    for block in reading.definition.blocks:
        if f"block.{block.id}" not in pack.labels:
            yield source.fault("form-words-missing", f'no label "block.{block.id}"', "labels")


def _line_words(definition: FormDefinition, source: TomlSource, pack: LanguagePack, line: PageLine) -> Iterator[Fault]:
    words = pack.lines.get(line.id, "")
    if not words and (not line.field or (line.kind is LineKind.VALUE and _is_group(definition, line.field))):
        yield source.fault("form-words-missing", f"no words for line {line.id}", "lines")
    for path, wanted in PLACEHOLDER.findall(words):
        full = f"{line.each}.{path.removeprefix('item.')}" if path.startswith("item.") else path
        if wanted and wanted not in FORMATS:
            yield source.fault(
                "form-format-unknown", f"{line.id}: format {wanted}; known are {', '.join(FORMATS)}", "lines", line.id
            )
        for slug, text in _may_show(definition, line, full):
            yield source.fault(slug, text, "lines", line.id)
        if _is_group(definition, full):
            yield source.fault(
                "form-field-shape", f"{line.id}: {full} is a group: say its items' fields", "lines", line.id
            )
    if _BRACES.search(PLACEHOLDER.sub("", words)):
        yield source.fault("form-format-unknown", f"{line.id}: a brace that opens no known field", "lines", line.id)


def _is_group(definition: FormDefinition, path: str) -> bool:
    field = definition.field_named(path)
    return field is not None and field.type is FieldType.GROUP


def _shown_to_person(definition: FormDefinition, field: Field) -> bool:
    return any(field.id in (line.field, line.each, *_named(definition, line)) for line in definition.page)


def _named(definition: FormDefinition, line: PageLine) -> set[str]:
    words = " ".join(pack.lines.get(line.id, "") for pack in definition.packs.values())
    return {path for path, _ in PLACEHOLDER.findall(words)}


def _field_words(source: TomlSource, pack: LanguagePack, field: Field) -> Iterator[Fault]:
    for prefix, one in ((field.id, field), *((f"{field.id}.{item.id}", item) for item in field.items)):
        if prefix not in pack.labels:
            yield source.fault("form-words-missing", f'no label "{prefix}"', "labels")
        for option in one.options:
            if f"{prefix}.{option}" not in pack.options:
                yield source.fault("form-words-missing", f'no words for option "{prefix}.{option}"', "options")
