"""The one question every use case asks before it loads anything else."""

from __future__ import annotations

from enum import StrEnum

from forms_service.domain.record import Record
from forms_service.domain.roles import SIGHTS, RoleTable
from forms_service.errors import Fault, NotFoundError, NotPermittedError, RoleTableError
from forms_service.ports import Actor
from forms_service.workflow.asked import ask


class Act(StrEnum):
    """What can be done; also the words of the audit trail's ``act`` column, and the permissions of a role."""

    PRESENT = "present"
    COMPLETE = "complete"
    DECLINE = "decline"
    SEE_NEEDS = "see_needs"
    FIND = "find"
    VIEW = "view"
    VIEW_INTERNAL = "view_internal"
    ASK_IN_FORCE = "ask_in_force"
    GIVE_CASE_NUMBER = "give_case_number"
    VERIFY = "verify"
    SETTLE = "settle_held"
    HOLD = "hold"
    CHECK_ARCHIVE = "check_archive"
    REBUILD = "rebuild"
    EXPORT = "export"
    RECOVER = "recover"
    CHECK_TRAIL = "check_trail"
    READ_TRAIL = "read_trail"
    EXPORT_TRAIL = "export_trail"
    REVIEW_TRAIL = "review_trail"
    CHECKPOINT = "checkpoint"
    UPKEEP = "upkeep"
    LIFT_SEAL = "lift_seal"
    ADD_ACCOUNT = "add_account"
    LIST_ACCOUNTS = "list_accounts"
    CHANGE_ROLES = "change_roles"
    DISABLE_ACCOUNT = "disable_account"
    UNLOCK_ACCOUNT = "unlock_account"
    GO_LIVE = "go_live"
    CHANGE_SEAL = "change_seal"
    RESET_FACTOR = "reset_factor"
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
    SET_END = "set_end"
    BAN_PASSWORDS = "ban_passwords"  # an act's name
    GIVE_FACTS = "give_facts"
    ENROL_DEVICE = "enrol_device"
    REVOKE_DEVICE = "revoke_device"
    LIST_DEVICES = "list_devices"
    SIGN_OFFLINE = "sign_offline"
    RECEIVE_ENVELOPE = "receive_envelope"
    DISCARD_SIGNATURE = "discard_signature"
    ADD_TO_RECORD = "add_to_record"
    REVIEW_HAND_OVER = "review_hand_over"
    FETCH_COPY = "fetch_copy"
    END_COPY_LINK = "end_copy_link"
    # Held by roles before their screens come, so that an agency can staff them (DESIGN 9).
    REQUEST_VOID = "request_void"
    APPROVE_VOID = "approve_void"
    REQUEST_DESTRUCTION = "request_destruction"
    APPROVE_DESTRUCTION = "approve_destruction"
    CLOSE = "close_by_order"
    REOPEN = "reopen"
    SUBMIT_FORM = "submit_form"
    APPROVE_FORM = "approve_form"


# What needs a proof of who is there that is not older than 5 minutes; the shell's operator has given it to the system.
STEP_UP = frozenset({
    Act.EXPORT, Act.EXPORT_TRAIL, Act.ADD_ACCOUNT, Act.DISABLE_ACCOUNT, Act.UNLOCK_ACCOUNT, Act.RESET_FACTOR,
    Act.SET_END, Act.SET_PASSWORD, Act.CHANGE_ROLES, Act.ENROL_DEVICE, Act.REVOKE_DEVICE, Act.SIGN_OFFLINE, Act.REOPEN, Act.APPROVE_DESTRUCTION, Act.ADD_FACTOR, Act.REMOVE_FACTOR, Act.RENEW_CODES,
})  # fmt: skip

# What everybody may do, with their own account and sessions only.
OWN = frozenset({
    Act.PROVE, Act.ADD_FACTOR, Act.NAME_FACTOR, Act.REMOVE_FACTOR, Act.RENEW_CODES, Act.END_SESSION,
    Act.CHANGE_PASSWORD, Act.GIVE_FACTS,
})  # fmt: skip


def permit(by: Actor, act: Act, record: Record | None = None) -> None:
    """Refuse what this actor may not do.

    The shell's operator, who could read the disk anyway, may do every act; records that a court closed do not exist
    for the operator either.

    Raises:
        NotPermittedError: No role of theirs allows the act.
        NotFoundError: The record does not exist for them, exactly as one that never was.
    """
    ask(act)
    if not by.id:
        raise RuntimeError(act)
    if not allows(by, act):
        raise NotPermittedError(act=str(act))
    if record is not None and not by.sight.shows(record):
        raise NotFoundError(kind="document", name=record.document_id)


def allows(by: Actor, act: Act) -> bool:
    """Say whether a role of theirs names the act, for a page that offers only what can be done."""
    return by.is_operator or act in by.permissions or (act in OWN and by.is_account)


def check_role_table(table: RoleTable) -> None:
    """Refuse roles that name what is neither an act nor a sight.

    Raises:
        RoleTableError: With every unknown name.
    """
    known = SIGHTS | set(Act)
    faults = [
        Fault(slug="role-table-shape", place=f"roles.toml: roles.{role}", message=f"unknown permission {name}")
        for role, names in table.roles.items()
        for name in sorted(names - known)
    ]
    if faults:
        raise RoleTableError(faults)
