"""Stop a write at every step: killed, refused before the step, refused after it."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import ocfl
import pytest

from forms_service.archive.disk import Disk
from forms_service.archive.folder_store import FolderArchive
from forms_service.archive.ocfl import object_path
from forms_service.errors import ArchiveHeadMovedError, ArchiveWriteError
from tests.counterparts.ocfl import assert_ocfl_root_valid
from tests.integration.archive.samples import FIRST, OBJECT_ID, OTHER_ID, SECOND, QuickDisk, store

FOLDER = object_path(OBJECT_ID)
STEPS = ("make_folder", "create", "sync_file", "sync_folder", "move", "link", "remove_file", "remove_folder")
LEAST_STEPS = {"first use": 45, "new object": 34, "new version": 30}  # must not fall: steps are not to be skipped


class StoppingDisk(QuickDisk):
    """Counts its steps, and at one of them calls something, before or after the step."""

    def __init__(self, at: int, stop: Callable[[], None], *, after: bool = False) -> None:
        self.steps = 0
        self._at, self._stop, self._after = at, stop, after

    def create(self, file: Path, content: bytes) -> int:
        """Write half of the file when stopped here, which is worse than none."""
        self.steps += 1
        if self.steps != self._at:
            return super().create(file, content)
        descriptor = super().create(file, content if self._after else content[: len(content) // 2])
        try:
            self._stop()
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def _step(self, name: str, *arguments: object) -> None:
        self.steps += 1
        if self.steps == self._at and not self._after:
            self._stop()
        getattr(super(), name)(*arguments)
        if self.steps == self._at and self._after:
            self._stop()

    def make_folder(self, folder: Path) -> None:
        """Count, then do it."""
        self._step("make_folder", folder)

    def sync_file(self, descriptor: int) -> None:
        """Count, then do it."""
        self._step("sync_file", descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Count, then do it."""
        self._step("sync_folder", folder)

    def move(self, source: Path, target: Path) -> None:
        """Count, then do it."""
        self._step("move", source, target)

    def link(self, source: Path, target: Path) -> None:
        """Count, then do it."""
        self._step("link", source, target)

    def remove_file(self, file: Path) -> None:
        """Count, then do it."""
        self._step("remove_file", file)

    def remove_folder(self, folder: Path) -> None:
        """Count, then do it."""
        self._step("remove_folder", folder)


def die() -> None:
    """Be killed, as by a power switch that spares the page cache."""
    os.kill(os.getpid(), signal.SIGKILL)


def refuse_with(number: int) -> Callable[[], None]:
    """Give what a failing disk does."""

    def refuse() -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def nothing() -> None:
    """Let the step pass."""


CASES: Mapping[str, tuple[int, Mapping[str, bytes]]] = {
    "first use": (0, FIRST),
    "new object": (0, FIRST),
    "new version": (1, SECOND),
}


def before(root: Path, case: str) -> None:
    """Bring an archive to where the case begins."""
    if case != "first use":
        store(FolderArchive(root, disk=QuickDisk()), FIRST, head=0, object_id=OTHER_ID)
    for head in range(CASES[case][0]):
        store(FolderArchive(root, disk=QuickDisk()), FIRST, head=head)


def write(root: Path, case: str, disk: Disk) -> None:
    """Write what the case is about."""
    head, files = CASES[case]
    store(FolderArchive(root, disk=disk), files, head=head)


def steps_of(root: Path, case: str) -> int:
    """Count the steps of the undisturbed case."""
    before(root, case)
    disk = StoppingDisk(0, nothing)
    write(root, case, disk)
    return disk.steps


def assert_old_or_new(root: Path, case: str) -> int:
    """Fail unless the archive is valid and holds exactly the old state or the new one; give the head."""
    archive = FolderArchive(root)
    head, files = CASES[case]
    found = archive.head(OBJECT_ID)
    assert found in (head, head + 1)
    for version in range(1, found + 1):
        expected = files if version == head + 1 else FIRST
        assert {
            name: archive.read(OBJECT_ID, name, version=version) for name in archive.names(OBJECT_ID, version=version)
        } == expected
    assert list(archive.check()) == []
    assert ocfl.StorageRoot(root=str(root)).validate(validate_objects=True, check_digests=True, log_errors=False)
    return found


def killed_at(root: Path, case: str, step: int) -> None:
    """Let a child process do the case and kill it at a step."""
    child = os.fork()
    if not child:
        try:
            write(root, case, StoppingDisk(step, die))
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


@pytest.mark.parametrize("case", CASES)
def test_killed_at_every_step_the_archive_comes_back(tmp_path: Path, case: str) -> None:
    """After SIGKILL at each step, recovery gives the old or the new version, valid, and a second try succeeds."""
    steps = steps_of(tmp_path / "counted", case)
    assert steps >= LEAST_STEPS[case]
    heads = []
    for step in range(1, steps + 1):
        root = tmp_path / f"{step}"
        before(root, case)
        killed_at(root, case, step)
        FolderArchive(root, disk=QuickDisk()).recover()
        heads.append(assert_old_or_new(root, case))
        assert FolderArchive(root, disk=QuickDisk()).recover() == []
        if heads[-1] == CASES[case][0]:
            write(root, case, QuickDisk())
        assert assert_old_or_new(root, case) == CASES[case][0] + 1
        shutil.rmtree(root)
    assert heads == sorted(heads), "once the new version is safe it stays"
    assert len(set(heads)) == 2
    assert_ocfl_root_valid(tmp_path / "counted")


@pytest.mark.parametrize("case", CASES)
def test_the_next_writer_needs_no_recovery_after_a_kill(tmp_path: Path, case: str) -> None:
    """Another process that goes on writing the same object settles what a killed one left of it."""
    steps = steps_of(tmp_path / "counted", case)
    for step in range(1, steps + 1):
        root = tmp_path / f"{step}"
        before(root, case)
        killed_at(root, case, step)
        archive = FolderArchive(root)
        seen = archive.head(OBJECT_ID)
        if seen == CASES[case][0]:
            with suppress(ArchiveHeadMovedError):  # the killed one's version was whole, and is finished instead
                write(root, case, QuickDisk())
        archive.recover()
        assert assert_old_or_new(root, case) == CASES[case][0] + 1
        shutil.rmtree(root)


@pytest.mark.parametrize("after", [False, True], ids=["before the step", "after the step"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
@pytest.mark.parametrize("case", CASES)
def test_refused_at_every_step_nothing_is_to_be_seen(tmp_path: Path, case: str, number: int, *, after: bool) -> None:
    """When the disk refuses one step, the answer is a refusal and the old state, or success; nothing between."""
    steps = steps_of(tmp_path / "counted", case)
    refused: list[object] = []
    for step in range(1, steps + 1):
        root = tmp_path / f"{step}"
        before(root, case)
        expected = CASES[case][0]
        try:
            write(root, case, StoppingDisk(step, refuse_with(number), after=after))
            expected += 1  # only clearing up was refused
        except ArchiveWriteError as error:
            refused.append(error.facts["errno"])
        assert FolderArchive(root).head(OBJECT_ID) == expected
        FolderArchive(root, disk=QuickDisk()).recover()
        assert assert_old_or_new(root, case) == expected
        shutil.rmtree(root)
    assert set(refused) == {errno.errorcode[number]}
    assert len(refused) >= LEAST_STEPS[case] / 2


def test_a_disk_that_stays_broken_leaves_what_recovery_can_mend(tmp_path: Path) -> None:
    """When even the undoing is refused, recovery still finds the old or the new version."""
    steps = steps_of(tmp_path / "counted", "new version")

    class DyingDisk(StoppingDisk):
        def _step(self, name: str, *arguments: object) -> None:
            if self.steps >= self._at:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            super()._step(name, *arguments)

    for step in range(1, steps + 1):
        root = tmp_path / f"{step}"
        before(root, "new version")
        with suppress(ArchiveWriteError):
            write(root, "new version", DyingDisk(step, nothing))
        FolderArchive(root, disk=QuickDisk()).recover()
        assert_old_or_new(root, "new version")
        shutil.rmtree(root)


def test_a_version_that_is_not_whole_is_set_aside_not_thrown_away(tmp_path: Path) -> None:
    """A half-done version whose bytes went bad waits for a person; the object is valid without it."""
    before(tmp_path, "new version")
    write(tmp_path, "new version", QuickDisk())
    folder = tmp_path / FOLDER
    for name in ("inventory.json", "inventory.json.sha512"):
        (folder / name).unlink()
        shutil.copy(folder / "v1" / name, folder / name)
    (folder / "v2/content/record.json").chmod(0o600)
    (folder / "v2/content/record.json").write_bytes(b"bad")
    lines = FolderArchive(tmp_path).recover()
    assert len(lines) == 1
    assert lines[0].startswith(f"set aside {FOLDER} version 2")
    assert FolderArchive(tmp_path).head(OBJECT_ID) == 1
    assert [one.kind for one in FolderArchive(tmp_path).check()] == ["half_done"]
    assert list((tmp_path / "extensions/forms-service-quarantine").glob("*/content/record.json"))
    assert_ocfl_root_valid(tmp_path)


def test_recovery_leaves_damage_for_check_to_name(tmp_path: Path) -> None:
    """A flipped root inventory is no crash of ours: recovery does not paint over it."""
    before(tmp_path, "new version")
    write(tmp_path, "new version", QuickDisk())
    inventory = tmp_path / FOLDER / "inventory.json"
    damaged = inventory.read_bytes().replace(b"complete", b"CoMplete")
    inventory.unlink()
    inventory.write_bytes(damaged)
    assert FolderArchive(tmp_path).recover() == []
    assert [one.name for one in FolderArchive(tmp_path).check()] == [f"{FOLDER}/inventory.json"]


def test_every_changing_call_of_the_disk_is_a_step() -> None:
    """A new method of the disk must be counted here too, or the proofs above would skip it."""
    assert {name for name in vars(Disk) if not name.startswith("_")} == {*STEPS, "write_new"}
