"""The console: who may sign in, their passkeys, links and sessions, and the audit of what they did. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.store import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables of the console's own; nothing of router's changes."""
    op.create_table(
        "admins",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("address", sa.String(320), nullable=False, unique=True),
        sa.Column("council", sa.String(600)),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_admins_council", "admins", ["council"])
    op.create_table(
        "admin_links",
        sa.Column("secret", sa.String(64), primary_key=True),
        sa.Column("admin", sa.String(32), nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_admin_links_admin", "admin_links", ["admin"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(1400), primary_key=True),
        sa.Column("admin", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_passkeys_admin", "passkeys", ["admin"])
    op.create_table(
        "admin_sessions",
        sa.Column("secret", sa.String(64), primary_key=True),
        sa.Column("admin", sa.String(32), nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_admin_sessions_admin", "admin_sessions", ["admin"])
    op.create_table(
        "used_challenges",
        sa.Column("challenge", sa.String(64), primary_key=True),
        sa.Column("ends_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "audits",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("admin", sa.String(32), nullable=False),
        sa.Column("partnership", sa.String(64)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_audits_partnership", "audits", ["partnership", "number"])
    op.create_index("ix_audits_admin", "audits", ["admin", "number"])
