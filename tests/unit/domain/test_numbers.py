"""Document ids and codes."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.numbers import (
    ALPHABET,
    DocumentId,
    check_value,
    draw_document_id,
    draw_uuid,
    parse_document_id,
    parse_qr_payload,
    qr_payload,
)
from forms_service.errors import DocumentIdCheckFailedError, DocumentIdMalformedError, InvalidInputError
from forms_service.settings import ROOT

VECTORS = json.loads((ROOT / "tests/vectors/check_symbol.json").read_text("utf-8"))
CASES = VECTORS["cases"]
CODES = json.loads((ROOT / "tests/vectors/qr_payload.json").read_text("utf-8"))


def _draws(*numbers: int):
    """Give the numbers one after the other, whatever number of bits is asked for."""
    coming = iter(numbers)
    return lambda _bits: next(coming)


symbols = st.text(alphabet=ALPHABET, min_size=10, max_size=10).filter(lambda text: check_value(text) < 32)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["symbols"])
def test_the_check_value_is_the_number_modulo_37(case):
    """Each vector's symbols have the check value it names."""
    assert check_value(case["symbols"]) == case["check_value"]


@given(symbols)
def test_an_id_is_read_back_however_it_is_typed(text):
    """Lower case, no hyphens, O for 0 and I or L for 1 read the same."""
    document_id = DocumentId(form_code="SR", symbols=text)
    typed = str(document_id).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_document_id(typed.replace("s r", "sr")) == document_id


@given(symbols, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_noticed(text, place, other):
    """Any single wrong symbol fails the check."""
    wrong = text[:place] + other + text[place + 1 :]
    if wrong == text:
        return
    typed = f"LEAD-{wrong}-{DocumentId(form_code='LEAD', symbols=text).check}"
    with pytest.raises(DocumentIdCheckFailedError):
        parse_document_id(typed)


@given(symbols, st.integers(0, 8))
def test_two_symbols_exchanged_are_noticed(text, place):
    """Two neighbours exchanged fail the check."""
    wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if wrong == text:
        return
    with pytest.raises(DocumentIdCheckFailedError):
        parse_document_id(f"LEAD-{wrong}-{DocumentId(form_code='LEAD', symbols=text).check}")


@pytest.mark.parametrize(
    "text", ["", "LEAD", "LEADS-7Q2F9-KDM3X-3", "LEAD-7Q2F9-KDM3U-3", "x" * 50, "LEAD-7Q2F9-KDM3X-*"]
)
def test_what_is_no_id_is_refused(text):
    """A text without the shape of an id is refused with its slug."""
    with pytest.raises(DocumentIdMalformedError) as refused:
        parse_document_id(text)
    assert refused.value.slug == "document-id-malformed"


@pytest.mark.parametrize("case", VECTORS["typed"], ids=lambda case: repr(case["text"]))
def test_an_id_is_read_as_people_type_it(case):
    """Each typed text is the id the vector names, or refused with its slug."""
    if "document_id" in case:
        assert str(parse_document_id(case["text"])) == case["document_id"]
        return
    with pytest.raises(InvalidInputError) as refused:
        parse_document_id(case["text"])
    assert refused.value.slug == case["refusal"]


@given(st.integers(0, 2**50 - 1))
def test_what_is_drawn_is_read_back(number):
    """All 50 bits are in the ten symbols, and nothing else."""
    drawn = draw_document_id("SR", _draws(number, 5))
    assert parse_document_id(str(drawn)) == drawn
    assert sum(ALPHABET.index(one) << 5 * at for at, one in enumerate(reversed(drawn.symbols))) in (number, 5)


def test_a_draw_is_made_again_until_its_check_symbol_is_plain():
    """A check value above 31 is drawn again."""
    drawn = iter([32, 33, 5])
    assert str(draw_document_id("LEAD", lambda _bits: next(drawn))) == "LEAD-00000-00005-5"


@given(symbols, st.integers(1, 9999), st.integers(1, 99), st.integers(1, 99))
def test_a_code_is_read_back(text, version, one, other):
    """What is written into a page's code is what is read from it."""
    number, pages = min(one, other), max(one, other)
    document_id = DocumentId(form_code="LEAD", symbols=text)
    found = parse_qr_payload(qr_payload(str(document_id), version, number, pages))
    assert found is not None
    assert (found.document_id, found.form_version, found.page_number, found.pages) == (
        document_id,
        version,
        number,
        pages,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.org",
        "FS1-LEAD/1-7Q2F9KDM3X4-1/3",
        "FS1-LEAD/1-7Q2F9KDM3X3-4/3",
        "FS1-LEAD/1-ZZZZZZZZZZZ-1/1",
        "FS2-LEAD/1-7Q2F9KDM3X3-1/3",
    ],
)
def test_a_foreign_code_is_none_of_ours(text):
    """A code of another system, or one whose check symbol fails, is no code of ours."""
    assert parse_qr_payload(text) is None


@pytest.mark.parametrize("case", CODES["cases"], ids=lambda case: case["payload"])
def test_a_code_is_written_and_read(case):
    """Each vector's code is written from its facts and read back to them."""
    written = qr_payload(case["document_id"], case["form_version"], case["page_number"], case["pages"])
    assert written == case["payload"]
    found = parse_qr_payload(written)
    assert found is not None
    assert {"document_id": str(found.document_id), "form_version": found.form_version} == {
        "document_id": case["document_id"],
        "form_version": case["form_version"],
    }
    assert (found.page_number, found.pages) == (case["page_number"], case["pages"])


@pytest.mark.parametrize("text", CODES["foreign"], ids=repr)
def test_a_foreign_code_of_the_vectors_is_ignored(text):
    """What another client must ignore is ignored here."""
    assert parse_qr_payload(text) is None


def test_a_code_fits_version_2_of_qr():
    """A usual page's code stays within the 29 characters of version 2 at level Q."""
    assert len(qr_payload(str(DocumentId(form_code="LEAD", symbols="7Q2F9KDM3X")), 12, 1, 9)) <= 29


@pytest.mark.parametrize(("version", "number", "pages"), [(10_000, 1, 1), (1, 1, 100), (1, 3, 2), (1, 0, 1)])
def test_a_code_that_could_not_be_read_back_is_not_written(version, number, pages):
    """What the reader would ignore must never be printed."""
    with pytest.raises(ValueError, match="no code says"):
        qr_payload("LEAD-7Q2F9-KDM3X-3", version, number, pages)


@given(st.integers(min_value=0, max_value=2**128 - 1))
def test_a_drawn_uuid_is_of_version_4_and_keeps_what_was_drawn(number):
    """Version and variant stand in their bits; the other 122 are the draw's."""
    drawn = uuid.UUID(draw_uuid(_draws(number)))
    assert (drawn.version, drawn.variant) == (4, uuid.RFC_4122)
    fixed = 0xF << 76 | 0b11 << 62
    assert drawn.int & ~fixed == number & ~fixed
