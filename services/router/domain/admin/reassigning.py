"""An admin has another contact asked to act at a stage: who may, and the escalation afterwards. Pure.

The policy stays: the same rules as for the duty contact who routes by hand say who may act, and who may not.
"""

import msgspec

from services.router.domain.admin.orders import No
from services.router.domain.decision import Circumstances, Decision
from services.router.domain.escalation import Escalation, State, same_address
from services.router.domain.ground import Ground
from services.router.domain.routing.by_hand import BY_HAND
from shared.terms import Instant, PostId

replace = msgspec.structs.replace

STATES = frozenset({State.ROUTED, State.REFERRED})
"""Those in which somebody is asked to act, or the duty contact must say who."""


def reassigned(escalation: Escalation, post: PostId, *, why: str, ground: Ground, at: Instant) -> Escalation | No:
    """The escalation as it is to be decided anew, or why not. The decision itself is the caller's to make and store."""
    facts = escalation.facts
    if facts is None or escalation.state not in STATES or not escalation.decisions:
        return No.ENDED
    if post not in {one for one, _ in ground.posts(escalation.partnership)}:
        return No.NOT_HERE

    def decided(circumstances: Circumstances) -> Decision:
        edition = escalation.edition or None
        return ground.decide(escalation.ref, facts, circumstances=circumstances, at=at, edition=edition)

    now = replace(escalation.circumstances, by_hand=post, by_hand_why=why)
    chosen = _by_hand(decided(replace(now, handed=())))
    if not chosen:
        return No.NOBODY_FREE
    handed = tuple(one for one in now.handed if same_address(one.by) != chosen)  # asked again, they have it again
    now = replace(now, handed=handed)
    asked_before, asked = asked_in(decided(escalation.circumstances)), asked_in(decided(now))
    if asked == asked_before:
        return No.CHANGED
    if len(asked) > max(1, len(asked_before)):
        return No.BESIDE
    return _without_waiting_date(replace(escalation, circumstances=now), asked)


def asked_in(decision: Decision) -> frozenset[str]:
    """The addresses of those whom it asks to act."""
    return frozenset(same_address(one.address) for one in decision.persons if one.must_act)


def _by_hand(decision: Decision) -> str:
    """The address of whoever is asked because they were chosen, "" for nobody."""
    return next((same_address(one.address) for one in decision.persons if one.must_act and BY_HAND in one.because), "")


def _without_waiting_date(escalation: Escalation, asked: frozenset[str]) -> Escalation:
    """A date proposed by somebody who is asked no more waits for no answer."""
    life = escalation.life
    if life.proposal is None or life.proposal.answer or life.proposal.by in asked:
        return escalation
    return replace(escalation, life=replace(life, proposal=None))
