"""Settings: every problem is told together, and nothing unknown is let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_service.errors import ConfigurationError
from forms_service.settings import ROOT, read_settings, read_with_problems
from forms_service.settings.seal_token import SealToken


def test_defaults_lie_in_the_checkout():
    """Without a variable everything lies where the README says."""
    settings = read_settings({"PATH": "/bin"})
    assert (settings.archive, settings.database) == (ROOT / "signed", ROOT / "var/forms.sqlite3")
    assert settings.is_local
    assert not settings.production


def test_every_problem_is_told_together(tmp_path):
    """Unknown variables, unknown keys and wrong kinds stand in one message."""
    (tmp_path / "service.toml").write_text('[web]\norigin = "http://10.0.0.5"\nnonsense = 1\n[elsewhere]\n')
    (tmp_path / "agency.toml").write_text(
        '[agency]\nzone = "Mars/Base"\n[rules]\nvictim_rule = "maybe"\nlead_min_age = "x"\n[case_number]\npattern = "["\n'
        '[sign_in]\nnotice = "one text"\n'
    )
    variables = {
        "FORMS_CONFIG": str(tmp_path),
        "FORMS_NONSENSE": "1",
        "FORMS_PRODUCTION": "yes",
        "FORMS_TSA_URL": "ftp://x",
        "FORMS_ARCHIVE": "",
    }
    with pytest.raises(ConfigurationError) as refused:
        read_settings(variables)
    for word in (
        "FORMS_NONSENSE",
        "web.nonsense",
        "elsewhere",
        "digits",
        "Mars/Base",
        "victim_rule",
        "lead_min_age",
        "pattern",
        "notice",
        "FORMS_PRODUCTION",
        "FORMS_TSA_URL",
        "FORMS_ARCHIVE",
    ):
        assert word in str(refused.value)


def test_a_missing_or_broken_file_is_a_problem(tmp_path):
    """No agency, no service; a file that is no TOML is named."""
    with pytest.raises(ConfigurationError, match=r"agency\.toml is missing"):
        read_settings({"FORMS_CONFIG": str(tmp_path)})
    (tmp_path / "agency.toml").write_text("=")
    with pytest.raises(ConfigurationError, match=r"agency\.toml"):
        read_settings({"FORMS_CONFIG": str(tmp_path)})


def test_certificate_and_key_are_given_together():
    """One without the other would serve nothing."""
    with pytest.raises(ConfigurationError, match="given together"):
        read_settings({"FORMS_TLS_CERTIFICATE": "/etc/city.pem"})


def test_problems_can_be_had_beside_what_could_be_read():
    """A check goes on with the rest where a start stops."""
    settings, problems = read_with_problems({"FORMS_NONSENSE": "1", "FORMS_PRODUCTION": "perhaps"})
    assert len(problems) == 2
    assert settings.host == "localhost"


TOKEN = {
    "FORMS_SEAL_PKCS11_MODULE": "/usr/lib/module.so",
    "FORMS_SEAL_PKCS11_TOKEN": "records",
    "FORMS_SEAL_PKCS11_KEY": "seal",
    "FORMS_SEAL_PKCS11_CERTIFICATE": "seal",
    "FORMS_SEAL_PKCS11_PIN": "/run/secrets/pin",
}


def test_a_token_is_read_from_file_and_variables(tmp_path):
    """A variable wins over its key; the PIN's file is one of the secrets."""
    (tmp_path / "agency.toml").write_text("")
    (tmp_path / "service.toml").write_text(
        '[seal]\npkcs11_token = "of the file"\npkcs11_certificate = "/etc/seal.pem"\n'
    )
    without = {name: value for name, value in TOKEN.items() if not name.endswith("CERTIFICATE")}
    settings = read_settings({"FORMS_CONFIG": str(tmp_path), **without})
    assert settings.seal_token == SealToken(
        module=Path("/usr/lib/module.so"),
        label="records",
        key="seal",
        certificate="/etc/seal.pem",
        pin=Path("/run/secrets/pin"),
    )
    assert settings.seal_token.certificate_file == Path("/etc/seal.pem")
    assert Path("/run/secrets/pin") in settings.secret_files
    assert read_settings(TOKEN).seal_token.certificate_file is None
    assert read_settings({}).seal_token is None


def test_every_problem_of_a_token_is_told_together():
    """Parts that are missing, paths that hang on where one stands, and a second key beside it."""
    wrong = {"FORMS_SEAL_PKCS11_MODULE": "module.so", "FORMS_SEAL_PKCS11_KEY": " ", "FORMS_SEAL_KEY": "/etc/seal.p12"}
    settings, problems = read_with_problems({**wrong, "FORMS_SEAL_PKCS11_SLOT": "1"})
    told = " | ".join(problems)
    assert settings.seal_token is None
    for word in (
        "pkcs11_module: expected a whole path",
        "pkcs11_token",
        "pkcs11_key:",
        "pkcs11_certificate",
        "pkcs11_pin",
        "not both",
        "PKCS11_SLOT",
    ):
        assert word in told
    assert len(problems) == 7


@pytest.mark.parametrize("other", ["FORMS_SEAL_KEY", "FORMS_SEAL_PASSPHRASE"])
def test_one_seal_has_one_key(other):
    """A file and a token together: nobody guesses which was meant."""
    with pytest.raises(ConfigurationError, match="not both"):
        read_settings({**TOKEN, other: "/etc/seal"})


def test_a_token_in_the_file_holds_text(tmp_path):
    """A number where a label belongs is told, as is a PKCS#12 key in the same table."""
    (tmp_path / "agency.toml").write_text("")
    (tmp_path / "service.toml").write_text('[seal]\nkey = "/etc/seal.p12"\npkcs11_token = 7\n')
    with pytest.raises(ConfigurationError, match=r"pkcs11_token: expected text.*not both"):
        read_settings({"FORMS_CONFIG": str(tmp_path)})


@pytest.mark.parametrize(("hours", "good"), [(1, True), (12, True), (13, False), (24, False), (0, False)])
def test_nobody_stays_signed_in_for_more_than_twelve_hours(tmp_path, hours, good):
    """CJIS IA-11: a new sign-in every 12 hours; an agency may ask for it sooner, not later."""
    (tmp_path / "agency.toml").write_text("")
    (tmp_path / "service.toml").write_text(f"[web]\nsession_hours = {hours}\n")
    settings, problems = read_with_problems({"FORMS_CONFIG": str(tmp_path)})
    assert (problems == ()) is good
    assert (settings.session_hours == hours) is good
    assert good or "from 1 to 12" in problems[0]


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"FORMS_SEAL_LEVEL": "B-T"}, "B-T needs a time-stamp server"),
        ({"FORMS_SEAL_LEVEL": "B-LTA"}, "B-LTA needs a time-stamp server"),
        ({"FORMS_SEAL_LEVEL": "B-LT", "FORMS_TSA_URL": "http://tsa.example"}, "B-LT needs the certificates"),
        ({"FORMS_SEAL_LEVEL": "gold", "FORMS_TSA_URL": "http://tsa.example"}, "expected B-B, B-T, B-LT, B-LTA"),
        ({"FORMS_SEAL_TRUSTED": "a::b"}, "expected a list of files"),
    ],
)
def test_a_level_without_what_it_needs_is_a_problem(variables, problem):
    """Each is told with what is missing."""
    with pytest.raises(ConfigurationError, match=problem):
        read_settings(variables)


def test_the_level_follows_the_time_stamp_server_where_none_is_named(tmp_path):
    """As before there were levels; a file names level, trusted certificates and days before a renewal."""
    assert read_settings({}).seal_level == "B-B"
    assert read_settings({"FORMS_TSA_URL": "http://tsa.example"}).seal_level == "B-T"
    (tmp_path / "agency.toml").write_text('[agency]\nname = "X"\n')
    words = 'tsa_url = "http://tsa.example"\nlevel = "B-LTA"\ntrusted = ["/a.pem", "/b.pem"]\nrenew_days = 90\n'
    (tmp_path / "service.toml").write_text(f"[seal]\n{words}")
    found = read_settings({"FORMS_CONFIG": str(tmp_path)})
    assert (found.seal_level, found.renew_days) == ("B-LTA", 90)
    assert [str(one) for one in found.seal_trusted] == ["/a.pem", "/b.pem"]


def test_practice_beside_real_records_asks_no_time_stamp_server():
    """Its level follows."""
    variables = {"FORMS_PRACTICE": "true", "FORMS_PRODUCTION": "true", "FORMS_TSA_URL": "http://tsa.example"}
    found = read_settings(variables)
    assert (found.tsa_url, found.seal_level) == ("", "B-B")
