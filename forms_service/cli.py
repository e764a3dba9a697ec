"""The use cases from a shell.

Results go to standard output. A refusal is one line on standard error, ``forms-service: <slug>: <why>``;
exit code 1 says "no", 2 says that the input can not be used.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from forms_service.domain.forms import FormVersion, PaperKind
from forms_service.errors import (
    ArchiveError,
    FileUnreadableError,
    FormsServiceError,
    JsonUnreadableError,
    NotAllowedNowError,
    NotFoundError,
    UnknownFormError,
)
from forms_service.ports import Account, Actor, Search, Services
from forms_service.workflow import accounts, audit_trail, find, first_start, upkeep, verify
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.correct import give_case_number
from forms_service.workflow.form_report import check_form_folder, grades_of
from forms_service.workflow.paper import PaperRequest
from forms_service.workflow.present import present
from forms_service.workflow.sign_in import standing

MOST_JSON_BYTES = 4 * 1024 * 1024


def run(build_services: Callable[[], Services], argv: Sequence[str]) -> int:
    """Run one command and give its exit code.

    Args:
        build_services: Gives every port; called once the arguments are good, so that help needs no service.
        argv: Arguments after the program's name.
    """
    arguments = _parser().parse_args(argv)
    by = Actor(id=f"operator:{getpass.getuser()}", source="shell")
    try:
        code: int = arguments.run(build_services(), by, arguments)
        sys.stdout.flush()
    except FormsServiceError as error:
        return refuse(error)
    except BrokenPipeError:  # whoever read along has seen enough, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def refuse(error: FormsServiceError) -> int:
    """Say a refusal in one line and give its exit code."""
    text = " ".join(str(error).split())
    line = text if text.startswith(f"{error.slug}: ") else f"{error.slug}: {text}"
    sys.stderr.write(f"forms-service: {line}\n")
    says_no = isinstance(error, NotAllowedNowError | NotFoundError) and not isinstance(error, UnknownFormError)
    return 1 if says_no else 2


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forms-service", description="Papers of police diversion: render, sign, seal, archive."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _serving_commands(commands)
    _document_commands(commands)
    _archive_commands(commands)
    _audit_commands(commands)
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001  # argparse has no public name for it


def _command(commands: Commands, name: str, run_it: Callable[..., int], text: str) -> argparse.ArgumentParser:  # type: ignore[type-arg]
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(run=run_it)
    return command


def _serving_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    serve = _command(commands, "serve", _serve, "open the service to browsers")
    serve.add_argument(
        "--bind", default="", metavar="HOST:PORT", help="where to listen (default: the origin's port on loopback)"
    )
    form = commands.add_parser("form", help="the form folders").add_subparsers(required=True, metavar="COMMAND")
    _command(form, "list", _form_list, "list every form version")
    check = _command(form, "check", _form_check, "report every fault and the reading grades")
    check.add_argument("folder", nargs="?", metavar="FOLDER", help="templates/<form>/<version> (default: all)")
    account = commands.add_parser("account", help="who may sign in").add_subparsers(required=True, metavar="COMMAND")
    add = _command(
        account, "add", _account_add, "make an account; the password is asked for, or read from standard input"
    )
    add.add_argument("name", metavar="NAME")
    for fact in ("full-name", "badge", "phone"):
        add.add_argument(f"--{fact}", default="")
    add.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="last day of a temporary account")
    _command(account, "list", _account_list, "list every account and whether it may sign in")
    for name, act, words in (
        ("disable", accounts.disable_account, "close an account and end its sessions"),
        ("unlock", accounts.unlock_account, "release a locked, disabled or disused account"),
    ):
        _command(account, name, partial(_account_act, act), words).add_argument("name", metavar="NAME")


def _audit_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    audit = commands.add_parser("audit", help="the audit trail").add_subparsers(required=True, metavar="COMMAND")
    _command(audit, "verify", _audit_verify, "walk the chain and hold it against every checkpoint")
    _command(audit, "checkpoint", _audit_checkpoint, "write down, signed, where the trail stands")


def _document_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    render = _command(commands, "render", _render, "make a page to be read or printed")
    render.add_argument("form", metavar="FORM")
    render.add_argument("--values", metavar="FILE.json")
    render.add_argument("--language", default="en")
    render.add_argument(
        "--kind", choices=[str(PaperKind.PRESENTED), str(PaperKind.BLANK)], default=str(PaperKind.PRESENTED)
    )
    render.add_argument("-o", dest="output", required=True, metavar="OUT.pdf")
    done = _command(commands, "complete", _complete, "make, seal and archive a signed agreement")
    done.add_argument("form", metavar="FORM")
    done.add_argument("--values", required=True, metavar="FILE.json")
    done.add_argument("--signatures", required=True, metavar="FILE.json")
    done.add_argument("--language", default="en")
    show = _command(commands, "show", _show, "write a record's sealed PDF")
    show.add_argument("document_id", metavar="DOCUMENT_ID")
    show.add_argument("-o", dest="output", required=True, metavar="OUT.pdf")
    number = _command(commands, "case-number", _case_number, "give a record its case number, as a new version")
    number.add_argument("document_id", metavar="DOCUMENT_ID")
    number.add_argument("case_number", metavar="CASE_NUMBER")
    number.add_argument("--reason", default="")
    judge = _command(commands, "verify", _verify, "judge a PDF: 0 valid, 1 not valid, 2 unreadable")
    judge.add_argument("file", metavar="FILE.pdf")
    judge.add_argument("--json", action="store_true")


def _archive_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    search = _command(commands, "find", _find, "find records by number, name or case number")
    search.add_argument("words", nargs="+", metavar="WORDS")
    search.add_argument("--json", action="store_true")
    archive = commands.add_parser("archive", help="the archive").add_subparsers(required=True, metavar="COMMAND")
    _command(archive, "check", _archive_check, "read every byte and name each thing that is wrong")
    _command(archive, "rebuild", _archive_rebuild, "make the index anew from the archive alone")
    export = _command(archive, "export", _archive_export, "write every record's files to a new folder")
    export.add_argument("folder", metavar="DIR")


def _serve(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Settle what a first start settles, say where the service is, and hand over to gunicorn."""
    first_start.refuse_unsafe(services)
    for line in upkeep.start_up(services, by):
        _say(f"recovered: {line}")
    _checkpoint_at_start(services, by)
    made = first_start.seed_practice(services, by, services.practice_cases())
    if made:
        _say(f"PRACTICE: {made} synthetic cases are on the desk")
    settings = services.settings
    parts = urlsplit(settings.origin)
    bind = arguments.bind or f"127.0.0.1:{(parts.port or 8080) if settings.is_local else 8080}"
    code = accounts.first_account_code(services)
    if code:
        _say(f"First account: open {settings.origin} and enter the code {code}")
    _say(f"The forms service is on {settings.origin}")
    sys.stdout.flush()
    program = [sys.executable, "-m", "gunicorn", "--bind", bind, "--workers", "1", "--threads", "8", "--timeout", "120"]
    program += ["--worker-class", "gthread", "--forwarded-allow-ips", settings.trusted_proxy or "127.0.0.1"]
    program += ["--no-control-socket", "forms_service.wiring:app()"]
    os.execv(sys.executable, program)  # noqa: S606  # no shell is wanted: this process becomes the server


def _checkpoint_at_start(services: Services, by: Actor) -> None:
    """Take the day's checkpoint; a second place that refuses stops no start, and is said."""
    try:
        audit_trail.take_checkpoint_if_due(services, by)
    except ArchiveError as error:
        _say(f"WARNING: {error.slug}: {error}")
    if _on_one_disk(services.settings.checkpoints, services.settings.database):
        _say("WARNING: checkpoints lie on the disk of the database; let FORMS_CHECKPOINTS name a second place")


def _on_one_disk(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.stat().st_dev == other.stat().st_dev


def _audit_verify(services: Services, by: Actor, _: argparse.Namespace) -> int:
    verdict = audit_trail.check_trail(services, by)
    for one in verdict.findings:
        _say(f"{one.slug} {one.place}".rstrip())
    _say(
        f"{verdict.entries} entries, {verdict.checkpoints} sound checkpoints: {'holds' if verdict.holds else 'DOES NOT HOLD'}"
    )
    return 0 if verdict.holds else 1


def _audit_checkpoint(services: Services, by: Actor, _: argparse.Namespace) -> int:
    taken = audit_trail.take_checkpoint(services, by)
    _say(f"{taken.count} {taken.head}")
    return 0


def _form_list(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    del by, arguments
    for form in services.forms.forms():
        _say(_form_line(form))
    return 0


def _form_line(form: FormVersion) -> str:
    one = form.definition
    packs = ", ".join(f"{tag} ({one.packs[tag].status})" for tag in one.languages)
    return f"{one.form} {one.version}  {one.code}  {packs}  {one.digest[:12]}"


def _form_check(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    del by
    forms = (check_form_folder(services, Path(arguments.folder)),) if arguments.folder else services.forms.forms()
    passed = True
    for form in forms:
        _say(_form_line(form))
        for grade in grades_of(services, form):
            passed = passed and grade.within_cap
            _say(f"  {grade.line()}")
    return 0 if passed else 1


def _account_add(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    wanted = accounts.NewAccount(
        name=arguments.name, password=password, full_name=arguments.full_name or arguments.name,
        badge=arguments.badge, phone=arguments.phone, ends_at=_end_of(services, arguments.until),
    )  # fmt: skip
    _say(accounts.add_account(services, by, wanted).id)
    return 0


def _end_of(services: Services, day: date | None) -> datetime | None:
    """Give the end of a day where the agency is."""
    return datetime.combine(day + timedelta(days=1), time(), services.settings.zone) if day else None


def _account_list(services: Services, by: Actor, _: argparse.Namespace) -> int:
    now = services.clock.now()
    for one in accounts.list_accounts(services, by):
        _say(f"{one.name:<20} {standing(one, now):<9} last active {one.last_active_at:%Y-%m-%d}  {one.full_name}")
    return 0


def _account_act(
    act: Callable[[Services, Actor, str], Account], services: Services, by: Actor, arguments: argparse.Namespace
) -> int:
    _say(act(services, by, arguments.name).id)
    return 0


def _render(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    values = _json_object(arguments.values) if arguments.values else {}
    request = PaperRequest(
        form=arguments.form, values=values, language=arguments.language, kind=PaperKind(arguments.kind)
    )
    made = present(services, by, request)
    _write(arguments.output, made.pdf)
    _say(
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


def _complete(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    request = CompletionRequest(
        form=arguments.form,
        values=_json_object(arguments.values),
        signatures=_json(arguments.signatures),
        language=arguments.language,
    )
    done = complete(services, by, request)
    record = done.record
    _say(
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


def _show(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    _write(arguments.output, find.open_document(services, by, arguments.document_id))
    return 0


def _case_number(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    record = give_case_number(services, by, arguments.document_id, arguments.case_number, reason=arguments.reason)
    _say(json.dumps({"document_id": record.document_id, "version": record.version, "case_number": record.case_number}))
    return 0


def _verify(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    verdict = verify.verify(services, by, _read(arguments.file, services.settings.upload_limit_bytes + 1))
    file = verdict.file
    if arguments.json:
        shown = {
            **asdict(file),
            "sealed_at": file.sealed_at.isoformat() if file.sealed_at else None,
            "record": verdict.record,
        }
        _say(json.dumps(shown))
    else:
        _say(f"file: {file.outcome}{''.join(f' ({reason})' for reason in file.reasons)}")
        _say(f"record: {verdict.record}")
    return 0 if verdict.is_valid else 1


def _find(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    found = find.find(services, by, Search(words=" ".join(arguments.words)))
    if arguments.json:
        _say(json.dumps([json.loads(find.as_json(record)) for record in found], ensure_ascii=False))
    else:
        for record in found:
            name = record.values.get("person_name_as_given", "")
            _say(
                f"{record.document_id}  {record.case_number or 'CASE NO. OPEN'}  {record.signed_at:%Y-%m-%d}  {record.state}  {name}"
            )
    return 0 if found else 1


def _archive_check(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    del arguments
    findings = upkeep.check(services, by)
    for finding in findings:
        _say(f"{finding.kind}: {finding.name} ({finding.detail})")
    _say("the archive is whole" if not findings else f"{len(findings)} findings")
    return 1 if findings else 0


def _archive_rebuild(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    del arguments
    _say(f"{upkeep.rebuild(services, by)} records")
    return 0


def _archive_export(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    folder = Path(arguments.folder)
    count = 0
    try:
        folder.mkdir(parents=True)
        for name, content in upkeep.export(services, by):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            count += 1
    except OSError as error:
        raise FileUnreadableError(name=str(folder), problem=error.strerror or "can not be written") from error
    _say(f"{count} files")
    return 0


def _json(name: str) -> object:
    content = _read(name, MOST_JSON_BYTES + 1)
    if len(content) > MOST_JSON_BYTES:
        raise JsonUnreadableError(name=Path(name).name, problem=f"more than {MOST_JSON_BYTES} bytes")
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        problem = str(error) if isinstance(error, ValueError) else "nested too deep"
        raise JsonUnreadableError(name=Path(name).name, problem=problem) from error


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _json_object(name: str) -> dict[str, object]:
    found = _json(name)
    if not isinstance(found, dict):
        raise JsonUnreadableError(name=Path(name).name, problem="expected an object")
    return found


def _read(name: str, most_bytes: int) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(most_bytes)
    except OSError as error:
        raise FileUnreadableError(name=Path(name).name, problem=error.strerror or "can not be read") from error


def _write(name: str, content: bytes) -> None:
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        raise FileUnreadableError(name=Path(name).name, problem=error.strerror or "can not be written") from error
