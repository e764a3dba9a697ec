"""The rules of the storage root, without a disk."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ocfl.layout_0003_hash_and_id_n_tuple import Layout_0003_Hash_And_Id_N_Tuple

from forms_service.archive.ocfl import (
    Inventory,
    InventoryFaultError,
    Version,
    check_names,
    digest_of,
    next_inventory,
    object_path,
    parse_inventory,
)
from forms_service.errors import ArchiveNameError

OBJECT_ID = "urn:uuid:00000000-0000-4000-8000-000000000001"


def version(**contents: bytes) -> Version:
    """Give a version that holds these contents, by name."""
    state = {name: digest_of(content) for name, content in contents.items()}
    return Version(state=state, message="complete", by="account:1", created="2026-11-21T18:00:00.000000+00:00")


def grown(*versions: Version) -> Inventory:
    """Give the inventory of an object after these versions."""
    inventory = None
    for one in versions:
        inventory = next_inventory(inventory, OBJECT_ID, one)
    assert inventory is not None
    return inventory


@given(st.from_regex(r"\A[a-z]{1,5}:[!-~]{1,150}\Z"))
def test_objects_lie_where_another_tool_looks_for_them(object_id: str) -> None:
    """The layout of ocfl-py gives the same folder for any id."""
    assert object_path(object_id) == Layout_0003_Hash_And_Id_N_Tuple().identifier_to_path(object_id)


@pytest.mark.parametrize("object_id", ["", "no-scheme", "urn:with space", "urn:né", "urn:\n"])
def test_an_object_id_must_be_a_uri(object_id: str) -> None:
    """An id that is no URI is refused before anything is done."""
    with pytest.raises(ArchiveNameError):
        object_path(object_id)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../a", "a/../b", "/a", "a/", "a//b", "a\\b", "a\x00", "a\nb", "\ud800", "x" * 256, "é" * 128],
)
def test_a_name_may_not_leave_its_object(name: str) -> None:
    """Names that are empty, absolute, climb, hide characters or are too long are refused."""
    with pytest.raises(ArchiveNameError):
        check_names([name])


def test_a_name_may_not_be_file_and_folder() -> None:
    """A file where another name needs a folder is refused."""
    with pytest.raises(ArchiveNameError):
        check_names(["acts", "acts/0001.json"])


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from([b"1", b"2", b"3"]), min_size=1), min_size=1))
def test_every_earlier_inventory_follows_from_the_newest(histories: list[dict[str, bytes]]) -> None:
    """Any version's inventory can be made anew, byte for byte, and each content is stored once."""
    versions = [version(**contents) for contents in histories]
    newest = grown(*versions)
    for number in range(1, len(versions) + 1):
        assert newest.at(number).to_bytes() == grown(*versions[:number]).to_bytes()
    assert len(set(newest.manifest.values())) == len(newest.manifest)
    assert parse_inventory(newest.to_bytes()) == newest


@given(st.binary() | st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_rubbish_is_named_rubbish(stored: bytes) -> None:
    """Bytes that are no inventory give our fault and nothing else."""
    with pytest.raises(InventoryFaultError):
        parse_inventory(stored)


FAULTS = {
    "other algorithm": lambda found: found | {"digestAlgorithm": "sha256"},
    "other type": lambda found: found | {"type": "https://ocfl.io/1.0/spec/#inventory"},
    "head behind": lambda found: found | {"head": "v1"},
    "head is a number": lambda found: found | {"head": 2},
    "gap": lambda found: (
        found | {"head": "v3", "versions": {"v1": found["versions"]["v1"], "v3": found["versions"]["v2"]}}
    ),
    "no version": lambda found: found | {"head": "v0", "versions": {}},
    "unknown key": lambda found: found | {"fixity": {}},
    "missing key": lambda found: {key: value for key, value in found.items() if key != "id"},
    "id is a list": lambda found: found | {"id": []},
    "content outside a version": lambda found: found | {"manifest": {digest_of(b"1"): ["content/a"]}},
    "content in a later version": lambda found: found | {"manifest": {digest_of(b"1"): ["v9/content/a"]}},
    "content climbs": lambda found: found | {"manifest": {digest_of(b"1"): ["v1/content/../../a"]}},
    "digest too short": lambda found: found | {"manifest": {"abc": ["v1/content/a"]}},
    "content is nowhere": lambda found: found | {"manifest": {digest_of(b"9"): ["v1/content/a"]}},
    "name twice": lambda found: found | {"manifest": {digest_of(b"1"): ["v1/content/a", "v1/content/a"]}},
    "version is a text": lambda found: found | {"versions": {"v1": "a", "v2": "b"}},
    "version without user": lambda found: (
        found | {"versions": {name: {**one, "user": None} for name, one in found["versions"].items()}}
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_inventory_that_contradicts_itself_is_refused(fault: str) -> None:
    """Each thing an inventory may not say is found."""
    sound = json.loads(grown(version(a=b"1"), version(a=b"2")).to_bytes())
    with pytest.raises(InventoryFaultError):
        parse_inventory(json.dumps(FAULTS[fault](sound)).encode())


def test_a_key_that_stands_twice_is_refused() -> None:
    """JSON would silently keep the last of two equal keys; an inventory may not rely on it."""
    doubled = grown(version(a=b"1")).to_bytes().replace(b'"id":', b'"id": "urn:x:other",\n  "id":')
    with pytest.raises(InventoryFaultError):
        parse_inventory(doubled)
