"""Where things lie in the archive's folder, and who may write there."""

from __future__ import annotations

import errno
import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from forms_service.archive.disk import Disk
from forms_service.archive.ocfl import LAYOUT, OBJECT_DEPTH, ROOT_NAMASTE, object_path, root_files
from forms_service.errors import ArchiveUnreadableError, ArchiveWriteError

STAGING, QUARANTINE = "extensions/forms-service-staging", "extensions/forms-service-quarantine"
EXTENSIONS = frozenset({LAYOUT, "forms-service-staging", "forms-service-quarantine"})
LOCK = "lock"
GUESTS = frozenset({"README.md", ".gitignore"})  # files that others may lay into the root
_ROOT_NAMES = frozenset({"extensions", "ocfl_layout.json", ROOT_NAMASTE[0]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The archive's folder.

    Attributes:
        root: The OCFL storage root.
        disk: What changes it.
    """

    root: Path
    disk: Disk

    @property
    def staging(self) -> Path:
        """Give the folder in which versions are built: same file system, private."""
        return self.root / STAGING

    @property
    def quarantine(self) -> Path:
        """Give the folder for what recovery set aside; a person looks at it."""
        return self.root / QUARANTINE

    def object_folder(self, object_id: str) -> Path:
        """Give an object's folder, whether it is there or not."""
        return self.root / object_path(object_id)

    def relative(self, place: Path) -> str:
        """Give a place's path under the root, with slashes."""
        return place.relative_to(self.root).as_posix()

    def folders_at(self, depth: int = OBJECT_DEPTH) -> Iterator[Path]:
        """Give every folder of that depth in the tuple tree, in order of name."""
        for folder in subfolders(self.root):
            if folder.name != "extensions":
                yield from _deeper(folder, depth - 1)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer, of all threads and processes, until the end.

        Raises:
            OSError: The lock file can not be opened.
        """
        descriptor = os.open(self.staging / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def prepare(self) -> None:
        """Make the folder a storage root if it is not one yet; what a crash left of this is completed.

        Raises:
            ArchiveUnreadableError: The folder holds other things, or is a root of another kind.
            OSError: The disk refused.
        """
        if self._is_ready():
            return
        self._refuse_other_contents()
        self._make_folders(self.root, self.staging, self.root / "extensions" / LAYOUT)
        with self.lock():
            for name, content in root_files().items():
                self._write_root_file(self.root / name, content)

    def _is_ready(self) -> bool:
        return self.staging.is_dir() and all(
            _holds(self.root / name, content) for name, content in root_files().items()
        )

    def _refuse_other_contents(self) -> None:
        names = {entry.name for entry in self.root.iterdir()} if self.root.exists() else set()
        has_namaste = ROOT_NAMASTE[0] in names
        if not has_namaste and (other := sorted(names - _ROOT_NAMES - GUESTS)):
            raise ArchiveUnreadableError(name=str(self.root), reason=f"it is no archive, but holds {other[0]}")
        for name, content in root_files().items():
            if (self.root / name).exists() and not _holds(self.root / name, content):
                raise ArchiveUnreadableError(name=str(self.root / name), reason="it is not what this archive has there")

    def _make_folders(self, *folders: Path) -> None:
        for folder in folders:
            for one in (*reversed(folder.parents), folder):
                if not one.exists():
                    with suppress(FileExistsError):  # another process was first
                        self.disk.make_folder(one)
                    self.disk.sync_folder(one.parent)

    def _write_root_file(self, file: Path, content: bytes) -> None:
        if file.exists():
            return
        draft = self.staging / uuid.uuid4().hex
        self.disk.write_new({draft: content})
        self.disk.move(draft, file)
        self.disk.sync_folder(file.parent)

    def clear(self, folder: Path) -> bool:
        """Remove a folder of staging and all in it, as far as the disk allows; say whether all is gone."""
        try:
            self._remove_tree(folder)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    def _remove_tree(self, place: Path) -> None:
        if place.is_symlink() or not place.is_dir():
            self.disk.remove_file(place)
            return
        for one in sorted(place.iterdir()):
            self._remove_tree(one)
        self.disk.remove_folder(place)


def _deeper(folder: Path, depth: int) -> Iterator[Path]:
    if not depth:
        yield folder
        return
    for one in subfolders(folder):
        yield from _deeper(one, depth - 1)


def subfolders(folder: Path) -> list[Path]:
    """Give the folders in a folder, by name; links are none."""
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return []


def bytes_of(file: Path) -> bytes | None:
    """Give a file's bytes, None when there is no such file."""
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _holds(file: Path, content: bytes) -> bool:
    return bytes_of(file) == content


def errno_name(error: OSError) -> str:
    """Give ``ENOSPC`` and the like."""
    return errno.errorcode.get(error.errno or 0, type(error).__name__)


@contextmanager
def disk_failures(name: str) -> Iterator[None]:
    """Turn what the disk refuses into the archive's own error.

    Raises:
        ArchiveWriteError: With the name of the errno.
    """
    try:
        yield
    except OSError as error:
        raise ArchiveWriteError(name=name, errno=errno_name(error)) from error


@contextmanager
def read_failures(name: str) -> Iterator[None]:
    """Turn what the disk does not give into the archive's own error.

    Raises:
        ArchiveUnreadableError: With the name of the errno.
    """
    try:
        yield
    except OSError as error:
        raise ArchiveUnreadableError(name=name, reason=errno_name(error)) from error
