"""What a device needs to trust this service, before anybody signed in; nothing here is secret.

The page is opened over a connection that the device does not trust yet. It says so: what is shown here is to be
held against the fingerprint that ``forms-service tls show`` prints on the server itself.
"""

from __future__ import annotations

import plistlib
import uuid
from io import BytesIO

import segno
from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from forms_service.errors import NotFoundError
from forms_service.ports import Authority
from forms_service.web.current import current_services

views = Blueprint("trust", __name__, url_prefix="/trust")
PROFILE_TYPE = "application/x-apple-aspen-config"
CERTIFICATE_TYPE = "application/x-x509-ca-cert"
FILE_NAME = "forms-service-authority"


def authority() -> Authority:
    """Give the authority of our own.

    Raises:
        NotFoundError: There is none; the city's certificate needs no page.
    """
    found = current_services().tls.authority()
    if found is None:
        raise NotFoundError(kind="authority", name="")
    return found


@views.get("")
def page() -> ResponseReturnValue:
    """Say how each kind of device learns to trust the authority."""
    settings = current_services().settings
    found = authority()
    lines = [found.sha256[at : at + 16].upper() for at in range(0, len(found.sha256), 16)]
    fingerprint = [" ".join(line[at : at + 2] for at in range(0, len(line), 2)) for line in lines]
    return render_template(
        "trust.html",
        address=f"{settings.origin}/trust",
        host=settings.host,
        fingerprint=fingerprint,
        until=found.expires_at,
    )


@views.get("/authority.crt")
def certificate() -> Response:
    """Give the certificate (DER), as Windows and Android take it."""
    return _file(authority().content, CERTIFICATE_TYPE, f"{FILE_NAME}.crt")


@views.get("/authority.mobileconfig")
def profile() -> Response:
    """Give an Apple profile that holds the certificate."""
    name = current_services().settings.agency.get("name", "")
    return _file(apple_profile(authority(), organization=name), PROFILE_TYPE, f"{FILE_NAME}.mobileconfig")


@views.get("/address.svg")
def address_code() -> Response:
    """Draw the page's address as a QR code, for a tablet to scan from a screen or a printed sheet."""
    authority()
    drawn = BytesIO()
    segno.make_qr(f"{current_services().settings.origin}/trust", error="m").save(drawn, kind="svg", scale=4)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def apple_profile(found: Authority, *, organization: str) -> bytes:
    """Give a configuration profile; its ids follow from the certificate, so that a second one replaces the first.

    Source: Apple, Device Management, payload ``com.apple.security.root``.
    """
    payload_id, profile_id = (str(uuid.uuid5(uuid.NAMESPACE_OID, found.sha256 + part)).upper() for part in ("", "p"))
    payload = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"forms-service.authority.{payload_id}",
        "PayloadUUID": payload_id,
        "PayloadDisplayName": "Authority of the forms service",
        "PayloadCertificateFileName": f"{FILE_NAME}.crt",
        "PayloadContent": found.content,
    }
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": "forms-service.authority",
            "PayloadUUID": profile_id,
            "PayloadDisplayName": "Forms service",
            "PayloadDescription": "Lets this device trust the forms service.",
            "PayloadOrganization": organization,
            "PayloadContent": [payload],
        }
    )


def _file(content: bytes, kind: str, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(content, mimetype=kind, headers={"Content-Disposition": disposition})
