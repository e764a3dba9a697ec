"""The leak matrix: every route, every role, every method, over records of one's own, another's, a closed one and none.

It is made from the URL map: a route without an entry in ``ROUTES`` fails. What a role may not see answers exactly as
what never was: status, headers, body, and the statements that the database ran.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from forms_service.workflow.permission import Act
from tests.conftest import HeldClock, make_services
from tests.web.conftest import PASSWORD
from tests.web.leaks import CASES, MISSING, NAMES, Statements, World, ask, shape, text_of

OPEN = "open"  # answers anybody, and knows no record
SIGNED_IN = "signed_in"  # any account; nothing of anybody else's is there
PERSON = "person"  # only a device that was handed over
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Route:
    """What a route asks for: an act or one of the words above, and what kind of thing its address names."""

    asks: str
    target: str = ""


ROUTES: Mapping[str, Route] = {
    "static": Route(OPEN),
    "health.health": Route(OPEN),
    "health.ready": Route(OPEN),
    "trust.page": Route(OPEN),
    "trust.certificate": Route(OPEN),
    "trust.profile": Route(OPEN),
    "trust.address_code": Route(OPEN),
    "tablet_app.page": Route(OPEN),
    "tablet_app.manifest": Route(OPEN),
    "tablet_app.service_worker": Route(OPEN),
    "tablet_app.reader": Route(OPEN),
    "tablet_app.journal_worker": Route(OPEN),
    "tablet_app.now": Route(OPEN),
    "signin.first_account": Route(OPEN),
    "signin.sign_in_page": Route(OPEN),
    "signin.sign_out_page": Route(SIGNED_IN),
    "signin.take_back": Route(SIGNED_IN),
    "sign_on.begin": Route(OPEN),
    "sign_on.back": Route(OPEN),
    "sign_on.signed_out": Route(OPEN),
    "sign_on.prove": Route(SIGNED_IN),
    "factor.ask_anybody": Route(OPEN),
    "factor.passkey_alone": Route(OPEN),
    "factor.ask_own": Route(SIGNED_IN),
    "factor.give": Route(SIGNED_IN),
    "factor.enrol": Route(SIGNED_IN),
    "factor.ask_new": Route(SIGNED_IN),
    "factor.add_passkey": Route(SIGNED_IN),
    "factor.add_app": Route(SIGNED_IN),
    "factor.confirm": Route(SIGNED_IN),
    "account.page": Route(SIGNED_IN),
    "account.end_session": Route(SIGNED_IN),
    "account.end_others": Route(SIGNED_IN),
    "account.name_factor": Route(SIGNED_IN),
    "account.remove_factor": Route(SIGNED_IN),
    "account.codes": Route(SIGNED_IN),
    "account.password": Route(SIGNED_IN),
    "account.facts": Route(SIGNED_IN),
    "accounts.listed": Route(Act.LIST_ACCOUNTS),
    "accounts.new": Route(Act.ADD_ACCOUNT),
    "accounts.one": Route(Act.LIST_ACCOUNTS, "account"),
    "accounts.set_password": Route(Act.SET_PASSWORD, "account"),
    "accounts.change_roles": Route(Act.CHANGE_ROLES, "account"),
    "accounts.set_end": Route(Act.SET_END, "account"),
    "accounts.do": Route(Act.DISABLE_ACCOUNT, "account"),
    "officer.start": Route(SIGNED_IN),
    "officer.begin": Route(Act.COMPLETE),
    "officer.resume": Route(Act.COMPLETE, "draft"),
    "officer.drop": Route(Act.COMPLETE, "draft"),
    "officer.screening": Route(Act.COMPLETE, "draft"),
    "officer.section": Route(Act.COMPLETE, "draft"),
    "officer.check": Route(Act.COMPLETE, "draft"),
    "officer.present": Route(Act.COMPLETE, "draft"),
    "officer.decline": Route(Act.COMPLETE, "draft"),
    "person.welcome": Route(PERSON),
    "person.read": Route(PERSON),
    "person.language": Route(PERSON),
    "person.spoken": Route(PERSON),
    "person.no": Route(PERSON),
    "person.no_back": Route(PERSON),
    "person.farewell": Route(PERSON),
    "person.understood": Route(PERSON),
    "person.paused": Route(PERSON),
    "person.sign": Route(PERSON),
    "person.sign_block": Route(PERSON),
    "record.done": Route(Act.VIEW, "record"),
    "record.page": Route(Act.VIEW, "record"),
    "record.internal": Route(Act.VIEW_INTERNAL, "record"),
    "record.pdf": Route(Act.VIEW, "record"),
    "person_copy.page": Route(Act.VIEW, "record"),
    "person_copy.tell": Route(Act.ADD_TO_RECORD, "record"),
    "person_copy.end_link": Route(Act.END_COPY_LINK, "record"),
    "record.case_number": Route(Act.GIVE_CASE_NUMBER, "record"),
    "additions.hand_over": Route(Act.ADD_TO_RECORD, "record"),
    "additions.review": Route(Act.REVIEW_HAND_OVER, "record"),
    "desk.needs": Route(Act.SEE_NEEDS),
    "desk.held": Route(Act.SETTLE, "held"),
    "desk.settle_held": Route(Act.SETTLE, "held"),
    "desk.records": Route(Act.FIND),
    "desk.envelope": Route(Act.SETTLE, "envelope"),
    "desk.decide_envelope": Route(Act.SETTLE, "envelope"),
    "devices.listed": Route(Act.LIST_DEVICES),
    "devices.new": Route(Act.ENROL_DEVICE),
    "devices.one": Route(Act.LIST_DEVICES, "device"),
    "devices.rename": Route(Act.ENROL_DEVICE, "device"),
    "devices.revoke": Route(Act.REVOKE_DEVICE, "device"),
    "tablet_file.page": Route(Act.SETTLE),
    "tablet_file.bring": Route(Act.SETTLE),
    "tablet_file.receipts": Route(Act.SETTLE),
    "tablet.enrol": Route(OPEN),
    "tablet.envelope": Route(OPEN),
    "tablet.check": Route(OPEN),
    "tablet.author": Route(OPEN),
    "copy_link.page": Route(OPEN),
    "copy_link.fetch": Route(OPEN),
    "tablet.half_signed": Route(OPEN),
    "verify.page": Route(Act.VERIFY),
    "verify.judge": Route(Act.VERIFY),
    "audit.search": Route(Act.READ_TRAIL),
    "audit.of_record": Route(Act.READ_TRAIL, "record"),
    "audit.of_account": Route(Act.READ_TRAIL),
    "audit.export": Route(Act.EXPORT_TRAIL),
    "audit.review": Route(Act.REVIEW_TRAIL),
    "audit.sign_off_review": Route(Act.REVIEW_TRAIL),
    "audit.check": Route(Act.CHECK_TRAIL),
    "go_live.page": Route(Act.GO_LIVE),
    "go_live.state": Route(Act.GO_LIVE),
    "go_live.sign": Route(Act.GO_LIVE),
    "in_force.page": Route(Act.ASK_IN_FORCE),
    "in_force.answer": Route(Act.ASK_IN_FORCE),
    "form_definitions.index": Route(Act.PRESENT),
    "form_definitions.definition": Route(Act.PRESENT),
    "tablet.forms": Route(Act.PRESENT),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the agency, made once; its records' contacts are no longer recent."""
    return World(make_services(tmp_path_factory.mktemp("leaks"), HeldClock()))


def path_of(rule, target: str) -> str:
    """Fill a route's address."""
    named = target if rule.endpoint.startswith("accounts.") else "contact"
    if rule.endpoint == "desk.decide_envelope":
        return rule.rule.replace("<held_id>", target).replace("<act>", "settle")
    filled = {"device_id": target, "envelope_id": "00000000-0000-4000-8000-000000000000", "document_id": target, "draft_id": target, "held_id": target, "name": named, "filename": "forms.css",
              "form": "lead-agreement", "version": "1", "line": "languages", "account_id": "nobody",
        "act": "disable", "token": "A" * 22,
        "session_id": "nobody",
        "factor_id": "nobody", "line_id": "L-1", "block_id": "person"}  # fmt: skip
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: filled[found[1]], rule.rule)


def rules(app: Flask) -> Iterator:
    """Give every route."""
    yield from app.url_map.iter_rules()


def test_every_route_has_an_entry(world: World) -> None:
    """A new route says here who may use it, or this fails; an entry without its route is none."""
    assert {rule.endpoint for rule in rules(world.app)} == set(ROUTES)


@pytest.mark.parametrize("endpoint", ROUTES)
def test_what_a_role_may_not_see_answers_as_what_never_was(world: World, endpoint: str) -> None:
    """Every role and method, over every target: the status fits, nothing hidden is said, hidden equals missing."""
    route = ROUTES[endpoint]
    for rule in (one for one in rules(world.app) if one.endpoint == endpoint):
        for role in world.visitors:
            for method in METHODS:
                judge(world, rule, route, role, method)


def judge(world: World, rule, route: Route, role: str, method: str) -> None:
    """Ask for every target and compare what does not exist with what never was."""
    if any(method in one.methods for one in rules(world.app) if one.rule == rule.rule and one is not rule):
        return  # another view's
    if method not in rule.methods or method == "OPTIONS":
        answer, _ = told(world, role, method, path_of(rule, MISSING.get(route.target, "")))
        assert answer.status_code in (200, 302, 404, 405), f"{role} {method} {rule.rule}"
        return
    unseen: dict[str, tuple] = {}
    for name, target in world.targets(route.target).items():
        world.set_back()
        answer, statements = told(world, role, method, path_of(rule, target))
        check_status(world, route, role, name, answer, f"{role} {method} {rule.rule} ({name})")
        if not (world.exists(role, route.target, name) and may(world, role, route)):
            unseen[name] = (shape(answer, target), statements)
    for name, one in unseen.items():
        assert one == unseen.get("missing", one), f"{role} {method} {rule.rule}: {name} is not as missing"
    if rule.endpoint == "signin.sign_out_page" and role != "stranger":
        sign_in_again(world, role)


def told(world: World, role: str, method: str, path: str) -> tuple[TestResponse, list[str]]:
    """Give an answer that says nothing hidden, and the statements behind it."""
    with Statements() as statements:
        answer = ask(world, role, method, path)
    everything = f"{answer.headers}\n{text_of(answer)}"
    for word in world.hidden_words(role):
        assert word not in everything, f"{role} {method} {path}"
    return answer, list(statements)


def may(world: World, role: str, route: Route) -> bool:
    """Say whether a role may ask at all."""
    if route.asks in (OPEN, SIGNED_IN, PERSON):
        return True
    return route.asks in world.actors[role].permissions


def check_status(world: World, route: Route, role: str, name: str, answer: TestResponse, place: str) -> None:
    """Hold the status against what the table says."""
    status = answer.status_code
    if route.asks == OPEN:
        assert status < 500, place
    elif role == "stranger":
        assert status == 302, place
        assert answer.headers["Location"].startswith("/sign-in"), place
    elif not may(world, role, route):
        assert status == 403, place
    elif route.target and not world.exists(role, route.target, name):
        assert status == 404, place
    elif route.asks == SIGNED_IN:
        assert status in (200, 302, 400, 403, 404, 409, 422), place  # 403: the proof given was none
    else:
        assert status in ((302, 404) if route.asks == PERSON else (200, 302, 303, 400, 404, 409, 422)), place
        assert status != 404 or not route.target, place


def sign_in_again(world: World, role: str) -> None:
    """Open a session again after a sign-out."""
    sent = {"name": role.replace("_", "."), "password": PASSWORD, "notice": "read"}
    assert world.visitors[role].post("/sign-in", sent).status_code == 302


SEARCHES = (
    "words={name}", "words={case}", "words={document_id}", "date_of_birth=1990-05-14&words={name}", "state=closed",
    "officer=Example", "form=lead-agreement", "",
)  # fmt: skip


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_finds_and_counts_only_what_exists(world: World, search: str) -> None:
    """Rows, counts and what is suggested name no record that does not exist for the role."""
    for role, actor in world.actors.items():
        if Act.FIND not in actor.permissions:
            continue
        for name, record in world.records.items():
            asked = search.format(name=NAMES[name].split()[1], case=CASES[name], document_id=record.document_id)
            text = ask(world, role, "GET", f"/desk/records?{asked}").get_data(as_text=True)
            for word in world.hidden_words(role):
                assert word not in text.replace(asked.partition("=")[2], ""), f"{role} {asked}"
            shown = {one for one, found in world.records.items() if f"/records/{found.document_id}" in text}
            assert shown <= {one for one, found in world.records.items() if actor.sight.shows(found)}


@pytest.mark.parametrize("path", ["/audit?first_day=soon", "/desk/records?signed_to=soon"])
def test_a_wrong_filter_is_told_only_to_who_may_ask(world: World, path: str) -> None:
    """The right is asked before the filter is read: who has it is told what is wrong, who has not is refused."""
    needed = Act.READ_TRAIL if path.startswith("/audit") else Act.FIND
    for role, actor in world.actors.items():
        if role != "stranger":
            expected = 422 if needed in actor.permissions else 403
            assert ask(world, role, "GET", path).status_code == expected, f"{role} {path}"


def test_going_on_after_a_hidden_record_is_as_after_none(world: World) -> None:
    """The key of a page tells nothing either."""
    for role, actor in world.actors.items():
        if Act.FIND not in actor.permissions:
            continue
        missing = shape(ask(world, role, "GET", f"/desk/records?after={MISSING['record']}"), MISSING["record"])
        for name, record in world.records.items():
            if not world.exists(role, "record", name):
                told = ask(world, role, "GET", f"/desk/records?after={record.document_id}")
                assert shape(told, record.document_id) == missing


def test_a_brought_file_tells_nothing_of_a_closed_record(world: World) -> None:
    """Whoever has the file learns of its seal, and of the record nothing; of an open one, that it is current."""
    for role, actor in world.actors.items():
        if Act.VERIFY not in actor.permissions:
            continue
        told = {}
        for name, pdf in world.pdfs.items():
            visitor = world.visitors[role]
            token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/verify").text)[1]
            sent = {"csrf_token": token, "file": (BytesIO(pdf), "a.pdf")}
            told[name] = visitor.client.post("/verify", base_url=visitor.origin, data=sent, buffered=True).text
        assert "The current version of the agreement." in told["own"]
        assert "Nothing we can say." in told["closed"]


def test_in_force_is_one_answer_for_closed_and_unknown(world: World) -> None:
    """The day of an open one for any officer; for a closed one the very answer of a number that never was."""
    for role, actor in world.actors.items():
        if Act.ASK_IN_FORCE not in actor.permissions:
            continue
        answers = {}
        for name, number in {**world.targets("record")}.items():
            with Statements() as statements:
                answer = ask(world, role, "POST", "/in-force", {"number": number})
            answers[name] = (shape(answer, number), list(statements))
        assert "In force until" in answers["others"][0][2]
        assert answers["closed"] == answers["missing"]
