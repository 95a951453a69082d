"""What a page of an escalation shows of its life: stages, clock, people, records, outcome, what may be done. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from services.router.domain.changes import SentNotice
from services.router.domain.escalation import Move, Standing, State
from services.router.domain.letters.written import day_in_words, who_at
from services.router.domain.life import Proposal
from services.router.domain.living.clocks import due_of
from services.router.domain.living.onwards import may_take_further
from services.router.domain.living.outcome import pairs_of
from services.router.domain.living.present import Present
from services.router.domain.living.records import Kept, may_open
from services.router.domain.office_hours import Calendar
from services.router.domain.page.choosing import owners
from services.router.domain.page.offers import Chance, further_stages, offered
from services.router.domain.page.people_seen import Roll, people_of, phones_of
from services.router.domain.page.seen import View
from services.router.domain.page.seen_outcome import issues_of, outcome_of, proposal_of
from services.router.domain.page.timeline import RUNNING, Reached, clock_of, stages_of
from services.router.domain.routing.handing import Deputy
from shared.following import AddedSeen, ChoiceSeen, ClockSeen, SeenEscalation
from shared.private import Private
from shared.terms import Instant, SubmissionId

replace = msgspec.structs.replace
_PROPOSED = "Another date is proposed: {}. The stated one stands unless the person who raised it agrees."
_AGREED = "The person who raised it agreed to this date."


class Live(Private, frozen=True, kw_only=True):
    """What is so at this moment, beside what is stored: there is a decision.

    records: of this stage and those before. reached: every stage of the matter. partnerships: the others.
    """

    everybody: tuple[Present, ...]
    me: Present | None
    address: str
    standings: frozenset[Standing]
    now: Instant
    calendar: Calendar
    reached: tuple[Reached, ...]
    records: tuple[Kept, ...]
    notices: tuple[SentNotice, ...]
    deputies: tuple[Deputy, ...] = ()
    partnerships: tuple[ChoiceSeen, ...] = ()
    needs_name: bool = False


def with_life(seen: SeenEscalation, view: View, live: Live, *, faceless: bool) -> SeenEscalation:
    """The page with all that happened since the first decision, and what this person may do now."""
    escalation, everybody, office = view.escalation, live.everybody, _offices(view) if faceless else None
    moves = moves_of(view, live)
    return replace(
        seen,
        stages=stages_of(live.reached),
        clock=_clock(view, live),
        people=people_of(_roll(view, live, office)),
        added=tuple(_added(one, view, live, faceless=faceless) for one in live.records),
        outcome=outcome_of(escalation, everybody, faceless=faceless),
        issues=issues_of(escalation.life.issues, everybody, faceless=faceless),
        proposal=proposal_of(escalation, everybody, faceless=faceless),
        phones=phones_of(everybody, viewer=live.address, office=office),
        **_choices(view, live, moves, faceless=faceless),
    )


def with_offer(seen: SeenEscalation, view: View, live: Live) -> SeenEscalation:
    """The page of somebody who is only asked to take a part: what they may answer, and whom to ring."""
    return replace(
        seen,
        moves=tuple(one.value for one in moves_of(view, live)),
        stages=stages_of(live.reached),
        needs_name=live.needs_name,
    )


def moves_of(view: View, live: Live) -> tuple[Move, ...]:
    chance = Chance(
        escalation=view.escalation,
        standings=live.standings,
        address=live.address,
        me=live.me,
        everybody=live.everybody,
        has_deputies=bool(live.deputies),
        has_stages=bool(_stages(view)),
    )
    return offered(chance)


def _choices(view: View, live: Live, moves: tuple[Move, ...], *, faceless: bool) -> dict[str, object]:
    """What goes with the moves: nothing is offered without its move."""
    elsewhere = {Move.HAND_TO_PARTNERSHIP, Move.OFFER_TO_AREA}
    proposes = Move.PROPOSE_OUTCOME in moves
    return {
        "moves": tuple(one.value for one in moves),
        "deputies": tuple(ChoiceSeen(code=one.post, words=one.words) for one in live.deputies),
        "owners": owners(view.escalation, live.everybody, faceless=faceless) if proposes else (),
        "pairs": _pairs(view) if proposes else (),
        "next_stages": _stages(view) if {Move.GO_ON, Move.REOPEN} & set(moves) else (),
        "partnerships": live.partnerships if elsewhere & set(moves) else (),
        "needs_name": live.needs_name,
        "sits": Standing.MEMBER in live.standings,
    }


def _stages(view: View) -> tuple[ChoiceSeen, ...]:
    if view.wording is None or view.decision is None:
        return ()
    if not may_take_further(view.escalation, view.decision):
        return ()
    again = view.escalation.state is State.CLOSED
    return further_stages(view.wording.policy, view.decision.stage, again=again)


def _pairs(view: View) -> tuple[ChoiceSeen, ...]:
    """Each pair of agencies not yet settled, where there is more than one."""
    facts, names = view.escalation.facts, view.wording.agencies if view.wording is not None else {}
    pairs = pairs_of(facts) if facts is not None else ()
    left = [pair for pair in pairs if pair not in view.escalation.life.settled]
    words = (" and ".join(_named(names, pair.split("|"))) for pair in left)
    return (
        tuple(ChoiceSeen(code=pair, words=said) for pair, said in zip(left, words, strict=True))
        if len(pairs) > 1
        else ()
    )


def _named(names: Mapping[str, str], agencies: Iterable[str]) -> list[str]:
    return [names.get(agency, agency) for agency in agencies]


def _clock(view: View, live: Live) -> ClockSeen | None:
    escalation, decision = view.escalation, view.decision
    if escalation.state not in RUNNING or decision is None:
        return None
    proposed = _proposed(escalation.life.proposal)
    return clock_of(due_of(escalation, decision.due_at), live.now, live.calendar, proposed=proposed)


def _proposed(proposal: Proposal | None) -> str:
    if proposal is None or proposal.answer == "declined":
        return ""
    return _PROPOSED.format(day_in_words(proposal.until)) if not proposal.answer else _AGREED


def _roll(view: View, live: Live, office: Mapping[str, str] | None) -> Roll:
    return Roll(
        escalation=view.escalation,
        persons=view.decision.persons if view.decision is not None else (),
        everybody=live.everybody,
        notices=live.notices,
        history=view.history,
        zone=view.zone,
        viewer=live.address,
        office=office,
    )


def _offices(view: View) -> Mapping[str, str]:
    return view.wording.phones if view.wording is not None else {}


def _added(record: Kept, view: View, live: Live, *, faceless: bool) -> AddedSeen:
    labels = {one.escalation.ref: one.decision.stage_label for one in live.reached if one.decision is not None}
    stage = labels.get(record.ref, "") if record.ref != view.escalation.ref else ""
    return AddedSeen(
        submission=SubmissionId(record.submission),
        words=f"{record.words}, {stage}" if stage else record.words,
        by=who_at(live.everybody, record.by) if faceless else record.who,
        at=record.at,
        readable=may_open(record, live.me, standings=live.standings, trusted=view.trusted),
    )
