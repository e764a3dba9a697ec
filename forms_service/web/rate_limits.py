"""How often one address may ask for what costs us, or what somebody could guess at.

* A whole station may stand behind one address: each number leaves room for a change of shift.
* A sign-in is counted by the name that was typed too, known here or not, so that the answer tells nothing.
* Refused is what comes before the work: no password is hashed and no file is read for it.
* Counts live in this process's memory; the server runs one process, and a restart forgives.

Source: ASVS 5.0, 2.4.1 and 6.3.1; RFC 6585, 4.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from forms_service.domain.evidence import sha256_hex
from forms_service.errors import TooManyRequestsError
from forms_service.web.current import current_services, source_address
from forms_service.web.request_body import SAFE_METHODS, drain

EXTENSION = "forms_service.rate_limits"
IPV6_NETWORK = 64  # one customer, one building: who has one address of it has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one address, and where it is set one sign-in name, may post."""

    by_address: RateLimitItem
    by_name: RateLimitItem | None = None


LIMITS: Mapping[str, Limit] = {
    # Thirty officers at a change of shift, each with a typo; the lockout after five failures is the finer net.
    "signin.sign_in_page": Limit(
        by_address=RateLimitItemPerMinute(60), by_name=RateLimitItemPerMinute(20, multiples=15)
    ),
    # Needed once in the life of an installation.
    "signin.first_account": Limit(by_address=RateLimitItemPerMinute(10)),
    # A dozen tablets that come back at once; each try hashes a password.
    "signin.take_back": Limit(by_address=RateLimitItemPerMinute(30)),
    # As the sign-in that they belong to; a stranger's asking writes a row.
    "factor.ask_anybody": Limit(by_address=RateLimitItemPerMinute(60)),
    "factor.passkey_alone": Limit(by_address=RateLimitItemPerMinute(60)),
    "factor.give": Limit(by_address=RateLimitItemPerMinute(60)),
    "factor.confirm": Limit(by_address=RateLimitItemPerMinute(60)),
    # As the sign-in that they are; each asks the provider, or writes an entry.
    "sign_on.begin": Limit(by_address=RateLimitItemPerMinute(60)),
    "sign_on.prove": Limit(by_address=RateLimitItemPerMinute(60)),
    "sign_on.back": Limit(by_address=RateLimitItemPerMinute(60)),
    # A code has 80 random bits; a tablet brings one once.
    "tablet.enrol": Limit(by_address=RateLimitItemPerMinute(20)),
    # A dozen tablets that come back after a week without a network; each is refused softly and comes again.
    "tablet.envelope": Limit(by_address=RateLimitItemPerMinute(600)),
    "tablet.check": Limit(by_address=RateLimitItemPerMinute(120)),
    "tablet.author": Limit(by_address=RateLimitItemPerMinute(60)),
    # A token has 128 random bits; whoever has a link presses its button a few times.
    "copy_link.fetch": Limit(by_address=RateLimitItemPerMinute(30)),
    "tablet.half_signed": Limit(by_address=RateLimitItemPerMinute(60)),
    # A clerk who checks a stack of papers brings one every few seconds; each may be 20 MiB.
    "verify.judge": Limit(by_address=RateLimitItemPerMinute(30)),
}


COUNTED_READS = frozenset({"sign_on.back"})  # pages that do something when they are opened


class RateLimits:
    """Counts of one application."""

    def __init__(self, limits: Mapping[str, Limit] = LIMITS) -> None:
        self._limits = limits
        self._counted = MovingWindowRateLimiter(MemoryStorage())

    def count(self, endpoint: str, address: str, name: str) -> None:
        """Count one post.

        Raises:
            TooManyRequestsError: The address, or the name, asked too often.
        """
        limit = self._limits.get(endpoint)
        if limit is None:
            return
        self._hit(limit.by_address, endpoint, network(address))
        if limit.by_name is not None:
            self._hit(limit.by_name, endpoint, sha256_hex(name.strip().lower().encode("utf-8", "replace")))

    def _hit(self, item: RateLimitItem, *counted: str) -> None:
        if self._counted.hit(item, *counted):
            return
        free_at = self._counted.get_window_stats(item, *counted).reset_time
        raise TooManyRequestsError(retry_after_seconds=max(1, math.ceil(free_at - time.time())))


def network(address: str) -> str:
    """Give what counts as one source: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped
        return str(inside or ipaddress.ip_network((found, IPV6_NETWORK), strict=False))
    return str(found)


def set_up(app: Flask) -> None:
    """Count from now on."""
    app.extensions[EXTENSION] = RateLimits()


def refuse_too_many() -> None:
    """Refuse a post, or a return from the provider, of which there were too many; its body is thrown away, so that the refusal can be read.

    Raises:
        TooManyRequestsError.
    """
    endpoint = request.endpoint or ""
    if endpoint not in LIMITS or (request.method in SAFE_METHODS and endpoint not in COUNTED_READS):
        return
    limits: RateLimits = current_app.extensions[EXTENSION]
    name = request.form.get("name", "") if LIMITS[endpoint].by_name else ""
    try:
        limits.count(endpoint, source_address(current_services().settings), name)
    except TooManyRequestsError:
        drain(request)
        raise
