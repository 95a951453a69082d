"""Who entered a form for somebody else: the duty contact, or a safeguarding lead, by their sign-in. Shell.

The raiser whom it names confirms it as always. Anybody else is named nowhere by saying that they entered it.
"""

from services.router.domain.escalation import same_address
from services.router.domain.ground import Ground
from services.router.domain.sessions import secret_digest, was_signed_in
from services.router.handlers.opening import Opened
from services.router.ports import World
from shared.messages import SubmissionReceived


async def entered_by(opened: Opened, submission: SubmissionReceived, *, ground: Ground, world: World) -> str:
    """How they are shown; "" where the raiser filled it in, or where the proof is of nobody who may."""
    if not opened.on_behalf or opened.proof is None:
        return ""
    session = await world.sessions.session(secret_digest(opened.proof.secret))
    if session is None or not was_signed_in(session, accepted_at=submission.accepted_at, now=world.clock.now()):
        return ""
    if session.address == same_address(opened.facts.raiser.address):
        return ""
    place = ground.place(submission.partnership)
    duty = place is not None and session.address == place.duty_address
    who = f"the duty contact, {place.name}" if place is not None and duty else ground.lead_at(session.address)
    if not who or not ground.is_mailbox(session.address):
        return who
    return f"{session.claimed} (as they say) for {who}" if session.claimed else who
