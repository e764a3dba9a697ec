"""Asks the addresses that certificates name whether they were withdrawn (OCSP, CRL), within bounds.

* Only http and https, no redirect, no certificate is fetched: nobody is asked but whom a certificate of the chain names.
* Each answer is bounded in time and size, and so is the number of questions.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from pyhanko_certvalidator.fetchers import FetcherBackend, Fetchers
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.fetchers.api import FetchLimits

TIMEOUT_S = 5
MOST_BYTES = 8 * 1024 * 1024  # a large authority's list of withdrawn certificates has one or two megabytes
LIMITS = FetchLimits(max_requests=16, max_cert_requests=0, max_aia_urls_per_object=0)


@asynccontextmanager
async def bounded_fetchers() -> AsyncIterator[Fetchers]:
    """Give fetchers for one question about a few certificates, and close their connections afterwards."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        backend: FetcherBackend = AIOHttpFetcherBackend(_BoundedSession(session), TIMEOUT_S, limits=LIMITS)  # type: ignore[arg-type]  # stands for a session
        yield backend.get_fetchers()


class _BoundedSession:
    """As much of a session as the fetchers use."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    def get(self, url: str, **options: Any) -> Any:  # noqa: ANN401  # aiohttp's own options
        """Ask for a list."""
        return _answer(self._session, "GET", url, options)

    def post(self, url: str, **options: Any) -> Any:  # noqa: ANN401  # aiohttp's own options
        """Ask for a status."""
        return _answer(self._session, "POST", url, options)


class _BoundedAnswer:
    """An answer that is read no further than ``MOST_BYTES``."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def read(self) -> bytes:
        """Give the answer's bytes.

        Raises:
            ClientPayloadError: There are too many.
        """
        found = bytearray()
        async for chunk in self._response.content.iter_chunked(65_536):
            found += chunk
            if len(found) > MOST_BYTES:
                raise aiohttp.ClientPayloadError("the answer is too large")
        return bytes(found)


@asynccontextmanager
async def _answer(
    session: aiohttp.ClientSession, method: str, url: str, options: dict[str, Any]
) -> AsyncIterator[_BoundedAnswer]:
    try:
        async with session.request(method, url, allow_redirects=False, **options) as response:
            yield _BoundedAnswer(response)
    except TimeoutError as error:  # the fetchers look elsewhere after an error of the connection only
        raise aiohttp.ServerTimeoutError from error
