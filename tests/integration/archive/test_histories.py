"""Random histories of an archive against a model that is two dictionaries."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import ocfl
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from forms_service.archive.folder_store import FolderArchive
from forms_service.archive.ocfl import object_path
from forms_service.errors import ArchiveFileDamagedError, ArchiveHeadMovedError, ArchiveWriteError
from tests.integration.archive.samples import QuickDisk, store
from tests.integration.archive.test_folder_crash import StoppingDisk, refuse_with

IDS = [f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in range(3)]
NAMES = ["agreement.pdf", "record.json", "acts/0001.json", "acts/0002.json", "ünï code.txt"]
FILES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([b"", b"a", b"b", b"{}", b"%PDF%%EOF"]), min_size=1)


class ArchiveHistory(RuleBasedStateMachine):
    """Stores, refuses, fails, damages, mends and reads, and compares with what must be there."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="forms-archive-"))
        self.archive = FolderArchive(self.root, disk=QuickDisk())
        self.versions: dict[str, list[dict[str, bytes]]] = {}
        self.damaged: dict[str, bytes] = {}

    @initialize()
    def begin(self) -> None:
        """Make the root."""
        self.archive.ping()

    @precondition(lambda self: not self.damaged)
    @rule(object_id=st.sampled_from(IDS), files=FILES)
    def add(self, object_id: str, files: dict[str, bytes]) -> None:
        """Store a version on the head."""
        known = self.versions.setdefault(object_id, [])
        assert store(self.archive, files, head=len(known), object_id=object_id).head == len(known) + 1
        known.append(files)

    @rule(object_id=st.sampled_from(IDS), files=FILES, off=st.sampled_from([-1, 1, 5]))
    def add_on_another_head(self, object_id: str, files: dict[str, bytes], off: int) -> None:
        """Store on a head that is not there."""
        with pytest.raises(ArchiveHeadMovedError):
            store(self.archive, files, head=len(self.versions.get(object_id, [])) + off, object_id=object_id)

    @precondition(lambda self: not self.damaged)
    @rule(object_id=st.sampled_from(IDS), files=FILES, step=st.integers(1, 30), after=st.booleans())
    def add_on_a_failing_disk(self, object_id: str, files: dict[str, bytes], step: int, *, after: bool) -> None:
        """Store while one step of the disk fails; believe what the answer says."""
        known = self.versions.setdefault(object_id, [])
        failing = FolderArchive(self.root, disk=StoppingDisk(step, refuse_with(28), after=after))
        with suppress(ArchiveWriteError):
            store(failing, files, head=len(known), object_id=object_id)
            known.append(files)
        self.archive.recover()

    @precondition(lambda self: self.versions and not self.damaged)
    @rule(data=st.data())
    def damage(self, data: st.DataObject) -> None:
        """Append a byte to a stored file, which reading refuses and the check names."""
        stored = sorted(one for one in self.root.glob("???/**/content/**/*") if one.is_file())
        if stored:
            file = data.draw(st.sampled_from(stored))
            self.damaged[file.relative_to(self.root).as_posix()] = file.read_bytes()
            file.chmod(0o600)
            file.write_bytes(file.read_bytes() + b"!")

    @precondition(lambda self: self.damaged)
    @rule()
    def mend(self) -> None:
        """Bring the file back, as from a backup."""
        for name, content in self.damaged.items():
            (self.root / name).write_bytes(content)
        self.damaged.clear()

    @rule()
    def recover_finds_nothing(self) -> None:
        """Recovery of an archive that nobody left half done does nothing."""
        assert self.archive.recover() == []

    @invariant()
    def holds_what_was_stored(self) -> None:
        """Every version of every object reads as it was stored, or is refused as damaged."""
        assert set(self.archive.objects()) == {object_id for object_id, known in self.versions.items() if known}
        for object_id, known in self.versions.items():
            assert self.archive.head(object_id) == len(known)
            for number, files in enumerate(known, start=1):
                assert set(self.archive.names(object_id, version=number)) == set(files)
                for name, content in files.items():
                    self._reads(object_id, name, number, content)

    def _reads(self, object_id: str, name: str, version: int, content: bytes) -> None:
        try:
            assert self.archive.read(object_id, name, version=version) == content
        except ArchiveFileDamagedError:
            assert any(one.startswith(object_path(object_id)) for one in self.damaged)

    @invariant()
    def check_names_the_damage_only(self) -> None:
        """The check's findings are the damaged files, no more and no less."""
        assert {one.name for one in self.archive.check()} == set(self.damaged)

    def teardown(self) -> None:
        """Mend, and let an independent reader judge."""
        self.mend() if self.damaged else None
        judged = ocfl.StorageRoot(root=str(self.root))
        assert judged.validate(validate_objects=True, check_digests=True, log_errors=False)
        shutil.rmtree(self.root)


TestArchiveHistory = ArchiveHistory.TestCase
TestArchiveHistory.settings = settings(settings.get_profile("seeded"), stateful_step_count=15)
