"""Changes of the directory row by row, and what waits to become one. Shell."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table

from services.router.adapters.tables import METADATA
from shared.store import UtcDateTime

DIRECTORY_CHANGES = Table(
    "directory_changes",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("revision", Integer, nullable=False, index=True),
    Column("partnership", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("agency", String(200), nullable=False),
    Column("id", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_directory_changes_row", "agency", "kind", "id"),
    Index("ix_directory_changes_partnership", "partnership", "number"),
)

DIRECTORY_DRAFTS = Table(
    "directory_drafts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("partnership", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_directory_drafts_partnership", "partnership", "purpose"),
)

DIRECTORY_DIGESTS = Table(
    "directory_digests",
    METADATA,
    Column("partnership", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
"""The days whose changes somebody was told; a day is there once."""
