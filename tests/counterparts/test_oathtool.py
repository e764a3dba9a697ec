"""Codes of OATH Toolkit's ``oathtool``, an implementation of RFC 6238 that shares nothing with ours."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyotp import TOTP, random_base32

from forms_service.errors import FactorRefusedError
from forms_service.signin.one_time_codes import TotpCodes
from forms_service.workflow import accounts, factors, sign_in
from forms_service.workflow.second_factor import Given, give_factor

PASSWORD = "a calm river at noon"  # noqa: S105  # a test's own


def code_of(address: str, at: datetime) -> str:
    """Give the code that an app shows which was given an ``otpauth:`` address, by all that the address says."""
    parts = urlsplit(address)
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    digest, digits, period = said.get("algorithm", "SHA1"), said.get("digits", "6"), said.get("period", "30")
    command = ["oathtool", f"--totp={digest}", f"--digits={digits}", f"--time-step-size={period}s", "--base32"]
    command += [f"--now={at:%Y-%m-%d %H:%M:%S} UTC", said["secret"]]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def address(services, by, clock) -> str:
    """Enrol an app by a code of oathtool; give the address that it was shown."""
    wanted = accounts.NewAccount(name="alex", password=PASSWORD, full_name="Alex Officer", roles=("officer",))
    accounts.add_account(services, by, wanted)
    here = half(services, by)
    new = factors.new_secret(services, here)
    shown = services.one_time_codes.address(new.secret, "alex")
    factors.add_totp(services, by, here, new.challenge_id, code_of(shown, clock.now()), label="")
    clock.move(minutes=5)
    return shown


def half(services, by):
    """Sign in with the password."""
    return sign_in.visit(services, sign_in.sign_in(services, by, "alex", PASSWORD)[1])


@pytest.mark.parametrize("off_s", [-30, -1, 0, 29, 30])
def test_its_code_signs_in_while_its_clock_is_a_step_off_at_most(services, by, clock, address, off_s):
    """An app half a minute early or late signs in."""
    clock.move(seconds=-(clock.now().timestamp() % 30))  # a step begins now
    code = code_of(address, clock.now() + timedelta(seconds=off_s))
    _, token = give_factor(services, by, half(services, by), Given(code=code))
    assert sign_in.signed_in(services, token) is not None


@pytest.mark.parametrize("off_s", [-31, 60, -3600, 3600])
def test_its_code_is_refused_when_its_clock_is_further_off(services, by, clock, address, off_s):
    """Two steps are too far, either way."""
    clock.move(seconds=-(clock.now().timestamp() % 30))
    code = code_of(address, clock.now() + timedelta(seconds=off_s))
    here = half(services, by)
    with pytest.raises(FactorRefusedError):
        give_factor(services, by, here, Given(code=code))


@settings(max_examples=25)
@given(
    secret=st.builds(random_base32, st.sampled_from([32, 48, 64])),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # its zone comes beside
)
def test_ours_equals_its(secret, at):
    """Any secret, any time: our library shows the same digits, and takes its at the step where they belong."""
    codes = TotpCodes("Agency")
    code = code_of(codes.address(secret, "alex"), at)
    assert TOTP(secret).at(at) == code
    assert codes.step(secret, code, at) == int(at.timestamp()) // 30
