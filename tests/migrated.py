"""A service's empty store as its migrations make it, without making it anew for each test. Shell."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import URL, make_url

from shared.store import migrate
from tests.machines import SPARE

_COPIED: set[str] = set()
_IN_USE: list[tuple[str, str]] = []
_USED: dict[str, list[str]] = {}
"""Databases by the one they were copied from: in use by this test; used by tests that are over."""
_SHAPE = """
SELECT md5(string_agg(concat(relname, relkind, attname, atttypid, attnotnull), ',' ORDER BY relname, attnum))
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace
"""
_EMPTY = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
    IF one.relname <> 'alembic_version' THEN EXECUTE format('DELETE FROM %I', one.relname); END IF;
  END LOOP;
  FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', one.relname);
  END LOOP;
END $$
"""


def migrated(url: str, *, scripts: Path) -> None:
    """What `migrate` does to an empty database: once a run for each service, and a copy of that from then on.

    One that is there already is left as it is.
    """
    place = make_url(url)
    assert place.database is not None
    if place.drivername.startswith("sqlite"):
        if not Path(place.database).exists():
            Path(place.database).write_bytes(_lite(scripts))
    elif url not in _COPIED:
        _copy(place, scripts=scripts)
        _COPIED.add(url)


@cache
def _lite(scripts: Path) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "store.db"
        migrate(f"sqlite:///{file}", scripts=scripts)
        assert [one.name for one in Path(folder).iterdir()] == [file.name], "some of it is beside the file"
        return file.read_bytes()


def _copy(place: URL, *, scripts: Path) -> None:
    """In place of the empty database, which is kept for the next test: one that a test is done with, else a new one."""
    made = _template(place.set(database="postgres"), scripts)
    used = _USED.get(made, [])
    with _server(place.set(database="postgres")) as server:
        server.execute(f'ALTER DATABASE "{place.database}" RENAME TO "{SPARE}{place.database}"')
        while used:
            name = used.pop()
            if _emptied(place.set(database=name), as_made=_shape(place.set(database=made))):
                server.execute(f'ALTER DATABASE "{name}" RENAME TO "{place.database}"')
                break
        else:
            server.execute(f'CREATE DATABASE "{place.database}" TEMPLATE "{made}"')
    _IN_USE.append((made, str(place.database)))


def tests_over() -> None:
    """No test uses any of them any more."""
    for made, name in _IN_USE:
        _USED.setdefault(made, []).append(name)
    _IN_USE.clear()


def _emptied(place: URL, *, as_made: str) -> bool:
    """Take out what a test left. False where the test changed more than rows."""
    with _server(place) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if _shape_in(connection) != as_made:
            return False
        connection.execute("SET session_replication_role = replica")  # each table alone, whatever refers to it
        connection.execute(_EMPTY)
    return True


@cache
def _shape(place: URL) -> str:
    with _server(place) as connection:
        return _shape_in(connection)


def _shape_in(connection: psycopg.Connection) -> str:
    found = connection.execute(_SHAPE).fetchone()
    assert found is not None
    return str(found[0])


@cache
def _template(server: URL, scripts: Path) -> str:
    name = f"made_{scripts.parents[1].name}"
    with _server(server) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    migrate(server.set(database=name).render_as_string(hide_password=False), scripts=scripts)
    return name


def _server(place: URL) -> psycopg.Connection:
    host = place.query["host"]
    assert isinstance(host, str)
    return psycopg.connect(host=host, user=place.username, dbname=place.database, autocommit=True)
