"""The rules of an OCFL 1.1 storage root: names, layout, inventories; no disk in here.

* Layout: extension ``0003-hash-and-id-n-tuple-storage-layout`` with its defaults (SHA-256, three times three).
* Content is digested with SHA-512; content that any earlier version holds is not stored again.
* An inventory is always written the same way, so that the one of an earlier version can be made anew
  from a later one and compared byte for byte.

Source: https://ocfl.io/1.1/spec/ and https://ocfl.github.io/extensions/0003-hash-and-id-n-tuple-storage-layout.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256, sha512
from urllib.parse import quote

from forms_service.errors import ArchiveNameError

ROOT_NAMASTE = ("0=ocfl_1.1", b"ocfl_1.1\n")
OBJECT_NAMASTE = ("0=ocfl_object_1.1", b"ocfl_object_1.1\n")
LAYOUT = "0003-hash-and-id-n-tuple-storage-layout"
INVENTORY, SIDECAR = "inventory.json", "inventory.json.sha512"
OBJECT_DEPTH = 4  # three tuples and the object's own folder

_TYPE = "https://ocfl.io/1.1/spec/#inventory"
_INVENTORY_KEYS = {"id", "type", "digestAlgorithm", "head", "manifest", "versions"}
_TUPLES, _TUPLE_LENGTH, _LONGEST_FOLDER_NAME = 3, 3, 100
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_PLAIN = re.compile(r"[A-Za-z0-9_-]")
_DIGEST = re.compile(r"[0-9a-fA-F]{128}")
_VERSION = re.compile(r"v([1-9][0-9]{0,8})")
_CONTENT_PATH = re.compile(r"v([1-9][0-9]{0,8})/content/(.+)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_LONGEST_PART_BYTES = 255


class InventoryFaultError(ValueError):
    """Bytes are not an inventory of ours; stays inside the archive floor."""


def root_files() -> dict[str, bytes]:
    """Give the files of an empty storage root; the one that makes it a root comes last."""
    layout = {"extension": LAYOUT, "description": "SHA-256 of the object id, three folders of three characters"}
    config = {"extensionName": LAYOUT, "digestAlgorithm": "sha256", "tupleSize": 3, "numberOfTuples": 3}
    return {
        f"extensions/{LAYOUT}/config.json": _json(config),
        "ocfl_layout.json": _json(layout),
        ROOT_NAMASTE[0]: ROOT_NAMASTE[1],
    }


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def digest_of(content: bytes) -> str:
    """Give the SHA-512 (hex) of stored bytes."""
    return sha512(content).hexdigest()


def object_path(object_id: str) -> str:
    """Give an object's folder, relative to the root, with slashes.

    Raises:
        ArchiveNameError: The id is no URI in printable ASCII.
    """
    if not _URI.fullmatch(object_id):
        raise ArchiveNameError(name=object_id, reason="expected a URI")
    digest = sha256(object_id.encode()).hexdigest()
    tuples = [digest[start : start + _TUPLE_LENGTH] for start in range(0, _TUPLES * _TUPLE_LENGTH, _TUPLE_LENGTH)]
    name = "".join(one if _PLAIN.fullmatch(one) else f"%{ord(one):02x}" for one in object_id)
    if len(name) > _LONGEST_FOLDER_NAME:
        name = f"{name[:_LONGEST_FOLDER_NAME]}-{digest}"
    return "/".join([*tuples, name])


def check_names(names: Iterable[str]) -> None:
    """Refuse logical names that could leave the object, or that stand in each other's way.

    Raises:
        ArchiveNameError: Empty, absolute, with ``.`` or ``..``, with control characters or backslashes,
            too long, or a file where another name needs a folder.
    """
    known = set(names)
    for name in known:
        parts = name.split("/")
        if any(part in ("", ".", "..") for part in parts):
            raise ArchiveNameError(name=name, reason="expected a relative name without empty parts, . and ..")
        if _CONTROL.search(name):
            raise ArchiveNameError(name=name, reason="expected no control characters and no backslash")
        if max(len(part.encode()) for part in parts) > _LONGEST_PART_BYTES:
            raise ArchiveNameError(name=name, reason=f"expected at most {_LONGEST_PART_BYTES} bytes in each part")
        if any("/".join(parts[:depth]) in known for depth in range(1, len(parts))):
            raise ArchiveNameError(name=name, reason="a file and a folder would have the same name")


def version_number(folder_name: str) -> int:
    """Give the number of ``vN``, 0 when the folder is no version."""
    found = _VERSION.fullmatch(folder_name)
    return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an object.

    Attributes:
        state: Logical name to digest.
        created: RFC 3339 with offset.
    """

    state: Mapping[str, str]
    message: str
    by: str
    created: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What an object holds.

    Attributes:
        manifest: Content path (``v1/content/agreement.pdf``) to digest.
        versions: From version 1 on, without gaps.
    """

    object_id: str
    manifest: Mapping[str, str]
    versions: tuple[Version, ...]

    @property
    def head(self) -> int:
        """Give the newest version's number."""
        return len(self.versions)

    def at(self, number: int) -> Inventory:
        """Give the inventory as it was when that version was the newest."""
        kept = {path: digest for path, digest in self.manifest.items() if _number_of(path) <= number}
        return replace(self, manifest=kept, versions=self.versions[:number])

    def path_of(self, digest: str) -> str:
        """Give the content path that holds a digest."""
        return min(path for path, one in self.manifest.items() if one == digest)

    def content_of(self, number: int) -> dict[str, str]:
        """Give the content paths that a version brought, with their digests."""
        return {path: digest for path, digest in self.manifest.items() if _number_of(path) == number}

    def to_bytes(self) -> bytes:
        """Write ``inventory.json``; equal inventories give equal bytes."""
        versions = {f"v{number}": _version_json(one) for number, one in enumerate(self.versions, start=1)}
        return _json(
            {
                "id": self.object_id,
                "type": _TYPE,
                "digestAlgorithm": "sha512",
                "head": f"v{self.head}",
                "manifest": _by_digest(self.manifest),
                "versions": versions,
            }
        )


def _number_of(path: str) -> int:
    return version_number(path.partition("/")[0])


def _by_digest(names: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, digest in sorted(names.items()):
        found.setdefault(digest, []).append(name)
    return found


def _version_json(version: Version) -> dict[str, object]:
    user = {"name": version.by, "address": "urn:forms-service:" + quote(version.by, safe=":")}
    state = _by_digest(version.state)
    return {"created": version.created, "message": version.message, "user": user, "state": state}


def sidecar_of(inventory: bytes) -> bytes:
    """Write ``inventory.json.sha512``."""
    return f"{digest_of(inventory)}  {INVENTORY}\n".encode()


def next_inventory(before: Inventory | None, object_id: str, version: Version) -> Inventory:
    """Add a version; only content that no version holds yet gets a content path."""
    manifest = dict(before.manifest) if before else {}
    number = before.head + 1 if before else 1
    stored = set(manifest.values())
    for name, digest in sorted(version.state.items()):
        if digest not in stored:
            manifest[f"v{number}/content/{name}"] = digest
            stored.add(digest)
    return Inventory(
        object_id=object_id, manifest=manifest, versions=(*(before.versions if before else ()), version)
    )  # fmt: skip


def parse_inventory(stored: bytes) -> Inventory:
    """Read ``inventory.json``, whatever bytes they are.

    Raises:
        InventoryFaultError: The bytes are no inventory, contradict themselves, or use what we never write.
    """
    try:
        found = json.loads(stored.decode("utf-8"), object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        raise InventoryFaultError("not JSON") from error
    top = _table(found, "inventory")
    if set(top) != _INVENTORY_KEYS or top["type"] != _TYPE or top["digestAlgorithm"] != "sha512":
        raise InventoryFaultError("not an OCFL 1.1 inventory with SHA-512")
    manifest = _by_name(top["manifest"])
    versions = _versions(_table(top["versions"], "versions"))
    if top["head"] != f"v{len(versions)}" or not versions:
        raise InventoryFaultError("head is not the newest version")
    inventory = Inventory(object_id=_text(top["id"]), manifest=manifest, versions=versions)
    _check_consistent(inventory)
    return inventory


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InventoryFaultError("a key stands twice")
    return found


def _table(found: object, name: str) -> dict[str, object]:
    if not isinstance(found, dict):
        raise InventoryFaultError(f"{name} is not an object")
    return found


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise InventoryFaultError("expected text")
    return found


def _by_name(found: object) -> dict[str, str]:
    names: dict[str, str] = {}
    for digest, paths in _table(found, "digests").items():
        if not _DIGEST.fullmatch(digest) or not isinstance(paths, list) or not paths:
            raise InventoryFaultError("expected digests, each with its names")
        for path in paths:
            if _text(path) in names:
                raise InventoryFaultError("a name stands twice")
            names[path] = digest.lower()
    try:
        check_names(names)
    except (ArchiveNameError, UnicodeError) as error:
        raise InventoryFaultError("a name is not allowed") from error
    return names


def _versions(found: Mapping[str, object]) -> tuple[Version, ...]:
    if set(found) != {f"v{number}" for number in range(1, len(found) + 1)}:
        raise InventoryFaultError("version numbers have gaps")
    return tuple(_version(_table(found[f"v{number}"], "version")) for number in range(1, len(found) + 1))


def _version(found: Mapping[str, object]) -> Version:
    if set(found) != {"created", "message", "user", "state"}:
        raise InventoryFaultError("a version has other keys")
    by = _text(_table(found["user"], "user").get("name"))
    state = _by_name(found["state"])
    return Version(state=state, message=_text(found["message"]), by=by, created=_text(found["created"]))


def _check_consistent(inventory: Inventory) -> None:
    known: set[str] = set()
    for number, version in enumerate(inventory.versions, start=1):
        known.update(inventory.content_of(number).values())
        if not known.issuperset(version.state.values()):
            raise InventoryFaultError("a version holds content that is nowhere")
    for path in inventory.manifest:
        found = _CONTENT_PATH.fullmatch(path)
        if found is None or int(found[1]) > inventory.head:
            raise InventoryFaultError("a content path is in no version")
