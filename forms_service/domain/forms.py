"""One form definition drives everything: screens, checks, pages, API schema, archive metadata.

A definition is pure data read from ``templates/<form>/<version>/`` by ``documents/form_folder.py``.

* A field's ``stage`` says when it is known (DESIGN 2.4):
  ``screening`` never reaches the page; ``before`` is shown, digested and required at signing;
  ``archive`` (case number) lives in the stamp strip and in metadata; ``after`` is a later addition.
* ``internal`` fields never reach the person's page nor a file embedded in it.
* ``page`` lists, in reading order, every line the page may say above the strip.
* Every word is in a ``LanguagePack``; nothing here is a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from forms_service.domain.conditions import ALWAYS, NEVER, Condition
from forms_service.domain.signature import LeastInk


class Stage(StrEnum):
    """When a value is known.

    * ``screening``: before the form, never on the page; ``before``: shown to the person, and signed.
    * ``signing``: between reading and signing, what the person could say back; never on the page.
    * ``archive``: in the stamp strip and the metadata only; ``after``: later acts on the record.
    """

    SCREENING = "screening"
    BEFORE = "before"
    SIGNING = "signing"
    ARCHIVE = "archive"
    AFTER = "after"


class FieldType(StrEnum):
    """What a value is; in JSON: text, date ``YYYY-MM-DD``, local time ``YYYY-MM-DDTHH:MM``."""

    TEXT = "text"
    PHONE = "phone"
    EMAIL = "email"
    LANGUAGE = "language"
    CHOICE = "choice"
    CHOICES = "choices"
    TICK = "tick"
    YES_NO = "yes_no"
    INTEGER = "integer"
    DATE = "date"
    LOCAL_TIME = "local_time"
    GROUP = "group"


class Party(StrEnum):
    """Who fills a field in (DOMAIN 2.1)."""

    OFFICER = "officer"
    PERSON = "person"
    PROVIDER = "provider"
    SYSTEM = "system"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"


class LineKind(StrEnum):
    """How a layout shows a line; the words are the same for all."""

    TITLE = "title"
    LEAD = "lead"
    HEADING = "heading"
    CLAUSE = "clause"
    VALUE = "value"
    NEXT_STEP = "next_step"
    STATEMENT = "statement"
    CARD = "card"
    NOTE = "note"
    PEN = "pen"


class PaperKind(StrEnum):
    """The three pages one layout makes."""

    PRESENTED = "presented"
    COMPLETED = "completed"
    BLANK = "blank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """A named function that fills a field: ``date_plus_days``, ``age_on``, ``local_date``.

    Attributes:
        function: One of the closed set in ``domain/dates.py``.
        arguments: Field ids, in the function's order.
    """

    function: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value of a form.

    Attributes:
        id: ASCII, ``snake_case``, unique in its form (or group).
        required: Whether a value must be there at the field's stage.
        applies: Whether the field is asked at all; a value where it does not apply is refused.
        source: Where the service takes the value from when none is given: ``agency.<key>``,
            ``account.<key>``, ``presentation.date``, ``period.days``, ``approval.<who>.on``; empty for none.
        max_length: Most characters of a text, after normalisation.
        not_before: Id of a field whose time must not be later than this one's.
        items: Fields of one item, for a group.
        most: Largest integer, most items of a group or most choices.
    """

    id: str
    type: FieldType
    stage: Stage
    filled_by: tuple[Party, ...]
    section: str = ""
    internal: bool = False
    required: Condition = NEVER
    applies: Condition = ALWAYS
    source: str = ""
    computed: Computation | None = None
    max_length: int = 200
    options: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    not_future: bool = False
    not_before: str = ""
    warn_after_hours: int = 0
    pattern: str = ""
    items: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """One line the page may say, or one for each item of a group.

    Attributes:
        id: Unique; the key of its words in ``<language>.toml [lines]``; with ``each`` the line ids
            on the page are ``<id>-1``, ``<id>-2``, ...
        when: Whether the line stands on the page.
        each: Id of a group field; the words may then use ``{item.<field>}``.
        field: For ``value`` and ``pen`` lines, the field whose label and value they show.
        block: Id of the signature block the line stands in; empty for the text above.
        papers: On which kinds of page the line stands.
        control: Whether it stands only on the control page that follows a page in another language.
        graded: Whether the line counts in the reading grade (clauses do).
    """

    id: str
    kind: LineKind
    section: str
    when: Condition = ALWAYS
    each: str = ""
    field: str = ""
    block: str = ""
    papers: tuple[PaperKind, ...] = tuple(PaperKind)
    control: bool = False
    graded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock:
    """A place on the page where somebody signs.

    Attributes:
        applies: Whether the block stands on the page for these values.
        required: Whether ink is required for the paper to count as signed.
        printed_name: Id of the field that holds the signer's name.
        least_ink: What counts as signed.
        width_hundredths_mm, height_hundredths_mm: Size of the pad and of the box on the page.
    """

    id: str
    printed_name: str
    applies: Condition = ALWAYS
    required: Condition = ALWAYS
    least_ink: LeastInk
    least_mark: LeastInk
    width_hundredths_mm: int = 8000
    height_hundredths_mm: int = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long the agreement runs and what starts it (DOMAIN 1.4 Q1)."""

    days: int
    starts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved a form version, and when (local date)."""

    role: str
    name: str
    on: date


class PackStatus(StrEnum):
    """Whether a language's words may be signed outside practice."""

    CERTIFIED = "certified"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagePack:
    """Every word a person sees, in one language.

    Attributes:
        language: BCP-47 tag.
        lines: Words by page line id, with ``{field}`` or ``{field:format}``.
        labels: Words by field id (``group.field`` for items) and by signature block id (``block.<id>``).
        options: Words by ``<field>.<option>``.
        help: Help under a question by field id; optional.
        screens: Words of the person's own screens (read, sign, done) by key.
        months: Twelve month names.
        date_pattern, time_pattern: ``{day} {month} {year}``, ``{hour}:{minute} {half}`` with named parts.
    """

    language: str
    name: str
    status: PackStatus
    certified_by: str
    certified_on: date | None
    title: str
    lines: Mapping[str, str]
    labels: Mapping[str, str]
    options: Mapping[str, str]
    help: Mapping[str, str]
    sections: Mapping[str, str]
    screens: Mapping[str, str]
    months: tuple[str, ...]
    date_pattern: str
    time_pattern: str
    halves: tuple[str, str]
    yes: str
    no: str
    list_joiner: str
    list_last_joiner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefinition:
    """A form version, whole.

    Attributes:
        form: Folder name, such as ``lead-agreement``.
        digest: SHA-256 (hex) over canonical JSON of the folder's file digests and the fonts' digests.
        declined_when: Answers that end the paper as declined: without them it has no use.
    """

    form: str
    version: int
    code: str
    engine: str
    languages: tuple[str, ...]
    sections: tuple[str, ...]
    fields: tuple[Field, ...]
    page: tuple[PageLine, ...]
    blocks: tuple[SignatureBlock, ...]
    period: Period | None
    retention_class: str
    approvals_needed: tuple[str, ...]
    approvals: tuple[Approval, ...]
    packs: Mapping[str, LanguagePack]
    digest: str
    declined_when: Condition = NEVER
    control_language: str = "en"
    _by_id: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {one.id: one for one in self.fields})

    def field_named(self, path: str) -> Field | None:
        """Give the field of an id, or of ``group.field`` for a field of a group's items."""
        name, _, rest = path.partition(".")
        found = self._by_id.get(name)
        if found is None or not rest:
            return found
        return next((one for one in found.items if one.id == rest), None)

    def fields_at(self, *stages: Stage) -> Iterator[Field]:
        """Give the fields of these stages in the form's order."""
        return (one for one in self.fields if one.stage in stages)

    def pack(self, language: str) -> LanguagePack:
        """Give the words in a language; a language the form does not have is the caller's bug."""
        return self.packs[language]

    def block(self, block_id: str) -> SignatureBlock | None:
        """Give the signature block of an id."""
        return next((one for one in self.blocks if one.id == block_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersion:
    """A form version with the bytes of its folder, as read from disk or from the archive.

    Attributes:
        files: Relative POSIX path to bytes: form.toml, <language>.toml, form.html, form.css, pictures.
    """

    definition: FormDefinition
    files: Mapping[str, bytes]
