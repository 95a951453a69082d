"""What every question, submission, report and sweep reads: compiled once. Shell."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Integer, and_, bindparam, func, or_, select

from services.router.adapters.tables import (
    ATTEMPTS,
    CHANNELS,
    DIRECTORIES,
    ESCALATIONS,
    MAIL,
    NOTICES,
    PARTIES,
    SESSIONS,
    WAITING,
)
from services.router.domain.changes import FAILED
from services.router.domain.escalation import State
from services.router.domain.sessions import Purpose
from shared.store import Prepared, UtcDateTime

T = TypeVar("T")
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}

_NEWEST = select(ATTEMPTS.c.body).order_by(ATTEMPTS.c.asked_at.desc(), ATTEMPTS.c.id)
_GOING = or_(*(ESCALATIONS.c.state == state.value for state in (State.ROUTED, State.REFERRED)))
_MAILED = and_(ATTEMPTS.c.decoy.is_(False), ATTEMPTS.c.asked_at > bindparam("since", type_=UtcDateTime))

BY_REF = Prepared(select(ESCALATIONS.c.body).where(ESCALATIONS.c.ref == bindparam("ref")))
BY_SUBMISSION = Prepared(select(ESCALATIONS.c.body).where(ESCALATIONS.c.submission == bindparam("submission")))
KNOWN = Prepared(
    select(ESCALATIONS.c.ref).where(
        or_(ESCALATIONS.c.submission == bindparam("submission"), ESCALATIONS.c.ref == bindparam("ref"))
    )
)
SIMILAR = Prepared(
    select(func.count())
    .select_from(ESCALATIONS)
    .where(
        ESCALATIONS.c.pattern == bindparam("pattern"),
        _GOING,
        ESCALATIONS.c.accepted_at > bindparam("since", type_=UtcDateTime),
    )
)
DUE = Prepared(
    select(ESCALATIONS.c.ref)
    .where(ESCALATIONS.c.wait_until <= bindparam("at", type_=UtcDateTime))
    .order_by(ESCALATIONS.c.wait_until)
    .limit(bindparam("most", type_=Integer))
)
PASSED_OVER = Prepared(
    select(NOTICES.c.body)
    .where(
        NOTICES.c.must_act.is_(True),
        NOTICES.c.replaced.is_(False),
        or_(*(NOTICES.c.state == state.value for state in sorted(FAILED))),
    )
    .limit(bindparam("most", type_=Integer))
)
NOTICE = Prepared(select(NOTICES.c.body).where(NOTICES.c.id == bindparam("id")))
ATTEMPT = Prepared(select(ATTEMPTS.c.body).where(ATTEMPTS.c.id == bindparam("id")))
ATTEMPTS_ABOUT = Prepared(
    _NEWEST.where(ATTEMPTS.c.purpose == bindparam("purpose"), ATTEMPTS.c.subject == bindparam("subject"))
)
ATTEMPTS_OF = Prepared(
    _NEWEST.where(ATTEMPTS.c.purpose == bindparam("purpose"), ATTEMPTS.c.secret == bindparam("secret"))
)
CODES_TO = Prepared(
    select(func.count()).select_from(ATTEMPTS).where(ATTEMPTS.c.address == bindparam("address"), _MAILED)
)
CODES_TO_CONFIRM = Prepared(
    select(func.count()).select_from(ATTEMPTS).where(ATTEMPTS.c.purpose == Purpose.CONFIRM.value, _MAILED)
)
SESSION = Prepared(select(SESSIONS.c.body).where(SESSIONS.c.secret == bindparam("secret")))
A_PARTY = Prepared(select(PARTIES.c.ref).where(PARTIES.c.address == bindparam("address")).limit(1))
A_PARTY_OF = Prepared(
    select(PARTIES.c.ref).where(PARTIES.c.address == bindparam("address"), PARTIES.c.ref == bindparam("ref"))
)
REVISION = Prepared(select(func.max(DIRECTORIES.c.revision)))
MAIL_NOW = Prepared(select(MAIL.c.body))
CHANNEL_ROWS = Prepared(
    select(CHANNELS.c.partnership, CHANNELS.c.address, CHANNELS.c.urgent).add_columns(
        CHANNELS.c.told_at, CHANNELS.c.mails, CHANNELS.c.version
    )
)
WAITING_ROWS = Prepared(select(WAITING.c.partnership, WAITING.c.address, WAITING.c.urgent, WAITING.c.body))


def scalars(connection: Connection, query: Any, given: Mapping[str, Any]) -> list[Any]:
    """The first column of each row. query: prepared, or built for this once."""
    if isinstance(query, Prepared):
        return query.scalars(connection, given)
    return list(connection.execute(query, given).scalars())


def read_all(bodies: list[bytes], kind: type[T]) -> tuple[T, ...]:
    """Each stored body as what it was."""
    decoder = _decoder(kind)
    return tuple(decoder.decode(body) for body in bodies)


def first(bodies: list[bytes], kind: type[T]) -> T | None:
    """The first stored body as what it was."""
    return _decoder(kind).decode(bodies[0]) if bodies else None


def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    if kind not in _DECODERS:
        _DECODERS[kind] = msgspec.json.Decoder(kind)
    decoder: msgspec.json.Decoder[T] = _DECODERS[kind]
    return decoder
