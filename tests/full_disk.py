"""A real SQLite file that may not grow, as on a full disk; behind the Database port, and free again when asked."""

from __future__ import annotations

from sqlalchemy import event

from forms_service.archive.database import SqliteDatabase

ENDLESS_PAGES = 1_073_741_823


class FullDisk:
    """Limits the pages of every connection that is used from now on."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._pages = ENDLESS_PAGES
        database.ping()
        event.listen(database._engine(), "checkout", self._limit)

    def _limit(self, connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {self._pages}")

    def fill(self) -> None:
        """Let the file not grow any more; what fits into its last pages still does."""
        self._pages = 1  # SQLite takes the present size where the file is larger

    def free(self) -> None:
        """Let it grow again."""
        self._pages = ENDLESS_PAGES
