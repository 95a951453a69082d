"""Does what an escalation's clock asks for: prompts people, each once, and sets the clock anew. Shell."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from services.router.domain.changes import Change, Happened, SentNotice, What
from services.router.domain.decision import Part, Person
from services.router.domain.escalation import Escalation, Standing, same_address
from services.router.domain.ground import Ground
from services.router.domain.letters.news import News, life_facts, tell
from services.router.domain.letters.notices import blank, desk_row
from services.router.domain.letters.prompting import (
    Called,
    Told,
    issue_of,
    joined_by,
    of_date,
    of_issue,
    of_outcome,
    of_silence,
    on_call,
    tells_partnership,
    time_left,
)
from services.router.domain.letters.routefacts import coded_facts
from services.router.domain.letters.written import discreet
from services.router.domain.life import Joined
from services.router.domain.living.acting import holdings
from services.router.domain.living.clocks import Prompt, PromptKind, due_prompts, timed, with_prompted
from services.router.domain.living.present import of_address, party_list, those
from services.router.handlers.desking import desk_again, nobody_called, with_desk
from services.router.handlers.outcomes import completed
from services.router.handlers.owing import owe_all
from services.router.handlers.presence import Here, stand
from services.router.handlers.routing import decide, facts_of, is_trusted, place_of
from services.router.ports import World
from shared.failures import Code, Permanent
from shared.log import Event, record
from shared.messages import LifeFacts, Notice, NoticeKind
from shared.terms import EscalationRef, Instant

replace = msgspec.structs.replace

LOOK_AGAIN = timedelta(hours=1)
"""Until what cannot be prompted about is looked at again: it must not stand before everybody else each minute."""
_LOOKS = frozenset({PromptKind.HOLDERS, PromptKind.UNACKNOWLEDGED})
Pairs = tuple[tuple[Notice, SentNotice], ...]


async def prompt(ref: EscalationRef, *, world: World) -> None:
    """Give every prompt of this escalation that is due, in one transaction; or close it, where all now in it confirmed.

    Two routers at once: the row's version lets one of them do it. Raises: Transient; Permanent(UNKNOWN_PARTNERSHIP).
    """
    at, escalation = world.clock.now(), await world.escalations.escalation(ref)
    if escalation is None or (escalation.act_at is not None and escalation.act_at > at):
        return  # without a time of its own it is of before there were clocks, and the sweep was told to look
    ground = await world.grounds.now()
    if ground.place(escalation.partnership) is None:
        await world.escalations.commit(Change(at=at, escalation=replace(escalation, act_at=at + LOOK_AGAIN)))
        raise Permanent(Code.UNKNOWN_PARTNERSHIP)
    if not escalation.decisions:
        await world.escalations.commit(_undecided(escalation, ground=ground, world=world, at=at))
        return
    here = stand(escalation, "", ground=ground, at=at)
    prompts = due_prompts(escalation, here.due, ground.calendar(escalation.partnership), now=at)
    looked = tuple(one for one in prompts if one.kind is PromptKind.HOLDERS)
    if any(one.kind in _LOOKS for one in prompts) and _others_hold_it(here):
        await _decided_anew(replace(escalation, life=with_prompted(escalation.life, looked)), here, world=world)
        return
    closed = completed(here, world=world)
    await world.escalations.commit(closed or _change(here, prompts, world=world))


def _undecided(escalation: Escalation, *, ground: Ground, world: World, at: Instant) -> Change:
    """One that waits for the duty contact's release has been told to nobody else: they are asked again."""
    calendar = ground.calendar(escalation.partnership)
    prompts = due_prompts(escalation, None, calendar, now=at)
    after = timed(replace(escalation, life=with_prompted(escalation.life, prompts)), None, calendar)
    desk = desk_again(escalation, prompts, place_of(escalation, ground), at=at)
    return with_desk(Change(at=at, escalation=after), desk, world=world)


def _others_hold_it(here: Here) -> bool:
    """Whether others are to be asked now than those who were: somebody went away, or came back, or is on call."""
    asked = {one.address for one in here.escalation.life.holdings}
    return asked != {one.address for one in holdings(here.escalation, here.everybody, at=here.at)}


async def _decided_anew(escalation: Escalation, here: Here, *, world: World) -> None:
    sent = await world.escalations.notices(escalation.ref)
    await world.escalations.commit(decide(escalation, ground=here.ground, world=world, at=here.at, sent=sent))


def _change(here: Here, prompts: Sequence[Prompt], *, world: World) -> Change:
    told: list[tuple[Notice, SentNotice]] = []
    joined: list[Joined] = []
    for one in prompts:
        notices, more = _given(one, here, (*here.escalation.life.joined, *joined))
        told += notices
        joined += more
    escalation, life = here.escalation, with_prompted(here.escalation.life, prompts)
    prompted = replace(escalation, life=replace(life, joined=(*life.joined, *joined)))
    spoken = tuple(one for one in prompts if one.kind is not PromptKind.HOLDERS)
    if spoken:
        record(Event.ESCALATION_PROMPTED, ref=escalation.ref, count=len(told))
    change = Change(
        at=here.at,
        escalation=here.timed(prompted),
        parties=party_list(prompted, here.decision) if joined else None,
        happened=tuple(
            Happened(ref=escalation.ref, at=here.at, what=What.PROMPTED, note=one.kind.value) for one in spoken
        ),
        sent=tuple(row for _, row in told),
        owed=owe_all((notice for notice, _ in told), world.notifier),
    )
    return with_desk(change, desk_again(escalation, prompts, here.place, at=here.at), world=world)


def _given(prompt: Prompt, here: Here, known: Sequence[Joined]) -> tuple[Pairs, tuple[Joined, ...]]:
    """The notices of one prompt, and who joins by it. known: those who joined before."""
    called = _called(prompt, here)
    notices = _to_all(prompt, called, here)
    if called is not None and called.deputy is None and called.lead is None:
        notices += nobody_called(here.escalation, prompt, here.place, at=here.at)
    if prompt.kind is PromptKind.OUTCOME_PARTNERSHIP and tells_partnership(here.decision):
        notices += _coded(prompt, here)
    return notices, joined_by(called, here.everybody, known, at=here.at) if called is not None else ()


def _to_all(prompt: Prompt, called: Called | None, here: Here) -> Pairs:
    """A raiser for whose address nobody vouches is told by roles and offices, everybody else by name."""
    plain = _told(prompt, called, here, faceless=False)
    if is_trusted(here.escalation, here.ground):
        return tuple(pair for one in plain for pair in _tell(one, prompt, here))
    raisers = {one.address for one in those(here.everybody, Standing.RAISER)}
    others = tuple(_only(one, raisers, among=False) for one in plain)
    hidden = tuple(_only(one, raisers, among=True) for one in _told(prompt, called, here, faceless=True))
    return tuple(pair for one in (*others, *hidden) for pair in _tell(one, prompt, here))


def _only(told: Told, addresses: set[str], *, among: bool) -> Told:
    return replace(told, to=tuple(one for one in told.to if (same_address(one.address) in addresses) is among))


def _called(prompt: Prompt, here: Here) -> Called | None:
    """Who is called for a contact that is silent; None for another prompt, or a contact who is one no more."""
    silent = of_address(here.everybody, prompt.about) if prompt.kind is PromptKind.UNACKNOWLEDGED else None
    if silent is None:
        return None
    facts, circumstances = facts_of(here.escalation), here.escalation.circumstances
    deputy, lead = here.ground.called(silent.person, facts, circumstances=circumstances, at=here.at)
    return Called(silent=silent, deputy=deputy, lead=lead, on_call=on_call(here.everybody))


def _told(prompt: Prompt, called: Called | None, here: Here, *, faceless: bool) -> tuple[Told, ...]:
    life, everybody, facts = here.escalation.life, here.everybody, _facts(prompt, here, faceless=faceless)
    match prompt.kind:
        case PromptKind.UNACKNOWLEDGED if called is not None:
            return of_silence(_bare(called, here) if faceless else called, everybody, facts)
        case PromptKind.DUE_SOON | PromptKind.DUE:
            return of_date(
                everybody, facts, left=time_left(here.due, here.at, here.ground.calendar(here.escalation.partnership))
            )
        case PromptKind.OUTCOME_WAITS | PromptKind.OUTCOME_MANAGERS:
            return of_outcome(prompt, life.versions[-1], everybody, facts, faceless=faceless)
        case PromptKind.ISSUE_SOON | PromptKind.ISSUE_DUE:
            issue = issue_of(prompt, life.issues)
            return of_issue(issue, everybody, facts, faceless=faceless) if issue is not None else ()
        case _:
            return ()


def _bare(called: Called, here: Here) -> Called:
    """Those who are called by role, with the telephone of their office."""

    def bare(person: Person) -> Person:
        return replace(person, name="", phone=here.wording.phones.get(person.agency, ""))

    return Called(
        silent=replace(called.silent, person=bare(called.silent.person)),
        deputy=bare(called.deputy) if called.deputy is not None else None,
        lead=called.lead,
        on_call=tuple(bare(one) for one in called.on_call),
    )


def _facts(prompt: Prompt, here: Here, *, faceless: bool) -> LifeFacts:
    what = prompt.kind.value
    facts = life_facts(here.escalation, here.decision, what=what, place=here.place, wording=here.wording)
    return discreet(facts, here.wording) if faceless else facts


def _tell(told: Told, prompt: Prompt, here: Here) -> Pairs:
    cause = (prompt.key, told.to_do)
    news = News(ref=here.escalation.ref, kind=told.kind, cause=cause, facts=told.facts, at=here.at)
    return tell(news, told.to, place=here.place, to_do=told.to_do)


def _coded(prompt: Prompt, here: Here) -> Pairs:
    """The partnership learns that an outcome waits, in codes: no child, no worker's name."""
    coded = coded_facts(facts_of(here.escalation), here.decision, wording=here.wording)
    what = LifeFacts(what=prompt.kind.value, stage_label=coded.stage_label, policy_name=coded.policy_name)
    found = (one for one in here.decision.persons if one.part is Part.PARTNERSHIP and one.told and one.address)
    notices = (
        blank(
            here.place,
            kind=NoticeKind.CODED,
            ref=here.escalation.ref,
            address=one.address,
            cause=("life", here.escalation.ref, prompt.key),
        )
        for one in found
    )
    each = tuple(replace(notice, coded=coded, life=what) for notice in notices)
    return tuple((notice, replace(desk_row(notice, at=here.at), part=Part.PARTNERSHIP.value)) for notice in each)
