"""A provider on loopback that lies in any way a test says: its documents, its keys, its tokens, its silence."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

CLIENT = "forms"
NONCE = "a nonce"


class EvilProvider:
    """What it answers; each part can be replaced by a test.

    Attributes:
        claims: Laid over those of a good token; None takes one out.
        header: Laid over a good token's header.
        key: What a token is signed with, its public half in the key set; bytes are a shared secret.
        token_answer: Status and body in place of a good token answer.
        answers: Path to status and body, in place of what is usual there.
        drip_seconds: Between the bytes of each answer.
        asked: Paths that were asked for.
    """

    def __init__(self) -> None:
        self.issuer = ""
        self.key: RSAKey | ECKey | bytes = ECKey.generate_key("P-256", {"kid": "key-1"})
        self.keys: list[Mapping[str, object]] | None = None
        self.claims: dict[str, object] = {}
        self.header: dict[str, object] = {}
        self.discovery: dict[str, object] = {}
        self.id_token: Callable[[str], object] = lambda token: token
        self.token_answer: tuple[int, bytes] | None = None
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.drip_seconds = 0.0
        self.asked: list[str] = []
        self.posted: list[str] = []
        self.now = datetime.now(UTC)

    def answer(self, path: str) -> tuple[int, bytes]:
        """Give status and body of a path."""
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(self._discovery()).encode()
        if path == "/keys":
            own = [] if isinstance(self.key, bytes) else [self.key.as_dict(private=False)]
            keys = own if self.keys is None else self.keys
            return 200, json.dumps({"keys": keys}).encode()
        if path == "/token":
            return self.token_answer or (200, json.dumps(self._token()).encode())
        return 404, b"{}"

    def _discovery(self) -> dict[str, object]:
        usual = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
        }  # fmt: skip
        return usual | self.discovery

    def _token(self) -> dict[str, object]:
        now = int(self.now.timestamp())
        usual = {
            "iss": self.issuer, "sub": "somebody", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": NONCE,
        }  # fmt: skip
        claims = {name: value for name, value in (usual | self.claims).items() if value is not None}
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(self.signed(json.dumps(claims)))}

    def signed(self, content: str | bytes) -> str:
        """Sign anything; what no library signs (nothing, or a secret that is none) is put together by hand."""
        algorithm = "ES256" if isinstance(self.key, ECKey) else "RS256" if isinstance(self.key, RSAKey) else "HS256"
        header = {"alg": algorithm, "kid": "key-1"} | self.header
        header = {name: value for name, value in header.items() if value is not None}
        content = content.encode() if isinstance(content, str) else content
        if header["alg"] not in ("none", "HS256"):
            return jws.serialize_compact(header, content, self.key, algorithms=[str(header["alg"])])
        signed = f"{_base64(json.dumps(header).encode())}.{_base64(content)}"
        secret = self.key if isinstance(self.key, bytes) else b""
        return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), 'sha256')) if header['alg'] == 'HS256' else ''}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def evil_provider() -> Iterator[EvilProvider]:
    """Run one on a free port of loopback."""
    evil = EvilProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer as the test says."""
            self._say(*evil.answer(self.path))

        def do_POST(self) -> None:
            """Answer as the test says."""
            evil.posted.append(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())
            self._say(*evil.answer(self.path))

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", f"{evil.issuer}/elsewhere")
            self.end_headers()
            try:
                for at in range(0, len(body), 1 if evil.drip_seconds else len(body)):
                    self.wfile.write(body[at : at + 1] if evil.drip_seconds else body)
                    time.sleep(evil.drip_seconds)
            except OSError:
                return  # whoever asked hung up

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        evil.issuer = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield evil
        finally:
            server.shutdown()
            thread.join(timeout=10)
