"""A server for the tablet whose deploys can break, and a stand-in for what enrols tablets and takes envelopes."""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import ClosingIterator

CODE = "K7Q2-F9DM"
FORMS = {
    "digest": "f" * 64,
    "forms": [{"form": "lead-agreement", "version": 1, "digest": "a" * 64, "languages": ["en", "es"]}],
}
P256 = ec.SECP256R1()


def unpadded(content: bytes) -> str:
    """Write bytes as JOSE does."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def padded(text: str) -> bytes:
    """Read what JOSE wrote."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Give a public key as a JSON Web Key."""
    numbers = key.public_numbers()
    x, y = (unpadded(one.to_bytes(32, "big")) for one in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def from_jwk(jwk: dict) -> ec.EllipticCurvePublicKey:
    """Read a JSON Web Key."""
    x, y = (int.from_bytes(padded(jwk[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, P256).public_key()


def thumbprint(jwk: dict) -> str:
    """Give the RFC 7638 thumbprint of a P-256 key."""
    plain = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return unpadded(sha256(plain.encode()).digest())


def compact(payload: dict, key: ec.EllipticCurvePrivateKey) -> str:
    """Sign a receipt as a compact JWS (RFC 7515, 7.1)."""
    text = ".".join(
        unpadded(json.dumps(one).encode()) for one in ({"alg": "ES256", "typ": "forms-receipt+jws"}, payload)
    )
    r, s = utils.decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
    return f"{text}.{unpadded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def verified(jws: str, key: ec.EllipticCurvePublicKey) -> tuple[dict, dict]:
    """Give header and payload of a compact JWS whose signature holds, by another library than the tablet's."""
    header, payload, signature = jws.split(".")
    raw = padded(signature)
    assert len(raw) == 64
    r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    key.verify(utils.encode_dss_signature(r, s), f"{header}.{payload}".encode(), ec.ECDSA(SHA256()))
    return json.loads(padded(header)), json.loads(padded(payload))


def opened(jwe: str, key: ec.EllipticCurvePrivateKey) -> tuple[dict, bytes]:
    """Open a compact JWE of ECDH-ES and A256GCM by the letter of RFC 7518, 4.6; give its header and its text."""
    protected, wrapped, iv, sealed, tag = jwe.split(".")
    header = json.loads(padded(protected))
    assert wrapped == ""
    party = header.get("apu", ""), header.get("apv", "")
    parts = (b"A256GCM", *(padded(one) for one in party))
    info = b"".join(len(one).to_bytes(4, "big") + one for one in parts) + (256).to_bytes(4, "big")
    shared = key.exchange(ec.ECDH(), from_jwk(header["epk"]))
    content_key = ConcatKDFHash(algorithm=SHA256(), length=32, otherinfo=info).derive(shared)
    return header, AESGCM(content_key).decrypt(padded(iv), padded(sealed) + padded(tag), protected.encode())


class StandIn:
    """What takes envelopes: as the description says, and as faulty as a test wants."""

    def __init__(self) -> None:
        self.envelope_key, self.receipt_key = ec.generate_private_key(P256), ec.generate_private_key(P256)
        self.devices: dict[str, ec.EllipticCurvePublicKey] = {}
        self.kept: dict[str, str] = {}
        self.puts: list[str] = []
        self.receipt: Callable[[dict], str | Response] = lambda facts: compact(facts, self.receipt_key)
        self.forms: dict = FORMS
        self.in_use: list[dict] = FORMS["forms"]
        self.revoked = self.forms_need_sign_in = False
        self.missing: list[list[int]] = []

    def answer(self, request: Request) -> Response | None:
        """Answer, if it is ours."""
        if request.path == "/tablet/enrol":
            return self._enrol(request)
        if request.path.startswith("/tablet/envelopes/"):
            return self._put(request)
        if request.path == "/tablet/check":
            return self._check(request.get_data(as_text=True))
        if request.path == "/tablet/forms.json" and self.forms_need_sign_in:
            return Response(status=302, headers={"Location": "/sign-in?next=/tablet/forms.json"})
        if request.path == "/tablet/forms.json":
            same = f'"{self.forms["digest"]}"' == request.headers.get("If-None-Match")
            return Response(status=304) if same else _json(self.forms)
        return None

    def _enrol(self, request: Request) -> Response:
        asked = request.get_json()
        if asked["code"] != CODE:
            return _refusal("device-code-wrong", 403)
        device_id = str(uuid.uuid4())
        self.devices[device_id] = from_jwk(asked["key"])
        return _json({"device_id": device_id, "keys": self.public_keys()})

    def public_keys(self) -> dict[str, dict[str, str]]:
        """Give the keys that tablets seal to and trust."""
        return {
            "envelope": public_jwk(self.envelope_key.public_key()),
            "receipt": public_jwk(self.receipt_key.public_key()),
        }

    def _check(self, jws: str) -> Response:
        header, payload = verified(jws, self.devices[json.loads(padded(jws.split(".", maxsplit=1)[0]))["kid"]])
        assert header["typ"] == "forms-check+jws"
        assert set(payload) == {"v", "device_id", "app_version", "unsent", "counter"}
        names = {"version": "form_version", "digest": "form_digest"}
        forms = [{names.get(name, name): value for name, value in one.items()} for one in self.in_use]
        return _json({"revoked": self.revoked, "forms": forms, "missing": self.missing})

    def _put(self, request: Request) -> Response:
        envelope_id, body = request.path.rpartition("/")[2], request.get_data()
        self.puts.append(envelope_id)
        digest = base64.b64encode(sha256(body).digest()).decode()
        assert request.headers["Content-Digest"] == f"sha-256=:{digest}:"
        jws = body.decode("ascii")
        _, payload = verified(jws, self.devices[json.loads(padded(jws.split(".")[0]))["kid"]])
        assert payload["envelope_id"] == envelope_id
        if self.kept.setdefault(envelope_id, jws) != jws:
            return _refusal("envelope-content-differs", 409)
        facts = {
            "v": "receipt/1",
            "envelope_id": envelope_id,
            "digest": sha256(body).hexdigest(),
            "outcome": "archived",
        }
        told = self.receipt(facts)
        return told if isinstance(told, Response) else Response(told, mimetype="application/jose")


def _json(content: dict) -> Response:
    return Response(json.dumps(content), mimetype="application/json")


def _refusal(slug: str, status: int) -> Response:
    return Response(
        json.dumps({"slug": slug, "detail": "The server's words."}), status=status, mimetype="application/problem+json"
    )


class Deploy:
    """What is served now: an application, with files that are missing or altered, and the stand-in before it."""

    def __init__(self, app) -> None:
        self.app = app
        self.stand_in = StandIn()
        self.missing: set[str] = set()
        self.altered: set[str] = set()
        self.seen: list[tuple[str, str]] = []
        self.sent_bytes: Counter[str] = Counter()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Answer as WSGI has it."""
        request = Request(environ)
        self.seen.append((request.method, request.path))
        return self._counted(request.path, self._answering(request)(environ, start_response))

    def _answering(self, request: Request) -> Callable:
        if request.path in self.missing:
            return Response("gone", status=404)
        if request.path in self.altered:
            return Response("/* not what was listed */", mimetype="text/css")
        return self.stand_in.answer(request) or self.app

    def _counted(self, path: str, body: Iterable[bytes]) -> Iterable[bytes]:
        def chunks() -> Iterator[bytes]:
            for chunk in body:
                self.sent_bytes[path] += len(chunk)
                yield chunk

        return ClosingIterator(chunks(), getattr(body, "close", None))


@contextmanager
def serving(deploy: Deploy, port: int) -> Iterator[Callable[[], None]]:
    """Serve on loopback; give what ends it."""
    server = make_server("127.0.0.1", port, deploy, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def end() -> None:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()

    try:
        yield end
    finally:
        if thread.is_alive():
            end()
