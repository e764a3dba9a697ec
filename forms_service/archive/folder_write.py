"""Put a finished version into its place so that a crash at any moment leaves the old or the new one (DESIGN 6.2).

* Everything is built in a folder of staging, each file through to the disk, and read back.
* New object: its whole folder is moved in at once.
* New version: ``vN`` is moved in, then the root inventory is replaced, then its sidecar.
* When the disk refuses midway, what was done is undone in reverse; what even that does not reach,
  recovery finishes or sets aside.
"""

from __future__ import annotations

import errno
import logging
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from forms_service.archive.ocfl import INVENTORY, OBJECT_NAMASTE, SIDECAR, Inventory, sidecar_of
from forms_service.archive.places import Places

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFiles:
    """What a new version adds to an object's folder.

    Attributes:
        inventory: The object's inventory with the new version as head.
        content: Content path to bytes, of new content only.
    """

    inventory: Inventory
    content: Mapping[str, bytes]

    def in_version_folder(self) -> dict[str, bytes]:
        """Give every file of ``vN``, by path from the object's folder."""
        folder, inventory = f"v{self.inventory.head}", self.inventory.to_bytes()
        own = {f"{folder}/{INVENTORY}": inventory, f"{folder}/{SIDECAR}": sidecar_of(inventory)}
        return {**self.content, **own}

    def in_object_folder(self) -> dict[str, bytes]:
        """Give the files that stand for the head beside ``vN``."""
        inventory = self.inventory.to_bytes()
        return {INVENTORY: inventory, SIDECAR: sidecar_of(inventory)}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionWriter:
    """Writes versions; the caller holds the lock. Methods raise OSError and leave nothing visible then."""

    places: Places

    def add_object(self, folder: Path, files: VersionFiles) -> None:
        """Store the first version of an object."""
        namaste = dict([OBJECT_NAMASTE])
        with self._workplace() as work, ExitStack() as undo:
            built = work / "object"
            self._build(built, {**namaste, **files.in_version_folder(), **files.in_object_folder()})
            self._make_parents(folder, undo)
            undo.callback(_tolerant(self._move_back), folder, built)
            self.places.disk.move(built, folder)
            for parent in self._parents(folder):
                self.places.disk.sync_folder(parent)
            undo.pop_all()

    def add_version(self, folder: Path, files: VersionFiles) -> None:
        """Store a later version of an object."""
        name = f"v{files.inventory.head}"
        with self._workplace() as work, ExitStack() as undo:
            self._build(work / "new", {**files.in_version_folder(), **files.in_object_folder()})
            undo.callback(_tolerant(self.places.disk.sync_folder), folder)
            undo.callback(_tolerant(self._move_back), folder / name, work / "new" / name)
            self.places.disk.move(work / "new" / name, folder / name)
            self.places.disk.sync_folder(folder)
            for one in (INVENTORY, SIDECAR):
                self._replace(work, folder / one, undo)
            undo.pop_all()

    def finish(self, folder: Path, files: VersionFiles) -> None:
        """Put the head's inventory and sidecar beside a ``vN`` that is already in its place."""
        with self._workplace() as work:
            self._build(work / "new", files.in_object_folder())
            for one in (INVENTORY, SIDECAR):
                self.places.disk.move(work / "new" / one, folder / one)
                self.places.disk.sync_folder(folder)

    def probe(self) -> None:
        """Write a file through to the disk and remove it."""
        with self._workplace() as work:
            self.places.disk.write_new({work / "probe": b"probe"})

    def _replace(self, work: Path, target: Path, undo: ExitStack) -> None:
        old = work / f"old-{target.name}"
        self.places.disk.link(target, old)
        undo.callback(_tolerant(self.places.disk.move), old, target)
        self.places.disk.move(work / "new" / target.name, target)
        self.places.disk.sync_folder(target.parent)

    @contextmanager
    def _workplace(self) -> Iterator[Path]:
        work = self.places.staging / uuid.uuid4().hex
        self.places.disk.make_folder(work)
        try:
            yield work
        finally:
            if not self.places.clear(work):
                logger.warning("staging not cleared", extra={"folder": work.name})

    def _build(self, top: Path, files: Mapping[str, bytes]) -> None:
        folders = sorted({top, *(parent for name in files for parent in _between(top, top / name))})
        for folder in folders:
            self.places.disk.make_folder(folder)
        self.places.disk.write_new({top / name: content for name, content in files.items()})
        for folder in reversed(folders):
            self.places.disk.sync_folder(folder)
        for name, content in files.items():
            if (top / name).read_bytes() != content:
                raise OSError(errno.EIO, os.strerror(errno.EIO), name)

    def _make_parents(self, folder: Path, undo: ExitStack) -> None:
        for parent in reversed(self._parents(folder)):
            if not parent.exists():
                undo.callback(_tolerant(self.places.disk.remove_folder), parent)
                self.places.disk.make_folder(parent)

    def _parents(self, folder: Path) -> list[Path]:
        """Give the tuple folders from the lowest up, and the root."""
        return [*_between(self.places.root, folder), self.places.root]

    def _move_back(self, moved: Path, built: Path) -> None:
        if moved.exists():
            self.places.disk.move(moved, built)


def _between(top: Path, place: Path) -> list[Path]:
    """Give the folders above a place and below the top, from the lowest up."""
    return [parent for parent in place.parents if top in parent.parents]


def _tolerant(undo: Callable[..., None]) -> Callable[..., None]:
    """Let an undo fail quietly: the first failure is the one to report, and recovery looks again."""

    def attempt(*places: Path) -> None:
        with suppress(OSError):
            undo(*places)

    return attempt
