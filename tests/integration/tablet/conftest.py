"""An enrolled tablet, an officer who signs on it, and what can be asked of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from forms_service.ports import Account, Actor, Record, Services, StoredEnvelope
from forms_service.workflow.accounts import NewAccount, add_account
from forms_service.workflow.devices import give_credential
from forms_service.workflow.enrol_device import NewDevice, enrol_device, make_code
from forms_service.workflow.receive_envelope import receive_envelope
from forms_service.workflow.roles_held import actor_of
from tests.soft_tablet import Envelope, SoftTablet, read_signed

BY = Actor(id="operator:tester")
SOURCE = Actor(id="visitor", source="192.0.2.7")
PASSWORD = "a calm river at noon"  # noqa: S105  # a test's own


def hire(services: Services, name: str, *roles: str) -> tuple[Account, Actor]:
    """Make an account and give its actor."""
    wanted = NewAccount(name=name, password=PASSWORD, full_name=f"{name.title()} Example", badge="214", roles=roles)
    account = add_account(services, BY, wanted)
    return account, actor_of(services, account, source="192.0.2.7")


def enrolled(services: Services, tablet: SoftTablet, label: str = "Car 12") -> SoftTablet:
    """Enrol a tablet."""
    code = make_code(services, BY)
    device = enrol_device(services, SOURCE, NewDevice(code=code, key=tablet.jwk, label=label, app_version="1.0.0"))
    tablet.device_id, tablet.keys = device.id, services.tablet_keys.public_keys()
    return tablet


@dataclass
class Field:
    """Everything a test of the field needs."""

    services: Services
    tablet: SoftTablet
    account: Account
    officer: Actor
    supervisor: Actor
    credential: str

    def send(self, envelope: Envelope) -> dict[str, Any]:
        """Send an envelope and read its receipt."""
        return self.read(self.send_raw(envelope))

    def send_raw(self, envelope: Envelope) -> str:
        """Send an envelope and give its receipt as it came."""
        return receive_envelope(self.services, SOURCE, envelope.id, envelope.text)

    def read(self, receipt: str) -> dict[str, Any]:
        """Read a receipt with the key the tablet was given."""
        return read_signed(receipt, self.tablet.keys["receipt"])

    def stored(self, envelope: Envelope) -> StoredEnvelope:
        """Give what the ledger keeps of an envelope."""
        with self.services.database.read() as transaction:
            found = transaction.ledger.envelope(envelope.digest)
        assert found
        return found

    def records(self) -> list[Record]:
        """Give every record."""
        with self.services.database.read() as transaction:
            return list(transaction.book.records())


@pytest.fixture
def field(services: Services) -> Field:
    """Give an officer with an enrolled tablet."""
    account, officer = hire(services, "reyes", "officer")
    _, supervisor = hire(services, "boss", "supervisor")
    tablet = enrolled(services, SoftTablet())
    credential = give_credential(services, officer, tablet.author_request())
    return Field(services, tablet, account, officer, supervisor, credential)
