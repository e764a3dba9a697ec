"""The real counterparts as fixtures; ``tests/conftest.py`` registers this module as a plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.counterparts.browser import chromium
from tests.counterparts.openid import OpenIdProvider, openid_provider
from tests.counterparts.softhsm import SoftHsm, soft_hsm
from tests.counterparts.timestamps import Authority, authority_server, rubbish_server, silent_server


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Run one authority (CA, time stamps, OCSP, CRL) for the whole session."""
    with authority_server(tmp_path_factory.mktemp("authority") / "server") as running:
        yield running


@pytest.fixture
def silent_time_stamp_url() -> Iterator[str]:
    """Give the address of a server that accepts and never answers."""
    with silent_server() as url:
        yield url


@pytest.fixture
def rubbish_time_stamp_url() -> Iterator[str]:
    """Give the address of a server that answers rubbish."""
    with rubbish_server() as url:
        yield url


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    """Keep SoftHSM's tokens in a folder of this session."""
    with soft_hsm(tmp_path_factory.mktemp("softhsm")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """Start Chromium once for the whole session."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    """Run one OpenID Connect provider for the whole session."""
    with openid_provider(tmp_path_factory.mktemp("provider") / "log") as running:
        yield running
