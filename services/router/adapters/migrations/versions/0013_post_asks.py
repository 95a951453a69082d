"""Which post's holder was asked whether it is still right, and what became of it. Shell."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own."""
    op.create_table(
        "post_asks",
        sa.Column("post", sa.String(200), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("notice", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_post_asks_partnership", "post_asks", ["partnership"])
    op.create_index("ix_post_asks_notice", "post_asks", ["notice"])
