"""What ``signatures.json`` may hold."""

from __future__ import annotations

import contextlib
import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.signature import Ink, Point, measured, parse_signature_set, stroke_set_digest
from forms_service.errors import SignaturesError
from tests.conftest import example

GOOD = example("lead-agreement", "all-aids")[1]

FAULTS = {
    "signatures-malformed": [
        ("outcome", "maybe"), ("presented_digest", "abc"), ("blocks", []), ("blocks", {}), ("document_id", 5), ("document_id", "x" * 41),
        ("presentation.read_aloud", "a neighbour"), ("presentation.shown_at", "yesterday"), ("presentation.shown_at", "2026-11-20T14:00:00"),
        ("presentation.languages_viewed", "en"), ("presentation.no_opened", -1), ("presentation.no_opened", True), ("presentation.say_back", {"a": "b"}),
        ("blocks.person.signed_at", None), ("blocks.person.device", "\u0000"), ("blocks.person.device_offset_s", "3"), ("blocks.person", 5), ("presentation", 4),
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


def test_a_refusal_needs_no_blocks():
    """A person who says no signs nothing."""
    assert parse_signature_set({"outcome": "refused"}).outcome == "refused"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda more: st.lists(more) | st.dictionaries(st.text(), more),
    )
)
def test_whatever_comes_is_read_or_refused(supplied):
    """Any JSON is a signature set or a refusal, never a traceback."""
    with contextlib.suppress(SignaturesError):
        assert parse_signature_set(supplied).outcome in ("signed", "refused")


def test_the_same_strokes_have_the_same_digest():
    """A copied stroke set is recognised by its digest."""
    ink = Ink(strokes=((Point(1, 2, 3, None), Point(4, 5, 6, 7)),))
    assert stroke_set_digest(ink) == stroke_set_digest(Ink(strokes=tuple(ink.strokes)))
    assert measured(Ink(strokes=())) == (0.0, 0.0)
