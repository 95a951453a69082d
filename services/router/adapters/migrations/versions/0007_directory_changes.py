"""Who changed which row of the directory, when and why; imports and proposals that wait for a person. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables of their own. Revisions that were imported before have no rows here."""
    op.create_table(
        "directory_changes",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("agency", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_directory_changes_revision", "directory_changes", ["revision"])
    op.create_index("ix_directory_changes_row", "directory_changes", ["agency", "kind", "id"])
    op.create_index("ix_directory_changes_partnership", "directory_changes", ["partnership", "number"])
    op.create_table(
        "directory_drafts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_directory_drafts_partnership", "directory_drafts", ["partnership", "purpose"])
