"""``script/audit`` against an advisory database on loopback: found, clean, silent, broken and not there."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from forms_service.settings import ROOT

ADVISORY = {
    "id": "TEST-2026-1",
    "summary": "made for this test",
    "affected": [{"package": {"name": "jinja2", "ecosystem": "PyPI"}, "versions": ["3.1.6"]}],
    "published": "2026-11-01T00:00:00Z",
    "modified": "2026-11-01T00:00:00Z",
}


@contextmanager
def advisories(*, vulnerable: str = "", status: int = 200, wait_seconds: float = 0) -> Iterator[str]:
    """Serve an advisory database that knows one vulnerable package, or none."""

    class Database(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(wait_seconds)
            known = {"vulns": [ADVISORY]} if asked["package"]["name"] == vulnerable else {}
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(known).encode())

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Database)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def audit(url: str, *, seconds: str = "60", more: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run the script against a database; give exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "script/audit", "--osv-url", url, *more], cwd=ROOT, env={**os.environ, "AUDIT_SECONDS": seconds},
        capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_known_vulnerability_fails_the_run():
    """Package, version and advisory are named."""
    with advisories(vulnerable="jinja2") as url:
        code, said = audit(url)
    assert code == 1
    assert "vulnerable: jinja2 3.1.6: TEST-2026-1" in said


def test_a_clean_lock_file_passes():
    """Every locked package was asked about."""
    with advisories() as url:
        code, said = audit(url)
    assert code == 0
    assert said.startswith("audited: ")
    assert "0 known vulnerabilities" in said


def test_without_a_network_one_line_says_so():
    """Nobody listens: the run goes on."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        code, said = audit(f"http://127.0.0.1:{nobody.getsockname()[1]}/v1/query")
    assert (code, said) == (0, "NOT AUDITED: the advisory database can not be reached\n")


def test_a_database_that_fails_is_told_as_one_that_is_not_there():
    """Their fault is no fault of the code."""
    with advisories(status=503) as url:
        code, said = audit(url)
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith("NOT AUDITED")


def test_a_database_that_is_silent_does_not_hang_the_run():
    """The whole audit is bounded, whatever each answer takes."""
    with advisories(wait_seconds=3) as url:
        begun = time.monotonic()
        code, said = audit(url, seconds="2")
    assert time.monotonic() - begun < 30
    assert code == 0
    assert "in 2 seconds" in said


def test_an_audit_that_is_itself_broken_fails(tmp_path):
    """A lock file that can not be read is not passed off as a missing network."""
    (tmp_path / "broken.lock").write_text("no requirement at all ==\n")
    with advisories() as url:
        code, said = audit(url, more=("--requirement", str(tmp_path / "broken.lock")))
    assert code == 1
    assert "the audit itself failed" in said
