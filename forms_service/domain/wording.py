"""The final lines of a page in a language, and what the person is shown.

* Lines are final strings: NFC, single spaces; the presented digest is over exactly these.
* Dates and times use the patterns and month names of the language pack, never a locale.
* ``{field}`` takes the format of the field's type, ``{field:format}`` one of
  ``text, date_long, time, phone, list, yes_no``; ``{item.field}`` is a field of the item in an ``each`` line.
* On a blank, a value that is not there becomes a line for the pen.

The same cases run in JavaScript: ``tests/vectors/wording.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from forms_service.domain.conditions import holds
from forms_service.domain.evidence import normal_text
from forms_service.domain.forms import Field, FieldType, FormDefinition, LanguagePack, LineKind, PageLine, PaperKind

PEN_LINE = "____________"
FORMATS = ("text", "date_long", "time", "phone", "list", "yes_no")
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+(?:\.[a-z0-9_]+)?)(?::([a-z_]+))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finished line of a page.

    Attributes:
        text: The whole line; for ``value`` and ``pen`` lines ``label: value``.
        label, value: The two parts of a ``value`` or ``pen`` line, for layouts that set them apart.
        block: Signature block the line stands in, or empty.
    """

    id: str
    kind: LineKind
    section: str
    text: str
    label: str = ""
    value: str = ""
    block: str = ""


def page_lines(
    definition: FormDefinition,
    language: str,
    values: Mapping[str, object],
    paper: PaperKind,
    *,
    control: bool = False,
) -> tuple[Line, ...]:
    """Give the lines of a page in reading order.

    Args:
        definition: The form version.
        language: One of the form's languages.
        values: Checked and completed values (sources and computations filled in).
        paper: Presented and completed pages say the same; a blank has pen lines for what is not there.
        control: Whether it is the page that follows one signed in another language.
    """
    # A completed page is the presented page with ink: the words must be the same.
    kind = PaperKind.PRESENTED if paper is PaperKind.COMPLETED else paper
    writer = _Writer(definition=definition, pack=definition.pack(language), values=values, paper=kind, control=control)
    return tuple(line for page_line in definition.page for line in writer.lines(page_line))


def digest_lines(signed: Sequence[Line], control: Sequence[Line] = ()) -> list[tuple[str, str]]:
    """Give id and text of every line for the presented digest; the English lines follow as ``en:<id>``."""
    return [(line.id, line.text) for line in signed] + [(f"en:{line.id}", line.text) for line in control]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    definition: FormDefinition
    pack: LanguagePack
    values: Mapping[str, object]
    paper: PaperKind
    control: bool = False

    def lines(self, page_line: PageLine) -> Iterator[Line]:
        if self.paper not in page_line.papers or (page_line.control and not self.control):
            return
        if not self._stands(page_line):
            return
        if not page_line.each:
            yield self._line(page_line, page_line.id, {})
            return
        for number, item in enumerate(self._items(page_line.each), start=1):
            yield self._line(page_line, f"{page_line.id}-{number}", item)

    def _stands(self, page_line: PageLine) -> bool:
        if holds(page_line.when, self.values):
            return True
        # What is not known yet on a blank is left for the pen, unless a value given rules it out.
        return self.paper is PaperKind.BLANK and page_line.kind is LineKind.VALUE and page_line.field not in self.values

    def _items(self, group: str) -> Sequence[Mapping[str, object]]:
        items = self.values.get(group)
        if isinstance(items, list) and items:
            return [item for item in items if isinstance(item, Mapping)]
        return [{}] if self.paper is PaperKind.BLANK else []

    def _line(self, page_line: PageLine, line_id: str, item: Mapping[str, object]) -> Line:
        words = self.pack.lines.get(page_line.id, "")
        text = self._filled(words, page_line.each, item)
        label = value = ""
        if page_line.kind in {LineKind.VALUE, LineKind.PEN}:
            label = normal_text(self.pack.labels[page_line.field] if page_line.field else text)
            value = text if page_line.field and words else self._value_of(page_line)
            text = normal_text(f"{label}: {value}")
        return Line(
            id=line_id, kind=page_line.kind, section=page_line.section, text=text,
            label=label, value=normal_text(value), block=page_line.block,
        )  # fmt: skip

    def _value_of(self, page_line: PageLine) -> str:
        if page_line.kind is LineKind.PEN or not page_line.field:
            return PEN_LINE
        return self._shown(page_line.field, "", self.values.get(page_line.field))

    def _filled(self, words: str, group: str, item: Mapping[str, object]) -> str:
        def shown(found: re.Match[str]) -> str:
            path, wanted = found[1], found[2] or ""
            if path.startswith("item."):
                name = path.removeprefix("item.")
                return self._shown(f"{group}.{name}", wanted, item.get(name))
            return self._shown(path, wanted, self.values.get(path))

        return normal_text(PLACEHOLDER.sub(shown, words))

    def _shown(self, path: str, wanted: str, value: object) -> str:
        if value is None or value in ("", []):
            return PEN_LINE if self.paper is PaperKind.BLANK else ""
        field = self.definition.field_named(path)
        if field is None:
            raise RuntimeError(path)  # the loader refuses words that name no field
        return show(value, field=field, wanted=wanted, pack=self.pack, option_key=path)


def show(value: object, *, field: Field, wanted: str, pack: LanguagePack, option_key: str) -> str:
    """Write a value as the page says it.

    Args:
        value: A checked value, JSON-ready.
        field: Its field.
        wanted: A format, or empty for the one of the field's type.
        pack: The words.
        option_key: ``<field>`` or ``<group>.<field>``, the prefix of option words.
    """
    if isinstance(value, bool):
        return pack.yes if value else pack.no
    if isinstance(value, list):
        return _joined([_option(str(one), field, pack, option_key) for one in value], pack)
    if field.type is FieldType.DATE:
        return date_long(date.fromisoformat(str(value)), pack)
    if field.type is FieldType.LOCAL_TIME:
        return _local_time(datetime.fromisoformat(str(value)), wanted, pack)
    return _option(str(value), field, pack, option_key)


def _option(value: str, field: Field, pack: LanguagePack, option_key: str) -> str:
    return (
        pack.options.get(f"{option_key}.{value}", value)
        if field.type in {FieldType.CHOICE, FieldType.CHOICES}
        else value
    )


def _joined(texts: Sequence[str], pack: LanguagePack) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return pack.list_joiner.join(texts[:-1]) + pack.list_last_joiner + texts[-1]


def _local_time(moment: datetime, wanted: str, pack: LanguagePack) -> str:
    if wanted == "time":
        return time_of_day(moment, pack)
    if wanted == "date_long":
        return date_long(moment.date(), pack)
    return f"{date_long(moment.date(), pack)}, {time_of_day(moment, pack)}"


def date_long(day: date, pack: LanguagePack) -> str:
    """Write a date out, such as ``January 22, 2027``."""
    return pack.date_pattern.format(day=day.day, month=pack.months[day.month - 1], year=day.year)


def time_of_day(moment: datetime, pack: LanguagePack) -> str:
    """Write a time of day in the language's own way, twelve or twenty-four hours."""
    hour12 = moment.hour % 12 or 12
    return pack.time_pattern.format(
        hour=hour12, hour24=f"{moment.hour:02d}", minute=f"{moment.minute:02d}", half=pack.halves[moment.hour >= 12]
    )
