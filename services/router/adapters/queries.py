"""What every submission and every report reads: built once, as that costs more than running. Shell."""

from typing import Any, TypeVar

import msgspec
from sqlalchemy import bindparam, func, or_, select

from services.router.adapters.tables import ATTEMPTS, DIRECTORIES, ESCALATIONS, NOTICES
from services.router.domain.escalation import State
from shared.store import UtcDateTime

T = TypeVar("T")
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}

BY_REF = select(ESCALATIONS.c.body).where(ESCALATIONS.c.ref == bindparam("ref"))
BY_SUBMISSION = select(ESCALATIONS.c.body).where(ESCALATIONS.c.submission == bindparam("submission"))
KNOWN = select(ESCALATIONS.c.ref).where(
    or_(ESCALATIONS.c.submission == bindparam("submission"), ESCALATIONS.c.ref == bindparam("ref"))
)
SIMILAR = select(func.count()).where(
    ESCALATIONS.c.pattern == bindparam("pattern"),
    ESCALATIONS.c.state.in_((State.ROUTED.value, State.REFERRED.value)),
    ESCALATIONS.c.accepted_at > bindparam("since", type_=UtcDateTime),
)
NOTICE = select(NOTICES.c.body).where(NOTICES.c.id == bindparam("id"))
ATTEMPT = select(ATTEMPTS.c.body).where(ATTEMPTS.c.id == bindparam("id"))
NEWEST_ATTEMPTS = select(ATTEMPTS.c.body).order_by(ATTEMPTS.c.asked_at.desc(), ATTEMPTS.c.id)
ATTEMPTS_ABOUT = NEWEST_ATTEMPTS.where(
    ATTEMPTS.c.purpose == bindparam("purpose"), ATTEMPTS.c.subject == bindparam("subject")
)
ATTEMPTS_OF = NEWEST_ATTEMPTS.where(
    ATTEMPTS.c.purpose == bindparam("purpose"), ATTEMPTS.c.secret == bindparam("secret")
)
REVISION = select(func.max(DIRECTORIES.c.revision))


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
