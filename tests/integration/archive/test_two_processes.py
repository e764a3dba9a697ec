"""Several processes with many writers each share one archive and one database."""

from __future__ import annotations

import os
import threading
import traceback
from pathlib import Path
from zoneinfo import ZoneInfo

from forms_service.archive.database import SqliteDatabase
from forms_service.archive.folder_store import FolderArchive
from forms_service.errors import ArchiveHeadMovedError
from forms_service.ports import Actor, AuditFacts
from tests.counterparts.ocfl import assert_ocfl_root_valid
from tests.integration.archive.samples import AT, FIRST, OBJECT_ID, record, store

PROCESSES, WRITERS = 2, 25
BY = Actor(id="operator:tester")


def services(folder: Path) -> tuple[FolderArchive, SqliteDatabase]:
    """Give the archive and database that all share."""
    return FolderArchive(folder / "signed"), SqliteDatabase(
        folder / "forms.sqlite3", zone=ZoneInfo("America/Los_Angeles")
    )


def archive_one(archive: FolderArchive, database: SqliteDatabase, number: int) -> None:
    """Archive one record, and add a version to the one object that all want."""
    made = record(number)
    store(archive, FIRST, head=0, object_id=f"urn:uuid:{made.record_id}")
    with database.write() as transaction:
        transaction.book.put(made)
        transaction.ledger.audit(BY, AT, AuditFacts(act="complete", object_kind="record", object_id=made.record_id))
    while True:
        try:
            store(archive, {"n": b"%d" % number}, head=archive.head(OBJECT_ID))
        except ArchiveHeadMovedError:
            continue
        return


def run_writers(folder: Path, process: int) -> int:
    """Run all writers of one process; give how many failed."""
    archive, database = services(folder)
    failed: list[int] = []

    def work(number: int) -> None:
        try:
            archive_one(archive, database, number)
        except BaseException:  # noqa: BLE001 - counted, and told on the test's output
            traceback.print_exc()
            failed.append(number)

    threads = [threading.Thread(target=work, args=(1000 * (process + 1) + one,)) for one in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(failed)


def test_fifty_writers_in_two_processes_get_no_refusal(tmp_path: Path) -> None:
    """Everybody's record is stored, indexed and in the chain; the contended object has every version."""
    children = []
    for process in range(PROCESSES):
        child = os.fork()
        if not child:
            status = 99
            try:
                status = run_writers(tmp_path, process)
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * PROCESSES
    archive, database = services(tmp_path)
    assert archive.head(OBJECT_ID) == PROCESSES * WRITERS
    assert list(archive.check()) == []
    with database.read() as transaction:
        assert len(list(transaction.book.records())) == PROCESSES * WRITERS
        sequences = [entry["sequence"] for entry in transaction.ledger.audit_entries()]
    assert sequences == list(range(1, PROCESSES * WRITERS + 1))
    assert_ocfl_root_valid(tmp_path / "signed")


def test_a_check_beside_a_writer_raises_no_false_alarm(tmp_path: Path) -> None:
    """While versions are being stored, checks and reads see a sound archive each time."""
    archive, _ = services(tmp_path)
    store(archive, FIRST, head=0)
    child = os.fork()
    if not child:
        status = 1
        try:
            for head in range(1, 40):
                store(archive, {**FIRST, "n": b"%d" % head}, head=head)
            status = 0
        finally:
            os._exit(status)
    checks = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        assert list(archive.check()) == []
        assert archive.read(OBJECT_ID, "notes.txt") == FIRST["notes.txt"]
        checks += 1
    assert checks > 0
    assert archive.head(OBJECT_ID) == 40
