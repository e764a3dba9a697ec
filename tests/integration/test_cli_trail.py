"""The audit trail from the shell: listed, reviewed, exported, each of them an entry itself."""

from __future__ import annotations

import csv
import io
import json

import pytest

from forms_service import cli
from forms_service.ports import Actor, AuditFacts, TrailSearch
from forms_service.workflow.accounts import NewAccount, add_account
from forms_service.workflow.audit_trail import check_trail

PASSWORD = "a calm river at noon"  # noqa: S105  # a test's own
RECORD = "3f2b8c1e-0d5a-4c7e-9b1f-2a6d8e4c0f13"


@pytest.fixture
def account(services, by):
    """Let one clerk open a record and be refused another."""
    made = add_account(
        services, by, NewAccount(name="dreyes", password=PASSWORD, full_name="Dana Reyes", roles=("officer",))
    )
    clerk = Actor(id=f"account:{made.id}", roles=("clerk",), source="192.0.2.7")
    for what in (
        AuditFacts(act="view", object_kind="record", object_id=RECORD, facts={"what": "pdf", "bytes_out": 9}),
        AuditFacts(act="view", object_kind="document", object_id="LEAD-00000-00000-0", outcome="refused"),
    ):
        with services.database.write() as transaction:
            transaction.ledger.audit(clerk, services.clock.now(), what)
    return made


@pytest.fixture
def shell(services, account, capsys):
    """Give a way to run a command in this process: exit code, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(lambda: services, list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_entries_are_listed_newest_first(shell, account):
    """One line each: number, time, who, from where, what, with which thing, outcome, facts."""
    code, out, _ = shell("audit", "list", "--actor", "dreyes")
    assert code == 0
    assert out.splitlines() == [
        f"3  2026-11-21T18:00:00.000Z  account:{account.id}  192.0.2.7  view  document:LEAD-00000-00000-0  refused",
        f"2  2026-11-21T18:00:00.000Z  account:{account.id}  192.0.2.7  view  record:{RECORD}  done  bytes_out=9 what=pdf",
    ]


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        (["--object", RECORD], [2]),
        (["--act", "view", "--outcome", "refused"], [3]),
        (["--actor", "operator:"], [1]),
        (["--from", "2026-11-21", "--to", "2026-11-21"], [3, 2, 1]),
        (["--to", "2026-11-20"], []),
        (["--limit", "1"], [3]),
        (["--limit", "0"], [3]),
        (["--before", "2"], [1]),
    ],
)
def test_each_filter_narrows(shell, arguments, numbers):
    """The filters of the page, as JSON; nothing found is exit 1, as with find."""
    code, out, _ = shell("audit", "list", "--json", *arguments)
    assert [row["sequence"] for row in json.loads(out)] == numbers
    assert code == (0 if numbers else 1)


def test_a_list_that_goes_on_says_how(shell):
    """The next page's argument is printed."""
    _, out, _ = shell("audit", "list", "--limit", "2")
    assert out.splitlines()[-1] == "older ones: --before 2"


@pytest.mark.parametrize("text", ["-1", "x", "9" * 20])
def test_a_number_that_is_none_is_refused(services, text):
    """An argument that is no count is told by the parser."""
    with pytest.raises(SystemExit) as ended:
        cli.run(lambda: services, ["audit", "list", "--before", text])
    assert ended.value.code == 2


def test_an_unknown_name_is_refused(shell):
    """Nobody of that name is not the same as nothing done."""
    code, _, err = shell("audit", "list", "--actor", "rosa")
    assert (code, "not-found" in err) == (1, True)


def test_the_week_is_reviewed_and_signed_off(shell, services, by, clock):
    """Counts first, then the sign-off of exactly what was shown."""
    code, out, _ = shell("audit", "review")
    assert code == 0
    assert out.startswith("3 entries since entry 0 (never)\n")
    assert "trail: never checked" in out
    check_trail(services, by)
    clock.move(days=8)
    _, out, _ = shell("audit", "review", "--sign-off")
    assert "OVERDUE" in out
    assert "refused          1" in out
    assert "trail: held" in out
    assert "signed off up to entry 5" in out
    _, out, _ = shell("audit", "review")
    assert out.startswith("2 entries since entry 5 (last signed off 2026-11-29T18:00:00.000Z by operator:")


def test_entries_are_written_to_a_file(shell, services, tmp_path):
    """The file holds what the filters say; the size said is the one in the trail."""
    file = tmp_path / "trail.csv"
    code, out, _ = shell("audit", "export", str(file), "--act", "view")
    assert code == 0
    assert len(list(csv.reader(io.StringIO(file.read_text("utf-8"))))) == 3
    with services.database.read() as transaction:
        newest = transaction.ledger.audit_search(TrailSearch(limit=1))[0].entry
    assert out == f"{newest.facts['bytes_out']} bytes\n"
    assert shell("audit", "export", str(file), "--format", "json", "--object", RECORD)[0] == 0
    assert [row["object_id"] for row in json.loads(file.read_text("utf-8"))] == [RECORD]


@pytest.mark.parametrize("text", ["soon", "2026-02-30", "9999-12-31", "0001-01-01"])
@pytest.mark.parametrize(
    "command", [("audit", "list", "--to"), ("audit", "list", "--from"), ("account", "add", "kim", "--until")]
)
def test_a_day_that_is_none_is_refused(services, capsys, command, text):
    """A day that never was, or at which the calendar's arithmetic ends: the parser says how a day is written."""
    with pytest.raises(SystemExit) as ended:
        cli.run(lambda: services, [*command, text])
    assert ended.value.code == 2
    told = (
        f"argument {command[-1]}: '{text}' is no day; write YYYY-MM-DD, such as 2026-11-28, in a year from 1900 to 2999"
    )
    assert capsys.readouterr().err.splitlines()[-1].endswith(told)
