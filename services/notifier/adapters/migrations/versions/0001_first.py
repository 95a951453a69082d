"""Notifier's first tables. Shell."""

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
    _letters()
    op.create_table(
        "contents",
        sa.Column("letter", sa.String(64), sa.ForeignKey("letters.id"), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("letter", sa.String(64), sa.ForeignKey("letters.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=False),
        sa.Column("happening", sa.String(16), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
    )
    op.create_table(
        "relays",
        sa.Column("instance", sa.String(64), primary_key=True),
        sa.Column("state", sa.LargeBinary, nullable=False),
    )


def _transport() -> None:
    op.create_table(
        "inbox",
        sa.Column("message", sa.String(64), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("subject", sa.Text, nullable=False),
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


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("ref", sa.String(64), nullable=False, index=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("domain", sa.String(254), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("later", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("setbacks", sa.Integer, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("deferred_since", UtcDateTime),
        sa.Column("delayed_at", UtcDateTime),
        sa.Column("settled_at", UtcDateTime),
        sa.Column("holder", sa.String(64)),
    )
    op.create_index("letters_turn", "letters", ["state", "later", "next_at"])
    op.create_index("letters_settled", "letters", ["state", "settled_at"])
