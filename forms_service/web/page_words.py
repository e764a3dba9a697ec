"""How times, dates, values and kinds of work are written on staff pages (English)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from forms_service.domain.envelope import EnvelopeState
from forms_service.domain.forms import Field, FieldType, FormDefinition, LanguagePack
from forms_service.domain.wording import show
from forms_service.ports import StoredEnvelope
from forms_service.settings import Settings
from forms_service.web.error_words import VERDICTS, WORDS
from forms_service.web.languages import LANGUAGES

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

LANGUAGE_NAMES: Mapping[str, str] = dict(LANGUAGES)

NEEDS: Mapping[str, tuple[str, str]] = {
    "case-number-open": ("Case number is open", "Give the case number"),
    "first-contact-open": ("Behavioral Health was not tried yet", "Make the first contact, and tell it"),
    "hand-over-open": ("Signed, and not handed over yet", "Tell how the hand-over ended"),
    "hand-over-exception": ("An officer left without a release", "Review it"),
    "copy-open": ("The person has no copy yet", "Give it, or tell why not"),
    "copy-to-pick-up": ("A copy waits to be picked up", "Tell when it was picked up"),
    "seal-owed": ("Seal is owed its level; the service makes it up", "Look at the record"),
    "seal-stuck": ("Seal can not be lifted to its level: tell IT", "Look at the record"),
    "envelope-not-finished": (
        "What a tablet sent is kept, but could not be archived yet",
        "Tell IT: the next start goes on with it",
    ),
    "device-gap": ("A tablet made envelopes that are not here", "Look at the tablet"),
    "archive-damaged": ("A stored file is damaged", "Restore the file from the backup"),
    "review-overdue": ("The weekly review of the audit trail is overdue", "Review and sign off"),
    "time-stamp-owed": (
        "The audit trail is owed an outside time stamp",
        "Tell IT: the time-stamp server does not answer",
    ),
    "copies-owed": (
        "The folder from which copies are fetched is not up to date",
        "Tell IT if this stays; it is brought up to date by itself",
    ),
    "upkeep-failed": ("The daily upkeep did not come to its end", "Tell IT: the audit trail says why"),
    "checkpoint-owed": ("A checkpoint of the audit trail was not kept", "Tell IT: the second place can not be written"),
}

SEAL_WORDS: Mapping[str, str] = {
    "B-B": "no outside witness of the time",
    "B-T": "with a time stamp",
    "B-LT": "with a time stamp and what the authorities said of the certificates",
    "B-LTA": "with what the authorities said of the certificates, under an archive time stamp that is renewed",
}

STATES: Mapping[str, str] = {
    "archived": "Current",
    "superseded": "Superseded",
    "void": "Void",
    "closed": "Closed",
}

ACTS: Mapping[str, str] = {
    "complete": "Signed, sealed and archived",
    "give_case_number": "Case number given",
    "lift_seal": "Seal lifted",
    "add_to_record": "Told after signing",
    "review_hand_over": "Hand-over reviewed",
}


def register_filters(app: Flask, settings: Settings) -> None:
    """Give the templates their words."""
    zone = settings.zone
    app.jinja_env.filters["local_time"] = lambda moment: local_time(moment, zone)
    app.jinja_env.filters["local_date"] = lambda moment: local_date(moment, zone)
    app.jinja_env.filters["day"] = lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
    app.jinja_env.filters["born"] = lambda stored: short_day(date.fromisoformat(stored)) if stored else ""
    app.jinja_env.filters["need_title"] = lambda kind: need_words(kind)[0]
    app.jinja_env.filters["need_step"] = lambda kind: need_words(kind)[1]
    app.jinja_env.filters["state_words"] = lambda state: STATES.get(str(state), str(state))
    app.jinja_env.filters["act_words"] = lambda act: ACTS.get(str(act), str(act).replace("_", " ").capitalize())
    app.jinja_env.filters["seal_words"] = lambda level: SEAL_WORDS.get(str(level), str(level))
    app.jinja_env.filters["retention_words"] = lambda name: retention_words(name, settings)
    app.jinja_env.filters["link_words"] = lambda why: LINK_ENDS.get(why, why)
    app.jinja_env.filters["trouble_words"] = trouble_words
    app.jinja_env.filters["reason_words"] = lambda slug: VERDICTS.get(slug, slug)


def retention_words(name: str, settings: Settings) -> str:
    """Say how long a retention class is kept at least, and by which series; its name where agency.toml has none."""
    kept = settings.retention.get(name, {})
    years = kept.get("years_after_end")
    if not isinstance(years, int):
        return name
    return f"At least {years} years after the end ({kept.get('citation', name)})"


LINK_ENDS: Mapping[str, str] = {
    "fetched": "as it was fetched as often as it may be",
    "expired": "its time was over",
    "revoked": "by hand",
    "record": "with the record",
}

TROUBLES: Mapping[str, str] = {
    "SQLITE_FULL": "The disk is full.",
    "SQLITE_BUSY": "Another program holds the database.",
    "SQLITE_LOCKED": "Another program holds the database.",
    "SQLITE_READONLY": "The database's file may not be written.",
    "SQLITE_IOERR": "The disk is failing.",
    "SQLITE_CANTOPEN": "The database's folder can not be written or is not there.",
    "SQLITE_CORRUPT": "The database is damaged.",
}


def trouble_words(reason: str) -> str:
    """Say why the database refuses, from its own word for it."""
    known = next((words for name, words in TROUBLES.items() if reason.startswith(name)), "")
    return known or f"The database says: {reason}."


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """Write an instant in the agency's time, such as ``Nov 21, 2026, 10:03 a.m.``."""
    return clock_words(moment.astimezone(zone))


def clock_words(local: datetime) -> str:
    """Write a local time, such as ``Nov 21, 2026, 10:03 a.m.``."""
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{short_day(local.date())}, {local.hour % 12 or 12}:{local.minute:02d} {half}"


def local_date(moment: datetime, zone: ZoneInfo) -> str:
    """Write an instant's date in the agency's zone, such as ``Nov 21, 2026``."""
    return short_day(moment.astimezone(zone).date())


def short_day(day: date) -> str:
    """Write a day in a table, such as ``Nov 21, 2026``."""
    return f"{MONTHS[day.month - 1][:3]} {day.day}, {day.year}"


def need_words(kind: str) -> tuple[str, str]:
    """Give what waits and its one next step."""
    if kind in NEEDS:
        return NEEDS[kind]
    words = WORDS.get(kind)
    return (words.title if words else kind, "Look at what was sent")


def envelope_words(kept: StoredEnvelope) -> tuple[str, str]:
    """Say why an envelope is held, and what to do."""
    if kept.state is EnvelopeState.RECEIVED:
        return NEEDS["envelope-not-finished"]
    words = WORDS.get(kept.reason)
    return (words.title, words.words) if words else (kept.reason, "Look at what was sent.")


def shown_values(definition: FormDefinition, values: Mapping[str, object]) -> list[tuple[str, str]]:
    """Give label and words of every value, in the form's order, for staff."""
    pack = definition.pack(definition.control_language)
    rows = []
    for field in definition.fields:
        if field.id in values:
            label = pack.labels.get(field.id, field.id)
            rows.append((label, value_words(field, values[field.id], pack, field.id)))
    return rows


def value_words(field: Field, value: object, pack: LanguagePack, path: str) -> str:
    """Write one value; what was sent in the wrong shape is written as it came."""
    if field.type is FieldType.LANGUAGE:
        return LANGUAGE_NAMES.get(str(value), str(value))
    if field.type is FieldType.GROUP and isinstance(value, list):
        return "; ".join(_item_words(field, item, pack) for item in value if isinstance(item, Mapping))
    try:
        return show(value, field=field, wanted="", pack=pack, option_key=path)
    except (ValueError, TypeError):
        return str(value)


def _item_words(group: Field, item: Mapping[str, object], pack: LanguagePack) -> str:
    words = [
        value_words(field, item[field.id], pack, f"{group.id}.{field.id}") for field in group.items if field.id in item
    ]
    return ", ".join(words)
