"""The seal's key in a token: SoftHSM behind every way in which the service seals and signs."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
from asn1crypto import pem
from pkcs11 import TokenFlag
from pyhanko.pdf_utils.reader import PdfFileReader

from forms_service.cli.findings import Level
from forms_service.documents import pkcs11_key
from forms_service.documents.pkcs11_key import TokenSigner, pin_problem
from forms_service.errors import SealPinRefusedError, SealTokenUnusableError
from forms_service.ports import Services
from forms_service.secret_files import exposures
from forms_service.settings import ROOT, read_settings
from forms_service.setup_check import check_setup
from forms_service.web.health import failing_parts
from forms_service.wiring import build_services
from forms_service.workflow import audit_trail, find, verify
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.paper import PaperRequest
from forms_service.workflow.present import present
from forms_service.workflow.seal_keys import note_certificates
from tests.conftest import NOW, environment, example
from tests.counterparts.softhsm import PIN, Token, ed25519_certificate, lose_sessions
from tests.web.tls import own_config

_numbers = count(1)
MakeToken = Callable[..., Token]


@pytest.fixture
def new_token(softhsm) -> MakeToken:
    """Give how a token of a test's own is made."""
    return lambda kind="ec": softhsm.token(f"records {next(_numbers)}", kind=kind, now=NOW)


def with_token(folder: Path, held: Token, **parts: str) -> dict[str, str]:
    """Give the variables of an installation whose key is in a token."""
    if not (folder / "config").exists():
        own_config(folder)
    usual = {name: value for name, value in environment(folder).items() if not name.startswith("FORMS_SEAL_")}
    return {**usual, "FORMS_CONFIG": str(folder / "config"), **held.variables(**parts)}


def start(folder: Path, held: Token, **parts: str) -> Services:
    """Start with a token."""
    return build_services(read_settings(with_token(folder, held, **parts)))


def completed(services: Services, by) -> str:
    """Complete the usual case and give its document's number."""
    values, signatures = example("lead-agreement")
    return complete(
        services, by, CompletionRequest(form="lead-agreement", values=values, signatures=signatures)
    ).record.document_id


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_token_seals_what_independent_readers_accept(tmp_path, by, new_token, kind):
    """ECDSA and RSA keys that never left the token: our judge and poppler's find the seal good; a checkpoint too."""
    services = start(tmp_path, new_token(kind))
    sealed_pdf = find.open_document(services, by, completed(services, by))
    assert verify.verify(services, by, sealed_pdf).file.outcome == "unchanged"
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed_pdf)
    told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    audit_trail.take_checkpoint(services, by)
    assert audit_trail.check_trail(services, by).holds
    (tmp_path / "signed.p7m").write_bytes(services.sealer.sign(b"what was decided", signed_at=NOW))
    opened = ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", tmp_path / "signed.p7m"]
    assert subprocess.run(opened, capture_output=True, check=True).stdout == b"what was decided"


def test_a_certificate_in_a_file_brings_its_issuers(tmp_path, by, new_token):
    """Where the token holds no certificate a PEM file does, the key's own first; the whole chain is in the seal."""
    token = new_token()
    services = start(tmp_path, token, certificate=str(token.chain_file))
    sealed_pdf = find.open_document(services, by, completed(services, by))
    seal = PdfFileReader(BytesIO(sealed_pdf)).embedded_regular_signatures[0]
    assert [one.subject.native["common_name"] for one in seal.other_embedded_certs] == ["City authority"]
    assert verify.verify(services, by, sealed_pdf).file.outcome == "unchanged"


def test_a_lost_session_is_opened_again(tmp_path, by, new_token):
    """A token that was restarted between two seals costs nobody anything; the alarm page sees it too."""
    services = start(tmp_path, new_token())
    lose_sessions()
    assert completed(services, by)
    lose_sessions()
    assert failing_parts(services) == ()


def test_a_token_pulled_out_refuses_and_leaves_nothing_half(tmp_path, by, new_token):
    """Nothing is archived without its seal; when the token is back, the same agreement is archived once."""
    token = new_token()
    services = start(tmp_path, token)
    with token.pulled_out():
        for _ in range(2):
            with pytest.raises(SealTokenUnusableError, match=token.label):
                completed(services, by)
        assert failing_parts(services) == ("seal",)
        assert not list((tmp_path / "signed").rglob("agreement.pdf"))
        with pytest.raises(SealTokenUnusableError):
            audit_trail.take_checkpoint(services, by)
    assert failing_parts(services) == ()
    assert completed(services, by) == completed(services, by)
    assert [one.name for one in (tmp_path / "signed").rglob("agreement.pdf")] == ["agreement.pdf"]


def test_a_key_that_was_taken_out_of_the_token_is_noticed(tmp_path, new_token):
    """The alarm page asks for the key itself, not only whether the token answers."""
    token = new_token()
    services = start(tmp_path, token)
    token.forget_key()
    assert failing_parts(services) == ("seal",)


def test_eight_threads_seal_at_once(tmp_path, by, new_token):
    """As many as the server has, while the token is restarted under them: each gets a seal that holds."""
    services = start(tmp_path, new_token())
    request = PaperRequest(form="lead-agreement", values=example("lead-agreement")[0], language="en")
    stamped = present(services, by, request).pdf

    def seal(number: int) -> bytes:
        return services.sealer.seal(stamped, sealed_at=NOW.replace(minute=number)).sealed_pdf

    with ThreadPoolExecutor(max_workers=8) as threads:
        sealed = list(threads.map(seal, range(24)))
    assert len(set(sealed)) == 24
    for one in sealed:
        assert not {"signature-broken", "digest-broken", "certificate-not-trusted"} & set(
            services.inspector.verify(one, now=NOW).reasons
        )


def test_a_token_that_hangs_keeps_nobody_waiting_for_ever(tmp_path, new_token):
    """While one thread is inside the module, another is refused after its wait."""
    token = start(tmp_path, new_token()).settings.seal_token
    signer = TokenSigner(token, tmp_path / "note", longest_wait_s=0.05)
    with pkcs11_key._ONE_AT_A_TIME, pytest.raises(SealTokenUnusableError, match=r"not answered for 0\.05 seconds"):
        signer.ping()
    signer.ping()


def test_a_wrong_pin_is_never_tried_again(tmp_path, new_token):
    """A token locks itself after a few: neither the next start nor a look at the settings asks it again."""
    token = new_token()
    token.pin_file.write_text("00000000\n")
    before = token.pin_file.stat()
    with pytest.raises(SealPinRefusedError):
        start(tmp_path, token)
    token.pin_file.write_text(f"{PIN}\n")  # right, but the same file by its time and size: whoever asked would get in
    os.utime(token.pin_file, ns=(before.st_atime_ns, before.st_mtime_ns))
    for _ in range(2):
        with pytest.raises(SealPinRefusedError):
            start(tmp_path, token)
    (told,) = [one for one in check_setup(with_token(tmp_path, token), now=NOW) if one.place == "seal"]
    assert (told.level, "is not tried again" in told.words) == (Level.PROBLEM, True)
    token.pin_file.write_text(f"{PIN}\n")
    assert not start(tmp_path, token).sealer.is_test_seal


def test_a_pin_that_changed_while_serving_is_tried_once(tmp_path, by, new_token):
    """The process itself remembers, also where it may not write the note."""
    token = new_token()
    services = start(tmp_path, token)
    token.pin_file.write_text("00000000\n")
    before = token.pin_file.stat()
    note = tmp_path / "config" / "keys" / "seal-pin-refused"
    note.mkdir(parents=True)
    lose_sessions()
    with pytest.raises(SealTokenUnusableError, match="can not be read"):
        completed(services, by)
    note.rmdir()
    (tmp_path / "config" / "keys").rename(tmp_path / "elsewhere")
    (tmp_path / "config" / "keys").write_text("a file where the folder should be")
    with pytest.raises(SealPinRefusedError):
        completed(services, by)
    token.pin_file.write_text(f"{PIN}\n")
    os.utime(token.pin_file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(SealPinRefusedError):
        completed(services, by)


def test_the_last_try_is_left_to_a_person():
    """What a token says of its PIN is heeded before one is given."""
    assert pin_problem(TokenFlag.LOGIN_REQUIRED | TokenFlag.USER_PIN_COUNT_LOW) == ""
    assert "locks it" in pin_problem(TokenFlag.USER_PIN_FINAL_TRY)
    assert "is locked" in pin_problem(TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_LOCKED)


@pytest.mark.parametrize(
    ("part", "value", "told"),
    [
        ("module", "/nowhere/libpkcs11.so", "/nowhere/libpkcs11.so"),
        ("module", str(ROOT / "README.md"), "README.md"),
        ("token", "another token", "another token"),
        ("key", "another key", "private key with label 'another key'"),
        ("certificate", "another one", "certificate with label 'another one'"),
        ("certificate", "/nowhere/chain.pem", "chain.pem can not be read"),
        ("certificate", str(ROOT / "README.md"), "README.md can not be read"),
        ("pin", "/nowhere/pin", "the PIN's file pin can not be read"),
    ],
)
def test_what_is_missing_is_named(tmp_path, new_token, part, value, told):
    """Each part by itself: the start and the look at the settings say which one."""
    token = new_token()
    with pytest.raises(SealTokenUnusableError, match=re.escape(told)):
        start(tmp_path, token, **{part: value})
    found = [one for one in check_setup(with_token(tmp_path, token, **{part: value}), now=NOW) if one.place == "seal"]
    assert [told in one.words for one in found] == [True]


def test_an_empty_pin_is_not_tried(tmp_path, new_token):
    """A file that is still empty is told as such."""
    token = new_token()
    token.pin_file.write_text("\n")
    with pytest.raises(SealTokenUnusableError, match="is empty"):
        start(tmp_path, token)


@pytest.mark.parametrize(("kind", "others"), [("ec", "ec"), ("ec", "rsa"), ("rsa", "ec")])
def test_a_certificate_of_another_key_stops_the_start(tmp_path, new_token, kind, others):
    """A seal that nobody could verify is not begun with, whatever the kinds of the keys."""
    with pytest.raises(SealTokenUnusableError, match="do not fit"):
        start(tmp_path, new_token(kind), certificate=str(new_token(others).chain_file))


@pytest.mark.parametrize(
    "content", [b"", b"no certificate", pem.armor("CERTIFICATE", b"\x30\x00"), pem.armor("CERTIFICATE", b"\x30\x05")]
)
def test_a_certificate_that_is_none_stops_the_start(tmp_path, new_token, content):
    """Rubbish, in armour or without, is told as what it is."""
    (tmp_path / "chain.pem").write_bytes(content)
    token = new_token()
    with pytest.raises(SealTokenUnusableError, match=r"chain\.pem can not be read"):
        start(tmp_path, token, certificate=str(tmp_path / "chain.pem"))


def test_a_certificate_in_the_token_that_is_none_stops_the_start(tmp_path, new_token):
    """What bears the label in the token is read as closely as a file."""
    token = new_token()
    token.put_certificate("odd", b"\x30\x00")
    with pytest.raises(SealTokenUnusableError, match="the certificate odd can not be read"):
        start(tmp_path, token, certificate="odd")


def test_a_key_of_another_kind_is_refused(tmp_path, new_token):
    """What few readers of PDF know is no seal."""
    with pytest.raises(SealTokenUnusableError, match="RSA or ECDSA"):
        start(tmp_path, new_token(), certificate=str(ed25519_certificate(tmp_path / "odd.pem", now=NOW)))


def test_others_who_can_read_the_pin_stop_the_start(tmp_path, new_token):
    """Its file is a secret like the passphrase of a PKCS#12 file."""
    token = new_token()
    token.pin_file.chmod(0o644)
    settings = start(tmp_path, token).settings
    assert [token.pin_file.name in one for one in exposures(settings.secret_files)] == [True]


def test_from_a_file_to_a_token_no_old_seal_becomes_foreign(tmp_path, by, new_token):
    """The certificates of former keys lie where they lay; what the file's key sealed and signed still holds."""
    config = own_config(tmp_path)
    usual = {name: one for name, one in environment(tmp_path).items() if not name.startswith("FORMS_SEAL_")}
    first = build_services(read_settings({**usual, "FORMS_CONFIG": str(config)}))
    note_certificates(first, by)
    old_pdf = find.open_document(first, by, completed(first, by))
    audit_trail.take_checkpoint(first, by)
    second = start(tmp_path, new_token())
    assert not second.sealer.is_test_seal
    assert verify.verify(second, by, old_pdf).file.outcome == "unchanged"
    audit_trail.take_checkpoint(second, by)
    assert audit_trail.check_trail(second, by).holds
    assert note_certificates(second, by)


def test_practice_beside_real_records_never_uses_the_token(tmp_path, new_token):
    """The agency's own key seals real records alone."""
    services = start(tmp_path, new_token())
    real = {**with_token(tmp_path, new_token()), "FORMS_PRODUCTION": "true", "FORMS_PRACTICE": "true"}
    assert services.settings.seal_token is not None
    assert build_services(read_settings(real)).sealer.is_test_seal
