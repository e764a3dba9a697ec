"""Passkeys by py_webauthn: made for and used on this origin's host alone, the person verified each time.

Source: W3C Web Authentication level 2, 7.1 (registration) and 7.2 (assertion).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from forms_service.errors import PasskeyRefusedError
from forms_service.ports import Account, Passkey

PATIENCE_MS = 5 * 60 * 1000
LONGEST_ANSWER = 64 * 1024
# What the parser lets through on bytes it did not expect: wrong shapes, wrong CBOR, keys of no curve.
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError)


class WebAuthnPasskeys:
    """The port ``Passkeys``."""

    def __init__(self, origin: str, name: str) -> None:
        """Take the one origin; its host is what passkeys are bound to."""
        self._origin = origin
        self._host = urlsplit(origin).hostname or ""
        self._name = name

    def creation_options(self, challenge: bytes, owner: Account, known: Sequence[str]) -> str:
        """Give the JSON with which a browser makes a passkey; no attestation is asked, any maker's will do."""
        options = generate_registration_options(
            rp_id=self._host,
            rp_name=self._name,
            user_id=owner.id.encode(),
            user_name=owner.name,
            user_display_name=owner.full_name,
            challenge=challenge,
            timeout=PATIENCE_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_descriptors(known),
        )
        return options_to_json(options)

    def request_options(self, challenge: bytes, known: Sequence[str]) -> str:
        """Give the JSON with which a browser uses a passkey."""
        options = generate_authentication_options(
            rp_id=self._host,
            challenge=challenge,
            timeout=PATIENCE_MS,
            allow_credentials=_descriptors(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def registered(self, answer: str, challenge: bytes) -> Passkey:
        """Judge a new passkey."""
        try:
            made = verify_registration_response(
                credential=parse_registration_credential_json(_bounded(answer)),
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except _UNREADABLE as error:
            raise PasskeyRefusedError(problem=_problem(error)) from error
        return Passkey(
            credential_id=bytes_to_base64url(made.credential_id),
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
        )

    def credential_id(self, answer: str) -> str:
        """Give which passkey an answer says it is from."""
        try:
            return bytes_to_base64url(parse_authentication_credential_json(_bounded(answer)).raw_id)
        except _UNREADABLE as error:
            raise PasskeyRefusedError(problem=_problem(error)) from error

    def asserted(self, answer: str, challenge: bytes, known: Passkey) -> int:
        """Judge an answer of a known passkey and give its new count."""
        try:
            judged = verify_authentication_response(
                credential=parse_authentication_credential_json(_bounded(answer)),
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=base64url_to_bytes(known.public_key),
                credential_current_sign_count=known.sign_count,
                require_user_verification=True,
            )
        except _UNREADABLE as error:
            raise PasskeyRefusedError(problem=_problem(error)) from error
        return judged.new_sign_count


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError(len(answer))
    return answer


def _problem(error: Exception) -> str:
    """Name the kind of fault only: what was sent is not repeated."""
    return type(error).__name__


def _descriptors(known: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]
