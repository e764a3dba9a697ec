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
    PROVE = "prove"
    ADD_FACTOR = "add_factor"
    NAME_FACTOR = "name_factor"
    REMOVE_FACTOR = "remove_factor"
    RENEW_CODES = "renew_codes"
    END_SESSION = "end_session"
    CHANGE_PASSWORD = "change_password"  # noqa: S105  # an act's name
    SET_PASSWORD = "set_password"  # noqa: S105  # an act's name
    RESET_FACTOR = "reset_factor"
    SET_END = "set_end"
    CHANGE_ROLES = "change_roles"
    REOPEN = "reopen"
    DESTROY = "destroy"


# What needs a proof of who is there that is not older than 5 minutes; the shell's operator has given it to the system.
STEP_UP = frozenset({
    Act.EXPORT, Act.ADD_ACCOUNT, Act.DISABLE_ACCOUNT, Act.UNLOCK_ACCOUNT, Act.RESET_FACTOR, Act.SET_END, Act.SET_PASSWORD,
    Act.CHANGE_ROLES, Act.REOPEN, Act.DESTROY, Act.ADD_FACTOR, Act.REMOVE_FACTOR, Act.RENEW_CODES,
})  # fmt: skip

# What everybody may do, with their own account and sessions only.
OWN = frozenset({
    Act.PROVE, Act.ADD_FACTOR, Act.NAME_FACTOR, Act.REMOVE_FACTOR, Act.RENEW_CODES, Act.END_SESSION,
    Act.CHANGE_PASSWORD,
})  # fmt: skip


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
