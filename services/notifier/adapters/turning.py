"""Which letters begin now: chosen and marked before the first byte goes out. Shell."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, bindparam, select

from services.notifier.adapters.tables import CONTENTS, LETTERS
from services.notifier.domain.life import WAITING, Happening, State, after
from services.notifier.domain.outcome import Attempt
from services.notifier.domain.turns import Waiting, choose, full
from services.notifier.ports import Plan
from shared.messages import NoticeKind
from shared.terms import EscalationRef, NoticeId, PartnershipId

_LOOKED_AT = 64
_ROUNDS = 4
_LEASE = timedelta(minutes=20)
"""Longer than any attempt can take: past it its sender is gone."""


def begin(connection: Connection, plan: Plan, *, holder: str) -> Sequence[Attempt]:
    """Choose, mark and load the letters that may begin."""
    under_way = Counter(plan.under_way)
    chosen: list[NoticeId] = []
    for _ in range(_ROUNDS):
        waiting = _waiting(connection, plan, without=full(under_way, plan.troubled, plan.lanes), but=chosen)
        picked = choose(waiting, under_way=under_way, troubled=plan.troubled, lanes=plan.lanes)
        chosen += [letter.id for letter in picked]
        under_way.update(letter.domain for letter in picked)
        if not picked or len(waiting) < _LOOKED_AT or under_way.total() >= plan.lanes.all:
            break
    if not chosen:
        return ()
    attempts = _load(connection, plan, chosen)
    _mark(connection, plan, attempts, holder=holder)
    return attempts


def _waiting(
    connection: Connection, plan: Plan, *, without: frozenset[str], but: Sequence[NoticeId]
) -> Sequence[Waiting]:
    columns = LETTERS.c
    query = (
        select(columns.id, columns.domain)
        .where(columns.state.in_(WAITING), columns.next_at <= plan.at, columns.expires_at > plan.at)
        .order_by(columns.later, columns.next_at, columns.id)
        .limit(_LOOKED_AT)
        .with_for_update(skip_locked=True)
    )
    if without:
        query = query.where(columns.domain.not_in(without))
    if but:
        query = query.where(columns.id.not_in(but))
    return [Waiting(id=NoticeId(row.id), domain=row.domain) for row in connection.execute(query)]


def _load(connection: Connection, plan: Plan, chosen: Sequence[NoticeId]) -> Sequence[Attempt]:
    query = (
        select(LETTERS, CONTENTS.c.content)
        .join(CONTENTS, CONTENTS.c.letter == LETTERS.c.id)
        .where(LETTERS.c.id.in_(chosen))
        .order_by(LETTERS.c.later, LETTERS.c.next_at, LETTERS.c.id)
    )
    return [
        Attempt(
            id=NoticeId(row.id),
            ref=EscalationRef(row.ref),
            partnership=PartnershipId(row.partnership),
            kind=NoticeKind(row.kind),
            domain=row.domain,
            to=row.address,
            content=row.content,
            number=row.attempts + 1,
            began_at=plan.at,
            setbacks=row.setbacks,
            deferred_since=row.deferred_since,
        )
        for row in connection.execute(query)
    ]


def _mark(connection: Connection, plan: Plan, attempts: Sequence[Attempt], *, holder: str) -> None:
    sending = after(State.DUE, Happening.BEGUN)  # the same from every waiting state
    update = (
        LETTERS.update()
        .where(LETTERS.c.id == bindparam("which"))
        .values(state=sending.value, holder=holder, next_at=plan.at + _LEASE, attempts=bindparam("number"))
    )
    connection.execute(update, [{"which": attempt.id, "number": attempt.number} for attempt in attempts])
