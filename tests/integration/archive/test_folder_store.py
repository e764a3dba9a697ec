"""The archive in a folder, through its port."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime
from pathlib import Path

import pytest

from forms_service.archive.disk import Disk
from forms_service.archive.folder_store import FolderArchive
from forms_service.archive.ocfl import root_files
from forms_service.errors import (
    ArchiveFileDamagedError,
    ArchiveHeadMovedError,
    ArchiveNameError,
    ArchiveUnreadableError,
    ArchiveWriteError,
    NotFoundError,
)
from forms_service.ports import Archive
from tests.counterparts.ocfl import assert_ocfl_root_valid
from tests.integration.archive.samples import AT, FIRST, OBJECT_ID, OTHER_ID, SECOND, store


@pytest.fixture
def archive(tmp_path: Path) -> FolderArchive:
    """Give an archive in a folder that is not there yet."""
    return FolderArchive(tmp_path / "new" / "signed")


def stored_files(root: Path) -> list[Path]:
    """Give every content file of the archive."""
    return sorted(one for one in root.glob("???/**/content/**/*") if one.is_file())


def test_what_was_stored_is_read_back_from_every_version(archive: FolderArchive, tmp_path: Path) -> None:
    """Each version keeps its own files, by logical name."""
    port: Archive = archive
    receipts = [store(archive, FIRST, head=0), store(archive, SECOND, head=1)]
    assert [one.head for one in receipts] == [1, 2]
    for number, files in enumerate((FIRST, SECOND), start=1):
        assert {name: port.read(OBJECT_ID, name, version=number) for name in files} == files
        assert set(port.names(OBJECT_ID, version=number)) == set(files)
    assert port.read(OBJECT_ID, "record.json") == SECOND["record.json"]
    assert port.head(OBJECT_ID) == 2
    assert Path(receipts[1].locator).is_dir()
    assert Path(port.locator(OBJECT_ID, "agreement.pdf")).read_bytes() == SECOND["agreement.pdf"]
    assert list(port.check()) == []
    assert_ocfl_root_valid(tmp_path / "new" / "signed")


def test_content_that_did_not_change_is_stored_once(archive: FolderArchive, tmp_path: Path) -> None:
    """A second version adds only what is new, whatever name it has."""
    store(archive, FIRST, head=0)
    before = len(stored_files(tmp_path))
    store(archive, {**FIRST, "copy.txt": FIRST["notes.txt"], "new.txt": b"new", "again.txt": b"new"}, head=1)
    assert len(stored_files(tmp_path)) == before + 1
    assert archive.read(OBJECT_ID, "copy.txt") == archive.read(OBJECT_ID, "notes.txt")
    assert_ocfl_root_valid(tmp_path / "new" / "signed")


def test_stored_files_belong_to_the_service_alone_and_never_change(archive: FolderArchive, tmp_path: Path) -> None:
    """Files are 0400, folders 0700; a second version touches no content of the first."""
    store(archive, FIRST, head=0)
    before = {one: (one.stat().st_ino, one.stat().st_mtime_ns) for one in stored_files(tmp_path)}
    store(archive, SECOND, head=1)
    assert (
        before.items() <= {one: (one.stat().st_ino, one.stat().st_mtime_ns) for one in stored_files(tmp_path)}.items()
    )
    everything = [one for one in (tmp_path / "new" / "signed").rglob("*") if one.name != "lock"]
    assert {stat.S_IMODE(one.stat().st_mode) for one in everything if one.is_file()} == {0o400}
    assert {stat.S_IMODE(one.stat().st_mode) for one in everything if one.is_dir()} == {0o700}


@pytest.mark.parametrize(("seen", "there"), [(0, 1), (2, 1), (1, 0)])
def test_a_version_for_another_head_is_refused(archive: FolderArchive, seen: int, there: int) -> None:
    """Who saw another head must look again; nothing is stored."""
    for head in range(there):
        store(archive, FIRST, head=head)
    with pytest.raises(ArchiveHeadMovedError) as refused:
        store(archive, SECOND, head=seen)
    assert refused.value.facts == {"object_id": OBJECT_ID, "expected": seen, "got": there}
    assert archive.head(OBJECT_ID) == there
    assert list(archive.check()) == []


def test_a_name_that_climbs_is_refused_before_anything_is_written(archive: FolderArchive, tmp_path: Path) -> None:
    """A bad name leaves not even the root behind."""
    with pytest.raises(ArchiveNameError):
        store(archive, {"../outside": b""}, head=0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("files", "at"), [({}, AT), (FIRST, datetime(2026, 1, 1))])  # noqa: DTZ001 - refused for it
def test_a_call_that_can_not_be_meant_is_a_bug(archive: FolderArchive, files: dict[str, bytes], at: datetime) -> None:
    """No files, or a time without zone, is the caller's fault."""
    with pytest.raises(RuntimeError):
        archive.add_version(OBJECT_ID, expected_head=0, files=files, message="m", by="b", at=at)


def test_what_is_not_there_is_said_so(archive: FolderArchive) -> None:
    """Unknown object, version and name are not found; an unknown object has head 0."""
    store(archive, FIRST, head=0)
    assert archive.head(OTHER_ID) == 0
    for object_id, name, version in (
        (OTHER_ID, "record.json", None),
        (OBJECT_ID, "x", None),
        (OBJECT_ID, "record.json", 2),
    ):
        with pytest.raises(NotFoundError):
            archive.read(object_id, name, version=version)
    with pytest.raises(NotFoundError):
        archive.names(OBJECT_ID, version=0)


@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_a_damaged_file_is_never_given_out(archive: FolderArchive, tmp_path: Path, harm: str) -> None:
    """Reading checks the digest each time."""
    store(archive, FIRST, head=0)
    file = Path(archive.locator(OBJECT_ID, "agreement.pdf"))
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.unlink()
    if harm != "remove":
        file.write_bytes(content if harm == "flip" else content[:100])
    with pytest.raises(ArchiveFileDamagedError):
        archive.read(OBJECT_ID, "agreement.pdf")
    assert archive.read(OBJECT_ID, "record.json") == FIRST["record.json"]


@pytest.mark.parametrize("rubbish", [b"", b"{}", b"\xff", b'{"id": 1}'])
def test_a_damaged_inventory_is_not_believed(archive: FolderArchive, rubbish: bytes) -> None:
    """No file is read, and no version stored, on the word of a broken inventory."""
    folder = Path(store(archive, FIRST, head=0).locator)
    (folder / "inventory.json").unlink()
    (folder / "inventory.json").write_bytes(rubbish)
    with pytest.raises(ArchiveFileDamagedError):
        archive.read(OBJECT_ID, "record.json")
    with pytest.raises(ArchiveFileDamagedError):
        store(archive, SECOND, head=1)


def test_objects_are_listed_in_one_order_with_long_ids_too(archive: FolderArchive) -> None:
    """Every object is listed, also one whose id does not fit into a folder's name."""
    ids = [OBJECT_ID, OTHER_ID, "urn:forms-service:form:" + "0123456789abcdef" * 8]
    for object_id in ids:
        store(archive, FIRST, head=0, object_id=object_id)
    assert sorted(archive.objects()) == sorted(ids)
    assert list(archive.objects()) == list(archive.objects())
    assert list(archive.check()) == []


def test_an_archive_never_used_is_empty_and_sound(archive: FolderArchive, tmp_path: Path) -> None:
    """Reading makes no folder."""
    assert list(archive.objects()) == []
    assert list(archive.check()) == []
    assert archive.head(OBJECT_ID) == 0
    assert list(tmp_path.iterdir()) == []


def test_ping_writes_and_leaves_nothing(archive: FolderArchive, tmp_path: Path) -> None:
    """After a ping the root is there, valid and empty."""
    archive.ping()
    assert list(archive.check()) == []
    assert_ocfl_root_valid(tmp_path / "new" / "signed")


def test_ping_says_when_the_disk_is_full(tmp_path: Path) -> None:
    """A disk that takes no byte is a refusal with its errno."""
    FolderArchive(tmp_path).ping()

    class FullDisk(Disk):
        def create(self, file: Path, content: bytes) -> int:
            raise OSError(28, os.strerror(28), str(file))

    with pytest.raises(ArchiveWriteError) as refused:
        FolderArchive(tmp_path, disk=FullDisk()).ping()
    assert refused.value.facts["errno"] == "ENOSPC"


def test_a_folder_that_holds_other_things_is_not_taken(tmp_path: Path) -> None:
    """A wrong path in the settings does not turn somebody's folder into an archive."""
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(ArchiveUnreadableError):
        store(FolderArchive(tmp_path), FIRST, head=0)
    assert [one.name for one in tmp_path.iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize("name", root_files())
def test_a_root_of_another_kind_is_not_written_to(tmp_path: Path, name: str) -> None:
    """A root whose layout or version is not ours is refused."""
    FolderArchive(tmp_path).ping()
    (tmp_path / name).unlink()
    (tmp_path / name).write_text(json.dumps({"extension": "0004-hashed-n-tuple-storage-layout"}))
    with pytest.raises(ArchiveUnreadableError):
        store(FolderArchive(tmp_path), FIRST, head=0)


def test_a_readme_in_the_root_is_welcome(archive: FolderArchive, tmp_path: Path) -> None:
    """The repository's own README and ignore file may lie in the root."""
    root = tmp_path / "new" / "signed"
    root.mkdir(parents=True)
    for name in ("README.md", ".gitignore"):
        (root / name).write_text("*\n")
    store(archive, FIRST, head=0)
    assert list(archive.check()) == []
    assert_ocfl_root_valid(root)
