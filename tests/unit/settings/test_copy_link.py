"""What [copy_link] of service.toml may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_service.settings.copy_link import CopyLinkSettings, read_copy_link

OWN = "https://forms.example"


@pytest.mark.parametrize("configured", [{}, {"enabled": False, "days": 7}])
def test_links_are_off_unless_they_are_switched_on(configured):
    """Nothing is set, or everything but the switch."""
    assert read_copy_link(configured, OWN) == (None, [])


def test_the_service_gives_copies_itself_where_no_folder_is_named():
    """For thirty days, five times."""
    assert read_copy_link({"enabled": True}, OWN) == (
        CopyLinkSettings(origin=OWN, days=30, most_fetches=5, folder=None), [],
    )  # fmt: skip


def test_copies_are_pushed_to_a_folder_of_another_server():
    """Links then point to that server."""
    found, problems = read_copy_link(
        {"enabled": True, "days": 7, "most_fetches": 2, "origin": "https://copies.example/", "folder": "/srv/copies"},
        OWN,
    )
    assert problems == []
    assert (found.origin, found.folder, found.days) == ("https://copies.example", Path("/srv/copies"), 7)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"enabled": "yes"}, "enabled"),
        ({"days": 0}, "days"),
        ({"days": 91}, "days"),
        ({"days": True}, "days"),
        ({"most_fetches": 21}, "most_fetches"),
        ({"most_fetches": "5"}, "most_fetches"),
        ({"folder": 7}, "folder"),
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
