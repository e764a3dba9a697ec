"""The shooting range: one act, every point, every fault, and what must hold after each."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import ocfl

from forms_service.domain.forms import FormVersion
from forms_service.errors import FormsServiceError
from forms_service.ports import Actor, EmbeddedFile, RenderJob, Services, StampedDocument, Strip
from forms_service.workflow import upkeep
from forms_service.workflow.record_versions import object_id
from tests.conftest import make_services
from tests.faults.shots import FAULTS, REFUSED, fresh_copy, points, run_child, shoot

BY = Actor(id="operator:tester")
Act = Callable[[Services], int]


class OnceRenderer:
    """Renders each job once for all shots: it is pure, and changes nothing in the folder."""

    def __init__(self, services: Services) -> None:
        self._made: dict[str, bytes] = {}
        self._renderer = services.renderer

    def lacking(self, form: FormVersion) -> str:
        """Ask the real one."""
        return self._renderer.lacking(form)

    def render(self, job: RenderJob) -> bytes:
        """Give the page of a job."""
        key = f"{job.document_id}/{job.kind}"
        if key not in self._made:
            self._made[key] = self._renderer.render(job)
        return self._made[key]


class OnceStamper:
    """Stamps each page once for all shots: it is pure too."""

    def __init__(self, services: Services) -> None:
        self._made: dict[tuple[bytes, Strip, tuple[EmbeddedFile, ...]], StampedDocument] = {}
        self._stamper = services.stamper

    def stamp(self, page_pdf: bytes, strip: Strip, *, embed: Sequence[EmbeddedFile] = ()) -> StampedDocument:
        """Give the stamped page."""
        key = (page_pdf, strip, tuple(embed))
        if key not in self._made:
            self._made[key] = self._stamper.stamp(page_pdf, strip, embed=embed)
        return self._made[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many points and shots there were, and how they ended."""

    points: int
    shots: int
    endings: dict[int, int]


def shoot_all(
    folder: Path, prepare: Act, act: Act, expected_versions: list[int], *, faults: Sequence[str] = FAULTS, each: int = 1
) -> Tally:
    """Shoot at every point of an act, or at each so-manieth, with every fault, and check the promise after each.

    Raises:
        AssertionError: Something was lost, a row has no object, the root is not valid, or a second try failed.
    """
    template, range_ = folder / "template", folder / "range"
    first = make_services(template)
    once = {"renderer": OnceRenderer(first), "stamper": OnceStamper(first)}
    prepare(replace(first, **once))
    fresh_copy(template, range_)

    def services() -> Services:
        return replace(make_services(range_), **once)

    warm = replace(make_services(folder / "warm"), **once)
    prepare(warm)
    act(warm)  # the page's pure work is done once, before anybody forks
    found = points(lambda: _run(services, act), range_, folder / "record.log")[::each]
    endings: dict[int, int] = {}
    for point, fault in itertools.product(found, faults):
        fresh_copy(template, range_)
        code = shoot(lambda: _run(services, act), point, fault)
        endings[code] = endings.get(code, 0) + 1
        assert code in (0, REFUSED, -9), (point, fault, code)
        _check_promise(services, act, expected_versions, (point, fault))
    shutil.rmtree(range_)
    return Tally(points=len(found), shots=len(found) * len(faults), endings=endings)


def _run(services: Callable[[], Services], act: Act) -> int:
    try:
        return act(services())
    except FormsServiceError:
        return REFUSED
    except BaseException as error:  # noqa: BLE001  # the child's last word: whatever it was, it is not a refusal
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        return 98


def _check_promise(services: Callable[[], Services], act: Act, expected_versions: list[int], shot: object) -> None:
    """In a fresh process: start up, look, try again, look again."""

    def look() -> int:
        one = services()
        upkeep.start_up(one, BY)
        _assert_rows_have_objects(one)
        _assert_valid(one.settings.archive)
        act(one)
        _assert_rows_have_objects(one)
        with one.database.read() as transaction:
            versions = sorted(record.version for record in transaction.book.records())
        assert versions == expected_versions, versions
        assert upkeep.check(one, BY) == []
        return 0

    child, gate = run_child(lambda: _told(look))
    os.write(gate, b"g")
    os.close(gate)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, shot


def _told(look: Callable[[], int]) -> int:
    try:
        return look()
    except BaseException as error:  # noqa: BLE001  # as above
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        return 98


def _assert_rows_have_objects(services: Services) -> None:
    with services.database.read() as transaction:
        rows = list(transaction.book.records())
    for record in rows:
        assert services.archive.head(object_id(record.record_id)) >= record.version


def _assert_valid(root: Path) -> None:
    """Validate the root with ocfl-py, every object and digest."""
    if not (root / "0=ocfl_1.1").exists():
        return
    judged = ocfl.StorageRoot(root=str(root))
    assert judged.validate(validate_objects=True, check_digests=True, log_warnings=False, log_errors=True), root
