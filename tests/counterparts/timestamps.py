"""A real authority on loopback, certomancer (CA, RFC 3161 time stamps, OCSP, CRL), and two servers of no use."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from urllib.request import Request, urlopen

from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CONFIG = Path(__file__).with_name("certomancer.yml")
KEYS = ("root", "tsa", "brief-tsa", "ocsp", "sealer", "brief-sealer", "withdrawn")
BRIEF = timedelta(days=100)  # how long the brief certificates are still good
PASSPHRASE = "synthetic"  # noqa: S105  # of a key that a test made
START_S = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A running authority: its addresses, its root, and PKCS#12 files to seal with (passphrase in its file).

    The certificates of ``brief`` things end in ``BRIEF`` from now; the others in 2098.
    """

    time_stamp_url: str
    brief_time_stamp_url: str
    ocsp_url: str
    crl_url: str
    root_certificate_der: bytes
    root_file: Path
    sealer_pkcs12: Path
    brief_sealer_pkcs12: Path
    withdrawn_pkcs12: Path
    passphrase_file: Path


@contextmanager
def authority_server(folder: Path) -> Iterator[Authority]:
    """Run certomancer on a free port of loopback, with keys and log in a folder; end it by its process id.

    In a folder of an earlier one it is the same authority again: the same keys, the same port.

    Raises:
        RuntimeError: It did not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in KEYS:
        if (folder / f"{name}.pem").exists():
            continue
        key = ec.generate_private_key(ec.SECP256R1())
        (folder / f"{name}.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    kept = folder / "port"
    kept.write_text(kept.read_text() if kept.exists() else str(_free_port()))
    port = int(kept.read_text())
    soon = (datetime.now(UTC) + BRIEF).isoformat(timespec="seconds")
    config = folder / "certomancer.yml"
    config.write_text(Template(CONFIG.read_text("utf-8")).substitute(port=port, keys=folder, soon=soon), "utf-8")
    program = str(Path(sys.executable).with_name("certomancer"))
    log = folder / "certomancer.log"  # a file: a full pipe would stop a server that lives for a whole session
    with log.open("wb") as told, subprocess.Popen(
        [program, "--config", str(config), "animate", "--port", str(port), "--no-web-ui"],
        stdin=subprocess.DEVNULL, stdout=told, stderr=told,
    ) as server:  # fmt: skip
        try:
            _wait(port, server, log)
            yield _authority(folder, config, f"http://localhost:{port}/test")
        finally:
            server.terminate()


@contextmanager
def silent_server() -> Iterator[str]:
    """Give the address of a server that accepts and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://localhost:{listening.getsockname()[1]}/tsa"


@contextmanager
def rubbish_server(*, status: int = 200, content_type: str = "application/timestamp-reply") -> Iterator[str]:
    """Give the address of a server that answers at once, with the right type, and bytes that are no time stamp."""

    class Rubbish(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer rubbish to whatever was asked."""
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(b"\x30\x03rubbish")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with _serving(Rubbish) as url:
        yield url


@contextmanager
def lying_server(time_stamp_url: str, change: Callable[[bytes], bytes]) -> Iterator[str]:
    """Give the address of a server that changes a request before it hands it on; its answers are properly signed."""

    class Lying(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Ask the honest server something else."""
            asked = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {"Content-Type": "application/timestamp-query"}
            with urlopen(Request(time_stamp_url, change(asked), headers), timeout=START_S) as answer:  # noqa: S310  # loopback
                told = answer.read()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with _serving(Lying) as url:
        yield url


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}/tsa"
        finally:
            server.shutdown()
            thread.join(timeout=10)


def _authority(folder: Path, config: Path, prefix: str) -> Authority:
    architecture = CertomancerConfig.from_file(str(config)).get_pki_arch(ArchLabel("test"))
    root = architecture.get_cert(CertLabel("root")).dump()
    (folder / "root.crt").write_bytes(root)
    for name in ("sealer", "brief-sealer", "withdrawn"):
        packed = architecture.package_pkcs12(CertLabel(name), password=PASSPHRASE.encode())
        (folder / f"{name}.p12").write_bytes(packed)
    (folder / "passphrase").write_text(PASSPHRASE, "utf-8")
    return Authority(
        time_stamp_url=f"{prefix}/tsa/tsa",
        brief_time_stamp_url=f"{prefix}/tsa/brief-tsa",
        ocsp_url=f"{prefix}/ocsp/root",
        crl_url=f"{prefix}/crls/root/latest.crl",
        root_certificate_der=root,
        root_file=folder / "root.crt",
        sealer_pkcs12=folder / "sealer.p12",
        brief_sealer_pkcs12=folder / "brief-sealer.p12",
        withdrawn_pkcs12=folder / "withdrawn.p12",
        passphrase_file=folder / "passphrase",
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    latest = time.monotonic() + START_S
    while time.monotonic() < latest and server.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=1):
                return
        except OSError as error:
            if getattr(error, "code", 0):  # it answers, if only "not found"
                return
            time.sleep(0.05)  # it is not listening yet
    raise RuntimeError(f"certomancer did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
