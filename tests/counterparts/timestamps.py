"""A real time-stamp server: certomancer (CA, TSA over HTTP) on loopback, and two that are of no use."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CONFIG = """
external-url-prefix: "http://localhost:{port}"
keysets:
  test:
    path-prefix: {keys}
    keys:
      root: {{path: root.pem}}
      tsa: {{path: tsa.pem}}
pki-architectures:
  test:
    keyset: test
    entity-defaults: {{country-name: US, organization-name: Synthetic}}
    entities:
      root: {{common-name: Synthetic Root}}
      tsa: {{common-name: Synthetic Time Stamps}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2099-01-01T00:00:00+0000"}}
        extensions:
          - {{id: basic_constraints, critical: true, value: {{ca: true}}}}
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature, key_cert_sign, crl_sign]}}}}
      tsa:
        subject: tsa
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2098-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, critical: true, value: [time_stamping]}}
    services:
      time-stamping:
        tsa: {{signing-cert: tsa}}
"""


@contextmanager
def time_stamp_server(folder: Path) -> Iterator[str]:
    """Run certomancer's time-stamp server; give its address."""
    folder.mkdir(parents=True)
    for name in ("root", "tsa"):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(pem)
    port = _free_port()
    config = folder / "certomancer.yml"
    config.write_text(CONFIG.format(port=port, keys=folder), "utf-8")
    program = str(Path(sys.executable).with_name("certomancer"))
    with subprocess.Popen(
        [program, "--config", str(config), "animate", "--port", str(port), "--no-web-ui"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as server:  # fmt: skip
        try:
            _wait(port, server)
            yield f"http://localhost:{port}/test/tsa/tsa"
        finally:
            server.terminate()


@contextmanager
def silent_server() -> Iterator[str]:
    """Give the address of a server that accepts and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://localhost:{listening.getsockname()[1]}/tsa"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise RuntimeError((server.stderr.read() if server.stderr else b"").decode())
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=1):
                return
        except OSError as error:
            if getattr(error, "code", 0):  # it answers, if only "not found"
                return
            time.sleep(0.05)  # it is not listening yet
    raise RuntimeError("certomancer did not start")
