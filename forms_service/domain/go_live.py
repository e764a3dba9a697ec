"""What an agency settles before it works with real records: each line with who said so and when.

* ``FOUND`` lines are looked up in the installation itself, at each start.
* ``STATED`` lines are a named person's statement, kept in a signed file (DOMAIN 8, DUTIES D1 and D4).
* A line of both kinds is green when it is found so, or when somebody says how it is otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto


class Kind(Enum):
    """How a line becomes green."""

    FOUND = auto()
    STATED = auto()
    EITHER = auto()


LINES: Mapping[str, Kind] = {
    "clauses-approved": Kind.STATED,
    "period-start": Kind.STATED,
    "victim-rule": Kind.STATED,
    "minimum-age": Kind.STATED,
    "outcome-and-warrant": Kind.STATED,
    "retention-series": Kind.STATED,
    "case-number-pattern": Kind.STATED,
    "bh-numbers": Kind.STATED,
    "languages": Kind.STATED,
    "original-form": Kind.STATED,
    "forms-approved": Kind.FOUND,
    "packs-certified": Kind.FOUND,
    "own-seal": Kind.FOUND,
    "recovery-sheet": Kind.STATED,
    "tls": Kind.FOUND,
    "checkpoints-elsewhere": Kind.EITHER,
    "staff": Kind.FOUND,
    "backup-restored": Kind.STATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What somebody said of a line.

    Attributes:
        name: Who decided or did it, as they are called in the agency.
        words: What was decided, or how it is done.
        said_by: Actor id of who entered it.
        said_at: When, aware.
    """

    name: str
    words: str
    said_by: str
    said_at: datetime

    def to_json(self) -> dict[str, str]:
        """Give the statement, JSON-ready."""
        return {"name": self.name, "words": self.words, "said_by": self.said_by, "said_at": self.said_at.isoformat()}


def statement_from_json(stored: Mapping[str, object]) -> Statement:
    """Read a statement back.

    Raises:
        KeyError, ValueError: It is not what ``to_json`` gave.
    """
    said_at = datetime.fromisoformat(str(stored["said_at"]))
    return Statement(
        name=str(stored["name"]), words=str(stored["words"]), said_by=str(stored["said_by"]), said_at=said_at
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it stands.

    Attributes:
        found: What the installation shows, in words; empty where it is only stated.
        is_found: Whether that is enough.
    """

    name: str
    kind: Kind
    found: str
    is_found: bool
    statement: Statement | None

    @property
    def is_green(self) -> bool:
        """Say whether nothing is left to do."""
        stated = self.statement is not None
        return {Kind.FOUND: self.is_found, Kind.STATED: stated, Kind.EITHER: self.is_found or stated}[self.kind]
