"""The console's list of escalations and its desk: what needs somebody, and what was set aside. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables of their own, filled from the escalations that are there."""
    op.create_table(
        "listed",
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("stage", sa.Integer),
        sa.Column("due_at", UtcDateTime),
        sa.Column("accepted_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_listed_open", "listed", ["partnership", "open", "due_at", "accepted_at"])
    op.create_table(
        "concerns",
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_concerns_ref", "concerns", ["ref"])
    op.create_index("ix_concerns_partnership", "concerns", ["partnership"])
    op.create_table(
        "desk_set_aside",
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_desk_set_aside_partnership", "desk_set_aside", ["partnership", "at"])
    op.create_index("ix_escalations_version", "escalations", ["ref", "version"])
    op.create_index("ix_notices_state", "notices", ["state"])
