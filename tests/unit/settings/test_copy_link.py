"""What [copy_link] of service.toml may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_service.settings import read_with_problems
from forms_service.settings.copy_link import CopyLinkSettings, read_copy_link, read_pick_up_folder

OWN = "https://forms.example"


@pytest.mark.parametrize("configured", [{}, {"enabled": False, "days": 7}])
def test_links_are_off_unless_they_are_switched_on(configured):
    """Nothing is set, or everything but the switch."""
    assert read_copy_link(configured, OWN) == (None, [])


def test_the_service_gives_copies_itself_where_no_folder_is_named():
    """For thirty days, five times."""
    assert read_copy_link({"enabled": True}, OWN) == (
        CopyLinkSettings(origin=OWN, days=30, most_fetches=5), [],
    )  # fmt: skip


def test_copies_are_pushed_to_a_folder_of_another_server():
    """Links then point to that server."""
    configured = {"enabled": True, "days": 7, "origin": "https://copies.example/", "folder": "/srv/copies"}
    found, problems = read_copy_link(configured, OWN)
    assert problems == []
    assert (found.origin, found.days) == ("https://copies.example", 7)
    assert read_pick_up_folder(configured) == (Path("/srv/copies"), [])


def test_the_folder_is_read_where_links_are_off(tmp_path: Path):
    """It is emptied then; where none is named nothing is."""
    (tmp_path / "service.toml").write_text('[copy_link]\nenabled = false\nfolder = "/srv/copies"\n')
    found, _ = read_with_problems({"FORMS_CONFIG": str(tmp_path)})
    assert (found.copy_link, found.pick_up_folder) == (None, Path("/srv/copies"))
    assert read_pick_up_folder({}) == (None, [])


def test_a_folder_that_is_no_text_is_named(tmp_path: Path):
    """On or off."""
    (tmp_path / "service.toml").write_text("[copy_link]\nenabled = false\nfolder = 7\n")
    found, problems = read_with_problems({"FORMS_CONFIG": str(tmp_path)})
    assert found.pick_up_folder is None
    assert "service.toml: copy_link folder: expected text" in problems


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"enabled": "yes"}, "enabled"),
        ({"days": 0}, "days"),
        ({"days": 91}, "days"),
        ({"days": True}, "days"),
        ({"most_fetches": 21}, "most_fetches"),
        ({"most_fetches": "5"}, "most_fetches"),
        ({"folder": "/srv/copies"}, "together"),
        ({"origin": "https://copies.example"}, "together"),
        ({"origin": "https://copies.example/x", "folder": "/srv/copies"}, "nothing after"),
        ({"origin": "http://copies.example", "folder": "/srv/copies"}, "https"),
        ({"origin": "copies.example", "folder": "/srv/copies"}, "origin"),
    ],
)
def test_what_can_not_be_used_is_named(change, word):
    """And nothing is used of it."""
    found, problems = read_copy_link({"enabled": True, **change}, OWN)
    assert found is None
    assert any(word in one for one in problems), problems
