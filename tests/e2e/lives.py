"""An escalation in each state of its life, as router would show it, and a router that shows it. Shell."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from stand import NOW, OneRouter, Stand

from services.intake.adapters.router_questions import RouterTickets
from shared.envelope import Binding, OpeningKey, seal_record
from shared.following import (
    AddedSeen,
    AnswerSeen,
    ChoiceSeen,
    ClockSeen,
    Entry,
    GiveName,
    IssueSeen,
    Line,
    OutcomeSeen,
    PersonSeen,
    ReadRecord,
    RecordOpened,
    SeenEscalation,
    StageSeen,
    YourEscalation,
    YourEscalations,
    Yours,
)
from shared.questions import Asked, Done, Refused
from shared.receipts import Signer, Verifier
from shared.references import mint_reference
from shared.releases import ReleaseTicket, SignedTicket, ticket_bytes
from shared.terms import Digest, PartnershipId, Service, SubmissionId

REF, OTHER_REF = "WS-7K3-QM9-PX8", mint_reference("WS")
DUE = NOW + timedelta(days=9, hours=7)
MOST_RECORDS = 30
CHILD = "Zebedee Quillfeather"
RECORD = {
    "child_name": CHILD,
    "child_dob": "2016-04-14",
    "account": "The referral was closed without a visit.\nHe told his teacher that he is afraid to go home.",
}
FORM_RECORD = SubmissionId("0" * 31 + "1")
CLOCK = ClockSeen(due_at=DUE, due_words="Wednesday 30 December 2026, 5 pm", working_days_left=5, calendar_days_left=9)
PEOPLE = (
    PersonSeen(
        label="Asked to act",
        who="Jo Marsh, team manager, West Sussex children’s social care",
        phone="01632 960 031",
        told="Accepted by their mail system at 10:02, Monday 21 December 2026",
    ),
    PersonSeen(
        label="Raised it",
        who="Rowan Example, head teacher, Oakfield Primary School",
        phone="01632 960 041",
        told="Accepted by their mail system at 10:02, Monday 21 December 2026",
    ),
    PersonSeen(
        label="The raiser’s manager",
        who="Sam Vale, chair of governors, Oakfield Primary School",
        told="Refused by their mail system at 10:04, Monday 21 December 2026. The duty contact is told.",
    ),
)
HISTORY = (
    Entry(at=NOW, what="Received"),
    Entry(at=NOW + timedelta(minutes=1), what="The raiser’s address was confirmed", who="by the code"),
    Entry(at=NOW + timedelta(minutes=2), what="Routed to stage 2"),
)
ADDED = AddedSeen(submission=FORM_RECORD, words="The form", by="Rowan Example, head teacher", at=NOW, readable=True)
OWNERS = (
    ChoiceSeen(code="o1", words="Jo Marsh, team manager"),
    ChoiceSeen(code="o2", words="Rowan Example, head teacher"),
)
STAGE_3 = ChoiceSeen(code="3", words="Stage 3: Heads of service")
HOLDER_MOVES = (
    *("acknowledge", "not-mine", "conflict", "hand-over", "action", "representation"),
    *("date.propose", "outcome", "outcome.answer", "debrief"),
)
RAISER_MOVES = (
    *("action", "representation", "date.answer", "outcome", "outcome.answer"),
    *("next-stage", "debrief", "raiser.replace"),
)
TEXT = "The referral is opened again, and a social worker visits by Wednesday 6 January 2027."


def routed(*, you: str = "Asked to act", **changes: Any) -> SeenEscalation:
    """At stage 2, waiting for the team manager."""
    holder = you == "Asked to act"
    seen = SeenEscalation(
        ref=REF,
        state="routed",
        stage_label="Stage 2: manager to manager",
        part="contact" if holder else "raiser",
        due_words=CLOCK.due_words,
        partnership="West Sussex Safeguarding Children Partnership",
        stages=(StageSeen(ref=REF, label="Stage 2", who="Jo Marsh, team manager", began_at=NOW),),
        clock=CLOCK,
        people=tuple(msgspec.structs.replace(one, you=one.label == you) for one in PEOPLE),
        because=(Line(label="Pan Sussex 7.2.4", text="Stage 2 is for the managers of both professionals."),),
        history=HISTORY,
        added=(ADDED,),
        moves=HOLDER_MOVES if holder else RAISER_MOVES,
        deputies=(ChoiceSeen(code="d1", words="Ash Field, deputy team manager"),) if holder else (),
        owners=OWNERS,
        next_stages=(STAGE_3,),
        phones=(
            Line(label="Out of hours", text="01632 960 012"),
            Line(label="Jo Marsh’s office", text="01632 960 031"),
        ),
    )
    return msgspec.structs.replace(seen, **changes)


def outcome(*, final: bool = False, **changes: Any) -> OutcomeSeen:
    """Proposed by the team manager, with one issue outstanding."""
    said = "confirms" if final else "waits"
    text = OutcomeSeen(
        version=1,
        digest=Digest(hashlib.sha256(TEXT.encode()).hexdigest()),
        code="agreed",
        text=TEXT,
        issues=(
            IssueSeen(
                number=1, text="Who attends the school’s meetings", owner="Jo Marsh", by_words="Friday 15 January 2027"
            ),
        ),
        by="Jo Marsh, team manager",
        at=NOW,
        answers=(
            AnswerSeen(who="Jo Marsh, team manager", answer="confirms", at=NOW),
            AnswerSeen(who="Rowan Example, head teacher", answer=said, at=NOW if final else None),
        ),
        final=final,
    )
    return msgspec.structs.replace(text, **changes)


def closed(**changes: Any) -> SeenEscalation:
    """Every party confirmed; one issue is still pursued."""
    ended = StageSeen(
        ref=REF,
        label="Stage 2",
        who="Jo Marsh, team manager",
        began_at=NOW - timedelta(days=4),
        ended_at=NOW,
        how="agreed in writing",
    )
    agreed = outcome(final=True)
    shown = routed(
        you="Raised it",
        state="closed",
        stages=(ended,),
        clock=None,
        outcome=agreed,
        issues=agreed.issues,
        moves=("issue", "reopen", "debrief", "action"),
    )
    return msgspec.structs.replace(shown, **changes)


class Party(OneRouter):
    """Shows `shown` to whoever signs in, and opens the records that are laid down."""

    def __init__(self, key: OpeningKey) -> None:
        super().__init__(key)
        self.until = NOW + timedelta(hours=10)
        self.shown: SeenEscalation | None = routed()
        self.then: SeenEscalation | None = None
        self.sent: Callable[[], bool] = lambda: False
        self.escalations: tuple[YourEscalation, ...] = ()
        self.refusing: dict[type, str] = {}
        self.signer = Signer.generate()
        self.records: dict[str, RecordOpened] = {}
        self.ciphertexts: dict[str, bytes] = {}
        self.released = 0

    def see(self, ref: str) -> Any:
        """What is shown, and `then` once something was sent."""
        shown = self.then if self.then is not None and self.sent() else self.shown
        return shown or Refused(why="not-allowed")

    def act(self, asked: Asked) -> Any:
        question = asked.question
        why = self.refusing.get(type(question))
        if why is not None:
            return Refused(why=why)
        if isinstance(question, Yours):
            return YourEscalations(escalations=self.escalations)
        if isinstance(question, ReadRecord):
            return self.records[question.submission]
        if isinstance(question, GiveName) and self.shown is not None:
            self.shown = msgspec.structs.replace(self.shown, needs_name=False)
        return Done()

    def lay_down(self, submission: SubmissionId, answers: dict[str, Any], *, form: str = "monitoring-form") -> None:
        """Seal a record as a browser would, and be ready to let it be read."""
        key = secrets.token_bytes(32)
        bound = Binding(
            partnership=PartnershipId("west-sussex"),
            key="",
            form=form,
            form_version=1,
            compartment="record",
            submission=submission,
        )
        sealed = seal_record(msgspec.json.encode({"answers": answers}), key=key, binding=bound)
        digest = Digest(hashlib.sha256(sealed).hexdigest())
        ticket = ReleaseTicket(
            number=secrets.token_hex(16),
            submission=submission,
            partnership=PartnershipId("west-sussex"),
            record_digest=digest,
            expires_at=NOW + timedelta(minutes=2),
        )
        signed = SignedTicket(ticket=ticket, key=self.signer.key_id, signature=self.signer.sign(ticket_bytes(ticket)))
        self.ciphertexts[submission] = sealed
        self.records[submission] = RecordOpened(
            key=key,
            key_digest=Digest(hashlib.sha256(key).hexdigest()),
            record_digest=digest,
            partnership=PartnershipId("west-sussex"),
            form=form,
            form_version=1,
            submission=submission,
            ticket=signed,
        )

    def records_route(self) -> HTTPRouteHandler:
        """Where a browser brings the ticket."""
        seal = RouterTickets(Verifier({Service.ROUTER: {self.signer.key_id: self.signer.public}}))

        @post("/api/v1/records", status_code=200)
        async def records(request: Request[Any, Any, Any]) -> Response[bytes]:
            signed = msgspec.json.decode(await request.body(), type=SignedTicket)
            seal.check(signed)
            self.released += 1
            if self.released > MOST_RECORDS:
                problem = msgspec.json.encode({"type": "urn:candour:problem:too-many-records"})
                return Response(problem, status_code=429, media_type="application/problem+json")
            return Response(self.ciphertexts[signed.ticket.submission], media_type="application/octet-stream")

        return records


def life_stand() -> Stand:
    """A stand whose router shows an escalation under way, with one record to read."""
    stand = Stand(Party)
    party = party_of(stand)
    party.lay_down(FORM_RECORD, RECORD)
    party.sent = lambda: bool(stand.vault.kept)
    stand.more_routes = (party.records_route(),)
    return stand


def party_of(stand: Stand) -> Party:
    assert isinstance(stand.router, Party)
    return stand.router
