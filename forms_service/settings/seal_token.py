"""Where a token (PKCS#11) that holds the seal's key is: ``[seal] pkcs11_*`` and ``FORMS_SEAL_PKCS11_*``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PARTS = ("module", "token", "key", "certificate", "pin")
KEYS = frozenset(f"pkcs11_{part}" for part in PARTS)
VARIABLES = frozenset(f"FORMS_SEAL_PKCS11_{part.upper()}" for part in PARTS)
_OTHER_KIND = ("key", "passphrase")  # of a PKCS#12 file


@dataclass(frozen=True, slots=True, kw_only=True)
class SealToken:
    """A key that never leaves its token.

    Attributes:
        module: The maker's PKCS#11 library.
        label: The token's.
        key: Label of the private key.
        certificate: Label of the certificate in the token, or, where it holds a slash, the path of a PEM file: the
            key's own certificate first, its issuers after.
        pin: File that holds the user PIN in one line.
    """

    module: Path
    label: str
    key: str
    certificate: str
    pin: Path

    @property
    def certificate_file(self) -> Path | None:
        """Give the file of the certificate; None where it lies in the token."""
        return Path(self.certificate) if "/" in self.certificate else None


def read_seal_token(seal: Mapping[str, object], environment: Mapping[str, str]) -> tuple[SealToken | None, list[str]]:
    """Read where the token is.

    Args:
        seal: The table ``[seal]``.
        environment: The process's variables; each wins over its key in the table.

    Returns:
        The token, None where none is named or something is wrong; and every problem.
    """
    given = {
        part: environment.get(f"FORMS_SEAL_PKCS11_{part.upper()}", seal.get(f"pkcs11_{part}", "")) for part in PARTS
    }
    if not any(given.values()):
        return None, []
    problems = list(_problems(given, seal, environment))
    if problems:
        return None, problems
    words = {part: str(value).strip() for part, value in given.items()}
    return SealToken(
        module=Path(words["module"]), label=words["token"], key=words["key"], certificate=words["certificate"],
        pin=Path(words["pin"]),
    ), []  # fmt: skip


def _problems(given: Mapping[str, object], seal: Mapping[str, object], environment: Mapping[str, str]) -> Iterator[str]:
    for part, value in given.items():
        if not isinstance(value, str) or not value.strip():
            yield f"pkcs11_{part}: expected text; a token is named by {', '.join(sorted(KEYS))}"
        elif part in ("module", "pin") and not Path(value.strip()).is_absolute():
            yield f"pkcs11_{part}: expected a whole path, from / on"
    if any(environment.get(f"FORMS_SEAL_{one.upper()}", seal.get(one)) for one in _OTHER_KIND):
        yield "the seal's key is named twice: a PKCS#12 file (key, passphrase) or a token (pkcs11_…), not both"
