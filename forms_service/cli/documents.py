"""Documents: made, signed, found, shown, verified."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict

from forms_service.cli.terminal import read_file, read_json, read_json_object, say, write_file
from forms_service.domain.forms import PaperKind
from forms_service.domain.record import SealLevel
from forms_service.ports import Actor, Search, Services
from forms_service.workflow import find, verify
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.correct import give_case_number
from forms_service.workflow.paper import PaperRequest
from forms_service.workflow.present import present

LEVELS: Mapping[SealLevel, str] = {
    SealLevel.B_B: "without an outside witness of the time",
    SealLevel.B_T: "with a time stamp",
    SealLevel.B_LT: "with a time stamp and what the authorities said of the certificates",
    SealLevel.B_LTA: "with what the authorities said, under an archive time stamp",
}
RECORDS: Mapping[str, str] = {"lifted": "an earlier version of this file, lifted since; unchanged"}


def render(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Make a page to be read or printed."""
    values = read_json_object(arguments.values) if arguments.values else {}
    request = PaperRequest(
        form=arguments.form, values=values, language=arguments.language, kind=PaperKind(arguments.kind)
    )
    made = present(services, by, request)
    write_file(arguments.output, made.pdf)
    say(
        json.dumps(
            {
                "document_id": made.paper.document_id,
                "presented_digest": made.paper.digest,
                "presented_on": made.paper.presented_on.isoformat(),
                "pages": made.pages,
                "sha256": made.sha256,
            }
        )
    )
    return 0


def complete_signed(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Make, seal and archive a signed agreement."""
    request = CompletionRequest(
        form=arguments.form,
        values=read_json_object(arguments.values),
        signatures=read_json(arguments.signatures),
        language=arguments.language,
    )
    done = complete(services, by, request)
    record = done.record
    say(
        json.dumps(
            {
                "document_id": record.document_id,
                "record_id": record.record_id,
                "version": record.version,
                "sha256": record.files["agreement.pdf"],
                "seal_level": str(record.seal_level),
                "path": done.locator,
            }
        )
    )
    return 0


def show(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Write a record's sealed PDF."""
    write_file(arguments.output, find.open_document(services, by, arguments.document_id))
    return 0


def case_number(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Give or correct a case number."""
    record = give_case_number(services, by, arguments.document_id, arguments.case_number, reason=arguments.reason)
    say(json.dumps({"document_id": record.document_id, "version": record.version, "case_number": record.case_number}))
    return 0


def verify_file(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Judge a file by its seal, and say what the archive says of it."""
    verdict = verify.verify(services, by, read_file(arguments.file, services.settings.upload_limit_bytes + 1))
    file = verdict.file
    if arguments.json:
        shown = {
            **asdict(file),
            "sealed_at": file.sealed_at.isoformat() if file.sealed_at else None,
            "record": verdict.record,
        }
        say(json.dumps(shown))
    else:
        say(f"file: {file.outcome}{''.join(f' ({reason})' for reason in file.reasons)}")
        if file.level:
            say(f"level: {file.level}, {LEVELS[file.level]}")
        say(f"record: {RECORDS.get(verdict.record, verdict.record)}")
    return 0 if verdict.is_valid else 1


def find_records(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Find records by number, name or case number."""
    found = find.find(services, by, Search(words=" ".join(arguments.words)))
    if arguments.json:
        say(json.dumps([json.loads(find.as_json(record)) for record in found], ensure_ascii=False))
    else:
        for record in found:
            name = record.values.get("person_name_as_given", "")
            say(
                f"{record.document_id}  {record.case_number or 'CASE NO. OPEN'}  {record.signed_at:%Y-%m-%d}  {record.state}  {name}"
            )
    return 0 if found else 1
