"""Secrets are files that nobody else may read or own."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from forms_service.errors import SecretFileExposedError
from forms_service.secret_files import ROOT_USER, exposure, refuse_exposed, write_new, write_over

ME, OTHER = 1000, 1001


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700, 0o100600])
def test_a_file_of_its_owner_alone_is_no_problem(mode):
    """Also when root owns it, as a deployment tool leaves it."""
    assert exposure(Path("seal.p12"), mode, owner=ME, user=ME) == ""
    assert exposure(Path("seal.p12"), mode, owner=ROOT_USER, user=ME) == ""


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o100644])
def test_any_right_of_others_is_told_with_the_mode(mode):
    """Reading, writing and executing, for the group and for everybody."""
    told = exposure(Path("seal.p12"), mode, owner=ME, user=ME)
    assert "seal.p12" in told
    assert f"{mode & 0o777:04o}" in told


def test_a_file_of_another_user_is_told():
    """Its owner could change it at any time, whatever its mode."""
    assert "another user" in exposure(Path("seal.p12"), 0o600, owner=OTHER, user=ME)


def test_every_exposed_file_is_told_together(tmp_path):
    """Two wrong files are one message; a missing one and a good one are no part of it."""
    files = [tmp_path / name for name in ("good", "group", "all", "missing")]
    for file, mode in zip(files, (0o600, 0o640, 0o644), strict=False):
        file.write_text("secret")
        file.chmod(mode)
    with pytest.raises(SecretFileExposedError) as refused:
        refuse_exposed(files)
    told = str(refused.value)
    assert str(files[1]) in told
    assert str(files[2]) in told
    assert str(files[0]) not in told
    assert "missing" not in told


def test_files_as_they_should_be_stop_nothing(tmp_path):
    """A start with good files goes on."""
    file = tmp_path / "seal.p12"
    os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    assert refuse_exposed([file]) is None


def test_a_new_secret_is_written_once_for_its_owner_only(tmp_path):
    """What is there stays as it is, and no draft is left beside it."""
    file = tmp_path / "key.pem"
    write_new(file, b"first")
    with pytest.raises(FileExistsError):
        write_new(file, b"second")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"first", 0o600)
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_written_over_whole_with_the_mode_asked_for(tmp_path):
    """Its owner's alone, unless it is one to be handed out; a place that is a folder stays one, and no draft is left."""
    file, place = tmp_path / "server.pem", tmp_path / "folder"
    for content, mode in ((b"first", 0o600), (b"second", 0o644)):
        write_over(file, content, mode)
        assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (content, mode)
    place.mkdir()
    with pytest.raises(IsADirectoryError):
        write_over(place, b"third")
    assert sorted(tmp_path.iterdir()) == [place, file]
