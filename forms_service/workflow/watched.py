"""A database that remembers whether it takes what is written: where it does not, no act is done and everybody is told.

* Every refused write is one ERROR line in the log, with the reason, and stands as ``trouble`` until a write succeeds.
* ``probe`` writes and takes back a little, so that a full disk is found before somebody needs it.

Source: CJIS Security Policy 5.9.5, AU-5 (alert when logging fails).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from forms_service.errors import ArchiveError, DatabaseTooNewError, DatabaseUnreadableError, DatabaseWriteError
from forms_service.ports import Clock, Database, Transaction

PROBE_FACT = "write_probe"
PROBE_CHARACTERS = 16 * 1024  # more than a page, so that the file must be able to grow
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why nothing can be written.

    Attributes:
        slug: Of the refusal.
        reason: The database's own word, such as ``SQLITE_FULL``.
    """

    slug: str
    reason: str
    since: datetime


class WatchedDatabase:
    """Implements the Database port around another one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.trouble: Trouble | None = None

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a writing transaction, and remember how it ended."""
        try:
            with self._database.write() as transaction:
                yield transaction
        except (DatabaseWriteError, DatabaseUnreadableError, DatabaseTooNewError) as error:
            self._remember(error)
            raise
        self.trouble = None

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a reading transaction."""
        return self._database.read()

    def ping(self) -> None:
        """Raise ArchiveError when the database does not answer, or does not take what is written."""
        self._database.ping()
        self.probe()

    def probe(self) -> None:
        """Write a little and take it back.

        Raises:
            ArchiveError: It can not be written.
        """
        with self.write() as transaction:
            transaction.ledger.set_fact(PROBE_FACT, "x" * PROBE_CHARACTERS)
            transaction.ledger.set_fact(PROBE_FACT, "")

    def look(self) -> None:
        """Find out whether it can be written, without failing."""
        with suppress(ArchiveError):
            self.probe()

    def _remember(self, error: ArchiveError) -> None:
        reason = str(error.facts.get("reason", ""))
        if self.trouble is None:
            self.trouble = Trouble(slug=error.slug, reason=reason, since=self._clock.now())
        LOG.error("the database can not be written", extra={"slug": error.slug, "reason": reason})
