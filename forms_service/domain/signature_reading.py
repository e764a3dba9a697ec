"""Reads ``signatures.json``: hostile until read, every fault told together, never with what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

from forms_service.domain.signature import (
    MOST_POINTS,
    MOST_STROKES,
    BlockSignature,
    Ink,
    Point,
    Presentation,
    SignatureSet,
)
from forms_service.errors import Fault, SignaturesError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_READERS = ("device_voice", "officer", "recorded")
_YEARS = range(1900, 3000)  # wide enough for a clock that was reset, narrow enough to be moved into any zone


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
        read = read_moment(value)
        if read is None:
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


def read_moment(value: object) -> datetime | None:
    """Read an ISO 8601 time with its offset; None when it is none."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        return None
    return read if read is not None and read.tzinfo is not None and read.year in _YEARS else None


def _point(supplied: object) -> Point | None:
    match supplied:
        case [int(x), int(y), int(t), None | int() as pressure] if not _has_bool(supplied):
            fits = abs(x) <= 100_000 and abs(y) <= 100_000 and 0 <= t <= 86_400_000
            return Point(x, y, t, pressure) if fits and (pressure is None or 0 <= pressure <= 1000) else None
    return None


def _has_bool(values: object) -> bool:
    return isinstance(values, list) and any(isinstance(value, bool) for value in values)
