"""Compare one object's folder with what its inventories say.

The inventory stands in several places (root and each version, each with a sidecar). The newest one that a
sidecar or a second copy bears out is taken as the truth; from it the bytes of every other one follow, so that
the very file that was damaged can be named, be it content, inventory or sidecar.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from forms_service.archive.folder_objects import (
    StoredInventory,
    object_id_of,
    sidecar_is_behind,
    stored_inventory,
    version_numbers,
)
from forms_service.archive.ocfl import INVENTORY, OBJECT_NAMASTE, SIDECAR, Inventory, sidecar_of
from forms_service.archive.places import Places, bytes_of, errno_name
from forms_service.ports import ArchiveFinding

_TAIL_BYTES = 1024  # a PDF's %%EOF stands in its last kilobyte (ISO 32000-1 annex H)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectCheck:
    """One look at one folder."""

    places: Places
    folder: Path

    def findings(self) -> list[ArchiveFinding]:
        """Give each thing that is wrong with the object, by path under the archive's root."""
        found: list[ArchiveFinding] = []
        try:
            found.extend(self._findings())
        except OSError as error:
            found.append(self._finding("changed", "", f"it can not be read: {errno_name(error)}"))
        return found

    def _findings(self) -> Iterator[ArchiveFinding]:
        files, folders = _walk(self.folder)
        truth = self._truth()
        if not files:
            yield self._finding("half_done", "", "a folder without a file")
        elif not object_id_of(self.places, self.folder):
            yield self._finding("not_an_object", "", "no object has its place here")
        elif truth is None:
            yield from self._without_inventory(files)
        else:
            yield from self._namaste()
            yield from self._inventories(truth)
            yield from self._content(truth)
            yield from self._extras(truth, files, folders)

    def _truth(self) -> Inventory | None:
        object_id = object_id_of(self.places, self.folder)
        stored = [stored_inventory(place) for place in self._inventory_places()]
        contents, sidecars = [one.content for one in stored], {one.sidecar for one in stored}
        borne_out = [
            one.parsed
            for one in stored
            if one.content is not None and one.parsed is not None and one.parsed.object_id == object_id
            and (sidecar_of(one.content) in sidecars or contents.count(one.content) > 1)
        ]  # fmt: skip
        return max(borne_out, key=lambda one: one.head, default=None)

    def _inventory_places(self) -> list[Path]:
        return [self.folder, *(self.folder / f"v{number}" for number in version_numbers(self.folder))]

    def _without_inventory(self, files: set[str]) -> Iterator[ArchiveFinding]:
        inventories = sorted(name for name in files if name.rpartition("/")[2] in {INVENTORY, SIDECAR})
        if not inventories and OBJECT_NAMASTE[0] not in files:
            yield self._finding("not_an_object", "", "neither an inventory nor the mark of an object")
            return
        yield from self._namaste()
        for name in inventories:
            yield self._finding("inventory", name, "no inventory of this object can be trusted")
        for name in sorted(files - {*inventories, OBJECT_NAMASTE[0]}):
            yield self._finding("inventory", name, "no inventory says what it must hold")
        for name in sorted({INVENTORY, SIDECAR} - files):
            yield self._finding("missing", name, "every object has it")

    def _namaste(self) -> Iterator[ArchiveFinding]:
        name, expected = OBJECT_NAMASTE
        found = bytes_of(self.folder / name)
        if found is None:
            yield self._finding("missing", name, "every object has it")
        elif found != expected:
            kind = "truncated" if expected.startswith(found) else "changed"
            yield self._finding(kind, name, f"expected {len(expected)} bytes, got {len(found)}")

    def _inventories(self, truth: Inventory) -> Iterator[ArchiveFinding]:
        root = stored_inventory(self.folder)
        if _lags(root, truth):
            yield self._finding("half_done", f"v{truth.head}", "the root inventory does not name it yet")
        elif sidecar_is_behind(self.folder, root):
            yield self._finding("half_done", SIDECAR, "the root inventory is newer")
        else:
            yield from self._inventory_pair("", root, truth)
        for number in range(1, truth.head + 1):
            stored = stored_inventory(self.folder / f"v{number}")
            yield from self._inventory_pair(f"v{number}/", stored, truth.at(number))

    def _inventory_pair(self, prefix: str, stored: StoredInventory, truth: Inventory) -> Iterator[ArchiveFinding]:
        if stored.is_whole and stored.parsed == truth:
            return
        expected = truth.to_bytes()
        pairs = ((INVENTORY, stored.content, expected), (SIDECAR, stored.sidecar, sidecar_of(expected)))
        for name, found, wanted in pairs:
            if found is None:
                yield self._finding("missing", prefix + name, "every version has it")
            elif found != wanted:
                yield self._finding("inventory", prefix + name, f"expected {len(wanted)} bytes, got {len(found)}")

    def _content(self, truth: Inventory) -> Iterator[ArchiveFinding]:
        for path, digest in sorted(truth.manifest.items()):
            place = self.folder / path
            if place.is_symlink() or not place.is_file():
                yield self._finding("missing", path, "the inventory names it")
                continue
            try:
                found = _digest_of_file(place)
            except OSError as error:
                yield self._finding("changed", path, f"it can not be read: {errno_name(error)}")
                continue
            if found != digest:
                yield self._damaged(path, found, truth)

    def _damaged(self, path: str, found: str, truth: Inventory) -> ArchiveFinding:
        if found in truth.manifest.values():
            return self._finding("swapped", path, f"it holds what belongs in {truth.path_of(found)}")
        content = (self.folder / path).read_bytes()
        kind = "truncated" if _seems_cut_short(path, content) else "changed"
        return self._finding(kind, path, f"its {len(content)} bytes are not those that were stored")

    def _extras(self, truth: Inventory, files: set[str], folders: set[str]) -> Iterator[ArchiveFinding]:
        inventories = {f"{prefix}{name}" for prefix in _prefixes(truth) for name in (INVENTORY, SIDECAR)}
        expected = {OBJECT_NAMASTE[0], *inventories, *truth.manifest}
        for name in sorted(files - expected):
            yield self._finding("extra", name, "no inventory names it")
        needed = {parent for name in {*expected, *files} for parent in _folders_above(name)}
        for name in sorted(folders - needed):
            yield self._finding("extra", name, "an empty folder")

    def _finding(self, kind: str, name: str, detail: str) -> ArchiveFinding:
        place = self.places.relative(self.folder / name)
        return ArchiveFinding(kind=kind, object_id=object_id_of(self.places, self.folder), name=place, detail=detail)


def _lags(root: StoredInventory, truth: Inventory) -> bool:
    return (
        root.is_whole
        and root.parsed is not None
        and root.parsed.head < truth.head
        and root.parsed == truth.at(root.parsed.head)
    )


def _prefixes(truth: Inventory) -> list[str]:
    return ["", *(f"v{number}/" for number in range(1, truth.head + 1))]


def _folders_above(name: str) -> Iterator[str]:
    parts = name.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))


def _walk(top: Path) -> tuple[set[str], set[str]]:
    """Give the files (links count as files) and the folders below a folder, relative, with slashes."""
    files: set[str] = set()
    folders: set[str] = set()
    for place, inner, names in os.walk(top):
        here = Path(place)
        for name in (*inner, *names):
            one = here / name
            kept = folders if one.is_dir() and not one.is_symlink() else files
            kept.add(one.relative_to(top).as_posix())
    return files, folders


def _digest_of_file(place: Path) -> str:
    with place.open("rb") as stored:
        return file_digest(stored, "sha512").hexdigest()


def _seems_cut_short(path: str, content: bytes) -> bool:
    """Judge by the end that the format asks for; an inventory keeps no sizes."""
    if path.endswith(".pdf"):
        return b"%%EOF" not in content[-_TAIL_BYTES:]
    if path.endswith(".json"):
        return not content.rstrip().endswith((b"}", b"]"))
    return not content
