"""Writes one Change in one transaction; what somebody else saved meanwhile is a conflict, never overwritten. Shell."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Table, and_, delete, insert, select, update

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
from services.router.domain.changes import SETTLED, Change, Mail, SentNotice, StoredDecision
from services.router.domain.escalation import Escalation, pattern_of
from services.router.domain.sessions import Attempt, Session
from services.router.domain.waiting import Channel, ChannelState, Waiting
from shared.failures import Code, Transient
from shared.inbox import already_in, take_in
from shared.outbox import owe
from shared.store import insert_once
from shared.terms import EscalationRef

_encode = msgspec.json.encode


def write(connection: Connection, change: Change) -> bool:
    """Write all of `change`. False, and nothing written, where its message was taken in before."""
    taken = change.taken
    if taken is not None:
        if already_in(connection, INBOX, taken.message):
            return False
        take_in(
            connection,
            INBOX,
            message=taken.message,
            at=change.at,
            code=taken.code,
            subject=taken.subject,
            frame=taken.frame,
        )
    _write_escalation_parts(connection, change)
    _write_session_parts(connection, change)
    for channel, waiting in change.waiting:
        _wait(connection, channel, waiting)
    if change.told is not None:
        _tell(connection, *change.told)
    if change.mail is not None:
        _mail(connection, change.mail)
    for owed in change.owed:
        owe(connection, OUTBOX, message=owed.message, subject=owed.subject, body=owed.body, at=change.at)
    return True


def _write_escalation_parts(connection: Connection, change: Change) -> None:
    if change.escalation is not None:
        _escalation(connection, change.escalation, answers=change.answers)
        if change.parties is not None:
            _parties(connection, change.escalation.ref, change.parties)
    if change.decision is not None:
        _decision(connection, change.decision)
    if change.happened:
        connection.execute(insert(HISTORY), [{"ref": line.ref, "body": _encode(line)} for line in change.happened])
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
        "body": _encode(saved),
    }
    if answers is not None:
        values["answers"] = _encode(answers)
    _at_version(connection, ESCALATIONS, {"ref": saved.ref}, values=values, version=escalation.version)


def _decision(connection: Connection, decision: StoredDecision) -> None:
    connection.execute(
        insert(DECISIONS).values(
            ref=decision.ref,
            number=decision.number,
            directory_revision=decision.directory_revision,
            policy=decision.policy,
            edition=decision.edition,
            decided_at=decision.decided_at,
            body=_encode(decision),
        )
    )


def _parties(connection: Connection, ref: EscalationRef, addresses: tuple[str, ...]) -> None:
    connection.execute(delete(PARTIES).where(PARTIES.c.ref == ref))
    if addresses:
        connection.execute(insert(PARTIES), [{"ref": ref, "address": address} for address in dict.fromkeys(addresses)])


def _notices(connection: Connection, notices: tuple[SentNotice, ...]) -> None:
    """Insert those that are new, in one statement, and replace the others, save by what was overtaken."""
    rows = {notice.id: _notice_row(notice) for notice in notices}
    known = set(connection.execute(select(NOTICES.c.id).where(NOTICES.c.id.in_(rows))).scalars())
    new = [row for notice, row in rows.items() if notice not in known]
    if new:
        connection.execute(insert(NOTICES), new)
    for notice in known:
        here = [NOTICES.c.id == notice]
        if not rows[notice]["replaced"]:
            here.append(NOTICES.c.replaced.is_(False))
        if rows[notice]["state"] not in SETTLED:
            here.append(NOTICES.c.state.not_in([state.value for state in SETTLED]))
        connection.execute(update(NOTICES).where(*here).values(**rows[notice]))


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
    newer = and_(SESSIONS.c.secret == session.secret, SESSIONS.c.counter < session.counter)
    if connection.execute(update(SESSIONS).where(newer).values(**values)).rowcount != 1:
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
    _at_version(connection, ATTEMPTS, {"id": saved.id}, values=values, version=attempt.version)


def _wait(connection: Connection, channel: Channel, waiting: Waiting) -> None:
    insert_once(connection, WAITING, {**_key(channel), "ref": waiting.ref, "body": _encode(waiting)})


def _tell(connection: Connection, state: ChannelState, told: tuple[Waiting, ...]) -> None:
    values = {"told_at": state.told_at, "mails": state.mails}
    _at_version(connection, CHANNELS, _key(state.channel), values=values, version=state.version)
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


def _at_version(
    connection: Connection, table: Table, key: dict[str, Any], *, values: dict[str, Any], version: int
) -> None:
    """Insert the row (version 0) or replace it at `version`. Raises: Transient(STORE_CONFLICT)."""
    row = {**values, "version": version + 1}
    if version == 0:
        if not insert_once(connection, table, {**key, **row}):
            raise Transient(Code.STORE_CONFLICT)
        return
    here = and_(_where(table, key), table.c.version == version)
    if connection.execute(update(table).where(here).values(**row)).rowcount != 1:
        raise Transient(Code.STORE_CONFLICT)
