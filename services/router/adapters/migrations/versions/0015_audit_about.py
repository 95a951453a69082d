"""Everything in the audit about one thing is found at once, however much was looked at. Shell."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index alone."""
    op.create_index("ix_audits_about", "audits", ["about", "number"])
