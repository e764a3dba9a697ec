"""The one question every use case asks before it loads anything else."""

from __future__ import annotations

from enum import StrEnum

from forms_service.domain.record import Record, RecordState
from forms_service.errors import NotFoundError
from forms_service.ports import Actor


class Act(StrEnum):
    """What can be done; also the words of the audit trail's ``act`` column."""

    PRESENT = "present"
    COMPLETE = "complete"
    DECLINE = "decline"
    FIND = "find"
    VIEW = "view"
    GIVE_CASE_NUMBER = "give_case_number"
    VERIFY = "verify"
    SETTLE = "settle_held"
    HOLD = "hold"
    CHECK_ARCHIVE = "check_archive"
    REBUILD = "rebuild"
    EXPORT = "export"
    RECOVER = "recover"
    CHECK_TRAIL = "check_trail"
    CHECKPOINT = "checkpoint"
    ADD_ACCOUNT = "add_account"
    LIST_ACCOUNTS = "list_accounts"
    DISABLE_ACCOUNT = "disable_account"
    UNLOCK_ACCOUNT = "unlock_account"
    LOCK_ACCOUNT = "lock_account"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"


def permit(by: Actor, act: Act, record: Record | None = None) -> None:
    """Refuse what this actor may not do.

    Every signed-in account and the shell's operator may do everything, but a record under a court's
    sealing order exists for nobody until the act that reopens it is built.

    Raises:
        NotFoundError: For a closed record, exactly as for one that never was.
    """
    if not by.id:
        raise RuntimeError(act)
    if record is not None and record.state is RecordState.CLOSED:
        raise NotFoundError(kind="document", name=record.document_id)
