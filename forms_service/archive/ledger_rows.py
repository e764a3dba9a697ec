"""Write a row whether it is there or not, the same way on every database."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, and_, insert, update


def put_row(connection: Connection, table: Table, row: Mapping[str, object]) -> None:
    """Write a row, replacing the one with the same primary key; the caller's transaction is the only writer."""
    here = and_(*(column == row[column.name] for column in table.primary_key))
    if not connection.execute(update(table).where(here).values(dict(row))).rowcount:
        connection.execute(insert(table), dict(row))
