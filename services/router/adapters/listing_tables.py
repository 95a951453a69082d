"""Tables of the console's list and desk: a line for each escalation, what needs somebody, what was set aside. Shell."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table

from services.router.adapters.tables import ESCALATIONS, METADATA, NOTICES
from shared.store import UtcDateTime

LISTED = Table(
    "listed",
    METADATA,
    Column("ref", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("partnership", String(64), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("state", String(32), nullable=False),
    Column("stage", Integer),
    Column("due_at", UtcDateTime),
    Column("accepted_at", UtcDateTime, nullable=False),
    Index("ix_listed_open", "partnership", "open", "due_at", "accepted_at"),
)

CONCERNS = Table(
    "concerns",
    METADATA,
    Column("key", String(160), primary_key=True),
    Column("ref", String(32), nullable=False, index=True),
    Column("partnership", String(64), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

DESK_SET_ASIDE = Table(
    "desk_set_aside",
    METADATA,
    Column("key", String(160), primary_key=True),
    Column("partnership", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_desk_set_aside_partnership", "partnership", "at"),
)

Index("ix_escalations_version", ESCALATIONS.c.ref, ESCALATIONS.c.version)
Index("ix_notices_state", NOTICES.c.state)
