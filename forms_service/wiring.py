"""Settings to services, and the two entry points; the only place that knows every floor."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import forms_service
from forms_service import cli
from forms_service.archive.checkpoints import CheckpointFolder
from forms_service.archive.database import SqliteDatabase
from forms_service.archive.folder_store import FolderArchive
from forms_service.archive.go_live_file import GoLiveFile
from forms_service.archive.pick_up_folder import PickUpFolderOnDisk
from forms_service.cli.findings import Finding
from forms_service.documents.config_tables import read_roles, read_screening
from forms_service.documents.content_stamp import ContentTimeStamps
from forms_service.documents.engines import Engines
from forms_service.documents.fonts import FontFolder
from forms_service.documents.form_folder import FormFolders
from forms_service.documents.html_renderer import HtmlRenderer
from forms_service.documents.inspect import PdfInspector
from forms_service.documents.office import LibreOffice, OfficeProgram
from forms_service.documents.reading import PyphenReadingGrade
from forms_service.documents.seal import PadesSealer
from forms_service.documents.seal_certificates import SealCertificates
from forms_service.documents.seal_key import make_test_seal, open_seal_key
from forms_service.documents.seal_lift import LiftSettings, PadesLifter
from forms_service.documents.stamp import PdfStamper
from forms_service.documents.trust_anchors import read_anchors
from forms_service.documents.word_renderer import WordRenderer
from forms_service.domain.record import SealLevel
from forms_service.errors import FormsServiceError
from forms_service.ports import PracticeCase, Services
from forms_service.secret_files import refuse_exposed
from forms_service.settings import ROOT, Settings, read_settings
from forms_service.setup_check import check_setup
from forms_service.signin.oidc import OidcSignOn
from forms_service.signin.one_time_codes import TotpCodes
from forms_service.signin.passkeys import WebAuthnPasskeys
from forms_service.signin.passwords import KeptPasswords
from forms_service.signin.tablet_keys import TabletKeyFiles
from forms_service.tls.server_files import ServerCertificate
from forms_service.workflow.signed_on import check_mapped_roles

if TYPE_CHECKING:
    from flask import Flask

ENGINES = ("weasyprint", "pydyf", "pypdf", "pyhanko", "fonttools", "segno")


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Give the present instant, aware, in UTC."""
        return datetime.now(UTC)


class SystemChance:
    """The operating system's randomness."""

    def bits(self, count: int) -> int:
        """Give a whole number of that many random bits."""
        return secrets.randbits(count)


def build_services(settings: Settings) -> Services:
    """Build every port.

    Raises:
        ConfigurationError, SealingError: The service is not set up so that it may run.
    """
    clock = SystemClock()
    if not settings.production and settings.seal_token is None and not settings.seal_key.exists():
        make_test_seal(settings.seal_key, settings.seal_passphrase, now=clock.now())
    fonts = FontFolder(settings.fonts)
    office = LibreOffice(fonts.place, program=OfficeProgram(soffice=settings.soffice))
    level = SealLevel(settings.seal_level)
    sealer = PadesSealer(open_seal_key(settings), "" if level is SealLevel.B_B else settings.tsa_url)
    anchors = read_anchors(settings.seal_trusted)
    certificates = SealCertificates(settings.seal_key.with_suffix(".certificates"))
    certificates.keep(sealer.certificate)
    trusted = certificates.every(production=settings.production)
    roles = read_roles(settings.config / "roles.toml")
    if settings.sign_on:
        check_mapped_roles(settings.sign_on, roles)
    return Services(
        settings=settings,
        build={"forms-service": forms_service.__version__, **{name: version(name) for name in ENGINES}},
        clock=clock,
        chance=SystemChance(),
        forms=FormFolders(settings.templates, fonts.digests, families=fonts.family_names),
        reading=PyphenReadingGrade(),
        screening=read_screening(settings.config / "screening.toml", victim_rule=settings.victim_rule),
        roles=roles,
        renderer=Engines({"html": HtmlRenderer(fonts), "docx": WordRenderer(fonts, office)}),
        stamper=PdfStamper(fonts),
        sealer=sealer,
        lifter=PadesLifter(LiftSettings(level=level, tsa_url=settings.tsa_url, anchors=anchors), sealer.certificate),
        time_stamps=ContentTimeStamps(settings.tsa_url, anchors),
        inspector=PdfInspector(trusted, limit_bytes=settings.upload_limit_bytes, anchors=anchors),
        archive=FolderArchive(settings.archive),
        database=SqliteDatabase(settings.database, zone=settings.zone),
        checkpoints=CheckpointFolder(settings.checkpoints),
        go_live_file=GoLiveFile(settings.seal_key.with_name("go-live.p7m")),
        passwords=KeptPasswords(settings.password_hash),
        tls=ServerCertificate(settings),
        passkeys=WebAuthnPasskeys(settings.origin, _agency(settings)),
        one_time_codes=TotpCodes(_agency(settings)),
        sign_on=OidcSignOn(settings.sign_on, settings.origin) if settings.sign_on else None,
        tablet_keys=TabletKeyFiles(settings.envelope_keys, settings.receipt_keys),
        practice_cases=_practice_cases,
        pick_up=_pick_up(settings),
    )


def _pick_up(settings: Settings) -> PickUpFolderOnDisk | None:
    folder, lock = settings.pick_up_folder, settings.database.with_name("copies.lock")
    return PickUpFolderOnDisk(folder, lock=lock) if folder else None


def _agency(settings: Settings) -> str:
    return settings.agency.get("name", "") or "Forms service"


def _practice_cases() -> Iterator[PracticeCase]:
    """Give a few synthetic cases of ``examples/``, where they lie beside the product."""
    wanted = {"values.json", "mark.values.json", "es.values.json"}
    for file in sorted(one for one in (ROOT / "examples").glob("*/*values.json") if one.name in wanted):
        signatures = file.with_name(file.name.replace("values.json", "signatures.json"))
        language = "es" if file.name.startswith("es") else "en"
        yield PracticeCase(
            form=file.parent.name,
            language=language,
            values=json.loads(file.read_text("utf-8")),
            signatures=json.loads(signatures.read_text("utf-8")),
        )


@cache
def services() -> Services:
    """Give the services of this process, built from its environment at first use."""
    return build_services(read_settings(os.environ))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the console script."""
    try:
        return cli.run(services, sys.argv[1:] if argv is None else argv, check_setup=_check_setup)
    except FormsServiceError as error:
        return cli.refuse(error)


def _check_setup() -> Iterator[Finding]:
    return check_setup(os.environ, now=SystemClock().now())


def app() -> Flask:
    """Build the web application for gunicorn."""
    from forms_service.web.app import create_app  # noqa: PLC0415  # the shell needs no web framework
    from forms_service.web.timer import start_timer  # noqa: PLC0415  # as above

    refuse_exposed(services().settings.secret_files)
    made = create_app(services().settings, services())
    start_timer(made)
    return made
