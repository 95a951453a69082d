"""Codes mailed in the last hour can be counted however many were asked for. Shell."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index alone."""
    op.create_index("ix_attempts_mailed", "attempts", ["decoy", "purpose", "asked_at"])
