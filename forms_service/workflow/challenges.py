"""What a browser is asked and may answer once, within five minutes; kept here, never only in the browser."""

from __future__ import annotations

from datetime import timedelta

from forms_service.domain.numbers import draw_uuid
from forms_service.errors import ChallengeEndedError
from forms_service.ports import Challenge, Services

LONGEST = timedelta(minutes=5)
BITS = 256
USE_PASSKEY, ADD_PASSKEY, ADD_TOTP = "use_passkey", "add_passkey", "add_totp"


def ask(services: Services, purpose: str, account_id: str, content: str = "") -> Challenge:
    """Keep a new challenge: random bytes as hexadecimal digits where no content is given."""
    now = services.clock.now()
    asked = Challenge(
        id=draw_uuid(services.chance.bits),
        purpose=purpose,
        account_id=account_id,
        content=content or f"{services.chance.bits(BITS):0{BITS // 4}x}",
        ends_at=now + LONGEST,
    )
    with services.database.write() as transaction:
        transaction.ledger.put_challenge(asked, now)
    return asked


def take(services: Services, challenge_id: str, purpose: str, account_id: str) -> Challenge:
    """Give a challenge back, once, whatever comes of the answer.

    Raises:
        ChallengeEndedError: It was answered, ended, never was, or was asked for something or somebody else.
    """
    with services.database.write() as transaction:
        asked = transaction.ledger.take_challenge(challenge_id)
    if (
        asked is None
        or asked.ends_at <= services.clock.now()
        or (asked.purpose, asked.account_id) != (purpose, account_id)
    ):
        raise ChallengeEndedError
    return asked
