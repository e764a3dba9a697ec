"""The list of banned passwords: asked at each new one, brought up to date each quarter.

Source: CJIS Security Policy IA-5 (1) (a): commonly used, expected or compromised passwords, refreshed quarterly.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from forms_service.errors import BannedPasswordsMalformedError
from forms_service.ports import Actor, AuditFacts, Ledger, Services
from forms_service.workflow.permission import Act, permit

LIST_FACT, STATE_FACT = "banned_passwords", "banned_passwords_state"
OLD_AFTER = timedelta(days=92)  # a quarter
MOST_BYTES = 8 * 1024 * 1024  # half a million common passwords; the list is one text in the database
LONGEST = 128  # characters of a line: what is longer is no password that many people use


@dataclass(frozen=True, slots=True, kw_only=True)
class BannedList:
    """What is known of the list.

    Attributes:
        count: How many passwords it holds; upper and lower case are one.
    """

    count: int
    updated_at: datetime

    def is_old(self, now: datetime) -> bool:
        """Say whether a newer one is due."""
        return now - self.updated_at > OLD_AFTER


def update_banned(services: Services, by: Actor, content: bytes) -> BannedList:
    """Put a list in the place of the one before.

    Args:
        services: Ledger and clock.
        by: Who.
        content: One password a line, UTF-8; empty lines count for nothing.

    Raises:
        NotPermittedError: No role of theirs allows it.
        BannedPasswordsMalformedError: It is something else; the list before stays.
    """
    permit(by, Act.BAN_PASSWORDS)
    banned = _read(content)
    updated = BannedList(count=len(banned), updated_at=services.clock.now())
    state = {"count": updated.count, "updated_at": updated.updated_at.isoformat()}
    with services.database.write() as transaction:
        transaction.ledger.set_fact(LIST_FACT, _as_text(banned))
        transaction.ledger.set_fact(STATE_FACT, json.dumps(state))
        what = AuditFacts(
            act=Act.BAN_PASSWORDS, object_kind="banned_passwords", object_id="", facts={"count": updated.count}
        )
        transaction.ledger.audit(by, updated.updated_at, what)
    return updated


def show_banned(services: Services, by: Actor) -> BannedList | None:
    """Give what is known of the list; None where there is none."""
    permit(by, Act.BAN_PASSWORDS)
    with services.database.read() as transaction:
        return banned_list(transaction.ledger)


def banned_list(ledger: Ledger) -> BannedList | None:
    """Give what a ledger knows of the list; None where there is none."""
    stored = ledger.fact(STATE_FACT)
    if not stored:
        return None
    state = json.loads(stored)
    return BannedList(count=state["count"], updated_at=datetime.fromisoformat(state["updated_at"]))


def is_banned(services: Services, password: str) -> bool:
    """Say whether a password is on the list, in upper or lower case."""
    folded = _folded(password)
    with services.database.read() as transaction:
        return "\n" not in folded and f"\n{folded}\n" in transaction.ledger.fact(LIST_FACT)


def _read(content: bytes) -> set[str]:
    """Read the lines; raises BannedPasswordsMalformedError with the number of the first that is none."""
    if len(content) > MOST_BYTES:
        raise BannedPasswordsMalformedError(line=1, problem=f"the file has more than {MOST_BYTES} bytes")
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    banned = {_password(line.removesuffix(b"\r"), number) for number, line in enumerate(lines, 1)} - {""}
    if not banned:
        raise BannedPasswordsMalformedError(line=1, problem="the file holds no password")
    return banned


def _password(line: bytes, number: int) -> str:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BannedPasswordsMalformedError(line=number, problem="it is not UTF-8") from error
    if len(text) > LONGEST:
        raise BannedPasswordsMalformedError(line=number, problem=f"it has more than {LONGEST} characters")
    if any(unicodedata.category(one) == "Cc" for one in text):
        raise BannedPasswordsMalformedError(line=number, problem="it holds a control character; one password a line")
    return _folded(text)


def _folded(password: str) -> str:
    return unicodedata.normalize("NFKC", password).casefold()


def _as_text(banned: set[str]) -> str:
    return "\n".join(["", *sorted(banned), ""])
