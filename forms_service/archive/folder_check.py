"""Read every byte of the archive and name each thing that is wrong, never stopping at the first.

* The tree above the objects is looked at under the lock, so that no writer is mid-way.
* Objects are read without the lock; one that seems wrong is read again under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from forms_service.archive.object_check import ObjectCheck
from forms_service.archive.ocfl import LAYOUT, OBJECT_DEPTH, root_files
from forms_service.archive.places import EXTENSIONS, GUESTS, LOCK, Places, bytes_of, errno_name
from forms_service.ports import ArchiveFinding

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Above:
    """What stands above the objects."""

    findings: list[ArchiveFinding] = field(default_factory=list)
    objects: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One walk through the archive."""

    places: Places

    def findings(self) -> Iterator[ArchiveFinding]:
        """Give each thing that is wrong; an archive that is not there yet has nothing wrong."""
        if not self.places.root.exists():
            return
        above = self._locked(self._above_objects)
        yield from above.findings
        for folder in above.objects:
            yield from self._object(folder)

    def _locked(self, look: Callable[[], Seen]) -> Seen:
        """Look under the lock; where no lock can be had, nobody can write either."""
        with ExitStack() as stack:
            with suppress(OSError):
                stack.enter_context(self.places.lock())
            return look()

    def _object(self, folder: Path) -> list[ArchiveFinding]:
        look = ObjectCheck(places=self.places, folder=folder).findings
        return self._locked(look) if look() else []

    def _above_objects(self) -> _Above:
        above = _Above()
        self._root_files(above)
        for one in self._entries(self.places.root, above):
            if one.name == "extensions":
                self._extensions(one, above)
            elif _is_folder(one):
                self._tuple_folder(one, above, depth=1)
            elif one.name not in {*root_files(), *GUESTS}:
                self._add(above, "extra", one, "not a file of this archive")
        return above

    def _root_files(self, above: _Above) -> None:
        for name, expected in root_files().items():
            place = self.places.root / name
            with suppress(OSError):
                found = bytes_of(place)
                if found is None:
                    self._add(above, "missing", place, "every archive has it")
                elif found != expected:
                    kind = "truncated" if expected.startswith(found) else "changed"
                    self._add(above, kind, place, f"expected {len(expected)} bytes, got {len(found)}")

    def _tuple_folder(self, folder: Path, above: _Above, *, depth: int) -> None:
        if depth == OBJECT_DEPTH:
            above.objects.append(folder)
            return
        entries = self._entries(folder, above)
        if not entries:
            self._add(above, "half_done", folder, "an empty folder")
        for one in entries:
            if _is_folder(one):
                self._tuple_folder(one, above, depth=depth + 1)
            else:
                self._add(above, "extra", one, "not a file of this archive")

    def _extensions(self, folder: Path, above: _Above) -> None:
        for one in self._entries(folder, above):
            if one.name not in EXTENSIONS or not _is_folder(one):
                self._add(above, "extra", one, "not an extension of this archive")
        for one in self._entries(folder / LAYOUT, above):
            if one.name != "config.json":
                self._add(above, "extra", one, "not a file of this archive")
        for one in self._entries(self.places.staging, above):
            if one.name != LOCK:
                self._add(above, "half_done", one, "a writer was cut off; recovery removes it")
        for one in self._entries(self.places.quarantine, above):
            self._add(above, "half_done", one, "recovery set it aside for a person to look at")

    def _entries(self, folder: Path, above: _Above) -> list[Path]:
        try:
            return sorted(folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            self._add(above, "changed", folder, f"it can not be read: {errno_name(error)}")
            return []

    def _add(self, above: _Above, kind: str, place: Path, detail: str) -> None:
        name = self.places.relative(place)
        above.findings.append(ArchiveFinding(kind=kind, object_id="", name=name, detail=detail))


def _is_folder(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()
