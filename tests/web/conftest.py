"""A running service on loopback, a signed-in client without a browser."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from forms_service.domain.record import Record
from forms_service.ports import Account, Actor, Services
from forms_service.settings import ROOT
from forms_service.web.app import create_app
from forms_service.workflow.accounts import NewAccount, add_account
from tests.conftest import HeldClock, environment, make_services
from tests.web.papers import hand_over, read, records, sign
from tests.web.tablet import Station, enrol, open_app, tablet
from tests.web.tablet_server import serving
from tests.web.tls import Device, free_port, own_config, wait_until_it_answers

PASSWORD = "a calm river at noon"  # noqa: S105  # a test's own
OFFICER = NewAccount(
    name="dreyes",
    password=PASSWORD,
    full_name="Officer Dana Reyes",
    badge="214",
    phone="503-555-0142",
    roles=("officer",),
)
BY = Actor(id="operator:tester")
SIGN_IN = {"name": OFFICER.name, "password": PASSWORD, "notice": "read"}


PROGRAM = str(Path(sys.executable).with_name("forms-service"))


def hire(services: Services) -> Account:
    """Let one officer sign in who plays every part, as the first account does in practice."""
    account = replace(add_account(services, BY, OFFICER), roles=tuple(services.roles.roles))
    with services.database.write() as transaction:
        transaction.ledger.put_account(account)
    return account


class Visitor:
    """A test client that reads the token of a page before it posts."""

    def __init__(self, app: Flask, origin: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.origin = origin

    def get(self, path: str, **more) -> TestResponse:
        """Open a page."""
        return self.client.get(path, base_url=self.origin, buffered=True, **more)

    def post(self, path: str, data: dict, *, page: str = "", **more) -> TestResponse:
        """Send a page's form with the token the page carries."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page or path).text)
        assert token, f"{page or path} carries no token"
        sent = {"csrf_token": token[1], **data}
        return self.client.post(path, base_url=self.origin, data=sent, buffered=True, **more)

    def sign_in(self) -> None:
        """Sign in as the officer of these tests."""
        answer = self.post("/sign-in", SIGN_IN)
        assert answer.status_code == 302


@pytest.fixture
def account(services: Services) -> None:
    """Let one officer sign in."""
    hire(services)


@pytest.fixture
def app(services: Services) -> Flask:
    """Build the application on real services in an empty folder."""
    return create_app(services.settings, services)


@pytest.fixture
def stranger(app: Flask, services: Services) -> Visitor:
    """Give a visitor who has not signed in."""
    return Visitor(app, services.settings.origin)


@pytest.fixture
def visitor(stranger: Visitor, account: None) -> Visitor:
    """Give a visitor who has signed in."""
    stranger.sign_in()
    return stranger


@pytest.fixture
def record(visitor: Visitor, services: Services) -> Record:
    """Archive one paper without a case number, through the pages."""
    hand_over(visitor, "social-referral")
    read(visitor)
    sign(visitor, "person", "officer")
    return records(services)[0]


class Running:
    """A service that listens on loopback."""

    def __init__(self, services: Services, origin: str, clock: HeldClock) -> None:
        self.services = services
        self.origin = origin
        self.clock = clock


@contextmanager
def served(folder: Path) -> Iterator[Running]:
    """Serve real services of a folder on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    origin = f"http://localhost:{port}"
    clock = HeldClock()
    services = make_services(folder, clock, FORMS_ORIGIN=origin)
    server = make_server("127.0.0.1", port, create_app(services.settings, services), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Running(services, origin, clock)
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Serve real services to one test."""
    with served(tmp_path) as running:
        yield running


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """Serve the tablet's app on a free port, with a stand-in for what enrols tablets and takes envelopes."""
    station = Station(tmp_path)
    with serving(station.deploy, station.port) as station.end:
        yield station


@pytest.fixture
def page(chromium_browser: Browser, station: Station, tmp_path: Path) -> Iterator[Page]:
    """Give the page of a tablet that is enrolled and has a PIN."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        open_app(page, station)
        enrol(page, station)
        yield page


@pytest.fixture(scope="session")
def device(tmp_path_factory) -> Iterator[Device]:
    """Run ``serve --tls`` with an authority of its own, and give a device that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    port, config = free_port(), own_config(folder)
    more = {"FORMS_CONFIG": str(config), "FORMS_ORIGIN": f"https://localhost:{port}"}
    hire(make_services(folder, **more))
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [PROGRAM, "serve", "--tls"],
            env={**os.environ, **environment(folder, **more)},
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    device = Device(port, config / "keys" / "authority.crt")
    try:
        wait_until_it_answers(device, server, folder / "log")
        yield device
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
