"""The commands and their arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from functools import partial

from forms_service.cli.accounts import account_act, account_add, account_list, account_set_password
from forms_service.cli.archive import archive_check, archive_export, archive_rebuild
from forms_service.cli.audit import audit_checkpoint, audit_verify
from forms_service.cli.documents import case_number, complete_signed, find_records, render, show, verify_file
from forms_service.cli.forms import form_check, form_list
from forms_service.cli.service import serve
from forms_service.domain.forms import PaperKind
from forms_service.workflow import accounts
from forms_service.workflow.factors import reset_factor

Commands = argparse._SubParsersAction  # noqa: SLF001  # argparse has no public name for it


def parser() -> argparse.ArgumentParser:
    """Give the parser; each command's ``run`` takes services, actor and arguments."""
    made = argparse.ArgumentParser(
        prog="forms-service", description="Papers of police diversion: render, sign, seal, archive."
    )
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    _serving_commands(commands)
    _document_commands(commands)
    _archive_commands(commands)
    _audit_commands(commands)
    return made


def _command(commands: Commands, name: str, run_it: Callable[..., int], text: str) -> argparse.ArgumentParser:  # type: ignore[type-arg]
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(run=run_it)
    return command


def _serving_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    serving = _command(commands, "serve", serve, "open the service to browsers")
    serving.add_argument(
        "--bind", default="", metavar="HOST:PORT", help="where to listen (default: the origin's port on loopback)"
    )
    form = commands.add_parser("form", help="the form folders").add_subparsers(required=True, metavar="COMMAND")
    _command(form, "list", form_list, "list every form version")
    check = _command(form, "check", form_check, "report every fault and the reading grades")
    check.add_argument("folder", nargs="?", metavar="FOLDER", help="templates/<form>/<version> (default: all)")
    account = commands.add_parser("account", help="who may sign in").add_subparsers(required=True, metavar="COMMAND")
    add = _command(
        account, "add", account_add, "make an account; the password is asked for, or read from standard input"
    )
    add.add_argument("name", metavar="NAME")
    for fact in ("full-name", "badge", "phone"):
        add.add_argument(f"--{fact}", default="")
    add.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="last day of a temporary account")
    _command(account, "list", account_list, "list every account and whether it may sign in")
    words = "give an account a password that its owner changes at the next sign-in; asked for as with add"
    _command(account, "set-password", account_set_password, words).add_argument("name", metavar="NAME")
    for name, act, words in (
        ("disable", accounts.disable_account, "close an account and end its sessions"),
        ("unlock", accounts.unlock_account, "release a locked, disabled or disused account"),
        ("reset-factor", reset_factor, "take all second factors of an account away and end its sessions"),
    ):
        _command(account, name, partial(account_act, act), words).add_argument("name", metavar="NAME")


def _audit_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    audit = commands.add_parser("audit", help="the audit trail").add_subparsers(required=True, metavar="COMMAND")
    _command(audit, "verify", audit_verify, "walk the chain and hold it against every checkpoint")
    _command(audit, "checkpoint", audit_checkpoint, "write down, signed, where the trail stands")


def _document_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    rendering = _command(commands, "render", render, "make a page to be read or printed")
    rendering.add_argument("form", metavar="FORM")
    rendering.add_argument("--values", metavar="FILE.json")
    rendering.add_argument("--language", default="en")
    rendering.add_argument(
        "--kind", choices=[str(PaperKind.PRESENTED), str(PaperKind.BLANK)], default=str(PaperKind.PRESENTED)
    )
    rendering.add_argument("-o", dest="output", required=True, metavar="OUT.pdf")
    done = _command(commands, "complete", complete_signed, "make, seal and archive a signed agreement")
    done.add_argument("form", metavar="FORM")
    done.add_argument("--values", required=True, metavar="FILE.json")
    done.add_argument("--signatures", required=True, metavar="FILE.json")
    done.add_argument("--language", default="en")
    showing = _command(commands, "show", show, "write a record's sealed PDF")
    showing.add_argument("document_id", metavar="DOCUMENT_ID")
    showing.add_argument("-o", dest="output", required=True, metavar="OUT.pdf")
    number = _command(commands, "case-number", case_number, "give a record its case number, as a new version")
    number.add_argument("document_id", metavar="DOCUMENT_ID")
    number.add_argument("case_number", metavar="CASE_NUMBER")
    number.add_argument("--reason", default="")
    judge = _command(commands, "verify", verify_file, "judge a PDF: 0 valid, 1 not valid, 2 unreadable")
    judge.add_argument("file", metavar="FILE.pdf")
    judge.add_argument("--json", action="store_true")


def _archive_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    search = _command(commands, "find", find_records, "find records by number, name or case number")
    search.add_argument("words", nargs="+", metavar="WORDS")
    search.add_argument("--json", action="store_true")
    archive = commands.add_parser("archive", help="the archive").add_subparsers(required=True, metavar="COMMAND")
    _command(archive, "check", archive_check, "read every byte and name each thing that is wrong")
    _command(archive, "rebuild", archive_rebuild, "make the index anew from the archive alone")
    export = _command(archive, "export", archive_export, "write every record's files to a new folder")
    export.add_argument("folder", metavar="DIR")
