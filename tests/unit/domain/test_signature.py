"""What ``signatures.json`` may hold."""

from __future__ import annotations

import contextlib
import copy
import json
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_service.domain.evidence import canonical_json
from forms_service.domain.signature import Ink, Point, measured, stroke_set_digest
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.errors import SignaturesError
from tests.conftest import example

GOOD = example("lead-agreement", "all-aids")[1]
PACIFIC = ZoneInfo("America/Los_Angeles")

FAULTS = {
    "signatures-malformed": [
        ("outcome", "maybe"), ("presented_digest", "abc"), ("blocks", []), ("blocks", {}), ("document_id", 5), ("document_id", "x" * 41),
        ("presentation.read_aloud", "a neighbour"), ("presentation.read_aloud", ["officer"]), ("presentation.read_aloud", False), ("presentation.shown_at", "yesterday"), ("presentation.shown_at", "2026-11-20T14:00:00"),
        ("presentation.languages_viewed", "en"), ("presentation.no_opened", -1), ("presentation.no_opened", True), ("presentation.say_back", {"a": "b"}),
        ("blocks.person.signed_at", None), ("blocks.person.signed_at", "0001-01-01T00:00:00+14:00"), ("presentation.shown_at", "9999-12-31T23:59:59-14:00"), ("blocks.person.device", "\u0000"), ("blocks.person.device_offset_s", "3"), ("blocks.person", 5), ("presentation", 4),
    ],
    "signature-key-unknown": [("pdf", "x"), ("blocks.person.picture", "x"), ("presentation.gps", "x")],
    "ink-malformed": [
        ("blocks.person.strokes", "x"), ("blocks.person.strokes", [[]]), ("blocks.person.strokes", [[[1, 2, 3]]]), ("blocks.person.strokes", [[[1, 2, 3, 1001]]]),
        ("blocks.person.strokes", [[[1.5, 2, 3, None]]]), ("blocks.person.strokes", [[[True, 2, 3, None]]]), ("blocks.person.strokes", [[[10**9, 2, 3, None]]]), ("blocks.person.strokes", [5]),
    ],
    "ink-times-fall": [("blocks.person.strokes", [[[1, 2, 30, None], [1, 3, 20, None]]])],
    "ink-too-large": [("blocks.person.strokes", [[[1, 1, 1, None]]] * 501)],
}  # fmt: skip


@pytest.mark.parametrize(("slug", "path", "value"), [(slug, *one) for slug, many in FAULTS.items() for one in many])
def test_each_fault_has_its_slug(slug, path, value):
    """A fault is refused with its slug, and nothing of the rest is lost on the way."""
    wrong = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    place = wrong
    for parent in parents:
        place = place[parent]
    place[last] = value
    with pytest.raises(SignaturesError) as refused:
        parse_signature_set(wrong)
    assert slug in {fault.slug for fault in refused.value.faults}


def test_all_faults_are_told_together():
    """Two faults in two places are both told."""
    wrong = {**copy.deepcopy(GOOD), "outcome": "maybe", "pdf": 1}
    with pytest.raises(SignaturesError) as refused:
        parse_signature_set(wrong)
    assert {fault.slug for fault in refused.value.faults} == {"signatures-malformed", "signature-key-unknown"}


def test_a_set_is_read_and_written_alike():
    """What is read back from the normal form is the same set."""
    read = parse_signature_set(GOOD)
    assert parse_signature_set(read.to_json()) == read


@pytest.mark.parametrize(("given_as", "kept_as"), [(None, ""), ("", ""), ("device_voice", "device_voice")])
def test_who_read_aloud_is_kept(given_as, kept_as):
    """Nobody, or one of those who can read a text aloud."""
    supplied = {**copy.deepcopy(GOOD), "presentation": {"read_aloud": given_as}}
    assert parse_signature_set(supplied).presentation.read_aloud == kept_as


def test_a_refusal_needs_no_blocks():
    """A person who says no signs nothing."""
    assert parse_signature_set({"outcome": "refused"}).outcome == "refused"


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
    lambda more: st.lists(more) | st.dictionaries(st.text(), more),
)
SMALL = {
    "document_id": "LEAD-7Q2F9-KDM3X-3", "presented_digest": "0" * 64, "outcome": "signed",
    "blocks": {"person": {"strokes": [[[100, 100, 0, None], [900, 400, 80, 500]]], "signed_at": "2026-11-20T14:03:11-08:00"}},
    "presentation": {"shown_at": "2026-11-20T14:01:00-08:00"},
}  # fmt: skip
PLACES = [
    *((name,) for name in ("document_id", "presented_digest", "outcome", "blocks", "presentation", "more")),
    *(("presentation", name) for name in ("shown_at", "end_reached_at", "read_aloud", "languages_viewed", "no_opened", "say_back")),
    *(("blocks", "person", name) for name in ("strokes", "signed_at", "device", "device_offset_s")),
    ("blocks", "person"), ("blocks", "person", "strokes", 0), ("blocks", "person", "strokes", 0, 0), ("blocks", "person", "strokes", 0, 0, 3),
]  # fmt: skip


@given(ANY_JSON)
def test_whatever_comes_is_read_or_refused(supplied):
    """Any JSON is a signature set or a refusal, never a traceback."""
    with contextlib.suppress(SignaturesError):
        assert parse_signature_set(supplied).outcome in ("signed", "refused")


@settings(max_examples=200)
@given(st.sampled_from(PLACES), ANY_JSON)
def test_whatever_comes_in_any_place_is_read_or_refused(path, supplied):
    """A good set with anything in one place is refused, or read so that it can be digested and its times moved."""
    changed = copy.deepcopy(SMALL)
    *parents, last = path
    place = changed
    for parent in parents:
        place = place[parent]
    place[last] = supplied
    with contextlib.suppress(SignaturesError):
        read = parse_signature_set(changed)
        assert parse_signature_set(json.loads(canonical_json(read.to_json()))) == read
        for block in read.blocks.values():
            assert block.signed_at.astimezone(UTC).astimezone(PACIFIC) == block.signed_at


def test_the_same_strokes_have_the_same_digest():
    """A copied stroke set is recognised by its digest."""
    ink = Ink(strokes=((Point(1, 2, 3, None), Point(4, 5, 6, 7)),))
    assert stroke_set_digest(ink) == stroke_set_digest(Ink(strokes=tuple(ink.strokes)))
    assert measured(Ink(strokes=())) == (0.0, 0.0)
