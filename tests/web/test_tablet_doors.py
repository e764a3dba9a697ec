"""The tablet's doors over HTTP: enrol, check, author, envelopes; every refusal as a problem with its slug."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import example as tried
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from forms_service.web.rate_limits import EXTENSION, LIMITS, RateLimits
from forms_service.web.size_limits import ENVELOPE_BYTES
from forms_service.workflow.devices import revoke_device
from forms_service.workflow.enrol_device import make_code
from tests.soft_tablet import Envelope, SoftTablet, content_digest, read_signed, signed_paper
from tests.web.conftest import BY, Visitor

JOSE = "application/jose"


class Line:
    """A tablet's line to the service, without a browser."""

    def __init__(self, app, services, tablet: SoftTablet) -> None:
        self.visitor = Visitor(app, services.settings.origin)
        self.services, self.tablet = services, tablet

    def send(self, path: str, body: bytes, method: str = "POST", **headers: str) -> TestResponse:
        """Send bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.visitor.client.open(
            path, method=method, data=body, headers=named, base_url=self.visitor.origin, buffered=True
        )

    def put(self, envelope: Envelope, **headers: str) -> TestResponse:
        """Send an envelope with its digest."""
        body = envelope.text.encode()
        headers = {"Content_Digest": content_digest(body), "Content_Type": JOSE, **headers}
        return self.send(f"/tablet/envelopes/{envelope.id}", body, "PUT", **headers)

    def enrol(self, **changes: object) -> TestResponse:
        """Bring a code."""
        sent = {"code": make_code(self.services, BY), "key": self.tablet.jwk, "label": "Car 12", "app_version": "1.0.0"}
        answer = self.send("/tablet/enrol", json.dumps({**sent, **changes}).encode(), Content_Type="application/json")
        if answer.status_code == 200:
            self.tablet.device_id, self.tablet.keys = answer.json["device_id"], answer.json["keys"]
        return answer


@pytest.fixture
def line(app, services) -> Line:
    """Give a tablet that is enrolled over HTTP."""
    line = Line(app, services, SoftTablet())
    assert line.enrol().status_code == 200
    return line


@pytest.fixture
def credential(line, visitor) -> str:
    """Give the credential of the officer who signed in on the tablet."""
    answer = author(line, visitor)
    assert (answer.status_code, answer.mimetype) == (200, "application/jwt")
    return answer.text


def author(line, visitor, body: str = "", mimetype: str = JOSE) -> TestResponse:
    """Ask for a credential in a visitor's session."""
    asked = body or line.tablet.author_request()
    return visitor.client.post(
        "/tablet/author", data=asked, content_type=mimetype, base_url=visitor.origin, buffered=True
    )


def problem(answer: TestResponse) -> tuple[int, str]:
    """Read a refusal."""
    assert answer.mimetype == "application/problem+json", answer.text
    told = answer.json
    assert told["status"] == answer.status_code
    assert told["type"].endswith(told["slug"])
    assert told["title"]
    assert told["detail"]
    return answer.status_code, told["slug"]


def test_a_tablet_enrols_signs_and_sends(line, credential, services):
    """The whole way over HTTP: two envelopes, two receipts, one record of the officer who signed in."""
    person, officer = line.tablet.blocks(signed_paper(services), credential)
    answers = [line.put(person), line.put(officer)]
    assert [(one.status_code, one.mimetype) for one in answers] == [(200, JOSE)] * 2
    receipts = [read_signed(one.text, line.tablet.keys["receipt"]) for one in answers]
    assert [one["outcome"] for one in receipts] == ["held", "archived"]
    assert [line.put(person).text, line.put(officer).text] == [one.text for one in answers]
    with services.database.read() as transaction:
        (record,) = transaction.book.records()
        account = transaction.ledger.account_named("dreyes")
    assert record.officer_id == f"account:{account.id}"


def test_no_session_is_asked_for_used_or_kept_alive(line, credential, services, app, clock):
    """Whoever is signed in on the tablet when it sends plays no part, and their session goes on ending."""
    other = Visitor(app, services.settings.origin)
    other.sign_in()
    before = sessions(services)
    clock.move(minutes=10)
    line.visitor = other
    answer = line.put(line.tablet.block(signed_paper(services), "person", credential))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert sessions(services) == before


def sessions(services) -> list:
    """Give every session of the officer."""
    with services.database.read() as transaction:
        return list(transaction.ledger.sessions_of(transaction.ledger.account_named("dreyes").id))


def test_a_check_tells_time_forms_and_keys(line, services, clock):
    """What the field-ready screen shows."""
    told = line.send("/tablet/check", line.tablet.check(counter=1).encode(), Content_Type=JOSE).json
    assert told["now_ms"] == round(clock.now().timestamp() * 1000)
    assert told["keys"] == line.tablet.keys
    assert (told["revoked"], told["missing"], told["label"]) == (False, [[1, 1]], "Car 12")
    digests = {one["form"]: one["form_digest"] for one in told["forms"]}
    assert digests["lead-agreement"] == services.forms.form("lead-agreement").definition.digest
    revoke_device(services, BY, line.tablet.device_id, "lost")
    assert line.send("/tablet/check", line.tablet.check().encode()).json["revoked"] is True


def test_a_body_that_was_cut_off_is_not_kept(line, credential, services):
    """Cut anywhere, with the digest of the whole: refused, and the whole one is taken afterwards."""
    person = line.tablet.block(signed_paper(services), "person", credential)
    whole = person.text.encode()
    for end in (0, 1, len(whole) // 2, len(whole) - 1):
        answer = line.send(f"/tablet/envelopes/{person.id}", whole[:end], "PUT", Content_Digest=content_digest(whole))
        assert problem(answer) == (400, "content-digest-mismatch")
    with services.database.read() as transaction:
        assert transaction.ledger.links_of(line.tablet.device_id) == []
    assert line.put(person).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha-256",
        "sha-256=::",
        "sha-256=:AAAA:",
        "sha-512=:{sha}:",
        "md5=:{sha}:",
        "xsha-256=:{sha}:",
        "sha-256={sha}",
    ],
)
def test_a_body_without_its_digest_is_not_kept(line, credential, services, header):
    """SHA-256 in the form of RFC 9530, or nothing."""
    person = line.tablet.block(signed_paper(services), "person", credential)
    sha = content_digest(person.text.encode()).removeprefix("sha-256=:").removesuffix(":")
    assert problem(line.put(person, Content_Digest=header.format(sha=sha))) == (400, "content-digest-missing")


def test_a_digest_among_others_is_found(line, credential, services):
    """A dictionary of digests, as RFC 9530 writes it."""
    person = line.tablet.block(signed_paper(services), "person", credential)
    header = f"sha-512=:AAAA:, {content_digest(person.text.encode())};x=1, unixsum=1"
    assert line.put(person, Content_Digest=header).status_code == 200


def test_other_bytes_under_an_id_are_refused_with_409(line, credential, services):
    """Both are kept; the tablet sets the second aside."""
    paper = signed_paper(services)
    person = line.tablet.block(paper, "person", credential)
    other = line.tablet.envelope("signature", {}, paper.document_id, envelope_id=person.id)
    line.put(person)
    assert problem(line.put(other)) == (409, "envelope-content-differs")


def test_each_refusal_has_its_slug(line, services):
    """What is no envelope of ours is told in the tablet's own format."""
    good = line.tablet.decline()
    stranger = SoftTablet()
    stranger.keys, stranger.device_id = line.tablet.keys, "0b0e7a52-5b0a-4a77-9d2c-1a2b3c4d5e6f"
    unknown = stranger.decline()
    stranger.device_id = line.tablet.device_id
    assert problem(line.put(replace(good, text="x"))) == (422, "envelope-unreadable")
    assert problem(line.put(replace(good, text="\u00e4"))) == (422, "envelope-unreadable")
    assert problem(line.put(unknown)) == (403, "device-unknown")
    assert problem(line.put(stranger.decline())) == (403, "envelope-signature-wrong")
    assert problem(line.put(replace(good, id="other"))) == (422, "envelope-ids-differ")
    assert problem(line.put(line.tablet.envelope("decline", {}, counter=0))) == (422, "envelope-malformed")
    assert problem(line.send("/tablet/check", b"x")) == (422, "envelope-unreadable")
    assert problem(line.enrol(code="no")) == (403, "device-code-wrong")
    assert problem(line.enrol(key={})) == (422, "device-key-refused")
    assert problem(line.enrol(label="")) == (422, "device-label-malformed")
    assert problem(line.enrol(label=7)) == (422, "device-label-malformed")
    assert problem(line.enrol(label="a\u0000")) == (422, "text-has-control-characters")
    for body in (b"", b"[]", b"{", b"\xff"):
        sent = line.send("/tablet/enrol", body, Content_Type="application/json")
        assert problem(sent) == (422, "json-unreadable")
    assert problem(line.send("/tablet/enrol", b"{}")) == (422, "json-unreadable")
    assert problem(line.send("/tablet/nothing", b"", "GET")) == (404, "not-found")
    assert problem(line.send("/tablet/check", b"", "GET")) == (405, "method-not-allowed")


def test_a_body_above_the_limit_is_refused(line):
    """2 MiB: one block never needs more."""
    answer = line.send("/tablet/envelopes/x", b"x" * (ENVELOPE_BYTES + 1), "PUT")
    assert problem(answer) == (413, "upload-too-large")


def test_too_many_envelopes_are_refused_softly(line):
    """The tablet is told when to come back; nothing is lost."""
    most = LIMITS["tablet.envelope"].by_address.amount
    answers = [line.send("/tablet/envelopes/x", b"", "PUT").status_code for _ in range(most + 1)]
    assert set(answers[:-1]) == {400}
    last = line.send("/tablet/envelopes/x", b"", "PUT")
    assert problem(last) == (429, "too-many-requests")
    assert int(last.headers["Retry-After"]) > 0


def test_codes_can_not_be_tried_in_a_loop(line):
    """Twenty a minute, of 80 bits."""
    most = LIMITS["tablet.enrol"].by_address.amount
    answers = [line.enrol(code="0" * 16) for _ in range(most)]
    assert problem(answers[0]) == (403, "device-code-wrong")
    assert problem(answers[-1]) == (429, "too-many-requests")


def test_a_credential_needs_officer_proof_and_device(line, visitor, services, clock, app):
    """Signed in, freshly proved, with an officer's role, asked by the device itself, in a type no form can send."""
    stranger = Visitor(app, services.settings.origin)
    assert problem(author(line, stranger)) == (401, "sign-in-needed")
    assert problem(author(line, visitor, mimetype="text/plain")) == (422, "envelope-unreadable")
    assert problem(author(line, visitor, body="x")) == (422, "envelope-unreadable")
    assert author(line, visitor).status_code == 200
    clock.move(minutes=6)
    assert problem(author(line, visitor)) == (403, "proof-needed")
    with services.database.write() as transaction:
        account = transaction.ledger.account_named("dreyes")
        transaction.ledger.put_account(replace(account, roles=("clerk",)))
    assert problem(author(line, visitor)) == (403, "not-permitted")


def half_signed(line, visitor, document_id: str, mimetype: str = JOSE) -> TestResponse:
    """Ask for a half-signed paper in a session."""
    asked = line.tablet.half_signed_request(document_id)
    return visitor.client.post(
        "/tablet/half-signed", data=asked, content_type=mimetype, base_url=visitor.origin, buffered=True
    )


def test_a_half_signed_paper_comes_back_to_its_officer_on_its_tablet(line, credential, visitor, services, clock, app):
    """Signed in, freshly proved, asked by the device itself: what the officer needs, no stroke, and audited as bytes out."""
    paper = signed_paper(services)
    envelope = line.tablet.block(paper, "person", credential)
    assert line.put(envelope).status_code == 200
    told = half_signed(line, visitor, paper.document_id)
    assert told.json == {
        "v": "half-signed-answer/1", "presentation": paper.presentation,
        **{name: value for name, value in paper.facts.items() if name != "lines"},
        "signed": {"person": {
            "envelope_id": envelope.id, "digest": envelope.digest, "signed_at": paper.signatures["person"]["signed_at"],
        }},
    }  # fmt: skip
    assert "strokes" not in told.text
    with services.database.read() as transaction:
        *_, entry = transaction.ledger.audit_entries()
    assert (entry["act"], entry["object_id"], entry["facts"]["what"]) == ("view", envelope.id, "half_signed")
    assert entry["facts"]["bytes_out"] > 1000
    assert problem(half_signed(line, visitor, paper.document_id, mimetype="text/plain")) == (422, "envelope-unreadable")
    stranger = Visitor(app, services.settings.origin)
    assert problem(half_signed(line, stranger, paper.document_id)) == (401, "sign-in-needed")
    assert problem(half_signed(line, visitor, "LEAD-NONE")) == (404, "not-found")
    clock.move(minutes=6)
    assert problem(half_signed(line, visitor, paper.document_id)) == (403, "proof-needed")


def test_a_handed_over_device_gives_no_credential(line, visitor):
    """While the person holds it, nobody takes a tablet to sign on."""
    with visitor.client.session_transaction(base_url=visitor.origin) as cookies:
        cookies["handed"] = "some-draft"
    assert author(line, visitor).headers["Location"] == "/person"


def test_a_revoked_tablet_gets_no_credential_and_loses_no_ink(line, credential, visitor, services):
    """What it still sends is held; what it asks for is refused."""
    revoke_device(services, BY, line.tablet.device_id, "stolen")
    assert problem(author(line, visitor)) == (403, "device-revoked")
    answer = line.put(line.tablet.block(signed_paper(services), "person", credential))
    assert read_signed(answer.text, line.tablet.keys["receipt"])["reason"] == "device-revoked"


HEADERS = ("", "sha-256=:", "sha-256=:AAAA:", "x" * 5000, "sha-256=:=:", ",", "sha-256=:\u00e9:")
NASTY = (b"", b".", b"..", b"....", b"\x00", b"\xff" * 40, b"a.b.c", b"eyJhbGciOiJub25lIn0.e30.", b"[" * 9000, b"{}")


@given(
    body=st.sampled_from(NASTY)
    | st.binary(max_size=300)
    | st.text("abcdefghijklmnop.-_=", max_size=300).map(str.encode),
    header=st.sampled_from(HEADERS) | st.just("right"),
    name=st.sampled_from(["x", "0b0e7a52-5b0a-4a77-9d2c-1a2b3c4d5e6f", "%00", "..%2f", "a" * 300, "{{7*7}}"]),
    path=st.sampled_from(["envelopes", "check", "author", "half-signed", "enrol"]),
    mimetype=st.sampled_from([JOSE, "application/json", "text/plain", "multipart/form-data", ""]),
)
@tried(body=b"", header="right", name="x", path="envelopes", mimetype=JOSE)
def test_noise_is_refused_and_never_a_500(doors, body, header, name, path, mimetype):
    """Bodies, digests, ids and types that no tablet sends."""
    headers = {"Content_Digest": content_digest(body) if header == "right" else header, "Content_Type": mimetype}
    where, method = (f"/tablet/envelopes/{name}", "PUT") if path == "envelopes" else (f"/tablet/{path}", "POST")
    answer = doors.send(
        where, body, method, **{one: text.encode("latin-1").decode("latin-1") for one, text in headers.items()}
    )
    assert 400 <= answer.status_code < 500, answer.text
    problem(answer)


@given(
    changes=st.dictionaries(
        st.sampled_from(["counter", "previous", "kind", "document_id", "sealed", "device_id", "v", "more"]),
        st.none() | st.booleans() | st.integers(-5, 10**12) | st.text(max_size=20) | st.just([]) | st.just({}),
        min_size=1,
    )
)
def test_a_signed_envelope_with_noise_in_it_is_never_a_500(doors, changes):
    """A device of ours that went wrong: refused with a reason, or held."""
    answer = doors.put(doors.tablet.envelope("decline", {"form": "x"}, **changes))
    assert answer.status_code in (200, 409, 422), answer.text


@given(
    content=st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abv", max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
    key=st.sampled_from(["values", "signed", "presentation", "lines", "names", "author", "block", "form", "language"]),
)
def test_sealed_noise_is_held_and_never_a_500(doors, content, key):
    """Whatever is inside: a receipt, since it was kept."""
    paper = doors.paper
    person = (
        doors.tablet.block(paper, "officer", doors.credential, {}, **{key: content})
        if key not in ("block", "names")
        else (doors.tablet.envelope("signature", {key: content}, paper.document_id))
    )
    answer = doors.put(person)
    assert answer.status_code == 200, answer.text
    assert read_signed(answer.text, doors.tablet.keys["receipt"])["outcome"] == "held"


@pytest.fixture
def doors(line, credential, services, no_limits) -> Line:
    """Give a line on which noise may be sent without end."""
    line.paper, line.credential = signed_paper(services), credential
    return line


@pytest.fixture
def no_limits(app):
    """Count nothing: noise comes faster than any tablet."""
    app.extensions[EXTENSION] = RateLimits({})


def test_replays_and_reordering_over_http_make_one_record(line, credential, services):
    """Each of four blocks ten times in mixed order: one record."""
    envelopes = line.tablet.blocks(signed_paper(services, "all-aids"), credential)
    for one, _ in itertools.product([*envelopes[::-1], *envelopes], range(5)):
        assert line.put(one).status_code == 200
    with services.database.read() as transaction:
        assert len(list(transaction.book.records())) == 1
