"""The tablet's doors: parse, call one use case, answer.

* ``enrol``, ``envelope`` and ``check`` know no session: a code, or the device's own signature, is the right.
* ``author`` and ``half-signed`` want both: an officer who proved who they are, and the device that asks.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from hashlib import sha256
from hmac import compare_digest

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from forms_service.errors import (
    ContentDigestMismatchError,
    ContentDigestMissingError,
    EnvelopeUnreadableError,
    JsonUnreadableError,
    SignInNeededError,
)
from forms_service.web import session
from forms_service.web.current import current_account, current_actor, current_services
from forms_service.workflow.devices import AUTHOR_KIND, check_in, give_credential
from forms_service.workflow.enrol_device import NewDevice, enrol_device
from forms_service.workflow.half_signed import HALF_SIGNED_KIND, give_half_signed
from forms_service.workflow.permission import Act
from forms_service.workflow.receive_envelope import receive_envelope
from forms_service.workflow.tablet_forms import tablet_forms

views = Blueprint("tablet", __name__, url_prefix="/tablet")
JOSE, JWT = "application/jose", "application/jwt"
_DIGEST = re.compile(r"(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):[ \t]*(?=[,;]|$)")


@views.get("/forms.json")
def forms() -> ResponseReturnValue:
    """Give all that a tablet keeps; who has it already is told that nothing changed."""
    data = tablet_forms(current_services(), current_actor())
    answer = jsonify(data)
    answer.set_etag(data["digest"])
    return answer.make_conditional(request)


@views.post("/enrol")
def enrol() -> ResponseReturnValue:
    """Take a code and a device's public key; give its id and the keys it seals to and trusts."""
    request.get_data()  # one that is too large is refused as that
    sent = request.get_json(silent=True) if request.is_json else None
    if not isinstance(sent, dict):
        raise JsonUnreadableError(name="body", problem="expected a JSON object")
    texts = {name: one if isinstance(one := sent.get(name), str) else "" for name in ("code", "label", "app_version")}
    services = current_services()
    wanted = NewDevice(**texts, key=sent.get("key"))
    device = enrol_device(services, current_actor(), wanted)
    return jsonify(device_id=device.id, keys=services.tablet_keys.public_keys())


@views.put("/envelopes/<envelope_id>")
def envelope(envelope_id: str) -> ResponseReturnValue:
    """Take an envelope and give its receipt."""
    body = request.get_data()
    _refuse_other_body(body)
    receipt = receive_envelope(current_services(), current_actor(), envelope_id, _text(body, "forms-envelope+jws"))
    return Response(receipt, mimetype=JOSE)


@views.post("/check")
def check() -> ResponseReturnValue:
    """Take down what a device tells of itself; give the time, the forms in use, whether it is revoked, the keys."""
    services = current_services()
    told = check_in(services, _text(request.get_data(), "forms-check+jws"))
    return jsonify(
        v="check-answer/1",
        now_ms=round(services.clock.now().timestamp() * 1000),
        label=told.device.label,
        revoked=told.device.revoked_at is not None,
        missing=[list(run) for run in told.chain.missing],
        forms=[{"form": form, "form_version": version, "form_digest": digest} for form, version, digest in told.forms],
        keys=services.tablet_keys.public_keys(),
    )


@views.post("/author")
def author() -> ResponseReturnValue:
    """Name the signed-in officer to the device that asks.

    No page's token is asked for: another site can neither sign as the device nor send this type of content.
    """
    asked = _proved(AUTHOR_KIND)
    return Response(give_credential(current_services(), current_actor(), asked), mimetype=JWT)


@views.post("/half-signed")
def half_signed() -> ResponseReturnValue:
    """Give the signed-in officer's half-signed paper back to the device that asks; guarded as ``author`` is."""
    asked = _proved(HALF_SIGNED_KIND)
    return jsonify(give_half_signed(current_services(), current_actor(), asked))


def _proved(kind: str) -> str:
    """Give what a device signed for an officer who is signed in and has just proved who they are."""
    body = request.get_data()
    if request.mimetype != JOSE:
        raise EnvelopeUnreadableError(expected=kind)
    if current_account() is None:
        raise SignInNeededError
    session.proved(Act.SIGN_OFFLINE)
    return _text(body, kind)


def _text(body: bytes, expected: str) -> str:
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as error:
        raise EnvelopeUnreadableError(expected=expected) from error


def _refuse_other_body(body: bytes) -> None:
    """Compare a body with the digest that came with it (RFC 9530); one that was cut off is none of ours to keep."""
    found = _DIGEST.findall(request.headers.get("Content-Digest", ""))
    if not found:
        raise ContentDigestMissingError
    try:
        told = b64decode(found[-1], validate=True)
    except Base64Error as error:
        raise ContentDigestMissingError from error
    if not compare_digest(told, sha256(body).digest()):
        raise ContentDigestMismatchError
