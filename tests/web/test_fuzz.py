"""Every form post of the URL map against what no browser would send: refused or kept, never a 500.

Derived from the URL map, so that a new route is thrown at by itself. Seeded: a failure comes again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from urllib.parse import quote_from_bytes

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from forms_service.domain.evidence import sha256_hex
from forms_service.ports import Account, Draft, Services, Session
from forms_service.settings import ROOT
from forms_service.web import rate_limits
from forms_service.web.app import create_app
from tests.conftest import SCALE, make_services
from tests.web.conftest import OFFICER, Visitor, hire
from tests.web.papers import SCREENING, SECTIONS, fill, hand_over, ink, read, sign

SEED = 20261124
ROUNDS = 40 * SCALE
FEW = 4
FORM = "application/x-www-form-urlencoded"

DEEP = "[" * 5_000 + "]" * 5_000
NASTY: tuple[bytes, ...] = (
    b"",
    b" ",
    b"\x00",
    b"a\x00b",
    b"\r\nSet-Cookie: x=y",
    b"\xff\xfe\xfd",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    "\u202eevil\u2066".encode(),
    "\U0001f600".encode() * 50,
    "Ｚ̷̡a̷̢l̷".encode() * 20,
    b"x" * 100_000,
    b"9" * 5_000,
    b"-1",
    b"0",
    b"1e309",
    b"NaN",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"[[[1,2,3,4]]]",
    b"[[[NaN,1,2,null]]]",
    b"[[[Infinity,-Infinity,2,null]]]",
    b'[["\\ud800"]]',
    b'[[[1,2,"x",null]]]',
    b"[[[1e308,1e308,1e308,1e308]]]",
    b"[[[1" + b"0" * 5_000 + b",2,3,null]]]",
    DEEP.encode(),
    b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    b"../../../../etc/passwd",
    b"//evil.example/",
    b"/\\evil.example",
    b"http://[",
    b"http://[::1",
    b"' OR 1=1 --",
    b"{{ 7*7 }}{% raw %}",
    b"<script>alert(1)</script>",
    b"%s%n%d{0.__class__}",
    b"2026-02-30T25:61",
    b"9999-99-99",
    b"0001-01-01T00:00",
    "²".encode(),
    "١٢٣".encode(),
    b"lead-agreement",
    b"LEAD-7Q2F9-KDM3X-3",
)
PATHS = ("x", "%00", "%ff%fe", "..%2f..", "%E2%80%AE", "a" * 3_000, "-1", "{{7*7}}", "LEAD-7Q2F9-KDM3X-3")


class Place:
    """A signed-in device at one point of the story; whatever a post destroyed is put back before the next."""

    def __init__(self, services: Services, visitor: Visitor, token_page: str, known: dict[str, list[str]]) -> None:
        self.services, self.visitor, self.known = services, visitor, known
        token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(token_page).text)
        assert token
        self.token = token[1]
        self.cookies = dict(visitor.client._cookies)
        with services.database.read() as transaction:
            self.account = transaction.ledger.account_named(OFFICER.name)
        self.digest = sha256_hex(visitor.client.get_cookie("forms_session").value.encode())
        self.account, self.session, self.drafts = self._stands()
        assert self.drafts

    def _stands(self) -> tuple[Account | None, Session | None, list[Draft]]:
        """Give what is there now."""
        with self.services.database.read() as transaction:
            ledger = transaction.ledger
            drafts = list(ledger.drafts(f"account:{self.account.id}"))
            return ledger.account(self.account.id), ledger.session(self.digest), drafts

    def restore(self) -> None:
        """Put account, session, drafts and cookies back."""
        self.visitor.client._cookies = dict(self.cookies)
        if self._stands() == (self.account, self.session, self.drafts):
            return
        with self.services.database.write() as transaction:
            transaction.ledger.put_account(self.account)
            transaction.ledger.put_session(self.session)
            for draft in self.drafts:
                transaction.ledger.put_draft(draft)


def on_the_desk(services: Services, visitor: Visitor) -> Place:
    """Give an officer's device with an open draft and a record."""
    hand_over(visitor, "social-referral")
    read(visitor)
    done = sign(visitor, "person", "officer").headers["Location"]
    draft = fill(visitor, "lead-agreement")
    known = {
        "draft_id": [draft.rpartition("/")[2]],
        "document_id": [done.split("/")[2]],
        "name": list(SECTIONS["lead-agreement"]),
    }
    return Place(services, visitor, "/", known)


def in_the_persons_hands(services: Services, visitor: Visitor) -> Place:
    """Give a device that was handed over, at the first signature."""
    hand_over(visitor, "lead-agreement")
    read(visitor)
    return Place(services, visitor, "/take-back", {"block_id": ["person"], "line_id": ["sixty"]})


# What is left of a half-sent upload is closed by the garbage collector: Werkzeug's way, and no test's business.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture(params=[on_the_desk, in_the_persons_hands], ids=["desk", "person"])
def place(request, tmp_path) -> Place:
    """Give each place, in an application that counts no posts: a refusal at the door would be no fuzz."""
    services = make_services(tmp_path)
    hire(services)
    app = create_app(services.settings, services)
    app.extensions[rate_limits.EXTENSION] = rate_limits.RateLimits({})
    visitor = Visitor(app, services.settings.origin)
    visitor.sign_in()
    return request.param(services, visitor)


def usual_fields() -> dict[str, bytes]:
    """Give every field name that a page or a form has, with an answer that is usual for it."""
    names = set()
    for page in (ROOT / "forms_service" / "web" / "pages").rglob("*.html"):
        names |= set(re.findall(r'name="([a-z_.]+)"', page.read_text("utf-8")))
    fields = dict.fromkeys(sorted(names), "x")
    for form in SECTIONS:
        for answers in (SCREENING[form], *SECTIONS[form].values()):
            fields |= answers
    fields |= {"strokes": ink(1), "since_pen_up_ms": "800", "device_ms": "1795284000000", "password": "wrong"}
    fields |= {"add": "victims", "remove": "victims.1", "form": "lead-agreement", "language": "en", "next": "/"}
    return {name: value.encode() for name, value in fields.items() if name != "csrf_token"}


FIELDS = usual_fields()


@dataclass(frozen=True)
class Body:
    """What is posted."""

    kind: str
    content: bytes


def asked_by(place: Place) -> dict[str, list[str]]:
    """Give the field names that the pages themselves ask for, by the endpoint their forms post to."""
    asked: dict[str, list[str]] = {}
    adapter = place.visitor.client.application.url_map.bind("localhost")
    for rule in rules(place, "GET"):
        places = [rule.rule] if not rule.arguments else []
        for argument in rule.arguments:
            places += [re.sub(r"<[^>]+>", one, rule.rule) for one in place.known.get(argument, [])[:3]]
        for path in places:
            page = place.visitor.get(path).get_data().decode("utf-8", "replace")
            for action, inside in re.findall(r'<form[^>]*?(?:action="([^"]*)"[^>]*)?>(.*?)</form>', page, re.DOTALL):
                try:
                    endpoint = adapter.match(action or path, method="POST")[0]
                except HTTPException:
                    continue
                names = set(re.findall(r'name="([^"]+)"', inside)) - {"csrf_token"}
                asked[endpoint] = sorted({*asked.get(endpoint, []), *names})
    return asked


def bodies(dice: random.Random, asked: list[str]) -> Iterator[Body]:
    """Give bodies without end: wrong values, missing, double and unknown fields, other kinds, half-sent parts.

    Where a page asks for few things, each gets each value first.
    """
    if len(asked) <= FEW:
        for name, value in product(asked, NASTY):
            yield _urlencoded([(one, value if one == name else FIELDS.get(one, b"x")) for one in asked], dice)
    while True:
        if asked and dice.random() < 0.6:  # what the page asks for, usual but for one or two
            worse = {name: dice.choice(NASTY) for name in dice.sample(asked, min(len(asked), dice.choice([1, 1, 2])))}
            usual = {**dict.fromkeys(asked, b"x"), **{name: FIELDS[name] for name in asked if name in FIELDS}}
            yield _urlencoded(list({**usual, **worse}.items()), dice)
            continue
        fields = [(name, value) for name, value in FIELDS.items() if dice.random() < 0.8]
        for _ in range(dice.choice([0, 1, 1, 3, 30])):
            name = dice.choice(
                [*FIELDS, f"victims.{dice.choice(['0', '999', '²', '-1', 'x', ''])}.name", "\x00", "a" * 999]
            )
            fields.append((name, dice.choice(NASTY)))
        dice.shuffle(fields)
        yield dice.choice([_urlencoded, _urlencoded, _urlencoded, _multipart, _other])(fields, dice)


def _urlencoded(fields: list[tuple[str, bytes]], dice: random.Random) -> Body:
    text = "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in fields)
    return Body(FORM, text.encode() + dice.choice([b"", b"", b"&&=&%", b"&%zz=%f", b"&\xff=\xfe"]))


def _multipart(fields: list[tuple[str, bytes]], dice: random.Random) -> Body:
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value
        for name, value in fields
    ]
    file = b'--b\r\nContent-Disposition: form-data; name="file"; filename="../a\x00.pdf"\r\n\r\n' + dice.choice(
        [*NASTY, b"%PDF-1.7\n"]
    )
    whole = b"\r\n".join([*parts, file, b"--b--\r\n"])
    kept = whole if dice.random() < 0.7 else whole[: dice.randrange(len(whole))]
    return Body(
        dice.choice(
            ["multipart/form-data; boundary=b"] * 3 + ["multipart/form-data", "multipart/form-data; boundary="]
        ),
        kept,
    )


def _other(_fields: list[tuple[str, bytes]], dice: random.Random) -> Body:
    kinds = [
        "application/json",
        "text/plain",
        "",
        "application/x-www-form-urlencoded; charset=utf-16",
        "x" * 500,
        "\u00e9",
    ]
    return Body(dice.choice(kinds), dice.choice(NASTY))


def address(rule: Rule, place: Place, dice: random.Random) -> str:
    """Give an address of a route: mostly one that exists, sometimes one that nobody ever had."""
    path = rule.rule
    for argument in rule.arguments:
        known = place.known.get(argument)
        chosen = dice.choice(known) if known and dice.random() < 0.9 else dice.choice(PATHS)
        path = re.sub(rf"<(?:[a-z]+:)?{argument}>", lambda _, chosen=chosen: chosen, path)
    return path


def rules(place: Place, method: str) -> list[Rule]:
    """Give the routes that take a method, in a fixed order."""
    found = place.visitor.client.application.url_map.iter_rules()
    return sorted((rule for rule in found if method in (rule.methods or ())), key=lambda rule: rule.rule)


def test_no_post_is_answered_with_a_500(place):
    """Every route that takes posts, with a good token and whatever else."""
    posted = rules(place, "POST")
    assert len(posted) > 10
    asked = asked_by(place)
    reached = set()
    for rule in posted:
        dice = random.Random(f"{SEED} {rule.rule}")  # noqa: S311  # a seed, not a secret
        thrown = bodies(dice, asked.get(rule.endpoint, []))
        few = asked.get(rule.endpoint, [])
        for number in range(ROUNDS + (len(few) * len(NASTY) if len(few) <= FEW else 0)):
            place.restore()
            path, body = address(rule, place, dice), next(thrown)
            answer = place.visitor.client.post(
                path, base_url=place.visitor.origin, data=body.content, content_type=body.kind,
                headers={"X-CSRFToken": place.token}, buffered=True,
            )  # fmt: skip
            assert answer.status_code < 500, (rule.rule, number, path[:80], body.kind, body.content[:2000])
            assert "form-post-invalid" not in answer.text, rule.rule
            reached.add(answer.status_code)
    assert {302, 404, 422} <= reached


def test_no_page_is_answered_with_a_500(place):
    """Every page, with addresses and questions that no link of ours has."""
    for rule in rules(place, "GET"):
        dice = random.Random(f"{SEED} {rule.rule}")  # noqa: S311  # a seed, not a secret
        for number in range(ROUNDS // 4):
            place.restore()
            names = ["q", "next", "v", "language", "page", "again", "\x00", *dice.sample(sorted(FIELDS), 3)]
            query = "&".join(f"{dice.choice(names)}={quote_from_bytes(dice.choice(NASTY)[:3_000])}" for _ in range(4))
            path = address(rule, place, dice)
            answer = place.visitor.client.get(f"{path}?{query}", base_url=place.visitor.origin, buffered=True)
            assert answer.status_code < 500, (rule.rule, number, path[:80], query[:500])
