"""The life of an escalation: stages of one matter found together, clocks that fall due, what was added later. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every escalation received before is the first of its matter, and no clock of it runs yet."""
    op.add_column("escalations", sa.Column("matter", sa.String(32)))
    op.add_column("escalations", sa.Column("act_at", UtcDateTime))
    op.execute("UPDATE escalations SET matter = ref")
    op.create_index("ix_escalations_matter", "escalations", ["matter"])
    op.create_index("ix_escalations_act_at", "escalations", ["act_at"])
    op.create_table(
        "added",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("submission", sa.String(64), nullable=False, unique=True),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_added_ref", "added", ["ref"])
