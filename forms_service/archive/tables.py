"""The tables of the one database: the book (derived from the archive) and the ledger (true in itself).

SQLAlchemy Core, so that the same tables stand on PostgreSQL later. Texts that are compared by range or order
use byte order on both. Times are UTC texts of one width, so that their order is the order of time.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    event,
)

SCHEMA_VERSION = 8

METADATA = MetaData()
_KEY = String().with_variant(String(collation="C"), "postgresql")


def _key(name: str, *, unique: bool = False) -> Column[str]:
    return Column(name, _KEY, nullable=False, unique=unique)


def _id(name: str) -> Column[str]:
    return Column(name, _KEY, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


schema_version = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))

# --- the book: replaced by a rebuild ---------------------------------------------------------------

record = Table(
    "record",
    METADATA,
    _id("record_id"),
    _key("document_id", unique=True),
    _key("signed_at"),  # UTC
    _key("signed_on"),  # the agency's local date
    _key("form"),
    _key("state"),
    _key("date_of_birth"),
    _key("officer_id"),
    _key("contact_at"),  # the agency's local time
    _text("stored"),  # canonical JSON of record.json
)
Index("record_newest_first", record.c.signed_at, record.c.document_id)
Index("record_born", record.c.date_of_birth)
Index("record_of_officer", record.c.officer_id, record.c.signed_at)
Index("record_contact", record.c.contact_at)

record_key = Table(
    "record_key",
    METADATA,
    _key("kind"),  # name, officer, badge, case, document, stroke, file
    _key("key"),
    Column("record_id", _KEY, ForeignKey("record.record_id", ondelete="CASCADE"), nullable=False, index=True),
    PrimaryKeyConstraint("kind", "key", "record_id"),
    sqlite_with_rowid=False,
)

BOOK_TABLES = (record, record_key)

# --- the ledger: never touched by a rebuild --------------------------------------------------------

audit = Table(
    "audit",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    _text("at"),
    _text("actor"),
    _text("roles"),  # JSON list
    _text("source"),
    _text("act"),
    _text("object_kind"),
    _text("object_id"),
    _text("outcome"),
    _text("facts"),  # JSON object
    _text("hash"),
)
Index("audit_by_actor", audit.c.actor, audit.c.sequence)
Index("audit_by_act", audit.c.act, audit.c.sequence)
Index("audit_by_object", audit.c.object_id, audit.c.sequence)
Index("audit_by_kind", audit.c.object_kind, audit.c.sequence)
Index("audit_by_time", audit.c.at)

account = Table(
    "account",
    METADATA,
    _id("id"),
    _key("name", unique=True),
    _text("full_name"),
    _text("badge"),
    _text("phone"),
    _text("password_hash"),
    _text("roles"),  # JSON list
    _text("created_at"),
    _text("last_active_at"),
    _text("failed_at"),  # JSON list of times
    Column("locked_at", Text, nullable=True),
    Column("disabled_at", Text, nullable=True),
    Column("ends_at", Text, nullable=True),
    Column("must_change_password", Integer, nullable=False),
)

session = Table(
    "session",
    METADATA,
    _id("token_digest"),
    Column("account_id", _KEY, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    _text("created_at"),
    _text("last_seen_at"),
    _key("id"),
    _text("method"),  # password, passkey, totp, code, oidc
    _text("source"),
    _text("browser"),
    Column("proved_at", Text, nullable=True),
    Column("complete", Integer, nullable=False),
)

sign_on = Table(
    "sign_on",
    METADATA,
    _id("issuer"),
    _id("subject"),
    Column("account_id", _KEY, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, unique=True),
)

factor = Table(
    "factor",
    METADATA,
    _id("id"),
    Column("account_id", _KEY, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    _text("kind"),  # passkey, totp, recovery_code
    _text("label"),
    _text("content"),  # JSON object
    _text("created_at"),
    Column("last_used_at", Text, nullable=True),
    Column("used_at", Text, nullable=True),
)

challenge = Table(
    "challenge",
    METADATA,
    _id("id"),
    _text("purpose"),
    _text("account_id"),  # empty while nobody is known yet
    _text("content"),
    _key("ends_at"),
)

draft = Table(
    "draft",
    METADATA,
    _id("id"),
    Column("owner", _KEY, nullable=False, index=True),
    _text("form"),
    _text("step"),
    _text("content"),  # JSON
    _key("changed_at"),
)

issued_number = Table(
    "issued_number",
    METADATA,
    _id("document_id"),
    _text("form"),
    Column("form_version", Integer, nullable=False),
    _text("language"),
    _text("presented_digest"),
    _text("kind"),
    _text("issued_at"),
    _text("issued_by"),
)

reserved_record = Table("reserved_record", METADATA, _id("document_id"), _text("record_id"))

nameless_count = Table(
    "nameless_count",
    METADATA,
    _id("rule"),
    _id("month"),
    Column("count", Integer, nullable=False),
)

held = Table(
    "held",
    METADATA,
    _id("id"),
    _text("document_id"),
    _text("form"),
    _text("reason"),
    _text("sent"),  # JSON, exactly as it came
    _key("held_at"),
    _text("held_by"),
    Column("settled_at", Text, nullable=True),
)

device = Table(
    "device",
    METADATA,
    _id("id"),
    _text("public_key"),  # JWK
    _key("thumbprint", unique=True),
    _key("label"),
    _text("enrolled_at"),
    _text("enrolled_by"),
    _text("app_version"),
    _text("last_seen_at"),
    Column("unsent", Integer, nullable=False),
    Column("told_counter", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("chain_faults", Integer, nullable=False),
    Column("revoked_at", Text, nullable=True),
    _text("revoked_by"),
    _text("revoke_reason"),
)
Index("device_by_label", device.c.label, device.c.id)

envelope = Table(
    "envelope",
    METADATA,
    _id("digest"),
    _key("envelope_id"),
    _key("device_id"),
    Column("counter", Integer, nullable=False),
    _text("previous"),
    _text("kind"),  # signature, discard, decline
    _key("document_id"),
    _text("signed"),  # compact JWS exactly as it came; empty once it lies elsewhere
    _key("received_at"),
    _key("state"),  # received, held, archived, discarded, counted, settled
    _text("reason"),
    _text("detail"),
    _text("record_id"),
    _text("receipt"),  # compact JWS
    _text("author"),
    Column("settled_at", Text, nullable=True),
    _text("settled_by"),
)
Index("envelope_by_id", envelope.c.envelope_id, envelope.c.received_at)
Index("envelope_of_device", envelope.c.device_id, envelope.c.counter)
Index("envelope_of_document", envelope.c.document_id, envelope.c.received_at)
Index("envelope_by_state", envelope.c.state, envelope.c.received_at)

copy_link = Table(
    "copy_link",
    METADATA,
    _id("token_sha256"),
    Column("record_id", _KEY, nullable=False, index=True),
    _text("ciphertext"),  # compact JWE, for a key that is not here
    _key("made_at"),
    _text("ends_at"),
    Column("fetches_left", Integer, nullable=False),
    Column("fetched", Integer, nullable=False),
    Column("ended_at", Text, nullable=True),
    _text("ended_why"),
)

pocket_card = Table("pocket_card", METADATA, _id("card"), _text("record_id"))

fact = Table("fact", METADATA, _id("name"), _text("value"))

# --- the audit trail only grows --------------------------------------------------------------------

_ONLY_GROWS = (
    "CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows'); END",
    "CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows'); END",
    "CREATE TRIGGER audit_has_no_gap BEFORE INSERT ON audit "
    "WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit) "
    "BEGIN SELECT RAISE(ABORT, 'audit has no gap'); END",
)
for _trigger in _ONLY_GROWS:
    event.listen(audit, "after_create", DDL(_trigger).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]  # SQLAlchemy left DDL untyped
