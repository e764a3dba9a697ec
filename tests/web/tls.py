"""A configuration of its own for tests that make certificates, and a device that meets a running server."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from pathlib import Path

import pytest

from forms_service.settings import ROOT

START_SECONDS = 60


def own_config(folder: Path) -> Path:
    """Give a folder that reads as ``config/`` does, with keys of its own."""
    config = folder / "config"
    config.mkdir()
    for name in ("agency.toml", "roles.toml", "screening.toml", "fonts"):
        (config / name).symlink_to(ROOT / "config" / name)
    return config


@dataclass
class Answer:
    """What came back, with every header as it was sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Give a header that was sent once."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(found) == 1, (name, found)
        return found[0]

    def cookies(self) -> dict[str, set[str]]:
        """Give each cookie's flags by its name."""
        set_cookies = [value.split("; ") for key, value in self.headers if key.lower() == "set-cookie"]
        return {parts[0].partition("=")[0]: set(parts[1:]) for parts in set_cookies}


@dataclass
class Device:
    """A device that trusts the service's own authority and nothing else, with a cookie jar."""

    port: int
    authority: Path
    jar: dict[str, str] = field(default_factory=dict)

    def context(self) -> ssl.SSLContext:
        """Give TLS as a browser does it: the chain and the name are checked."""
        return ssl.create_default_context(cafile=str(self.authority))

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """Send one request."""
        connection = HTTPSConnection("localhost", self.port, context=self.context(), timeout=30)
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())} if self.jar else {}
        connection.request(method, path, body=body or None, headers={**cookie, **headers})
        got = connection.getresponse()
        answer = Answer(got.status, got.getheaders(), got.read())
        connection.close()
        for key, value in answer.headers:
            if key.lower() == "set-cookie":
                name, _, rest = value.partition("=")
                self.jar[name] = rest.partition(";")[0]
        return answer

    def sign_in(self, facts: dict[str, str]) -> Answer:
        """Sign in with name, password and the notice read."""
        token = re.search(rb'name="csrf_token" value="([^"]+)"', self.ask("GET", "/sign-in").body)[1].decode()
        body = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in {**facts, "csrf_token": token}.items())
        return self.ask(
            "POST", "/sign-in", body, **{"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://localhost:{self.port}/sign-in"}
        )  # fmt: skip


def free_port() -> int:
    """Give a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(device: Device, server: subprocess.Popen, log: Path) -> None:
    """Wait for the first answer; a server that ended says why."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            if device.ask("GET", "/health").status == 200:
                return
        except (OSError, ssl.SSLError):
            time.sleep(0.1)
    pytest.fail(log.read_text())
