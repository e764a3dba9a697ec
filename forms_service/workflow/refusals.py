"""Write down what was refused or failed: once, at the door it came in by (a page of the web, a command of the shell).

* The entry holds the act that was asked for, the refusal's slug, and an id as it was given, only when it has the
  shape of one of ours: whatever else somebody typed is never kept.
* What a person said no to leaves no trace here (DOMAIN 1.2); a refused sign-in has its own entry already.
* A database that can not be written is said in the log: the act was refused anyway, so nothing happens unwritten.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from forms_service.domain.trail import id_only
from forms_service.errors import (
    ArchiveError,
    ConfigurationError,
    DatabaseTooNewError,
    DatabaseUnreadableError,
    DatabaseWriteError,
    FormsServiceError,
    PersonRefusedError,
    RenderingError,
    SayBackMissingError,
    SealingError,
    SignInRefusedError,
)
from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.asked import asked

UNTOLD = frozenset(
    one.slug
    for one in (
        PersonRefusedError, SayBackMissingError, SignInRefusedError, DatabaseWriteError, DatabaseUnreadableError,
        DatabaseTooNewError,
    )
)  # fmt: skip
LOG = logging.getLogger(__name__)
NO_ACT = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that was asked for and not done.

    Attributes:
        reason: A slug.
        act: What was asked for; by default what ``permit`` heard last.
        outcome: ``refused``, or ``failed`` when it was allowed and could not be done.
        given: What names the thing, by argument name (``document_id``); kept only when it is an id of ours.
    """

    reason: str
    act: str = ""
    outcome: str = "refused"
    given: Mapping[str, object] = field(default_factory=dict)


def refusal_of(error: FormsServiceError, given: Mapping[str, object]) -> Refusal:
    """Give the refusal that an error is."""
    broke = isinstance(error, RenderingError | SealingError | ArchiveError | ConfigurationError)
    return Refusal(reason=error.slug, outcome="failed" if broke else "refused", given=given)


def note_refusal(services: Services, by: Actor, refusal: Refusal) -> None:
    """Write one entry about a refusal, unless it has its own or must have none."""
    if refusal.reason in UNTOLD:
        return
    kind, object_id = _named(refusal.given)
    what = AuditFacts(
        act=refusal.act or asked() or NO_ACT, object_kind=kind, object_id=object_id, outcome=refusal.outcome,
        facts={"reason": refusal.reason},
    )  # fmt: skip
    try:
        with services.database.write() as transaction:
            transaction.ledger.audit(by, services.clock.now(), what)
    except ArchiveError as error:
        LOG.error("a refusal is not in the audit trail", extra={"slug": error.slug, "reason": refusal.reason})  # noqa: TRY400  # the cause is told by whoever was refused


def _named(given: Mapping[str, object]) -> tuple[str, str]:
    """Give kind and id of the first thing that is named by an id of ours."""
    for name, value in given.items():
        if name.endswith("_id") and isinstance(value, str) and id_only(value):
            return name.removesuffix("_id"), value
    return "", ""
