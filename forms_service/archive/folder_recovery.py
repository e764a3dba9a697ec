"""Finish or undo what a crash left half done, from the copy that ``vN`` holds (DESIGN 6.2).

* ``vN`` is in its place and whole, the root inventory still says N-1: put the head's inventory beside it.
* The root inventory is the new one, its sidecar still the old: put the sidecar.
* ``vN`` is in its place but not whole: set it aside for a person; nothing is ever thrown away unread.
* Leftovers in staging, and tuple folders without an object: remove. They were never answered as stored.

Damage that no crash of ours makes is left as it is, for ``check`` to name.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forms_service.archive.folder_objects import (
    StoredInventory,
    sidecar_is_behind,
    stored_inventory,
    version_numbers,
)
from forms_service.archive.folder_write import VersionFiles, VersionWriter
from forms_service.archive.ocfl import INVENTORY, OBJECT_DEPTH, SIDECAR, Inventory, digest_of
from forms_service.archive.places import LOCK, Places, bytes_of, subfolders


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Looks for half-done things; the caller holds the lock. Methods raise OSError."""

    places: Places
    writer: VersionWriter

    def everything(self) -> Iterator[str]:
        """Go through the whole archive; give one line for each thing done."""
        for folder in self.places.folders_at():
            yield from self.one_object(folder)
        yield from self._clear_staging()
        for folder in subfolders(self.places.root):
            if folder.name != "extensions":
                yield from self._prune(folder, depth=1)

    def one_object(self, folder: Path) -> Iterator[str]:
        """Bring one object to a valid state; quick when there is nothing to do."""
        root = stored_inventory(folder)
        name = self.places.relative(folder)
        if sidecar_is_behind(folder, root) and root.parsed:
            self._finish(folder, root.parsed)
            yield f"finished {name} version {root.parsed.head}: its sidecar"
        elif root.is_whole and root.parsed and root.parsed.head + 1 in version_numbers(folder):
            yield from self._next_version(folder, root)

    def _next_version(self, folder: Path, root: StoredInventory) -> Iterator[str]:
        if root.parsed is None:
            return
        number = root.parsed.head + 1
        found = stored_inventory(folder / f"v{number}")
        name = self.places.relative(folder)
        if (
            found.is_whole
            and found.parsed
            and _continues(root.parsed, found.parsed)
            and _is_complete(folder, found.parsed)
        ):
            self._finish(folder, found.parsed)
            yield f"finished {name} version {number}"
            return
        aside = self._set_aside(folder / f"v{number}")
        yield f"set aside {name} version {number}, which is not whole, in {self.places.relative(aside)}"

    def _finish(self, folder: Path, inventory: Inventory) -> None:
        self.writer.finish(folder, VersionFiles(inventory=inventory, content={}))

    def _set_aside(self, folder: Path) -> Path:
        if not self.places.quarantine.exists():
            self.places.disk.make_folder(self.places.quarantine)
            self.places.disk.sync_folder(self.places.quarantine.parent)
        aside = self.places.quarantine / f"{uuid.uuid4().hex}-{folder.name}"
        self.places.disk.move(folder, aside)
        self.places.disk.sync_folder(self.places.quarantine)
        self.places.disk.sync_folder(folder.parent)
        return aside

    def _clear_staging(self) -> Iterator[str]:
        for one in sorted(self.places.staging.iterdir()):
            if one.name != LOCK and self.places.clear(one):
                yield f"cleared {self.places.relative(one)}"

    def _prune(self, folder: Path, *, depth: int) -> Iterator[str]:
        """Remove empty folders of the tuple tree and empty object folders, from the deepest up."""
        for one in subfolders(folder) if depth < OBJECT_DEPTH else []:
            yield from self._prune(one, depth=depth + 1)
        if not any(folder.iterdir()):
            self.places.disk.remove_folder(folder)
            yield f"removed the empty folder {self.places.relative(folder)}"


def _continues(before: Inventory, after: Inventory) -> bool:
    return after.head == before.head + 1 and after.at(before.head) == before


def _is_complete(folder: Path, inventory: Inventory) -> bool:
    """Say whether the head's folder holds exactly the content that the inventory gives it."""
    expected = inventory.content_of(inventory.head)
    top = folder / f"v{inventory.head}"
    found = {one.relative_to(folder).as_posix() for one in top.rglob("*") if one.is_symlink() or not one.is_dir()}
    if found != {*expected, f"{top.name}/{INVENTORY}", f"{top.name}/{SIDECAR}"}:
        return False
    return all(digest_of(bytes_of(folder / path) or b"") == digest for path, digest in expected.items())
