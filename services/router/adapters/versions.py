"""Rows that carry a version: each is replaced at the version it was read at, or not at all. Shell."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, update

from shared.failures import Code, Transient
from shared.store import Prepared, insert_once


def write_at_version(
    connection: Connection, table: Table, key: dict[str, Any], *, values: dict[str, Any], version: int
) -> None:
    """Insert the row (version 0) or replace it at `version`. Raises: Transient(STORE_CONFLICT)."""
    row = {**values, "version": version + 1}
    if version == 0:
        if not insert_once(connection, table, {**key, **row}):
            raise Transient(Code.STORE_CONFLICT)
        return
    known = {f"known_{name}": value for name, value in key.items()}
    statement = _update_at_version(table, tuple(key), tuple(row))
    if statement.run(connection, {**row, **known, "known_version": version}) != 1:
        raise Transient(Code.STORE_CONFLICT)


@lru_cache
def _update_at_version(table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Prepared:
    here = and_(*(table.c[name] == bindparam(f"known_{name}") for name in (*key, "version")))
    return Prepared(update(table).where(here), columns=columns)
