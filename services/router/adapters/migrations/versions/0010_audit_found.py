"""What an audit row is about stands beside it, so that looks and changes are told apart without reading all. Shell."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_AUDITS = sa.table(
    "audits",
    sa.column("number", sa.Integer),
    sa.column("body", sa.LargeBinary),
    sa.column("what", sa.String),
    sa.column("about", sa.Text),
)
_TOGETHER = 1_000


def upgrade() -> None:
    """Two columns, filled from the rows' own bodies; the chain over the bodies stays as it is."""
    op.add_column("audits", sa.Column("what", sa.String(64)))
    op.add_column("audits", sa.Column("about", sa.Text))
    connection, last = op.get_bind(), -1
    newest = sa.select(_AUDITS.c.number, _AUDITS.c.body).order_by(_AUDITS.c.number).limit(_TOGETHER)
    fill = sa.update(_AUDITS).where(_AUDITS.c.number == sa.bindparam("row"))
    fill = fill.values(what=sa.bindparam("did"), about=sa.bindparam("of"))
    while rows := connection.execute(newest.where(_AUDITS.c.number > last)).all():
        bodies = [(row.number, json.loads(row.body)) for row in rows]
        connection.execute(fill, [{"row": at, "did": body["what"], "of": body["about"]} for at, body in bodies])
        last = rows[-1].number
