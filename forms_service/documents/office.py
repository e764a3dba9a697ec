"""LibreOffice on a leash: one warm process of this service, which turns DOCX into PDF.

* Started on first need with a profile of its own, in memory where the machine has such a folder; warmed before use.
* Every conversion has a deadline. LibreOffice can not be told to stop, so then its whole process group is killed, and
  the next document starts a new one. A new one is started after some documents too: it does not give memory back.
* One document at a time; few may wait, and those who may not are told for how long.
* Without LibreOffice the service runs, and each page that needs it is refused.

What runs in the group, and what it may not do, stands in ``office_guard.py``.
"""

from __future__ import annotations

import logging
import math
import os
import select
import signal
import subprocess
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from forms_service.documents.office_files import small_document, write_profile
from forms_service.errors import (
    OfficeBusyError,
    OfficeFailedError,
    OfficeMissingError,
    OfficeTimedOutError,
)
from forms_service.settings import SOFFICE

log = logging.getLogger(__name__)
GUARD = Path(__file__).with_name("office_guard.py")
_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own below it
_MOST_PDF_BYTES = 64 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeProgram:
    """What must be on the machine: Debian's ``libreoffice-writer`` and ``python3-uno``."""

    soffice: Path = SOFFICE
    python: Path = Path("/usr/bin/python3")
    uno: Path = Path("/usr/lib/python3/dist-packages/uno.py")

    @property
    def is_there(self) -> bool:
        """Say whether everything is."""
        return all(file.exists() for file in (self.soffice, self.python, self.uno))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeLimits:
    """How long the leash is.

    Attributes:
        deadline_s: For one document; a page of ours takes a fifth of a second.
        start_s: For a start, warming included.
        documents: After how many a new process is started.
        waiting: How many may wait while one is made.
        wait_s: How long one waits at most.
    """

    deadline_s: float = 30
    start_s: float = 60
    documents: int = 200
    waiting: int = 8
    wait_s: float = 45


class LibreOffice:
    """Converts, one document at a time; safe to share between threads.

    Args:
        fonts: The folder of the bundled fonts, the only ones it finds.
    """

    def __init__(
        self, fonts: Path, *, program: OfficeProgram | None = None, limits: OfficeLimits | None = None
    ) -> None:
        self._fonts = fonts
        self._program = program or OfficeProgram()
        self._limits = limits or OfficeLimits()
        self._running: _Running | None = None
        self._one = threading.Lock()
        self._queue = _Queue(self._limits)

    @property
    def is_installed(self) -> bool:
        """Say whether LibreOffice is on this machine."""
        return self._program.is_there

    @property
    def process_id(self) -> int | None:
        """Give the id of the process group that runs now."""
        return self._running.process_id if self._running else None

    @property
    def inside(self) -> int:
        """Give how many documents are made or wait."""
        return self._queue.inside

    @property
    def has_network(self) -> bool | None:
        """Say whether the group can reach a network; None when nothing runs."""
        return self._running.has_network if self._running else None

    def convert(self, docx: bytes, *, needed_by: str) -> bytes:
        """Give a document's PDF.

        Args:
            docx: The document.
            needed_by: The form, for whoever has to install LibreOffice.

        Raises:
            OfficeMissingError: LibreOffice is not installed.
            OfficeBusyError: Too many wait already, or it took too long until it was this one's turn.
            OfficeTimedOutError: The deadline passed; the process group was killed.
            OfficeFailedError: LibreOffice did not start, died, or can not read the document.
        """
        if not self.is_installed:
            raise OfficeMissingError(needed_by=needed_by)
        with self._queue.turn():
            return self._converted(docx)

    def close(self) -> None:
        """End the process group; the next document starts another."""
        with self._one:
            self._stop()

    def _converted(self, docx: bytes) -> bytes:
        with self._one:  # also against close()
            running = self._ready()
            try:
                return running.ask(docx, self._limits.deadline_s)
            except (OfficeTimedOutError, OfficeFailedError):
                self._stop()
                raise

    def _ready(self) -> _Running:
        """Give the process that runs, or a new one that is warm."""
        now = self._running
        if now is not None and (not now.is_alive or now.made >= self._limits.documents):
            self._stop()
        if self._running is None:
            self._running = _Running(self._program, self._fonts)
            try:
                self._running.warm(self._limits.start_s)
            except (OfficeTimedOutError, OfficeFailedError):
                self._stop()
                raise
        return self._running

    def _stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.kill()


class _Queue:
    """Lets one in after the other, and few wait."""

    def __init__(self, limits: OfficeLimits) -> None:
        self._limits = limits
        self.inside = 0
        self._count = threading.Lock()
        self._turn = threading.Lock()
        self._last_s = 1.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, and hold it.

        Raises:
            OfficeBusyError.
        """
        with self._count:
            if self.inside > self._limits.waiting:
                raise OfficeBusyError(retry_after_seconds=self._seconds())
            self.inside += 1
        try:
            if not self._turn.acquire(timeout=self._limits.wait_s):
                raise OfficeBusyError(retry_after_seconds=self._seconds())
            began = time.monotonic()
            try:
                yield
            finally:
                self._last_s = time.monotonic() - began
                self._turn.release()
        finally:
            with self._count:
                self.inside -= 1

    def _seconds(self) -> int:
        """Give how long those who wait now will take, as long as the last one each."""
        return max(1, math.ceil(self.inside * self._last_s))


class _Running:
    """One process group, from its start to its end."""

    def __init__(self, program: OfficeProgram, fonts: Path) -> None:
        self.made = 0
        self.has_network: bool | None = None
        self._owner = os.getpid()
        folder = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
        self._folder = TemporaryDirectory(prefix="forms-office-", dir=folder, ignore_cleanup_errors=True)
        place = Path(self._folder.name)
        environment = write_profile(place, fonts)
        packages = find_spec("unoserver")
        beside = str(Path(packages.origin).parents[1]) if packages and packages.origin else ""
        command = [str(one) for one in (program.python, "-I", GUARD, program.soffice, place, beside)]
        self._process = subprocess.Popen(  # noqa: S603  # fixed words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            cwd=place, start_new_session=True,
        )  # fmt: skip
        self._end = weakref.finalize(self, _end, self._process, self._folder, self._owner)

    @property
    def process_id(self) -> int:
        """Give the id of the group."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Say whether the group can take a document; one of a process that this one was forked from can not."""
        return self._owner == os.getpid() and self._process.poll() is None

    def warm(self, within_s: float) -> None:
        """Wait until it answers, and have it make a first document."""
        ends = time.monotonic() + within_s
        self.has_network = self._answer(within_s) == b"network"
        if self.has_network:
            log.warning("LibreOffice runs with a network: the kernel gave it no namespace of its own")
        self.ask(small_document(), ends - time.monotonic())
        self.made = 0

    def ask(self, docx: bytes, within_s: float) -> bytes:
        """Give the PDF of a document.

        Raises:
            OfficeTimedOutError, OfficeFailedError.
        """
        self.made += 1
        stdin = self._process.stdin
        try:
            if stdin is not None:
                stdin.write(b"%08d" % len(docx) + docx)
                stdin.flush()
        except OSError as error:
            raise OfficeFailedError(problem="it had ended") from error
        return self._answer(within_s)

    def _answer(self, within_s: float) -> bytes:
        ends = time.monotonic() + within_s
        head = self._read(9, ends, within_s)
        length = int(head[1:])
        if length > _MOST_PDF_BYTES:
            raise OfficeFailedError(problem=f"it made {length} bytes")
        content = self._read(length, ends, within_s)
        if head[:1] != b".":
            raise OfficeFailedError(problem=content.decode("ascii", "replace"))
        return content

    def _read(self, count: int, ends: float, within_s: float) -> bytes:
        found = bytearray()
        stdout = self._process.stdout
        while stdout is not None and len(found) < count:
            if not select.select([stdout], [], [], max(0.0, ends - time.monotonic()))[0]:
                raise OfficeTimedOutError(seconds=round(within_s))
            part = os.read(stdout.fileno(), count - len(found))
            if not part:
                raise OfficeFailedError(problem="it ended")
            found += part
        return bytes(found)

    def kill(self) -> None:
        """End the whole group, at once: its profile is of no further use."""
        self._end()


def _end(process: subprocess.Popen[bytes], folder: TemporaryDirectory[str], owner: int) -> None:
    if owner != os.getpid():
        return  # a process that was forked from its owner lets it live
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()
    folder.cleanup()
