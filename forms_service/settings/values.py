"""What the service is told from outside, once it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from forms_service.settings.bh_numbers import BhNumber
from forms_service.settings.copy_link import CopyLinkSettings
from forms_service.settings.seal_token import SealToken
from forms_service.settings.sign_on import LOOPBACK, SignOnSettings

SEAL_LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
SOFFICE = Path("/usr/lib/libreoffice/program/soffice.bin")  # where Debian puts it


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the service is told from outside.

    Attributes:
        tls_certificate, tls_key: The city's own for ``serve --tls``; None where the small authority of our own serves.
        seal_token: Where the seal's key lies in a token; None where it is the PKCS#12 file ``seal_key``, beside whose
            place certificates and signed statements are kept in either case.
        seal_level: One of ``SEAL_LEVELS``: how long a seal proves itself.
        seal_trusted: Certificates that time stamps and the seal's own certificate must lead to.
        renew_days: An archive time stamp is renewed when its certificate ends within so many days.
        agency: Facts that forms print (``name``, ``bh_phone_weekday``, ...).
        bh_numbers: Behavioral Health's numbers by weekday and hour, in the order they are to be tried.
        case_number_pattern: Regular expression of a whole case number.
        retention: Retention class to its period and citation.
        copy_link: The link by which a person fetches their copy; None where it is off.
        pick_up_folder: Where copies are pushed to for another web server, and taken away while links are off; None
            where this service answers itself.
        sign_on: Single sign-on; None where there is none, or where what is set can not be used.
        sign_in_notice: Sentences that must be acknowledged before anybody signs in; none where it is empty.
        soffice: LibreOffice's own program, which forms need whose layout is a Word file.
        upload_limit_bytes: Largest file taken at the verify desk: 20 MiB, forty times a long agreement.
        post_limit_bytes: Largest form post: 4 MiB, since five blocks of strokes stay below 1 MiB.
    """

    config: Path
    templates: Path
    archive: Path
    database: Path
    checkpoints: Path
    production: bool
    origin: str
    trusted_proxy: str
    tls_certificate: Path | None
    tls_key: Path | None
    tsa_url: str
    seal_level: str
    seal_trusted: tuple[Path, ...]
    renew_days: int
    seal_key: Path
    seal_passphrase: Path
    seal_token: SealToken | None
    agency: Mapping[str, str]
    zone: ZoneInfo
    bh_numbers: tuple[BhNumber, ...]
    case_number_pattern: str
    victim_rule: str
    lead_min_age: int
    retention: Mapping[str, Mapping[str, object]]
    sign_in_notice: tuple[str, ...]
    verify_open_to_strangers: bool
    sign_on: SignOnSettings | None = None
    copy_link: CopyLinkSettings | None = None
    pick_up_folder: Path | None = None
    password_hash: str = "argon2id"  # noqa: S105  # a kind of hash
    soffice: Path = SOFFICE
    session_hours: int = 12
    idle_minutes: int = 30
    upload_limit_bytes: int = 20 * 1024 * 1024
    post_limit_bytes: int = 4 * 1024 * 1024

    @property
    def fonts(self) -> Path:
        """Give the folder of the bundled fonts."""
        return self.config / "fonts"

    @property
    def keys(self) -> Path:
        """Give the folder in which a test seal is made at first start."""
        return self.config / "keys"

    @property
    def envelope_keys(self) -> Path:
        """Give the file of the keys that open tablets' envelopes."""
        return self.seal_key.with_suffix(".envelope.jwks")

    @property
    def receipt_keys(self) -> Path:
        """Give the file of the keys that sign receipts to tablets."""
        return self.seal_key.with_suffix(".receipt.jwks")

    @property
    def is_local(self) -> bool:
        """Say whether the origin is this machine alone."""
        return urlsplit(self.origin).hostname in LOOPBACK

    @property
    def host(self) -> str:
        """Give the name in the origin."""
        return urlsplit(self.origin).hostname or ""

    @property
    def secret_files(self) -> tuple[Path, ...]:
        """Give every file whose content nobody but the service's user may read."""
        own = (self.keys / "authority.pem", self.keys / "server.pem", self.envelope_keys, self.receipt_keys)
        pin = [self.seal_token.pin] if self.seal_token else []
        city = [self.tls_key] if self.tls_key else []
        provider = [self.sign_on.client_secret] if self.sign_on else []
        return (self.seal_key, self.seal_passphrase, *pin, *city, *provider, *own)

    def sources(self) -> dict[str, object]:
        """Give the agency's facts by source name, for ``domain.values.complete_values``."""
        return {f"agency.{key}": value for key, value in self.agency.items()}


def beside(settings: Settings, origin: str) -> Settings:
    """Give the settings of the practice that runs beside real records: the same forms, places and seal of its own."""
    return replace(
        settings,
        production=False,
        origin=origin,
        archive=settings.archive.with_name(f"{settings.archive.name}-practice"),
        database=settings.database.with_name(f"practice-{settings.database.name}"),
        checkpoints=settings.checkpoints.with_name(f"{settings.checkpoints.name}-practice"),
        seal_key=settings.seal_key.with_name("practice-seal.p12"),
        seal_passphrase=settings.seal_passphrase.with_name("practice-seal.pass"),
        seal_token=None,
        tsa_url="",
        seal_level=SEAL_LEVELS[0],
        copy_link=None,  # the folder and its web server are for real copies
        pick_up_folder=None,
    )
