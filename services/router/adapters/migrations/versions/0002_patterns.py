"""Similar escalations can be counted, by coded area and agency alone. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Escalations received before this are not counted."""
    op.add_column("escalations", sa.Column("pattern", sa.String(200)))
    op.add_column("escalations", sa.Column("accepted_at", UtcDateTime))
    op.create_index("ix_escalations_pattern", "escalations", ["pattern"])
