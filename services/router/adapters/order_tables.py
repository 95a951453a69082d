"""Tables between router and its console: orders that router carries out, and what it says of its own ends. Shell."""

from sqlalchemy import Column, Index, LargeBinary, String, Table, text

from services.router.adapters.tables import INBOX, METADATA
from shared.store import UtcDateTime

ORDERS = Table(
    "orders",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("partnership", String(64), nullable=False),
    Column("ref", String(32), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ended_at", UtcDateTime),
    Column("code", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_orders_state", "state", "at"),
    Index("ix_orders_partnership", "partnership", "at"),
)

ENDINGS = Table(
    "endings",
    METADATA,
    Column("code", String(64), primary_key=True),
    Column("ends_at", UtcDateTime, nullable=False),
)

_PARKED = text("code IS NOT NULL")
Index("ix_inbox_parked", INBOX.c.code, sqlite_where=_PARKED, postgresql_where=_PARKED)
