"""What every test over real parts may use."""

from __future__ import annotations

import pytest

from forms_service.domain.record import Record
from forms_service.ports import Actor, Services
from tests.conftest import archived


@pytest.fixture
def record(services: Services, by: Actor) -> Record:
    """Archive one paper."""
    return archived(services, by, "social-referral")
