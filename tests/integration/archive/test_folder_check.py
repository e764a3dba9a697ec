"""``check`` names exactly what was done to the archive, file by file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.archive.folder_store import FolderArchive
from forms_service.archive.ocfl import object_path
from tests.integration.archive.samples import FIRST, OBJECT_ID, OTHER_ID, SECOND, store

FOLDER = object_path(OBJECT_ID)


def two_versions(root: Path) -> FolderArchive:
    """Give an archive with one object of two versions and one of one."""
    archive = FolderArchive(root)
    store(archive, FIRST, head=0)
    store(archive, SECOND, head=1)
    store(archive, FIRST, head=0, object_id=OTHER_ID)
    return archive


def found(archive: FolderArchive) -> set[tuple[str, str]]:
    """Give kind and name of every finding."""
    return {(one.kind, one.name) for one in archive.check()}


def overwrite(file: Path, content: bytes) -> None:
    """Replace a read-only file's bytes."""
    file.unlink()
    file.write_bytes(content)


def flipped(content: bytes, bit: int) -> bytes:
    """Give content with one bit turned over."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sound archive's folder, never to be changed."""
    root = tmp_path_factory.mktemp("sound") / "signed"
    two_versions(root)
    return root


def names_in(root: Path) -> list[str]:
    """Give every file of the archive but the lock."""
    return sorted(one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file() and one.name != "lock")


@given(data=st.data(), harm=st.sampled_from(["flip", "cut", "remove"]))
def test_each_damaged_file_is_named_and_no_other(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, harm: str
) -> None:
    """Any flipped bit, any cut and any loss of any file, inventories and sidecars too, names that very file."""
    root = tmp_path_factory.mktemp("harmed") / "signed"
    shutil.copytree(sound, root)
    name = data.draw(st.sampled_from(names_in(root)))
    content = (root / name).read_bytes()
    if harm == "flip":
        overwrite(root / name, flipped(content, data.draw(st.integers(0, len(content) * 8 - 1))))
    elif harm == "cut":
        overwrite(root / name, content[: data.draw(st.integers(0, len(content) - 1))])
    else:
        (root / name).unlink()
    findings = found(FolderArchive(root))
    assert {one for _, one in findings} == {name}
    assert (("missing", name) in findings) == (harm == "remove")


KINDS: dict[str, tuple[Callable[[Path], object], set[tuple[str, str]]]] = {
    "a PDF cut short": (
        lambda root: overwrite(root / FOLDER / "v1/content/agreement.pdf", FIRST["agreement.pdf"][:500]),
        {("truncated", f"{FOLDER}/v1/content/agreement.pdf")},
    ),
    "JSON cut short": (
        lambda root: overwrite(root / FOLDER / "v2/content/record.json", SECOND["record.json"][:-1]),
        {("truncated", f"{FOLDER}/v2/content/record.json")},
    ),
    "an empty file": (
        lambda root: overwrite(root / FOLDER / "v1/content/notes.txt", b""),
        {("truncated", f"{FOLDER}/v1/content/notes.txt")},
    ),
    "a changed file": (
        lambda root: overwrite(root / FOLDER / "v1/content/notes.txt", b"two"),
        {("changed", f"{FOLDER}/v1/content/notes.txt")},
    ),
    "an older file in a newer one's place": (
        lambda root: overwrite(root / FOLDER / "v2/content/agreement.pdf", FIRST["agreement.pdf"]),
        {("swapped", f"{FOLDER}/v2/content/agreement.pdf")},
    ),
    "a link in a file's place": (
        lambda root: _link_instead(root / FOLDER / "v1/content/notes.txt", root),
        {("missing", f"{FOLDER}/v1/content/notes.txt")},
    ),
    "an extra file in a version": (
        lambda root: (root / FOLDER / "v1/content/extra.txt").write_bytes(b""),
        {("extra", f"{FOLDER}/v1/content/extra.txt")},
    ),
    "an extra file in an object": (
        lambda root: (root / FOLDER / "extra.txt").write_bytes(b""),
        {("extra", f"{FOLDER}/extra.txt")},
    ),
    "an extra empty folder": (
        lambda root: (root / FOLDER / "v1/content/empty").mkdir(),
        {("extra", f"{FOLDER}/v1/content/empty")},
    ),
    "an extra link": (
        lambda root: (root / FOLDER / "link").symlink_to(root),
        {("extra", f"{FOLDER}/link")},
    ),
    "an extra file in the root": (
        lambda root: (root / "extra.txt").write_bytes(b""),
        {("extra", "extra.txt")},
    ),
    "an extra file beside an object": (
        lambda root: (root / Path(FOLDER).parent / "extra.txt").write_bytes(b""),
        {("extra", f"{Path(FOLDER).parent}/extra.txt")},
    ),
    "an extra extension": (
        lambda root: (root / "extensions" / "other").mkdir(),
        {("extra", "extensions/other")},
    ),
    "an extra file beside the layout": (
        lambda root: (root / "extensions/0003-hash-and-id-n-tuple-storage-layout/extra").write_bytes(b""),
        {("extra", "extensions/0003-hash-and-id-n-tuple-storage-layout/extra")},
    ),
    "a writer's leftover": (
        lambda root: (root / "extensions/forms-service-staging/abc").mkdir(),
        {("half_done", "extensions/forms-service-staging/abc")},
    ),
    "an empty tuple folder": (
        lambda root: (root / "0a0").mkdir(),
        {("half_done", "0a0")},
    ),
    "an empty object folder": (
        lambda root: (root / "0a0/0a1/0a2/urn%3ax").mkdir(parents=True),
        {("half_done", "0a0/0a1/0a2/urn%3ax")},
    ),
    "an object in another's place": (
        lambda root: (root / FOLDER).rename(root / Path(FOLDER).parent / "urn%3aother"),
        {("not_an_object", f"{Path(FOLDER).parent}/urn%3aother")},
    ),
    "a version that its object does not know": (
        lambda root: (root / FOLDER / "v3").mkdir(),
        {("extra", f"{FOLDER}/v3")},
    ),
}  # fmt: skip


def _link_instead(file: Path, root: Path) -> None:
    copy = root.parent / "copy"
    copy.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(copy)


@pytest.mark.parametrize("harm", KINDS)
def test_each_kind_of_harm_has_its_name(tmp_path: Path, harm: str) -> None:
    """Harm is reported by its kind, at its place, and nothing else is."""
    archive = two_versions(tmp_path / "signed")
    do_harm, expected = KINDS[harm]
    do_harm(tmp_path / "signed")
    assert found(archive) == expected


def test_two_files_swapped_are_both_named(tmp_path: Path) -> None:
    """Two files of an object that changed places are both found, each with where its bytes belong."""
    archive = two_versions(tmp_path)
    one, other = tmp_path / FOLDER / "v1/content/agreement.pdf", tmp_path / FOLDER / "v1/content/page.pdf"
    one.rename(tmp_path / "aside")
    other.rename(one)
    (tmp_path / "aside").rename(other)
    assert found(archive) == {("swapped", f"{FOLDER}/v1/content/{name}") for name in ("agreement.pdf", "page.pdf")}


def test_a_whole_object_in_anothers_place_is_found(tmp_path: Path) -> None:
    """An object's files under another object's name are not believed, though they agree among themselves."""
    archive = two_versions(tmp_path)
    other = tmp_path / object_path(OTHER_ID)
    shutil.rmtree(other)
    shutil.copytree(tmp_path / FOLDER, other)
    assert ("inventory", f"{object_path(OTHER_ID)}/inventory.json") in found(archive)


def test_damage_in_many_places_is_found_in_one_walk(tmp_path: Path) -> None:
    """The check does not stop at the first: every file of the archive, damaged, is named."""
    archive = two_versions(tmp_path)
    names = names_in(tmp_path)
    for name in names:
        overwrite(tmp_path / name, b"x" + (tmp_path / name).read_bytes())
    assert {name for _, name in found(archive)} == set(names)


@given(rubbish=st.binary() | st.recursive(st.none() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)).map(lambda one: json.dumps(one).encode()))  # fmt: skip
def test_rubbish_in_every_inventory_is_reported_not_raised(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, rubbish: bytes
) -> None:
    """An object all of whose inventories hold the same rubbish is named file by file; the others are still checked."""
    root = tmp_path_factory.mktemp("rubbish") / "signed"
    shutil.copytree(sound, root)
    for file in (root / FOLDER).rglob("inventory.json*"):
        overwrite(file, rubbish)
    overwrite(root / object_path(OTHER_ID) / "v1/content/notes.txt", b"")
    names = {name for _, name in found(FolderArchive(root))}
    assert names >= {name for name in names_in(root) if name.startswith(FOLDER) and "0=" not in name}
    assert f"{object_path(OTHER_ID)}/v1/content/notes.txt" in names


def test_a_folder_without_any_mark_is_no_object(tmp_path: Path) -> None:
    """A folder at an object's place that holds only stray files is said to be none."""
    archive = two_versions(tmp_path)
    for file in (tmp_path / FOLDER).rglob("*"):
        if file.is_file() and file.name != "notes.txt":
            file.unlink()
    assert found(archive) == {("not_an_object", FOLDER)}
