"""Shows an escalation to somebody who is signed in, as their part in it allows now. Shell."""

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.decision import Decision, Part
from services.router.domain.escalation import Escalation, Standing, State
from services.router.domain.ground import Ground
from services.router.domain.page.seen import View, faceless, for_duty, for_party, for_the_asked
from services.router.domain.page.seen_life import with_life, with_offer
from services.router.domain.routing.said import said
from services.router.handlers.presence import NOT_ALLOWED, NOT_SIGNED_IN, Here, here
from services.router.handlers.replying import Asker, Reply, find, is_duty, is_party
from services.router.handlers.routing import facts_of, is_trusted, place_of
from services.router.handlers.surroundings import live_of
from services.router.ports import World
from shared.following import Line, SeeEscalation, SeenEscalation
from shared.public_book import form_choices
from shared.questions import Refused
from shared.terms import EscalationRef, Instant

replace = msgspec.structs.replace

OTHER_DUTY, PANEL = "other-duty", "panel"
UNCONFIRMED_URGENT = (
    "Its sender says that a child may be at risk of immediate harm, and has not confirmed their address yet. "
    "Until then nothing they wrote is shown."
)


async def see_escalation(question: SeeEscalation, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The escalation as this person may see it. Strangers and wrong references are told the same."""
    if not asker.address:
        return Reply(NOT_SIGNED_IN)
    escalation = await find(question.ref, world=world)
    if escalation is None:
        return Reply(NOT_ALLOWED)
    if not escalation.decisions:
        return await _undecided(escalation, asker=asker, ground=ground, world=world)
    at = await here(question.ref, asker=asker, ground=ground, world=world, looks=True)
    if isinstance(at, Refused):
        return Reply(at)
    seen = await seen_by(at, world=world)
    return Reply(seen, _looked(escalation.ref, who=seen.part, at=asker.at))


async def seen_by(at: Here, *, world: World) -> SeenEscalation:
    """The page of an escalation that is decided, for whoever stands before it."""
    view, part = await _view(at.escalation, ground=at.ground, world=world, at=at.at), part_of(at)
    live = await live_of(at, world=world, needs_name=at.nameless)
    if part in (OTHER_DUTY, PANEL) and Standing.MEMBER not in at.standings:
        return with_offer(for_the_asked(view, part=part), view, live)
    if part == Part.DUTY.value:
        seen = for_duty(view, posts=at.ground.posts(at.escalation.partnership))
        seen = replace(seen, facts=await _said(at.escalation, ground=at.ground, world=world) or seen.facts)
    else:
        seen = for_party(view, part=part, address=at.address)
    return _with_link(with_life(seen, view, live, faceless=faceless(view, part)), at.escalation)


def part_of(at: Here) -> str:
    """The part under which the page is drawn: the one that shows most."""
    if Standing.DUTY in at.standings:
        return Part.DUTY.value
    if at.me is None:
        return OTHER_DUTY
    seated = {Standing.MEMBER, Standing.SEAT_OFFERED, Standing.PARTY, Standing.CONFIRMER, Standing.OWNER}
    on_panel = bool(at.standings & {Standing.MEMBER, Standing.SEAT_OFFERED}) and at.standings <= seated
    return PANEL if on_panel else at.me.person.part.value


async def _undecided(escalation: Escalation, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Before the first decision: the duty contact, the raiser, and who was told that an urgent one waits."""
    duty = is_duty(asker.address, escalation, ground=ground)
    if not duty and not await is_party(asker.address, escalation, world=world):
        return Reply(NOT_ALLOWED)
    if not duty and asker.address != escalation.raiser_address:
        return Reply(_before_confirmation(escalation, ground), _looked(escalation.ref, who="told", at=asker.at))
    view = await _view(escalation, ground=ground, world=world, at=asker.at)
    if duty:
        nameless = not asker.session.claimed and ground.is_mailbox(asker.address)
        seen = replace(for_duty(view, posts=()), needs_name=nameless)
        seen = replace(seen, facts=await _said(escalation, ground=ground, world=world) or seen.facts)
    else:
        seen = for_party(view, part=Part.RAISER.value, address=asker.address)
    return Reply(_with_link(seen, escalation), _looked(escalation.ref, who=seen.part, at=asker.at))


def _before_confirmation(escalation: Escalation, ground: Ground) -> SeenEscalation:
    """To a contact told of an unconfirmed urgent escalation: whom to ring, and no byte of what it says."""
    phone = place_of(escalation, ground).duty_phone
    text = f"{UNCONFIRMED_URGENT} Ring {phone.number} ({phone.label}) now."
    return SeenEscalation(
        ref=escalation.ref,
        state=escalation.state.value,
        part=Part.CONTACT.value,
        partnership=place_of(escalation, ground).name,
        immediate_harm=True,
        because=(Line(label="An urgent escalation waits", text=text),),
    )


def _with_link(seen: SeenEscalation, escalation: Escalation) -> SeenEscalation:
    """With what it goes on from, and how the scrutineer said that it is dealt with."""
    previous = escalation.facts.previous if escalation.facts is not None else None
    lines = (("How it is dealt with", escalation.life.process), ("Goes on from", previous or ""))
    found = tuple(Line(label=label, text=text) for label, text in lines if text)
    return replace(seen, because=(*found, *seen.because))


async def _view(escalation: Escalation, *, ground: Ground, world: World, at: Instant) -> View:
    decisions = await world.escalations.decisions(escalation.ref)
    decision = msgspec.json.decode(decisions[-1].body, type=Decision) if decisions else None
    if decision is None and escalation.state is State.WAITING_RELEASE:
        facts, circumstances = facts_of(escalation), escalation.circumstances
        decision = ground.decide(escalation.ref, facts, circumstances=circumstances, at=at)
    place = ground.place(escalation.partnership)
    opened = escalation.facts is not None and place is not None
    return View(
        escalation=escalation,
        decision=decision,
        decisions=decisions,
        history=await world.escalations.history(escalation.ref),
        wording=ground.wording(escalation.partnership, edition=escalation.edition or None) if opened else None,
        zone=place.zone if place is not None else "Europe/London",
        trusted=opened and is_trusted(escalation, ground),
        partnership=place.name if place is not None else "",
        mail_down_since=(await world.escalations.mail()).down_since,
    )


async def _said(escalation: Escalation, *, ground: Ground, world: World) -> tuple[Line, ...]:
    """What the raiser said, in words; nothing for one that was opened before answers were kept."""
    answers = await world.escalations.answers(escalation.ref)
    public = ground.public(escalation.partnership)
    definition = ground.form(escalation.form, escalation.form_version)
    if not answers or public is None or definition is None:
        return ()
    return said(definition, answers, choices=form_choices(public))


def _looked(ref: EscalationRef, *, who: str, at: Instant) -> Change:
    return Change(at=at, happened=(Happened(ref=ref, at=at, what=What.SEEN, who=who),))
