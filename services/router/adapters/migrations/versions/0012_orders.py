"""What admins order to be done to an escalation, and how it ended. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own."""
    op.create_table(
        "orders",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_orders_ref", "orders", ["ref"])
    op.create_index("ix_orders_state", "orders", ["state", "at"])
    op.create_index("ix_orders_partnership", "orders", ["partnership", "at"])
