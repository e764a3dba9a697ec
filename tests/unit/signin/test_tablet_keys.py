"""The keys for tablets: made once, kept on rotation, and no message passes for another."""

from __future__ import annotations

import base64
import hashlib
import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import ECKey, OctKey

from forms_service.domain.evidence import canonical_json
from forms_service.errors import (
    AuthorNotProvedError,
    DeviceKeyRefusedError,
    EnvelopeNotOpenedError,
    EnvelopeSignatureError,
    EnvelopeUnreadableError,
    TabletKeysUnusableError,
)
from forms_service.signin.tablet_keys import TabletKeyFiles

KIND = "forms-envelope+jws"
DEVICE = ECKey.generate_key("P-256")
SEALING = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM", "A128GCM", "DEF"])


@pytest.fixture
def files(tmp_path):
    """Give where the two files lie."""
    return tmp_path / "keys" / "e.jwks", tmp_path / "keys" / "r.jwks"


@pytest.fixture
def keys(files):
    """Give keys that were just made."""
    return TabletKeyFiles(*files)


def seal(keys, content: bytes = b"{}", **header) -> str:
    """Seal to the present envelope key."""
    public = keys.public_keys()["envelope"]
    named = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": public["kid"], **header}
    key = ECKey.import_key({name: public[name] for name in ("kty", "crv", "x", "y")})
    return jwe.encrypt_compact(named, content, key, registry=SEALING)


def test_keys_are_made_once_and_for_their_owner_alone(files, keys):
    """A second start finds the same; nobody else can read them; two different ones."""
    assert TabletKeyFiles(*files).public_keys() == keys.public_keys()
    assert [stat.S_IMODE(one.stat().st_mode) for one in files] == [0o600, 0o600]
    assert keys.public_keys()["envelope"]["kid"] != keys.public_keys()["receipt"]["kid"]
    assert all("d" not in one for one in keys.public_keys().values())
    assert sorted(one.name for one in files[0].parent.iterdir()) == ["e.jwks", "r.jwks"]


def test_the_kid_is_the_thumbprint(keys):
    """RFC 7638, computed here by hand."""
    public = keys.public_keys()["envelope"]
    parts = {name: public[name] for name in ("crv", "kty", "x", "y")}
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).digest()
    assert public["kid"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_what_was_sealed_to_an_earlier_key_still_opens(files, keys):
    """A rotation adds a key before the others; a credential of the old one still names its author."""
    sealed, credential = seal(keys, b"earlier"), keys.credential({"sub": "account:1"})
    names = list(keys.renew().values())
    later = TabletKeyFiles(*files)
    assert [one["kid"] for one in later.public_keys().values()] == names
    assert later.opened(sealed) == b"earlier"
    assert later.opened(seal(later, b"later")) == b"later"
    assert later.credential_claims(credential) == {"sub": "account:1"}
    with pytest.raises(EnvelopeNotOpenedError):
        keys.opened(seal(later))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"keys": []}', '{"keys": [{"kty": "EC"}]}', '{"keys": 1}'])
def test_a_file_that_holds_no_keys_stops_the_start(files, content):
    """It is never replaced by new keys: what was sealed to the old ones would be lost."""
    files[0].parent.mkdir()
    files[0].write_text(content)
    with pytest.raises(TabletKeysUnusableError):
        TabletKeyFiles(*files)
    assert files[0].read_text() == content


def test_public_keys_or_those_of_another_curve_stop_the_start(files):
    """They could not open, or not sign."""
    files[0].parent.mkdir()
    for key in (DEVICE.as_dict(private=False), ECKey.generate_key("P-384").as_dict(private=True)):
        files[0].write_text(json.dumps({"keys": [key]}))
        with pytest.raises(TabletKeysUnusableError):
            TabletKeyFiles(*files)


def test_a_folder_that_takes_no_keys_stops_the_start(tmp_path):
    """It is said which file."""
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(TabletKeysUnusableError):
        TabletKeyFiles(tmp_path / "keys" / "e.jwks", tmp_path / "keys" / "r.jwks")


@pytest.mark.parametrize(
    "supplied",
    [
        None, [], "x", {}, {"kty": "EC", "crv": "P-256"}, DEVICE.as_dict(private=True),
        ECKey.generate_key("P-384").as_dict(private=False), {"kty": "oct", "k": "AAAA", "crv": "P-256"},
        {**DEVICE.as_dict(private=False), "x": "AAAA"}, {**DEVICE.as_dict(private=False), "x": 1},
        {**DEVICE.as_dict(private=False), "y": DEVICE.as_dict(private=False)["x"]},
    ],
)  # fmt: skip
def test_a_key_that_signs_nothing_for_us_is_refused(keys, supplied):
    """Private, of another kind or curve, not on the curve, or no key."""
    with pytest.raises(DeviceKeyRefusedError):
        keys.device_key(supplied)


def test_only_the_public_parts_of_a_key_are_kept(keys):
    """Whatever else a JWK says."""
    kept = keys.device_key({**DEVICE.as_dict(private=False), "ext": True, "key_ops": ["verify"], "kid": "mine"})
    assert set(json.loads(kept.jwk)) == {"kty", "crv", "x", "y"}
    assert kept.thumbprint == DEVICE.thumbprint()


def signed(kind: str = KIND, key=DEVICE, payload: bytes = b"{}", **header) -> str:
    """Sign as a device."""
    named = {"alg": "ES256", "kid": "device", "typ": kind, **header}
    return jws.serialize_compact(named, payload, key, algorithms=["ES256", "HS256"])


UNSIGNED = (
    base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "device", "typ": KIND}).encode()).rstrip(b"=").decode()
    + ".e30."
)


def own(keys) -> str:
    """Give the device's key as the ledger keeps it."""
    return keys.device_key(DEVICE.as_dict(private=False)).jwk


def test_a_message_is_its_devices_or_nothing(keys):
    """The signature of another key, or over other words, is none."""
    assert keys.verified(signed(payload=b"words"), own(keys), KIND) == b"words"
    head, _, tail = signed(payload=b"words").split(".")
    for forged in (signed(key=ECKey.generate_key("P-256")), f"{head}.e30.{tail}"):
        with pytest.raises(EnvelopeSignatureError):
            keys.verified(forged, own(keys), KIND)


@pytest.mark.parametrize(
    "message",
    [
        "", ".", "..", "a.b.c", "é.é.é", signed("forms-check+jws"), signed(alg="HS256", key=OctKey.generate_key()),
        UNSIGNED, signed() + ".x", signed().replace(".", "..", 1),
    ],
)  # fmt: skip
def test_what_is_no_message_of_the_kind_is_refused(keys, message):
    """Another kind, another algorithm, none at all, or no JWS."""
    with pytest.raises((EnvelopeUnreadableError, EnvelopeSignatureError)):
        keys.verified(message, own(keys), KIND)


def test_the_public_key_is_no_shared_secret(keys):
    """The classic confusion: a MAC made with the public key's text."""
    secret = OctKey.import_key(own(keys))
    with pytest.raises(EnvelopeUnreadableError):
        keys.verified(signed(alg="HS256", key=secret), own(keys), KIND)


def test_a_receipt_is_no_credential_and_neither_is_a_device_message(keys):
    """Each names its kind, so that none passes for another."""
    for forged in (keys.receipt({"sub": "account:1"}), signed("forms-author+jwt"), "", "x.y.z"):
        with pytest.raises(AuthorNotProvedError):
            keys.credential_claims(forged)
    device_kid = signed("forms-author+jwt", kid=keys.public_keys()["receipt"]["kid"])
    with pytest.raises(AuthorNotProvedError):
        keys.credential_claims(device_kid)


def test_a_sealed_message_opens_whole_or_not_at_all(keys):
    """Another method, a changed part, compressed content, an unknown key."""
    good = seal(keys, b"words")
    assert keys.opened(good) == b"words"
    parts = good.split(".")
    forged = [
        ".".join([*parts[:n], ("B" if parts[n][:1] != "B" else "C") + parts[n][1:], *parts[n + 1 :]]) for n in range(5)
    ]
    forged += [seal(keys, kid="other"), seal(keys, enc="A128GCM"), seal(keys, b"x" * 100_000, zip="DEF"), "", "é"]
    for one in forged:
        with pytest.raises(EnvelopeNotOpenedError):
            keys.opened(one)


def test_a_signature_of_eighty_seconds_fits(keys):
    """The library's own limits would refuse it."""
    content = canonical_json({"strokes": [[[99999, 99999, 80000, 1000]] * 20_000]})
    sealed = seal(keys, content)
    message = jws.serialize_compact({"alg": "ES256", "kid": "device", "typ": KIND}, sealed, DEVICE)
    assert len(message) < 2 * 1024 * 1024
    assert keys.opened(keys.verified(message, own(keys), KIND).decode()) == content


@pytest.fixture(scope="module")
def kept_keys(tmp_path_factory):
    """Give keys that were made once."""
    folder = tmp_path_factory.mktemp("keys")
    return TabletKeyFiles(folder / "e.jwks", folder / "r.jwks")


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda noise: noise.decode("latin-1")))
def test_noise_is_refused(kept_keys, noise):
    """Whatever the text: a refusal of ours."""
    with pytest.raises(EnvelopeNotOpenedError):
        kept_keys.opened(noise)
    with pytest.raises(EnvelopeUnreadableError):
        kept_keys.unverified_device(noise, KIND)
    with pytest.raises(AuthorNotProvedError):
        kept_keys.credential_claims(noise)


def test_a_file_that_can_not_be_replaced_is_said(files, keys):
    """The present keys stay in use."""
    files[0].unlink()
    files[0].mkdir()
    (files[0] / "in the way").touch()
    with pytest.raises(TabletKeysUnusableError):
        keys.renew()
