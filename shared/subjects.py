"""Every subject, stream, durable and permission, and nowhere else; the server's permissions are made from here. Pure.

A subject carries a partnership id and a random reference, nothing else of anybody's.
"""

import json
import re
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from shared.terms import EscalationRef, PartnershipId, Service

ASK_PUBLIC = "ask.public"
"""For the public book; intake asks router."""
ASK_ROUTE = "ask.route"
"""Who would be told, and by when, for codes alone; intake asks router."""
ASK_SEALED = "ask.sealed"
"""A page's sealed question, carried by intake to router."""

NONE = "none"
"""Stands in a subject where a report has no partnership or no reference."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DAY_SECONDS = 24 * 3600
_REPLY_WITHIN = "30s"


class Stream(StrEnum):
    """The streams. The name in JetStream is the value."""

    SUBMISSIONS = "SUBMISSIONS"
    NOTICES = "NOTICES"
    REPORTS = "REPORTS"


class StreamShape(msgspec.Struct, frozen=True, kw_only=True):
    """A stream with its one durable consumer, named for its reader. `provision` makes it so and reads it back.

    max_bytes: a full stream refuses (the outbox keeps owing), it never drops what is old.
    pending_most: unsettled deliveries at one time; those that wait to be tried again count.
    """

    subjects: tuple[str, ...]
    reader: Service
    writers: frozenset[Service]
    max_age_seconds: int = 14 * _DAY_SECONDS
    max_bytes: int = 1024**3
    max_message_bytes: int = 1024**2
    ack_wait_seconds: int = 30
    pending_most: int = 10_000

    @property
    def durable(self) -> str:
        """The consumer's name."""
        return self.reader.value


SHAPES: Mapping[Stream, StreamShape] = {
    Stream.SUBMISSIONS: StreamShape(
        subjects=("submissions.*.*",), reader=Service.ROUTER, writers=frozenset({Service.INTAKE})
    ),
    Stream.NOTICES: StreamShape(
        subjects=("notices.*.*",), reader=Service.NOTIFIER, writers=frozenset({Service.ROUTER})
    ),
    Stream.REPORTS: StreamShape(
        subjects=("reports.intake.*.*", "reports.notifier.*.*"),
        reader=Service.ROUTER,
        writers=frozenset({Service.INTAKE, Service.NOTIFIER}),
    ),
}


def submissions(partnership: PartnershipId, ref: EscalationRef) -> str:
    """Where intake says that a submission is stored."""
    return _subject("submissions", partnership, ref)


def notices(partnership: PartnershipId, ref: EscalationRef) -> str:
    """Where router says that a notice is due."""
    return _subject("notices", partnership, ref)


def reports(service: Service, partnership: PartnershipId | None, ref: EscalationRef | None) -> str:
    """Where `service` reports to router; None where a report is about no one escalation."""
    return _subject("reports", service, partnership or NONE, ref or NONE)


def ask_tally(service: Service) -> str:
    """Where `service` is asked which ids it has settled."""
    return f"ask.tally.{service.value}"


_ASKED: Mapping[str, tuple[Service, frozenset[Service]]] = {
    ASK_PUBLIC: (Service.ROUTER, frozenset({Service.INTAKE})),
    ASK_ROUTE: (Service.ROUTER, frozenset({Service.INTAKE})),
    ASK_SEALED: (Service.ROUTER, frozenset({Service.INTAKE})),
    ask_tally(Service.ROUTER): (Service.ROUTER, frozenset({Service.INTAKE, Service.NOTIFIER})),
    ask_tally(Service.NOTIFIER): (Service.NOTIFIER, frozenset({Service.ROUTER})),
}


def reader_of(subject: str) -> Service:
    """Who settles what is published, or answers what is asked, on `subject`. Raises LookupError for any other."""
    if subject in _ASKED:
        return _ASKED[subject][0]
    return SHAPES[_stream_of(subject)].reader


def may_send(sender: Service, subject: str) -> bool:
    """Whether `sender`'s signature counts on `subject`: a genuine frame in another's place is refused."""
    if subject in _ASKED:
        return sender in _ASKED[subject][1]
    try:
        shape = SHAPES[_stream_of(subject)]
    except LookupError:
        return False
    return sender in shape.writers and (not subject.startswith("reports.") or subject.split(".")[1] == sender.value)


def ref_of(subject: str) -> EscalationRef | None:
    """The reference in a stream's subject, for the log; None where it has none."""
    last = subject.rsplit(".", 1)[-1]
    return None if last == NONE or subject in _ASKED else EscalationRef(last)


def inbox_prefix(service: str) -> str:
    """Where answers to `service` arrive: its own, so that nobody else can listen."""
    return f"_inbox_{service}"


def next_subject(stream: Stream) -> str:
    """Where the reader of `stream` asks for its next messages."""
    return f"$JS.API.CONSUMER.MSG.NEXT.{stream.value}.{SHAPES[stream].durable}"


# ── permissions ───────────────────────────────────────────────────────────────────────────────────────────────


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """All that an identity may do; what is not named is denied.

    subscribe: `subject queue` where only as a member of that queue group.
    answers: it may answer each request it received, once.
    """

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    answers: bool


def permissions(service: Service) -> Rights:
    """The rights of a service: its own subjects, its own consumers, its own inbox."""
    written = [
        subject
        for shape in SHAPES.values()
        for subject in shape.subjects
        if may_send(service, subject.replace("*", NONE))
    ]
    asked = [subject for subject, (_, askers) in _ASKED.items() if service in askers]
    fetched = [
        right
        for stream, shape in SHAPES.items()
        if shape.reader == service
        for right in (next_subject(stream), f"$JS.ACK.{stream.value}.{shape.durable}.>")
    ]
    answered = [f"{subject} {service.value}" for subject, (answerer, _) in _ASKED.items() if answerer == service]
    return Rights(
        publish=(*written, *asked, *fetched),
        subscribe=(f"{inbox_prefix(service)}.>", *answered),
        answers=bool(answered),
    )


PROVISION = "provision"
"""The administrator's identity: makes streams and reads them back. No service holds its seed."""


def provision_rights() -> Rights:
    """Stream administration and no message of anybody's."""
    verbs = ("INFO", "STREAM.CREATE.*", "STREAM.UPDATE.*", "STREAM.INFO.*", "STREAM.NAMES", "STREAM.LIST")
    consumer_verbs = ("CONSUMER.CREATE.>", "CONSUMER.DURABLE.CREATE.*.*", "CONSUMER.INFO.*.*", "CONSUMER.LIST.*")
    return Rights(
        publish=tuple(f"$JS.API.{verb}" for verb in (*verbs, *consumer_verbs)),
        subscribe=(f"{inbox_prefix(PROVISION)}.>",),
        answers=False,
    )


CONSOLE = "console"
"""Router's admins' pages: they connect, and learn by that whether the broker is up."""


def console_rights() -> Rights:
    """Nothing at all: its own inbox, where no answer ever arrives, for it may not ask."""
    return Rights(publish=(), subscribe=(f"{inbox_prefix(CONSOLE)}.>",), answers=False)


def server_permissions(users: Mapping[Service, str], *, provision: str, console: str) -> str:
    """The `authorization` block of a nats-server's configuration. Values are public nkeys."""
    entries = [(users[service], permissions(service)) for service in Service]
    entries += [(provision, provision_rights()), (console, console_rights())]
    return "authorization {\n  users = [\n" + "".join(_user(key, rights) for key, rights in entries) + "  ]\n}\n"


def _user(nkey: str, rights: Rights) -> str:
    replies = f'\n        allow_responses: {{ max: 1, expires: "{_REPLY_WITHIN}" }}' if rights.answers else ""
    # an empty list of what is allowed would allow everything
    publish = f"allow: {json.dumps(rights.publish)}" if rights.publish else 'deny: ">"'
    return (
        f"    {{\n      nkey: {json.dumps(nkey)}\n      permissions: {{\n"
        f"        publish: {{ {publish} }}\n"
        f"        subscribe: {{ allow: {json.dumps(rights.subscribe)} }}{replies}\n      }}\n    }}\n"
    )


def _subject(*tokens: str) -> str:
    if not all(_TOKEN.fullmatch(token) for token in tokens):
        raise ValueError("a token of a subject is letters, digits, hyphens")
    return ".".join(tokens)


def _stream_of(subject: str) -> Stream:
    for stream, shape in SHAPES.items():
        if any(_matches(pattern, subject) for pattern in shape.subjects):
            return stream
    raise LookupError("no stream takes this subject")


def _matches(pattern: str, subject: str) -> bool:
    wanted, given = pattern.split("."), subject.split(".")
    return len(wanted) == len(given) and all(one in ("*", token) for one, token in zip(wanted, given, strict=True))
