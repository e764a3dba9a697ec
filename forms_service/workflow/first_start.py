"""What is settled before the service opens: practice or production, and a few synthetic cases to click on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forms_service.errors import FormVersionNotInUseError, NotSafeBeyondLocalhostError, PracticeMixedError
from forms_service.ports import Actor, PracticeCase, Services
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.go_live import refuse_unready

PRACTICE_FACT = "practice"
_WORDS: Mapping[bool, str] = {True: "practice", False: "production"}


def refuse_unsafe(services: Services, *, tls: bool = False) -> None:
    """Refuse to open where real records could be lost among practice ones, or read on the wire.

    Args:
        services: Every port.
        tls: The service ends TLS itself, without a proxy.

    Raises:
        NotSafeBeyondLocalhostError, PracticeMixedError, NotReadyToGoLiveError.
    """
    settings = services.settings
    https = settings.origin.startswith("https://")
    if (tls and not https) or not (settings.is_local or (https and (tls or settings.trusted_proxy))):
        raise NotSafeBeyondLocalhostError(origin=settings.origin)
    if settings.production and services.sealer.is_test_seal:
        raise PracticeMixedError(problem="production = true, but the seal is TEST SEAL")
    if settings.production and not settings.origin.startswith("https://"):
        raise PracticeMixedError(problem="production = true needs an https origin")
    settle_practice(services)
    if settings.production:
        refuse_unready(services)
        refuse_changed_forms(services)


def refuse_changed_forms(services: Services) -> None:
    """Refuse a form folder that was changed under a version that signed records bear (DESIGN 4).

    Raises:
        FormVersionNotInUseError: The folder's digest is not the one its records name.
    """
    digests = {(one.form, one.version): one.digest for one in (form.definition for form in services.forms.forms())}
    with services.database.read() as transaction:
        for record in transaction.book.records():
            known = digests.get((record.form, record.form_version), record.form_digest)
            if known != record.form_digest:
                reason = "its folder was changed under signed records; make a new version"
                raise FormVersionNotInUseError(form=record.form, version=record.form_version, reason=reason)


def settle_practice(services: Services) -> None:
    """Write down, once, whether this installation practises; refuse the other afterwards."""
    practice = not services.settings.production
    word = _WORDS[practice]
    with services.database.write() as transaction:
        known = transaction.ledger.fact(PRACTICE_FACT)
        mixed = any(record.practice is not practice for record in transaction.book.records())
        if mixed or known not in ("", word):
            raise PracticeMixedError(
                problem=f"production = {str(not practice).lower()}, but {known or 'other'} records are here"
            )
        if not known:
            transaction.ledger.set_fact(PRACTICE_FACT, word)


def seed_practice(services: Services, by: Actor, cases: Iterable[PracticeCase]) -> int:
    """Complete the synthetic cases in an archive that is empty; give how many were made."""
    with services.database.read() as transaction:
        if services.settings.production or any(True for _ in transaction.book.records()):
            return 0
    made = 0
    for case in cases:
        request = CompletionRequest(
            form=case.form, values=case.values, signatures=case.signatures, language=case.language
        )
        complete(services, by, request)
        made += 1
    return made
