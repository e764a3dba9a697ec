"""The leak matrix of the shell: every command with the rights of every role, over what does not exist for it.

It is made from the parser: a command without an entry in ``COMMANDS`` fails.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from forms_service import cli
from forms_service.cli.parser import parser
from forms_service.domain.record import RecordState
from forms_service.ports import Actor
from forms_service.settings import ROOT
from forms_service.workflow.accounts import NewAccount, add_account
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.permission import Act
from forms_service.workflow.roles_held import act_as
from tests.conftest import example, make_services

MISSING = "LEAD-8R3GA-5N4Y2-0"
BY = Actor(id="operator:tester")
VALUES = str(ROOT / "examples/lead-agreement/values.json")
SIGNATURES = str(ROOT / "examples/lead-agreement/signatures.json")
# Each command's act and arguments; ID is the document asked for, OUT a file in the test's folder.
COMMANDS = {
    "serve": (None, ""),  # becomes the server: its rights are those of each request
    "form list": (None, ""),  # the form folders are no records
    "form check": (None, ""),
    "account add": (Act.ADD_ACCOUNT, "new --role officer"),
    "account roles": (Act.CHANGE_ROLES, "nobody --role officer"),
    "account list": (Act.LIST_ACCOUNTS, ""),
    "account reset-factor": (Act.RESET_FACTOR, "nobody"),
    "account set-password": (Act.SET_PASSWORD, "nobody"),
    "account banned-passwords": (Act.BAN_PASSWORDS, "--show"),
    "account disable": (Act.DISABLE_ACCOUNT, "nobody"),
    "account unlock": (Act.UNLOCK_ACCOUNT, "nobody"),
    "audit verify": (Act.CHECK_TRAIL, ""),
    "audit checkpoint": (Act.CHECKPOINT, ""),
    "upkeep": (Act.UPKEEP, ""),
    "settings check": (None, ""),  # this machine's settings, and what any device out there meets
    "tls show": (None, ""),  # the authority's certificate, which the trust page shows to everybody
    "audit list": (Act.READ_TRAIL, ""),
    "audit review": (Act.REVIEW_TRAIL, ""),
    "audit export": (Act.EXPORT_TRAIL, "OUT --format csv"),
    "go-live list": (Act.GO_LIVE, ""),
    "go-live state": (Act.GO_LIVE, "languages --name Pat --words decided"),
    "go-live sign": (Act.GO_LIVE, ""),
    "tablet new-keys": (Act.CHANGE_SEAL, ""),
    "tablet receive": (Act.SETTLE, VALUES),
    "cards": (None, ""),  # random characters, which belong to nothing yet
    "render": (Act.PRESENT, "lead-agreement --kind blank -o OUT"),
    "complete": (Act.COMPLETE, f"lead-agreement --values {VALUES} --signatures {SIGNATURES}"),
    "show": (Act.VIEW, "ID -o OUT"),
    "case-number": (Act.GIVE_CASE_NUMBER, "ID 26-0001"),
    "verify": (Act.VERIFY, VALUES),
    "find": (Act.FIND, "ID"),
    "archive check": (Act.CHECK_ARCHIVE, ""),
    "archive rebuild": (Act.REBUILD, ""),
    "archive export": (Act.EXPORT, "OUT"),
}


@pytest.fixture
def agency(tmp_path):
    """Give an agency with one account for each role, and a closed record that another officer made."""
    services = make_services(tmp_path)
    for role in services.roles.roles:
        wanted = NewAccount(name=role.replace("_", "."), password="a calm river at noon", full_name=role, roles=(role,))  # noqa: S106  # a test's own
        add_account(services, BY, wanted)
    values, signatures = example("lead-agreement")
    request = CompletionRequest(form="lead-agreement", values=values, signatures=signatures, language="en")
    record = complete(services, BY, request).record
    with services.database.write() as transaction:
        transaction.book.put(replace(record, state=RecordState.CLOSED))
    return services, record


def commands(made: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    """Give every command, by the words that call it."""
    nested = [one for one in made._actions if isinstance(one, argparse._SubParsersAction)]
    if not nested:
        yield before
    for one in nested:
        for name, below in one.choices.items():
            yield from commands(below, f"{before} {name}".strip())


def test_every_command_has_an_entry():
    """A new command says here whose it is, or this fails."""
    assert set(commands(parser())) == set(COMMANDS)


@pytest.mark.parametrize("command", [name for name, (act, _) in COMMANDS.items() if act])
def test_no_command_tells_of_what_does_not_exist_for_a_role(agency, tmp_path, monkeypatch, capsys, command):
    """Without the right: refused, whatever was asked. With it: a closed record answers as one that never was."""
    services, record = agency
    act, arguments = COMMANDS[command]
    for role in services.roles.roles:
        name = role.replace("_", ".")
        actor = act_as(services, BY, name)
        told = []
        for number, document_id in enumerate((MISSING, record.document_id)):
            monkeypatch.setattr("sys.stdin", io.StringIO("a calm river at noon\n"))
            out = str(tmp_path / f"{role}-{number}")
            words = [*command.split(), *arguments.replace("ID", document_id).replace("OUT", out).split()]
            code = cli.run(lambda: services, ["--as", name, *words])
            said = capsys.readouterr()
            told.append((code, said.out.replace(document_id, "ID"), said.err.replace(document_id, "ID")))
        if act not in actor.permissions:
            assert told[0] == told[1], role
            assert (told[0][0], "not-permitted" in told[0][2]) == (1, True), role
        elif "ID" in arguments.split() and not actor.sight.closed:
            assert told[0] == told[1], role
            assert told[0][0] == 1, role
        else:
            assert "not-permitted" not in told[0][2], role
