"""The server's certificate: one name only, short-lived, renewed by itself, secret where it must be."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from forms_service.errors import TlsFilesUnusableError
from forms_service.tls.authority import make_authority, make_server, speaks_for
from forms_service.tls.server_files import ServerCertificate
from tests.conftest import NOW, make_settings
from tests.web.tls import own_config

HOST = "forms.example.org"


def own(folder: Path, host: str = HOST) -> ServerCertificate:
    """Give the certificate of a service whose settings name none."""
    config = folder / "config"
    return ServerCertificate(
        make_settings(
            folder, FORMS_CONFIG=str(config if config.exists() else own_config(folder)), FORMS_ORIGIN=f"https://{host}"
        )
    )


def served(tls: ServerCertificate, now: datetime = NOW) -> x509.Certificate:
    """Give the certificate that would be served at an instant."""
    return x509.load_pem_x509_certificate(tls.prepare(now).certificate.read_bytes())


def extension(certificate: x509.Certificate, kind):
    """Give an extension with whether it is critical."""
    return certificate.extensions.get_extension_for_class(kind)


def test_the_authority_can_speak_for_the_origins_host_only(tmp_path):
    """Constrained to the name, to servers, to no further authorities and to no address in digits."""
    tls = own(tmp_path)
    leaf = served(tls)
    authority = x509.load_der_x509_certificate(tls.authority().content)
    limits = extension(authority, x509.NameConstraints)
    assert limits.critical
    assert limits.value.permitted_subtrees == [x509.DNSName(HOST)]
    assert [str(one.value) for one in limits.value.excluded_subtrees] == ["0.0.0.0/0", "::/0"]
    assert extension(authority, x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=0)
    for one in (authority, leaf):
        assert list(extension(one, x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]
        assert isinstance(one.public_key().curve, ec.SECP256R1)
    leaf.verify_directly_issued_by(authority)
    assert extension(leaf, x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName) == [HOST]


def test_a_server_certificate_lasts_397_days_at_most(tmp_path):
    """Browsers refuse longer ones."""
    leaf = served(own(tmp_path))
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=397)


def test_keys_are_readable_by_their_owner_alone(tmp_path):
    """Both files with a key have mode 0600, what is handed out holds none."""
    own(tmp_path).prepare(NOW)
    keys = tmp_path / "config" / "keys"
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in keys.iterdir()}
    assert modes == {"authority.pem": 0o600, "server.pem": 0o600, "authority.crt": 0o644}
    assert b"PRIVATE" not in (keys / "authority.crt").read_bytes()


def test_a_certificate_is_renewed_when_less_than_30_days_remain(tmp_path):
    """Not before, so that a start changes nothing; the authority stays, so that devices need nothing."""
    tls = own(tmp_path)
    first, authority = served(tls), tls.authority()
    ends = first.not_valid_after_utc
    assert served(tls, ends - timedelta(days=30)) == first
    renewed = served(tls, ends - timedelta(days=29))
    assert renewed.serial_number != first.serial_number
    assert renewed.not_valid_after_utc > ends
    assert tls.authority() == authority


def test_a_certificate_never_outlives_its_authority(tmp_path):
    """Near the authority's end the certificate ends with it, and a restart makes no new one each time."""
    tls = own(tmp_path)
    tls.prepare(NOW)
    ends = tls.authority().expires_at
    last = served(tls, ends - timedelta(days=10))
    assert last.not_valid_after_utc == ends
    assert served(tls, ends - timedelta(days=9)) == last
    with pytest.raises(TlsFilesUnusableError, match="out of date"):
        tls.prepare(ends)


@pytest.mark.parametrize("content", [b"", b"no certificate", None])
def test_a_broken_or_foreign_server_file_is_made_anew(tmp_path, content):
    """Half a file, or one of another authority, does not keep the service closed."""
    tls = own(tmp_path)
    tls.prepare(NOW)
    foreign = make_server(make_authority(HOST, now=NOW), HOST, now=NOW).pem()
    file = tmp_path / "config" / "keys" / "server.pem"
    file.write_bytes(foreign if content is None else content)
    served(tls).verify_directly_issued_by(x509.load_der_x509_certificate(tls.authority().content))


def test_another_origin_is_refused_with_the_authority_of_the_old_one(tmp_path):
    """The authority is not replaced silently: devices trust the old one."""
    own(tmp_path).prepare(NOW)
    with pytest.raises(TlsFilesUnusableError, match=r"can not speak for other\.example\.org"):
        own(tmp_path, "other.example.org").prepare(NOW)


def test_a_damaged_authority_is_named(tmp_path):
    """A broken key file stops the start; a broken certificate stops handing out."""
    tls = own(tmp_path)
    tls.prepare(NOW)
    keys = tmp_path / "config" / "keys"
    (keys / "authority.crt").write_text("nothing")
    with pytest.raises(TlsFilesUnusableError, match=r"authority\.crt"):
        tls.authority()
    (keys / "authority.pem").write_text("nothing")
    with pytest.raises(TlsFilesUnusableError, match=r"authority\.pem"):
        tls.prepare(NOW)


def test_a_keys_folder_that_can_not_be_written_is_named(tmp_path):
    """A file where the folder should be is a refusal of ours, not a traceback."""
    tls = own(tmp_path)
    (tmp_path / "config" / "keys").write_text("a file")
    with pytest.raises(TlsFilesUnusableError, match="keys"):
        tls.prepare(NOW)


def test_there_is_nothing_to_hand_out_before_the_first_start(tmp_path):
    """Without --tls no authority is made."""
    assert own(tmp_path).authority() is None


def city(folder: Path, host: str = HOST, **changed: bytes) -> ServerCertificate:
    """Give the certificate of a service whose settings name the city's files."""
    pair = make_server(make_authority(host, now=NOW), host, now=NOW)
    key = pair.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files = {"certificate": pair.certificate.public_bytes(serialization.Encoding.PEM), "key": key, **changed}
    for name, content in files.items():
        (folder / f"{name}.pem").write_bytes(content)
    return ServerCertificate(
        make_settings(
            folder, FORMS_ORIGIN=f"https://{HOST}", FORMS_TLS_CERTIFICATE=str(folder / "certificate.pem"),
            FORMS_TLS_KEY=str(folder / "key.pem"),
        )
    )  # fmt: skip


def test_the_citys_certificate_is_served_as_it_is(tmp_path):
    """Its files are given to the server, and there is no authority to hand out."""
    tls = city(tmp_path)
    files = tls.prepare(NOW)
    assert (files.certificate, files.key) == (tmp_path / "certificate.pem", tmp_path / "key.pem")
    assert tls.authority() is None


ENCRYPTED = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"words")
)
OTHER = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"key": ENCRYPTED}, "passphrase"),
        ({"key": OTHER}, "does not belong"),
        ({"key": b"x"}, "PEM"),
        ({"certificate": b"x"}, "PEM"),
    ],
)
def test_a_city_certificate_that_can_not_serve_is_refused(tmp_path, changed, reason):
    """Each reason is told at the start, not by browsers later."""
    tls = city(tmp_path, **changed)
    with pytest.raises(TlsFilesUnusableError, match=reason):
        tls.prepare(NOW)


def test_a_city_certificate_of_another_name_or_time_is_refused(tmp_path):
    """The name and the days are checked against the origin and the clock."""
    with pytest.raises(TlsFilesUnusableError, match=f"does not name {HOST}"):
        city(tmp_path, "www.example.org").prepare(NOW)
    with pytest.raises(TlsFilesUnusableError, match="valid from"):
        city(tmp_path).prepare(NOW + timedelta(days=400))


def test_a_missing_city_file_is_named(tmp_path):
    """A path that leads nowhere is a refusal of ours."""
    tls = city(tmp_path)
    (tmp_path / "key.pem").unlink()
    with pytest.raises(TlsFilesUnusableError, match=r"key\.pem"):
        tls.prepare(NOW)


@pytest.mark.parametrize(
    ("host", "speaks"), [("forms.example.org", True), ("FORMS.example.org", True), ("a.forms.example.org", False)]
)
def test_a_star_stands_for_one_label(host, speaks):
    """As browsers read it."""
    starred = make_server(make_authority("example.org", now=NOW), "*.example.org", now=NOW).certificate
    assert speaks_for(starred, host) is speaks
