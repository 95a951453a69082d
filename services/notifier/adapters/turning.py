"""Which letters begin now, marked before the first byte goes out; and how those on their way ended. Shell."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from sqlalchemy import BindParameter, Connection, String, bindparam, literal, select

from services.notifier.adapters.tables import ATTEMPTS, CONTENTS, LETTERS
from services.notifier.adapters.telling import tell_changes
from services.notifier.domain.life import SETTLED, WAITING, Happening, State, after
from services.notifier.domain.outcome import Attempt, Change
from services.notifier.domain.turns import Waiting, choose, full
from services.notifier.ports import Plan
from shared.messages import NoticeKind
from shared.statements import Prepared
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
    values = {"at": plan.at, "most": most, **_named("not", sorted(without)), **_named("but", but)}
    found = _which_wait(len(without), len(but)).rows(connection, values)
    return [Waiting(id=NoticeId(id), domain=domain) for id, domain in found]


@lru_cache(maxsize=256)
def _which_wait(without: int, but: int) -> Prepared:
    columns = LETTERS.c
    query = select(columns.id, columns.domain).where(
        columns.state.in_([literal(state) for state in WAITING]),
        columns.next_at <= bindparam("at"),
        columns.expires_at > bindparam("at"),
    )
    if without:
        query = query.where(columns.domain.not_in(_names("not", without)))
    if but:
        query = query.where(columns.id.not_in(_names("but", but)))
    query = query.order_by(columns.later, columns.next_at, columns.id).limit(bindparam("most"))
    return Prepared(query.with_for_update(skip_locked=True))


def _load(connection: Connection, plan: Plan, chosen: Sequence[NoticeId]) -> Sequence[Attempt]:
    return [
        Attempt(
            id=NoticeId(id),
            ref=EscalationRef(ref),
            partnership=PartnershipId(partnership),
            kind=NoticeKind(kind),
            domain=domain,
            to=address,
            content=content,
            number=attempts + 1,
            began_at=plan.at,
            setbacks=setbacks,
            deferred_since=deferred_since,
        )
        for id, ref, partnership, kind, domain, address, attempts, setbacks, deferred_since, content in _these(
            len(chosen)
        ).rows(connection, _named("id", chosen))
    ]


@lru_cache(maxsize=256)
def _these(count: int) -> Prepared:
    letter = LETTERS.c
    whose = (letter.id, letter.ref, letter.partnership, letter.kind, letter.domain, letter.address)
    query = (
        select(*whose, letter.attempts, letter.setbacks, letter.deferred_since, CONTENTS.c.content)
        .join_from(LETTERS, CONTENTS, CONTENTS.c.letter == letter.id)
        .where(letter.id.in_(_names("id", count)))
        .order_by(letter.later, letter.next_at, letter.id)
    )
    return Prepared(query)


def _names(word: str, count: int) -> Sequence[BindParameter[str]]:
    return [bindparam(f"{word}{number}", type_=String) for number in range(count)]


def _named(word: str, values: Sequence[str]) -> dict[str, str]:
    return {f"{word}{number}": value for number, value in enumerate(values)}


_BEGIN = Prepared(
    LETTERS.update()
    .where(LETTERS.c.id == bindparam("which"))
    .values(
        state=after(State.DUE, Happening.BEGUN).value,  # the same from every waiting state
        holder=bindparam("by"),
        next_at=bindparam("until"),
        attempts=bindparam("number"),
    )
)
_END = Prepared(
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
_ATTEMPT = Prepared(ATTEMPTS.insert())


def _mark(connection: Connection, plan: Plan, attempts: Sequence[Attempt], *, holder: str) -> None:
    until = plan.at + _LEASE
    rows = [{"which": one.id, "number": one.number, "by": holder, "until": until} for one in attempts]
    _BEGIN.run_each(connection, rows)


def write_changes(connection: Connection, changes: Sequence[Change], *, holder: str) -> None:
    """Write how attempts ended, with their reports. Only of letters still ours: another may have taken one for lost."""
    values = {"holder": holder, **_named("id", [change.id for change in changes])}
    still = set(_ours(len(changes)).rows(connection, values))
    kept = [change for change in changes if (change.id, change.number) in still]
    if not kept:
        return
    _END.run_each(connection, [_end_row(change) for change in kept])
    _ATTEMPT.run_each(connection, [_attempt_row(change) for change in kept])
    tell_changes(connection, kept, at=kept[0].at)


@lru_cache(maxsize=256)
def _ours(count: int) -> Prepared:
    columns = LETTERS.c
    ours = select(columns.id, columns.attempts).where(
        columns.id.in_(_names("id", count)), columns.state == State.SENDING, columns.holder == bindparam("holder")
    )
    return Prepared(ours.with_for_update())


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
