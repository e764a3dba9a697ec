"""Seeded value sets of a form: good ones, good ones with a fault or two, and wild ones."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from forms_service.domain.forms import Field, FieldType, FormDefinition, Stage
from forms_service.errors import Fault

STAGES = (Stage.SCREENING, Stage.BEFORE, Stage.SIGNING, Stage.ARCHIVE)
TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 9, 59)  # noqa: DTZ001  # the agency's local time has no zone
WORDS = (
    "Robin", "Sample", "O'Brien", "Núñez", "Nguye\u0302\u0303n", "Thị", "מרים", "مریم\u200cسادات", "क्\u200dष", "张伟", "😀", "👩\u200d👧",
    "ﬁ", "Å", "Å", "A\u0301", "{item}", "{person_name_as_given}", "%s", '"quoted"', "back\\slash", "<b>", "&amp;", "26-123", "Zoë",
)  # fmt: skip
SPACES = (" ", "  ", "\u00a0", "\u3000", "\u2009 ", " \u202f")
GOOD: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.PHONE: (
        "503-555-0142",
        "+1 (503) 555-0142",
        "988",
        "503.555.0142 x7",
        "5035550142 ext. 12",
        "(503)5550142",
    ),
    FieldType.EMAIL: ("robin@example.org", "a.b+c@mail.example.co", "ñandú@correo.example", "😀@x.y"),
    FieldType.LANGUAGE: ("en", "es-419", "mam", "zh-Hant-TW", "Spanish"),
}
BAD: tuple[object, ...] = (
    None, "", " ", "\u3000", "\u200d", "\n", "a\u0007", "\ud83d", "x" * 301, 5, -1, 0, 2**53, True, False, [], [1], ["x", "x"], {},
    [{}], [None], [[]], {"a": 1}, "2026-13-01", "2026-11-22", "2026-11-21T23:59", "20261120T140311Z", "2026-W47-5", "other", "yes",
    "٢٠٢٦-11-20", "toString", "9" * 40,
)  # fmt: skip


def seeded(seed: str) -> random.Random:
    """Give chance that falls the same way each time."""
    return random.Random(seed)  # noqa: S311  # a test's own


class Drawer:
    """Draws value sets of one form.

    Args:
        seed: The same seed gives the same sets.
        judge: Gives the faults of a set, by which a good set is made good.
    """

    def __init__(self, definition: FormDefinition, seed: str, judge: Callable[[Mapping], list[Fault]]) -> None:
        self._chance = seeded(seed)
        self._fields = tuple(definition.fields_at(*STAGES))
        self._judge = judge

    def good(self) -> dict[str, object]:
        """Give a set without faults: drawn, then mended by what it is refused for."""
        values = self.some(0.45)
        for _ in range(100):
            faults = self._judge(values)
            if not faults:
                return values
            for fault in faults:
                self._mend(values, fault)
        raise AssertionError([str(fault) for fault in self._judge(values)])

    def faulty(self) -> dict[str, object]:
        """Give a good set with one to three values gone wrong."""
        values = self.good()
        for _ in range(self._chance.randint(1, 3)):
            name = self._chance.choice(self._fields).id
            if self._chance.random() < 0.25:
                values.pop(name, None)
            else:
                values[name] = self._chance.choice((*BAD, self.text(400)))
        if self._chance.random() < 0.2:
            values[self._chance.choice(("favourite_colour", "bh_called_at", "constructor", "é"))] = self._chance.choice(
                BAD
            )
        return values

    def wild(self) -> dict[str, object]:
        """Give a set in which every value may be anything."""
        values = self.some(0.6)
        for field in self._fields:
            if self._chance.random() < 0.25:
                values[field.id] = self._chance.choice(BAD)
        for items in values.values():
            if isinstance(items, list) and items and isinstance(items[0], dict) and self._chance.random() < 0.5:
                items[0][self._chance.choice(("kind", "name", "extra", "happened_on"))] = self._chance.choice(BAD)
        return values

    def some(self, share: float) -> dict[str, object]:
        """Give good values for a share of the fields."""
        return {field.id: self.value(field) for field in self._fields if self._chance.random() < share}

    def value(self, field: Field) -> object:
        """Give a value that its field takes."""
        if field.type in GOOD:
            return self._chance.choice(GOOD[field.type])
        draw: Mapping[FieldType, Callable[[], object]] = {
            FieldType.TEXT: lambda: self.text(field.max_length),
            FieldType.TICK: lambda: True,
            FieldType.YES_NO: lambda: self._chance.random() < 0.8,
            FieldType.INTEGER: lambda: self._chance.randint(field.least, min(field.most, 130)),
            FieldType.CHOICE: lambda: self._chance.choice(field.options),
            FieldType.CHOICES: lambda: self._chance.sample(field.options, self._chance.randint(0, len(field.options))),
            FieldType.DATE: self._day,
            FieldType.LOCAL_TIME: self._moment,
            FieldType.GROUP: lambda: self._items(field),
        }
        return draw[field.type]()

    def text(self, most: int) -> str:
        """Give text of words from many hands, at most so many characters when it is in normal form."""
        words = [self._chance.choice(WORDS)]
        while self._chance.random() < 0.6:
            words += [self._chance.choice(SPACES), self._chance.choice(WORDS)]
        return "".join(words)[:most]

    def any_text(self) -> str:
        """Give any characters at all, half of a pair among them."""
        spans = (
            (0, 0x250),
            (0x300, 0x370),
            (0x590, 0x700),
            (0x1680, 0x1690),
            (0x2000, 0x2070),
            (0x3000, 0x3010),
            (0xAC00, 0xD7A4),
            (0xD800, 0xE000),
            (0, sys.maxunicode),
        )
        size = self._chance.randint(0, 12)
        return "".join(chr(self._chance.randint(*self._chance.choice(spans))) for _ in range(size))

    def _day(self) -> str:
        any_day = self._chance.randint(0, 100 * 365)
        ago = self._chance.choice((0, 1, 365, 18 * 365, self._chance.randint(0, 14 * 365), any_day))
        return (TODAY - timedelta(days=ago)).isoformat()

    def _moment(self) -> str:
        ago = timedelta(minutes=self._chance.randint(0, 60 * 24 * 40))
        return (NOON - ago).isoformat(timespec="minutes")

    def _items(self, field: Field) -> list[dict[str, object]]:
        return [self._item(field) for _ in range(self._chance.randint(max(field.least, 1), min(field.most, 4)))]

    def _item(self, field: Field) -> dict[str, object]:
        return {one.id: self.value(one) for one in field.items if self._chance.random() < 0.7}

    def _mend(self, values: dict[str, object], fault: Fault) -> None:
        name, *rest = fault.place.split(".")
        field = next(one for one in self._fields if one.id == name)
        holder, item = values, field
        if rest:
            items = values[name]
            assert isinstance(items, list)
            holder, item = items[int(rest[0]) - 1], next(one for one in field.items if one.id == rest[1])
        if fault.slug == "value-missing":
            holder[item.id] = self.value(item)
        else:
            for gone in (item.id, *(item.computed.arguments if item.computed else ())):
                holder.pop(gone, None)
