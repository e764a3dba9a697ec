"""The one tree of refusals.

* Each leaf has a stable ``slug`` that scripts, the tablet and tests rely on.
* Each leaf builds its own message from typed facts (``got``, ``expected``, ...).
* Words for people and the HTTP status live on the web floor, in ``web/error_answers.py``.
* Each adapter lets only errors of this tree out, always raised ``from`` their cause.
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


class SignInRefusedError(NotAllowedNowError):
    """Name and password do not belong together."""

    slug = "sign-in-refused"
    template = "name and password do not belong together"
