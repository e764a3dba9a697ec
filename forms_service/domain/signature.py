"""Strokes, blocks, manners and aids; what counts as signed.

* A stroke is the points from pen-down to pen-up: x and y in 1/100 mm from the block's top left,
  t in ms from the block's first pen-down, pressure 0 to 1000 or null.
* Ink counts when its strokes draw at least 5 mm of path with a longer side of at least 3 mm; for a mark
  the form may ask for less; a dot never counts.
* Strokes travel as data, never as a picture.

The same cases run in JavaScript: ``tests/vectors/least_ink.json``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from forms_service.domain.evidence import canonical_json, sha256_hex
from forms_service.errors import (
    Fault,
    InkOutsideBoxError,
    SignatureIsEmptyError,
    SignatureIsTooSmallError,
    SignaturesError,
)

MOST_STROKES = 500
MOST_POINTS = 20_000  # 80 seconds of pen at 240 points a second
_DIGEST = re.compile(r"[0-9a-f]{64}")
_READERS = ("device_voice", "officer", "recorded")
_YEARS = range(1900, 3000)  # wide enough for a clock that was reset, narrow enough to be moved into any zone


class Manner(StrEnum):
    """How the person signs; one of these (DOMAIN 2.6)."""

    DRAWN = "drawn"
    MARK = "mark"
    DIRECTED = "directed"


class Aid(StrEnum):
    """What helped the person; any number of these."""

    READ_ALOUD = "read_aloud"
    INTERPRETER = "interpreter"
    GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True)
class Point:
    """Where the pen was; units in the module's rules."""

    x: int
    y: int
    t: int
    pressure: int | None


Stroke = tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """The strokes of one block, in the order they were drawn; none has fewer than one point."""

    strokes: tuple[Stroke, ...]

    def to_json(self) -> list[list[list[int | None]]]:
        """Give ``[[[x, y, t, pressure], ...], ...]``."""
        return [[[point.x, point.y, point.t, point.pressure] for point in stroke] for stroke in self.strokes]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastInk:
    """How much ink counts as signed, in mm."""

    path_mm: float
    side_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSignature:
    """What one person left in one block.

    Attributes:
        signed_at: Aware, with the local offset: when this person's last pen-up was.
        device_offset_s: Seconds the device's clock ran ahead of the server's when they last spoke.
    """

    ink: Ink | None
    signed_at: datetime
    device: str = ""
    device_offset_s: int | None = None

    def to_json(self) -> dict[str, object]:
        """Give the block as ``signatures.json`` holds it."""
        return {
            "strokes": self.ink.to_json() if self.ink else [],
            "signed_at": self.signed_at.isoformat(),
            "device": self.device,
            "device_offset_s": self.device_offset_s,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """How the person came to sign.

    Attributes:
        read_aloud: Who or what read the text: ``officer``, ``recorded``, ``device_voice`` or empty.
        no_opened: How often the "no" was opened and left again.
        say_back: Tick by name; never the person's words.
    """

    shown_at: datetime | None = None
    end_reached_at: datetime | None = None
    read_aloud: str = ""
    languages_viewed: tuple[str, ...] = ()
    no_opened: int = 0
    say_back: Mapping[str, bool] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Give the presentation as ``signatures.json`` holds it."""
        return {
            "shown_at": self.shown_at.isoformat() if self.shown_at else None,
            "end_reached_at": self.end_reached_at.isoformat() if self.end_reached_at else None,
            "read_aloud": self.read_aloud,
            "languages_viewed": list(self.languages_viewed),
            "no_opened": self.no_opened,
            "say_back": dict(self.say_back),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureSet:
    """Everything ``signatures.json`` holds.

    Attributes:
        outcome: ``signed`` or ``refused``; a refusal has no blocks.
    """

    document_id: str
    presented_digest: str
    outcome: str
    blocks: Mapping[str, BlockSignature]
    presentation: Presentation | None

    def to_json(self) -> dict[str, object]:
        """Give the set in its one normal form."""
        return {
            "document_id": self.document_id,
            "presented_digest": self.presented_digest,
            "outcome": self.outcome,
            "blocks": {name: block.to_json() for name, block in self.blocks.items()},
            "presentation": self.presentation.to_json() if self.presentation else None,
        }


def stroke_set_digest(ink: Ink) -> str:
    """Give the digest by which a stroke set is recognised when it comes a second time."""
    return sha256_hex(canonical_json(ink.to_json()))


def check_ink(ink: Ink, width_hundredths_mm: int, height_hundredths_mm: int, *, least: LeastInk) -> None:
    """Refuse ink that does not count as signed.

    Raises:
        SignatureIsEmptyError: No stroke, or nothing but dots.
        InkOutsideBoxError: A point lies outside the block.
        SignatureIsTooSmallError: Less path or a shorter side than the form asks for.
    """
    points = [point for stroke in ink.strokes for point in stroke]
    if not points:
        raise SignatureIsEmptyError
    if not all(0 <= point.x <= width_hundredths_mm and 0 <= point.y <= height_hundredths_mm for point in points):
        raise InkOutsideBoxError(expected=f"{width_hundredths_mm} x {height_hundredths_mm} hundredths of a millimetre")
    path_mm, side_mm = measured(ink)
    if path_mm == 0:
        raise SignatureIsEmptyError
    if path_mm < least.path_mm or side_mm < least.side_mm:
        raise SignatureIsTooSmallError(expected=f"{least.path_mm:g} mm of path, a side of {least.side_mm:g} mm")


def measured(ink: Ink) -> tuple[float, float]:
    """Give the length of the drawn path and the longer side of its box, in mm."""
    path = sum(
        math.hypot(after.x - before.x, after.y - before.y)
        for stroke in ink.strokes
        for before, after in pairwise(stroke)
    )
    points = [point for stroke in ink.strokes for point in stroke]
    if not points:
        return 0.0, 0.0
    xs, ys = [point.x for point in points], [point.y for point in points]
    return path / 100, max(max(xs) - min(xs), max(ys) - min(ys)) / 100


def parse_signature_set(supplied: object) -> SignatureSet:
    """Read parsed JSON of ``signatures.json``.

    Raises:
        SignaturesError: With every fault: ``signatures-malformed, signature-key-unknown, ink-malformed,
            ink-times-fall, ink-too-large``.
    """
    return _Reader().signature_set(supplied)


_SET_KEYS = frozenset({"document_id", "presented_digest", "outcome", "blocks", "presentation"})
_BLOCK_KEYS = frozenset({"strokes", "signed_at", "device", "device_offset_s"})
_PRESENTATION_KEYS = frozenset(
    {"shown_at", "end_reached_at", "read_aloud", "languages_viewed", "no_opened", "say_back"}
)


class _Reader:
    """Collects faults while it reads one set."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, slug: str, place: str, message: str) -> None:
        self.faults.append(Fault(slug=slug, place=place, message=message))

    def signature_set(self, supplied: object) -> SignatureSet:
        data = self.table(supplied, "signatures", _SET_KEYS)
        outcome = data.get("outcome", "signed")
        if outcome not in ("signed", "refused"):
            self.fault("signatures-malformed", "outcome", "expected signed or refused")
        digest = self.text(data.get("presented_digest", ""), "presented_digest", 64)
        if outcome == "signed" and not _DIGEST.fullmatch(digest):
            self.fault("signatures-malformed", "presented_digest", "expected 64 hexadecimal digits")
        blocks = data.get("blocks", {})
        if not isinstance(blocks, Mapping) or (outcome == "signed" and not blocks):
            self.fault("signatures-malformed", "blocks", "expected a table of signature blocks")
            blocks = {}
        read = {str(name): self.block(one, f"blocks.{str(name)[:40]}") for name, one in blocks.items()}
        presentation = self.presentation(data.get("presentation"))
        document_id = self.text(data.get("document_id", ""), "document_id", 40)
        if self.faults:
            raise SignaturesError(self.faults)
        return SignatureSet(
            document_id=document_id, presented_digest=digest, outcome=str(outcome),
            blocks={name: block for name, block in read.items() if block}, presentation=presentation,
        )  # fmt: skip

    def table(self, supplied: object, place: str, keys: frozenset[str]) -> Mapping[str, object]:
        if not isinstance(supplied, Mapping):
            self.fault("signatures-malformed", place, "expected an object")
            return {}
        for key in supplied:
            if key not in keys:
                self.fault("signature-key-unknown", f"{place}.{str(key)[:40]}", f"known are {', '.join(sorted(keys))}")
        return supplied

    def text(self, value: object, place: str, most: int) -> str:
        if isinstance(value, str) and len(value) <= most and value.isascii() and (value.isprintable() or not value):
            return value
        self.fault("signatures-malformed", place, f"expected plain text of at most {most} characters")
        return ""

    def moment(self, value: object, place: str) -> datetime | None:
        try:
            read = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
        except ValueError:
            read = None
        if read is None or read.tzinfo is None or read.year not in _YEARS:
            self.fault("signatures-malformed", place, "expected a time with offset, as 2026-11-20T14:03:11-08:00")
            return None
        return read

    def number(self, value: object, place: str, least: int, most: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.fault("signatures-malformed", place, f"expected a whole number from {least} to {most}")
        return 0

    def block(self, supplied: object, place: str) -> BlockSignature | None:
        data = self.table(supplied, place, _BLOCK_KEYS)
        ink = self.ink(data.get("strokes", []), f"{place}.strokes")
        signed_at = self.moment(data.get("signed_at"), f"{place}.signed_at")
        device = self.text(data.get("device", ""), f"{place}.device", 80)
        offset = data.get("device_offset_s")
        if offset is not None:
            offset = self.number(offset, f"{place}.device_offset_s", -(10**9), 10**9)
        if signed_at is None:
            return None
        return BlockSignature(ink=ink, signed_at=signed_at, device=device, device_offset_s=offset)

    def ink(self, supplied: object, place: str) -> Ink | None:
        if not isinstance(supplied, list) or not all(isinstance(stroke, list) and stroke for stroke in supplied):
            self.fault("ink-malformed", place, "expected a list of strokes, each a list of points")
            return None
        if len(supplied) > MOST_STROKES or sum(map(len, supplied)) > MOST_POINTS:
            self.fault("ink-too-large", place, f"at most {MOST_STROKES} strokes and {MOST_POINTS} points")
            return None
        strokes = tuple(tuple(_point(point) for point in stroke) for stroke in supplied)
        if any(point is None for stroke in strokes for point in stroke):
            self.fault(
                "ink-malformed", place, "a point is [x, y, t, pressure]: whole numbers, pressure 0 to 1000 or null"
            )
            return None
        ink = Ink(strokes=tuple(tuple(point for point in stroke if point) for stroke in strokes))
        times = [point.t for stroke in ink.strokes for point in stroke]
        if any(after < before for before, after in pairwise(times)):
            self.fault("ink-times-fall", place, "times must not fall")
        return ink if ink.strokes else None

    def presentation(self, supplied: object) -> Presentation | None:
        if supplied is None:
            return None
        data = self.table(supplied, "presentation", _PRESENTATION_KEYS)
        aloud = data.get("read_aloud")
        if aloud not in (None, "", *_READERS):  # a tuple: what was sent may be a list, which no set can look up
            self.fault("signatures-malformed", "presentation.read_aloud", f"expected one of {', '.join(_READERS)}")
        languages = data.get("languages_viewed", [])
        if not isinstance(languages, list) or len(languages) > 50:
            self.fault("signatures-malformed", "presentation.languages_viewed", "expected a list of languages")
            languages = []
        say_back = data.get("say_back", {})
        if not isinstance(say_back, Mapping) or not all(isinstance(tick, bool) for tick in say_back.values()):
            self.fault("signatures-malformed", "presentation.say_back", "expected true or false by name")
            say_back = {}
        return Presentation(
            shown_at=self.optional_moment(data.get("shown_at"), "presentation.shown_at"),
            end_reached_at=self.optional_moment(data.get("end_reached_at"), "presentation.end_reached_at"),
            read_aloud=str(aloud or ""),
            languages_viewed=tuple(self.text(one, "presentation.languages_viewed", 35) for one in languages),
            no_opened=self.number(data.get("no_opened", 0), "presentation.no_opened", 0, 10_000),
            say_back={self.text(name, "presentation.say_back", 40): bool(tick) for name, tick in say_back.items()},
        )

    def optional_moment(self, value: object, place: str) -> datetime | None:
        return None if value is None else self.moment(value, place)


def _point(supplied: object) -> Point | None:
    match supplied:
        case [int(x), int(y), int(t), None | int() as pressure] if not _has_bool(supplied):
            fits = abs(x) <= 100_000 and abs(y) <= 100_000 and 0 <= t <= 86_400_000
            return Point(x, y, t, pressure) if fits and (pressure is None or 0 <= pressure <= 1000) else None
    return None


def _has_bool(values: object) -> bool:
    return isinstance(values, list) and any(isinstance(value, bool) for value in values)
