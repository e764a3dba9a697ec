"""A certified OpenID Connect provider (npm ``oidc-provider``) on loopback, and somebody who signs on there.

Its people stand in ``node/people.json``.
"""

from __future__ import annotations

import http.client
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.counterparts.npm import FOLDER, NODE, install
from tests.web.tls import free_port

SECRET = "synthetic+secret%of/a~test"  # noqa: S105  # of a provider that a test runs
MOST_STEPS = 12
ROLES = {
    "Forms.Officer": ["officer"],
    "Forms.Clerk": ["clerk"],
    "Forms.Supervisor": ["supervisor"],
    "Forms.Administrator": ["administrator"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdProvider:
    """A running provider."""

    issuer: str


@contextmanager
def openid_provider(log: Path) -> Iterator[OpenIdProvider]:
    """Run the provider on a free port of loopback; end it by its process id.

    Raises:
        RuntimeError: It did not start.
    """
    install()
    port = free_port()
    command = [str(NODE), str(FOLDER / "provider.mjs"), str(port), SECRET]
    with log.open("wb") as told, subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told
    ) as server:  # fmt: skip
        try:
            assert server.stdout
            if server.stdout.readline() != b"ready\n":
                raise RuntimeError(f"the provider did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
            yield OpenIdProvider(issuer=f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def table(provider: str, secret: Path, more: str = "") -> str:
    """Give ``[oidc]`` of service.toml for a provider, with its secret kept in a file as it must be."""
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text(SECRET)
    secret.chmod(0o600)
    roles = "".join(f'"{value}" = {held}\n' for value, held in ROLES.items()).replace("'", '"')
    return (
        f'[oidc]\nissuer = "{provider}"\nclient_id = "forms"\nclient_secret = "{secret}"\n'
        f'label = "your Dallas account"\n{more}\n[oidc.roles]\n{roles}'
    )


class Person:
    """Somebody's browser at the provider, without one: follows redirects, keeps cookies, stops where the service is."""

    def __init__(self) -> None:
        self._cookies: dict[str, str] = {}

    def sign_on(self, address: str, login: str, *, factor: bool = True, cancel: bool = False) -> str:
        """Go where the service sends; give the address under which the provider sends back."""
        given = {"login": login, "do": "cancel" if cancel else "enter", **({"factor": "yes"} if factor else {})}
        found = self._follow("GET", address)
        if found[1] is not None:
            action = re.search(r'action="([^"]+)"', found[1])
            assert action, found[1][:500]
            parts = urlsplit(address)
            found = self._follow("POST", f"{parts.scheme}://{parts.netloc}{action[1]}", urlencode(given))
        assert found[1] is None, found[1][:500]
        return found[0]

    def _follow(self, method: str, address: str, body: str | None = None) -> tuple[str, str | None]:
        """Give the address of a page and the page, or the first address elsewhere and nothing."""
        host = urlsplit(address).netloc
        for _ in range(MOST_STEPS):
            status, location, page = self._send(method, address, body)
            if not location:
                assert status == 200, page[:500]
                return address, page
            parts, method, body = urlsplit(location), "GET", None
            if parts.netloc not in ("", host):
                return location, None
            address = location if parts.netloc else f"http://{host}{location}"
        raise RuntimeError(address)

    def _send(self, method: str, address: str, body: str | None) -> tuple[int, str, str]:
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.netloc, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, f"{parts.path}?{parts.query}", body=body, headers=headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        page = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), page
