"""Read objects of the archive's folder: inventories with their sidecars, and stored bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from forms_service.archive.ocfl import (
    INVENTORY,
    SIDECAR,
    Inventory,
    InventoryFaultError,
    object_path,
    parse_inventory,
    sidecar_of,
    version_number,
)
from forms_service.archive.places import Places, bytes_of, subfolders
from forms_service.errors import ArchiveNameError


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInventory:
    """An ``inventory.json`` and its sidecar as they lie in a folder.

    Attributes:
        content: Bytes, None when the file is not there.
        sidecar: Likewise.
        parsed: None when the bytes are no inventory.
    """

    content: bytes | None
    sidecar: bytes | None
    parsed: Inventory | None

    @property
    def is_whole(self) -> bool:
        """Say whether the inventory can be read and its sidecar agrees."""
        if self.content is None or self.sidecar is None or self.parsed is None:
            return False
        return self.sidecar == sidecar_of(self.content)


def stored_inventory(folder: Path) -> StoredInventory:
    """Read the inventory of an object's folder or of one of its versions, whatever lies there."""
    content, sidecar = bytes_of(folder / INVENTORY), bytes_of(folder / SIDECAR)
    return StoredInventory(content=content, sidecar=sidecar, parsed=_parsed(content))


def _parsed(content: bytes | None) -> Inventory | None:
    try:
        return None if content is None else parse_inventory(content)
    except InventoryFaultError:
        return None


def version_numbers(folder: Path) -> list[int]:
    """Give the numbers of the version folders that are there, rising."""
    return sorted(number for one in subfolders(folder) if (number := version_number(one.name)))


def equals_its_copy(folder: Path, root: StoredInventory) -> bool:
    """Say whether the root inventory is the one that the head's folder holds, whatever the root sidecar says.

    It is so for a moment at every new version, and for longer when a crash came just then.
    """
    if root.parsed is None:
        return False
    head = stored_inventory(folder / f"v{root.parsed.head}")
    return head.is_whole and head.content == root.content


def sidecar_is_behind(folder: Path, root: StoredInventory) -> bool:
    """Say whether a crash came between the root inventory and its sidecar, which still names the one before."""
    if root.is_whole or root.parsed is None or root.sidecar is None or not equals_its_copy(folder, root):
        return False
    before = bytes_of(folder / f"v{root.parsed.head - 1}" / INVENTORY)
    return before is not None and root.sidecar == sidecar_of(before)


def object_id_of(places: Places, folder: Path) -> str:
    """Give the id of the object that a folder is for: from its name, or from its inventory when the name is cut.

    Returns:
        The id, empty when the folder is at no object's place.
    """
    parsed = None
    for found in (unquote(folder.name), ""):
        if not found:
            parsed = stored_inventory(folder).parsed
        candidate = found or (parsed.object_id if parsed else "")
        if _is_place_of(places, folder, candidate):
            return candidate
    return ""


def _is_place_of(places: Places, folder: Path, object_id: str) -> bool:
    try:
        return object_path(object_id) == places.relative(folder)
    except ArchiveNameError:
        return False
