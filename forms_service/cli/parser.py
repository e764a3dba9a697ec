"""The commands and their arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

from forms_service.cli.accounts import (
    account_act,
    account_add,
    account_banned_passwords,
    account_list,
    account_roles,
    account_set_password,
)
from forms_service.cli.archive import archive_check, archive_export, archive_rebuild
from forms_service.cli.audit import audit_checkpoint, audit_verify
from forms_service.cli.cards import draw_cards
from forms_service.cli.documents import case_number, complete_signed, find_records, render, show, verify_file
from forms_service.cli.forms import form_check, form_list
from forms_service.cli.go_live import go_live_list, go_live_sign, go_live_state
from forms_service.cli.service import serve
from forms_service.cli.settings import settings_check
from forms_service.cli.tablet import tablet_new_keys, tablet_receive
from forms_service.cli.terminal import typed_day
from forms_service.cli.tls import tls_show
from forms_service.cli.trail import add_filters, audit_export, audit_list, audit_review
from forms_service.cli.upkeep import keep_up
from forms_service.domain.forms import PaperKind
from forms_service.workflow import accounts
from forms_service.workflow.factors import reset_factor
from forms_service.workflow.trail_export import TrailFormat

MOST_ENTRIES = 1_000_000_000
Commands = argparse._SubParsersAction  # noqa: SLF001  # argparse has no public name for it


def parser() -> argparse.ArgumentParser:
    """Give the parser; each command's ``run`` takes services, actor and arguments."""
    made = argparse.ArgumentParser(
        prog="forms-service", description="Papers of police diversion: render, sign, seal, archive."
    )
    made.add_argument(
        "--as", dest="account", default="", metavar="ACCOUNT", help="act with no more than the rights of an account"
    )
    made.add_argument(
        "--practice", action="store_true", help="practise beside real records, in a database and archive of their own"
    )
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    _serving_commands(commands)
    _account_commands(commands)
    _document_commands(commands)
    _archive_commands(commands)
    _audit_commands(commands)
    _go_live_commands(commands)
    tablet = commands.add_parser("tablet", help="what tablets trust")
    names = tablet.add_subparsers(required=True, metavar="COMMAND")
    _command(names, "new-keys", tablet_new_keys, "make new keys for envelopes and receipts; the earlier ones stay")
    receive = _command(names, "receive", tablet_receive, "take the file of unsent envelopes that a tablet saved")
    receive.add_argument("file", metavar="FILE", help="as the tablet saved it")
    receive.add_argument("--receipts", default="", metavar="FILE", help="write the receipts for the tablet to read")
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
    serving.add_argument(
        "--tls", action="store_true", help="end TLS here, with the city's certificate or a small authority of our own"
    )
    _command(commands, "upkeep", keep_up, "take the due checkpoint, lift and renew seals: 1 when something is left")
    tls = commands.add_parser("tls", help="what devices must trust").add_subparsers(required=True, metavar="COMMAND")
    _command(tls, "show", tls_show, "print the authority's fingerprint and where its file is")
    settings = commands.add_parser("settings", help="how this is set up").add_subparsers(
        required=True, metavar="COMMAND"
    )
    looking = _command(settings, "check", settings_check, "report every problem together: 0 none, 1 some")
    looking.add_argument("--url", default="", metavar="https://NAME", help="look from outside, as a device does")
    looking.add_argument("--ca", default="", metavar="FILE", help="trust this authority instead of the machine's")
    form = commands.add_parser("form", help="the form folders").add_subparsers(required=True, metavar="COMMAND")
    _command(form, "list", form_list, "list every form version")
    check = _command(form, "check", form_check, "report every fault and the reading grades")
    check.add_argument("folder", nargs="?", metavar="FOLDER", help="templates/<form>/<version> (default: all)")


def _account_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    account = commands.add_parser("account", help="who may sign in").add_subparsers(required=True, metavar="COMMAND")
    add = _command(
        account, "add", account_add, "make an account; the password is asked for, or read from standard input"
    )
    add.add_argument("name", metavar="NAME")
    for fact in ("full-name", "badge", "phone"):
        add.add_argument(f"--{fact}", default="")
    _role_arguments(add)
    add.add_argument("--until", type=typed_day, metavar="YYYY-MM-DD", help="last day of a temporary account")
    roles = _command(account, "roles", account_roles, "give an account other roles")
    roles.add_argument("name", metavar="NAME")
    _role_arguments(roles)
    _command(account, "list", account_list, "list every account and whether it may sign in")
    words = "give an account a password that its owner changes at the next sign-in; asked for as with add"
    _command(account, "set-password", account_set_password, words).add_argument("name", metavar="NAME")
    banned = _command(account, "banned-passwords", account_banned_passwords, "the list of passwords nobody may choose")
    which = banned.add_mutually_exclusive_group(required=True)
    which.add_argument("--update", default="", metavar="FILE", help="put a list in place: one password a line, UTF-8")
    which.add_argument("--show", action="store_true", help="say how many it holds and when it was put in place")
    for name, act, words in (
        ("disable", accounts.disable_account, "close an account and end its sessions"),
        ("unlock", accounts.unlock_account, "release a locked, disabled or disused account"),
        ("reset-factor", reset_factor, "take all second factors of an account away and end its sessions"),
    ):
        _command(account, name, partial(account_act, act), words).add_argument("name", metavar="NAME")


def _role_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--role", dest="roles", action="append", default=[], metavar="ROLE", help="may be repeated")
    command.add_argument("--position", default="", metavar="POSITION", help="the roles of a position of roles.toml")


def _audit_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    audit = commands.add_parser("audit", help="the audit trail").add_subparsers(required=True, metavar="COMMAND")
    _command(audit, "verify", audit_verify, "walk the chain and hold it against every checkpoint")
    _command(audit, "checkpoint", audit_checkpoint, "write down, signed, where the trail stands")
    listing = _command(audit, "list", audit_list, "list entries, newest first")
    add_filters(listing)
    listing.add_argument("--limit", type=_count, default=50, metavar="N", help="at most so many (default 50)")
    listing.add_argument("--before", type=_count, default=0, metavar="NUMBER", help="go on from this entry")
    listing.add_argument("--json", action="store_true")
    review = _command(audit, "review", audit_review, "say what happened since the last sign-off")
    review.add_argument("--sign-off", action="store_true", help="sign off what is shown")
    export = _command(audit, "export", audit_export, "write entries to a file, oldest first")
    export.add_argument("file", metavar="FILE")
    export.add_argument("--format", choices=[str(one) for one in TrailFormat], default=str(TrailFormat.CSV))
    add_filters(export)


def _count(text: str) -> int:
    """Read a whole number from 0 to a thousand million."""
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_ENTRIES):
        raise argparse.ArgumentTypeError(f"a whole number up to {MOST_ENTRIES} is expected")
    return int(text)


def _go_live_commands(commands: Commands) -> None:  # type: ignore[type-arg]
    lines = commands.add_parser("go-live", help="before real records").add_subparsers(required=True, metavar="COMMAND")
    _command(lines, "list", go_live_list, "list every line; exit 1 while one is open")
    state = _command(lines, "state", go_live_state, "enter who decided a line, and what")
    state.add_argument("line", metavar="LINE")
    state.add_argument("--name", required=True)
    state.add_argument("--words", required=True)
    _command(lines, "sign", go_live_sign, "sign the statements, once every line is green")


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
    cards = _command(commands, "cards", draw_cards, "draw characters for pocket cards, a line each, for the printer")
    cards.add_argument("count", type=_count, metavar="COUNT")
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
