"""What the partnership learns from: matters in codes, what was decided about a pattern, the learning log. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables of their own. They are filled from the escalations that are there."""
    op.create_table(
        "learned",
        sa.Column("matter", sa.String(32), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("received_quarter", sa.Integer, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("closed_quarter", sa.Integer),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_learned_received", "learned", ["partnership", "received_quarter"])
    op.create_index("ix_learned_closed", "learned", ["partnership", "closed_quarter"])
    op.create_index("ix_learned_since", "learned", ["partnership", "received_on"])
    op.create_table(
        "learned_from",
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_escalations_changed", "escalations", ["ref", "version", "matter"])
    op.create_table(
        "pattern_decisions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_pattern_decisions_partnership", "pattern_decisions", ["partnership"])
    op.create_table(
        "learning_log",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_learning_log_partnership", "learning_log", ["partnership"])
