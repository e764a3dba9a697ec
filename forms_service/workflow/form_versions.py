"""Since when each form version is here, so that an older one stays good for what is still on its way.

A tablet may be without a network for weeks: what was signed on a version that has been replaced meanwhile is archived
as it was signed, for a time of grace; after that a person looks at it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from forms_service.domain.evidence import utc_text
from forms_service.errors import FormVersionRetiredError
from forms_service.ports import Services

FACT = "form_versions_seen"
GRACE = timedelta(days=45)  # a tablet works 30 days without a sign-in; the rest is for finding it


def note_form_versions(services: Services) -> Mapping[str, datetime]:
    """Write down when each form version was seen first; give all that are known."""
    now = services.clock.now()
    names = [f"{one.definition.form}/{one.definition.version}" for one in services.forms.forms()]
    with services.database.write() as transaction:
        known: dict[str, str] = json.loads(transaction.ledger.fact(FACT) or "{}")
        fresh = {name: utc_text(now) for name in names if name not in known}
        if fresh:
            transaction.ledger.set_fact(FACT, json.dumps({**known, **fresh}, sort_keys=True))
    return {name: datetime.fromisoformat(at) for name, at in {**known, **fresh}.items()}


def refuse_retired(services: Services, form: str, version: int, received_at: datetime) -> None:
    """Refuse what came long after its form version was replaced.

    Raises:
        FormVersionRetiredError.
    """
    later = [one.definition.version for one in services.forms.forms() if one.definition.form == form]
    newer = min((one for one in later if one > version), default=0)
    if newer and received_at - note_form_versions(services)[f"{form}/{newer}"] > GRACE:
        raise FormVersionRetiredError(form=form, version=version, days=GRACE.days)
