"""An agency whose every role asks: records, drafts, something held, and what an answer gives away."""

from __future__ import annotations

import copy
import re
from dataclasses import replace

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from forms_service.domain.record import Record, RecordState
from forms_service.ports import Actor, Device, Draft, Held, Services, StoredEnvelope
from forms_service.web.app import create_app
from forms_service.workflow.accounts import NewAccount, add_account
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.devices import give_credential
from forms_service.workflow.find import open_document
from forms_service.workflow.paper import PaperRequest
from forms_service.workflow.permission import Act
from forms_service.workflow.present import present
from forms_service.workflow.receive_envelope import receive_envelope
from forms_service.workflow.roles_held import actor_of
from tests.conftest import example
from tests.integration.tablet.conftest import enrolled
from tests.soft_tablet import SoftTablet, signed_paper
from tests.web.conftest import PASSWORD, Visitor

OPERATOR = Actor(id="operator:tester")
MISSING = {
    "account": "nobody",
    "record": "LEAD-8R3GA-5N4Y2-0",
    "draft": "00000000-0000-4000-8000-000000000000",
    "held": "nothing",
    "envelope": "0" * 64,
    "device": "00000000-0000-4000-8000-000000000000",
}
NAMES = {"own": "Ownica Quillfeather", "others": "Othello Brambleby", "closed": "Closetta Thistlewood"}
CASES = {"own": "26-0001", "others": "26-0002", "closed": "26-7777"}


class World:
    """An agency with records, drafts, something held, and one account for each role."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.app: Flask = create_app(services.settings, services)
        self.visitors: dict[str, Visitor] = {"stranger": Visitor(self.app, services.settings.origin)}
        self.actors: dict[str, Actor] = {"stranger": Actor(id="visitor")}
        for role in services.roles.roles:
            self._hire(role, role)
        self.owner, other = self.actors["officer"], self._hire("other", "officer")
        self.records = {
            "own": self._signed(self.owner, "own"),
            "others": self._signed(other, "others"),
            "closed": self._signed(self.owner, "closed"),
        }
        self.pdfs = {name: open_document(services, OPERATOR, one.document_id) for name, one in self.records.items()}
        with services.database.write() as transaction:
            transaction.book.put(replace(self.records["closed"], state=RecordState.CLOSED))
        self.records["closed"] = replace(self.records["closed"], state=RecordState.CLOSED)
        self.drafts = {"own": self._draft(self.owner, "own"), "others": self._draft(other, "others")}
        self.held = Held(
            id="held-1", document_id="LEAD-HELD0-HELD0-0", form="lead-agreement", reason="presented-digest-mismatch",
            sent='{"values": {"person_name_as_given": "Heldina Mossgrove"}, "language": "en"}',
            held_at=services.clock.now(), held_by=other.id,
        )  # fmt: skip
        wanted = NewAccount(name="spare", password=PASSWORD, full_name="Sparrow Example", roles=("officer",))
        self.spare = add_account(services, OPERATOR, wanted)
        self.device, self.envelope = self._tablet()
        self.set_back()

    def _tablet(self) -> tuple[Device, StoredEnvelope]:
        """Enrol a tablet that sent one person's half-signed paper."""
        tablet = enrolled(self.services, SoftTablet())
        credential = give_credential(self.services, self.owner, tablet.author_request())
        paper = signed_paper(self.services, number=7)
        values = {**paper.facts["values"], "person_name_as_given": "Heldina Mossgrove"}
        person = tablet.block(paper, "person", credential, values=values)
        receive_envelope(self.services, Actor(id="visitor"), person.id, person.text)
        with self.services.database.read() as transaction:
            device, envelope = transaction.ledger.device(tablet.device_id), transaction.ledger.envelope(person.digest)
        assert device
        assert envelope
        assert envelope.reason == "half-signed"
        return device, envelope

    def _hire(self, name: str, *roles: str) -> Actor:
        wanted = NewAccount(
            name=name.replace("_", "."), password=PASSWORD, full_name=f"{name.title()} Example", roles=roles
        )
        account = add_account(self.services, OPERATOR, wanted)
        visitor = Visitor(self.app, self.services.settings.origin)
        sent = {"name": account.name, "password": PASSWORD, "notice": "read"}
        assert visitor.post("/sign-in", sent).status_code == 302
        self.visitors[name] = visitor
        self.actors[name] = actor_of(self.services, account, source="127.0.0.1")
        return self.actors[name]

    def _signed(self, by: Actor, name: str) -> Record:
        values, signatures = example("lead-agreement")
        values = {**values, "person_name_as_given": NAMES[name], "case_number": CASES[name]}
        shown = present(self.services, OPERATOR, PaperRequest(form="lead-agreement", values=values, language="en"))
        signatures = copy.deepcopy(signatures)
        signatures |= {"document_id": shown.paper.document_id, "presented_digest": shown.paper.digest}
        for block in signatures["blocks"].values():
            block["strokes"][0][0][1] += list(NAMES).index(name)
        request = CompletionRequest(form="lead-agreement", values=values, signatures=signatures, language="en")
        return complete(self.services, by, request).record

    def _draft(self, by: Actor, name: str) -> Draft:
        return Draft(
            id=f"{name:0<8}-0000-4000-8000-000000000000", owner=by.id, form="lead-agreement", step="form",
            content="{}", changed_at=self.services.clock.now(),
        )  # fmt: skip

    def set_back(self) -> None:
        """Put back what a request may have used up."""
        with self.services.database.write() as transaction:
            transaction.ledger.hold(self.held)
            transaction.ledger.put_account(self.spare)
            transaction.ledger.put_envelope(self.envelope)
            transaction.ledger.put_device(self.device)
            for draft in self.drafts.values():
                transaction.ledger.put_draft(draft)

    def targets(self, kind: str) -> dict[str, str]:
        """Give what an address of that kind may name."""
        there = {
            "record": {name: one.document_id for name, one in self.records.items()},
            "draft": {name: one.id for name, one in self.drafts.items()},
            "held": {"held": self.held.id},
            "envelope": {"held": self.envelope.digest},
            "device": {"there": self.device.id},
            "account": {"spare": self.spare.name},
            "": {"": ""},
        }[kind]
        return {**there, "missing": MISSING[kind]} if kind else there

    def exists(self, role: str, kind: str, name: str) -> bool:
        """Say whether a thing is there for a role."""
        if kind == "record":
            return name in self.records and self.actors[role].sight.shows(self.records[name])
        if kind == "draft":
            return name in self.drafts and self.drafts[name].owner == self.actors[role].id
        return name != "missing"

    def hidden_words(self, role: str) -> set[str]:
        """Give words that must stand in no answer to a role."""
        hidden = {name for name, one in self.records.items() if not self.actors[role].sight.shows(one)}
        words = {word for name in hidden for word in (NAMES[name].split()[0], CASES[name])}
        if Act.READ_TRAIL not in self.actors[role].permissions:  # the trail is made of ids, and of nothing else
            words |= {self.records[name].record_id for name in hidden}
        return words if Act.SETTLE in self.actors[role].permissions else words | {"Heldina"}


def ask(world: World, role: str, method: str, path: str, data: dict | None = None) -> TestResponse:
    """Send one request with the token of the visitor's own page."""
    visitor = world.visitors[role]
    found = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/first-account").text)
    found = found or re.search(
        r'name="csrf_token" value="([^"]+)"', visitor.get("/sign-in", follow_redirects=True).text
    )
    headers = {"X-CSRFToken": found[1]} if found else {}
    return visitor.client.open(
        path, method=method, base_url=visitor.origin, headers=headers, data=data, buffered=True
    )  # fmt: skip


def text_of(answer: TestResponse) -> str:
    """Give an answer's bytes as text, one character a byte."""
    return answer.get_data().decode("latin-1")


def shape(answer: TestResponse, asked: str) -> tuple[int, list[tuple[str, str]], str]:
    """Give everything of an answer that somebody could learn from, without what was asked and the page's own token."""
    body = re.sub(r'name="csrf_token" value="[^"]+"', "", text_of(answer)).replace(asked, "ID")
    headers = sorted(
        (name, value.replace(asked, "ID")) for name, value in answer.headers if name not in ("Date", "Set-Cookie")
    )
    return answer.status_code, [one for one in headers if one[0] != "Content-Length"], body


class Statements:
    """Writes down what the database ran."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __enter__(self) -> list[str]:
        """Begin."""
        event.listen(Engine, "before_cursor_execute", self._note)
        return self.texts

    def __exit__(self, *_: object) -> None:
        """End."""
        event.remove(Engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement: str, *_more: object) -> None:
        self.texts.append(statement)
