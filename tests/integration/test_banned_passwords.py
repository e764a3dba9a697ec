"""The list of banned passwords: put in place, asked at each new password, due each quarter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forms_service import cli
from forms_service.cli.findings import Level
from forms_service.errors import BannedPasswordsMalformedError, NotPermittedError, PasswordTooEasyError
from forms_service.ports import Actor
from forms_service.setup_check import check_setup
from forms_service.workflow.accounts import NewAccount, add_account, set_password
from forms_service.workflow.banned_passwords import LONGEST, MOST_BYTES, show_banned, update_banned
from tests.conftest import NOW, environment

GOOD = "a calm river at noon"


def chosen(services, by, password: str) -> None:
    """Choose a password for a new account."""
    wanted = NewAccount(name="alex", password=password, full_name="Alex Example", roles=("officer",))
    add_account(services, by, wanted)


def run(services, *words: str) -> int:
    """Run the command."""
    return cli.run(lambda: services, ["account", "banned-passwords", *words])


@pytest.mark.parametrize("typed", [GOOD, "A Calm River at NOON", "a\u00a0calm river at noon"])
def test_a_password_on_the_list_is_refused_with_the_reason(services, by, typed):
    """However it is written; a set one and a first one alike. One that only begins like it is good."""
    update_banned(services, by, f"\ufeffgo beavers go beavers\r\n\r\n{GOOD}\r\n".encode())
    with pytest.raises(PasswordTooEasyError, match="list of banned passwords"):
        chosen(services, by, typed)
    chosen(services, by, f"{GOOD} again")
    with pytest.raises(PasswordTooEasyError, match="list of banned passwords"):
        set_password(services, by, "alex", typed)


def test_lines_are_whole_passwords(services, by):
    """What stands on two lines, or inside one, bans nothing."""
    update_banned(services, by, f"{GOOD} and night\na calm\nriver at noon".encode())
    chosen(services, by, GOOD)
    set_password(services, by, "alex", "a calm\nriver at noon")


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"", 1, "holds no password"),
        (b"\n\r\n", 1, "holds no password"),
        (b"good one\ncaf\xe9\n", 2, "not UTF-8"),
        (b"good one\n\nsecret\t120\n", 3, "control character"),
        (b"good one\nbad\x00one\n", 2, "control character"),
        (b"x" * (LONGEST + 1), 1, "characters"),
        (b"x\n" * (MOST_BYTES // 2 + 1), 1, "bytes"),
    ],
)
def test_what_is_no_list_is_refused_and_the_one_before_stays(services, by, content, line, problem):
    """The refusal names the line and what is wrong with it."""
    update_banned(services, by, GOOD.encode())
    with pytest.raises(BannedPasswordsMalformedError, match=problem) as refused:
        update_banned(services, by, content)
    assert (refused.value.slug, refused.value.facts["line"]) == ("banned-passwords-malformed", line)
    with pytest.raises(PasswordTooEasyError):
        chosen(services, by, GOOD)


def test_the_shell_puts_a_list_in_place_and_shows_it(services, clock, tmp_path, capsys):
    """A hundred thousand lines take a moment; the trail says how many, never which."""
    assert run(services, "--show") == 1
    file = tmp_path / "list.txt"
    file.write_text("".join(f"password number {number}\n" for number in range(100_000)) + "Password number 1\n")
    assert run(services, "--update", str(file)) == 0
    clock.move(days=93)
    assert run(services, "--show") == 0
    assert capsys.readouterr().out.splitlines() == [
        "There is no list of banned passwords yet",
        "100000 banned passwords, list of 2026-11-21",
        "100000 banned passwords, list of 2026-11-21  A NEWER ONE IS DUE",
    ]
    with services.database.read() as transaction:
        entry = list(transaction.ledger.audit_entries())[-1]
    assert (entry["act"], entry["facts"]) == ("ban_passwords", {"count": 100_000})


def test_the_shell_refuses_what_it_can_not_read(services, tmp_path, capsys):
    """A file that is not there, and one that is no list: one line, exit code 2."""
    (tmp_path / "list.txt").write_bytes(b"\xff")
    assert run(services, "--update", str(tmp_path / "nothing")) == 2
    assert run(services, "--update", str(tmp_path / "list.txt")) == 2
    unreadable, malformed = capsys.readouterr().err.splitlines()
    assert unreadable.startswith("forms-service: file-unreadable:")
    assert malformed.startswith("forms-service: banned-passwords-malformed: line 1 ")


def test_nobody_bans_or_looks_without_the_right(services):
    """An officer may choose a password, not say which are banned."""
    officer = Actor(id="account:1", roles=("officer",), permissions=frozenset({"present"}))
    with pytest.raises(NotPermittedError):
        update_banned(services, officer, GOOD.encode())
    with pytest.raises(NotPermittedError):
        show_banned(services, officer)


def test_the_check_of_the_settings_advises_a_newer_list(services, by, tmp_path):
    """No list, an old one, a fresh one: advice, never a problem."""

    def told(now):
        found = [one for one in check_setup(environment(tmp_path), now=now) if one.place == "banned passwords"]
        return [(one.level, one.words) for one in found]

    assert told(NOW)[0][0] is Level.WARNING
    assert "no list yet" in told(NOW)[0][1]
    update_banned(services, by, GOOD.encode())
    assert told(NOW + timedelta(days=92))[0][0] is Level.GOOD
    ((level, words),) = told(NOW + timedelta(days=93))
    assert (level, "is of 2026-11-21" in words) == (Level.WARNING, True)
