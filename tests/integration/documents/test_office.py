"""LibreOffice on its leash: the real one, with documents it can not finish."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from forms_service.documents.office import LibreOffice, OfficeLimits, OfficeProgram
from forms_service.errors import OfficeBusyError, OfficeFailedError, OfficeMissingError, OfficeTimedOutError
from forms_service.settings import ROOT
from tests.word_files import document, endless, paragraph

FONTS = ROOT / "config/fonts"
HELLO = document(paragraph("Hello"))


@pytest.fixture
def office() -> Iterator[LibreOffice]:
    """Give one with a short leash, and end it."""
    made = LibreOffice(FONTS, limits=OfficeLimits(deadline_s=4, documents=3, waiting=1, wait_s=0.2))
    yield made
    made.close()


def living(group: int | None) -> list[int]:
    """Give the processes of a group that are no zombies."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if said[2] == str(group) and said[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def until_gone(group: int | None) -> bool:
    """Say whether a group is gone within some seconds: the kernel takes a moment."""
    ends = time.monotonic() + 5
    while living(group):
        if time.monotonic() > ends:
            return False
        os.sched_yield()
    return True


def test_one_process_makes_one_document_after_the_other(office, tmp_path):
    """It is started on first need, is warm by then, and stays."""
    assert office.process_id is None
    pdf = office.convert(HELLO, needed_by="x")
    first = office.process_id
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf)
    assert "Hello" in PdfReader(file).pages[0].extract_text()
    office.convert(HELLO, needed_by="x")
    assert office.process_id == first


def test_a_document_that_hangs_is_killed_with_the_whole_group(office):
    """The deadline ends it, nothing of the group lives on, and the next document is made by a new one."""
    office.convert(HELLO, needed_by="x")
    group = office.process_id
    assert len(living(group)) >= 2
    began = time.monotonic()
    with pytest.raises(OfficeTimedOutError) as refused:
        office.convert(endless(), needed_by="x")
    assert refused.value.facts == {"seconds": 4}
    assert time.monotonic() - began < 10
    assert until_gone(group)
    assert office.convert(HELLO, needed_by="x").startswith(b"%PDF")
    assert office.process_id not in (None, group)


def test_a_new_process_is_started_after_some_documents(office):
    """LibreOffice does not give memory back; three documents here, then another process."""
    groups = []
    for _ in range(4):
        office.convert(HELLO, needed_by="x")
        groups.append(office.process_id)
    assert len(set(groups[:3])) == 1
    assert groups[3] != groups[0]
    assert until_gone(groups[0])


def test_who_would_wait_too_long_is_told_for_how_long(office):
    """One is made, one waits at most so long, a third is refused at once; each with seconds."""
    office.convert(HELLO, needed_by="x")
    refusals: list[OfficeBusyError] = []

    def hang() -> None:
        with pytest.raises(OfficeTimedOutError):
            office.convert(endless(), needed_by="x")

    def ask() -> None:
        try:
            office.convert(HELLO, needed_by="x")
        except OfficeBusyError as error:
            refusals.append(error)

    first = threading.Thread(target=hang)
    first.start()
    while not office.inside:
        os.sched_yield()
    others = [threading.Thread(target=ask) for _ in range(3)]
    for one in others:
        one.start()
    for one in (*others, first):
        one.join()
    assert len(refusals) == 3
    assert all(int(str(one.facts["retry_after_seconds"])) >= 1 for one in refusals)


def test_what_is_no_document_is_refused_and_the_next_is_made(office):
    """LibreOffice can not read it; that is told, and nothing is stuck."""
    with pytest.raises(OfficeFailedError):
        office.convert(b"no document", needed_by="x")
    assert office.convert(HELLO, needed_by="x").startswith(b"%PDF")


def test_a_process_that_died_is_replaced(office):
    """Killed from outside between two documents, it is started again."""
    office.convert(HELLO, needed_by="x")
    group = office.process_id
    assert group
    os.killpg(group, signal.SIGKILL)
    assert until_gone(group)
    assert office.convert(HELLO, needed_by="x").startswith(b"%PDF")


def test_it_has_no_network(office):
    """A namespace of its own: what LibreOffice would fetch, it could not."""
    office.convert(HELLO, needed_by="x")
    here = Path("/proc/self/ns/net").readlink()
    assert office.has_network is False
    assert {Path(f"/proc/{one}/ns/net").readlink() for one in living(office.process_id)}.isdisjoint({here})


def test_it_has_no_network_without_roots_rights(tmp_path):
    """Who may not make a network of their own gets one with a user namespace, and still makes pages."""
    python = tmp_path / "python"
    powerless = "setpriv --bounding-set -sys_admin " if os.getuid() == 0 else ""
    python.write_text(f'#!/bin/sh\nexec {powerless}{OfficeProgram().python} "$@"\n', "ascii")
    python.chmod(0o700)
    office = LibreOffice(FONTS, program=OfficeProgram(python=python))
    try:
        assert office.convert(HELLO, needed_by="x").startswith(b"%PDF")
        users, nets = (
            {Path(f"/proc/{one}/ns/{kind}").readlink() for one in living(office.process_id)} for kind in ("user", "net")
        )
        assert office.has_network is False
    finally:
        office.close()
    assert users.isdisjoint({Path("/proc/self/ns/user").readlink()})
    assert nets.isdisjoint({Path("/proc/self/ns/net").readlink()})


def test_nothing_of_a_paper_is_left_behind(office):
    """The folder that LibreOffice worked in goes with it."""
    office.convert(HELLO, needed_by="x")
    folder = Path(f"/proc/{office.process_id}/cwd").readlink()
    assert folder.name.startswith("forms-office-")
    assert not list(folder.glob("tmp/page.*"))
    office.close()
    assert not folder.exists()


def test_without_libreoffice_a_page_is_refused_with_its_form():
    """Nothing is started, and the refusal names who needs it."""
    office = LibreOffice(FONTS, program=OfficeProgram(soffice=Path("/nowhere/soffice.bin")))
    assert not office.is_installed
    with pytest.raises(OfficeMissingError, match="lead-agreement 2 needs it"):
        office.convert(HELLO, needed_by="lead-agreement 2")


def test_one_that_does_not_start_is_refused():
    """A program that ends at once is no LibreOffice."""
    office = LibreOffice(FONTS, program=OfficeProgram(python=Path("/bin/false")))
    with pytest.raises(OfficeFailedError):
        office.convert(HELLO, needed_by="x")
    assert office.process_id is None
