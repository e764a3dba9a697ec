"""Canonical bytes and digests: what is hashed, signed or chained is written here and nowhere else.

* Canonical JSON is RFC 8785 for the values we allow: ASCII keys, whole numbers, text, true, false, null.
* The presented digest is over every final line of the page (DESIGN 5).
* The audit chain: hash = SHA-256(canonical entry || previous hash).

The same cases run in JavaScript: ``tests/vectors/canonical_json.json``, ``presented_digest.json``, ``text_hygiene.json``.
"""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from forms_service.errors import TextHasControlCharactersError

FIRST_HASH = "0" * 64
LARGEST_WHOLE = 2**53 - 1  # RFC 8785 3.2.2.3: past it two languages write the same number differently
_JOINERS = frozenset("\u200c\u200d")  # ZWNJ and ZWJ shape Persian and Indic names
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def canonical_json(value: object) -> bytes:
    """Write RFC 8785 canonical JSON.

    Raises:
        TypeError: A float, a key that is not ASCII text, or another type; the caller's bug.
        ValueError: A whole number beyond ``LARGEST_WHOLE``, or text with a lone surrogate; the caller's bug.
    """
    _refuse_foreign(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _refuse_foreign(value: object) -> None:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise TypeError(repr(type(key)))
            _refuse_foreign(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _refuse_foreign(one)
    elif not (value is None or isinstance(value, str | int)):
        raise TypeError(repr(type(value)))
    elif isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        raise ValueError("a whole number has at most 53 bits")


def sha256_hex(content: bytes) -> str:
    """Give SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def check_text(text: str) -> None:
    """Refuse characters that print nothing, reorder a line or mean nothing.

    Raises:
        TextHasControlCharactersError: With the code point, never the text.
    """
    for character in text:
        if _is_refused(character):
            raise TextHasControlCharactersError(code_point=f"U+{ord(character):04X}")


@cache
def refused_characters() -> tuple[int, ...]:
    """Give what ``check_text`` refuses as code points: first and last of each run, one after the other.

    A client that judges by these refuses exactly what the service refuses, whatever Unicode its own engine knows.
    """
    found: list[int] = []
    for one in range(sys.maxunicode + 1):
        if not _is_refused(chr(one)):
            continue
        if found and found[-1] == one - 1:
            found[-1] = one
        else:
            found += [one, one]
    return tuple(found)


def _is_refused(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED_CATEGORIES and character not in _JOINERS


def normal_text(text: str) -> str:
    """Give text in NFC with single spaces and none at its ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def presented_digest(
    document_id: str, form: str, form_version: int, language: str, lines: Sequence[tuple[str, str]]
) -> str:
    """Give the digest of what the page says above its strip.

    Args:
        document_id: As printed.
        form: Form name.
        form_version: The only number.
        language: BCP-47 tag of the language that is signed.
        lines: Id and final text of every line in reading order, English control lines last.
    """
    presented = {
        "v": "presented/1",
        "document_id": document_id,
        "form": form,
        "form_version": form_version,
        "language": language,
        "lines": [list(line) for line in lines],
    }
    return sha256_hex(canonical_json(presented))


def input_digest(
    document_id: str, form_digest: str, language: str, values: Mapping[str, object], signatures: Mapping[str, object]
) -> str:
    """Give the digest that judges whether two inputs are the same (DESIGN 6.3)."""
    sent = {
        "v": "input/1",
        "document_id": document_id,
        "form_digest": form_digest,
        "language": language,
        "values": dict(values),
        "signatures": dict(signatures),
    }
    return sha256_hex(canonical_json(sent))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One entry of the audit trail.

    Attributes:
        sequence: From 1, without gaps.
        at: UTC; written with milliseconds.
        facts: Ids, counts and words of ours; never a name, a case number or words typed into a search.
    """

    sequence: int
    at: datetime
    actor: str
    roles: tuple[str, ...]
    source: str
    act: str
    object_kind: str
    object_id: str
    outcome: str
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def canonical(self) -> bytes:
        """Give the bytes that are hashed."""
        return canonical_json(
            {
                "v": "audit/1",
                "sequence": self.sequence,
                "at": utc_text(self.at),
                "actor": self.actor,
                "roles": list(self.roles),
                "source": self.source,
                "act": self.act,
                "object_kind": self.object_kind,
                "object_id": self.object_id,
                "outcome": self.outcome,
                "facts": dict(self.facts),
            }
        )


def utc_text(moment: datetime) -> str:
    """Write an aware instant as ``2026-11-20T22:03:11.123Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def chain_hash(entry: AuditEntry, previous_hash: str) -> str:
    """Give an entry's hash in the chain; the first entry follows ``FIRST_HASH``."""
    return sha256_hex(entry.canonical() + bytes.fromhex(previous_hash))


def verify_chain(entries: Iterable[tuple[AuditEntry, str]]) -> str:
    """Walk the chain; give an empty text when it holds, else ``edited-at-N`` or ``gap-at-N``.

    Args:
        entries: Each entry with the hash stored for it, in order.
    """
    previous = FIRST_HASH
    for expected, (entry, stored) in enumerate(entries, start=1):
        if entry.sequence != expected:
            return f"gap-at-{expected}"
        if chain_hash(entry, previous) != stored:
            return f"edited-at-{expected}"
        previous = stored
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where the chain stood: kept in a second place, signed."""

    count: int
    head: str
    at: datetime

    def canonical(self) -> bytes:
        """Give the bytes that are signed."""
        return canonical_json({"v": "checkpoint/1", "count": self.count, "head": self.head, "at": utc_text(self.at)})


def parse_checkpoint(content: bytes) -> Checkpoint:
    """Read what ``Checkpoint.canonical`` wrote.

    Raises:
        ValueError: It is something else.
    """
    try:
        data = json.loads(content)
        found = Checkpoint(count=data["count"], head=data["head"], at=datetime.fromisoformat(data["at"]))
        is_whole = found.canonical() == content
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no checkpoint") from error
    if not is_whole:
        raise ValueError("no checkpoint")
    return found
