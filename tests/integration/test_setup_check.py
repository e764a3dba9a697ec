"""``settings check``: every problem together, nothing made, exit code 0 or 1."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from forms_service.cli.findings import Level
from forms_service.documents.seal_key import make_test_seal
from forms_service.ports import Actor
from forms_service.settings import ROOT
from forms_service.setup_check import check_setup
from forms_service.tls.server_files import ServerCertificate
from forms_service.workflow.accounts import NewAccount, add_account
from tests.conftest import NOW, environment, make_services, make_settings
from tests.web.tls import own_config
from tests.word_files import TEMPLATES

PROGRAM = str(Path(sys.executable).with_name("forms-service"))


def found(folder: Path, level: Level, **more: str) -> dict[str, list[str]]:
    """Give the words of each finding of a level by its place."""
    told: dict[str, list[str]] = {}
    for one in check_setup(environment(folder, **more), now=NOW):
        if one.level is level:
            told.setdefault(one.place, []).append(one.words)
    return told


def problems(folder: Path, **more: str) -> dict[str, list[str]]:
    """Give every problem by its place."""
    return found(folder, Level.PROBLEM, **more)


def test_a_fresh_checkout_has_no_problem_and_nothing_is_made(tmp_path):
    """The defaults are good for practice, and a check is not a first start."""
    assert problems(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_all_problems_are_told_together(tmp_path):
    """One broken thing of each kind: none hides another."""
    config = own_config(tmp_path)
    (config / "screening.toml").unlink()
    (config / "screening.toml").write_text("=")
    broken = tmp_path / "templates" / "lead-agreement" / "1"
    broken.mkdir(parents=True)
    (broken / "form.toml").write_text("nonsense = 1\n")
    (tmp_path / "signed").write_text("a file where a folder should be")
    (tmp_path / "checkpoints").write_text("a file where a folder should be")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "forms.sqlite3").write_text("no database" * 100)
    make_test_seal(tmp_path / "keys" / "seal.p12", tmp_path / "keys" / "seal.pass", now=NOW)
    (tmp_path / "keys" / "seal.pass").chmod(0o644)
    told = problems(
        tmp_path, FORMS_CONFIG=str(config), FORMS_TEMPLATES=str(tmp_path / "templates"), FORMS_NONSENSE="1",
        FORMS_ORIGIN="http://forms.example.org", FORMS_PRODUCTION="true",
        FORMS_TLS_CERTIFICATE=str(tmp_path / "no.pem"), FORMS_TLS_KEY=str(tmp_path / "no.key"),
    )  # fmt: skip
    assert set(told) == {
        "settings", "origin", "screening", "forms", "secret files", "seal", "archive", "checkpoints", "database", "TLS",
    }  # fmt: skip
    assert "seal.pass" in told["secret files"][0]
    assert "TEST SEAL" in told["seal"][0]
    assert len(told["forms"]) > 1


def test_an_unreachable_time_stamp_server_is_a_warning(tmp_path):
    """Seals are lifted later; the check says so and does not fail."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        told = found(tmp_path, Level.WARNING, FORMS_TSA_URL=f"http://localhost:{nobody.getsockname()[1]}")
    assert "can not be reached" in told["time stamps"][0]


def test_a_reachable_time_stamp_server_is_good(tmp_path):
    """A connection is enough here; what it stamps is judged at each seal."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://localhost:{server.getsockname()[1]}"
        assert "time stamps" not in found(tmp_path, Level.WARNING, FORMS_TSA_URL=url)


def test_a_level_that_the_seal_can_not_reach_is_a_warning(tmp_path, authority):
    """TEST SEAL signs itself; the authority's seal is good for what is asked."""
    make_test_seal(tmp_path / "keys" / "seal.p12", tmp_path / "keys" / "seal.pass", now=NOW)
    more = {
        "FORMS_TSA_URL": authority.time_stamp_url,
        "FORMS_SEAL_LEVEL": "B-LTA",
        "FORMS_SEAL_TRUSTED": str(authority.root_file),
    }
    assert "reach B-T" in found(tmp_path, Level.WARNING, **more)["seal"][0]
    own = {"FORMS_SEAL_KEY": str(authority.sealer_pkcs12), "FORMS_SEAL_PASSPHRASE": str(authority.passphrase_file)}
    assert "seal" not in found(tmp_path, Level.WARNING, **more, **own)


def test_a_trusted_file_that_is_no_certificate_is_a_problem(tmp_path):
    """Also before there is a seal."""
    (tmp_path / "trusted.pem").write_text("nothing")
    told = problems(tmp_path, FORMS_SEAL_TRUSTED=str(tmp_path / "trusted.pem"))
    assert "trusted.pem" in told["seal"][0]


def test_checkpoints_beside_the_database_are_a_warning(tmp_path):
    """The second place should be on another disk."""
    assert "second place" in found(tmp_path, Level.WARNING)["checkpoints"][0]


def test_the_authoritys_end_is_a_warning_in_time(tmp_path):
    """Devices must learn the next one before."""
    config = own_config(tmp_path)
    more = {"FORMS_CONFIG": str(config), "FORMS_ORIGIN": "https://forms.example.org"}
    ServerCertificate(make_settings(tmp_path, **more)).prepare(NOW - timedelta(days=3600))
    assert "plan for the next" in found(tmp_path, Level.WARNING, **more)["TLS"][0]
    assert "--tls" in found(tmp_path, Level.WARNING, **more)["origin"][0]


def test_an_empty_templates_folder_is_a_problem(tmp_path):
    """A service without forms serves nobody."""
    (tmp_path / "templates").mkdir()
    assert "no form" in problems(tmp_path, FORMS_TEMPLATES=str(tmp_path / "templates"))["forms"][0]


def test_forms_that_need_libreoffice_are_named_where_it_is_not(tmp_path):
    """A warning, since the others can be made; and nothing where it is installed."""
    told = found(tmp_path, Level.WARNING, FORMS_TEMPLATES=str(TEMPLATES), FORMS_SOFFICE="/nowhere/soffice.bin")
    assert told["forms"] == [
        "LibreOffice is not installed (script/bootstrap --word), and needed by: lead-agreement 1, social-referral 1"
    ]
    assert "forms" not in found(tmp_path, Level.WARNING, FORMS_TEMPLATES=str(TEMPLATES))


def test_a_folder_that_can_not_be_made_is_a_problem(tmp_path):
    """Its nearest parent is a file."""
    (tmp_path / "file").write_text("")
    told = problems(tmp_path, FORMS_ARCHIVE=str(tmp_path / "file" / "deeper"))
    assert "can not be made" in told["archive"][0]


def test_a_database_is_looked_at_without_being_changed(tmp_path):
    """A good one is no problem; one of somebody else is."""
    (tmp_path / "var").mkdir()
    file = tmp_path / "var" / "forms.sqlite3"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE t (x)")
    before = file.read_bytes()
    assert "SQLITE_ERROR" in problems(tmp_path)["database"][0]
    assert file.read_bytes() == before


@pytest.mark.parametrize(("origin", "code"), [("http://localhost:8080", 0), ("http://forms.example.org", 1)])
def test_the_shell_answers_where_no_service_could_be_built(tmp_path, origin, code):
    """The command itself: every line on standard output, exit code 0 or 1, no traceback."""
    variables = {**os.environ, **environment(tmp_path, FORMS_ORIGIN=origin, FORMS_PRODUCTION="false")}
    said = subprocess.run(
        [PROGRAM, "settings", "check"], env=variables, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (code, "")
    assert said.stdout.endswith(f"{code} problem{'s' if code == 0 else ''}\n")
    assert list(tmp_path.iterdir()) == []


def test_acts_that_the_staff_can_not_perform_are_named(tmp_path):
    """One officer: the rest of the work has nobody; the check says what, and changes nothing."""
    services = make_services(tmp_path)
    wanted = NewAccount(name="pat", password="a calm river at noon", full_name="Pat Example", roles=("officer",))  # noqa: S106  # a test's own
    add_account(services, Actor(id="operator:tester"), wanted)
    (told,) = found(tmp_path, Level.WARNING)["staff"]
    assert "reopen" in told
    assert "destroy" in told
    assert "present" not in told.split(", ")
    with closing(sqlite3.connect(tmp_path / "var" / "forms.sqlite3")) as connection:
        connection.execute("UPDATE schema_version SET version = version - 1")
        connection.commit()
    assert "staff" not in found(tmp_path, Level.WARNING)
