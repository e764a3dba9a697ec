"""A server for the tablet whose deploys can break, a stand-in for what takes envelopes, and a tablet that keeps its disk."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.counterparts.browser import FLAGS, PROGRAM
from tests.web.tls import START_SECONDS

TABLET = {"width": 800, "height": 1280}
PIN, OTHER_PIN, WRONG_PIN = "730518", "264917", "111999"
CODE = "K7Q2-F9DM"
FORMS = {"digest": "f" * 64, "forms": [{"form": "lead-agreement", "version": 1, "digest": "a" * 64, "languages": ["en", "es"]}]}
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
    """Sign as a compact JWS (RFC 7515, 7.1)."""
    text = ".".join(unpadded(json.dumps(one).encode()) for one in ({"alg": "ES256"}, payload))
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
        self.revoked = False

    def answer(self, request: Request) -> Response | None:
        """Answer, if it is ours."""
        if request.path == "/tablet/enrol":
            return self._enrol(request)
        if request.path.startswith("/tablet/envelopes/"):
            return self._put(request)
        if request.path == "/tablet/check":
            return _json({"revoked": self.revoked})
        if request.path == "/tablet/forms.json":
            same = f'"{self.forms["digest"]}"' == request.headers.get("If-None-Match")
            return Response(status=304) if same else _json(self.forms)
        return None

    def _enrol(self, request: Request) -> Response:
        asked = request.get_json()
        if asked["code"] != CODE:
            return _refusal("enrolment-code-unknown", 403)
        device_id = str(uuid.uuid4())
        self.devices[device_id] = from_jwk(asked["key"])
        keys = {"envelope": public_jwk(self.envelope_key.public_key()), "receipt": public_jwk(self.receipt_key.public_key())}
        return _json({"device_id": device_id, "keys": keys})

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
        facts = {"v": "receipt/1", "envelope_id": envelope_id, "digest": sha256(body).hexdigest(), "outcome": "archived"}
        told = self.receipt(facts)
        return told if isinstance(told, Response) else Response(told, mimetype="application/jose")


def _json(content: dict) -> Response:
    return Response(json.dumps(content), mimetype="application/json")


def _refusal(slug: str, status: int) -> Response:
    return Response(json.dumps({"slug": slug}), status=status, mimetype="application/problem+json")


class Deploy:
    """What is served now: an application, with files that are missing or altered, and the stand-in before it."""

    def __init__(self, app) -> None:
        self.app = app
        self.stand_in = StandIn()
        self.missing: set[str] = set()
        self.altered: set[str] = set()
        self.seen: list[tuple[str, str]] = []

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Answer as WSGI has it."""
        request = Request(environ)
        self.seen.append((request.method, request.path))
        if request.path in self.missing:
            return Response("gone", status=404)(environ, start_response)
        if request.path in self.altered:
            return Response("/* not what was listed */", mimetype="text/css")(environ, start_response)
        found = self.stand_in.answer(request)
        return found(environ, start_response) if found else self.app(environ, start_response)


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


@contextmanager
def tablet(browser: Browser, profile: Path, size: dict[str, int] | None = None, **more) -> Iterator[BrowserContext]:
    """Switch a tablet on: Chromium on a profile that stays when it is switched off."""
    context = browser.browser_type.launch_persistent_context(
        str(profile), executable_path=PROGRAM, args=list(FLAGS), viewport=size or TABLET, has_touch=True, **more
    )
    context.set_default_timeout(20_000)
    try:
        yield context
    finally:
        context.close()


class Running:
    """A Chromium of its own process, to be killed."""

    def __init__(self, browser: Browser, profile: Path) -> None:
        profile.mkdir(exist_ok=True)
        told = profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        command = [PROGRAM, *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and not (told.exists() and told.read_text().count("\n")):
            time.sleep(0.02)
        self.browser = browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{told.read_text().split()[0]}")
        self.page: Page = self.browser.contexts[0].pages[0]

    def kill(self) -> None:
        """End it as a dead battery does, every process of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def close(self) -> None:
        """Let go of what was killed."""
        self.browser.close()


def port_is_free(port: int) -> bool:
    """Say whether nobody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0

