"""What the partnership learns from: matters in codes, what was decided about a pattern, the learning log. Shell."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table

from services.router.adapters.tables import METADATA
from shared.store import UtcDateTime

LEARNED = Table(
    "learned",
    METADATA,
    Column("matter", String(32), primary_key=True),
    Column("partnership", String(64), nullable=False),
    Column("received_quarter", Integer, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("closed_quarter", Integer),
    Column("body", LargeBinary, nullable=False),
    Index("ix_learned_received", "partnership", "received_quarter"),
    Index("ix_learned_closed", "partnership", "closed_quarter"),
    Index("ix_learned_since", "partnership", "received_on"),
)

LEARNED_FROM = Table(
    "learned_from",
    METADATA,
    Column("ref", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
)

PATTERN_DECISIONS = Table(
    "pattern_decisions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("partnership", String(64), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

LEARNING_LOG = Table(
    "learning_log",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("partnership", String(64), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
