"""The tables of intake's store as they began. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Submissions with their receipts, the kept book, the outbox."""
    op.create_table(
        "submissions",
        sa.Column("submission", sa.String(32), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("form_version", sa.Integer, nullable=False),
        sa.Column("envelope", sa.LargeBinary),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("reference", sa.String(24), nullable=False, unique=True),
        sa.Column("envelope_digest", sa.String(64), nullable=False),
        sa.Column("accepted_at", UtcDateTime, nullable=False),
        sa.Column("receipt_key", sa.String(64), nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("chain", "number", name="one_receipt_a_number"),
    )
    op.create_table(
        "public_book",
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("frame", sa.LargeBinary, nullable=False),
        sa.Column("taken_at", UtcDateTime, nullable=False),
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
    op.create_index("ix_outbox_owed_at", "outbox", ["owed_at"])
