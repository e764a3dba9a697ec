"""When failed sign-ins lock an account, and when disuse closes it.

Source: CJIS Security Policy 5.9.5, AC-7 (five consecutive failures in 15 minutes) and AC-2 (3) (90 days).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

MOST_FAILURES = 5
WINDOW = timedelta(minutes=15)
LONGEST_DISUSE = timedelta(days=90)


def after_failure(earlier: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Give the failures that count, this one included: those of the last 15 minutes, at most five."""
    return (*(one for one in earlier if now - one < WINDOW), now)[-MOST_FAILURES:]


def is_locking(failures: Sequence[datetime]) -> bool:
    """Say whether so many failures lock an account."""
    return len(failures) >= MOST_FAILURES


def is_disused(last_active_at: datetime, now: datetime) -> bool:
    """Say whether nobody has used an account for too long."""
    return now - last_active_at >= LONGEST_DISUSE
