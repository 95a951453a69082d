"""Router's tables. A row is what must be found or counted, and a body: the whole struct as JSON. Shell."""

from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table

from shared.inbox import inbox_table
from shared.outbox import outbox_table
from shared.store import UtcDateTime

MIGRATIONS = Path(__file__).parent / "migrations"
METADATA = MetaData()

INBOX = inbox_table(METADATA)
OUTBOX = outbox_table(METADATA)

ESCALATIONS = Table(
    "escalations",
    METADATA,
    Column("ref", String(32), primary_key=True),
    Column("partnership", String(64), nullable=False),
    Column("submission", String(64), nullable=False, unique=True),
    Column("state", String(32), nullable=False),
    Column("wait_until", UtcDateTime, index=True),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("pattern", String(200), index=True),
    Column("accepted_at", UtcDateTime),
    Column("answers", LargeBinary),
    Column("matter", String(32), index=True),
    Column("act_at", UtcDateTime, index=True),
    Index("ix_escalations_changed", "ref", "version", "matter"),  # what changed is found without its body
)

ADDED = Table(
    "added",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("submission", String(64), nullable=False, unique=True),
    Column("ref", String(32), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("ref", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("directory_revision", Integer, nullable=False),
    Column("policy", String(64), nullable=False),
    Column("edition", String(64), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

PARTIES = Table(
    "parties",
    METADATA,
    Column("ref", String(32), primary_key=True),
    Column("address", String(320), primary_key=True, index=True),
)

HISTORY = Table(
    "history",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("ref", String(32), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

NOTICES = Table(
    "notices",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("ref", String(32), nullable=False, index=True),
    Column("state", String(32), nullable=False),
    Column("must_act", Boolean, nullable=False),
    Column("replaced", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("notices_to_replace", "must_act", "replaced", "state"),
)

WAITING = Table(
    "waiting",
    METADATA,
    Column("partnership", String(64), primary_key=True),
    Column("address", String(320), primary_key=True),
    Column("urgent", Boolean, primary_key=True),
    Column("ref", String(32), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

CHANNELS = Table(
    "channels",
    METADATA,
    Column("partnership", String(64), primary_key=True),
    Column("address", String(320), primary_key=True),
    Column("urgent", Boolean, primary_key=True),
    Column("told_at", UtcDateTime),
    Column("mails", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("secret", String(64), primary_key=True),
    Column("counter", BigInteger, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("secret", String(64), nullable=False, index=True),
    Column("address", String(320), nullable=False, index=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decoy", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_attempts_mailed", "decoy", "purpose", "asked_at"),
)

MAIL = Table(
    "mail",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

DIRECTORIES = Table(
    "directories",
    METADATA,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

BOOKS = Table(
    "books",
    METADATA,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
