"""Makes a code, the attempt that router keeps of it, and the notice that carries it. Shell."""

import re
from collections.abc import Sequence

from services.router.domain.changes import Change, Happened, What
from services.router.domain.escalation import same_address
from services.router.domain.ground import Ground
from services.router.domain.letters.notices import of_code, with_code
from services.router.domain.sessions import DAY, HOUR, Attempt, Purpose, code_digest, may_mail, may_mail_now
from services.router.handlers.owing import owe
from services.router.ports import World
from shared.failures import Code, Permanent
from shared.messages import NoticeKind
from shared.private import Private
from shared.references import mint_code, mint_sign_in_code
from shared.terms import Digest, EscalationRef, Instant, PartnershipId

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_MOST_ADDRESS = 254
_KINDS = {
    Purpose.CONFIRM: NoticeKind.CONFIRMATION_CODE,
    Purpose.SIGN_IN: NoticeKind.SIGN_IN_CODE,
    Purpose.POST: NoticeKind.POST_CODE,
}


class Wanted(Private, frozen=True, kw_only=True):
    """A code that somebody asked for. subject: a submission to confirm, a reference to sign in to.

    eligible: False where nothing is mailed whatever happens; the work done is the same.
    party: allowed as many codes a day as parties are. kept: may take from those kept for signing in.
    cause: what the attempt's id follows from.
    """

    purpose: Purpose
    partnership: PartnershipId
    subject: str
    address: str
    ref: EscalationRef
    cause: Sequence[str]
    eligible: bool = True
    party: bool = False
    kept: bool = False


def is_address(text: str) -> bool:
    """Whether `text` is one plain mail address: nothing else ever becomes a recipient."""
    return len(text) <= _MOST_ADDRESS and _ADDRESS.fullmatch(text) is not None


async def make_code(wanted: Wanted, *, secret: Digest, ground: Ground, world: World, at: Instant) -> Change:
    """The change that sends a code, or a decoy that does the same work and sends none.

    Addresses in no decision get three codes a day, parties twenty. secret: digest of the session that asked.
    """
    place = ground.place(wanted.partnership)
    if place is None:
        raise Permanent(Code.UNKNOWN_PARTNERSHIP)
    address = same_address(wanted.address)
    plain = is_address(address)
    sent = await world.sessions.mailed(address, today=at - DAY, this_hour=at - HOUR)
    party = sent.party or wanted.party
    now = party or may_mail_now(sent_this_hour=sent.to_confirm_this_hour, known=ground.knows(address))
    allowed = now and may_mail(sent_today=sent.today, party=party, kept=wanted.kept)
    mailed = wanted.eligible and plain and allowed
    confirms = wanted.purpose is Purpose.CONFIRM
    code = mint_code() if confirms else mint_sign_in_code()
    blank = of_code(
        place, kind=_KINDS[wanted.purpose], ref=wanted.ref, address=address if plain else "", attempt=wanted.cause
    )
    owed = owe(with_code(blank, code), world.notifier)
    attempt = Attempt(
        id=blank.id,
        purpose=wanted.purpose,
        partnership=wanted.partnership,
        secret=secret,
        subject=wanted.subject,
        address=address if plain else "",
        code=code_digest(blank.id, code),
        asked_at=at,
        decoy=not mailed,
    )
    line = Happened(ref=wanted.ref, at=at, what=What.CODE_SENT, note=wanted.purpose.value)
    return Change(
        at=at,
        attempts=(attempt,),
        owed=(owed,) if mailed else (),
        happened=(line,) if mailed and wanted.ref else (),
    )
