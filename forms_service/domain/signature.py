"""Strokes, blocks, manners and aids; what counts as signed.

* A stroke is the points from pen-down to pen-up: x and y in 1/100 mm from the block's top left,
  t in ms from the block's first pen-down, pressure 0 to 1000 or null.
* Ink counts when its strokes draw at least 5 mm of path with a longer side of at least 3 mm; for a mark
  the form may ask for less; a dot never counts.
* Strokes travel as data, never as a picture.

The same cases run in JavaScript: ``tests/vectors/least_ink.json``, ``blocks.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from forms_service.domain.evidence import canonical_json, sha256_hex
from forms_service.errors import (
    InkOutsideBoxError,
    SignatureIsEmptyError,
    SignatureIsTooSmallError,
)

MOST_STROKES = 500
MOST_POINTS = 20_000  # 80 seconds of pen at 240 points a second


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
    """Give the length of the drawn path and the longer side of its box, in mm.

    Roots and sums are taken one by one: every language rounds those alike, which it need not for ``hypot`` and ``sum``.
    """
    path = 0.0
    for before, after in (pair for stroke in ink.strokes for pair in pairwise(stroke)):
        path += math.sqrt((after.x - before.x) ** 2 + (after.y - before.y) ** 2)
    points = [point for stroke in ink.strokes for point in stroke]
    if not points:
        return 0.0, 0.0
    xs, ys = [point.x for point in points], [point.y for point in points]
    return path / 100, max(max(xs) - min(xs), max(ys) - min(ys)) / 100
