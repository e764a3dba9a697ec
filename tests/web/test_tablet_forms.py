"""What a tablet keeps is served whole, to those who signed in, and only when it changed."""

from __future__ import annotations


def test_a_tablet_gets_everything_at_once(visitor):
    """One answer holds every form in use and every rule."""
    answer = visitor.get("/tablet/forms.json")
    assert answer.status_code == 200
    assert answer.get_json()["schema"] == "tablet/1"
    assert {one["form"] for one in answer.get_json()["forms"]} == {"lead-agreement", "social-referral"}


def test_who_has_everything_is_told_that_nothing_changed(visitor):
    """A tablet asks again at each contact without loading anything."""
    first = visitor.get("/tablet/forms.json")
    assert first.headers["ETag"] == f'"{first.get_json()["digest"]}"'
    again = visitor.get("/tablet/forms.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_strangers_are_asked_to_sign_in(stranger):
    """The agency's facts and forms are for its people."""
    assert stranger.get("/tablet/forms.json").status_code == 302
