"""Drafts: a form being filled in, kept on the server between two pages, its owner's alone.

A draft is no record: it is erased when its paper is archived, when somebody says no, or when its owner drops it.
That it was begun, written and erased is in the audit trail; that its owner, who alone can, looks at it, is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from forms_service.domain.numbers import draw_uuid
from forms_service.errors import NotFoundError
from forms_service.ports import Actor, AuditFacts, Draft, Services, Transaction
from forms_service.workflow.permission import Act, permit


def start_draft(services: Services, by: Actor, form: str, content: str) -> Draft:
    """Open an empty draft of a form.

    Raises:
        UnknownFormError: No form of that name.
    """
    permit(by, Act.COMPLETE)
    known = services.forms.form(form)
    draft = Draft(
        id=draw_uuid(services.chance.bits),
        owner=by.id,
        form=known.definition.form,
        step="screening",
        content=content,
        changed_at=services.clock.now(),
    )
    with services.database.write() as transaction:
        transaction.ledger.put_draft(draft)
        _write_down(services, transaction, by, draft.id, "start")
    return draft


def my_drafts(services: Services, by: Actor) -> Sequence[Draft]:
    """Give the actor's own drafts, newest first."""
    permit(by, Act.COMPLETE)
    with services.database.read() as transaction:
        return transaction.ledger.drafts(by.id)


def open_draft(services: Services, by: Actor, draft_id: str) -> Draft:
    """Give a draft.

    Raises:
        NotFoundError: No such draft, or another's: the two answer alike.
    """
    permit(by, Act.COMPLETE)
    with services.database.read() as transaction:
        draft = transaction.ledger.draft(draft_id)
    if draft is None or draft.owner != by.id:
        raise NotFoundError(kind="draft", name=draft_id[:40])
    return draft


def keep_draft(services: Services, by: Actor, draft: Draft, *, step: str, content: str) -> Draft:
    """Write what changed in a draft.

    Raises:
        NotFoundError: The draft was finished or dropped meanwhile, for instance in another window.
    """
    open_draft(services, by, draft.id)
    changed = replace(draft, step=step, content=content, changed_at=services.clock.now())
    with services.database.write() as transaction:
        transaction.ledger.put_draft(changed)
        _write_down(services, transaction, by, draft.id, "keep")
    return changed


def drop_draft(services: Services, by: Actor, draft_id: str) -> None:
    """Erase a draft and everything in it."""
    open_draft(services, by, draft_id)
    with services.database.write() as transaction:
        transaction.ledger.drop_draft(draft_id)
        _write_down(services, transaction, by, draft_id, "drop")


def _write_down(services: Services, transaction: Transaction, by: Actor, draft_id: str, what: str) -> None:
    facts = AuditFacts(act=Act.PRESENT, object_kind="draft", object_id=draft_id, facts={"what": what})
    transaction.ledger.audit(by, services.clock.now(), facts)
