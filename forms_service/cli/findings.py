"""What a check found: problems that stop, warnings that do not, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from forms_service.cli.terminal import say


class Level(StrEnum):
    """How bad it is."""

    GOOD = "ok"
    WARNING = "WARNING"
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        place: The setting, file or part.
        words: What was found; for a problem also what is expected.
    """

    level: Level
    place: str
    words: str


def good(place: str, words: str) -> Finding:
    """Give something that is as it should be."""
    return Finding(level=Level.GOOD, place=place, words=words)


def warning(place: str, words: str) -> Finding:
    """Give something that stops nothing, and is said."""
    return Finding(level=Level.WARNING, place=place, words=words)


def problem(place: str, words: str) -> Finding:
    """Give something that must be put right."""
    return Finding(level=Level.PROBLEM, place=place, words=words)


def tell(findings: Iterable[Finding]) -> int:
    """Say every finding in one line each; exit code 1 when there is a problem."""
    problems = 0
    for one in findings:
        say(f"{one.level:7}  {one.place}: {' '.join(one.words.split())}")
        problems += one.level is Level.PROBLEM
    say(f"{problems} problem{'' if problems == 1 else 's'}")
    return 1 if problems else 0
