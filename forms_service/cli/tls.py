"""``tls show``: what devices must trust, said on the server itself, so that the fingerprint can be believed."""

from __future__ import annotations

import argparse

from forms_service.cli.terminal import say
from forms_service.errors import NotFoundError
from forms_service.ports import Actor, Services


def tls_show(services: Services, _by: Actor, _arguments: argparse.Namespace) -> int:
    """Print the authority's fingerprint, its end, where its file is and where devices get it."""
    settings = services.settings
    if settings.tls_certificate:
        say(f"the certificate is the city's: {settings.tls_certificate}")
        return 0
    found = services.tls.authority()
    if found is None:
        raise NotFoundError(kind="authority", name="of our own; serve --tls makes one, it")
    say(f"SHA-256  {spaced(found.sha256)}")
    say(f"until    {found.expires_at:%Y-%m-%d}")
    say(f"file     {found.file}")
    say(f"devices  {settings.origin}/trust")
    return 0


def spaced(sha256: str) -> str:
    """Give a fingerprint as devices show it: pairs of capitals with colons."""
    return ":".join(sha256[at : at + 2] for at in range(0, len(sha256), 2)).upper()
