"""Which of Behavioral Health's numbers to call at an hour.

The same cases run in JavaScript: ``tests/vectors/phone_hours.json``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from forms_service.settings.bh_numbers import BhNumber


def in_turn(numbers: Sequence[BhNumber], now_local: datetime) -> tuple[BhNumber, ...]:
    """Give the numbers in the order they are to be tried: those that are answered now first, each part as configured."""
    hour = now_local.strftime("%H:%M")
    return tuple(sorted(numbers, key=lambda one: not one.answers(now_local.weekday(), hour)))
