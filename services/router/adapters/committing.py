"""Writes one Change in one transaction; what somebody else saved meanwhile is a conflict, never overwritten. Shell."""

from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select, update

from services.router.adapters.asks import write_post_parts
from services.router.adapters.lives import empty_added, write_added
from services.router.adapters.orders import end_order, write_endings
from services.router.adapters.tables import (
    ATTEMPTS,
    CHANNELS,
    DECISIONS,
    ESCALATIONS,
    HISTORY,
    INBOX,
    MAIL,
    NOTICES,
    OUTBOX,
    PARTIES,
    SESSIONS,
    WAITING,
)
from services.router.adapters.versions import write_at_version
from services.router.domain.changes import SETTLED, Change, Mail, SentNotice, StoredDecision, Taken
from services.router.domain.escalation import Escalation, pattern_of
from services.router.domain.letters.waiting import Channel, ChannelState, Waiting
from services.router.domain.sessions import Attempt, Session
from shared.failures import Code, Transient
from shared.inbox import already_in, take_in, take_in_once
from shared.outbox import owe_each
from shared.store import Prepared, insert_each_once, insert_once
from shared.terms import Instant, MessageId

_encode = msgspec.json.encode
_INSERT_HISTORY = Prepared(insert(HISTORY).inline(), columns=("ref", "body"))
_INSERT_DECISION = Prepared(insert(DECISIONS).inline(), columns=[column.name for column in DECISIONS.columns])
_INSERT_PARTY = Prepared(insert(PARTIES).inline(), columns=("ref", "address"))
_UPDATE_SESSION = Prepared(
    update(SESSIONS).where(SESSIONS.c.secret == bindparam("known"), SESSIONS.c.counter < bindparam("than")),
    columns=("counter", "seen_at", "body"),
)


def write(connection: Connection, change: Change) -> bool:
    """Write all of `change`. False, and nothing written, where its message was taken in, or its order ended, before."""
    if change.taken is not None and not _taken(connection, change.taken, at=change.at):
        return False
    if change.carried is not None and not end_order(connection, change.carried):
        return False
    if change.settles is not None:
        _settle(connection, change.settles)
    _write_escalation_parts(connection, change)
    _write_session_parts(connection, change)
    if change.waits_no_more is not None:
        connection.execute(delete(WAITING).where(WAITING.c.ref == change.waits_no_more))
    for channel, waiting in change.waiting:
        _wait(connection, channel, waiting)
    if change.told is not None:
        _tell(connection, *change.told)
    if change.endings is not None:
        write_endings(connection, change.endings)
    if change.mail is not None:
        _mail(connection, change.mail)
    write_post_parts(connection, change)
    owed = [(one.message, one.subject, one.body) for one in change.owed]
    owe_each(connection, OUTBOX, owed, at=change.at)
    return True


def _taken(connection: Connection, taken: Taken, *, at: Instant) -> bool:
    if taken.code is None:
        return take_in_once(connection, INBOX, message=taken.message, at=at)
    if already_in(connection, INBOX, taken.message):
        return False
    message, code, subject, frame = taken.message, taken.code, taken.subject, taken.frame
    take_in(connection, INBOX, message=message, at=at, code=code, subject=subject, frame=frame)
    return True


def _settle(connection: Connection, message: MessageId) -> None:
    parked = and_(INBOX.c.message == message, INBOX.c.code.is_not(None))
    if connection.execute(update(INBOX).where(parked).values(code=None)).rowcount != 1:
        raise Transient(Code.STORE_CONFLICT)


def _write_escalation_parts(connection: Connection, change: Change) -> None:
    if change.escalation is not None:
        _escalation(connection, change.escalation, answers=change.answers)
        if change.parties is not None:
            _parties(connection, change.escalation, change.parties)
    for other in change.also:
        _escalation(connection, other, answers=None)
    for other, parties in zip(change.also, change.also_parties, strict=False):
        _parties(connection, other, parties)
    write_added(connection, change.added)
    empty_added(connection, change.emptied)
    if change.decision is not None:
        _decision(connection, change.decision)
    if change.happened:
        _INSERT_HISTORY.run_each(connection, [{"ref": line.ref, "body": _encode(line)} for line in change.happened])
    if change.sent:
        _notices(connection, change.sent)


def _write_session_parts(connection: Connection, change: Change) -> None:
    if change.session is not None:
        _session(connection, change.session)
    for attempt in change.attempts:
        _attempt(connection, attempt)


def _escalation(connection: Connection, escalation: Escalation, *, answers: dict[str, object] | None) -> None:
    saved = msgspec.structs.replace(escalation, version=escalation.version + 1)
    values = {
        "partnership": saved.partnership,
        "submission": saved.submission,
        "state": saved.state.value,
        "wait_until": saved.wait_until,
        "pattern": pattern_of(saved.facts)[:200] if saved.facts is not None else None,
        "accepted_at": saved.accepted_at,
        "matter": saved.matter,
        "act_at": saved.act_at,
        "body": _encode(saved),
    }
    if answers is not None:
        values["answers"] = _encode(answers)
    write_at_version(connection, ESCALATIONS, {"ref": saved.ref}, values=values, version=escalation.version)


def _decision(connection: Connection, decision: StoredDecision) -> None:
    row = {
        "ref": decision.ref,
        "number": decision.number,
        "directory_revision": decision.directory_revision,
        "policy": decision.policy,
        "edition": decision.edition,
        "decided_at": decision.decided_at,
        "body": _encode(decision),
    }
    _INSERT_DECISION.run(connection, row)


def _parties(connection: Connection, escalation: Escalation, addresses: tuple[str, ...]) -> None:
    ref = escalation.ref
    if escalation.version:
        connection.execute(delete(PARTIES).where(PARTIES.c.ref == ref))
    _INSERT_PARTY.run_each(connection, [{"ref": ref, "address": address} for address in dict.fromkeys(addresses)])


def _notices(connection: Connection, notices: tuple[SentNotice, ...]) -> None:
    """Insert those that are new, in one statement, and replace the others, save by what was overtaken.

    One just owed changes none that is known under its id: that one has been owed before.
    """
    insert_each_once(connection, NOTICES, [_notice_row(notice) for notice in notices if notice.state is None])
    for notice in notices:
        if notice.state is not None or notice.replaced:
            _notice(connection, _notice_row(notice))


def _notice(connection: Connection, row: dict[str, Any]) -> None:
    statement = _update_notice(stays_replaced=not row["replaced"], stays_settled=row["state"] not in SETTLED)
    if statement.run(connection, {"known": row["id"], **row}) != 1:
        insert_once(connection, NOTICES, row)


@lru_cache
def _update_notice(*, stays_replaced: bool, stays_settled: bool) -> Prepared:
    here = [NOTICES.c.id == bindparam("known")]
    if stays_replaced:
        here.append(NOTICES.c.replaced.is_(False))
    if stays_settled:
        here.extend(NOTICES.c.state != state.value for state in sorted(SETTLED))
    columns = [column.name for column in NOTICES.columns]
    return Prepared(update(NOTICES).where(*here), columns=columns)


def _notice_row(notice: SentNotice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "ref": notice.ref,
        "state": notice.state.value if notice.state else "",
        "must_act": notice.must_act,
        "replaced": notice.replaced,
        "body": _encode(notice),
    }


def _session(connection: Connection, session: Session) -> None:
    """A counter that does not rise means that another question of this session was answered first: a replay."""
    values = {"counter": session.counter, "seen_at": session.seen_at, "body": _encode(session)}
    if insert_once(connection, SESSIONS, {"secret": session.secret, **values}):
        return
    if _UPDATE_SESSION.run(connection, {"known": session.secret, "than": session.counter, **values}) != 1:
        raise Transient(Code.STORE_CONFLICT)


def _attempt(connection: Connection, attempt: Attempt) -> None:
    saved = msgspec.structs.replace(attempt, version=attempt.version + 1)
    values = {
        "purpose": saved.purpose.value,
        "subject": saved.subject,
        "secret": saved.secret,
        "address": saved.address,
        "asked_at": saved.asked_at,
        "decoy": saved.decoy,
        "body": _encode(saved),
    }
    write_at_version(connection, ATTEMPTS, {"id": saved.id}, values=values, version=attempt.version)


def _wait(connection: Connection, channel: Channel, waiting: Waiting) -> None:
    insert_once(connection, WAITING, {**_key(channel), "ref": waiting.ref, "body": _encode(waiting)})


def _tell(connection: Connection, state: ChannelState, told: tuple[Waiting, ...]) -> None:
    values = {"told_at": state.told_at, "mails": state.mails}
    write_at_version(connection, CHANNELS, _key(state.channel), values=values, version=state.version)
    here = _where(WAITING, _key(state.channel))
    for one in told:
        connection.execute(delete(WAITING).where(and_(here, WAITING.c.ref == one.ref)))


def _mail(connection: Connection, mail: Mail) -> None:
    """A report that overtook a later one changes nothing."""
    body = connection.execute(select(MAIL.c.body)).scalar()
    if body is None:
        connection.execute(insert(MAIL).values(one=1, body=_encode(mail)))
        return
    known = msgspec.json.decode(body, type=Mail)
    if known.at is None or mail.at is None or mail.at >= known.at:
        connection.execute(update(MAIL).values(body=_encode(mail)))


def _key(channel: Channel) -> dict[str, Any]:
    return {"partnership": channel.partnership, "address": channel.address, "urgent": channel.urgent}


def _where(table: Table, key: dict[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in key.items()))
