"""The book: what is put is found, as a clerk looks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.archive.database import SqliteDatabase
from forms_service.domain.record import RecordState, record_from_json, record_to_json
from forms_service.domain.roles import Sight
from forms_service.errors import DocumentHasRecordError, NotFoundError
from forms_service.ports import Book, Search
from tests.integration.archive.samples import record

ZONE = ZoneInfo("America/Los_Angeles")
ALL = Sight(everything=True)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """Give an empty book inside a transaction."""
    with SqliteDatabase(tmp_path / "forms.sqlite3", zone=ZONE).write() as transaction:
        yield transaction.book


def found(book: Book, words: str = "", **wanted: object) -> list[int]:
    """Give the numbers of the records that a search finds, in its order."""
    return [int(one.record_id.replace("-", ""), 16) for one in book.search(Search(words=words, **wanted), ALL)]  # type: ignore[arg-type]  # tests name the search's own fields


def test_a_record_comes_back_as_it_was_put(book: Book) -> None:
    """By document id and by record id, equal in every attribute; and the archive's JSON gives the same."""
    one = record(1, old_case_numbers=("24-1",), case_number="25-2", values={"offences": [{"words": "é"}], "tick": True})
    book.put(one)
    assert book.record(one.document_id) == book.record_by_id(one.record_id) == one
    assert record_from_json(record_to_json(one)) == one
    assert book.record("LEAD-unknown") is None
    assert book.record_by_id("unknown") is None


def test_putting_again_replaces_the_row_and_its_keys(book: Book) -> None:
    """A record that got another name is no longer found by the one before."""
    book.put(record(1, "Ana Before"))
    book.put(record(1, "Ana After"))
    assert found(book, "before") == []
    assert found(book, "after") == [1]
    assert len(list(book.records())) == 1


def test_a_document_id_has_one_record(book: Book) -> None:
    """A second record for a document id is refused, and the first stays."""
    book.put(record(1))
    with pytest.raises(DocumentHasRecordError):
        book.put(replace(record(2), document_id=record(1).document_id))
    assert book.record(record(1).document_id) == record(1)


NAMES = {
    1: "José María O'Brien-Smith",
    2: "Jose O Brien",
    3: "Madonna",
    4: "Nguyễn Thị Hồng Đào",
    5: "Иван Щербаков",
    6: "100% _Wild_ Person",
    7: "Maria de la Cruz",
}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("jose", [2, 1]),
        ("JOSÉ", [2, 1]),
        ("obrien", [2, 1]),
        ("o'brien", [2, 1]),
        ("O’Brien", [2, 1]),
        ("o brien", [2, 1]),
        ("brien jose", [2, 1]),
        ("smith jose", [1]),
        ("brien-smith", [1]),
        ("smit", [1]),
        ("mith", []),
        ("jose madonna", []),
        ("madonna", [3]),
        ("nguyen dao", [4]),
        ("щерб иван", [5]),
        ("delacruz", [7]),
        ("cruz maria", [7]),
        ("maria", [7, 1]),
        ("%", []),
        ("_", []),
        ("100%", [6]),
        ("wild", [6]),
        ("w%d", []),
        ("w_ld", []),
        ("' OR 1=1 --", []),
        ("jose - smith", [1]),
    ],
)
def test_names_are_found_in_any_order_folded_by_their_beginnings(book: Book, words: str, expected: list[int]) -> None:
    """Accents, case and punctuation do not count; what looks like a pattern is only text."""
    for number, name in NAMES.items():
        book.put(record(number, name))
    assert found(book, words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("25-001234", [1]),
        ("25001234", [1]),
        ("1234", [1]),
        ("34", []),
        ("24-000777", [1]),
        ("777", [1]),
        ("25-", []),
        ("001", [1]),
        ("LEAD-00001-KDM3X-7", [1]),
        ("lead00001kdm3x7", [1]),
        ("LEAD OOOO1 KDM3X 7", [1]),
        ("kdm3x", [2, 1]),
        ("00002", [2]),
        ("ana 1234", [1]),
        ("1234 berta", []),
    ],
)
def test_numbers_are_found_by_fragments(book: Book, words: str, expected: list[int]) -> None:
    """Case numbers, old ones too, and document ids, by three characters or more, with or without dashes."""
    book.put(record(1, "Ana", case_number="25-001234", old_case_numbers=("24-000777",)))
    book.put(record(2, "Berta"))
    assert found(book, words) == expected


def test_every_given_part_must_hold(book: Book) -> None:
    """Birth date or year, officer's name or badge, form, state and days of signing narrow the search together."""
    one = record(1, "Ana")
    book.put(one)
    book.put(record(2, "Ana", form="social-referral", state=RecordState.VOID))
    book.put(record(3, "Ana", values={"person_name_as_given": "Ana", "approx_age": 40}))
    assert found(book, "ana", date_of_birth="1990-02-03") == [2, 1]
    assert found(book, date_of_birth="1990") == [2, 1]
    assert found(book, date_of_birth="1991") == found(book, date_of_birth="1990-02") == []
    assert found(book, officer="ruiz sam") == found(book, officer="417") == found(book, officer="rui 417") == [2, 1]
    assert found(book, officer="41") == found(book, officer="%") == []
    assert found(book, form="lead-agreement") == [3, 1]
    assert found(book, state="void") == [2]
    assert found(book, "ana", form="lead-agreement", officer="417", date_of_birth="1990", state="archived") == [1]


def test_days_of_signing_are_the_agencys_days(book: Book) -> None:
    """Five in the afternoon in Oregon is that day, though it is the next day in UTC."""
    book.put(record(1, signed_at=datetime(2026, 7, 2, 0, 30, tzinfo=UTC)))
    assert found(book, signed_from=date(2026, 7, 1), signed_to=date(2026, 7, 1)) == [1]
    assert found(book, signed_from=date(2026, 7, 2)) == found(book, signed_to=date(2026, 6, 30)) == []


def test_closed_records_never_appear(book: Book) -> None:
    """A closed record is found by no search, not even by asking for closed ones."""
    book.put(record(1, state=RecordState.CLOSED))
    assert found(book) == found(book, "ana") == found(book, state="closed") == []
    assert book.record(record(1).document_id) is not None


def test_pages_go_on_after_the_last_row_seen(book: Book) -> None:
    """Newest first, no row twice and none left out, also among equal times and while new ones come in."""
    same = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    for number in range(1, 8):
        book.put(record(number, signed_at=same) if number < 5 else record(number))
    seen = found(book, limit=3)
    book.put(record(99))
    while page := found(book, limit=3, after=record(seen[-1]).document_id):
        seen += page
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    with pytest.raises(NotFoundError):
        book.search(Search(after="LEAD-unknown"), ALL)


@given(words=st.text(), officer=st.text(), born=st.text(), limit=st.integers())
def test_no_text_breaks_a_search(
    tmp_path_factory: pytest.TempPathFactory, words: str, officer: str, born: str, limit: int
) -> None:
    """Whatever is typed, the search answers."""
    with SqliteDatabase(tmp_path_factory.mktemp("book") / "forms.sqlite3", zone=ZONE).write() as transaction:
        transaction.book.put(record(1))
        wanted = Search(words=words, officer=officer, date_of_birth=born, limit=limit)
        assert len(transaction.book.search(wanted, ALL)) <= 1


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=120))
def test_a_name_is_found_by_itself(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """Any name with a letter or digit, typed as it was given, finds its record."""
    with SqliteDatabase(tmp_path_factory.mktemp("book") / "forms.sqlite3", zone=ZONE).write() as transaction:
        transaction.book.put(record(1, name))
        assert len(transaction.book.search(Search(words=name), ALL)) == any(one.isalnum() for one in name)


def test_a_stroke_set_is_known_in_other_records_only(book: Book) -> None:
    """A stroke set seen in any other record is known; in the record itself it is its own."""
    book.put(record(1))
    assert book.has_stroke_digest("stroke-1")
    assert not book.has_stroke_digest("stroke-1", but=record(1).document_id)
    assert not book.has_stroke_digest("stroke-2")


def test_two_books_of_the_same_records_dump_alike(tmp_path: Path) -> None:
    """Neither the order of putting nor what was there before shows; a difference does."""
    dumps = []
    for number, order in enumerate(([1, 2, 3], [3, 1, 2], [1, 2])):
        with SqliteDatabase(tmp_path / f"{number}.sqlite3", zone=ZONE).write() as transaction:
            transaction.book.put(record(1, "Somebody Else"))
            transaction.book.put(record(9))
            transaction.book.clear()
            transaction.ledger.set_fact("practice", "true")
            for one in order:
                transaction.book.put(record(one, NAMES[one]))
            dumps.append(list(transaction.book.dump()))
            assert transaction.ledger.fact("practice") == "true"
    assert dumps[0] == dumps[1] != dumps[2]
    assert len(dumps[0]) > 3


def test_every_record_is_given_in_order_across_batches(book: Book) -> None:
    """More records than are read at once come out complete, by document id."""
    for number in range(1, 1102):
        book.put(record(number))
    assert [one.document_id for one in book.records()] == [record(number).document_id for number in range(1, 1102)]
