"""The console's own tables in router's database. A row is what must be found, and a body: the struct as JSON. Shell."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from services.router.adapters.tables import METADATA
from shared.store import UtcDateTime

ADMINS = Table(
    "admins",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("address", String(320), nullable=False, unique=True),
    Column("council", String(600), index=True),
    Column("body", LargeBinary, nullable=False),
)

LINKS = Table(
    "admin_links",
    METADATA,
    Column("secret", String(64), primary_key=True),
    Column("admin", String(32), nullable=False, index=True),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

PASSKEYS = Table(
    "passkeys",
    METADATA,
    Column("id", String(1400), primary_key=True),
    Column("admin", String(32), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

ADMIN_SESSIONS = Table(
    "admin_sessions",
    METADATA,
    Column("secret", String(64), primary_key=True),
    Column("admin", String(32), nullable=False, index=True),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

USED_CHALLENGES = Table(
    "used_challenges",
    METADATA,
    Column("challenge", String(64), primary_key=True),
    Column("ends_at", UtcDateTime, nullable=False),
)

AUDITS = Table(
    "audits",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("admin", String(32), nullable=False),
    Column("partnership", String(64)),
    Column("digest", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("what", String(64)),
    Column("about", Text),
    Index("ix_audits_partnership", "partnership", "number"),
    Index("ix_audits_admin", "admin", "number"),
    Index("ix_audits_about", "about", "number"),
)
