"""Looks at everything a start needs and gives every finding together; makes and changes nothing.

Only a token that refuses its PIN is noted (``documents/pkcs11_key.py``), so that the next look does not try it again.

One part's failure never hides another's: each is looked at by itself.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from forms_service.archive.database import SqliteDatabase
from forms_service.archive.sqlite_file import is_up_to_date, unreadable_reason
from forms_service.cli.findings import Finding, good, problem, warning
from forms_service.documents.config_tables import read_roles, read_screening
from forms_service.documents.fonts import FontFolder
from forms_service.documents.form_folder import FormFolders
from forms_service.documents.office import OfficeProgram
from forms_service.documents.seal import PadesSealer
from forms_service.documents.seal_key import open_seal_key
from forms_service.documents.seal_lift import LiftSettings, PadesLifter
from forms_service.documents.trust_anchors import read_anchors
from forms_service.domain.record import SealLevel
from forms_service.errors import FaultsError, FormsServiceError
from forms_service.secret_files import exposures
from forms_service.settings import SEAL_LEVELS, Settings, read_with_problems
from forms_service.signin.oidc import OidcSignOn
from forms_service.tls.server_files import ServerCertificate
from forms_service.workflow.banned_passwords import banned_list
from forms_service.workflow.sign_in import Standing, standing
from forms_service.workflow.signed_on import check_mapped_roles

TSA_SECONDS = 5
AUTHORITY_ENDS_SOON = timedelta(days=90)  # every device must learn the next one


def check_setup(environment: Mapping[str, str], *, now: datetime) -> Iterator[Finding]:
    """Give what was found, in the order of the parts."""
    settings, problems = read_with_problems(environment)
    yield from (problem("settings", one) for one in problems)
    for name, look in _PARTS.items():
        found = list(_looked(name, look, settings, now))
        yield from found or [good(name, "as it should be")]


def _looked(
    name: str, look: Callable[[Settings, datetime], Iterator[Finding]], settings: Settings, now: datetime
) -> Iterator[Finding]:
    try:
        yield from look(settings, now)
    except FaultsError as error:
        yield from (problem(name, str(fault)) for fault in error.faults)
    except (FormsServiceError, OSError) as error:
        yield problem(name, str(error))


def _origin(settings: Settings, _now: datetime) -> Iterator[Finding]:
    https = settings.origin.startswith("https://")
    if not https and (settings.production or not settings.is_local):
        yield problem("origin", f"{settings.origin}: beyond localhost, and for real records anywhere, https is needed")
    if https and not settings.trusted_proxy:
        yield warning("origin", "no trusted_proxy is named: start with --tls")


def _screening(settings: Settings, _now: datetime) -> Iterator[Finding]:
    read_screening(settings.config / "screening.toml", victim_rule=settings.victim_rule)
    yield from ()


def _roles(settings: Settings, _now: datetime) -> Iterator[Finding]:
    read_roles(settings.config / "roles.toml")
    yield from ()


def _staff(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Name the acts that nobody who may sign in can perform, or no two people together."""
    if not settings.database.exists() or not is_up_to_date(settings.database):
        return
    with SqliteDatabase(settings.database, zone=settings.zone).read() as transaction:
        accounts = transaction.ledger.accounts()
    staff = [one.roles for one in accounts if standing(one, now) is Standing.ACTIVE]
    unstaffed = read_roles(settings.config / "roles.toml").unstaffed(staff)
    if unstaffed:
        yield warning("staff", f"nobody can, or no two people together: {', '.join(unstaffed)}")


def _banned_passwords(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Advise a list, and a newer one each quarter."""
    found = None
    if settings.database.exists() and is_up_to_date(settings.database):
        with SqliteDatabase(settings.database, zone=settings.zone).read() as transaction:
            found = banned_list(transaction.ledger)
    if found is None:
        yield warning("banned passwords", "there is no list yet: account banned-passwords --update FILE")
    elif found.is_old(now):
        words = f"the list is of {found.updated_at:%Y-%m-%d}; a newer one is due each quarter"
        yield warning("banned passwords", words)


def _forms(settings: Settings, _now: datetime) -> Iterator[Finding]:
    fonts = FontFolder(settings.fonts)
    forms = FormFolders(settings.templates, fonts.digests, families=fonts.family_names).forms()
    if not forms:
        yield problem("forms", f"{settings.templates} holds no form")
    needing = [f"{one.definition.form} {one.definition.version}" for one in forms if one.definition.engine == "docx"]
    if needing and not OfficeProgram(soffice=settings.soffice).is_there:
        yield warning(
            "forms", f"LibreOffice is not installed (script/bootstrap --word), and needed by: {', '.join(needing)}"
        )


def _secrets(settings: Settings, _now: datetime) -> Iterator[Finding]:
    yield from (problem("secret files", one) for one in exposures(settings.secret_files))


def _seal(settings: Settings, _now: datetime) -> Iterator[Finding]:
    anchors = read_anchors(settings.seal_trusted)
    if not settings.production and settings.seal_token is None and not settings.seal_key.exists():
        yield good("seal", "the first practice start makes TEST SEAL")
        return
    sealer = PadesSealer(open_seal_key(settings), settings.tsa_url)
    sealer.ping()
    if settings.production and sealer.is_test_seal:
        yield problem("seal", "production = true, but the seal is TEST SEAL")
    wanted = SealLevel(settings.seal_level) if settings.seal_level in SEAL_LEVELS else SealLevel.B_B
    lifter = PadesLifter(LiftSettings(level=wanted, tsa_url=settings.tsa_url, anchors=anchors), sealer.certificate)
    if not lifter.level_wanted.reaches(wanted):
        most = (
            f"no authority tells whether its certificate was withdrawn, so that its seals reach {lifter.level_wanted}"
        )
        yield warning("seal", f"level = {wanted}, but {most}")


def _tsa(settings: Settings, _now: datetime) -> Iterator[Finding]:
    if not settings.tsa_url:
        yield warning("time stamps", "no tsa_url: seals are B-B, without an outside witness of the time")
        return
    parts = urlsplit(settings.tsa_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), TSA_SECONDS).close()
    except OSError as error:
        yield warning("time stamps", f"{parts.hostname}:{port} can not be reached: {error}")


def _folders(settings: Settings, _now: datetime) -> Iterator[Finding]:
    for name, folder in (
        ("archive", settings.archive),
        ("database", settings.database.parent),
        ("checkpoints", settings.checkpoints),
    ):
        reason = _unusable(folder)
        if reason:
            yield problem(name, f"{folder} {reason}")


def _unusable(folder: Path) -> str:
    """Say why a folder can not be used, or, where there is none yet, why it can not be made."""
    if folder.is_dir():
        return "" if os.access(folder, os.R_OK | os.W_OK | os.X_OK) else "can not be read and written"
    if folder.exists():
        return "is no folder"
    above = next(one for one in folder.parents if one.exists())
    usable = above.is_dir() and os.access(above, os.W_OK | os.X_OK)
    return "" if usable else f"can not be made in {above}"


def _database(settings: Settings, _now: datetime) -> Iterator[Finding]:
    reason = unreadable_reason(settings.database) if settings.database.exists() else ""
    if reason:
        yield problem("database", f"{settings.database} can not be read: {reason}")


def _second_place(settings: Settings, _now: datetime) -> Iterator[Finding]:
    if _disk_of(settings.checkpoints) == _disk_of(settings.database):
        yield warning("checkpoints", "they lie on the disk of the database; let FORMS_CHECKPOINTS name a second place")


def _disk_of(path: Path) -> int:
    return next(one for one in (path, *path.parents) if one.exists()).stat().st_dev


def _tls(settings: Settings, now: datetime) -> Iterator[Finding]:
    certificate = ServerCertificate(settings)
    if settings.tls_certificate:
        certificate.prepare(now)
        return
    authority = certificate.authority()
    if authority and authority.expires_at - now < AUTHORITY_ENDS_SOON:
        yield warning(
            "TLS", f"the authority ends on {authority.expires_at:%Y-%m-%d}; plan for the next on every device"
        )


def _sign_on_roles(settings: Settings, _now: datetime) -> Iterator[Finding]:
    if settings.sign_on:
        check_mapped_roles(settings.sign_on, read_roles(settings.config / "roles.toml"))
        if not settings.sign_on.factor_claims:
            yield warning("sign-on roles", "no factor_claims: everybody is asked for a second step of this service too")


def _sign_on_provider(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Ask the provider itself for its discovery document and its keys."""
    if settings.sign_on:
        OidcSignOn(settings.sign_on, settings.origin).ping()
        yield good("sign-on provider", f"{settings.sign_on.issuer} answers, with addresses and keys as they should be")
    else:
        yield good("sign-on provider", "none is named: everybody signs in with an account of this service")


_PARTS: Mapping[str, Callable[[Settings, datetime], Iterator[Finding]]] = {
    "origin": _origin,
    "screening": _screening,
    "roles": _roles,
    "forms": _forms,
    "secret files": _secrets,
    "seal": _seal,
    "time stamps": _tsa,
    "folders": _folders,
    "database": _database,
    "staff": _staff,
    "banned passwords": _banned_passwords,
    "second place": _second_place,
    "TLS": _tls,
    "sign-on roles": _sign_on_roles,
    "sign-on provider": _sign_on_provider,
}
