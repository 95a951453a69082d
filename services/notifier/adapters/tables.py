"""Notifier's tables. A letter's bytes stand apart, so that changing its state never rewrites them. Shell."""

from pathlib import Path

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

from shared.inbox import inbox_table
from shared.outbox import outbox_table
from shared.store import UtcDateTime

MIGRATIONS = Path(__file__).parent / "migrations"
METADATA = MetaData()

INBOX = inbox_table(METADATA)
OUTBOX = outbox_table(METADATA)

LETTERS = Table(
    "letters",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("ref", String(64), nullable=False, index=True),
    Column("partnership", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("domain", String(254), nullable=False),
    Column("address", String(254), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("later", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("setbacks", Integer, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("deferred_since", UtcDateTime),
    Column("delayed_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("holder", String(64)),
    Index("letters_turn", "state", "later", "next_at"),
    Index("letters_settled", "state", "settled_at"),
)
"""attempts: rises as each begins, so it is the row's version. setbacks: those after which it waits longer.
later: goes after codes and urgent letters. next_at: when it may be tried; while it is being sent, when its sender
must be gone. holder: the instance that is sending it."""

CONTENTS = Table(
    "contents",
    METADATA,
    Column("letter", String(64), ForeignKey("letters.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("letter", String(64), ForeignKey("letters.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("happening", String(16), nullable=False),
    Column("code", String(32), nullable=False),
)

RELAYS = Table(
    "relays",
    METADATA,
    Column("instance", String(64), primary_key=True),
    Column("state", LargeBinary, nullable=False),
)
