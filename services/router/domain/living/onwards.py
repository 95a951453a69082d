"""The next stage of a matter, and its reopening: one open stage at a time, the earlier record as it was. Pure.

The form asks only what is new; agencies, people and areas go with it.  Source: domain.md section 1, S2 and S3.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from services.router.domain.decision import Decision, Part
from services.router.domain.escalation import Escalation, State, move
from services.router.domain.life import Life
from services.router.domain.routing.handing import raised_now
from services.router.domain.routing.ringing import RULE as ON_CALL
from services.router.policy.facts import Entry, Facts, Route
from services.router.policy.wording import STAGES
from shared.terms import EscalationRef, StageNumber

replace = msgspec.structs.replace

_SPOKE = (Part.CONTACT, Part.RAISING_CONTACT)


class Unready(StrEnum):
    """Why a matter does not go on as it was sent. A person looks at it; nothing is lost."""

    WENT_ON_ALREADY = "went-on-already"  # the next stage is open: there are never two
    NO_STAGES = "no-stages"  # the policy leads it by a route that says itself how it is taken further
    LOWER_STAGE = "lower-stage"
    SKIP_WITHOUT_REASON = "skip-without-reason"


def unready(earlier: Escalation, decision: Decision, new: Facts) -> Unready | None:
    """What speaks against the new stage, None where nothing does. decision: the earlier stage's."""
    if earlier.life.next is not None:
        return Unready.WENT_ON_ALREADY
    if not may_take_further(earlier, decision):
        return Unready.NO_STAGES
    if decision.stage is None:
        return None
    if new.stage < decision.stage or (new.stage == decision.stage and earlier.state is not State.CLOSED):
        return Unready.LOWER_STAGE
    skips = new.stage > decision.stage + 1
    return Unready.SKIP_WITHOUT_REASON if skips and set(new.entry) <= {Entry.UNRESOLVED} else None


def may_take_further(earlier: Escalation, decision: Decision) -> bool:
    """Whether the stages are open to it: by its route, or because what was closed is raised again as it was."""
    if decision.stage is not None or earlier.state is State.CLOSED or offers_stages(decision):
        return True
    return earlier.facts is not None and earlier.facts.route is not Route.STAGES


def offers_stages(decision: Decision) -> bool:
    """Whether its route offers the ordinary stages beside it."""
    return decision.stage is None and STAGES in decision.offered


def _stays_on_its_route(earlier: Escalation, decision: Decision) -> bool:
    """Whether what is raised again goes by the same route beside the stages: its officer answers again."""
    by_itself = earlier.facts is not None and earlier.facts.route is Route.STAGES
    return decision.stage is None and by_itself and not offers_stages(decision)


def further_facts(earlier: Escalation, asked: Facts, *, held: Sequence[str], pattern_count: int, ladder: bool) -> Facts:
    """The facts of the new stage: what was asked anew, and all the rest as it stood.

    asked: read from the new form alone. held: the posts that spoke at the stages before. ladder: its route offered
    the ordinary stages, and this takes them.  Raises: ValueError where the earlier one has no facts.
    """
    if earlier.facts is None:
        raise ValueError("no facts")
    return replace(
        raised_now(earlier.facts, earlier.circumstances),
        opened_at=asked.opened_at,
        stage=StageNumber(asked.stage),
        entry=asked.entry,
        timeframe=asked.timeframe,
        immediate_harm=asked.immediate_harm,
        desired_actions=asked.desired_actions or earlier.facts.desired_actions,
        lines=(),
        route=Route.STAGES if earlier.facts.route is not Route.PANEL else earlier.facts.route,
        pattern_count=pattern_count,
        previous=earlier.ref,
        held=tuple(held),
        ladder=ladder or earlier.facts.ladder,
    )


def held_posts(earlier: Escalation, decision: Decision, *, stage: StageNumber | None = None) -> tuple[str, ...]:
    """The posts that spoke at the stage before, and those of the stages before that.

    stage: the one that is opened; raised again at the same stage, it is theirs again. Who is on call speaks for
    nobody by day. The raiser's manager speaks where the policy has the managers settle it.
    Source: domain.md section 4, row 11.
    """
    before = earlier.facts.held if earlier.facts is not None else ()
    if stage is not None and (stage == decision.stage or _stays_on_its_route(earlier, decision)):
        return before
    speaks = _SPOKE if decision.stage is None else (*_SPOKE, Part.RAISERS_MANAGER)
    spoke = (
        str(one.post)
        for one in decision.persons
        if one.part in speaks and one.post is not None and one.because != (ON_CALL,)
    )
    return tuple(dict.fromkeys((*before, *spoke)))


def gone_on(earlier: Escalation, to: EscalationRef) -> Escalation:
    """The earlier stage once the next is open. A closed one stays closed: its outcome was confirmed.

    Raises: IllegalMove.
    """
    after = earlier if earlier.state is State.CLOSED else move(earlier, State.MOVED_ON)
    return replace(after, life=replace(after.life, next=to), act_at=earlier.act_at if after is earlier else None)


def fresh_life(earlier: Escalation) -> Life:
    """The life that a further stage begins with: of the same matter, with whoever joined it for good."""
    stays = tuple(one for one in earlier.life.joined if one.why == "second-raiser")
    return Life(matter=earlier.matter, linked=earlier.life.linked, joined=stays)
