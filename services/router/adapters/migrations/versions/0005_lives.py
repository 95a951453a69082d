"""The life of an escalation: stages of one matter found together, clocks that fall due, what was added later. Shell."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = ("routed", "referred", "waiting-release")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ESCALATIONS = sa.table("escalations", sa.column("state", sa.String), sa.column("act_at", UtcDateTime))


def upgrade() -> None:
    """Every escalation received before is the first of its matter. The clock looks at once at those still open."""
    op.add_column("escalations", sa.Column("matter", sa.String(32)))
    op.add_column("escalations", sa.Column("act_at", UtcDateTime))
    op.execute("UPDATE escalations SET matter = ref")
    op.execute(ESCALATIONS.update().where(ESCALATIONS.c.state.in_(OPEN)).values(act_at=LONG_AGO))
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
