"""The table of orders: the console writes them, router carries them out. Shell."""

from sqlalchemy import Column, Index, LargeBinary, String, Table

from services.router.adapters.tables import METADATA
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
