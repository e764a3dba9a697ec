"""The archive in a folder: an OCFL 1.1 storage root behind the Archive port.

* What ``add_version`` has answered is on the disk, whatever happens next.
* What it refused is nowhere to be seen.
* Writers take turns through a lock file, over all processes; readers need no lock.

Example::

    archive = FolderArchive(Path("signed"))
    archive.recover()
    receipt = archive.add_version("urn:uuid:…", expected_head=0, files=files, message="complete", by=by, at=now)
    archive.read("urn:uuid:…", "agreement.pdf")
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from forms_service.archive.disk import Disk
from forms_service.archive.folder_check import Check
from forms_service.archive.folder_objects import equals_its_copy, object_id_of, stored_inventory
from forms_service.archive.folder_recovery import Recovery
from forms_service.archive.folder_write import VersionFiles, VersionWriter
from forms_service.archive.ocfl import INVENTORY, Inventory, Version, check_names, digest_of, next_inventory
from forms_service.archive.places import Places, bytes_of, disk_failures, errno_name, read_failures
from forms_service.errors import (
    ArchiveFileDamagedError,
    ArchiveHeadMovedError,
    NotFoundError,
)
from forms_service.ports import ArchiveFinding, Receipt


class FolderArchive:
    """An archive in a folder of this machine; never on a network share."""

    def __init__(self, root: Path, *, disk: Disk | None = None) -> None:
        self._places = Places(root=root.absolute(), disk=disk or Disk())
        self._writer = VersionWriter(places=self._places)
        self._recovery = Recovery(places=self._places, writer=self._writer)

    def add_version(
        self, object_id: str, *, expected_head: int, files: Mapping[str, bytes], message: str, by: str, at: datetime
    ) -> Receipt:
        """Store a version that holds exactly these files; see the port."""
        folder = self._places.object_folder(object_id)
        check_names(files)
        if not files or at.tzinfo is None:
            raise RuntimeError("add_version: expected files and an aware time")
        digests = {name: digest_of(content) for name, content in files.items()}
        version = Version(state=digests, message=message, by=by, created=at.isoformat(timespec="microseconds"))
        with disk_failures(object_id):
            self._places.prepare()
            with self._places.lock():
                inventory = next_inventory(self._before(object_id, folder, expected_head), object_id, version)
                self._store(folder, inventory, {digests[name]: content for name, content in files.items()})
        return Receipt(object_id=object_id, head=inventory.head, locator=str(folder))

    def _before(self, object_id: str, folder: Path, expected_head: int) -> Inventory | None:
        if folder.exists():
            list(self._recovery.one_object(folder))
        before = self._inventory(object_id)
        head = before.head if before else 0
        if head != expected_head:
            raise ArchiveHeadMovedError(object_id=object_id, expected=expected_head, got=head)
        return before

    def _store(self, folder: Path, inventory: Inventory, content: Mapping[str, bytes]) -> None:
        new = {path: content[digest] for path, digest in inventory.content_of(inventory.head).items()}
        files = VersionFiles(inventory=inventory, content=new)
        if inventory.head == 1:
            self._writer.add_object(folder, files)
        else:
            self._writer.add_version(folder, files)

    def _inventory(self, object_id: str) -> Inventory | None:
        """Give an object's inventory, None when there is no such object.

        Raises:
            ArchiveFileDamagedError: The inventory can not be trusted.
            ArchiveUnreadableError: The disk does not give it.
        """
        folder = self._places.object_folder(object_id)
        with read_failures(object_id):
            found = stored_inventory(folder)
            if found.content is None and not (folder.is_dir() and any(folder.iterdir())):
                return None
            is_sound = found.is_whole or equals_its_copy(folder, found)
        if found.parsed is None or found.parsed.object_id != object_id or not is_sound:
            raise ArchiveFileDamagedError(object_id=object_id, name=INVENTORY, reason="it is not what was stored")
        return found.parsed

    def head(self, object_id: str) -> int:
        """Give the head's version number, 0 when there is no such object."""
        inventory = self._inventory(object_id)
        return inventory.head if inventory else 0

    def names(self, object_id: str, *, version: int | None = None) -> Mapping[str, str]:
        """Give logical name to sha512 (hex) of a version, the head when none is named."""
        return dict(self._version(object_id, version)[1].state)

    def _version(self, object_id: str, number: int | None) -> tuple[Inventory, Version]:
        inventory = self._inventory(object_id)
        if inventory is None:
            raise NotFoundError(kind="object", name=object_id)
        wanted = inventory.head if number is None else number
        if not 1 <= wanted <= inventory.head:
            raise NotFoundError(kind="version", name=f"{object_id} v{wanted}")
        return inventory, inventory.versions[wanted - 1]

    def read(self, object_id: str, name: str, *, version: int | None = None) -> bytes:
        """Give a file's bytes after checking its digest."""
        place, digest = self._place(object_id, name, version)
        try:
            content = bytes_of(place)
        except OSError as error:
            raise ArchiveFileDamagedError(object_id=object_id, name=name, reason=errno_name(error)) from error
        if content is None:
            raise ArchiveFileDamagedError(object_id=object_id, name=name, reason="it is not there")
        if digest_of(content) != digest:
            raise ArchiveFileDamagedError(object_id=object_id, name=name, reason="its digest is another")
        return content

    def _place(self, object_id: str, name: str, version: int | None) -> tuple[Path, str]:
        inventory, wanted = self._version(object_id, version)
        digest = wanted.state.get(name)
        if digest is None:
            raise NotFoundError(kind="file", name=f"{object_id} {name}")
        return self._places.object_folder(object_id) / inventory.path_of(digest), digest

    def objects(self) -> Iterator[str]:
        """Give the id of every object, in the order of their places."""
        with read_failures(str(self._places.root)):
            for folder in self._places.folders_at():
                if any(folder.iterdir()) and (object_id := object_id_of(self._places, folder)):
                    yield object_id

    def locator(self, object_id: str, name: str = "") -> str:
        """Give the printable place of an object, or of a file of its head, for people."""
        if not name:
            return str(self._places.object_folder(object_id))
        return str(self._place(object_id, name, None)[0])

    def check(self) -> Iterator[ArchiveFinding]:
        """Read every byte and give each thing that is wrong, never stopping at the first."""
        return Check(places=self._places).findings()

    def recover(self) -> Sequence[str]:
        """Finish or undo what a crash left half done; give one line for each thing done."""
        with disk_failures("recovery"):
            self._places.prepare()
            with self._places.lock():
                return list(self._recovery.everything())

    def ping(self) -> None:
        """Raise ArchiveError when nothing can be written."""
        with disk_failures("ping"):
            self._places.prepare()
            with self._places.lock():
                self._writer.probe()
