"""The days whose changes of the directory a second person was told. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own. Nothing is told of days before this."""
    op.create_table(
        "directory_digests",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
    )
