"""Router's first tables. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table that `adapters.tables` describes; a test compares the two."""
    _transport()
    _escalations()
    _told()
    _sessions()
    _reference()


def _transport() -> None:
    op.create_table(
        "inbox",
        sa.Column("message", sa.String(64), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("frame", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("message", sa.String(64), primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("owed_at", UtcDateTime, nullable=False),
        sa.Column("published_at", UtcDateTime, index=True),
        sa.Column("times", sa.Integer, nullable=False),
    )


def _escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("submission", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("wait_until", UtcDateTime, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "decisions",
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("directory_revision", sa.Integer, nullable=False),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("edition", sa.String(64), nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "parties",
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("address", sa.String(320), primary_key=True, index=True),
    )
    op.create_table(
        "history",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ref", sa.String(32), nullable=False, index=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _told() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("ref", sa.String(32), nullable=False, index=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("must_act", sa.Boolean, nullable=False),
        sa.Column("replaced", sa.Boolean, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("notices_to_replace", "notices", ["must_act", "replaced", "state"])
    op.create_table(
        "waiting",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(320), primary_key=True),
        sa.Column("urgent", sa.Boolean, primary_key=True),
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "channels",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(320), primary_key=True),
        sa.Column("urgent", sa.Boolean, primary_key=True),
        sa.Column("told_at", UtcDateTime),
        sa.Column("mails", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("secret", sa.String(64), primary_key=True),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False, index=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False, index=True),
        sa.Column("secret", sa.String(64), nullable=False, index=True),
        sa.Column("address", sa.String(320), nullable=False, index=True),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("decoy", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _reference() -> None:
    op.create_table(
        "mail",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "directories",
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "books",
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
