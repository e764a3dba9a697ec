"""The weekly review: what happened since the last one was signed off, and the sign-off itself.

* What was reviewed last stands in the trail: the newest sign-off's own entry names the last entry it covers.
* Who signs off says up to which entry; what came meanwhile belongs to the next review.

Source: CJIS Security Policy 5.9.5, AU-6 (review weekly).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from forms_service.domain.evidence import AuditEntry
from forms_service.domain.trail import is_night
from forms_service.errors import ReviewNotCurrentError
from forms_service.ports import Actor, AuditFacts, AuditRow, Services, TrailSearch, Transaction
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.trail import account_names, walk_trail

EVERY = timedelta(days=7)
NEWEST_SHOWN = 5
EVERYTHING = TrailSearch(limit=10**9)
READS = frozenset({"view", "find", "export", "export_trail"})
Sign = Callable[[AuditEntry, ZoneInfo], bool]

SIGNS: Mapping[str, Sign] = {
    "failed-sign-ins": lambda entry, _: entry.act == "sign_in" and entry.outcome != "done",
    "lockouts": lambda entry, _: entry.act == "lock_account",
    "refused": lambda entry, _: entry.act != "sign_in" and entry.outcome == "refused",
    "failures": lambda entry, _: entry.outcome == "failed",
    "night-reads": lambda entry, zone: entry.act in READS and is_night(entry.at, zone),
    "new-accounts": lambda entry, _: entry.act == "add_account" and entry.outcome == "done",
    "exports": lambda entry, _: entry.act in ("export", "export_trail") and entry.outcome == "done",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """Something a reviewer looks at.

    Attributes:
        kind: A key of ``SIGNS``.
        newest: The last few of them, newest first.
    """

    kind: str
    count: int
    newest: tuple[AuditRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailReview:
    """What happened since the last sign-off.

    Attributes:
        last: The last sign-off; None when there was none.
        after: Number of the last entry that was reviewed.
        up_to: Number of the newest entry now; what a sign-off covers.
        counts: Act to how often it was done, and how often it was not.
        checked: The newest walk over the whole trail; None when there was none.
    """

    last: AuditRow | None
    after: int
    up_to: int
    entries: int
    counts: Sequence[tuple[str, int, int]]
    highlights: Sequence[Highlight]
    checked: AuditRow | None
    is_overdue: bool
    names: Mapping[str, str]


def open_review(services: Services, by: Actor) -> TrailReview:
    """Give what is to be reviewed; that it was opened is an entry, which the next review counts."""
    permit(by, Act.REVIEW_TRAIL)
    now = services.clock.now()
    with services.database.read() as transaction:
        last = _newest(transaction, Act.REVIEW_TRAIL, outcome="done")
        after = _reviewed_to(last)
        rows = list(walk_trail(transaction, replace(EVERYTHING, after=after)))
        review = TrailReview(
            last=last, after=after, up_to=rows[0].entry.sequence if rows else after, entries=len(rows),
            counts=_counts(rows), highlights=_highlights(rows, services.settings.zone),
            checked=_newest(transaction, Act.CHECK_TRAIL), is_overdue=due_since(transaction, now) is not None,
            names=account_names(transaction),
        )  # fmt: skip
    with services.database.write() as transaction:
        facts: dict[str, str | int] = {"what": "review", "results": len(rows), "newest": review.up_to, "oldest": after}
        what = AuditFacts(act=Act.READ_TRAIL, object_kind="audit", object_id="", facts=facts)
        transaction.ledger.audit(by, now, what)
    return review


def sign_off(services: Services, by: Actor, up_to: int) -> None:
    """Write down that the trail was reviewed up to an entry, by whom and when.

    Raises:
        ReviewNotCurrentError: Somebody signed that off already, or there is no such entry yet.
    """
    permit(by, Act.REVIEW_TRAIL)
    with services.database.write() as transaction:
        after = _reviewed_to(_newest(transaction, Act.REVIEW_TRAIL, outcome="done"))
        newest = transaction.ledger.audit_search(TrailSearch(limit=1))
        if not newest or not after < up_to <= newest[0].entry.sequence:
            raise ReviewNotCurrentError(got=up_to, reviewed=after)
        facts: dict[str, str | int] = {"reviewed_to": up_to, "entries": up_to - after}
        what = AuditFacts(act=Act.REVIEW_TRAIL, object_kind="audit", object_id="", facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)


def due_since(transaction: Transaction, now: datetime) -> datetime | None:
    """Say since when a review is overdue: a week after the last sign-off or the first entry; None when it is not."""
    last = _newest(transaction, Act.REVIEW_TRAIL, outcome="done")
    first = transaction.ledger.audit_search(TrailSearch(before=2, limit=1))
    known = last or (first[0] if first else None)
    due = known.entry.at + EVERY if known else None
    return due if due is not None and due < now else None


def _newest(transaction: Transaction, act: Act, *, outcome: str = "") -> AuditRow | None:
    rows = transaction.ledger.audit_search(TrailSearch(act=act, outcome=outcome, limit=1))
    return rows[0] if rows else None


def _reviewed_to(last: AuditRow | None) -> int:
    return int(last.entry.facts["reviewed_to"]) if last else 0


def _counts(rows: Sequence[AuditRow]) -> Sequence[tuple[str, int, int]]:
    done = Counter(row.entry.act for row in rows if row.entry.outcome not in ("refused", "failed"))
    not_done = Counter(row.entry.act for row in rows if row.entry.outcome in ("refused", "failed"))
    return [(act, done[act], not_done[act]) for act in sorted(done | not_done)]


def _highlights(rows: Sequence[AuditRow], zone: ZoneInfo) -> Sequence[Highlight]:
    found = {kind: [row for row in rows if sign(row.entry, zone)] for kind, sign in SIGNS.items()}
    return [
        Highlight(kind=kind, count=len(some), newest=tuple(some[:NEWEST_SHOWN])) for kind, some in found.items()
    ]  # fmt: skip
