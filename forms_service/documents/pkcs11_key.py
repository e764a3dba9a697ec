"""The seal's key in a token (PKCS#11): a security module, a smart card, a key on USB. It never leaves there.

* The module is told nothing of threads, so one thread at a time uses it; who waits too long for a turn is refused.
* A session that was lost (pulled out, restarted, cut off) is opened again once; what fails then is refused, and the
  next seal tries again.
* A PIN that the token refused is never tried again, not by the next start either: a token locks itself after a few.
  What changes that is another content of the PIN's file.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pkcs11
from asn1crypto import pem, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_der_x509_certificate
from pkcs11 import Attribute, KeyType, Mechanism, PrivateKey, TokenFlag
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import Signer

from forms_service.documents.own_thread import in_own_thread
from forms_service.errors import SealPinRefusedError, SealTokenUnusableError
from forms_service.settings.seal_token import SealToken

Result = TypeVar("Result")
_ONE_AT_A_TIME = threading.Lock()  # of the process: a module is loaded once, whoever uses it
LONGEST_WAIT_S = 60  # eight threads and a card that takes seconds for a signature; more, and the device hangs
_DIGEST = "sha256"
_PROBE_BYTES = 32
# By kind of certificate: the kind of key, and what hashes and signs in one; where a token has none, we hash.
_KINDS = {"rsa": (KeyType.RSA, Mechanism.SHA256_RSA_PKCS), "ec": (KeyType.EC, Mechanism.ECDSA_SHA256)}
_REFUSED_PIN = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange)


class _Inner(PKCS11Signer):
    """pyHanko's signer of tokens, on one session; whoever holds the lock uses it."""

    async def look(self) -> None:
        """Raise PKCS11Error when session or key are gone."""
        (await self._key())[Attribute.LABEL]

    async def _key(self) -> PrivateKey:
        await self.ensure_objects_loaded()  # type: ignore[no-untyped-call]
        key: object = self._key_handle
        if not isinstance(key, PrivateKey):
            raise pkcs11.NoSuchKey("what bears the key's label is no private key")
        return key

    async def refuse_unfit(self, token: SealToken) -> None:
        """Sign something and hold it against the certificate.

        Raises:
            SealTokenUnusableError: Another key's certificate, or a key that is not for seals.
        """
        kind = self.signing_cert.public_key.algorithm
        if kind not in _KINDS:
            raise SealTokenUnusableError(problem=f"a certificate for {kind}; it must be RSA or ECDSA")
        key_type, mechanism = _KINDS[kind]
        self.use_raw_mechanism = mechanism not in self.pkcs11_session.token.slot.get_mechanisms()
        probe = secrets.token_bytes(_PROBE_BYTES)
        fits = (await self._key()).key_type is key_type and _holds(
            self.signing_cert, await self.async_sign_raw(probe, _DIGEST), probe
        )
        if not fits:
            problem = f"the key {token.key} and the certificate {Path(token.certificate).name} do not fit"
            raise SealTokenUnusableError(problem=problem)


class TokenSigner(Signer):
    """pyHanko's signer of tokens, for one thread at a time and through a lost session.

    Args:
        token: Where the key is.
        note: File that says which PIN was refused; made when one is.
        longest_wait_s: How long a thread waits for its turn.

    Raises:
        SealTokenUnusableError: Module, token, key or certificate is not there, or they do not fit.
        SealPinRefusedError: The token refused the PIN, now or earlier.
    """

    def __init__(self, token: SealToken, note: Path, *, longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self._token = token
        self._longest_wait_s = longest_wait_s
        self._pin = _Pin(token, note)
        super().__init__()
        self._chain = _chain(token.certificate_file)
        self._inner = in_own_thread(lambda: asyncio.run(self._first()))
        self._signing_cert: x509.Certificate = self._inner.signing_cert
        self._cert_registry.register_multiple(self._chain)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002  # pyHanko's
        """Sign in the token.

        Raises:
            SealTokenUnusableError, SealPinRefusedError: It can not, not with a new session either.
        """
        return await self._used(lambda inner: inner.async_sign_raw(data, digest_algorithm, dry_run))

    def ping(self) -> None:
        """Raise SealTokenUnusableError or SealPinRefusedError when the key can not be reached."""
        in_own_thread(lambda: asyncio.run(self._used(_Inner.look)))

    async def _used(self, act: Callable[[_Inner], Awaitable[Result]]) -> Result:
        with self._turn():
            with suppress(pkcs11.PKCS11Error):
                return await act(self._inner)
            try:
                self._inner = await self._opened(self.signing_cert)
                return await act(self._inner)
            except pkcs11.PKCS11Error as error:
                raise SealTokenUnusableError(problem=_words(error)) from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not _ONE_AT_A_TIME.acquire(timeout=self._longest_wait_s):
            raise SealTokenUnusableError(problem=f"it has not answered for {self._longest_wait_s:g} seconds")
        try:
            yield
        finally:
            _ONE_AT_A_TIME.release()

    async def _first(self) -> _Inner:
        with self._turn():
            try:
                return await self._opened(self._chain[0] if self._chain else None)
            except pkcs11.PKCS11Error as error:
                raise SealTokenUnusableError(problem=_words(error)) from error

    async def _opened(self, certificate: x509.Certificate | None) -> _Inner:
        session = self._session()
        label = self._token.certificate if certificate is None else None
        inner = _Inner(session, cert_label=label, key_label=self._token.key, signing_cert=certificate)
        try:
            await inner.refuse_unfit(self._token)
        except ValueError as error:  # of a certificate's readers
            name = Path(self._token.certificate).name
            raise SealTokenUnusableError(problem=f"the certificate {name} can not be read") from error
        return inner

    def _session(self) -> pkcs11.Session:
        """Open a session as if it were the first: the module forgets every earlier one, and who signed in."""
        module_path = str(self._token.module)
        module = pkcs11.lib(module_path)
        with suppress(pkcs11.PKCS11Error):
            module.finalize()
        token = pkcs11.lib(module_path).get_token(token_label=self._token.label)
        problem = pin_problem(token.flags)
        if problem:
            raise SealTokenUnusableError(problem=problem)
        try:
            return token.open(user_pin=self._pin.read())
        except _REFUSED_PIN as error:
            raise self._pin.refused() from error


class _Pin:
    """The file of the PIN, and the note of what the token refused."""

    def __init__(self, token: SealToken, note: Path) -> None:
        self._token = token
        self._note = note.absolute()
        self._given = self._refused = ""

    def read(self) -> str:
        """Give the PIN.

        Raises:
            SealTokenUnusableError: There is none.
            SealPinRefusedError: The token refused what the file holds.
        """
        try:
            self._given = self._state()
            pin = self._token.pin.read_text("utf-8").strip()
            refused = {self._refused, self._note.read_text("utf-8") if self._note.exists() else ""}
        except (OSError, ValueError) as error:
            problem = f"the PIN's file {self._token.pin.name} can not be read"
            raise SealTokenUnusableError(problem=problem) from error
        if not pin:
            raise SealTokenUnusableError(problem=f"the PIN's file {self._token.pin.name} is empty")
        if self._given in refused:
            raise SealPinRefusedError(file=self._token.pin.name)
        return pin

    def refused(self) -> SealPinRefusedError:
        """Note that the token refused the PIN, and give the refusal."""
        self._refused = self._given
        with suppress(OSError):  # a folder nobody may write to: this process remembers, and the token counts
            self._note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._note.write_text(self._refused, "utf-8")
        return SealPinRefusedError(file=self._token.pin.name)

    def _state(self) -> str:
        """Say which content of the file it was, and for which token, without telling the content."""
        found = self._token.pin.stat()
        return f"{self._token.module} {self._token.label} {found.st_mtime_ns} {found.st_size}"


def pin_problem(flags: TokenFlag) -> str:
    """Say why no PIN is given to a token now; empty when one may be."""
    if flags & TokenFlag.USER_PIN_LOCKED:
        return "its PIN is locked; release it with its maker's program"
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return "one more wrong PIN locks it; sign in to it once with its maker's program"
    return ""


def _chain(file: Path | None) -> list[x509.Certificate]:
    """Give the certificates of a file, the key's own first; none where there is no file.

    Raises:
        SealTokenUnusableError: It holds none.
    """
    if file is None:
        return []
    try:
        found = [content for _, _, content in pem.unarmor(file.read_bytes(), multiple=True)]
        for content in found:
            load_der_x509_certificate(content)  # reads it whole, where the other reader waits until it is asked
        return [x509.Certificate.load(content) for content in found]
    except (OSError, ValueError, TypeError) as error:
        raise SealTokenUnusableError(problem=f"the certificate {file.name} can not be read") from error


def _holds(certificate: x509.Certificate, signature: bytes, signed: bytes) -> bool:
    public = load_der_x509_certificate(certificate.dump()).public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
            return True
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
            return True
    except InvalidSignature:
        return False
    return False


def _words(error: pkcs11.PKCS11Error) -> str:
    return str(error).rstrip(".") or type(error).__name__
