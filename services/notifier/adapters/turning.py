"""Which letters begin now, marked before the first byte goes out; and how those on their way ended. Shell."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, bindparam, select

from services.notifier.adapters.tables import ATTEMPTS, CONTENTS, LETTERS
from services.notifier.adapters.telling import tell_changes
from services.notifier.domain.life import SETTLED, WAITING, Happening, State, after
from services.notifier.domain.outcome import Attempt, Change
from services.notifier.domain.turns import Waiting, choose, full
from services.notifier.ports import Plan
from shared.messages import NoticeKind
from shared.terms import EscalationRef, NoticeId, PartnershipId

_LEAST_LOOKED_AT = 16
_ROUNDS = 4
_LEASE = timedelta(minutes=20)
"""Longer than any attempt can take: past it its sender is gone."""


def begin(connection: Connection, plan: Plan, *, holder: str) -> Sequence[Attempt]:
    """Choose, mark and load the letters that may begin."""
    under_way = Counter(plan.under_way)
    chosen: list[NoticeId] = []
    for _ in range(_ROUNDS):
        most = max(4 * (plan.lanes.all - under_way.total()), _LEAST_LOOKED_AT)
        waiting = _waiting(connection, plan, most=most, without=full(under_way, plan.troubled, plan.lanes), but=chosen)
        picked = choose(waiting, under_way=under_way, troubled=plan.troubled, lanes=plan.lanes)
        chosen += [letter.id for letter in picked]
        under_way.update(letter.domain for letter in picked)
        if not picked or len(waiting) < most or under_way.total() >= plan.lanes.all:
            break
    if not chosen:
        return ()
    attempts = _load(connection, plan, chosen)
    _mark(connection, plan, attempts, holder=holder)
    return attempts


def _waiting(
    connection: Connection, plan: Plan, *, most: int, without: frozenset[str], but: Sequence[NoticeId]
) -> Sequence[Waiting]:
    columns = LETTERS.c
    query = (
        select(columns.id, columns.domain)
        .where(columns.state.in_(WAITING), columns.next_at <= plan.at, columns.expires_at > plan.at)
        .order_by(columns.later, columns.next_at, columns.id)
        .limit(most)
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


_BEGIN = (
    LETTERS.update()
    .where(LETTERS.c.id == bindparam("which"))
    .values(
        state=after(State.DUE, Happening.BEGUN).value,  # the same from every waiting state
        holder=bindparam("by"),
        next_at=bindparam("until"),
        attempts=bindparam("number"),
    )
)
_END = (
    LETTERS.update()
    .where(LETTERS.c.id == bindparam("which"))
    .values(
        state=bindparam("now"),
        next_at=bindparam("again"),
        setbacks=bindparam("back"),
        deferred_since=bindparam("since"),
        settled_at=bindparam("settled"),
        holder=None,
    )
)
_ATTEMPT = ATTEMPTS.insert()


def _mark(connection: Connection, plan: Plan, attempts: Sequence[Attempt], *, holder: str) -> None:
    until = plan.at + _LEASE
    rows = [{"which": one.id, "number": one.number, "by": holder, "until": until} for one in attempts]
    connection.execute(_BEGIN, rows)


def write_changes(connection: Connection, changes: Sequence[Change], *, holder: str) -> None:
    """Write how attempts ended, with their reports. Only of letters still ours: another may have taken one for lost."""
    columns = LETTERS.c
    ours = select(columns.id, columns.attempts).where(
        columns.id.in_([change.id for change in changes]), columns.state == State.SENDING, columns.holder == holder
    )
    still = {(row.id, row.attempts) for row in connection.execute(ours.with_for_update())}
    kept = [change for change in changes if (change.id, change.number) in still]
    if not kept:
        return
    connection.execute(_END, [_end_row(change) for change in kept])
    connection.execute(_ATTEMPT, [_attempt_row(change) for change in kept])
    tell_changes(connection, kept, at=kept[0].at)


def _end_row(change: Change) -> dict[str, object]:
    return {
        "which": change.id,
        "now": change.state.value,
        "again": change.next_at,
        "back": change.setbacks,
        "since": change.deferred_since,
        "settled": change.at if change.state in SETTLED else None,
    }


def _attempt_row(change: Change) -> dict[str, object]:
    return {
        "letter": change.id,
        "number": change.number,
        "began_at": change.began_at,
        "ended_at": change.at,
        "happening": change.happening.value,
        "code": change.code,
    }
