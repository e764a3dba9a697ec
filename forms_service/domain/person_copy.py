"""The person's copy: the lines that were shown, headed as what it is, with what to do next on top.

* It is made of what the page says and of when each signed, and of nothing else: no screening, no victims, no notes.
* It is not the sealed original and not a COPY of the archive; it says whose it is and who keeps the original.
* The tablet prints the same page without a network: ``static/tablet/flow/person_copy.js``. Both have the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forms_service.domain.forms import FormDefinition, LanguagePack, LineKind
from forms_service.domain.wording import Line, date_long, time_of_day

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "heading": "Your copy",
        "signed": "Signed {when}",
        "kept": "The sealed original is kept by {agency}.",
        "box": "What to do next",
        "number": "Number",
        "signers": "Who signed, and when",
        "english": "The same words in English",
        "what": "This page is yours to keep. It is your own copy, not the sealed original.",
        "practice": "PRACTICE. This is not a real paper.",
    },
    "es": {
        "heading": "Su copia",
        "signed": "Firmado el {when}",
        "kept": "{agency} guarda el original sellado.",
        "box": "Qué hacer ahora",
        "number": "Número",
        "signers": "Quién firmó y cuándo",
        "english": "Las mismas palabras en inglés",
        "what": "Esta hoja es suya. Es su propia copia, no el original sellado.",
        "practice": "PRÁCTICA. Este no es un papel real.",
    },
}
ON_TOP = (LineKind.NEXT_STEP, LineKind.CARD)
SIGNER = "signer"  # a line beside somebody's signature
AGENCY_NAME, AGENCY = "agency.name", "agency."
_NUMBER = re.compile(r"\+?[0-9][0-9 .()/-]*")
_IN_TEXT = re.compile(r"(?<![0-9-])[0-9]{3}-[0-9]{3}-[0-9]{4}(?![0-9-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """One line of the copy."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCopy:
    """Everything the copy says, ready to be shown.

    Attributes:
        words: Of the copy's own frame, in its language.
        box: What to do next and whom to call; stands on top instead of in its place among the lines.
        signers: Who signed, and when.
        english: The same lines in English; empty where they are English already.
        numbers: Telephone numbers that may be called with a tap where they stand in a line.
    """

    document_id: str
    language: str
    title: str
    words: Mapping[str, str]
    box: tuple[str, ...]
    lines: tuple[CopyLine, ...]
    signers: tuple[str, ...]
    english: tuple[CopyLine, ...]
    numbers: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Give it as plain data, for the page that a link opens."""
        shown = {name: [[one.kind, one.text] for one in getattr(self, name)] for name in ("lines", "english")}
        return {
            "v": "copy/1", "document_id": self.document_id, "language": self.language, "title": self.title,
            "words": dict(self.words), "box": list(self.box), "signers": list(self.signers),
            "numbers": list(self.numbers), **shown,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the person was shown and what became of it.

    Attributes:
        lines: In the language that was signed.
        english: The control lines; empty where the language is English.
        signed: The agency's local time of the person's signature.
        blocks: The same of each block that was signed, in the page's order.
        values: Of the page.
    """

    document_id: str
    language: str
    lines: Sequence[Line]
    english: Sequence[Line]
    signed: datetime
    blocks: Mapping[str, datetime]
    values: Mapping[str, object]
    practice: bool


def person_copy(definition: FormDefinition, shown: Shown) -> PersonCopy:
    """Make the copy."""
    pack = definition.pack(shown.language)
    said = _lines(definition, shown.lines)
    box = tuple(one.text for one in said if one.kind in ON_TOP)
    return PersonCopy(
        document_id=shown.document_id, language=shown.language, title=pack.title,
        words=_words(definition, shown, _moment(shown.signed, pack)), box=box,
        lines=tuple(one for one in said if one.kind not in ON_TOP),
        signers=tuple(f"{pack.labels[f'block.{block}']}: {_moment(at, pack)}" for block, at in shown.blocks.items()),
        english=_lines(definition, shown.english),
        numbers=tuple(dict.fromkeys(_numbers(definition, shown.values, box))),
    )  # fmt: skip


def _words(definition: FormDefinition, shown: Shown, when: str) -> dict[str, str]:
    own = WORDS.get(shown.language.partition("-")[0], WORDS["en"])
    agency = next((str(shown.values.get(one.id, "")) for one in definition.fields if one.source == AGENCY_NAME), "")
    said = {name: text.format(when=when, agency=agency) for name, text in own.items()}
    return {name: text for name, text in said.items() if shown.practice or name != "practice"}


def _numbers(definition: FormDefinition, values: Mapping[str, object], box: Sequence[str]) -> Iterator[str]:
    """Give the agency's own numbers, and those that what to do next names; nothing that is the person's."""
    for one in definition.fields:
        value = values.get(one.id)
        if one.source.startswith(AGENCY) and isinstance(value, str) and _NUMBER.fullmatch(value):
            yield value
    for text in box:
        yield from _IN_TEXT.findall(text)


def _moment(at: datetime, pack: LanguagePack) -> str:
    return f"{date_long(at.date(), pack)}, {time_of_day(at, pack)}"


def _lines(definition: FormDefinition, lines: Sequence[Line]) -> tuple[CopyLine, ...]:
    """Give the lines with their looks, which the archive does not keep: the form says them by id."""
    kinds = {one.id: SIGNER if one.block else str(one.kind) for one in definition.page}
    each = {one.id for one in definition.page if one.each}
    return tuple(CopyLine(kind=kinds[_page_line(line.id, each)], text=line.text) for line in lines)


def _page_line(line_id: str, each: set[str]) -> str:
    start, _, number = line_id.rpartition("-")
    return start if start in each and number.isdigit() else line_id
