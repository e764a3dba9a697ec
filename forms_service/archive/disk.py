"""Every call of the archive that changes the disk, one a method, so that a test can stop at each.

A file is written once, under a name that did not exist; it is on the disk when ``write_new`` returns.
Nothing is tried again: after a failed fsync the kernel may have dropped the bytes (DUTIES R1).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o400, 0o700  # stored files never change; only the service's user reads them


class Disk:
    """The real disk; methods raise OSError."""

    def make_folder(self, folder: Path) -> None:
        """Make a folder in one that exists."""
        folder.mkdir(FOLDER_MODE)

    def create(self, file: Path, content: bytes) -> int:
        """Write a file that must not exist yet; give its open descriptor, for ``sync_file``."""
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def sync_file(self, descriptor: int) -> None:
        """Bring a file's bytes to the disk."""
        os.fsync(descriptor)

    def write_new(self, files: Mapping[Path, bytes]) -> None:
        """Write files and bring them all to the disk; first all bytes, so that the disk may take them together."""
        with ExitStack() as opened:
            descriptors = []
            for file, content in files.items():
                descriptors.append(self.create(file, content))
                opened.callback(os.close, descriptors[-1])
            for descriptor in reversed(descriptors):
                self.sync_file(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Bring the names in a folder to the disk."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def move(self, source: Path, target: Path) -> None:
        """Give a file or a whole folder its place at once; a file there is replaced."""
        source.rename(target)

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name that must not exist yet."""
        os.link(source, target)

    def remove_file(self, file: Path) -> None:
        """Remove a file."""
        file.unlink()

    def remove_folder(self, folder: Path) -> None:
        """Remove an empty folder."""
        folder.rmdir()
