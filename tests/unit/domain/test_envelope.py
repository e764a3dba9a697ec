"""Envelopes are hostile until read: one way to write each, every key as it must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.envelope import EnvelopeKind, parse_envelope
from forms_service.domain.envelope_content import parse_decline, parse_discard, parse_signature
from forms_service.domain.evidence import canonical_json
from forms_service.errors import EnvelopeIdsDifferError, EnvelopeMalformedError, PresentedDigestMismatchError

ID, OTHER = "0b0e7a52-5b0a-4a77-9d2c-1a2b3c4d5e6f", "11111111-2222-4333-8444-555555555555"
OUTER = {
    "v": "envelope/1", "envelope_id": ID, "device_id": OTHER, "counter": 1, "previous": "", "kind": "discard",
    "document_id": "LEAD-7Q2F9-KDM3X-3", "sealed": "a.b.c.d.e",
}  # fmt: skip
DISCARD = {"v": "discard/1", "envelope_id": ID, "names": "0" * 64, "reason": "other", "author": "x.y.z"}
DECLINE = {
    "v": "decline/1", "envelope_id": ID, "form": "lead-agreement", "rule": "R2", "month": "2026-11", "author": "",
}  # fmt: skip


def test_what_is_written_well_is_read():
    """Every part as it was written."""
    outer = parse_envelope(canonical_json(OUTER))
    assert (outer.kind, outer.counter, outer.document_id) == (EnvelopeKind.DISCARD, 1, "LEAD-7Q2F9-KDM3X-3")
    assert parse_discard(canonical_json(DISCARD), outer).reason == "other"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"v": "envelope/2"}, "v"), ({"envelope_id": "x"}, "envelope_id"), ({"envelope_id": ID.upper()}, "envelope_id"),
        ({"device_id": None}, "device_id"), ({"counter": 0}, "counter"), ({"counter": True}, "counter"),
        ({"counter": "1"}, "counter"), ({"counter": 10**9 + 1}, "counter"), ({"previous": "0"}, "previous"),
        ({"previous": None}, "previous"), ({"kind": "other"}, "kind"), ({"kind": ["discard"]}, "kind"),
        ({"document_id": "x" * 41}, "document_id"), ({"sealed": ""}, "sealed"), ({"sealed": 1}, "sealed"),
        ({"more": 1}, "more"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_must_be_is_named(change, place):
    """The first key that is wrong, never its content."""
    with pytest.raises(EnvelopeMalformedError) as refused:
        parse_envelope(canonical_json({**OUTER, **change}))
    assert refused.value.facts["place"] == place


@pytest.mark.parametrize("name", [one for one in OUTER if one != "v"])
def test_a_part_that_is_missing_is_named(name):
    """Nothing is filled in."""
    with pytest.raises(EnvelopeMalformedError) as refused:
        parse_envelope(canonical_json({key: value for key, value in OUTER.items() if key != name}))
    assert refused.value.facts["place"] == name


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"1", b"null", b'{"v": "envelope/1"}', b'{"v":"a","v":"a"}', b'{"a":1.0}', b'{"a":NaN}',
        b'{"a":"\\u0041"}', b'{"b":1,"a":2}', b"\xff", b'{"a":' * 3000 + b"1" + b"}" * 3000, b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}", b'{"a":"\\ud800"}', '{"ä":1}'.encode(),
    ],
)  # fmt: skip
def test_json_written_in_another_way_is_refused(content):
    """One text for one meaning, so that a digest stands for one thing only."""
    with pytest.raises(EnvelopeMalformedError):
        parse_envelope(content)


@given(st.binary(max_size=200))
def test_noise_is_refused(content):
    """Whatever the bytes: a refusal of ours."""
    with pytest.raises(EnvelopeMalformedError):
        parse_envelope(content)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "bored"}, {"reason": []}, {"names": "00"}, {"author": "x" * 5000}, {"author": None},
        {"v": "decline/1"},
    ],
)  # fmt: skip
def test_a_discard_that_is_not_right_is_refused(change):
    """Its reason is one of three, and it names one digest."""
    outer = parse_envelope(canonical_json(OUTER))
    with pytest.raises(EnvelopeMalformedError):
        parse_discard(canonical_json({**DISCARD, **change}), outer)


@pytest.mark.parametrize(
    "change", [{"author": "x"}, {"month": "2026-13"}, {"month": "11/2026"}, {"rule": "two words"}, {"form": "../x"}]
)
def test_a_decline_holds_no_more_than_rule_and_month(change):
    """No author, no free text."""
    outer = parse_envelope(canonical_json({**OUTER, "kind": "decline", "document_id": ""}))
    with pytest.raises(EnvelopeMalformedError):
        parse_decline(canonical_json({**DECLINE, **change}), outer)


def test_content_of_another_envelope_is_refused():
    """What is sealed says itself to which envelope it belongs."""
    outer = parse_envelope(canonical_json({**OUTER, "envelope_id": OTHER}))
    with pytest.raises(EnvelopeIdsDifferError):
        parse_discard(canonical_json(DISCARD), outer)


def test_a_decline_belongs_to_no_paper():
    """A number would be a way back to a person."""
    with pytest.raises(EnvelopeIdsDifferError):
        parse_decline(canonical_json(DECLINE), parse_envelope(canonical_json(OUTER)))


SIGNATURE = {
    "v": "signature/1", "envelope_id": ID, "document_id": "LEAD-7Q2F9-KDM3X-3", "form": "lead-agreement",
    "form_version": 1, "form_digest": "0" * 64, "language": "en", "values": {}, "presented_digest": "0" * 64,
    "lines": [["L-1", "text"]], "block": "person", "signed": {}, "presentation": None, "author": "x",
    "names": {}, "is_last": False, "device_clock_offset_ms": None, "app_version": "1",
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"lines": [["L-1"]]}, {"lines": [["L-1", 2]]}, {"lines": {}}, {"lines": ["L-1"]}, {"names": []},
        {"names": {"person": "0"}}, {"names": {"Person": "0" * 64}}, {"names": {f"b{n}": "0" * 64 for n in range(21)}},
        {"values": []}, {"signed": None}, {"presentation": ""}, {"is_last": 1}, {"device_clock_offset_ms": "1"},
        {"form_version": 0}, {"document_id": ""}, {"block": "a b"}, {"language": "x" * 36},
    ],
)  # fmt: skip
def test_a_block_that_is_not_right_is_refused(change):
    """Every part has its shape."""
    outer = parse_envelope(canonical_json(OUTER))
    with pytest.raises(EnvelopeMalformedError):
        parse_signature(canonical_json({**SIGNATURE, **change}), outer)


def test_a_blocks_lines_are_those_of_its_digest():
    """What was shown is what was agreed to."""
    with pytest.raises(PresentedDigestMismatchError):
        parse_signature(canonical_json(SIGNATURE), parse_envelope(canonical_json(OUTER)))
