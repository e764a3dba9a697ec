"""Trust is handed out where an authority of our own serves, and nowhere else."""

from __future__ import annotations

import pytest

from forms_service import cli
from forms_service.cli.service import usual_address
from forms_service.web.app import create_app
from tests.conftest import NOW, make_services, make_settings
from tests.web.conftest import Visitor
from tests.web.tls import own_config

PATHS = ["/trust", "/trust/authority.crt", "/trust/authority.mobileconfig", "/trust/address.svg"]
ORIGIN = "https://forms.example.org"


@pytest.mark.parametrize("path", PATHS)
def test_without_an_authority_of_our_own_there_is_nothing(stranger, path):
    """Plain loopback, or the city's certificate: the pages do not exist."""
    assert stranger.get(path).status_code == 404


def test_the_pages_need_no_sign_in(tmp_path):
    """A new device has no session yet."""
    services = make_services(tmp_path, FORMS_CONFIG=str(own_config(tmp_path)), FORMS_ORIGIN=ORIGIN)
    services.tls.prepare(NOW)
    visitor = Visitor(create_app(services.settings, services), ORIGIN)
    assert [visitor.get(path).status_code for path in PATHS] == [200] * 4
    assert "forms.example.org" in visitor.get("/trust").text


def test_the_shell_says_what_there_is(tmp_path, capsys):
    """No authority yet is a no; with the city's certificate its file is named."""
    services = make_services(tmp_path)
    no = make_services(tmp_path, FORMS_CONFIG=str(own_config(tmp_path)))
    assert cli.run(lambda: no, ["tls", "show"]) == 1
    city = make_services(tmp_path, FORMS_TLS_CERTIFICATE="/etc/city.pem", FORMS_TLS_KEY="/etc/city.key")
    assert cli.run(lambda: city, ["tls", "show"]) == 0
    assert "/etc/city.pem" in capsys.readouterr().out
    assert services.tls.authority() is None


@pytest.mark.parametrize(
    ("origin", "tls", "address"),
    [
        ("http://localhost:8080", False, "127.0.0.1:8080"),
        ("https://forms.example.org", False, "127.0.0.1:8080"),
        ("https://forms.example.org", True, "0.0.0.0:443"),
        ("https://forms.example.org:8443", True, "0.0.0.0:8443"),
        ("https://localhost", True, "127.0.0.1:443"),
    ],
)
def test_only_tls_for_others_listens_beyond_loopback(tmp_path, origin, tls, address):
    """Without --tls the service never leaves the machine by itself."""
    assert usual_address(make_settings(tmp_path, FORMS_ORIGIN=origin), tls=tls) == address
