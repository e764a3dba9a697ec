"""Chromium's virtual authenticator: a device that makes passkeys and answers with them."""

from __future__ import annotations

from playwright.sync_api import CDPSession

OPTIONS = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Device:
    """Chromium's virtual authenticator."""

    def __init__(self, session: CDPSession) -> None:
        self.session = session
        session.send("WebAuthn.enable", {"enableUI": False})
        self.id = session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})["authenticatorId"]

    def credentials(self) -> list[dict]:
        """Give what it holds."""
        return self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def forget(self) -> None:
        """Empty it."""
        self.session.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})

    def take(self, credential: dict) -> None:
        """Put a credential into it, as a copy would."""
        self.session.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential})

    def verify(self, *, succeeds: bool) -> None:
        """Let the person be recognised, or not."""
        sent = {"authenticatorId": self.id, "isUserVerified": succeeds}
        self.session.send("WebAuthn.setUserVerified", sent)
