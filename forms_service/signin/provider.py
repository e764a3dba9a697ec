"""The provider of single sign-on as its discovery document describes it; asked within the hour, and not while it is away.

Source: OpenID Connect Discovery 1.0, 3 and 4.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from forms_service.domain.sign_on import Problem
from forms_service.errors import SignOnAwayError
from forms_service.settings.sign_on import is_safe_address
from forms_service.signin.provider_http import Answer, exchange

KEPT_SECONDS = 3600
AWAY_SECONDS = 10  # nobody waits again for what just did not answer
WELL_KNOWN = "/.well-known/openid-configuration"
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What the discovery document says, as far as it is used; each address is safe.

    Attributes:
        token_auth: How we show the token endpoint who we are.
        names_itself: Whether each of its answers says whose it is (RFC 9207).
    """

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str
    token_auth: str
    names_itself: bool


class ProviderPlace:
    """Where the provider is found, and the only addresses that are fetched."""

    def __init__(self, issuer: str, *, limit_seconds: float) -> None:
        self._issuer = issuer
        self._limit_seconds = limit_seconds
        self._loopback = issuer.startswith("http://")
        self._lock = Lock()
        self._found: Provider | SignOnAwayError | None = None
        self._good_until = 0.0

    def known(self) -> Provider:
        """Give the provider as it was found within the hour.

        Raises:
            SignOnAwayError: It does not answer as it should, or did not some seconds ago.
        """
        with self._lock:
            if self._found is None or time.monotonic() >= self._good_until:
                try:
                    self._found = self.discovered()
                except SignOnAwayError as error:
                    self._found = error
                is_away = isinstance(self._found, SignOnAwayError)
                self._good_until = time.monotonic() + (AWAY_SECONDS if is_away else KEPT_SECONDS)
            if isinstance(self._found, SignOnAwayError):
                raise SignOnAwayError(**self._found.facts)
            return self._found

    def discovered(self) -> Provider:
        """Fetch and read the discovery document.

        Raises:
            SignOnAwayError: No answer, another issuer's, or one with an address that is not safe.
        """
        found = self.fetch_object(self._issuer.rstrip("/") + WELL_KNOWN)
        if found.get("issuer") != self._issuer:
            raise SignOnAwayError(reason="its discovery document names another issuer", problem=Problem.ISSUER)
        for name in _NEEDED:
            if not self._is_safe(found.get(name)):
                raise SignOnAwayError(reason=f"{name} is missing or not https", problem=Problem.AWAY)
        end, ways = found.get("end_session_endpoint"), found.get("token_endpoint_auth_methods_supported")
        by_post = isinstance(ways, list) and "client_secret_post" in ways
        return Provider(
            authorization_endpoint=str(found["authorization_endpoint"]), token_endpoint=str(found["token_endpoint"]),
            jwks_uri=str(found["jwks_uri"]), end_session_endpoint=str(end) if self._is_safe(end) else "",
            # By post no character of the secret is written in two ways, as it is in the Basic header.
            token_auth="client_secret_post" if by_post else "client_secret_basic",
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
        )  # fmt: skip

    def fetch_object(self, address: str) -> Mapping[str, object]:
        """Fetch a JSON object.

        Raises:
            SignOnAwayError: It is not there.
        """
        answer = self.exchange(address)
        if answer.status != 200:
            raise SignOnAwayError(reason=f"it answered with status {answer.status}", problem=Problem.AWAY)
        return read_object(answer.content)

    def exchange(self, address: str, *, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request to an address of the provider.

        Raises:
            SignOnAwayError: No whole answer in time.
        """
        return exchange(
            address, loopback=self._loopback, body=body, headers=headers, limit_seconds=self._limit_seconds
        )  # fmt: skip

    def _is_safe(self, address: object) -> bool:
        return isinstance(address, str) and is_safe_address(address, loopback=self._loopback)


def read_object(content: bytes) -> Mapping[str, object]:
    """Give the JSON object of an answer.

    Raises:
        SignOnAwayError: It is none.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SignOnAwayError(reason="it answered no JSON", problem=Problem.AWAY) from error
    if not isinstance(found, dict):
        raise SignOnAwayError(reason="it answered no JSON object", problem=Problem.AWAY)
    return found
