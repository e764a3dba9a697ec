"""The link by which a person fetches their copy: ciphertext here, opened with the key that only the person has."""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forms_service.archive.pick_up_folder import STATIC, PickUpFolderOnDisk, page_files
from forms_service.domain.evidence import sha256_hex
from forms_service.domain.record import Record, RecordState
from forms_service.errors import (
    CopyLinkOffError,
    CopyNotHereError,
    EnvelopeMalformedError,
    NotFoundError,
    NotPermittedError,
    PickUpWriteError,
)
from forms_service.ports import Actor, Services
from forms_service.settings.copy_link import CopyLinkSettings
from forms_service.settings.values import beside
from forms_service.wiring import build_services
from forms_service.workflow.copy_link import (
    AskedLink,
    end_links,
    end_links_with,
    fetch_copy,
    forget_links_of,
    keep_links,
    links_of,
    make_link,
    offer,
    push_soon,
)
from forms_service.workflow.daily import run_daily
from forms_service.workflow.needs import what_needs_me
from forms_service.workflow.permission import Act
from forms_service.workflow.upkeep import adopt, start_up
from tests.conftest import HeldClock, archived, make_services, make_settings
from tests.web.tablet_server import padded, unpadded

TOKEN, KEY = unpadded(b"sixteen bytes ok"), unpadded(b"k" * 32)
ASKED = AskedLink(token_sha256=sha256_hex(TOKEN.encode()), key=KEY)
STRANGER = Actor(id="visitor", permissions=frozenset({Act.FETCH_COPY}), source="198.51.100.7")
BY = Actor(id="operator:tester")
LINK = CopyLinkSettings(origin="https://copies.example", days=30, most_fetches=2)


def switched_on(services: Services, folder: Path | None = None) -> Services:
    """Give the services with links switched on."""
    return replace(services, settings=replace(services.settings, copy_link=LINK, pick_up_folder=folder))


@pytest.fixture
def here(tmp_path: Path, clock: HeldClock) -> Services:
    """Give services whose links are on."""
    return switched_on(make_services(tmp_path, clock))


@pytest.fixture
def record(here: Services) -> Record:
    """Give a record with a link."""
    made = archived(here, BY, "lead-agreement")
    give_link(here, made)
    return made


def give_link(services: Services, record: Record, asked: AskedLink = ASKED) -> None:
    """Offer a link as an addition does."""
    link = make_link(services, record, asked)
    with services.database.write() as transaction:
        offer(services, transaction, link)


def pushed_to(
    services: Services, folder: Path, kind: type[PickUpFolderOnDisk] = PickUpFolderOnDisk, **more
) -> Services:
    """Give the services with copies pushed to a folder."""
    return replace(services, pick_up=kind(folder, lock=folder.with_suffix(".lock"), **more))


def lying_in(folder: Path) -> list[str]:
    """Give the names of the copies that lie in a folder."""
    return sorted(file.name for file in (folder / "copies").iterdir())


def is_owed(services: Services) -> bool:
    """Say whether the desk is told that the folder is behind."""
    return "copies-owed" in {one.kind for one in what_needs_me(services, BY)}


class CrashError(BaseException):
    """The process ends here."""


class CrashingFolder(PickUpFolderOnDisk):
    """A folder whose pushing process ends before its turn comes."""

    def turn(self):
        """End."""
        raise CrashError


class FullFolder(PickUpFolderOnDisk):
    """A folder on a disk that takes nothing more."""

    def put_page(self):
        """Refuse."""
        raise PickUpWriteError(reason="ENOSPC")


class BusyFolder(PickUpFolderOnDisk):
    """A folder during whose push something else happens."""

    def __init__(self, folder: Path, *, lock: Path, meanwhile) -> None:
        super().__init__(folder, lock=lock)
        self._meanwhile = meanwhile

    def put_page(self):
        """Let it happen: what is given has been read, and nothing is put there yet."""
        super().put_page()
        self._meanwhile()


class WaitingFolder(PickUpFolderOnDisk):
    """A folder that tells when somebody waits for their turn."""

    def __init__(self, folder: Path, *, lock: Path) -> None:
        super().__init__(folder, lock=lock)
        self.waits = Event()

    def turn(self):
        """Tell, and wait."""
        self.waits.set()
        return super().turn()


def opened(sealed: str, key: str = KEY) -> dict:
    """Open a compact JWE of dir and A256GCM by the letter of RFC 7516, by another library than ours."""
    protected, wrapped, iv, text, tag = sealed.split(".")
    assert json.loads(padded(protected)) == {"alg": "dir", "enc": "A256GCM", "cty": "json"}
    assert wrapped == ""
    return json.loads(AESGCM(padded(key)).decrypt(padded(iv), padded(text) + padded(tag), protected.encode()))


def entries(services: Services, act: Act) -> list:
    """Give the trail's entries of an act."""
    with services.database.read() as transaction:
        return [one for one in transaction.ledger.audit_entries() if one["act"] == str(act)]


def test_the_key_opens_the_words_and_the_sealed_file(here: Services, record: Record):
    """What the page said, what to do next, the numbers to call, and the very PDF of the archive."""
    copy = opened(fetch_copy(here, STRANGER, TOKEN))
    assert copy["document_id"] == record.document_id
    assert copy["words"]["heading"] == "Your copy"
    assert "The sealed original is kept by Dallas Police Department." in copy["words"]["kept"]
    assert any(text.startswith("What to do next:") for text in copy["box"])
    assert {"503-623-9289", "503-581-5535", "988"} <= set(copy["numbers"])
    sealed_pdf = here.archive.read(f"urn:uuid:{record.record_id}", "agreement.pdf")
    assert b64decode(copy["pdf"]) == sealed_pdf
    assert [one["facts"]["bytes_out"] for one in entries(here, Act.FETCH_COPY)] > [len(sealed_pdf)]


def test_no_screening_and_no_victim_is_in_a_copy(here: Services, record: Record):
    """Nothing of the internal file stands in it."""
    text = json.dumps(opened(fetch_copy(here, STRANGER, TOKEN)) | {"pdf": ""}, ensure_ascii=False)
    internal = json.loads(here.archive.read(f"urn:uuid:{record.record_id}", "internal.json"))["values"]
    names = [one["name"] for one in internal["victims"]]
    assert names
    assert [name for name in names if name in text] == []
    assert not set(internal) & set(re.findall(r'"(\w+)":', text))


def test_the_database_holds_what_opens_nothing(here: Services, record: Record):
    """Neither token nor key nor a word of the copy lies in its file."""
    with here.database.read() as transaction:
        link = transaction.ledger.copy_link(ASKED.token_sha256)
    with pytest.raises(InvalidTag):
        opened(link.ciphertext, unpadded(b"x" * 32))
    kept = b"".join(file.read_bytes() for file in here.settings.database.parent.iterdir())
    assert ASKED.token_sha256.encode() in kept
    assert TOKEN.encode() not in kept
    assert KEY.encode() not in kept
    assert record.document_id.encode() in kept


@pytest.mark.parametrize("token", [unpadded(b"another 16 bytes"), "", "x", "Ä" * 22, "A" * 4000])
def test_what_never_was_answers_as_what_has_not_come(here: Services, record: Record, token: str):
    """A guess, and what is no token at all; nothing is written down of it."""
    assert record
    with pytest.raises(CopyNotHereError):
        fetch_copy(here, STRANGER, token)
    assert entries(here, Act.FETCH_COPY) == []


def test_a_link_is_counted_out(here: Services, record: Record):
    """Twice, and each time is an entry of the trail; then nothing lies behind it."""
    for _ in range(2):
        fetch_copy(here, STRANGER, TOKEN)
    with pytest.raises(CopyNotHereError):
        fetch_copy(here, STRANGER, TOKEN)
    assert [one["facts"]["left"] for one in entries(here, Act.FETCH_COPY)] == [1, 0]
    assert [(one.ended_why, one.ciphertext) for one in links_of(here, BY, record)] == [("fetched", "")]


def test_a_link_ends_with_its_time(here: Services, record: Record, clock: HeldClock):
    """After thirty days nothing is given, and the upkeep empties it."""
    clock.move(days=30)
    with pytest.raises(CopyNotHereError):
        fetch_copy(here, STRANGER, TOKEN)
    assert [one.detail for one in run_daily(here, BY) if one.what == "copies"] == ["1"]
    assert [(one.ended_why, one.ciphertext) for one in links_of(here, BY, record)] == [("expired", "")]


def test_a_link_is_revoked_at_the_desk(here: Services, record: Record):
    """It is over at once, once in the trail; a record that is not there is told as that."""
    end_links(here, BY, record.document_id)
    end_links(here, BY, record.document_id)
    with pytest.raises(CopyNotHereError):
        fetch_copy(here, STRANGER, TOKEN)
    assert [one["facts"]["reason"] for one in entries(here, Act.END_COPY_LINK)] == ["revoked"]
    with pytest.raises(NotFoundError):
        end_links(here, BY, "LEAD-8R3GA-5N4Y2-0")
    with pytest.raises(NotPermittedError):
        end_links(here, STRANGER, record.document_id)


@pytest.mark.parametrize("state", [RecordState.CLOSED, RecordState.VOID, RecordState.SUPERSEDED])
def test_a_record_that_is_not_in_force_gives_nothing(here: Services, record: Record, state: RecordState):
    """Judged at the fetch, whoever wrote the state; whoever writes it empties the link in the same transaction."""
    changed = replace(record, state=state)
    with here.database.write() as transaction:
        transaction.book.put(changed)
    with pytest.raises(CopyNotHereError):
        fetch_copy(here, STRANGER, TOKEN)
    with here.database.write() as transaction:
        end_links_with(here, transaction, BY, record)
        assert transaction.ledger.copy_link(ASKED.token_sha256).ended_at is None
        end_links_with(here, transaction, BY, changed)
    assert [(one.ended_why, one.ciphertext) for one in links_of(here, BY, record)] == [("record", "")]


def test_a_record_that_was_closed_elsewhere_ends_its_links_when_it_is_taken_up(here: Services, record: Record):
    """The start adopts a state that the archive has and the book has not."""
    adopt(here, BY, replace(record, state=RecordState.CLOSED))
    with here.database.read() as transaction:
        assert transaction.ledger.copy_link(ASKED.token_sha256).ended_why == "record"


def test_the_upkeep_ends_links_of_records_that_are_no_more(here: Services, record: Record):
    """A row that is gone gives nothing; what is destroyed leaves no link at all."""
    with here.database.write() as transaction:
        transaction.book.clear()
    assert keep_links(here, BY) == 1
    with here.database.write() as transaction:
        forget_links_of(here, transaction, record.record_id)
        assert transaction.ledger.copy_link(ASKED.token_sha256) is None
    with pytest.raises(CopyNotHereError):
        fetch_copy(here, STRANGER, TOKEN)


def test_the_same_link_again_changes_nothing(here: Services, record: Record):
    """An envelope that is judged a second time does not bring back what has ended."""
    end_links(here, BY, record.document_id)
    give_link(here, record)
    with pytest.raises(CopyNotHereError):
        fetch_copy(here, STRANGER, TOKEN)


def test_a_token_of_another_record_is_refused(here: Services, record: Record):
    """Nobody's link leads to somebody else's copy."""
    assert record
    other = archived(here, BY, "social-referral")
    with pytest.raises(EnvelopeMalformedError):
        make_link(here, other, ASKED)


def test_nothing_is_made_or_given_where_links_are_off(tmp_path: Path, clock: HeldClock):
    """Off is the default."""
    services = make_services(tmp_path, clock)
    assert services.settings.copy_link is None
    with pytest.raises(CopyLinkOffError):
        make_link(services, archived(services, BY, "lead-agreement"), ASKED)
    with pytest.raises(NotPermittedError):
        fetch_copy(services, Actor(id="visitor"), TOKEN)


def test_a_copy_is_pushed_to_the_folder_and_taken_away(here: Services, record: Record, tmp_path: Path):
    """Page, what it needs, and ciphertext; after the end the ciphertext is gone."""
    folder = tmp_path / "copies"
    pushing = pushed_to(here, folder)
    push_soon(pushing, BY)
    [file] = (folder / "copies").iterdir()
    assert file.name == f"{ASKED.token_sha256}.jwe"
    assert opened(file.read_text())["document_id"] == record.document_id
    assert b'data-copies="/copies/"' in (folder / "c" / "index.html").read_bytes()
    for name in page_files():
        assert (folder / "static" / name).read_bytes() == (STATIC / name).read_bytes()
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o5) == (0o644, 0o5)
    before = file.stat().st_ino
    push_soon(pushing, BY)
    assert file.stat().st_ino == before
    end_links(pushing, BY, record.document_id)
    assert list((folder / "copies").iterdir()) == []


def test_another_user_reads_what_is_pushed_under_any_umask(here: Services, record: Record, tmp_path: Path):
    """Each folder that is made and each file; a folder that was there keeps the mode that somebody gave it."""
    assert record
    given = tmp_path / "given"
    given.mkdir(0o750)
    before = os.umask(0o077)
    try:
        push_soon(pushed_to(here, given / "copies"), BY)
    finally:
        os.umask(before)
    modes = {file: file.stat().st_mode & 0o777 for file in given.rglob("*")}
    assert {mode for file, mode in modes.items() if file.is_dir()} == {0o755}
    assert {mode for file, mode in modes.items() if file.is_file() and file.suffix != ".lock"} == {0o644}
    assert given.stat().st_mode & 0o777 == 0o750


def test_what_a_broken_push_left_is_taken_away(here: Services, record: Record, tmp_path: Path):
    """A half copy is no copy, and may be one of a link that has ended since."""
    assert record
    folder = tmp_path / "copies"
    (folder / "copies").mkdir(parents=True)
    (folder / "copies" / "half.new").write_text("eyJ")
    push_soon(pushed_to(here, folder), BY)
    assert lying_in(folder) == [f"{ASKED.token_sha256}.jwe"]


def test_a_folder_that_refuses_stands_on_the_desk_until_it_takes_them(here: Services, record: Record, tmp_path: Path):
    """Nothing is lost: the next upkeep puts the copy there."""
    assert record
    folder = tmp_path / "copies"
    folder.write_text("a file in its place")
    pushing = pushed_to(here, folder)
    push_soon(pushing, BY)
    push_soon(pushing, BY)
    assert is_owed(pushing)
    with pytest.raises(PickUpWriteError):
        pushing.pick_up.names()
    assert [one.problem for one in run_daily(pushing, BY) if one.what == "copies"] == ["pick-up-write-failed"]
    folder.unlink()
    assert [one for one in run_daily(pushing, BY) if one.problem] == []
    assert len(list((folder / "copies").iterdir())) == 1
    assert not is_owed(pushing)


def test_a_copy_that_ends_during_a_push_is_not_put_back(here: Services, record: Record, tmp_path: Path):
    """Who ends it waits for their turn, and then takes away what the other one has put there."""
    ending = pushed_to(here, tmp_path / "copies", WaitingFolder)
    other = Thread(target=end_links, args=(ending, BY, record.document_id))

    def end() -> None:
        other.start()
        assert ending.pick_up.waits.wait(20)

    push_soon(pushed_to(here, tmp_path / "copies", BusyFolder, meanwhile=end), BY)
    other.join()
    assert lying_in(tmp_path / "copies") == []
    assert not is_owed(ending)


@pytest.mark.parametrize("when", ["before a push", "during a push"])
def test_an_end_that_a_crash_kept_from_the_folder_is_owed(here: Services, record: Record, tmp_path: Path, when: str):
    """The desk is told, also where another push was going on, and the upkeep takes the copy away."""
    folder = tmp_path / "copies"
    pushing, crashing = pushed_to(here, folder), pushed_to(here, folder, CrashingFolder)

    def end() -> None:
        with pytest.raises(CrashError):
            end_links(crashing, BY, record.document_id)

    if when == "before a push":
        push_soon(pushing, BY)
        end()
    else:
        push_soon(pushed_to(here, folder, BusyFolder, meanwhile=end), BY)
    assert len(lying_in(folder)) == 1
    assert is_owed(pushing)
    keep_links(pushing, BY)
    assert lying_in(folder) == []
    assert not is_owed(pushing)


def test_a_full_disk_keeps_no_copy_that_is_over(here: Services, record: Record, tmp_path: Path):
    """It is taken away before anything is written."""
    folder = tmp_path / "copies"
    push_soon(pushed_to(here, folder), BY)
    end_links(pushed_to(here, folder, FullFolder), BY, record.document_id)
    assert lying_in(folder) == []
    assert is_owed(pushed_to(here, folder))


def test_switching_links_off_empties_the_folder(here: Services, record: Record, tmp_path: Path):
    """At the next start; switched on again, what is in force comes back. A folder that was never used is not made."""
    assert record
    folder = tmp_path / "copies"
    pushing = pushed_to(here, folder)
    off = replace(pushing, settings=replace(pushing.settings, copy_link=None))
    start_up(off, BY)
    assert not folder.exists()
    push_soon(pushing, BY)
    assert len(lying_in(folder)) == 1
    start_up(off, BY)
    assert lying_in(folder) == []
    assert not is_owed(off)
    start_up(pushing, BY)
    assert len(lying_in(folder)) == 1


def test_a_folder_that_is_set_is_kept_up_to_date_where_links_are_off(tmp_path: Path):
    """By the real records alone: the practice beside them leaves what lies there."""
    settings = replace(make_settings(tmp_path), pick_up_folder=tmp_path / "copies")
    assert settings.copy_link is None
    assert isinstance(build_services(settings).pick_up, PickUpFolderOnDisk)
    assert beside(settings, "https://practice.example").pick_up_folder is None


@pytest.mark.parametrize("change", ["offered", "expired", "closed", "forgotten"])
def test_whatever_changes_what_is_given_owes_it_to_the_folder(
    here: Services, record: Record, tmp_path: Path, clock: HeldClock, change: str
):
    """In the transaction that changes it, so that a crash after it forgets nothing."""
    folder = tmp_path / "copies"
    push_soon(pushed_to(here, folder), BY)
    crashing = pushed_to(here, folder, CrashingFolder)
    assert not is_owed(crashing)
    if change == "offered":
        give_link(crashing, archived(here, BY, "social-referral"), replace(ASKED, token_sha256="0" * 64))
    elif change == "expired":
        clock.move(days=30)
        with pytest.raises(CrashError):
            keep_links(crashing, BY)
    elif change == "closed":
        adopt(crashing, BY, replace(record, state=RecordState.CLOSED))
    else:
        with here.database.write() as transaction:
            forget_links_of(crashing, transaction, record.record_id)
    assert is_owed(crashing)
    push_soon(pushed_to(here, folder), BY)
    assert len(lying_in(folder)) == (2 if change == "offered" else 0)


def test_the_page_needs_exactly_what_it_imports():
    """Each file that is named is pushed, and the page names no other place."""
    assert "jose/jwe/compact/decrypt.js" in page_files()
    for name in page_files():
        text = (STATIC / name).read_text("utf-8")
        for one in re.findall(r'from "(\.[^"]+)"', text):
            assert (STATIC / name).parent.joinpath(one).resolve().relative_to(STATIC).as_posix() in page_files()
    page = (STATIC / "pickup" / "index.html").read_text("utf-8")
    assert set(re.findall(r'(?:href|src)="([^"]+)"', page)) == {
        "data:,",
        "/static/pickup/page.css",
        "/static/pickup/page.js",
    }
