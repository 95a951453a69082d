"""What is owed, as one short row a submission instead of the whole message. Shell."""

import sqlalchemy as sa
from alembic import op

from shared.references import derive_id
from shared.store import UtcDateTime

revision = "0003"
down_revision = "0002"

_AT_ONCE = 500


def upgrade() -> None:
    """What the outbox still owed is owed from here on; each message is made again, the same, of its submission."""
    owed = op.create_table(
        "owed",
        sa.Column("chain", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("owed_at", UtcDateTime, nullable=False),
        sa.Column("published_at", UtcDateTime),
        sa.Column("times", sa.Integer, nullable=False),
    )
    not_published = owed.c.published_at.is_(None)
    op.create_index("owed_due", "owed", ["chain", "number"], sqlite_where=not_published, postgresql_where=not_published)
    _carry_over(op.get_bind(), owed)
    op.drop_table("outbox")


def _carry_over(connection: sa.Connection, owed: sa.Table) -> None:
    outbox = sa.table(
        "outbox", sa.column("message"), sa.column("owed_at", UtcDateTime), sa.column("published_at", UtcDateTime),
        sa.column("times"),
    )  # fmt: skip
    submissions = sa.table("submissions", sa.column("submission"), sa.column("chain"), sa.column("number"))
    left = {row.message: row for row in connection.execute(sa.select(outbox))}
    if not left:
        return
    rows = [
        {
            "chain": stored.chain,
            "number": stored.number,
            "owed_at": row.owed_at,
            "published_at": row.published_at,
            "times": row.times,
        }
        for stored in connection.execute(sa.select(submissions))
        if (row := left.get(derive_id("submission.received", stored.submission))) is not None
    ]
    for start in range(0, len(rows), _AT_ONCE):
        connection.execute(owed.insert(), rows[start : start + _AT_ONCE])
