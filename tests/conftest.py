"""What every test may use."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from forms_service.domain.record import Record
from forms_service.ports import Actor, Services
from forms_service.settings import ROOT, Settings, read_settings
from forms_service.wiring import build_services
from forms_service.workflow.complete import CompletionRequest, complete

pytest_plugins = ["tests.counterparts.fixtures"]

SCALE = int(os.environ.get("TEST_SCALE", "1"))
settings.register_profile(
    "seeded",
    max_examples=50 * SCALE,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("seeded")

# What is read from the same places, and keeps nothing of a test: cutting fonts anew took a third of the run.
ENGINES: dict[tuple[Path, Path, Path], dict] = {}


def pytest_sessionfinish() -> None:
    """Let the engines go while the interpreter is whole: they remove files of their own."""
    ENGINES.clear()


NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
EXAMPLES = ROOT / "examples"


# What takes minutes begins first: begun last, one process would end it alone while the other waits.
LONGEST_FIRST = ("tests/faults/", "tests/conformance/", "tests/golden/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within them, and behind them, the order stays."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST_FIRST))


class HeldClock:
    """A clock that a test holds."""

    def __init__(self, now: datetime = NOW) -> None:
        self.instant = now

    def now(self) -> datetime:
        """Give the instant the test set."""
        return self.instant

    def move(self, **by: float) -> None:
        """Go on by a time."""
        self.instant += timedelta(**by)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Give the variables that keep everything a test writes in one folder."""
    return {
        "FORMS_ARCHIVE": str(folder / "signed"),
        "FORMS_DATABASE": str(folder / "var" / "forms.sqlite3"),
        "FORMS_CHECKPOINTS": str(folder / "checkpoints"),
        "FORMS_SEAL_KEY": str(folder / "keys" / "seal.p12"),
        "FORMS_SEAL_PASSPHRASE": str(folder / "keys" / "seal.pass"),
        **more,
    }


def make_services(folder: Path, clock: HeldClock | None = None, **more: str) -> Services:
    """Build the real services in a folder, under a clock that the test holds."""
    built = build_services(make_settings(folder, **more))
    places = built.settings.fonts, built.settings.templates, built.settings.soffice
    shared = ENGINES.setdefault(places, {name: getattr(built, name) for name in ("forms", "renderer", "stamper")})
    return replace(built, clock=clock or HeldClock(), **shared)


def make_settings(folder: Path, **more: str) -> Settings:
    """Read settings that write nowhere but into a folder."""
    return read_settings(environment(folder, **more))


def example(form: str, name: str = "") -> tuple[dict, dict]:
    """Give values and signatures of an example."""
    prefix = f"{name}." if name else ""
    folder = EXAMPLES / form
    return (
        json.loads((folder / f"{prefix}values.json").read_text("utf-8")),
        json.loads((folder / f"{prefix}signatures.json").read_text("utf-8")),
    )


def archived(services: Services, by: Actor, form: str) -> Record:
    """Archive the usual example of a form."""
    values, signatures = example(form)
    return complete(services, by, CompletionRequest(form=form, values=values, signatures=signatures)).record


@pytest.fixture
def clock() -> HeldClock:
    """Give a clock that stands still."""
    return HeldClock()


@pytest.fixture
def services(tmp_path: Path, clock: HeldClock) -> Iterator[Services]:
    """Give real services in an empty folder."""
    return make_services(tmp_path, clock)


@pytest.fixture
def by() -> Actor:
    """Give the shell's operator."""
    return Actor(id="operator:tester")
