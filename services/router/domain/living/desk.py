"""When an escalation is the duty contact's alone to make go on. Pure."""

from services.router.domain.escalation import Escalation, State

DESKED = frozenset({State.REFERRED, State.WAITING_RELEASE})


def is_left_to_the_desk(escalation: Escalation) -> bool:
    """Whether nobody else can: also where everybody who was asked was passed over."""
    return escalation.state in DESKED or (escalation.state is State.ROUTED and not escalation.life.holdings)
