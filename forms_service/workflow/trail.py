"""Read the audit trail: searched, of one record, of one person. Each reading is itself an entry, written first.

* ``search_trail`` is what a reviewer types; its entry says which kinds of key were used, never the words.
* ``trail_of_record`` answers who saw a record: entries on it, on its number, and searches that showed it.
* ``trail_of_account`` answers what somebody did, and what was done to their account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from forms_service.domain.days import day_ends
from forms_service.domain.record import Record
from forms_service.errors import NotFoundError
from forms_service.ports import Account, Actor, AuditFacts, AuditRow, Services, TrailSearch, Transaction
from forms_service.workflow.account_rows import named_account
from forms_service.workflow.permission import Act, permit

TRAIL_KEYS = ("actor", "act", "object_kind", "object_id", "outcome", "source", "from_at", "to_at")
WALK_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPage:
    """One page of entries, newest first.

    Attributes:
        has_more: Whether older entries match too.
        names: Account id to the name of the person, for every account there is.
    """

    rows: Sequence[AuditRow]
    has_more: bool
    names: Mapping[str, str]


def local_instants(zone: ZoneInfo, first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """Give where the first local day begins and where the last one ends; None where no day is given."""
    begins = datetime.combine(first, time(), zone) if first else None
    return begins, day_ends(last, zone) if last else None


def search_trail(services: Services, by: Actor, wanted: TrailSearch) -> TrailPage:
    """Give a page of the entries that match."""
    permit(by, Act.READ_TRAIL)
    with services.database.write() as transaction:
        page = _page(transaction, resolved(transaction, by, wanted))
        facts = {"keys": used_keys(wanted), **_shown(page)}
        what = AuditFacts(act=Act.READ_TRAIL, object_kind="audit", object_id="", facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
    return page


def trail_of_record(services: Services, by: Actor, document_id: str, *, before: int = 0) -> tuple[Record, TrailPage]:
    """Give who did what with a record, searches that showed it and refused tries included.

    Raises:
        NotFoundError: No such record, or none that exists for this actor.
    """
    permit(by, Act.READ_TRAIL)
    with services.database.write() as transaction:
        record = transaction.book.record(document_id)
        if record is None:
            raise NotFoundError(kind="document", name=document_id[:40])
        permit(by, Act.READ_TRAIL, record)
        page = _page(transaction, TrailSearch(about=(record.record_id, record.document_id), before=before))
        what = AuditFacts(
            act=Act.READ_TRAIL, object_kind="record", object_id=record.record_id, facts=_shown(page)
        )  # fmt: skip
        transaction.ledger.audit(by, services.clock.now(), what)
    return record, page


def trail_of_account(
    services: Services, by: Actor, account_id: str, *, to_account: bool = False, before: int = 0
) -> tuple[Account, TrailPage]:
    """Give what somebody did or, with ``to_account``, what happened to their account: sign-ins, locks, releases.

    Raises:
        NotFoundError: No such account.
    """
    permit(by, Act.READ_TRAIL)
    with services.database.write() as transaction:
        account = transaction.ledger.account(account_id)
        if account is None:
            raise NotFoundError(kind="account", name=account_id[:40])
        actor = f"account:{account.id}"
        wanted = TrailSearch(about=(account.id, actor)) if to_account else TrailSearch(actor=actor)
        page = _page(transaction, replace(wanted, before=before))
        what = AuditFacts(act=Act.READ_TRAIL, object_kind="account", object_id=account.id, facts=_shown(page))
        transaction.ledger.audit(by, services.clock.now(), what)
    return account, page


def walk_trail(transaction: Transaction, wanted: TrailSearch) -> Iterator[AuditRow]:
    """Give every entry that matches, newest first, up to the search's limit, a page at a time."""
    left, before = wanted.limit, wanted.before
    while left > 0:
        rows = transaction.ledger.audit_search(replace(wanted, limit=min(left, WALK_ROWS), before=before))
        if not rows:
            return
        yield from rows
        left, before = left - len(rows), rows[-1].entry.sequence


def resolved(transaction: Transaction, by: Actor, wanted: TrailSearch) -> TrailSearch:
    """Give a search by a thing's id as one about it: searches that showed it count, and a document number finds its record.

    The record behind the number of a closed document is not looked for: only entries that hold the number itself match.
    """
    if not wanted.object_id:
        return wanted
    record = transaction.book.record(wanted.object_id)
    behind = (record.record_id,) if record is not None and by.sight.shows(record) else ()
    return replace(wanted, object_id="", about=(wanted.object_id, *behind))


def actor_named(services: Services, by: Actor, name: str) -> str:
    """Give the actor that a sign-in name stands for; what is no sign-in name (``operator:``, ``visitor``) stays.

    Raises:
        NotFoundError: Nobody has that sign-in name.
    """
    permit(by, Act.READ_TRAIL)
    if ":" in name or name in ("", "visitor"):
        return name
    with services.database.read() as transaction:
        return f"account:{named_account(transaction, name).id}"


def used_keys(wanted: TrailSearch) -> str:
    """Name the kinds of key that a search uses."""
    return ",".join(key for key in TRAIL_KEYS if getattr(wanted, key))


def account_names(transaction: Transaction) -> Mapping[str, str]:
    """Give account id to the name of the person."""
    return {one.id: one.full_name for one in transaction.ledger.accounts()}


def _page(transaction: Transaction, wanted: TrailSearch) -> TrailPage:
    rows = transaction.ledger.audit_search(replace(wanted, limit=wanted.limit + 1))
    return TrailPage(
        rows=rows[: wanted.limit], has_more=len(rows) > wanted.limit, names=account_names(transaction)
    )  # fmt: skip


def _shown(page: TrailPage) -> dict[str, str | int]:
    """Say which entries are shown: how many, and the numbers of the newest and the oldest."""
    numbers = [row.entry.sequence for row in page.rows]
    return {"results": len(numbers), "newest": max(numbers, default=0), "oldest": min(numbers, default=0)}
