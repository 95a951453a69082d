"""The releases of records, counted for each partnership. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One row a ticket: it releases once."""
    op.create_table(
        "releases",
        sa.Column("number", sa.String(64), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False, index=True),
        sa.Column("refused", sa.Boolean, nullable=False),
    )
