"""What the raiser said stays with the escalation, as checked; opened once, for facts keys end. Shell."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Escalations received before this keep their facts alone."""
    op.add_column("escalations", sa.Column("answers", sa.LargeBinary))
