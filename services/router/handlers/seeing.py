"""Shows an escalation to somebody who is signed in, as their part in it allows now. Shell."""

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.decision import Decision, Part, Person
from services.router.domain.escalation import Escalation, State, same_address
from services.router.domain.ground import Ground
from services.router.domain.said import said
from services.router.domain.seen import View, for_duty, for_party
from services.router.handlers.replying import Asker, Reply, find, is_duty, is_party
from services.router.handlers.routing import facts_of, is_trusted, place_of
from services.router.ports import World
from shared.following import Line, SeeEscalation, SeenEscalation
from shared.public_book import form_choices
from shared.questions import Refused
from shared.terms import EscalationRef, Instant

replace = msgspec.structs.replace

UNCONFIRMED_URGENT = (
    "Its sender says that a child may be at risk of immediate harm, and has not confirmed their address yet. "
    "Until then nothing they wrote is shown."
)


async def see_escalation(question: SeeEscalation, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The escalation as this person may see it. Strangers and wrong references are told the same."""
    if not asker.address:
        return Reply(Refused(why="not-signed-in"))
    escalation = await find(question.ref, world=world)
    if escalation is None:
        return Reply(Refused(why="not-allowed"))
    if is_duty(asker.address, escalation, ground=ground):
        view = await _view(escalation, ground=ground, world=world)
        seen = for_duty(view, posts=ground.posts(escalation.partnership))
        seen = replace(seen, facts=await _said(escalation, ground=ground, world=world) or seen.facts)
        return Reply(_with_link(seen, escalation), _looked(escalation.ref, who="duty", at=asker.at))
    if not await is_party(asker.address, escalation, world=world):
        return Reply(Refused(why="not-allowed"))
    view = await _view(escalation, ground=ground, world=world)
    person = _person(view.decision, asker.address)
    if person is None and asker.address != escalation.raiser_address:
        return Reply(_before_confirmation(escalation, ground), _looked(escalation.ref, who="told", at=asker.at))
    seen = for_party(view, person)
    return Reply(_with_link(seen, escalation), _looked(escalation.ref, who=seen.part, at=asker.at))


def _before_confirmation(escalation: Escalation, ground: Ground) -> SeenEscalation:
    """To a contact told of an unconfirmed urgent escalation: whom to ring, and no byte of what it says."""
    phone = place_of(escalation, ground).duty_phone
    text = f"{UNCONFIRMED_URGENT} Ring {phone.number} ({phone.label}) now."
    return SeenEscalation(
        ref=escalation.ref,
        state=escalation.state.value,
        part=Part.CONTACT.value,
        because=(Line(label="An urgent escalation waits", text=text),),
    )


def _with_link(seen: SeenEscalation, escalation: Escalation) -> SeenEscalation:
    previous = escalation.facts.previous if escalation.facts is not None else None
    if previous is None:
        return seen
    return replace(seen, because=(Line(label="Goes on from", text=previous), *seen.because))


async def _view(escalation: Escalation, *, ground: Ground, world: World) -> View:
    decisions = await world.escalations.decisions(escalation.ref)
    decision = msgspec.json.decode(decisions[-1].body, type=Decision) if decisions else None
    if decision is None and escalation.state is State.WAITING_RELEASE:
        facts, circumstances = facts_of(escalation), escalation.circumstances
        decision = ground.decide(escalation.ref, facts, circumstances=circumstances, at=world.clock.now())
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


def _person(decision: Decision | None, address: str) -> Person | None:
    persons = decision.persons if decision is not None else ()
    return next((one for one in persons if same_address(one.address) == address), None)


def _looked(ref: EscalationRef, *, who: str, at: Instant) -> Change:
    return Change(at=at, happened=(Happened(ref=ref, at=at, what=What.SEEN, who=who),))
