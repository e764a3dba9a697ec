"""Going live: the lines that must be green before real records are made, each with who and when.

The statements are entered in practice, where everything is tried; signing writes them into one file, sealed with the
agency's own key. A production start asks for that file and looks up again what can be looked up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from forms_service.domain.evidence import canonical_json, check_text, normal_text
from forms_service.domain.forms import FormDefinition, PackStatus
from forms_service.domain.go_live import LINES, Kind, Line, Statement, statement_from_json
from forms_service.errors import (
    EvidenceMismatchError,
    GoLiveLineUnknownError,
    GoLiveStatementMissingError,
    NotReadyToGoLiveError,
)
from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.sign_in import Standing, standing

FACT = "go_live"
MOST_CHARACTERS = 500


def go_live_lines(services: Services, by: Actor) -> Sequence[Line]:
    """Give every line as it stands, by what was stated here."""
    permit(by, Act.GO_LIVE)
    with services.database.read() as transaction:
        stated = _statements(transaction.ledger.fact(FACT))
    return _lines(services, stated)


def state_line(services: Services, by: Actor, line: str, *, name: str, words: str) -> None:
    """Enter what somebody decided; a later statement replaces it, and both stand in the trail's order.

    Raises:
        InvalidInputError: ``go-live-line-unknown``, ``go-live-statement-missing``, or a text nobody could read.
    """
    permit(by, Act.GO_LIVE)
    if LINES.get(line, Kind.FOUND) is Kind.FOUND:
        raise GoLiveLineUnknownError(line=line[:40])
    for text in (name, words):
        check_text(text)
    if not name.strip() or not words.strip():
        raise GoLiveStatementMissingError
    now = services.clock.now()
    said = Statement(
        name=normal_text(name)[:MOST_CHARACTERS], words=normal_text(words)[:MOST_CHARACTERS], said_by=by.id, said_at=now
    )
    with services.database.write() as transaction:
        stated = _statements(transaction.ledger.fact(FACT)) | {line: said}
        transaction.ledger.set_fact(FACT, _content(stated).decode())
        what = AuditFacts(act=Act.GO_LIVE, object_kind="line", object_id=line)
        transaction.ledger.audit(by, now, what)


def sign_go_live(services: Services, by: Actor) -> str:
    """Write the statements, signed with the agency's own key, where a production start looks for them.

    Returns:
        The printable place of the file.

    Raises:
        NotReadyToGoLiveError: A line is not green yet.
        ArchiveError: The file can not be written.
    """
    lines = go_live_lines(services, by)
    _refuse_red(lines)
    now = services.clock.now()
    content = _content({one.name: one.statement for one in lines if one.statement is not None})
    place = services.go_live_file.put(services.sealer.sign(content, signed_at=now))
    with services.database.write() as transaction:
        what = AuditFacts(act=Act.GO_LIVE, object_kind="line", object_id="signed")
        transaction.ledger.audit(by, now, what)
    return place


def refuse_unready(services: Services) -> None:
    """Refuse a production start whose lines are not all green, by the signed file and by what is there now.

    Raises:
        NotReadyToGoLiveError: With the names of the lines, or that there is no sound file.
    """
    signed = services.go_live_file.read()
    if not signed:
        raise NotReadyToGoLiveError(lines="no signed statements; make them on the go-live page in practice")
    try:
        stated = _statements(services.inspector.signed_content(signed).decode())
    except (EvidenceMismatchError, ValueError) as error:
        raise NotReadyToGoLiveError(lines="the signed statements are not ours") from error
    _refuse_red([one for one in _lines(services, stated) if one.name != "staff"])  # accounts are made after the start


def _refuse_red(lines: Sequence[Line]) -> None:
    red = [one.name for one in lines if not one.is_green]
    if red:
        raise NotReadyToGoLiveError(lines=", ".join(red))


def _content(stated: Mapping[str, Statement]) -> bytes:
    return canonical_json({"v": "go-live/1", "lines": {name: one.to_json() for name, one in stated.items()}})


def _statements(content: str) -> dict[str, Statement]:
    """Read the statements; raises ValueError for what is none of ours."""
    if not content:
        return {}
    try:
        lines = json.loads(content)["lines"]
        return {name: statement_from_json(one) for name, one in lines.items() if name in LINES}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no statements") from error


def _lines(services: Services, stated: Mapping[str, Statement]) -> Sequence[Line]:
    found = dict(_found(services))
    return [
        Line(name=name, kind=kind, found=found.get(name, ""), is_found=not found.get(name, ""),
             statement=stated.get(name))
        for name, kind in LINES.items()
    ]  # fmt: skip


def _found(services: Services) -> Iterator[tuple[str, str]]:
    """Give, for each line that can be looked up, what is not yet so; empty when it is."""
    settings = services.settings
    forms = [one.definition for one in services.forms.forms()]
    yield "forms-approved", "; ".join(filter(None, map(_unapproved, forms)))
    drafts = [f"{one.form} {tag}" for one in forms for tag, pack in one.packs.items() if _is_draft(pack.status)]
    yield "packs-certified", "; ".join(drafts)
    yield "own-seal", "the key is TEST SEAL" if services.sealer.is_test_seal else ""
    yield "tls", "" if settings.origin.startswith("https://") else f"the origin is {settings.origin}"
    same = services.checkpoints.shares_disk_with(settings.database)
    yield "checkpoints-elsewhere", "they lie on the database's own disk" if same else ""
    yield "staff", ", ".join(unstaffed_acts(services))


def _unapproved(definition: FormDefinition) -> str:
    known = {one.role for one in definition.approvals}
    missing = [role for role in definition.approvals_needed if role not in known]
    return f"{definition.form} {definition.version}: {', '.join(missing)}" if missing else ""


def _is_draft(status: PackStatus) -> bool:
    return status is not PackStatus.CERTIFIED


def unstaffed_acts(services: Services) -> tuple[str, ...]:
    """Give the acts that the accounts which may sign in can not perform, or not by two people."""
    now = services.clock.now()
    with services.database.read() as transaction:
        staff = [one.roles for one in transaction.ledger.accounts() if standing(one, now) is Standing.ACTIVE]
    return services.roles.unstaffed(staff)
