"""A service's empty store as its migrations make it, without making it anew for each test. Shell."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from machines import SPARE
from sqlalchemy import URL, make_url

from shared.store import migrate

_COPIED: set[str] = set()


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
    made = _template(place.set(database="postgres"), scripts)
    with _server(place) as connection:
        connection.execute(f'ALTER DATABASE "{place.database}" RENAME TO "{SPARE}{place.database}"')
        connection.execute(f'CREATE DATABASE "{place.database}" TEMPLATE "{made}"')


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
    return psycopg.connect(host=host, user=place.username, dbname="postgres", autocommit=True)
