"""What one person may see of an escalation at its page. The record is not here: router holds none. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from services.router.domain.changes import Happened, StoredDecision
from services.router.domain.decision import Basis, Decision, Part, Person
from services.router.domain.escalation import ENDED, Escalation, State, same_address
from services.router.domain.letters.notices import UNRELEASED
from services.router.domain.letters.routefacts import Wording, agency_name, area_words, entry_words
from services.router.domain.living.clocks import due_of
from services.router.domain.page.history import for_the_duty_contact, for_the_parties
from services.router.domain.page.people_seen import label_of, who_of
from services.router.domain.when import in_words
from services.router.policy.facts import Facts, Named, Route
from shared.following import Line, SeenEscalation
from shared.private import Private
from shared.terms import Instant

_EXAMPLE = "Example, not in the policy text"
_TO_LOOK_AT, _EMAIL = "For you to look at", "Email"


class View(Private, frozen=True, kw_only=True):
    """Everything a page of an escalation may be drawn from.

    decision: the newest; one that would be made now where it waits for release; None before that.
    partnership: its name.
    """

    escalation: Escalation
    decision: Decision | None
    decisions: tuple[StoredDecision, ...]
    history: tuple[Happened, ...]
    wording: Wording | None
    zone: str
    trusted: bool
    partnership: str = ""
    mail_down_since: Instant | None = None


def releases(escalation: Escalation, decisions: Sequence[StoredDecision]) -> tuple[str, ...]:
    """The addresses that wait for the duty contact: the raiser's, or those typed for somebody else."""
    if escalation.state is State.WAITING_RELEASE:
        return (escalation.raiser_address,)
    if not decisions or escalation.state in ENDED:
        return ()
    decision = msgspec.json.decode(decisions[-1].body, type=Decision)
    waiting = (same_address(one.address) for one in decision.persons if one.address_from == UNRELEASED and one.address)
    return tuple(sorted(set(waiting) | _managers(escalation, decision)))


def _managers(escalation: Escalation, decision: Decision) -> set[str]:
    """An unreleased address of the raiser's manager stands in no person, for another was found in their place."""
    if escalation.facts is None or not any(gap.code == "address-unreleased" for gap in decision.gaps):
        return set()
    known = {same_address(one.address) for one in decision.persons if one.address_from != UNRELEASED}
    typed = {same_address(side.manager.address) for side in escalation.facts.raising}
    return typed - known - set(escalation.circumstances.released) - {""}


def for_duty(view: View, *, posts: tuple[tuple[str, str], ...]) -> SeenEscalation:
    """The duty contact sees the facts, who is concerned and why, all that happened, and what they may do."""
    escalation, facts = view.escalation, view.escalation.facts
    gaps = view.decision.gaps if view.decision is not None else ()
    return msgspec.structs.replace(
        _common(view, part=Part.DUTY.value),
        facts=_facts(facts, view) if facts is not None else (),
        parties=_parties(view, viewer=None, faceless=False),
        because=(*(Line(label=_TO_LOOK_AT, text=gap.says) for gap in gaps), *_because(view)),
        history=for_the_duty_contact(view.history),
        releases=releases(escalation, view.decisions),
        posts=posts if may_route(escalation) else (),
        may_confirm=escalation.state is State.WAITING_CONFIRMATION,
        may_route=may_route(escalation),
    )


def may_route(escalation: Escalation) -> bool:
    """Whether somebody may be named by hand: only while there is a decision to mend."""
    return escalation.decisions > 0 and escalation.state not in ENDED


def for_party(view: View, *, part: str, address: str) -> SeenEscalation:
    """A party sees where it stands, who holds it, the clock and why.

    A raiser whose address nobody vouches for sees roles and office telephones.
    """
    hidden = faceless(view, part)
    return msgspec.structs.replace(
        _common(view, part=part),
        parties=_parties(view, viewer=address, faceless=hidden),
        because=_because(view),
        history=for_the_parties(view.history, faceless=hidden),
    )


def for_the_asked(view: View, *, part: str) -> SeenEscalation:
    """Somebody who is asked to take a part, and has not: where it stands, by roles and agencies, and nobody's name."""
    bare = _parties(view, viewer=None, faceless=True, nobody=True)
    return msgspec.structs.replace(_common(view, part=part), parties=bare)


def faceless(view: View, part: str) -> bool:
    """Whether the reader is a raiser for whose address nobody vouches."""
    return part == Part.RAISER.value and not view.trusted


def _common(view: View, *, part: str) -> SeenEscalation:
    """part, state: codes, for which the page has words."""
    decision = view.decision
    decided = decision.due_at if decision is not None and view.escalation.decisions else None
    due_at = due_of(view.escalation, decided) if view.escalation.state not in ENDED else None
    return SeenEscalation(
        ref=view.escalation.ref,
        state=view.escalation.state.value,
        stage_label=decision.stage_label if decision is not None else "",
        part=part,
        due_words=in_words(due_at, view.zone) if due_at is not None else "",
        diversion=decision.diversion if decision is not None else "",
        partnership=view.partnership,
        immediate_harm=view.escalation.urgent,
        linked=tuple(view.escalation.life.linked),
    )


def _parties(view: View, *, viewer: str | None, faceless: bool, nobody: bool = False) -> tuple[Line, ...]:
    """faceless: others by role, with their office’s telephone. nobody: the raiser too, and without one."""
    persons = view.decision.persons if view.decision is not None else ()
    if nobody:
        persons = tuple(msgspec.structs.replace(one, name="", phone="") for one in persons)
    offices = view.wording.phones if view.wording is not None else {}
    decided = view.escalation.decisions > 0
    return tuple(
        Line(
            label=label_of(one, decided=decided) + (" (you)" if same_address(one.address) == viewer else ""),
            text=_party(one, office=offices if faceless else None, decided=decided),
        )
        for one in persons
        if one.told or one.must_act or one.address_from == UNRELEASED
    )


def _party(person: Person, *, office: Mapping[str, str] | None, decided: bool) -> str:
    """One person. office: not None where only the role and the office's telephone are shown, by agency."""
    hidden = office is not None and person.part is not Part.RAISER
    number = (office or {}).get(person.agency, "") if hidden else person.phone
    phone = f"telephone {number}" if number else ""
    said = ", ".join(text for text in (who_of(person, office=office), phone) if text)
    told = _told(person, decided=decided)
    return f"{said}. {told}" if told else said


def _told(person: Person, *, decided: bool) -> str:
    """What is to be said of how they are told; nothing of an email that is on its way."""
    if person.part in (Part.RAISER, Part.DUTY):
        return ""
    if not decided:
        return "Nothing has gone to them yet."
    if not person.address:
        return "No email address is known: nothing has gone to them."
    if person.address_from == UNRELEASED:
        return "Nothing has gone to them yet: their address is checked first."
    return "Told in codes only, without names." if person.part is Part.PARTNERSHIP else ""


def _because(view: View) -> tuple[Line, ...]:
    """Why, in the words of the policy, each with where it comes from: never the id of a rule."""
    reasons = view.decision.reasons if view.decision is not None else ()
    down = view.mail_down_since
    waits = (
        f"Email has not gone out since {in_words(down, view.zone)}. It waits, and nobody is replaced." if down else ""
    )
    return (
        *((Line(label=_EMAIL, text=waits),) if waits else ()),
        *(
            Line(label=_EXAMPLE if one.basis is Basis.DEMONSTRATION else one.source, text=f"{one.says.rstrip('.')}.")
            for one in reasons
        ),
    )


def _facts(facts: Facts, view: View) -> tuple[Line, ...]:
    """The facts in the order of the form. The child and the account are in the record, which router has not."""
    if view.wording is None:
        return ()
    raising, receiving = facts.raising[0], facts.receiving[0] if facts.receiving else None
    rows = (
        ("Immediate harm", "yes" if facts.immediate_harm else "no"),
        ("Raiser", _named(facts.raiser.name, facts.raiser.role, facts.raiser.address, facts.raiser.phone)),
        ("Raising agency", _agency(agency_name(raising, view.wording), raising.other_phone)),
        ("Raiser’s manager", _typed(raising.manager)),
        ("Safeguarding lead consulted", _typed(facts.lead_consulted)),
        ("Supporter", _typed(facts.supporter)),
        ("Receiving agency", _agency(agency_name(receiving, view.wording), receiving.other_phone) if receiving else ""),
        ("Decision-maker", _typed(receiving.decision_maker) if receiving else ""),
        ("Decided on", f"{facts.decided_on:%-d %B %Y}" if facts.decided_on else ""),
        ("Area of disagreement", area_words(facts, view.wording)),
        ("Stage asked for", str(facts.stage)),
        ("Entered because", "; ".join(entry_words(facts, view.wording))),
        ("Status of the child", facts.child_status.value.replace("_", " ")),
        ("Route", "" if facts.route is Route.STAGES else facts.route.value.replace("_", " ")),
        *facts.lines,
    )
    return tuple(Line(label=label, text=text) for label, text in rows if text)


def _typed(named: Named) -> str:
    return _named(named.name, named.role, named.address, named.phone)


def _named(*texts: str) -> str:
    return ", ".join(text for text in texts if text)


def _agency(name: str, phone: str) -> str:
    return _named(name, phone)
