"""What the use cases ask of the world; every adapter stands behind one of these.

Bytes go in and out whole where a document is meant (a page is far below ``Settings.upload_limit_bytes``)
and as named files where the archive is meant. No path leaves the archive but a printable locator.
Each adapter raises only errors of ``forms_service.errors``.

Longer than other files on purpose: the whole contract reads in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from forms_service.domain.copy_link import CopyLink
from forms_service.domain.device_chain import Link
from forms_service.domain.envelope import EnvelopeState
from forms_service.domain.evidence import AuditEntry
from forms_service.domain.forms import FormVersion, PaperKind
from forms_service.domain.record import Record, SealLevel
from forms_service.domain.roles import ALL_RECORDS, CLOSED_RECORDS, OWN_RECORDS, RECENT_RECORDS, RoleTable, Sight
from forms_service.domain.screening import ScreeningTable
from forms_service.domain.signature import Ink
from forms_service.domain.wording import Line
from forms_service.errors import SealingError
from forms_service.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an account or the shell's operator.

    Attributes:
        id: ``account:<id>`` or ``operator:<system user>``; what the audit trail keeps.
        permissions: What the roles allow, for an account.
        contact_since: Local time since which a contact is recent (``YYYY-MM-DDTHH:MM``).
        account: Facts that a form takes from the login (``name``, ``badge``, ``phone``); empty for an operator.
        device: Which browser on which system, in short; empty in a shell.
        source: Where from: an address, or ``shell``.
    """

    id: str
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    contact_since: str = ""
    account: Mapping[str, str] = field(default_factory=dict)
    device: str = ""
    source: str = "shell"

    @property
    def is_operator(self) -> bool:
        """Say whether this is the shell's operator."""
        return self.id.startswith("operator:")

    @property
    def is_account(self) -> bool:
        """Say whether this is somebody's account, and not a visitor or the operator."""
        return self.id.startswith("account:")

    @property
    def sight(self) -> Sight:
        """Give which records exist for this actor."""
        if self.is_operator:
            return Sight(everything=True)
        return Sight(
            own=self.id if OWN_RECORDS in self.permissions else "",
            contact_since=self.contact_since if RECENT_RECORDS in self.permissions else "",
            everything=ALL_RECORDS in self.permissions,
            closed=CLOSED_RECORDS in self.permissions,
        )


# --- the world outside -------------------------------------------------------------------------


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Give the present instant, aware, in UTC."""
        ...


class Chance(Protocol):
    """Randomness that nobody can guess."""

    def bits(self, count: int) -> int:
        """Give a whole number of that many random bits."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeCase:
    """A synthetic case of ``examples/``, parsed."""

    form: str
    language: str
    values: Mapping[str, object]
    signatures: object


class Passwords(Protocol):
    """Hashes passwords so that a stolen database does not give them away (argon2id)."""

    def hash(self, password: str) -> str:
        """Give the encoded hash of a password."""
        ...

    def verify(self, encoded: str, password: str) -> bool:
        """Compare; an empty hash (an unknown name) takes the same work and answers no."""
        ...

    def weakness(self, password: str, about: Sequence[str]) -> str:
        """Say why a password is easy to guess, empty when it is not.

        Args:
            password: As typed.
            about: What a guesser knows of the person and the place, such as names.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """What is kept of a passkey; ids and keys as base64url without padding.

    Attributes:
        public_key: COSE key.
        sign_count: How often it signed, as it said last; 0 where it does not count.
    """

    credential_id: str
    public_key: str
    sign_count: int


class Passkeys(Protocol):
    """Passkeys of this origin, the person verified by the device each time (WebAuthn level 2)."""

    def creation_options(self, challenge: bytes, owner: Account, known: Sequence[str]) -> str:
        """Give the JSON with which a browser makes a passkey; ``known`` credential ids are not made twice."""
        ...

    def request_options(self, challenge: bytes, known: Sequence[str]) -> str:
        """Give the JSON with which a browser uses one; without ``known`` ids it offers what it has for this origin."""
        ...

    def registered(self, answer: str, challenge: bytes) -> Passkey:
        """Judge a new passkey.

        Raises:
            PasskeyRefusedError: Made for another site or challenge, the person not verified, or unreadable.
        """
        ...

    def credential_id(self, answer: str) -> str:
        """Give which passkey an answer says it is from; nothing is checked by this.

        Raises:
            PasskeyRefusedError: The answer can not be read.
        """
        ...

    def asserted(self, answer: str, challenge: bytes, known: Passkey) -> int:
        """Judge an answer of a known passkey and give its new count.

        Raises:
            PasskeyRefusedError: Signed by another key, for another site or challenge, the person not verified, or a
                count that did not rise, as a copy of the passkey would show.
        """
        ...


class OneTimeCodes(Protocol):
    """Codes of an authenticator app (TOTP: SHA-1, 6 digits, 30 seconds)."""

    def address(self, secret: str, name: str) -> str:
        """Give the ``otpauth:`` address that an app takes a base32 secret from."""
        ...

    def picture(self, address: str) -> str:
        """Give the address as a QR code, a ``data:`` address of a picture."""
        ...

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """Give the 30-second step a code belongs to, one step early or late at most; None when to none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnAsked:
    """With what a browser is sent to the provider, so that only its answer fits.

    Attributes:
        state, nonce, verifier: Random, each used once.
        anew: Whether the person must prove anew who they are, even if the provider knows them.
    """

    state: str
    nonce: str
    verifier: str
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnAnswer:
    """What a browser brings back from the provider; nothing of it is checked yet."""

    state: str = ""
    code: str = ""
    error: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOn:
    """Somebody the provider vouched for.

    Attributes:
        subject: The provider's name of the person, which it gives to nobody else.
        claims: Everything the provider signed.
        authenticated_at: When they last proved there who they are; None when it does not say.
    """

    issuer: str
    subject: str
    claims: Mapping[str, object]
    authenticated_at: datetime | None


class SignOn(Protocol):
    """Single sign-on at one provider (OpenID Connect: authorization code with PKCE)."""

    def address(self, asked: SignOnAsked) -> str:
        """Give the address at the provider to which a browser is sent.

        Raises:
            SignOnAwayError: The provider does not answer, or not as it should.
        """
        ...

    def signed_on(self, asked: SignOnAsked, answer: SignOnAnswer, now: datetime) -> SignedOn:
        """Fetch and judge what the provider says of whoever brings an answer.

        Raises:
            SignOnRefusedError: An error answer, or a code or token that does not hold in every part.
            SignOnAwayError: As ``address``.
        """
        ...

    def end_address(self) -> str:
        """Give the address at which somebody ends their session at the provider; empty where there is none."""
        ...

    def ping(self) -> None:
        """Raise SignOnAwayError when the provider's addresses and keys can not be fetched anew."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceKey:
    """A device's public key.

    Attributes:
        jwk: Canonical JSON of the JWK, public parts only.
        thumbprint: RFC 7638.
    """

    jwk: str
    thumbprint: str


class TabletKeys(Protocol):
    """Signed and sealed messages between tablets and this server (JOSE: RFC 7515, 7516, 7519)."""

    def public_keys(self) -> Mapping[str, Mapping[str, str]]:
        """Give what a tablet needs: ``envelope``, to which it seals, and ``receipt``, whose signature it trusts."""
        ...

    def renew(self) -> Mapping[str, str]:
        """Put a new key before each present one, for the next start; give their names. The earlier ones stay.

        Raises:
            TabletKeysUnusableError.
        """
        ...

    def device_key(self, supplied: object) -> DeviceKey:
        """Judge a device's public key, a parsed JWK.

        Raises:
            DeviceKeyRefusedError: No public P-256 key.
        """
        ...

    def unverified_device(self, signed: str, kind: str) -> str:
        """Give which device a message says it is from; nothing is checked by this but its shape.

        Raises:
            EnvelopeUnreadableError: No compact JWS of this kind.
        """
        ...

    def verified(self, signed: str, key: str, kind: str) -> bytes:
        """Give the payload of a message that a device's key signed.

        Args:
            signed: Compact JWS.
            key: ``DeviceKey.jwk`` of the device.
            kind: The ``typ`` that its header must name, so that no message passes for another.

        Raises:
            EnvelopeUnreadableError, EnvelopeSignatureError.
        """
        ...

    def opened(self, sealed: str) -> bytes:
        """Open a compact JWE that was sealed to a key of ours, the present one or an earlier.

        Raises:
            EnvelopeNotOpenedError.
        """
        ...

    def sealed_for(self, key: str, content: bytes) -> str:
        """Encrypt content for whoever holds a key that we do not keep (compact JWE: dir, A256GCM).

        Args:
            key: 32 bytes as base64url.
            content: Anything.
        """
        ...

    def receipt(self, claims: Mapping[str, object]) -> str:
        """Sign a receipt (compact JWS)."""
        ...

    def renewed(self, receipt: str) -> str:
        """Give a receipt of ours as it is, or the same words under the present key when an earlier one signed it."""
        ...

    def credential(self, claims: Mapping[str, object]) -> str:
        """Sign an author credential (JWT)."""
        ...

    def credential_claims(self, credential: str) -> Mapping[str, object]:
        """Give the claims of an author credential that we signed; an ended one still names its author.

        Raises:
            AuthorNotProvedError.
        """
        ...


# --- documents -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBlock:
    """A signature box on a page.

    Attributes:
        label: What the box is called in the page's language, for those who hear the page.
        ink: Strokes in the block's own 1/100 mm from its top left, or None for an empty box.
    """

    id: str
    label: str
    width_hundredths_mm: int
    height_hundredths_mm: int
    ink: Ink | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What one language's page says: finished lines in reading order, and boxes."""

    language: str
    title: str
    lines: tuple[Line, ...]
    blocks: tuple[PageBlock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderJob:
    """Everything a page is made from; same job, same bytes under the same engine versions.

    Attributes:
        pages: The language that is signed first; the English control text after it, if it is another.
        made_at: Aware instant written into the file's metadata.
    """

    form: FormVersion
    kind: PaperKind
    pages: tuple[PageContent, ...]
    document_id: str
    author: str
    made_at: datetime


class Renderer(Protocol):
    """Turns finished lines and boxes into a PDF/A-3a and PDF/UA-1 file."""

    def render(self, job: RenderJob) -> bytes:
        """Render a page, before stamp and seal.

        Raises:
            RenderingError: A glyph no font has, a missing asset, an undefined name, an unsafe
                expression, or anything the engine calls an error; with the place.
        """
        ...

    def lacking(self, form: FormVersion) -> str:
        """Name the program that a form needs and this machine has not; empty when it lacks none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What stands in the stamp strip at the foot of every page.

    Attributes:
        case_number: Empty for CASE NO. OPEN.
        signed_at, sealed_at: Ready-to-print local times; empty on pages not signed yet.
        manner: How it was signed, ready to print; empty on pages not signed yet.
        digest: The twelve characters of the presented digest.
        practice: Whether PRACTICE is drawn across the page.
        mark: ``COPY``, ``VOID`` or empty.
    """

    document_id: str
    form_code: str
    form_title: str
    form_version: int
    case_number: str
    signed_at: str
    sealed_at: str
    manner: str
    digest: str
    practice: bool
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedFile:
    """A file that travels inside the PDF as an associated file (relationship Data)."""

    name: str
    media_type: str
    content: bytes
    description: str
    modified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StampedDocument:
    """A stamped PDF and how many pages it has."""

    pdf: bytes
    pages: int


class Stamper(Protocol):
    """Draws the strip, the two codes of every page, and the overprints; one module for all routes."""

    def stamp(self, page_pdf: bytes, strip: Strip, *, embed: Sequence[EmbeddedFile] = ()) -> StampedDocument:
        """Give the PDF with every page stamped, still PDF/A-3a and PDF/UA-1; same input, same bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedDocument:
    """A sealed PDF and the level its seal reached."""

    sealed_pdf: bytes
    level: SealLevel


class Sealer(Protocol):
    """Seals a PDF: PAdES, invisible, certified with no changes allowed."""

    @property
    def is_test_seal(self) -> bool:
        """Say whether the key is the TEST SEAL made at first start."""
        ...

    @property
    def level_wanted(self) -> SealLevel:
        """Give the level that the settings ask for."""
        ...

    def seal(self, pdf: bytes, *, sealed_at: datetime) -> SealedDocument:
        """Seal; when no time stamp can be had the level says so (B-B)."""
        ...

    def sign(self, content: bytes, *, signed_at: datetime) -> bytes:
        """Sign any content with the seal's key; give a CMS message that holds it (DER)."""
        ...

    def ping(self) -> None:
        """Raise SealingError when the key can not be used."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftedSeal:
    """A file after its seal was lifted, as far as it went.

    Attributes:
        pdf: Begins with the bytes that were there; equal to them when nothing was reached.
        level: That the seal has now, judged by the file.
        most: That a seal of this certificate can ever reach.
        stamp_ends_at: When the certificate of the newest archive time stamp ends; None below B-LTA.
        problem: Why the next rung was not reached; None when nothing hindered.
    """

    pdf: bytes
    level: SealLevel
    most: SealLevel
    stamp_ends_at: datetime | None
    problem: SealingError | None


class SealLifter(Protocol):
    """Appends to a sealed file what lets it prove itself for longer."""

    @property
    def level_wanted(self) -> SealLevel:
        """Give the level that the settings ask for, as far as the present seal can reach it."""
        ...

    def lift(self, sealed_pdf: bytes, *, wanted: SealLevel) -> LiftedSeal:
        """Lift a seal as far as everybody answers.

        Raises:
            InvalidInputError: ``pdf-unreadable``.
        """
        ...

    def renew(self, sealed_pdf: bytes) -> LiftedSeal:
        """Append another archive time stamp.

        Raises:
            InvalidInputError: ``pdf-unreadable``.
        """
        ...


class TimeStamps(Protocol):
    """An outside witness of the time, over any content (RFC 3161)."""

    @property
    def is_on(self) -> bool:
        """Say whether there is a server to ask."""
        ...

    def stamp(self, content: bytes) -> bytes:
        """Give a time stamp (DER, ``TimeStampResp``).

        Raises:
            SealingError: ``time-stamp-not-given``.
        """
        ...

    def judge(self, stamp: bytes, content: bytes) -> datetime:
        """Give when a content was there.

        Raises:
            EvidenceMismatchError: ``time-stamp-broken``, ``time-stamp-of-other-content``.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a sealed page must hold when it is read back (DESIGN 2.9).

    Attributes:
        texts: Every final string of the page and strip that must be found in the pages' text.
        inked_blocks: Ids of the blocks whose ink must be drawn.
        embedded: Name to SHA-256 (hex) of each embedded file.
    """

    texts: tuple[str, ...]
    ink: Mapping[str, Ink]
    embedded: Mapping[str, str]
    sha256: str
    level: SealLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVerdict:
    """What a file's own seal says, without the archive.

    Attributes:
        outcome: ``unchanged``, ``changed`` or ``not_ours``.
        reasons: Slugs, each with an entry in ``web/error_answers.py``.
        document_id: As embedded in the file; only meaningful when unchanged.
    """

    outcome: str
    reasons: tuple[str, ...]
    document_id: str
    sha256: str
    sealed_at: datetime | None
    level: SealLevel | None
    practice: bool


class Inspector(Protocol):
    """Opens PDFs again: our own after sealing, anybody's at the verify desk."""

    @property
    def trusted(self) -> tuple[str, ...]:
        """Give the SHA-256 (hex) of each certificate whose seals are ours."""
        ...

    def read_back(self, sealed_pdf: bytes, expected: Expectation) -> None:
        """Raise EvidenceMismatchError or SealingError when the bytes do not hold what they must."""
        ...

    def verify(self, supplied_pdf: bytes, *, now: datetime) -> FileVerdict:
        """Judge any file by its seal; its level as it is at that time.

        Raises:
            InvalidInputError: ``pdf-unreadable`` when it is no PDF that can be read, ``pdf-too-large``.
        """
        ...

    def signed_content(self, signed: bytes) -> bytes:
        """Give the content of a CMS message that a key of ours signed.

        Raises:
            EvidenceMismatchError: ``signed-content-broken``.
        """
        ...


class FormLibrary(Protocol):
    """The form folders."""

    def forms(self) -> tuple[FormVersion, ...]:
        """Give every form version in the folder, newest version of each form last."""
        ...

    def form(self, name: str, version: int | None = None) -> FormVersion:
        """Give a form version, the newest when none is named.

        Raises:
            UnknownFormError: When there is none.
        """
        ...

    def folder(self, folder: Path) -> FormVersion:
        """Give the form version of any folder ``<form>/<version>``.

        Raises:
            FormFolderError: With every fault, each with file and line.
        """
        ...

    def archived(self, name: str, version: int, files: Mapping[str, bytes]) -> FormVersion:
        """Give a form version from the files the archive kept, whatever became of its folder."""
        ...


class ReadingGrade(Protocol):
    """Says how hard a text is to read."""

    def grade(self, text: str, language: str) -> float | None:
        """Give the US school grade of a text; None for a language without a measure here."""
        ...


# --- the archive -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the archive answers when a version is safe on disk.

    Attributes:
        head: Version number of the object, from 1.
        locator: Printable place of the object, for people; never parsed.
    """

    object_id: str
    head: int
    locator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFinding:
    """One thing ``archive check`` found wrong.

    Attributes:
        kind: ``missing``, ``extra``, ``changed``, ``truncated``, ``swapped``, ``inventory``, ``half_done``, ``not_an_object``.
        name: The file's path under the archive root.
    """

    kind: str
    object_id: str
    name: str
    detail: str


class Archive(Protocol):
    """An OCFL 1.1 storage root, in logical names."""

    def add_version(
        self, object_id: str, *, expected_head: int, files: Mapping[str, bytes], message: str, by: str, at: datetime
    ) -> Receipt:
        """Store a version that holds exactly these files (unchanged content is not stored again).

        Args:
            object_id: ``urn:uuid:<record id>`` or another URI.
            expected_head: 0 for a new object; the head seen before otherwise.
            files: Logical name to bytes of the whole new state.
            message: What was done, for the version's inventory.
            by: Whose id stands in the inventory.
            at: When, aware.

        Raises:
            ArchiveError: ``archive-head-moved`` when the head is another, ``archive-write-failed``
                when the disk refused (full, failing); nothing is visible then.
        """
        ...

    def head(self, object_id: str) -> int:
        """Give the head's version number, 0 when there is no such object."""
        ...

    def read(self, object_id: str, name: str, *, version: int | None = None) -> bytes:
        """Give a file's bytes after checking its digest.

        Raises:
            NotFoundError: No such object, version or name.
            ArchiveError: ``archive-file-damaged`` when the bytes are not what was stored.
        """
        ...

    def names(self, object_id: str, *, version: int | None = None) -> Mapping[str, str]:
        """Give logical name to sha512 (hex) of a version, the head when none is named."""
        ...

    def objects(self) -> Iterator[str]:
        """Give the id of every object, in a stable order."""
        ...

    def locator(self, object_id: str, name: str = "") -> str:
        """Give the printable place of an object, or of a file of its head, for people."""
        ...

    def check(self) -> Iterator[ArchiveFinding]:
        """Read every byte and give each thing that is wrong, never stopping at the first."""
        ...

    def recover(self) -> Sequence[str]:
        """Finish or undo what a crash left half done; give one line for each thing done."""
        ...

    def ping(self) -> None:
        """Raise ArchiveError when nothing can be written."""
        ...


# --- the book and the ledger -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a clerk looks for; empty parts do not count, given parts must all hold.

    Attributes:
        words: Document id, case number or a fragment of it, or parts of names; accents and
            punctuation are folded; every word must match something.
        after: Document id of the last row seen, to go on from (rows are newest first).
    """

    words: str = ""
    date_of_birth: str = ""
    officer: str = ""
    form: str = ""
    state: str = ""
    signed_from: date | None = None
    signed_to: date | None = None
    after: str = ""
    limit: int = 50


class Book(Protocol):
    """The index of the archive: derived, and rebuilt from it."""

    def put(self, record: Record) -> None:
        """Write the record's row and its search keys, replacing what was there."""
        ...

    def record(self, document_id: str) -> Record | None:
        """Give the record of a document id."""
        ...

    def record_by_id(self, record_id: str) -> Record | None:
        """Give the record of a record id."""
        ...

    def has_stroke_digest(self, digest: str, *, but: str = "") -> bool:
        """Say whether a record other than ``but`` (a document id) holds this stroke set."""
        ...

    def has_card(self, card: str, *, but: str) -> bool:
        """Say whether a record other than ``but`` (a document id) has this pocket card."""
        ...

    def search(self, wanted: Search, sight: Sight) -> Sequence[Record]:
        """Give the records that match and exist in this sight, newest signature first.

        Raises:
            NotFoundError: The row to go on after does not exist in this sight.
        """
        ...

    def records(self) -> Iterator[Record]:
        """Give every record, by document id."""
        ...

    def clear(self) -> None:
        """Remove every row of the book, and of the book only."""
        ...

    def dump(self) -> Iterator[str]:
        """Give the book's rows as canonical lines, to compare two books."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedNumber:
    """A document id that was printed or presented."""

    document_id: str
    form: str
    form_version: int
    language: str
    presented_digest: str
    kind: PaperKind
    issued_at: datetime
    issued_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something sent that a person must look at, with everything that was sent.

    Attributes:
        reason: A slug.
        sent: JSON of values and signatures exactly as they came.
    """

    id: str
    document_id: str
    form: str
    reason: str
    sent: str
    held_at: datetime
    held_by: str
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form being filled in on the web.

    Attributes:
        id: Random, unguessable.
        step: Where the officer is: ``screening``, ``form``, ``read``, ``sign``.
        content: JSON: answers, values, presentation facts, strokes.
    """

    id: str
    owner: str
    form: str
    step: str
    content: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in.

    Attributes:
        last_active_at: When it was made, last signed in with, or last released.
        failed_at: Failed sign-ins since the last good one, as far as they still count.
        locked_at: When too many of them locked it; None when it is not locked.
        disabled_at: When somebody disabled it.
        ends_at: When a temporary account ends by itself.
        must_change_password: Whether somebody else typed the password, so that it is changed at the next sign-in.
        password_hash: Empty for somebody who signs on at the provider, who has no password here.
    """

    id: str
    name: str
    full_name: str
    badge: str
    phone: str
    password_hash: str
    roles: tuple[str, ...]
    created_at: datetime
    last_active_at: datetime
    failed_at: tuple[datetime, ...] = ()
    locked_at: datetime | None = None
    disabled_at: datetime | None = None
    ends_at: datetime | None = None
    must_change_password: bool = False

    @property
    def signs_on(self) -> bool:
        """Say whether its owner signs on at the provider, which alone decides that they may."""
        return not self.password_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser; only the digest of its token is kept.

    Attributes:
        id: Public name of it, by which its owner ends it; stays when the token is changed.
        method: How it was opened: ``password``, ``passkey``, ``totp``, ``code`` or ``oidc``.
        source: Where from.
        browser: Which browser on which system, in short.
        proved_at: When its owner last proved with a factor who they are; None when they did not.
        complete: Whether everything that a sign-in asks was given; until then it opens nothing else.
    """

    token_digest: str
    account_id: str
    created_at: datetime
    last_seen_at: datetime
    id: str = ""
    method: str = "password"
    source: str = ""
    browser: str = ""
    proved_at: datetime | None = None
    complete: bool = True


class FactorKind(StrEnum):
    """What a second factor is."""

    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A second factor of an account.

    Attributes:
        id: Of a passkey the SHA-256 of its credential id, so that it is found by that; else random.
        label: What its owner calls it.
        content: Of a passkey ``credential_id``, ``public_key``, ``sign_count``; of TOTP ``secret``, ``last_step``;
            of a recovery code ``digest``.
        used_at: When a code that works once was used up.
    """

    id: str
    account_id: str
    kind: str
    label: str
    content: Mapping[str, str | int]
    created_at: datetime
    last_used_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What was asked of a browser and may be answered once, until it ends.

    Attributes:
        purpose: What an answer is good for.
        account_id: Who was asked; empty while nobody is known yet.
        content: What an answer must fit: random bytes as hexadecimal digits, or a TOTP secret.
    """

    id: str
    purpose: str
    account_id: str
    content: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A tablet that may add envelopes.

    Attributes:
        public_key: ``DeviceKey.jwk``.
        label: What people call it.
        enrolled_by: Actor id of whoever made its code.
        app_version, unsent, told_counter: As it said last; the counter is that of its newest envelope.
        missing: Counters that are not here, at its last contact.
        chain_faults: Counters that came twice or do not follow.
        revoke_reason: A slug; empty while it is not revoked.
    """

    id: str
    public_key: str
    thumbprint: str
    label: str
    enrolled_at: datetime
    enrolled_by: str
    app_version: str
    last_seen_at: datetime
    unsent: int = 0
    told_counter: int = 0
    missing: int = 0
    chain_faults: int = 0
    revoked_at: datetime | None = None
    revoked_by: str = ""
    revoke_reason: str = ""

    @property
    def lost(self) -> int:
        """Give how many envelopes are neither here nor, as it said last, still on the device."""
        return max(self.missing - self.unsent, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEnvelope:
    """An envelope as it came, and what became of it.

    Attributes:
        digest: SHA-256 of the compact JWS; what it is known by.
        signed: The compact JWS; empty once it lies in the archive, was counted or discarded.
        reason: Slug of why it is held; empty when it is not.
        detail: Slug of what was said where the reason is a general one.
        receipt: The first receipt, which every later asking is answered with.
        author: Actor id of the author, once that was proved.
    """

    digest: str
    envelope_id: str
    device_id: str
    counter: int
    previous: str
    kind: str
    document_id: str
    signed: str
    received_at: datetime
    state: EnvelopeState
    reason: str = ""
    detail: str = ""
    record_id: str = ""
    receipt: str = ""
    author: str = ""
    settled_at: datetime | None = None
    settled_by: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether something may still become of it."""
        return self.state in (EnvelopeState.RECEIVED, EnvelopeState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFacts:
    """One act for the audit trail; ids only, never names, numbers of cases or words typed."""

    act: str
    object_kind: str
    object_id: str
    outcome: str = "done"
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSearch:
    """Which entries of the audit trail are wanted; empty parts do not count, given parts must all hold.

    Attributes:
        actor: Whole id; one that ends in a colon (``operator:``) stands for every actor that begins so.
        about: Ids: entries on one of them, and searches that showed one of them.
        from_at, to_at: Aware; the first instant that counts, and the first that does not any more.
        after: Only entries with a higher sequence; 0 for all.
        before: Only entries with a lower sequence, to go on from the last row seen; 0 for all.
    """

    actor: str = ""
    act: str = ""
    object_kind: str = ""
    object_id: str = ""
    outcome: str = ""
    source: str = ""
    about: tuple[str, ...] = ()
    from_at: datetime | None = None
    to_at: datetime | None = None
    after: int = 0
    before: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """An entry of the audit trail with its stored hash."""

    entry: AuditEntry
    hash: str


class Ledger(Protocol):
    """True in itself: audit, accounts, sessions, devices, envelopes, drafts, issued numbers, nameless counts, held things."""

    def audit(self, by: Actor, at: datetime, what: AuditFacts) -> None:
        """Append an entry to the chain, in this transaction."""
        ...

    def audit_entries(self) -> Iterator[Mapping[str, object]]:
        """Give every entry in order, as ``domain.evidence.AuditEntry`` fields."""
        ...

    def audit_search(self, wanted: TrailSearch) -> Sequence[AuditRow]:
        """Give the entries that match, newest first, at most ``limit``; go on with ``before``."""
        ...

    def issue(self, number: IssuedNumber) -> None:
        """Enter a number; raises ArchiveError ``number-already-issued`` when it is there with other content."""
        ...

    def issued(self, document_id: str) -> IssuedNumber | None:
        """Give what was entered for a document id."""
        ...

    def reserve_record_id(self, document_id: str, record_id: str) -> str:
        """Give the record id that belongs to a document id: the one given, or the one reserved before.

        A crash between the archive and the row then finds its object again.
        """
        ...

    def count(self, rule: str, month: str) -> None:
        """Raise the nameless count of a screening rule in a month (``YYYY-MM``)."""
        ...

    def counts(self) -> Sequence[tuple[str, str, int]]:
        """Give rule, month and count."""
        ...

    def hold(self, held: Held) -> None:
        """Keep something for a person to look at."""
        ...

    def held(self) -> Sequence[Held]:
        """Give what waits, oldest first."""
        ...

    def settle(self, held_id: str, at: datetime) -> None:
        """Mark a held thing as settled; it stays in the ledger."""
        ...

    def put_draft(self, draft: Draft) -> None:
        """Write a draft, replacing what was there."""
        ...

    def draft(self, draft_id: str) -> Draft | None:
        """Give a draft."""
        ...

    def drafts(self, owner: str) -> Sequence[Draft]:
        """Give an owner's drafts, newest first."""
        ...

    def drop_draft(self, draft_id: str) -> None:
        """Erase a draft and everything in it."""
        ...

    def put_account(self, account: Account) -> None:
        """Write an account."""
        ...

    def account(self, account_id: str) -> Account | None:
        """Give an account by id."""
        ...

    def account_named(self, name: str) -> Account | None:
        """Give an account by its sign-in name."""
        ...

    def accounts(self) -> Sequence[Account]:
        """Give every account by its sign-in name."""
        ...

    def accounts_from(self, name: str, count: int) -> Sequence[Account]:
        """Give so many accounts by sign-in name, from a name on, that one included."""
        ...

    def has_accounts(self) -> bool:
        """Say whether anybody can sign in."""
        ...

    def account_signed_on(self, issuer: str, subject: str) -> Account | None:
        """Give the account of somebody a provider vouches for."""
        ...

    def put_sign_on(self, issuer: str, subject: str, account_id: str) -> None:
        """Note whose account somebody of a provider has; it is theirs for good."""
        ...

    def put_session(self, session: Session) -> None:
        """Write a session."""
        ...

    def session(self, token_digest: str) -> Session | None:
        """Give a session."""
        ...

    def drop_sessions_of(self, account_id: str) -> None:
        """End every session of an account."""
        ...

    def drop_session(self, token_digest: str) -> None:
        """End a session."""
        ...

    def touch_session(self, token_digest: str, at: datetime) -> None:
        """Note that a session was used; one that ended meanwhile stays ended."""
        ...

    def sessions_of(self, account_id: str) -> Sequence[Session]:
        """Give every session of an account, the newest first."""
        ...

    def drop_ended_sessions(self, *, began: datetime, half_began: datetime, seen: datetime) -> None:
        """Forget sessions that began or were last used before a time; incomplete ones that began before another."""
        ...

    def put_factor(self, factor: Factor) -> None:
        """Write a factor."""
        ...

    def factor(self, factor_id: str) -> Factor | None:
        """Give a factor."""
        ...

    def factors_of(self, account_id: str) -> Sequence[Factor]:
        """Give an account's factors, oldest first."""
        ...

    def drop_factor(self, factor_id: str) -> None:
        """Forget a factor."""
        ...

    def put_challenge(self, challenge: Challenge, now: datetime) -> None:
        """Keep a challenge; those that ended by now are forgotten."""
        ...

    def drop_ended_challenges(self, now: datetime) -> None:
        """Forget challenges that ended by now."""
        ...

    def take_challenge(self, challenge_id: str) -> Challenge | None:
        """Give a challenge once; it is forgotten with this."""
        ...

    def put_device(self, device: Device) -> None:
        """Write a device."""
        ...

    def device(self, device_id: str) -> Device | None:
        """Give a device."""
        ...

    def device_with_key(self, thumbprint: str) -> Device | None:
        """Give the device of a key."""
        ...

    def devices_from(self, device_id: str, count: int) -> Sequence[Device]:
        """Give so many devices by label, from one on, that one included; from the first when it is none."""
        ...

    def devices_with_losses(self) -> Sequence[Device]:
        """Give the devices of which an envelope is lost, or whose chain has a fault."""
        ...

    def put_envelope(self, envelope: StoredEnvelope) -> None:
        """Write an envelope."""
        ...

    def envelope(self, digest: str) -> StoredEnvelope | None:
        """Give an envelope."""
        ...

    def envelope_named(self, envelope_id: str) -> StoredEnvelope | None:
        """Give the first envelope that came under an id."""
        ...

    def envelopes_of(self, document_id: str) -> Sequence[StoredEnvelope]:
        """Give every envelope of a paper, in the order they came."""
        ...

    def envelopes_in(self, state: EnvelopeState) -> Sequence[StoredEnvelope]:
        """Give every envelope in a state, in the order they came."""
        ...

    def envelopes_without_receipt(self) -> Sequence[StoredEnvelope]:
        """Give what was kept and not answered yet, in the order it came."""
        ...

    def put_copy_link(self, link: CopyLink) -> None:
        """Write a link to a person's copy; what is emptied the database overwrites."""
        ...

    def copy_link(self, token_sha256: str) -> CopyLink | None:
        """Give a link by the digest of its token."""
        ...

    def copy_links_of(self, record_id: str) -> Sequence[CopyLink]:
        """Give every link to a record's copy, the newest first."""
        ...

    def open_copy_links(self) -> Sequence[CopyLink]:
        """Give the links that nothing has ended yet, the oldest first; their time may be over."""
        ...

    def drop_copy_links_of(self, record_id: str) -> None:
        """Forget every link to a record's copy."""
        ...

    def take_card(self, card: str, record_id: str) -> str:
        """Give whose pocket card it is: the record given, or the one that had it before."""
        ...

    def links_of(self, device_id: str) -> Sequence[Link]:
        """Give the chain of a device's envelopes."""
        ...

    def fact(self, name: str) -> str:
        """Give a fact of the installation (``practice``, ``first_account_code_digest``), empty when not set."""
        ...

    def set_fact(self, name: str, value: str) -> None:
        """Set a fact of the installation."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """The book and the ledger inside one database transaction."""

    book: Book
    ledger: Ledger


class Database(Protocol):
    """One database that holds the book and the ledger."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a writing transaction (BEGIN IMMEDIATE); commit at the end, roll back on any error."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a reading transaction."""
        ...

    def ping(self) -> None:
        """Raise ArchiveError when the database does not answer."""
        ...


class Checkpoints(Protocol):
    """The second place, where signed checkpoints of the audit trail lie."""

    def put(self, count: int, signed: bytes) -> None:
        """Keep the checkpoint of a trail of so many entries; the same count again is kept beside it.

        Raises:
            ArchiveError: ``checkpoint-write-failed``.
        """
        ...

    def signed(self) -> Sequence[tuple[str, bytes]]:
        """Give name and content of each checkpoint, oldest first."""
        ...

    def leftovers(self) -> Sequence[str]:
        """Give the names of what a crash left half-written."""
        ...

    def put_stamp(self, name: str, stamp: bytes) -> None:
        """Keep a time stamp beside the checkpoint of that name; never over another one.

        Raises:
            ArchiveError: ``checkpoint-write-failed``.
        """
        ...

    def stamps(self) -> Mapping[str, bytes]:
        """Give the time stamps, by the name of the checkpoint that each lies beside."""
        ...

    def ping(self) -> None:
        """Raise ArchiveError when nothing can be kept there."""
        ...

    def shares_disk_with(self, other: Path) -> bool:
        """Say whether the checkpoints lie on the same disk as another file; what is not there yet is on none."""
        ...


class SignedFile(Protocol):
    """One signed file in its place."""

    def put(self, signed: bytes) -> str:
        """Keep the file, in place of an earlier one; give its printable place."""
        ...

    def read(self) -> bytes:
        """Give the file's content, empty when there is none."""
        ...


class PickUpFolder(Protocol):
    """A folder that another web server serves: the page that opens a copy, and ciphertext."""

    def turn(self) -> AbstractContextManager[None]:
        """Be the only one that pushes until the end: everything else here is called in such a turn.

        Raises:
            ArchiveError: ``pick-up-write-failed``.
        """
        ...

    def put_page(self) -> None:
        """Bring the page and what it needs up to date; raises as ``turn``."""
        ...

    def put(self, token_sha256: str, ciphertext: str) -> None:
        """Put a copy there, in one step; raises as ``turn``."""
        ...

    def remove(self, token_sha256: str) -> None:
        """Take a copy away; raises as ``turn``."""
        ...

    def names(self) -> frozenset[str]:
        """Give the digests of the tokens whose copies lie there; raises as ``turn``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The small authority of our own, as it is handed out to devices; nothing in it is secret.

    Attributes:
        file: Where the certificate lies.
        content: The certificate (DER).
        sha256: Its fingerprint, 64 hexadecimal digits.
    """

    file: Path
    content: bytes
    sha256: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFiles:
    """What a TLS server is started with (PEM)."""

    certificate: Path
    key: Path


class TlsFiles(Protocol):
    """The server's certificate: the city's, or one of a small authority of our own."""

    def prepare(self, now: datetime) -> ServerFiles:
        """Give the files to serve with; our own are made, and renewed when less than 30 days remain.

        Raises:
            TlsFilesUnusableError: They do not fit each other or the address, or are out of date.
        """
        ...

    def authority(self) -> Authority | None:
        """Give what devices must trust; None while there is none, or where the city's certificate serves.

        Raises:
            TlsFilesUnusableError: It can not be read.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every port, built once by ``wiring`` and handed to the web and the shell.

    Attributes:
        build: Name to version of this product and of the engines, for the evidence.
        sign_on: None where no provider is configured.
        pick_up: None where no folder is set to push copies to; it is emptied where links are off.
    """

    settings: Settings
    build: Mapping[str, str]
    clock: Clock
    chance: Chance
    forms: FormLibrary
    reading: ReadingGrade
    screening: ScreeningTable
    roles: RoleTable
    renderer: Renderer
    stamper: Stamper
    sealer: Sealer
    lifter: SealLifter
    time_stamps: TimeStamps
    inspector: Inspector
    archive: Archive
    database: Database
    checkpoints: Checkpoints
    go_live_file: SignedFile
    passwords: Passwords
    tls: TlsFiles
    passkeys: Passkeys
    one_time_codes: OneTimeCodes
    sign_on: SignOn | None
    tablet_keys: TabletKeys
    practice_cases: Callable[[], Iterable[PracticeCase]]
    pick_up: PickUpFolder | None = None
