"""The authority stamps, tells what is withdrawn, and ends; the useless servers are useless in their own way."""

from __future__ import annotations

import hashlib
import socket
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from asn1crypto import crl, ocsp, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from tests.counterparts.timestamps import PASSPHRASE, authority_server

DIGEST = hashlib.sha256(b"sealed").digest()


def certificate(file) -> x509.Certificate:
    """Give the certificate of a PKCS#12 file."""
    found = pkcs12.load_pkcs12(file.read_bytes(), PASSPHRASE.encode()).cert
    assert found
    return x509.Certificate.load(found.certificate.public_bytes(Encoding.DER))


def ask_time_stamp(url: str) -> bytes:
    """Ask for a time stamp of a digest; give the answer's bytes."""
    wanted = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST},
            "cert_req": True,
        }
    )
    asked = Request(url, wanted.dump(), {"Content-Type": "application/timestamp-query"})  # noqa: S310  # loopback
    with urlopen(asked, timeout=3) as answer:  # noqa: S310  # loopback
        return answer.read()


def status_of(url: str, root: x509.Certificate, one: x509.Certificate) -> str:
    """Ask OCSP for a certificate's status."""
    identity = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": root.subject.sha1,
        "issuer_key_hash": root.public_key.sha1,
        "serial_number": one.serial_number,
    }
    wanted = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": identity}]}})
    asked = Request(url, wanted.dump(), {"Content-Type": "application/ocsp-request"})  # noqa: S310  # loopback
    with urlopen(asked, timeout=3) as answer:  # noqa: S310  # loopback
        told = ocsp.OCSPResponse.load(answer.read())
    return str(told.basic_ocsp_response["tbs_response_data"]["responses"][0]["cert_status"].name)


def test_the_authority_stamps_our_digest(authority):
    """The time stamp is granted and is over the digest that was sent."""
    told = tsp.TimeStampResp.load(ask_time_stamp(authority.time_stamp_url))
    assert told["status"]["status"].native == "granted"
    stamped = told["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert stamped["message_imprint"]["hashed_message"].native == DIGEST


def test_ocsp_and_crl_tell_the_withdrawn_certificate_from_the_good_one(authority):
    """Both services name the withdrawn one and only that."""
    root = x509.Certificate.load(authority.root_certificate_der)
    good, withdrawn = certificate(authority.sealer_pkcs12), certificate(authority.withdrawn_pkcs12)
    assert status_of(authority.ocsp_url, root, good) == "good"
    assert status_of(authority.ocsp_url, root, withdrawn) == "revoked"
    with urlopen(authority.crl_url, timeout=3) as answer:  # noqa: S310  # loopback
        listed = crl.CertificateList.load(answer.read())["tbs_cert_list"]["revoked_certificates"]
    assert [one["user_certificate"].native for one in listed] == [withdrawn.serial_number]


def test_a_certificate_says_where_to_ask(authority):
    """The seal's certificate carries the addresses of OCSP and CRL."""
    good = certificate(authority.sealer_pkcs12)
    assert good.ocsp_urls == [authority.ocsp_url]
    assert [one.url for one in good.crl_distribution_points] == [authority.crl_url]


def test_the_authority_ends_with_its_block(tmp_path):
    """Afterwards nothing listens on its port."""
    with authority_server(tmp_path / "authority") as one:
        address = urlsplit(one.time_stamp_url)
        socket.create_connection((address.hostname, address.port), timeout=3).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", address.port), timeout=3)


def test_the_silent_server_accepts_and_never_answers(silent_time_stamp_url):
    """Asking it ends in the asker's own time-out."""
    address = urlsplit(silent_time_stamp_url)
    with socket.create_connection((address.hostname, address.port), timeout=0.3) as asked:
        asked.sendall(b"POST /tsa HTTP/1.0\r\n\r\n")
        with pytest.raises(TimeoutError):
            asked.recv(1)


def test_the_rubbish_server_answers_what_is_no_time_stamp(rubbish_time_stamp_url):
    """Its answer has the right type and can not be read."""
    answer = tsp.TimeStampResp.load(ask_time_stamp(rubbish_time_stamp_url))
    with pytest.raises(ValueError, match="pars"):
        _ = answer.native
