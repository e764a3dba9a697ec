"""How an entry of the audit trail is told to people: who did what with which thing, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from forms_service.domain.evidence import AuditEntry, utc_text
from forms_service.ports import AuditRow
from forms_service.web.error_words import WORDS

ACTS: Mapping[str, str] = {
    "present": "Showed a paper",
    "complete": "Signed, sealed and archived",
    "decline": "Counted that somebody declined",
    "find": "Searched records",
    "view": "Opened",
    "view_internal": "Opened screening and victims",
    "ask_in_force": "Asked whether it is in force",
    "see_needs": "Looked at what waits",
    "give_case_number": "Gave a case number",
    "verify": "Verified a file",
    "settle_held": "Settled what was held",
    "hold": "Held for a person to look at",
    "check_archive": "Checked the archive",
    "rebuild": "Rebuilt the index",
    "export": "Exported records",
    "recover": "Brought archive and index together",
    "check_trail": "Checked the audit trail",
    "checkpoint": "Signed a checkpoint",
    "upkeep": "Daily upkeep",
    "lift_seal": "Lifted a seal",
    "add_account": "Made an account",
    "list_accounts": "Listed the accounts",
    "disable_account": "Disabled an account",
    "unlock_account": "Released an account",
    "lock_account": "Locked by five wrong passwords",
    "sign_in": "Signed in",
    "sign_out": "Signed out",
    "change_roles": "Gave other roles",
    "reset_factor": "Reset a second step",
    "set_end": "Set an account's last day",
    "set_password": "Set a first password",
    "change_password": "Changed the own password",
    "prove": "Confirmed who it is",
    "add_factor": "Added a second step",
    "name_factor": "Renamed a second step",
    "remove_factor": "Removed a second step",
    "renew_codes": "Made new recovery codes",
    "end_session": "Ended a session",
    "go_live": "Wrote on the go-live page",
    "give_facts": "Gave what forms print of them",
    "read_trail": "Read the audit trail",
    "export_trail": "Exported the audit trail",
    "review_trail": "Reviewed the audit trail",
    "request": "Sent a page",
    "enrol_device": "Enrolled a tablet",
    "revoke_device": "Revoked a tablet",
    "list_devices": "Listed the tablets",
    "sign_offline": "Took a tablet to sign on",
    "receive_envelope": "Sent an envelope",
    "discard_signature": "Discarded a half-signed paper",
    "add_to_record": "Added to a record",
    "review_hand_over": "Reviewed a hand-over",
    "fetch_copy": "Fetched a person's copy by its link",
    "end_copy_link": "Ended a link to a person's copy",
}
KINDS: Mapping[str, str] = {
    "record": "Record",
    "document": "Document",
    "draft": "Draft",
    "held": "Held thing",
    "search": "Search",
    "account": "Account",
    "audit": "Audit trail",
    "archive": "Archive",
    "book": "Index",
    "service": "The service",
    "block": "Place to sign",
    "line": "Line",
    "": "No single thing",
    "file": "File",
    "device": "Tablet",
    "envelope": "Envelope",
    "tablet_keys": "Keys for tablets",
    "rule": "Screening rule",
}
OUTCOMES: Mapping[str, str] = {"done": "Done", "refused": "Refused", "failed": "Failed"}
FINDINGS: Mapping[str, str] = {
    "entry-edited": "An entry was changed: number",
    "entry-missing": "An entry is missing: number",
    "tail-cut-off": "The newest entries were cut off, from number",
    "log-rewritten": "The whole trail was written anew; it differs at checkpoint",
    "anchor-mismatch": "A checkpoint was not signed by us, or was changed:",
    "crash-leftover": "A checkpoint is half-written (harmless):",
    "checkpoint-overdue": "No checkpoint for two days (harmless)",
    "time-stamp-missing": "No outside time stamp for two days (harmless)",
    "time-stamp-broken": "An outside time stamp is not sound; beside checkpoint",
    "time-stamp-of-another-head": "An outside time stamp is over something else than checkpoint",
}
SIGN_WORDS: Mapping[str, tuple[str, str]] = {
    "failed-sign-ins": ("Sign-ins refused", "A wrong name or password, or an account that may not sign in."),
    "lockouts": ("Accounts locked", "Five wrong passwords within 15 minutes."),
    "refused": ("Acts refused", "Somebody asked for what they may not have, or what is not there."),
    "failures": ("Acts that failed", "Allowed, but the disk, the seal or the archive refused."),
    "night-reads": ("Looked at by night", "Records opened, searched or exported between 10 p.m. and 6 a.m."),
    "new-accounts": ("New accounts", "Is each of them somebody who should have one?"),
    "exports": ("Exports", "Records or entries of this trail taken out as files."),
}
SIGN_LOOKS: Mapping[str, Mapping[str, str]] = {
    "failed-sign-ins": {"act": "sign_in", "outcome": "refused"},
    "lockouts": {"act": "lock_account"},
    "refused": {"outcome": "refused"},
    "failures": {"outcome": "failed"},
    "new-accounts": {"act": "add_account"},
    "exports": {"act": "export"},
}
_WHAT: Mapping[str, str] = {
    "record": "the record's page",
    "same": "the same paper was sent again",
    "pdf": "the sealed PDF",
    "internal": "screening and victims",
    "start": "draft begun",
    "keep": "draft kept",
    "drop": "draft erased",
    "presented": "to be read",
    "review": "weekly review",
    "blank": "blank paper",
    "time-stamp": "outside time stamp",
    "code": "code made",
    "renamed": "another name",
    "tried_again": "tried again",
    "taken_up": "taken up",
    "file": "a tablet's file of unsent envelopes",
    "receipts": "receipts for a tablet's file",
    "half_signed": "half-signed, given back to its tablet",
}
_REASONS: Mapping[str, str] = {
    "not-found": "not there, or not for them",
    "invalid-input": "sent back with its faults",
    "error": "something went wrong",
}
_SIGN_ON_PROBLEMS: Mapping[str, str] = {
    "state": "a try that was over, or another browser's",
    "error-answer": "the provider refused it",
    "away": "the provider did not answer as it should",
    "client": "the provider does not know this service",
    "code": "the provider's code was none, or used",
    "token": "the provider's token could not be read",
    "algorithm": "signed in a way that does not count",
    "key": "signed by a key that is not the provider's",
    "signature": "a signature that does not hold",
    "issuer": "from another provider",
    "audience": "made for another service",
    "subject": "nobody is named",
    "nonce": "made for another try",
    "expired": "out of date",
    "time": "from the future",
    "roles-missing": "no role at the provider",
    "roles-conflict": "both halves of what two people do",
    "claims-cut": "more groups than the provider lists",
    "standing": "the account may not sign in",
    "other-person": "somebody else signed on",
    "not-anew": "an earlier sign-on",
    "factor": "without the second step",
}
_KEYS: Mapping[str, str] = {
    "words": "name or number", "date_of_birth": "date of birth", "signed_from": "signed from", "signed_to": "signed to",
    "actor": "person", "object_kind": "kind", "object_id": "id", "from_at": "from", "to_at": "until",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailLine:
    """An entry in words.

    Attributes:
        at: Aware.
        utc: The same with milliseconds.
        account_id: Of the account that acted; empty for the shell and for strangers.
        details: Short phrases; no more than what the entry holds.
        about_account: Account id when an account was acted on.
    """

    number: int
    at: datetime
    utc: str
    who: str
    account_id: str
    source: str
    act: str
    details: tuple[str, ...]
    kind: str
    object_kind: str
    object_id: str
    object_name: str
    about_account: str
    outcome: str
    is_done: bool


def trail_line(row: AuditRow, names: Mapping[str, str]) -> TrailLine:
    """Give an entry in words; ``names`` are those of the accounts."""
    entry = row.entry
    account_id = entry.actor.removeprefix("account:") if entry.actor.startswith("account:") else ""
    about = entry.object_id.removeprefix("account:") if entry.object_kind == "account" else ""
    return TrailLine(
        number=entry.sequence, at=entry.at, utc=utc_text(entry.at), who=actor_words(entry.actor, names),
        account_id=account_id if account_id in names else "", source=entry.source, act=act_words(entry.act),
        details=tuple(_details(entry)), kind=kind_words(entry.object_kind), object_kind=entry.object_kind,
        object_id=entry.object_id, object_name=names.get(about, ""), about_account=about if about in names else "",
        outcome=OUTCOMES.get(entry.outcome, OUTCOMES["done"]), is_done=entry.outcome not in ("refused", "failed"),
    )  # fmt: skip


def actor_words(actor: str, names: Mapping[str, str]) -> str:
    """Say who acted."""
    kind, _, name = actor.partition(":")
    if name == "(timer)":
        return "The service itself"
    if kind == "operator":
        return f"Shell, as {name}"
    if kind == "device":
        return "A tablet"
    return names.get(name, "An account that is gone") if kind == "account" else "Somebody not signed in"


def act_words(act: str) -> str:
    """Say what was done."""
    return ACTS.get(act, act.replace("_", " ").capitalize())


def kind_words(kind: str) -> str:
    """Say what kind of thing it was done with."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def bytes_words(count: int) -> str:
    """Say a number of bytes as people do."""
    return (
        f"{count} bytes"
        if count < 1000
        else f"{count / 1000:,.1f} kB"
        if count < 1_000_000
        else f"{count / 1e6:,.1f} MB"
    )


def finding_words(finding: str) -> str:
    """Say one finding, ``slug place``, of the walk over the trail."""
    slug, _, place = finding.partition(" ")
    return f"{FINDINGS.get(slug, slug)} {place}".strip()


def _title(slug: str) -> str:
    if slug in _REASONS:
        return _REASONS[slug]
    words = WORDS.get(slug)
    return words.title if words else slug.replace("-", " ").capitalize()


def _details(entry: AuditEntry) -> Iterator[str]:
    """Give what the facts say, in a fixed order; a fact without words here is not shown."""
    for name, words in _FACTS.items():
        value = entry.facts.get(name)
        if value not in (None, ""):
            yield words(value)
    if entry.outcome not in OUTCOMES:  # what is held says why as its outcome
        yield _title(entry.outcome)


_FACTS: Mapping[str, Callable[[str | int], str]] = {
    "what": lambda value: _WHAT.get(str(value), str(value)),
    "keys": lambda value: "by " + ", ".join(_KEYS.get(key, key) for key in str(value).split(",")),
    "results": lambda value: f"{value} found",
    "records": lambda value: f"{value} records",
    "entries": lambda value: f"{value} entries",
    "findings": lambda value: f"{value} findings",
    "bytes_out": lambda value: f"{bytes_words(int(value))} out",
    "bytes_in": lambda value: f"{bytes_words(int(value))} in",
    "to": lambda value: f"now {value}",
    "done": lambda value: f"{value} done",
    "undone": lambda value: f"{value} not done",
    "reason": lambda value: _title(str(value)),
    "problem": lambda value: _SIGN_ON_PROBLEMS.get(str(value), str(value)),
    "chain": lambda value: f"counter: {value}",
    "reviewed_to": lambda value: f"up to entry {value}",
}
