"""The tables of intake's store. Shell."""

from pathlib import Path

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

from shared.store import UtcDateTime

MIGRATIONS = Path(__file__).parent / "migrations"
METADATA = MetaData()

SUBMISSIONS = Table(
    "submissions",
    METADATA,
    Column("submission", String(32), primary_key=True),
    Column("partnership", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column("form_version", Integer, nullable=False),
    # the envelope as it was posted; null once it was deleted, while its receipt stays in the chain
    Column("envelope", LargeBinary),
    Column("chain", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("reference", String(24), nullable=False, unique=True),
    Column("envelope_digest", String(64), nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("receipt_key", String(64), nullable=False),
    Column("signature", LargeBinary, nullable=False),
    UniqueConstraint("chain", "number", name="one_receipt_a_number"),
)

PUBLIC_BOOK = Table(
    "public_book",
    METADATA,
    Column("place", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("frame", LargeBinary, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
)

RELEASES = Table(
    "releases",
    METADATA,
    Column("number", String(64), primary_key=True),
    Column("partnership", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    # counted, but not released: there were too many within the hour
    Column("refused", Boolean, nullable=False),
)

OWED = Table(
    "owed",
    METADATA,
    # of the receipt: the message that is owed is made of its row
    Column("chain", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("owed_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
    Column("times", Integer, nullable=False),
)
_NOT_PUBLISHED = OWED.c.published_at.is_(None)
Index("owed_due", OWED.c.chain, OWED.c.number, sqlite_where=_NOT_PUBLISHED, postgresql_where=_NOT_PUBLISHED)
