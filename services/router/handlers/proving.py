"""Confirms an escalation whose address was proved while its form was on the way: the two may cross. Shell."""

from services.router.domain.escalation import ConfirmedBy, State
from services.router.domain.sessions import Purpose
from services.router.handlers.routing import confirm
from services.router.ports import World
from shared.failures import Code, Transient
from shared.terms import SubmissionId

TRIES = 3


async def confirm_if_proved(submission: SubmissionId, *, world: World) -> bool:
    """Go on with this submission's escalation if its raiser's code has passed. True where it did. Raises: Transient.

    A race lost is looked at again: whoever won it may have done the same.
    """
    for last in (*(False for _ in range(TRIES - 1)), True):
        try:
            return await _confirm_if_proved(submission, world=world)
        except Transient as failure:
            if last or failure.code is not Code.STORE_CONFLICT:
                raise
    raise AssertionError("the last try returned or raised")


async def _confirm_if_proved(submission: SubmissionId, *, world: World) -> bool:
    escalation = await world.escalations.of_submission(submission)
    if escalation is None or escalation.state is not State.WAITING_CONFIRMATION:
        return False
    attempts = await world.sessions.attempts(purpose=Purpose.CONFIRM, subject=submission)
    if not any(one.passed_at is not None and one.address == escalation.raiser_address for one in attempts):
        return False
    ground = await world.grounds.now()
    change = confirm(escalation, by=ConfirmedBy.CODE, ground=ground, world=world, at=world.clock.now())
    await world.escalations.commit(change)
    return True
