"""What of this installation ends soon, as router says it to the desk; parked messages are found at once. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own, and an index of the few messages that are parked."""
    op.create_table(
        "endings",
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("ends_at", UtcDateTime, nullable=False),
    )
    parked = sa.text("code IS NOT NULL")
    op.create_index("ix_inbox_parked", "inbox", ["code"], sqlite_where=parked, postgresql_where=parked)
