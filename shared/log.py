"""The one place that logs: codes and references, never text. An exception is its type and frames. Shell."""

import json
import logging
import sys
import traceback
from enum import StrEnum
from pathlib import Path

from shared.clock import SystemClock
from shared.failures import Code, code_of
from shared.terms import EscalationRef, Service, StageNumber

_MOST_FRAMES = 6
_CLOCK = SystemClock()
"""A log tells the machine's time, whatever the demonstration's clock says."""
_service: dict[str, str] = {}
_QUIET = ("nats", "litestar", "granian", "_granian", "aiosmtplib", "mail.log", "sqlalchemy", "alembic", "asyncio")


class Event(StrEnum):
    """What may be logged. A name is a code; what varies goes into the fields of `record`."""

    # every service
    STARTED = "started"
    STOPPING = "stopping"
    STOPPED = "stopped"
    LISTENING = "listening"
    FAILED = "failed"
    MIGRATED = "migrated"
    # delivery
    BROKER_CONNECTED = "broker.connected"
    BROKER_LOST = "broker.lost"
    BROKER_REFUSED = "broker.refused"
    DELIVERY_FAILED = "delivery.failed"
    DELIVERY_PARKED = "delivery.parked"
    SIGNATURE_REFUSED = "signature.refused"
    RELAY_FAILED = "relay.failed"
    TALLY_FAILED = "tally.failed"
    PUBLISHED_AGAIN = "published.again"
    # intake
    SUBMISSION_ACCEPTED = "submission.accepted"
    SUBMISSION_REFUSED = "submission.refused"
    BOOK_TAKEN = "book.taken"
    BOOK_REFUSED = "book.refused"
    REQUEST_FAILED = "request.failed"
    RECORD_WITHHELD = "record.withheld"
    # router
    SUBMISSION_PARKED = "submission.parked"
    PARKED_SETTLED = "parked.settled"
    ESCALATION_WAITS = "escalation.waits"
    ESCALATION_ROUTED = "escalation.routed"
    ESCALATION_PROMPTED = "escalation.prompted"
    ACT_TAKEN = "act.taken"
    ADDRESS_CONFIRMED = "address.confirmed"
    DIRECTORY_IMPORTED = "directory.imported"
    SWEEP_FAILED = "sweep.failed"
    ORDER_ENDED = "order.ended"
    ORDER_FAILED = "order.failed"
    KEYS_DESTROYED = "keys.destroyed"
    QUESTION_FAILED = "question.failed"
    # notifier
    NOTICE_RENDERED = "notice.rendered"
    NOTICE_ACCEPTED = "notice.accepted"
    NOTICE_DELAYED = "notice.delayed"
    NOTICE_REFUSED = "notice.refused"
    NOTICE_AMBIGUOUS = "notice.ambiguous"
    NOTICE_EXPIRED = "notice.expired"
    MAIL_CAME_BACK = "mail.came-back"
    MAIL_DOWN = "mail.down"
    MAIL_UP = "mail.up"


def set_up(service: Service) -> None:
    """One line of JSON an event on standard output; foreign libraries' own loggers are silenced: they quote values."""
    for name in _QUIET:
        foreign = logging.getLogger(name)
        foreign.handlers = [logging.NullHandler()]
        foreign.propagate = False
        foreign.setLevel(logging.CRITICAL)
    logging.getLogger().handlers = [logging.NullHandler()]
    _service.clear()
    _service["service"] = service.value


def record(
    event: Event,
    *,
    ref: EscalationRef | str | None = None,
    stage: StageNumber | int | None = None,
    attempt: int | None = None,
    count: int | None = None,
    code: Code | str | None = None,
    failure: BaseException | None = None,
) -> None:
    """Log `event`. failure: shown as its code, type and frames; its text is never read."""
    fields: dict[str, object] = {
        "ref": ref,
        "stage": stage,
        "attempt": attempt,
        "count": count,
        "code": code and str(code),
    }
    if failure is not None:
        fields |= {"code": code_of(failure).value, "failure": type(failure).__name__, "frames": _frames(failure)}
    said = {name: value for name, value in fields.items() if value is not None}
    line = {"event": event.value, **said, **_service, "at": _CLOCK.now().isoformat()}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _frames(failure: BaseException) -> list[str]:
    frames = traceback.extract_tb(failure.__traceback__)[-_MOST_FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames]
