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
