"""Single sign-on by OpenID Connect with Authlib and joserfc: authorization code, PKCE (S256), state, nonce.

* Only the issuer's discovery document and the endpoints it names are fetched, each in time and size.
* A token counts when one of the issuer's keys signed it by an asymmetric algorithm, for us, now, and for this try.
* What a person is called is read from the signed token alone: nothing is asked of other endpoints.

Source: OpenID Connect Core 1.0, 3.1.3.7; RFC 7636; RFC 9207; RFC 8725, 3.1.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ConflictAlgorithmError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
    UnsupportedKeyAlgorithmError,
)
from joserfc.jwk import JWKRegistry, KeySet

from forms_service.domain.sign_on import Problem
from forms_service.errors import SignOnAwayError, SignOnRefusedError
from forms_service.ports import SignedOn, SignOnAnswer, SignOnAsked
from forms_service.settings.sign_on import SignOnSettings
from forms_service.signin.provider import Provider, ProviderPlace, read_object
from forms_service.signin.provider_http import LIMIT_SECONDS, Answer

LOG = logging.getLogger(__name__)
BACK = "/sign-on/back"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
KEY_KINDS = frozenset({"RSA", "EC", "OKP"})  # a shared secret among the keys would let anybody sign who reads them
LEEWAY_SECONDS = 60  # two clocks that are kept
LONGEST_SUBJECT = 255  # OpenID Connect Core 2
_BY_CLAIM = {
    "iss": Problem.ISSUER, "aud": Problem.AUDIENCE, "azp": Problem.AUDIENCE, "nonce": Problem.NONCE,
    "sub": Problem.SUBJECT, "exp": Problem.EXPIRED, "iat": Problem.TIME, "nbf": Problem.TIME,
}  # fmt: skip
# What the libraries let out on what no provider sends, such as a number where a text belongs.
_SURPRISES = (TypeError, ValueError, AttributeError, KeyError, OverflowError, RecursionError)


class OidcSignOn:
    """One provider; its keys are kept until a token names another one."""

    def __init__(self, settings: SignOnSettings, origin: str, *, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._settings = settings
        self._origin = origin
        self._place = ProviderPlace(settings.issuer, limit_seconds=limit_seconds)
        self._keys = KeySet([])

    def address(self, asked: SignOnAsked) -> str:
        """Give the address at the provider to which a browser is sent."""
        provider = self._place.known()
        more = {"prompt": "login", "max_age": "0"} if asked.anew else {}
        address, _ = self._client(provider).create_authorization_url(
            provider.authorization_endpoint, state=asked.state, code_verifier=asked.verifier, nonce=asked.nonce,
            **more, **_wanted_factor(self._settings.factor_claims),
        )  # fmt: skip
        return str(address)

    def signed_on(self, asked: SignOnAsked, answer: SignOnAnswer, now: datetime) -> SignedOn:
        """Fetch and judge what the provider says of whoever brings an answer."""
        if answer.error:
            LOG.warning("the provider refused a sign-on", extra={"error": _code_word(answer.error)})
            raise SignOnRefusedError(problem=Problem.ERROR_ANSWER)
        provider = self._place.known()
        if answer.issuer != self._settings.issuer and (answer.issuer or provider.names_itself):
            raise SignOnRefusedError(problem=Problem.ISSUER)
        token = self._token(provider, asked, answer.code)
        try:
            return self._judged(provider, token, asked, now)
        except JoseError as error:
            raise SignOnRefusedError(problem=_problem(error)) from error
        except _SURPRISES as error:
            raise SignOnRefusedError(problem=Problem.TOKEN) from error

    def end_address(self) -> str:
        """Give the address at which somebody ends their session at the provider; empty where there is none."""
        try:
            endpoint = self._place.known().end_session_endpoint
        except SignOnAwayError:
            return ""
        back = {"client_id": self._settings.client_id, "post_logout_redirect_uri": f"{self._origin}/sign-in"}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(back)}" if endpoint else ""

    def ping(self) -> None:
        """Fetch addresses and keys anew."""
        self._fetch_keys(self._place.discovered())
        self._secret()

    def _client(self, provider: Provider, secret: str = "") -> OAuth2Client:
        return OAuth2Client(
            Transport(self._place), client_id=self._settings.client_id, client_secret=secret,
            token_endpoint_auth_method=provider.token_auth, scope=" ".join(self._settings.scopes),
            redirect_uri=f"{self._origin}{BACK}", code_challenge_method="S256",
        )  # fmt: skip

    def _secret(self) -> str:
        try:
            secret = self._settings.client_secret.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SignOnAwayError(reason="the client's secret can not be read", problem=Problem.CLIENT) from error
        if not secret:
            raise SignOnAwayError(reason="the file of the client's secret is empty", problem=Problem.CLIENT)
        return secret

    def _token(self, provider: Provider, asked: SignOnAsked, code: str) -> Mapping[str, object]:
        """Give what the token endpoint has for a code.

        Raises:
            SignOnRefusedError: The code is none, or was used.
            SignOnAwayError: It does not answer as it should, or does not know us.
        """
        if not code:
            raise SignOnRefusedError(problem=Problem.CODE)
        client = self._client(provider, self._secret())
        try:
            token = client.fetch_token(
                provider.token_endpoint, grant_type="authorization_code", code=code, code_verifier=asked.verifier
            )
        except AuthlibBaseError as error:
            word = _code_word(error.error)
            LOG.warning("the provider refused a code", extra={"error": word})
            if word in ("invalid_client", "unauthorized_client"):
                raise SignOnAwayError(reason=f"it does not know us ({word})", problem=Problem.CLIENT) from error
            raise SignOnRefusedError(problem=Problem.CODE) from error
        except _SURPRISES as error:
            raise SignOnAwayError(reason="its token endpoint answered no token", problem=Problem.AWAY) from error
        return dict(token)

    def _judged(self, provider: Provider, token: Mapping[str, object], asked: SignOnAsked, now: datetime) -> SignedOn:
        supplied = token.get("id_token")
        if not isinstance(supplied, str):
            raise SignOnRefusedError(problem=Problem.TOKEN)
        verified = self._verified(provider, supplied)
        client_id = self._settings.client_id
        options = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": client_id},
        }
        params = {"nonce": asked.nonce, "client_id": client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(verified.claims, verified.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        subject = verified.claims["sub"]
        if not 0 < len(subject) <= LONGEST_SUBJECT:
            raise SignOnRefusedError(problem=Problem.SUBJECT)
        return SignedOn(
            issuer=self._settings.issuer, subject=subject, claims=verified.claims,
            authenticated_at=_instant(verified.claims.get("auth_time")),
        )  # fmt: skip

    # --- keys ----------------------------------------------------------------------------------------

    def _verified(self, provider: Provider, supplied: str) -> jwt.Token:
        """Give a token whose signature holds; for a key that is not known the keys are fetched once more."""
        try:
            return jwt.decode(supplied, self._keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            self._fetch_keys(provider)
            return jwt.decode(supplied, self._keys, algorithms=ALGORITHMS)

    def _fetch_keys(self, provider: Provider) -> None:
        listed = self._place.fetch_object(provider.jwks_uri).get("keys")
        keys = []
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict) and one.get("kty") in KEY_KINDS and one.get("use", "sig") == "sig":
                try:
                    keys.append(JWKRegistry.import_key(one))
                except (JoseError, *_SURPRISES):
                    LOG.info("a key of the provider can not be used", extra={"kty": one["kty"]})
        if not keys:
            raise SignOnAwayError(reason="it has no key that signs", problem=Problem.KEY)
        self._keys = KeySet(keys)


class Transport:
    """What Authlib sends with: the one way out, in the shape of a session that it knows."""

    def __init__(self, place: ProviderPlace) -> None:
        self._place = place

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth) -> TokenAnswer:
        """Post a form with the client's authentication."""
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return TokenAnswer(self._place.exchange(url, body=body, headers=headers))


class TokenAnswer:
    """An answer of the token endpoint, as Authlib reads it."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self._content = answer.content

    def json(self) -> Mapping[str, object]:
        """Give the object that was answered."""
        return read_object(self._content)

    def raise_for_status(self) -> None:
        """Refuse what is no answer to the question; Authlib asks for it where the status tells of none."""
        raise SignOnAwayError(reason=f"its token endpoint answered {self.status_code}", problem=Problem.AWAY)


def _wanted_factor(factor_claims: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Ask for the second factor in the way its claim is asked for: ``acr`` by name, ``amr`` not at all."""
    wanted = {"acr_values": " ".join(factor_claims["acr"])} if "acr" in factor_claims else {}
    others = {
        name: {"essential": True, **({"value": values[0]} if len(values) == 1 else {"values": list(values)})}
        for name, values in factor_claims.items()
        if name not in ("acr", "amr")
    }
    return {**wanted, **({"claims": json.dumps({"id_token": others})} if others else {})}


def _problem(error: JoseError) -> Problem:
    if isinstance(error, ClaimError):
        return Problem.EXPIRED if isinstance(error, ExpiredTokenError) else _BY_CLAIM.get(error.claim, Problem.TOKEN)
    if isinstance(error, UnsupportedAlgorithmError | UnsupportedKeyAlgorithmError | ConflictAlgorithmError):
        return Problem.ALGORITHM
    if isinstance(error, InvalidKeyIdError):
        return Problem.KEY
    return Problem.SIGNATURE if isinstance(error, BadSignatureError) else Problem.TOKEN


def _code_word(supplied: object) -> str:
    """Give an error code of OAuth as it may stand in a log; anything else is not repeated."""
    return supplied if isinstance(supplied, str) and re.fullmatch(r"[a-z_]{1,40}", supplied) else "other"


def _instant(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        return None
    return datetime.fromtimestamp(seconds, UTC)
