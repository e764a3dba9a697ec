"""The one tree of refusals.

* Each leaf has a stable ``slug`` that scripts, the tablet and tests rely on.
* Each leaf builds its own message from typed facts (``got``, ``expected``, ...).
* Words for people and the HTTP status live on the web floor, in ``web/error_answers.py``.
* Each adapter lets only errors of this tree out, always raised ``from`` their cause.

Longer than other files on purpose: every slug there is stands in one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

Fact = str | int | tuple[str, ...] | None


class FormsServiceError(Exception):
    """The root: something this product refuses or could not do."""

    slug: ClassVar[str] = "forms-service-error"
    template: ClassVar[str] = "the forms service could not do this"

    def __init__(self, **facts: Fact) -> None:
        self.facts = facts
        super().__init__(self.template.format(**facts))


class InvalidInputError(FormsServiceError):
    """What was given can not be accepted as it is."""

    slug = "invalid-input"


class NotFoundError(FormsServiceError):
    """Nothing of that name is here, or nothing that may be shown."""

    slug = "not-found"
    template = "{kind} {name} is not known"


class NotAllowedNowError(FormsServiceError):
    """The act is known, but not in this state, or not for this actor."""

    slug = "not-allowed-now"


class EvidenceMismatchError(FormsServiceError):
    """Two things that must agree do not; never caught below the web floor."""

    slug = "evidence-mismatch"


class RenderingError(FormsServiceError):
    """A page could not be made exactly as its form says."""

    slug = "rendering-failed"


class SealingError(FormsServiceError):
    """A document could not be sealed, or its seal is not good."""

    slug = "sealing-failed"


class ArchiveError(FormsServiceError):
    """The archive or its index could not keep or give something."""

    slug = "archive-failed"


class ConfigurationError(FormsServiceError):
    """The service is not set up so that it may run."""

    slug = "configuration-invalid"
    template = "{problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a larger input, with where it stands.

    Attributes:
        slug: The stable name of the fault, as a leaf's slug would be.
        place: Field id, JSON path or ``file:line``.
        message: What was got and what was expected, in one sentence without values of a person.
    """

    slug: str
    place: str
    message: str

    def __str__(self) -> str:
        """Say the fault in one line."""
        return f"{self.slug}: {self.place}: {self.message}"


class FaultsError(InvalidInputError):
    """An input has one or more faults, all reported together.

    ``slug`` is that of the first fault, so that a caller that can only look at one sees a real one.
    """

    slug = "input-has-faults"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        if not self.faults:
            raise RuntimeError(type(self).__name__)
        Exception.__init__(self, "; ".join(str(fault) for fault in self.faults))
        self.facts = {"faults": tuple(str(fault) for fault in self.faults)}
        self.slug = self.faults[0].slug  # type: ignore[misc]  # the instance names its first fault


class FormFolderError(FaultsError):
    """A form folder has faults."""

    slug = "form-folder-has-faults"


class ValuesError(FaultsError):
    """The values given for a form have faults."""

    slug = "values-have-faults"


class SignaturesError(FaultsError):
    """The signatures given for a form have faults."""

    slug = "signatures-have-faults"


class PersonRefusedError(NotAllowedNowError):
    """The person said no; nothing is made, a nameless count is kept (DOMAIN 1.2)."""

    slug = "person-refused"
    template = "the person did not sign; no document is made"


class SayBackMissingError(NotAllowedNowError):
    """The person could not say back what the paper means; nobody signs, it is tried again later (DOMAIN 4, 19)."""

    slug = "say-back-missing"
    template = "the person could not say back: {questions}"


class UnknownFormError(NotFoundError):
    """No form of that name is in use."""

    slug = "form-unknown"
    template = "form {form} is not known; known are {known}"


class FormVersionNotInUseError(NotAllowedNowError):
    """The form version can not be signed now (not approved, retired, or changed under use)."""

    slug = "form-version-not-in-use"
    template = "version {version} of {form} is not in use: {reason}"


class LanguageUnknownError(InvalidInputError):
    """The form has no words in that language."""

    slug = "language-unknown"
    template = "{form} has no language {language}; it has {known}"


class DocumentIdOfOtherFormError(InvalidInputError):
    """A document id begins with another form's code."""

    slug = "document-id-of-other-form"
    template = "{document_id} is not a number of {form}"


class PresentedDigestMismatchError(EvidenceMismatchError):
    """A signature is for other words than these; held for a person."""

    slug = "presented-digest-mismatch"
    template = "{document_id}: signed for the text {got}, but these values give {expected}"


class SignedOnOtherDateError(EvidenceMismatchError):
    """The pen came down on another date than the printed period counts from; held for a person."""

    slug = "signed-on-other-date"
    template = "{document_id}: the text was shown for {expected}, the pen came down on {got}"


class OtherContentError(EvidenceMismatchError):
    """A document id has a record with other content; held for a person."""

    slug = "document-has-other-content"
    template = "{document_id} is archived with other content"


class StrokesSeenBeforeError(EvidenceMismatchError):
    """A stroke set stands in another record or block already: a copied signature; held for a person."""

    slug = "strokes-seen-before"
    template = "{document_id}: the strokes of {block} were seen before"


class ScreeningContradictsError(NotAllowedNowError):
    """The answers of screening do not lead to this form (DOMAIN 1.2)."""

    slug = "screening-contradicts"
    template = "rule {rule}: {outcome}"


class CaseNumberMalformedError(InvalidInputError):
    """A case number does not look like the agency's."""

    slug = "case-number-malformed"
    template = "the case number does not match the agency's pattern {expected}"


class PersonTooYoungError(NotAllowedNowError):
    """The person is below the age the agency set for this form (DOMAIN 2.7)."""

    slug = "person-too-young"
    template = "{form} is for persons of {least} years and older"


class RecordUnreadableError(ArchiveError):
    """An object is in the archive, but its record.json can not be read."""

    slug = "record-unreadable"
    template = "{object_id}: record.json can not be read"


class AccountNameMalformedError(InvalidInputError):
    """A sign-in name holds other than lower case letters, digits, dot, hyphen and underscore."""

    slug = "account-name-malformed"
    template = "a sign-in name has 2 to 40 lower case letters, digits, dots, hyphens or underscores"


class AccountNameTakenError(InvalidInputError):
    """A sign-in name is in use."""

    slug = "account-name-taken"
    template = "the sign-in name {name} is in use"


class PasswordTooShortError(InvalidInputError):
    """A password is shorter than the least length."""

    slug = "password-too-short"
    template = "the password has {got} characters, at least {least} are needed"


class FirstAccountCodeWrongError(NotAllowedNowError):
    """The code for the first account is not the one on the console, or was used."""

    slug = "first-account-code-wrong"
    template = "that is not the code that the server printed"


class PasswordTooEasyError(InvalidInputError):
    """The password is easy to guess."""

    slug = "password-too-easy"
    template = "the password is easy to guess: {reason}"


class BannedPasswordsMalformedError(InvalidInputError):
    """A list of banned passwords does not hold one password a line."""

    slug = "banned-passwords-malformed"
    template = "line {line} of the list of banned passwords: {problem}"


class SignInRefusedError(NotAllowedNowError):
    """Name and password do not belong together, or the account may not sign in."""

    slug = "sign-in-refused"
    template = "name and password do not belong together"


class UploadMissingError(InvalidInputError):
    """No file came with a page that asks for one."""

    slug = "upload-missing"
    template = "no file was sent"


class FormPostInvalidError(InvalidInputError):
    """A post without the token of its page: too old, or not from our page."""

    slug = "form-post-invalid"
    template = "the page's token is missing or too old"


class HostUnknownError(NotFoundError):
    """A request for another host's name."""

    slug = "host-unknown"
    template = "this service does not answer on that name"


class JsonUnreadableError(InvalidInputError):
    """A file that should hold JSON does not."""

    slug = "json-unreadable"
    template = "{name}: {problem}"


class FileUnreadableError(InvalidInputError):
    """A file can not be read or written."""

    slug = "file-unreadable"
    template = "{name}: {problem}"


class PracticeMixedError(ConfigurationError):
    """Practice and real records would lie in one archive."""

    slug = "practice-mixed-with-production"
    template = "{problem}"


class NotSafeBeyondLocalhostError(ConfigurationError):
    """The origin is not this machine alone, and nothing ends TLS."""

    slug = "tls-needed-beyond-localhost"
    template = "{origin}: beyond localhost the service runs only as https, with --tls or behind a named trusted proxy"


class ArchiveNameError(InvalidInputError):
    """A logical name or object id can not stand in the archive."""

    slug = "archive-name-invalid"
    template = "{name!r} can not be a name in the archive: {reason}"


class ArchiveHeadMovedError(ArchiveError):
    """Somebody else stored a version meanwhile."""

    slug = "archive-head-moved"
    template = "{object_id}: expected version {expected}, got {got}"


class ArchiveWriteError(ArchiveError):
    """The disk refused (full, failing); nothing of the version is visible."""

    slug = "archive-write-failed"
    template = "{name} was not stored: {errno}"


class ArchiveFileDamagedError(ArchiveError):
    """A stored file is not what was stored."""

    slug = "archive-file-damaged"
    template = "{object_id}: {name} is damaged: {reason}"


class ArchiveUnreadableError(ArchiveError):
    """The archive root is no OCFL storage root of ours, or the disk does not give it."""

    slug = "archive-unreadable"
    template = "{name} can not be read: {reason}"


class CheckpointWriteError(ArchiveError):
    """A checkpoint of the audit trail could not be kept."""

    slug = "checkpoint-write-failed"
    template = "the checkpoint was not kept: {reason}"


class SignedContentBrokenError(EvidenceMismatchError):
    """A signed message was changed, or no key of ours signed it."""

    slug = "signed-content-broken"
    template = "the signed content is not sound: {problem}"


class DatabaseWriteError(ArchiveError):
    """The database refused to keep something (full, locked, failing); nothing of the transaction holds."""

    slug = "database-write-failed"
    template = "the database did not keep it: {reason}"


class DatabaseUnreadableError(ArchiveError):
    """The database can not be opened or read."""

    slug = "database-unreadable"
    template = "the database can not be read: {reason}"


class DatabaseTooNewError(ArchiveError):
    """The database was written by a newer version of this service."""

    slug = "database-too-new"
    template = "the database has schema {got}; this version knows {expected}"


class NumberAlreadyIssuedError(ArchiveError):
    """A document id was issued before for other content."""

    slug = "number-already-issued"
    template = "{document_id} was issued before for other content"


class DocumentHasRecordError(ArchiveError):
    """A document id already has another record; one document id has exactly one."""

    slug = "document-has-record"
    template = "{document_id} has record {got}, not {expected}"


class TextHasControlCharactersError(InvalidInputError):
    """A text holds a character that prints nothing, reorders the line or means nothing."""

    slug = "text-has-control-characters"
    template = "the character {code_point} can not stand on a page"


class DocumentIdMalformedError(InvalidInputError):
    """A text is no document id."""

    slug = "document-id-malformed"
    template = "expected a document id such as LEAD-7Q2F9-KDM3X-3"


class DocumentIdCheckFailedError(InvalidInputError):
    """A document id's check symbol does not fit."""

    slug = "document-id-check-failed"
    template = "the check symbol does not fit: the document id was mistyped"


class SignatureIsEmptyError(InvalidInputError):
    """A block has no ink, or nothing but dots."""

    slug = "signature-is-empty"
    template = "nothing was drawn; a dot is no signature"


class SignatureIsTooSmallError(InvalidInputError):
    """A block has less ink than the form asks for."""

    slug = "signature-is-too-small"
    template = "the drawing is too small; at least {expected} are needed"


class InkOutsideBoxError(InvalidInputError):
    """Ink lies outside its block."""

    slug = "ink-outside-box"
    template = "the ink leaves its box of {expected}"


class ScreeningAnswersError(FaultsError):
    """The answers of screening can not be used."""

    slug = "screening-answers-have-faults"


class ScreeningTableError(FaultsError):
    """The decision table has faults."""

    slug = "screening-table-has-faults"


class RoleTableError(FaultsError):
    """The table of roles has faults."""

    slug = "role-table-has-faults"


class NotPermittedError(NotAllowedNowError):
    """No role of this actor allows the act; whatever it was asked for is not looked at."""

    slug = "not-permitted"
    template = "no role of yours allows {act}"


class RoleUnknownError(InvalidInputError):
    """A role or position is not in the table of roles."""

    slug = "role-unknown"
    template = "{role} is not one of the roles {known}"


class RolesMissingError(InvalidInputError):
    """An account would have no role."""

    slug = "roles-missing"
    template = "an account needs at least one role"


class RolesConflictError(InvalidInputError):
    """One person would hold both halves of an act that two people do."""

    slug = "roles-conflict"
    template = "these roles hold both halves of {acts}, which two people do"


class SealCertificateUnusableError(ConfigurationError):
    """A certificate of the seal's earlier keys can not be read or kept."""

    slug = "seal-certificate-unusable"
    template = "{file}: {problem}"


class GoLiveLineUnknownError(InvalidInputError):
    """Nobody states that line: it is not known, or looked up in the installation."""

    slug = "go-live-line-unknown"
    template = "{line} is no line that somebody states"


class GoLiveStatementMissingError(InvalidInputError):
    """A statement without a name or without words."""

    slug = "go-live-statement-missing"
    template = "a statement needs who decided and what"


class NotReadyToGoLiveError(NotAllowedNowError):
    """Real records are not made before every line of the go-live page is green."""

    slug = "not-ready-to-go-live"
    template = "not ready for real records: {lines}"


class GoLiveFileError(ArchiveError):
    """The signed go-live statements can not be kept or read."""

    slug = "go-live-file-failed"
    template = "the go-live file did not work: {reason}"


class OwnRolesError(NotAllowedNowError):
    """Nobody changes their own roles."""

    slug = "own-roles"
    template = "nobody changes their own roles"


class NoFontsError(ConfigurationError):
    """The bundled fonts are not where they should be."""

    slug = "fonts-missing"
    template = "{folder} holds no <name>-Regular.ttf that can be read"


class GlyphMissingError(RenderingError):
    """A character that no bundled font can write."""

    slug = "glyph-missing"
    template = "{place}: no font has a glyph for {code_point}"


class TemplateSyntaxFaultError(RenderingError):
    """A layout can not be understood."""

    slug = "template-syntax"
    template = "{place}: {problem}"


class TemplateUndefinedNameError(RenderingError):
    """A layout uses a name that it is not given."""

    slug = "template-undefined-name"
    template = "{place}: {problem}"


class TemplateUnsafeError(RenderingError):
    """A layout reaches for what it must not touch."""

    slug = "template-unsafe"
    template = "{place}: {problem}"


class AssetMissingError(RenderingError):
    """A layout asks for a file that is not in its folder."""

    slug = "asset-missing"
    template = "{url} is not in the form folder"


class EngineReportedError(RenderingError):
    """The engine reported an error while it made a page."""

    slug = "engine-reported-error"
    template = "the engine reported: {report}"


class OfficeError(RenderingError):
    """LibreOffice did not make a page now; the same call may be made again."""

    slug = "office-not-usable"


class OfficeMissingError(OfficeError):
    """A form's layout is a Word file, and LibreOffice is not on this machine."""

    slug = "office-missing"
    template = "LibreOffice is not installed, and {needed_by} needs it"


class OfficeBusyError(OfficeError):
    """Too many pages wait for LibreOffice."""

    slug = "office-busy"
    template = "LibreOffice is busy; try again in {retry_after_seconds} s"


class OfficeTimedOutError(OfficeError):
    """LibreOffice did not finish a page in time, and was killed."""

    slug = "office-timed-out"
    template = "LibreOffice was stopped after {seconds} s"


class OfficeFailedError(OfficeError):
    """LibreOffice could not make a page."""

    slug = "office-failed"
    template = "LibreOffice could not make the page: {problem}"


class InkHasNoPlaceError(RenderingError):
    """A layout has no place for a signature, or more than one."""

    slug = "ink-has-no-place"
    template = "the layout places the signature of {block} {got} times, expected once"


class LineNotOnPageError(RenderingError):
    """A layout leaves a line out, or puts it in another order than the one that is signed."""

    slug = "line-not-on-page"
    template = "line {line} is not on the page where it belongs"


class PageNotStampableError(RenderingError):
    """A page can not take the stamp strip."""

    slug = "page-not-stampable"
    template = "the page can not be stamped: {problem}"


class SealKeyUnusableError(SealingError):
    """The seal's key can not be used."""

    slug = "seal-key-unusable"
    template = "the seal key {key} can not be used"


class SealTokenUnusableError(SealingError):
    """The token that holds the seal's key can not be used now."""

    slug = "seal-token-unusable"
    template = "the token of the seal's key can not be used: {problem}"


class SealPinRefusedError(SealingError):
    """The token refused its PIN; it is not tried again, since a token locks itself after a few wrong ones."""

    slug = "seal-pin-refused"
    template = "the token refused the PIN of {file}; it is not tried again until that file is another one"


class SealFailedError(SealingError):
    """A document could not be sealed."""

    slug = "seal-failed"
    template = "the document could not be sealed ({problem})"


class TimeStampNotGivenError(SealingError):
    """The time-stamp server gave no sound time stamp in time."""

    slug = "time-stamp-not-given"
    template = "the time-stamp server gave no sound time stamp ({problem})"


class TimeStampNotTrustedError(SealingError):
    """A time stamp's certificate does not lead to one that is trusted, was withdrawn or has ended."""

    slug = "time-stamp-not-trusted"
    template = "the time stamp's certificate is not trusted ({problem})"


class CertificateStatusNotToldError(SealingError):
    """Whether a certificate was withdrawn could not be learned."""

    slug = "certificate-status-not-told"
    template = "nobody told whether the certificate of {whose} was withdrawn"


class SealCertificateWithdrawnError(SealingError):
    """The authority withdrew the certificate that sealed."""

    slug = "seal-certificate-withdrawn"
    template = "the certificate of the seal was withdrawn"


class SealCertificateEndedError(SealingError):
    """The certificate that sealed has ended, and its authority says nothing of it any more."""

    slug = "seal-certificate-ended"
    template = "the certificate of the seal has ended; it can not be lifted any more"


class SealIssuerNotTrustedError(SealingError):
    """The certificate that sealed does not lead to one that is trusted."""

    slug = "seal-issuer-not-trusted"
    template = "the certificate of the seal does not lead to a trusted one ({problem})"


class LiftChangedFileError(EvidenceMismatchError):
    """A lifted file does not begin with the file that was lifted."""

    slug = "lift-changed-file"
    template = "{document_id}: the lifted file does not begin with the sealed one"


class TimeStampBrokenError(EvidenceMismatchError):
    """A time stamp over a checkpoint is none, or is not sound, or nobody trusted gave it."""

    slug = "time-stamp-broken"
    template = "the time stamp is not sound: {problem}"


class TimeStampOfOtherContentError(EvidenceMismatchError):
    """A sound time stamp is over other content."""

    slug = "time-stamp-of-other-content"
    template = "the time stamp is over other content"


class PdfUnreadableError(InvalidInputError):
    """A file is no PDF that can be read."""

    slug = "pdf-unreadable"
    template = "this is no PDF that can be read: {problem}"


class ReadBackTextMissingError(EvidenceMismatchError):
    """A text that must stand on the page was not found in the sealed file."""

    slug = "read-back-text-missing"
    template = "text {number} of {count} is not in the sealed page"


class ReadBackInkMissingError(EvidenceMismatchError):
    """A signature's strokes were not found in the sealed file."""

    slug = "read-back-ink-missing"
    template = "the ink of {block} is not in the sealed page"


class ReadBackDigestError(EvidenceMismatchError):
    """The sealed file is not the one that was digested."""

    slug = "read-back-digest"
    template = "the sealed file has digest {got}, expected {expected}"


class ReadBackSealError(EvidenceMismatchError):
    """The seal of the sealed file is not good."""

    slug = "read-back-seal"
    template = "the seal is not good: {problem}"


class ReadBackConformanceError(EvidenceMismatchError):
    """The sealed file no longer claims what it must."""

    slug = "read-back-conformance"
    template = "the sealed file does not claim {claim}"


class ReadBackEmbeddedError(EvidenceMismatchError):
    """An embedded file is missing or is another."""

    slug = "read-back-embedded"
    template = "the embedded file {name} is missing or another"


class UploadTooLargeError(InvalidInputError):
    """A file is larger than what is taken."""

    slug = "upload-too-large"
    template = "{got} bytes, at most {limit} are taken"


class TrailExportTooLargeError(InvalidInputError):
    """More entries of the audit trail match than are exported at once."""

    slug = "trail-export-too-large"
    template = "more than {most} entries match; name a shorter time"


class ReviewNotCurrentError(NotAllowedNowError):
    """A review of the audit trail was signed off meanwhile, or names an entry that is not there."""

    slug = "review-not-current"
    template = "entry {got} can not be signed off: reviewed up to {reviewed}"


class TlsFilesUnusableError(ConfigurationError):
    """Certificate or key of the server can not be used for its address."""

    slug = "tls-files-unusable"
    template = "{file}: {problem}"


class SecretFileExposedError(ConfigurationError):
    """A file that holds a secret can be read by others, or belongs to another."""

    slug = "secret-file-exposed"
    template = "{problem}"


class TooManyRequestsError(NotAllowedNowError):
    """One address, or one sign-in name, asked too often in too short a time."""

    slug = "too-many-requests"
    template = "too many requests; again in {retry_after_seconds} seconds"


class FactorRefusedError(NotAllowedNowError):
    """A second factor was not accepted; the same for every reason."""

    slug = "factor-refused"
    template = "the second factor was refused"


class ProofNeededError(NotAllowedNowError):
    """An act asks for a fresh proof of who is there."""

    slug = "proof-needed"
    template = "{act} needs a proof that is not older than {minutes} minutes"


class ChallengeEndedError(NotAllowedNowError):
    """What was asked of the browser was answered already, or too late."""

    slug = "challenge-ended"
    template = "what was asked has ended or was answered already"


class PasskeyRefusedError(InvalidInputError):
    """A passkey's answer is not good."""

    slug = "passkey-refused"
    template = "the passkey was refused: {problem}"


class PasskeyKnownError(InvalidInputError):
    """A passkey is registered already."""

    slug = "passkey-known"
    template = "this passkey is registered already"


class LastFactorError(NotAllowedNowError):
    """The last second factor can not be removed."""

    slug = "last-factor"
    template = "the last second factor can not be removed"


class PasswordUnchangedError(InvalidInputError):
    """The new password is the old one."""

    slug = "password-unchanged"
    template = "the new password is the old one"


class PasswordWrongError(NotAllowedNowError):
    """The present password was mistyped."""

    slug = "password-wrong"
    template = "the present password is another"


class SignOnRefusedError(NotAllowedNowError):
    """A single sign-on was refused; the same to the person for every reason, the trail knows which."""

    slug = "sign-on-refused"
    template = "the sign-on was refused: {problem}"


class SignOnEndedError(NotAllowedNowError):
    """A try to sign on was finished before, took too long, or was begun in another browser."""

    slug = "sign-on-ended"
    template = "this try to sign on has ended: {problem}"


class SignOnAwayError(NotAllowedNowError):
    """The provider of single sign-on does not answer, or not as it should."""

    slug = "sign-on-away"
    template = "the provider of single sign-on: {reason} ({problem})"


class SignOnRolesMissingError(NotAllowedNowError):
    """The provider knows the person, and gives them no role here."""

    slug = "sign-on-roles-missing"
    template = "nothing in the claim {claim} stands for a role here"


class SignOnRolesConflictError(NotAllowedNowError):
    """The provider gives one person both halves of an act that two people do."""

    slug = "sign-on-roles-conflict"
    template = "the provider's roles hold both halves of {acts}, which two people do"


class SignOnClaimsCutError(NotAllowedNowError):
    """The provider left the claim with the roles out, because it had grown too long."""

    slug = "sign-on-claims-cut"
    template = "the provider left the claim {claim} out of its token"


class SignOnAccountError(NotAllowedNowError):
    """Password and roles of somebody who signs on at the provider are not kept here."""

    slug = "sign-on-account"
    template = "{name} signs on at the provider, which keeps password and roles"


class TabletKeysUnusableError(ConfigurationError):
    """The keys that open envelopes and sign receipts can not be used."""

    slug = "tablet-keys-unusable"
    template = "{file}: {problem}"


class SignInNeededError(NotAllowedNowError):
    """A program asked for what only somebody who is signed in is given."""

    slug = "sign-in-needed"
    template = "nobody is signed in"


class DeviceCodeWrongError(NotAllowedNowError):
    """A code to enrol a device is none, was used, or has ended; the same for every reason."""

    slug = "device-code-wrong"
    template = "the code does not enrol a device"


class DeviceKeyRefusedError(InvalidInputError):
    """A device's public key is none that it can sign envelopes with."""

    slug = "device-key-refused"
    template = "expected the public key of a P-256 key pair as a JWK"


class DeviceLabelError(InvalidInputError):
    """A device's name can not be used."""

    slug = "device-label-malformed"
    template = "expected a name of 1 to {most} characters"


class DeviceUnknownError(NotAllowedNowError):
    """Something was sent by a device that is not enrolled here."""

    slug = "device-unknown"
    template = "the device is not enrolled"


class DeviceRevokedError(NotAllowedNowError):
    """A device that was revoked asked for what only a trusted one is given."""

    slug = "device-revoked"
    template = "the device is revoked"


class RevokeReasonUnknownError(InvalidInputError):
    """A device is revoked for a reason that is none of ours."""

    slug = "revoke-reason-unknown"
    template = "expected one of {known}"


class ContentDigestMissingError(InvalidInputError):
    """A body came without its digest (RFC 9530)."""

    slug = "content-digest-missing"
    template = "expected Content-Digest with sha-256"


class ContentDigestMismatchError(InvalidInputError):
    """A body is not the one that was sent: cut off or changed on its way."""

    slug = "content-digest-mismatch"
    template = "the body does not have the digest that was sent with it"


class EnvelopeUnreadableError(InvalidInputError):
    """What a device sent is no signed message of the kind that was asked for."""

    slug = "envelope-unreadable"
    template = "expected a compact JWS of type {expected}"


class UnsentFileUnreadableError(InvalidInputError):
    """A file is none of unsent envelopes that a tablet saved."""

    slug = "unsent-file-unreadable"
    template = "{problem}"


class EnvelopeSignatureError(NotAllowedNowError):
    """What a device sent is not signed by the key it was enrolled with."""

    slug = "envelope-signature-wrong"
    template = "the signature is not the enrolled device's"


class EnvelopeMalformedError(InvalidInputError):
    """An envelope does not hold what its kind holds."""

    slug = "envelope-malformed"
    template = "{place}: {problem}"


class EnvelopeIdsDifferError(InvalidInputError):
    """Address, envelope and content do not name the same envelope, device or document."""

    slug = "envelope-ids-differ"
    template = "{place} is another"


class EnvelopeContentDiffersError(EvidenceMismatchError):
    """An envelope's id came a second time with other bytes."""

    slug = "envelope-content-differs"
    template = "envelope {envelope_id} is here with other bytes"


class EnvelopeNotOpenedError(EvidenceMismatchError):
    """The sealed content of an envelope does not open with any key of ours."""

    slug = "envelope-not-opened"
    template = "the sealed content does not open"


class AuthorNotProvedError(EvidenceMismatchError):
    """The author in an envelope is not one that we named for that device."""

    slug = "author-not-proved"
    template = "the author's credential is not ours, or another device's"


class AuthorNotActiveError(EvidenceMismatchError):
    """The author's account was closed before the envelope arrived."""

    slug = "author-not-active"
    template = "the author's account is closed"


class FormDigestDiffersError(EvidenceMismatchError):
    """An envelope was made from another form folder than the one here."""

    slug = "form-digest-differs"
    template = "{form} {version} on the tablet is not the one here"


class FormVersionRetiredError(EvidenceMismatchError):
    """An envelope of a retired form version came after the time of grace."""

    slug = "form-version-retired"
    template = "{form} {version} was replaced more than {days} days ago"


class BlocksDifferError(EvidenceMismatchError):
    """The blocks of one paper do not agree."""

    slug = "blocks-differ"
    template = "block {block}: {place} is another"


class BlocksNotOpenError(EvidenceMismatchError):
    """A last block names one that was archived with another, discarded or settled."""

    slug = "blocks-not-open"
    template = "envelope {digest} is not open any more"


class AdditionEmptyError(InvalidInputError):
    """An addition to a record tells nothing."""

    slug = "addition-empty"
    template = "the addition {kind} tells nothing"


class AdditionNamesOtherError(EvidenceMismatchError):
    """An addition names another envelope than the last one of the record."""

    slug = "addition-names-other"
    template = "the addition names {got}, the record's last envelope is {expected}"


class AdditionNotOpenError(NotAllowedNowError):
    """The record takes no additions: it is void, closed or superseded, or does not exist for who adds."""

    slug = "addition-not-open"
    template = "nothing can be added to {document_id} now"


class DiscardTooLateError(EvidenceMismatchError):
    """What should be discarded is archived, finished or of another device."""

    slug = "discard-too-late"
    template = "envelope {digest} is none that can be discarded"


class CopyNotHereError(NotFoundError):
    """No copy is behind this link: it never was, has not come yet, or ended; the same for every reason."""

    slug = "copy-not-here"
    template = "no copy is here under this link"


class CopyLinkOffError(NotAllowedNowError):
    """A tablet gave a link to a copy, and links are switched off here."""

    slug = "copy-link-off"
    template = "links to copies are switched off"


class CardMalformedError(InvalidInputError):
    """What was typed are not the characters of a pocket card."""

    slug = "card-malformed"
    template = "expected the characters of a pocket card, such as CARD-7Q2F9-KDM3X-3"


class CardCheckFailedError(InvalidInputError):
    """The check symbol of a pocket card does not fit: something was mistyped."""

    slug = "card-check-failed"
    template = "the check symbol does not fit"


class CardTakenError(NotAllowedNowError):
    """A pocket card belongs to somebody else's paper."""

    slug = "card-taken"
    template = "the card is another record's"


class PickUpWriteError(ArchiveError):
    """The folder from which copies are fetched could not be written or read."""

    slug = "pick-up-write-failed"
    template = "the pick-up folder refused: {reason}"
