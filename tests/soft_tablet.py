"""A tablet in software: its own key, its counter, and envelopes made with joserfc, well or as wrongly as a test asks.

It shares no code with the server's side but the library: what it signs and seals is written here from the RFCs' words.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from joserfc import jwe, jws
from joserfc.jwk import ECKey

from forms_service.domain.wording import digest_lines
from forms_service.ports import Actor, Services
from forms_service.workflow.paper import PaperRequest, make_paper
from tests.conftest import example

OPERATOR = Actor(id="operator:tester")
LARGE = 4 * 1024 * 1024


class _Signing(jws.JWSRegistry):
    max_payload_length = LARGE


def canonical(value: object) -> bytes:
    """Give canonical JSON for what a tablet writes: ASCII keys, no fractions."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_digest(body: bytes) -> str:
    """Give the header of RFC 9530."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


@dataclass(frozen=True)
class Envelope:
    """What is sent: the id for the address, and the body."""

    id: str
    text: str

    @property
    def digest(self) -> str:
        """Give what the next envelope names."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class SignedPaper:
    """A paper that was signed on the tablet: what all its blocks say."""

    facts: Mapping[str, object]
    signatures: Mapping[str, Mapping[str, object]]
    presentation: Mapping[str, object]

    @property
    def document_id(self) -> str:
        """Give its id."""
        return str(self.facts["document_id"])


def signed_paper(services: Services, name: str = "", *, form: str = "lead-agreement", number: int = 0) -> SignedPaper:
    """Present an example under a fresh document id and sign it; ``number`` makes its strokes its own."""
    values, signatures = example(form, name)
    language = "es" if name.startswith("es") else "en"
    shown_on = datetime.fromisoformat(signatures["presentation"]["shown_at"]).date()
    paper = make_paper(
        services, OPERATOR, PaperRequest(form=form, values=values, language=language, presented_on=shown_on)
    )
    blocks = copy.deepcopy(signatures["blocks"])
    for block in blocks.values():
        block["strokes"][0][0][1] += number
    facts = {
        "document_id": paper.document_id,
        "form": form,
        "form_version": paper.definition.version,
        "form_digest": paper.definition.digest,
        "language": language,
        "values": values,
        "presented_digest": paper.digest,
        "lines": [list(line) for line in digest_lines(paper.lines, paper.control)],
    }
    return SignedPaper(facts=facts, signatures=blocks, presentation=signatures["presentation"])


class SoftTablet:
    """One tablet with a P-256 key of its own."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256")
        self.device_id = ""
        self.keys: Mapping[str, Mapping[str, str]] = {}
        self.counter = 0
        self.previous = ""

    @property
    def jwk(self) -> dict[str, object]:
        """Give the public key."""
        return self.key.as_dict(private=False)

    def signed(self, kind: str, payload: bytes, **header: object) -> str:
        """Sign anything as this device."""
        named = {"alg": "ES256", "kid": self.device_id, "typ": kind, **header}
        return jws.serialize_compact(named, payload, self.key, registry=_Signing(algorithms=["ES256", "HS256"]))

    def sealed(self, content: bytes, **header: object) -> str:
        """Seal anything to the server's envelope key."""
        public = {name: self.keys["envelope"][name] for name in ("kty", "crv", "x", "y")}
        named = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": self.keys["envelope"]["kid"], "cty": "json", **header}
        registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM"])
        return jwe.encrypt_compact(named, content, ECKey.import_key(public), registry=registry)

    def envelope(
        self, kind: str, content: Mapping[str, object], document_id: str = "", /, *, raw: bytes = b"", **changes: object
    ) -> Envelope:
        """Make the next envelope; ``changes`` go into its outer part, ``raw`` in place of its content."""
        envelope_id = str(changes.pop("envelope_id", uuid.uuid4()))
        inner = {"v": f"{kind}/1", "envelope_id": envelope_id, **content}
        self.counter += 1
        outer = {
            "v": "envelope/1",
            "envelope_id": envelope_id,
            "device_id": self.device_id,
            "counter": self.counter,
            "previous": self.previous,
            "kind": kind,
            "document_id": document_id,
            "sealed": self.sealed(raw or canonical(inner)),
            **changes,
        }
        made = Envelope(envelope_id, self.signed("forms-envelope+jws", canonical(outer)))
        self.previous = made.digest
        return made

    def block(
        self, paper: SignedPaper, block: str, credential: str, names: Mapping[str, str] | None = None, /, **changes
    ) -> Envelope:
        """Make the envelope of one finished block; ``names`` make it the last. ``changes`` go into its content."""
        content = {
            **paper.facts,
            "block": block,
            "signed": paper.signatures[block],
            "presentation": paper.presentation,
            "author": credential,
            "names": dict(names or {}),
            "is_last": names is not None,
            "device_clock_offset_ms": -250,
            "app_version": "1.0.0",
            **changes,
        }
        return self.envelope("signature", content, paper.document_id)

    def blocks(self, paper: SignedPaper, credential: str) -> Sequence[Envelope]:
        """Make every block's envelope, the officer's last."""
        made = {block: self.block(paper, block, credential) for block in paper.signatures if block != "officer"}
        names = {block: one.digest for block, one in made.items()}
        return [*made.values(), self.block(paper, "officer", credential, names)]

    def discard(
        self, paper: SignedPaper, digest: str, credential: str, reason: str = "person_changed_mind"
    ) -> Envelope:
        """Give up a half-signed block."""
        content = {"names": digest, "reason": reason, "author": credential}
        return self.envelope("discard", content, paper.document_id)

    def decline(self, rule: str = "person-refused", month: str = "2026-11", form: str = "lead-agreement") -> Envelope:
        """Tell that somebody did not want to."""
        return self.envelope("decline", {"form": form, "rule": rule, "month": month, "author": ""})

    def addition(
        self, document_id: str, credential: str, values: Mapping[str, object], /, names: str = "", **changes: object
    ) -> Envelope:
        """Tell of a paper what happened after signing; ``changes`` go into its content."""
        content = {
            "document_id": document_id,
            "names": names,
            "addition": "hand_over",
            "values": values,
            "at": "2026-11-20T14:40:00-08:00",
            "author": credential,
            "device_clock_offset_ms": 0,
            "app_version": "1.0.0",
            **changes,
        }
        return self.envelope("addition", content, document_id)

    def check(self, **changes: object) -> str:
        """Say how things stand here."""
        told = {"v": "check/1", "device_id": self.device_id, "app_version": "1.0.0", "unsent": 0}
        return self.signed("forms-check+jws", canonical({**told, "counter": self.counter, **changes}))

    def author_request(self, **changes: object) -> str:
        """Ask for the credential of whoever is signed in."""
        asked = {"v": "author/1", "device_id": self.device_id, **changes}
        return self.signed("forms-author-request+jws", canonical(asked))

    def half_signed_request(self, document_id: str, **changes: object) -> str:
        """Ask for a half-signed paper of whoever is signed in."""
        asked = {"v": "half-signed/1", "device_id": self.device_id, "document_id": document_id, **changes}
        return self.signed("forms-half-signed-request+jws", canonical(asked))


def read_signed(text: str, public: Mapping[str, str]) -> dict:
    """Read what the server signed, with its public key."""
    key = ECKey.import_key({name: public[name] for name in ("kty", "crv", "x", "y")})
    return json.loads(jws.deserialize_compact(text, key, algorithms=["ES256"]).payload)
