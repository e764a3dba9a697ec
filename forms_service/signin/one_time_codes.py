"""Codes of an authenticator app by pyotp, and the QR code that brings the secret there.

Source: RFC 6238 (TOTP) with the values every app takes: SHA-1, 6 digits, 30 seconds.
"""

from __future__ import annotations

import re
from datetime import datetime

import segno
from pyotp import TOTP

STEP_S = 30
WINDOW_STEPS = 1  # RFC 6238 5.2: at most one step for clocks and slow typing
MODULE_PX = 5


class TotpCodes:
    """The port ``OneTimeCodes``."""

    def __init__(self, issuer: str) -> None:
        """Take the name under which an app lists the code."""
        self._issuer = issuer

    def address(self, secret: str, name: str) -> str:
        """Give the ``otpauth:`` address of a secret."""
        address: str = TOTP(secret).provisioning_uri(name=name, issuer_name=self._issuer)
        return address

    def picture(self, address: str) -> str:
        """Give the address as a QR code, with its quiet border."""
        picture: str = segno.make_qr(address, error="m").svg_data_uri(scale=MODULE_PX, light="#fff")
        return picture

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """Give the step a code belongs to; every step is compared, so that time tells nothing."""
        digits = re.sub(r"[\s-]", "", code)
        if not re.fullmatch(r"[0-9]{6}", digits, re.ASCII):
            return None
        known, here = TOTP(secret), int(now.timestamp()) // STEP_S
        steps = range(max(here - WINDOW_STEPS, 0), here + WINDOW_STEPS + 1)
        found = [step for step in steps if known.verify(digits, for_time=step * STEP_S)]
        return found[-1] if found else None
