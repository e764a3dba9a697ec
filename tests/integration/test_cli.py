"""The shell, as scripts use it: names, JSON, exit codes, one line for a refusal."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_service import cli
from forms_service.domain.numbers import parse_card
from forms_service.settings import ROOT
from tests.conftest import SCALE, environment, example, make_services

PROGRAM = str(Path(sys.executable).with_name("forms-service"))
VALUES, SIGNATURES = "examples/lead-agreement/values.json", "examples/lead-agreement/signatures.json"


@pytest.fixture
def shell(tmp_path, capsys):
    """Give a way to run a command in this process: exit code, standard output, standard error."""
    services = make_services(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(lambda: services, list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def completed(shell) -> dict:
    """Complete the usual case and give what was printed."""
    code, out, _ = shell(
        "complete", "lead-agreement", "--values", str(ROOT / VALUES), "--signatures", str(ROOT / SIGNATURES)
    )
    assert code == 0
    return json.loads(out)


def test_the_readmes_story_in_its_own_process(tmp_path):
    """The console script itself: complete, find, show, verify."""
    variables = {**os.environ, **environment(tmp_path)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *arguments], env=variables, cwd=ROOT, capture_output=True, text=True, check=False
        )

    made = run("complete", "lead-agreement", "--values", VALUES, "--signatures", SIGNATURES)
    assert made.returncode == 0, made.stderr
    facts = json.loads(made.stdout)
    assert set(facts) == {"document_id", "record_id", "version", "sha256", "seal_level", "path"}
    assert Path(facts["path"]).read_bytes().startswith(b"%PDF")
    shown = tmp_path / "shown.pdf"
    assert run("show", facts["document_id"], "-o", str(shown)).returncode == 0
    assert run("verify", str(shown)).returncode == 0
    assert facts["document_id"] in run("find", "sample").stdout


def test_help_needs_no_service():
    """Asking for help builds nothing."""
    with pytest.raises(SystemExit) as ended:
        cli.run(lambda: pytest.fail("built"), ["--help"])
    assert ended.value.code == 0


def test_render_prints_what_is_needed_to_sign(shell, tmp_path):
    """Document id, digest, pages and digest of the file."""
    out = tmp_path / "out.pdf"
    code, said, _ = shell("render", "lead-agreement", "--values", str(ROOT / VALUES), "-o", str(out))
    facts = json.loads(said)
    assert code == 0
    assert {"document_id", "presented_digest", "pages", "sha256"} <= set(facts)
    assert facts["pages"] == 1
    code, said, _ = shell("render", "social-referral", "--kind", "blank", "--language", "es", "-o", str(out))
    assert code == 0


def test_form_list_and_check(shell):
    """Both forms are listed, and every grade is within its cap."""
    assert "lead-agreement 1  LEAD" in shell("form", "list")[1]
    code, out, _ = shell("form", "check")
    assert code == 0, out
    assert "whole text" in out
    code, out, _ = shell("form", "check", str(ROOT / "templates/social-referral/1"))
    assert code == 0


def test_form_check_tells_every_fault(shell, tmp_path):
    """Faults come with file and line, exit code 2."""
    folder = tmp_path / "lead-agreement" / "1"
    folder.mkdir(parents=True)
    (folder / "form.toml").write_text('engine = "html"\nnonsense = 1\n')
    code, _, err = shell("form", "check", str(folder))
    assert code == 2
    assert "form.toml:" in err
    assert err.count("\n") == 1


def test_find_and_case_number(shell):
    """A record is found by name and number, and given its case number."""
    facts = completed(shell)
    code, out, _ = shell("case-number", facts["document_id"], "26-1234", "--reason", "assigned")
    assert (code, json.loads(out)["version"]) == (0, 2)
    found = json.loads(shell("find", "26-1234", "--json")[1])
    assert [one["document_id"] for one in found] == [facts["document_id"]]
    assert shell("find", "nobody")[0] == 1


def test_verify_tells_valid_not_valid_and_unreadable(shell, tmp_path):
    """Exit codes 0, 1 and 2, each reason with its slug."""
    facts = completed(shell)
    file = tmp_path / "file.pdf"
    assert shell("show", facts["document_id"], "-o", str(file))[0] == 0
    code, out, _ = shell("verify", str(file), "--json")
    assert (code, json.loads(out)["record"]) == (0, "current")
    content = bytearray(file.read_bytes())
    content[500] ^= 1
    file.write_bytes(bytes(content))
    code, out, _ = shell("verify", str(file))
    assert code == 1
    assert "digest-broken" in out
    file.write_bytes(b"no pdf")
    code, _, err = shell("verify", str(file))
    assert code == 2
    assert "pdf-unreadable" in err
    with file.open("wb") as large:
        large.truncate(200 * 1024 * 1024)
    code, _, err = shell("verify", str(file))
    assert code == 2
    assert "upload-too-large" in err


def test_archive_check_rebuild_export(shell, tmp_path):
    """The whole archive is read, indexed anew, and written out."""
    facts = completed(shell)
    assert shell("archive", "check") == (0, "the archive is whole\n", "")
    assert shell("archive", "rebuild")[1] == "1 records\n"
    code, _, _ = shell("archive", "export", str(tmp_path / "export"))
    assert code == 0
    assert (tmp_path / "export" / facts["document_id"] / "agreement.pdf").exists()
    assert shell("archive", "export", str(tmp_path / "export"))[0] == 2


def test_an_account_is_made_from_standard_input(shell, monkeypatch):
    """A password of the least length makes an account; a short one is refused."""
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    assert shell("account", "add", "alex", "--full-name", "Alex Officer", "--position", "lieutenant")[0] == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    code, _, err = shell("account", "add", "pat", "--role", "clerk")
    assert code == 2
    assert "password-too-short" in err


REFUSALS = [
    (("render", "nonsense", "-o", "x.pdf"), 2, "form-unknown"),
    (("render", "lead-agreement", "-o", "x.pdf"), 2, "value-missing"),
    (("render", "lead-agreement", "--language", "xx", "-o", "x.pdf"), 2, "language-unknown"),
    (("render", "lead-agreement", "--values", "/nowhere.json", "-o", "x.pdf"), 2, "file-unreadable"),
    (("render", "lead-agreement", "--values", "README.md", "-o", "x.pdf"), 2, "json-unreadable"),
    (("show", "LEAD-00000-00005-5", "-o", "x.pdf"), 1, "not-found"),
    (("verify", "/nowhere.pdf"), 2, "file-unreadable"),
]


@pytest.mark.parametrize(("arguments", "code", "slug"), REFUSALS)
def test_a_refusal_is_one_line_with_its_slug(shell, arguments, code, slug):
    """Standard error has one line, standard output nothing."""
    found, out, err = shell(*(str(ROOT / one) if one == "README.md" else one for one in arguments))
    assert (found, out) == (code, "")
    assert err.startswith(f"forms-service: {slug}")
    assert err.count("\n") == 1


def test_a_person_who_refuses_is_a_no(shell, tmp_path):
    """Exit code 1 and the slug; no document is made."""
    refused = tmp_path / "refused.json"
    refused.write_text('{"outcome": "refused"}')
    code, out, err = shell("complete", "lead-agreement", "--values", str(ROOT / VALUES), "--signatures", str(refused))
    assert (code, out) == (1, "")
    assert "person-refused" in err


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda more: st.lists(more, max_size=4) | st.dictionaries(st.text(max_size=12), more, max_size=4),
    max_leaves=12,
)


def test_complete_refuses_whatever_comes_without_a_traceback(shell, tmp_path):
    """Hostile values and signatures, mixed into good ones, are refused in one line, and lose no record."""
    facts = completed(shell)
    good_values, good_signatures = example("lead-agreement")

    @settings(max_examples=60 * SCALE)
    @given(
        st.sampled_from(sorted(good_values)) | st.text(max_size=8),
        JSON,
        st.sampled_from(sorted(good_signatures)),
        JSON,
        st.booleans(),
    )
    def try_one(value_key, value, signature_key, signature, which) -> None:
        values = {**good_values, value_key: value} if which else good_values
        signatures = good_signatures if which else {**good_signatures, signature_key: signature}
        for name, content in (("v.json", values), ("s.json", signatures)):
            (tmp_path / name).write_text(json.dumps(content))
        code, _, err = shell(
            "complete", "lead-agreement", "--values", str(tmp_path / "v.json"), "--signatures", str(tmp_path / "s.json")
        )
        assert code == 0 or err.count("\n") == 1

    try_one()
    assert shell("archive", "check")[0] == 0
    assert facts["document_id"] in shell("find", "sample")[1]


def test_verify_refuses_whatever_comes_without_a_traceback(shell, tmp_path):
    """A sealed file with bytes changed, cut, doubled or added is judged or refused, never a traceback."""
    facts = completed(shell)
    file = tmp_path / "file.pdf"
    shell("show", facts["document_id"], "-o", str(file))
    good = file.read_bytes()

    @settings(max_examples=80 * SCALE)
    @given(
        st.integers(0, len(good) - 1),
        st.binary(max_size=40),
        st.sampled_from(["replace", "cut", "insert", "append", "only"]),
    )
    def try_one(place, noise, how) -> None:
        changed = {
            "replace": good[:place] + noise + good[place + len(noise) :],
            "cut": good[:place],
            "insert": good[:place] + noise + good[place:],
            "append": good + noise,
            "only": b"%PDF-1.7\n" + noise,
        }[how]
        file.write_bytes(changed)
        code, _, err = shell("verify", str(file))
        assert code in (0, 1, 2)
        assert (changed == good or changed.rstrip(b"\r\n") == good.rstrip(b"\r\n")) or code != 0, (place, how)
        assert code != 2 or err.count("\n") == 1

    try_one()


def test_whoever_reads_only_the_first_line_gets_no_traceback(tmp_path):
    """A pipe that is closed early, as by ``head -1``, ends the command quietly."""
    told = subprocess.run(
        ["bash", "-c", f"{PROGRAM} form check | head -1"],
        env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert told.stdout.startswith("lead-agreement 1")
    assert told.stderr == ""


def test_accounts_are_listed_disabled_and_released(shell, monkeypatch):
    """Each with its standing; a temporary one with its end; a name that nobody has is a no."""
    for name, more in (("alex", ()), ("guest", ("--until", "2026-11-20"))):
        monkeypatch.setattr("sys.stdin", io.StringIO("a calm river at noon\n"))
        assert shell("account", "add", name, "--role", "officer", *more)[0] == 0
    assert shell("account", "disable", "alex")[0] == 0
    listed = shell("account", "list")[1].splitlines()
    assert [line.split()[:2] for line in listed] == [["alex", "disabled"], ["guest", "ended"]]
    assert shell("account", "reset-factor", "alex")[0] == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("seven grey pelicans drumming\n"))
    assert shell("account", "set-password", "alex")[0] == 0
    assert shell("account", "unlock", "alex")[0] == 0
    assert shell("account", "list")[1].splitlines()[0].split()[:2] == ["alex", "active"]
    code, _, err = shell("account", "disable", "nobody")
    assert code == 1
    assert "not-found" in err


def test_the_trail_is_checked_from_the_shell(shell, tmp_path):
    """A checkpoint is taken, the walk says that the trail holds; a spoilt checkpoint is a no."""
    completed(shell)
    assert shell("audit", "checkpoint")[0] == 0
    code, out, _ = shell("audit", "verify")
    assert code == 0
    assert out.endswith("1 sound checkpoints: holds\n")
    (file,) = (tmp_path / "checkpoints").glob("*.p7m")
    file.chmod(0o600)
    file.write_bytes(b"spoilt")
    code, out, _ = shell("audit", "verify")
    assert code == 1
    assert "anchor-mismatch" in out


def test_the_go_live_lines_from_the_shell(shell):
    """Listed with what is open; stated; and not signed while one is open."""
    code, out, _ = shell("go-live", "list")
    assert code == 1
    assert "open   own-seal  not yet: the key is TEST SEAL" in out
    assert shell("go-live", "state", "languages", "--name", "Pat Example", "--words", "Both")[0] == 0
    assert "green  languages  Pat Example: Both (" in shell("go-live", "list")[1]
    code, _, err = shell("go-live", "sign")
    assert code == 1
    assert "not-ready-to-go-live" in err


def test_practice_beside_real_records_from_the_shell(tmp_path):
    """``--practice`` takes places of its own, also in the process that serves."""
    variables = {**os.environ, **environment(tmp_path, FORMS_PRODUCTION="true")}
    told = subprocess.run(
        [PROGRAM, "--practice", "complete", "lead-agreement", "--values", VALUES, "--signatures", SIGNATURES],
        env=variables, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "signed-practice" in json.loads(told.stdout)["path"]


def test_the_operator_may_act_with_an_accounts_rights(shell, monkeypatch):
    """``--as`` narrows: an administrator finds no record, a clerk does; nobody's name is a no; roles are changed."""
    document_id = completed(shell)["document_id"]
    for name, position in (("ada", "it"), ("kim", "clerk")):
        monkeypatch.setattr("sys.stdin", io.StringIO("a calm river at noon\n"))
        assert shell("account", "add", name, "--position", position)[0] == 0
    code, out, err = shell("--as", "ada", "find", document_id)
    assert (code, out) == (1, "")
    assert "not-permitted" in err
    assert shell("--as", "kim", "find", document_id)[0] == 0
    assert "not-found" in shell("--as", "nobody", "find", document_id)[2]
    assert shell("account", "roles", "ada", "--role", "clerk")[0] == 0
    assert shell("--as", "ada", "find", document_id)[0] == 0
    assert shell("account", "disable", "ada")[0] == 0
    assert "not-found" in shell("--as", "ada", "find", document_id)[2]


def test_characters_for_pocket_cards_are_drawn(shell):
    """One a line, each whole and another one."""
    code, out, _ = shell("cards", "40")
    assert code == 0
    assert len({parse_card(line) for line in out.splitlines()}) == 40
