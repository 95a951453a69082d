"""Writes what an admin did into the audit, in the transaction that does it. Shell."""

from sqlalchemy import Connection, insert, select

from services.router.adapters.console_tables import AUDITS
from services.router.domain.admin.auditing import NOTHING_BEFORE, Audited, chained
from shared.terms import Digest

_NEWEST = select(AUDITS.c.number, AUDITS.c.digest).order_by(AUDITS.c.number.desc()).limit(1)


def audit(connection: Connection, audited: Audited) -> None:
    """One row more, chained to the newest; it stands or falls with the transaction."""
    newest = connection.execute(_NEWEST).first()
    number, previous = (1, NOTHING_BEFORE) if newest is None else (newest.number + 1, Digest(newest.digest))
    row = chained(audited, number=number, previous=previous)
    connection.execute(
        insert(AUDITS).values(
            number=row.number,
            at=audited.at,
            admin=audited.admin,
            partnership=audited.partnership,
            digest=row.digest,
            body=row.body,
            what=audited.what,
            about=audited.about,
        )
    )
