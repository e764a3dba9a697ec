"""What ``form check`` says of a form: its reading grades against the caps of plain language.

A clause may reach grade 8, a whole text grade 6 (DOMAIN 2.4); agency names push single clauses up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forms_service.domain.forms import FormVersion, LanguagePack
from forms_service.domain.wording import PLACEHOLDER
from forms_service.ports import Services

CLAUSE_CAP = 8.0
WHOLE_CAP = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A reading grade.

    Attributes:
        part: Line id, or ``whole text``.
        grade: US school grade; None when the language has no measure here.
    """

    form: str
    language: str
    part: str
    words: int
    grade: float | None
    cap: float

    @property
    def within_cap(self) -> bool:
        """Say whether the text is simple enough; what can not be measured does not fail."""
        return self.grade is None or self.grade <= self.cap

    def line(self) -> str:
        """Give one line for a person."""
        measured = "not measured" if self.grade is None else f"grade {self.grade:.1f} (cap {self.cap:.0f})"
        verdict = "" if self.within_cap else "  TOO HARD"
        return f"{self.language}  {self.part:<12} {self.words:>4} words  {measured}{verdict}"


def check_form_folder(services: Services, folder: Path) -> FormVersion:
    """Read a folder that need not lie among the templates.

    Raises:
        FormFolderError: With every fault.
    """
    return services.forms.folder(folder)


def grades_of(services: Services, form: FormVersion) -> Iterator[Grade]:
    """Give the grade of every graded line and of the whole text, for each language."""
    definition = form.definition
    graded = [line.id for line in definition.page if line.graded]
    for language, pack in definition.packs.items():
        texts = {line_id: _plain(pack, line_id) for line_id in graded}
        for line_id, text in texts.items():
            yield _grade(services, definition.form, language, line_id, text, CLAUSE_CAP)
        yield _grade(services, definition.form, language, "whole text", " ".join(texts.values()), WHOLE_CAP)


def _plain(pack: LanguagePack, line_id: str) -> str:
    """Give a line's words without what is filled in: a name's syllables are not ours to judge."""
    return PLACEHOLDER.sub("it", pack.lines[line_id])


def _grade(services: Services, form: str, language: str, part: str, text: str, cap: float) -> Grade:
    grade = services.reading.grade(text, language)
    return Grade(form=form, language=language, part=part, words=len(text.split()), grade=grade, cap=cap)
