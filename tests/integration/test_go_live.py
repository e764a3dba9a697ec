"""Going live: no real record before every line is green, by name and date, in a file that our own key signed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.archive.go_live_file import GoLiveFile
from forms_service.domain.forms import PackStatus
from forms_service.domain.go_live import LINES, Kind
from forms_service.errors import (
    GoLiveFileError,
    GoLiveLineUnknownError,
    GoLiveStatementMissingError,
    NotPermittedError,
    NotReadyToGoLiveError,
    PracticeMixedError,
)
from forms_service.ports import Actor, Services
from forms_service.workflow import accounts, first_start, roles_held
from forms_service.workflow.go_live import go_live_lines, refuse_unready, sign_go_live, state_line
from tests.conftest import HeldClock, make_services

STATED = [name for name, kind in LINES.items() if kind is not Kind.FOUND]


class ReadyForms:
    """The shipped forms, as if all of them were approved and certified."""

    def __init__(self, forms) -> None:
        self._forms = forms

    def forms(self):
        """Give every form, ready."""
        return tuple(map(self._ready, self._forms.forms()))

    def _ready(self, form):
        packs = {
            tag: replace(pack, status=PackStatus.CERTIFIED) for tag, pack in form.definition.packs.items()
        }  # fmt: skip
        return replace(form, definition=replace(form.definition, approvals_needed=(), packs=packs))


class OwnSealer:
    """The sealer, as if its key were the agency's own."""

    is_test_seal = False

    def __init__(self, sealer) -> None:
        self._sealer = sealer

    def sign(self, content: bytes, **more) -> bytes:
        """Sign with the key that is there."""
        return self._sealer.sign(content, **more)


def ready(services: Services) -> Services:
    """Give services in which everything that is looked up is as it must be; still practising."""
    settings = replace(services.settings, origin="https://forms.example", trusted_proxy="10.0.0.1")
    return replace(services, settings=settings, forms=ReadyForms(services.forms), sealer=OwnSealer(services.sealer))


def staffed(services: Services, by: Actor) -> None:
    """Hire one person for each position."""
    for position in services.roles.positions:
        accounts.add_account(
            services, by,
            accounts.NewAccount(
                name=position.replace("_", "."), password="a calm river at noon", full_name="A. Example",  # noqa: S106  # a test's own
                roles=roles_held.roles_of_position(services, position),
            ),
        )  # fmt: skip


def say_everything(services: Services, by: Actor) -> None:
    """State every line that somebody states."""
    for line in STATED:
        state_line(services, by, line, name=" Lt.  Example ", words="Decided on paper")


def real(services: Services) -> Services:
    """Give the services of a production start."""
    return replace(services, settings=replace(services.settings, production=True))


def test_what_is_looked_up_is_told_with_what_is_missing(services, by):
    """A fresh practice installation: nothing is green, and each found line says why."""
    services.checkpoints.put(1, b"")
    with services.database.read():
        lines = {one.name: one for one in go_live_lines(services, by)}
    assert not any(one.is_green for one in lines.values())
    assert "lead-agreement es" in lines["packs-certified"].found
    assert "prosecutor" in lines["forms-approved"].found
    assert "TEST SEAL" in lines["own-seal"].found
    assert "view_internal" in lines["staff"].found
    assert lines["checkpoints-elsewhere"].found


def test_a_statement_has_a_name_words_a_date_and_a_row_in_the_trail(services, by, clock):
    """Stated again, the newer one stands; the trail names the line and never the words."""
    state_line(services, by, "languages", name="Pat Example", words="English and Spanish")
    clock.move(minutes=5)
    state_line(services, by, "languages", name="Pat  Example ", words="Spanish too")
    (line,) = [one for one in go_live_lines(services, by) if one.name == "languages"]
    assert line.is_green
    assert (line.statement.name, line.statement.words) == ("Pat Example", "Spanish too")
    assert line.statement.said_at == clock.now()
    with services.database.read() as transaction:
        said = [dict(one) for one in transaction.ledger.audit_entries()]
    assert [(one["act"], one["object_id"], one["facts"]) for one in said] == [("go_live", "languages", {})] * 2


@pytest.mark.parametrize("line", ["own-seal", "unheard"])
def test_what_is_looked_up_or_unknown_is_stated_by_nobody(services, by, line):
    """A statement can not make the installation other than it is."""
    with pytest.raises(GoLiveLineUnknownError):
        state_line(services, by, line, name="Pat Example", words="It is fine")


@pytest.mark.parametrize(("name", "words"), [(" ", "decided"), ("Pat Example", " ")])
def test_a_statement_without_a_name_or_words_is_none(services, by, name, words):
    """Both are asked for."""
    with pytest.raises(GoLiveStatementMissingError):
        state_line(services, by, "languages", name=name, words=words)


def test_going_live_is_for_those_whose_role_says_so(services):
    """An officer neither sees nor states the lines."""
    with pytest.raises(NotPermittedError):
        go_live_lines(services, Actor(id="account:1", permissions=frozenset({"find"})))


def test_a_production_start_needs_the_signed_statements(services, by, tmp_path):
    """Signed when every line is green; then, and not before, a start with real records goes through."""
    prepared = ready(services)
    with pytest.raises(NotReadyToGoLiveError, match="staff"):
        sign_go_live(prepared, by)
    staffed(services, by)
    say_everything(services, by)
    with pytest.raises(NotReadyToGoLiveError, match="no signed statements"):
        refuse_unready(real(prepared))
    place = sign_go_live(prepared, by)
    assert Path(place).read_bytes()
    started = replace(real(prepared), database=make_services(tmp_path / "real").database)
    first_start.refuse_unsafe(started)
    with pytest.raises(NotReadyToGoLiveError, match="packs-certified"):
        refuse_unready(replace(started, forms=services.forms))


def test_statements_of_another_key_or_none_of_ours_are_refused(services, by, tmp_path):
    """A file made elsewhere, or with other content, opens nothing."""
    prepared = real(ready(services))
    for signed in (
        make_services(tmp_path / "other").sealer.sign(b"{}", signed_at=HeldClock().now()),
        *(services.sealer.sign(content, signed_at=HeldClock().now()) for content in (b"[]", b"{", b'{"lines": {"languages": {}}}')),
        b"no message at all",
    ):  # fmt: skip
        services.go_live_file.put(signed)
        with pytest.raises(NotReadyToGoLiveError, match="not ours"):
            refuse_unready(prepared)


def test_a_folder_that_takes_no_file_is_said(tmp_path):
    """Nothing is half there, and a file that can not be read is no empty one."""
    (tmp_path / "occupied").write_bytes(b"")
    with pytest.raises(GoLiveFileError):
        GoLiveFile(tmp_path / "occupied" / "go-live.p7m").put(b"signed")
    (tmp_path / "folder").mkdir()
    with pytest.raises(GoLiveFileError):
        GoLiveFile(tmp_path / "folder").read()
    assert GoLiveFile(tmp_path / "nothing").read() == b""


def test_practice_beside_real_records_has_places_of_its_own(tmp_path):
    """Database, archive, checkpoints, seal and address are others; it can not meet the real ones."""
    (tmp_path / "there").mkdir()
    own = make_services(tmp_path / "there").settings
    beside = make_services(tmp_path / "there", FORMS_PRODUCTION="true", FORMS_PRACTICE="true").settings
    assert not beside.production
    for place in ("archive", "database", "checkpoints", "seal_key", "seal_passphrase", "origin"):
        assert getattr(beside, place) != getattr(own, place), place
    assert make_services(tmp_path / "there", FORMS_PRACTICE="true").settings == own


def test_practice_never_becomes_real(services, by):
    """Even with every line green, a database that practised refuses."""
    first_start.settle_practice(services)
    with pytest.raises(PracticeMixedError):
        first_start.refuse_unsafe(real(ready(services)))
