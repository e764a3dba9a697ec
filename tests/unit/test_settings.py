"""Settings: every problem is told together, and nothing unknown is let pass."""

from __future__ import annotations

import pytest

from forms_service.errors import ConfigurationError
from forms_service.settings import ROOT, read_settings, read_with_problems


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
