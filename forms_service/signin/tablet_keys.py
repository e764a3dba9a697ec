"""Signed and sealed messages between tablets and this server (JOSE), by joserfc; the only file that makes or opens one.

* Two key pairs of our own, P-256: *envelope* opens what tablets sealed, *receipt* signs receipts and author credentials.
* Each lies in a file of private JWKs beside the seal's key, the present one first, made at the first start. An earlier
  one stays in its file, so that what was sealed to it still opens.
* Every message names its kind (``typ``), so that none passes for another; each kind allows one algorithm.
* The library's own limits (a payload of 128 kB, 64 kB sealed) are below a signature of 80 seconds; ours stand here.

Source: RFC 7515, 7516, 7518 (ES256, ECDH-ES, A256GCM), 7519, 7638.
"""

from __future__ import annotations

import json
import os
import uuid
from binascii import Error as Base64Error
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey

from forms_service.domain.evidence import canonical_json
from forms_service.errors import (
    AuthorNotProvedError,
    DeviceKeyRefusedError,
    EnvelopeNotOpenedError,
    EnvelopeSignatureError,
    EnvelopeUnreadableError,
    TabletKeysUnusableError,
)
from forms_service.ports import DeviceKey

CURVE, SIGNS = "P-256", "ES256"
RECEIPT_KIND, AUTHOR_KIND = "forms-receipt+jws", "forms-author+jwt"
MOST_SIGNED_BYTES = 2 * 1024 * 1024  # one block: 20,000 points are 400 kB, base64 twice makes 720 kB of it
_UNREADABLE = (JoseError, Base64Error, ValueError, TypeError, KeyError, AttributeError, RecursionError)
_PUBLIC = ("crv", "kty", "x", "y")


class _Signed(jws.JWSRegistry):
    max_payload_length = MOST_SIGNED_BYTES


class _Sealed(jwe.JWERegistry):
    max_ciphertext_length = MOST_SIGNED_BYTES


_SIGNED = _Signed(algorithms=[SIGNS])
_SEALED = _Sealed(algorithms=["ECDH-ES", "A256GCM"])
_FOR_A_PERSON = _Sealed(algorithms=["dir", "A256GCM"])


class TabletKeyFiles:
    """The port ``TabletKeys`` over two files.

    Args:
        envelope: File of the keys that open envelopes.
        receipt: File of the keys that sign receipts and credentials.

    Raises:
        TabletKeysUnusableError: A file can not be read or made, or holds something else.
    """

    def __init__(self, envelope: Path, receipt: Path) -> None:
        self._files = {"envelope": envelope, "receipt": receipt}
        self._envelope = _keys(envelope)
        self._receipt = _keys(receipt)

    def public_keys(self) -> Mapping[str, Mapping[str, str]]:
        """Give the present public keys, each with its ``kid``."""
        return {"envelope": _public(_first(self._envelope)), "receipt": _public(_first(self._receipt))}

    def renew(self) -> Mapping[str, str]:
        """Put a new key before each present one, for the next start; give their names."""
        return {name: _add_key(file) for name, file in self._files.items()}

    def device_key(self, supplied: object) -> DeviceKey:
        """Judge a device's public key."""
        if not isinstance(supplied, dict) or supplied.get("crv") != CURVE or "d" in supplied:
            raise DeviceKeyRefusedError
        try:
            key = ECKey.import_key({name: supplied[name] for name in _PUBLIC})
            jwk = {name: str(value) for name, value in key.as_dict(private=False).items() if name in _PUBLIC}
            return DeviceKey(jwk=canonical_json(jwk).decode(), thumbprint=key.thumbprint())
        except _UNREADABLE as error:
            raise DeviceKeyRefusedError from error

    def unverified_device(self, signed: str, kind: str) -> str:
        """Give which device a message says it is from."""
        try:
            header = jws.extract_compact(signed.encode("ascii"), registry=_SIGNED).headers()
        except _UNREADABLE as error:
            raise EnvelopeUnreadableError(expected=kind) from error
        if header.get("typ") != kind or header.get("alg") != SIGNS or not isinstance(header.get("kid"), str):
            raise EnvelopeUnreadableError(expected=kind)
        return str(header["kid"])

    def verified(self, signed: str, key: str, kind: str) -> bytes:
        """Give the payload of a message that a device's key signed."""
        self.unverified_device(signed, kind)
        return _payload(signed, ECKey.import_key(json.loads(key)), EnvelopeSignatureError())

    def opened(self, sealed: str) -> bytes:
        """Open a compact JWE that was sealed to a key of ours."""
        try:
            found = jwe.decrypt_compact(
                sealed, lambda message: self._envelope[message.headers()["kid"]], registry=_SEALED
            )
            content: bytes | None = found.plaintext
        except _UNREADABLE as error:
            raise EnvelopeNotOpenedError from error
        return content or b""

    def sealed_for(self, key: str, content: bytes) -> str:
        """Encrypt content for whoever holds a key that we do not keep."""
        header = {"alg": "dir", "enc": "A256GCM", "cty": "json"}
        held = OctKey.import_key({"kty": "oct", "k": key})
        return jwe.encrypt_compact(header, content, held, registry=_FOR_A_PERSON)

    def receipt(self, claims: Mapping[str, object]) -> str:
        """Sign a receipt."""
        return self._own(claims, RECEIPT_KIND)

    def renewed(self, receipt: str) -> str:
        """Give a receipt of ours as it is, or the same words under the present key: a tablet knows that one only."""
        name = self.unverified_device(receipt, RECEIPT_KIND)
        if name == _first(self._receipt).thumbprint():
            return receipt
        return self._own(json.loads(_payload(receipt, self._receipt[name], EnvelopeSignatureError())), RECEIPT_KIND)

    def credential(self, claims: Mapping[str, object]) -> str:
        """Sign an author credential."""
        return self._own(claims, AUTHOR_KIND)

    def _own(self, claims: Mapping[str, object], kind: str) -> str:
        key = _first(self._receipt)
        header = {"alg": SIGNS, "kid": key.thumbprint(), "typ": kind}
        return jws.serialize_compact(header, canonical_json(claims), key, registry=_SIGNED)

    def credential_claims(self, credential: str) -> Mapping[str, object]:
        """Give the claims of an author credential that we signed."""
        try:
            key = self._receipt[self.unverified_device(credential, AUTHOR_KIND)]
        except (EnvelopeUnreadableError, KeyError) as error:
            raise AuthorNotProvedError from error
        claims: Mapping[str, object] = json.loads(_payload(credential, key, AuthorNotProvedError()))
        return claims


def _payload(signed: str, key: ECKey, refusal: EnvelopeSignatureError | AuthorNotProvedError) -> bytes:
    try:
        content: bytes = jws.deserialize_compact(signed, key, registry=_SIGNED).payload
    except _UNREADABLE as error:
        raise refusal from error
    return content


def _first(keys: Mapping[str, ECKey]) -> ECKey:
    return next(iter(keys.values()))


def _public(key: ECKey) -> Mapping[str, str]:
    jwk = {name: str(value) for name, value in key.as_dict(private=False).items() if name in _PUBLIC}
    return {**jwk, "kid": key.thumbprint()}


def _keys(file: Path) -> Mapping[str, ECKey]:
    """Read a file's keys by thumbprint, the present one first; make the file where there is none."""
    if not file.exists():
        _make(file, [ECKey.generate_key(CURVE)])
    try:
        keys = [ECKey.import_key(one) for one in json.loads(file.read_bytes())["keys"]]
        whole = keys and all(key.is_private and key.curve_name == CURVE for key in keys)
    except (OSError, *_UNREADABLE) as error:
        raise TabletKeysUnusableError(file=file.name, problem="expected a JWK set of private keys") from error
    if not whole:
        raise TabletKeysUnusableError(file=file.name, problem=f"expected private {CURVE} keys")
    return {key.thumbprint(): key for key in keys}


def _make(file: Path, keys: list[ECKey]) -> None:
    """Write a file of keys in one step, unless another process was first."""
    draft = file.with_name(f"{uuid.uuid4().hex}.new")
    content = json.dumps({"keys": [key.as_dict(private=True) for key in keys]})
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass  # another process made it: its keys are the ones
    except OSError as error:
        raise TabletKeysUnusableError(file=file.name, problem=type(error).__name__) from error
    finally:
        with suppress(OSError):  # it is not there, or the refusal above says why
            draft.unlink()


def _add_key(file: Path) -> str:
    """Put a new key before those of a file, in one step."""
    fresh = ECKey.generate_key(CURVE)
    draft = file.with_name(f"{uuid.uuid4().hex}.keys")
    _make(draft, [fresh, *_keys(file).values()])
    try:
        draft.replace(file)
    except OSError as error:
        raise TabletKeysUnusableError(file=file.name, problem=type(error).__name__) from error
    return fresh.thumbprint()
