"""Lets somebody who may read it now read one sealed record: the key, and a ticket for the ciphertext. Shell.

Every read is logged, shown to the parties and told to the raiser, once a reader a day. Router never has the record.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from services.router.domain.changes import Change, What
from services.router.domain.escalation import Standing
from services.router.domain.ground import Ground
from services.router.domain.living.outcome import shown
from services.router.domain.living.present import present_now, those
from services.router.domain.living.records import Kept, kept, may_open, up_to
from services.router.domain.page.choosing import code_of
from services.router.handlers.presence import NOT_ALLOWED, Here, here
from services.router.handlers.replying import Asker, Reply
from services.router.handlers.routing import is_trusted
from services.router.handlers.saying import Told, change_of, line_of, tell_them
from services.router.ports import World
from shared.following import ReadRecord, RecordOpened
from shared.messages import NoticeKind
from shared.questions import Refused
from shared.references import mint_submission_id
from shared.releases import ReleaseTicket, SignedTicket
from shared.terms import Digest

TICKET_LIFE = timedelta(minutes=2)


async def read_record(question: ReadRecord, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The key of one record and a ticket for its ciphertext, to somebody who may read it at this moment."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    records = await records_of(at, world=world)
    record = next((one for one in records if one.submission == question.submission), None)
    trusted = is_trusted(at.escalation, ground)
    if record is None or not may_open(record, at.me, standings=at.standings, trusted=trusted):
        return Reply(NOT_ALLOWED)
    if record.key_digest is None or record.record_digest is None:
        return Reply(NOT_ALLOWED)
    opened = RecordOpened(
        key=world.record_keys.unwrap(record.wrapped_key, record.ref),
        key_digest=record.key_digest,
        record_digest=record.record_digest,
        partnership=record.partnership,
        form=record.form,
        form_version=record.form_version,
        submission=record.submission,
        ticket=_ticket(record, record.record_digest, at, world=world),
    )
    return Reply(opened, await _read(record, at, world=world))


async def records_of(at: Here, *, world: World) -> tuple[Kept, ...]:
    """The records of this stage and of those before it, in order, whoever may open them."""
    found: list[Kept] = []
    for stage in up_to(await world.escalations.of_matter(at.escalation.matter), at.escalation):
        everybody = at.everybody if stage.ref == at.escalation.ref else present_now(stage, ground=at.ground, at=at.at)
        raiser = next((shown(one) for one in those(everybody, Standing.RAISER)), "")
        found += kept(stage, await world.escalations.added(stage.ref), raised_by=raiser)
    return tuple(found)


def _ticket(record: Kept, digest: Digest, at: Here, *, world: World) -> SignedTicket:
    ticket = ReleaseTicket(
        number=mint_submission_id(),
        submission=record.submission,
        partnership=record.partnership,
        record_digest=digest,
        expires_at=at.at + TICKET_LIFE,
    )
    return world.tickets.sign(ticket)


async def _read(record: Kept, at: Here, *, world: World) -> Change:
    """The line of the history, and the raiser's notice where this reader's day has none yet."""
    line = line_of(at, What.READ, note=f"{code_of(at.escalation, at.address)} {record.submission}")
    day = at.at.astimezone(ZoneInfo(at.place.zone)).date()
    raisers = tuple(one for one in those(at.everybody, Standing.RAISER) if one.address != at.address)
    told: Told = tell_them(at, NoticeKind.NEWS, What.READ, raisers, cause=f"{at.address} {at.claimed} {day}")
    new = tuple([one for one in told if await world.escalations.notice(one[1].id) is None])
    return change_of(at, (line,), new, world=world)
