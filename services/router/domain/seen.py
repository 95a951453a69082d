"""What one person may see of an escalation at its page. The record is not here: router holds none. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from services.router.domain.changes import Happened, StoredDecision, What
from services.router.domain.decision import Basis, Decision, Part, Person
from services.router.domain.escalation import Escalation, State, same_address
from services.router.domain.notices import UNRELEASED
from services.router.domain.routefacts import Wording, agency_name, area_words, entry_words
from services.router.domain.when import in_words
from services.router.policy.facts import Facts, Named
from shared.private import Private
from shared.questions import Entry, Line, SeenEscalation
from shared.terms import Instant

_TOLD_OF = {
    What.RECEIVED: "The form was received and opened.",
    What.PARKED: "The form could not be opened, or its answers do not fit together.",
    What.CODE_SENT: "A code was sent to the raiser’s address.",
    What.CONFIRMED: "The raiser’s address was confirmed.",
    What.DUTY_TOLD: "The duty contact was told that the address is not confirmed.",
    What.URGENT_TOLD: "The duty contact and the contact for this stage were told that an urgent escalation waits.",
    What.WAITS_FOR_RELEASE: "It waits for the duty contact to release the raiser’s address.",
    What.RELEASED: "The duty contact released an address.",
    What.DECIDED: "The policy was applied.",
    What.ROUTED_BY_HAND: "The duty contact named who is to act.",
    What.NOTICE_OWED: "A notice was sent.",
    What.NOTICE_REPORTED: "The mail system answered.",
    What.CONTACT_PASSED_OVER: "A contact could not be reached; another was asked.",
    What.DESK_TOLD: "The duty contact was asked to look.",
    What.SEEN: "It was looked at.",
}
_FOR_ALL = frozenset(
    {What.RECEIVED, What.CONFIRMED, What.DECIDED, What.NOTICE_OWED, What.CONTACT_PASSED_OVER, What.ROUTED_BY_HAND}
)
_MOST_LOOKS, _MOST_LINES = 50, 500
"""The newest are shown: an answer has an end, and looking often must not push the rest out of it."""
_KINDS_OF_PART = {part: part.value.replace("-", " ") for part in Part}


class View(Private, frozen=True, kw_only=True):
    """Everything a page of an escalation may be drawn from.

    decision: the newest; one that would be made now where it waits for release; None before that.
    """

    escalation: Escalation
    decision: Decision | None
    decisions: tuple[StoredDecision, ...]
    history: tuple[Happened, ...]
    wording: Wording | None
    zone: str
    trusted: bool
    mail_down_since: Instant | None = None


def releases(escalation: Escalation, decisions: Sequence[StoredDecision]) -> tuple[str, ...]:
    """The addresses that wait for the duty contact: the raiser's, or those typed for somebody else."""
    if escalation.state is State.WAITING_RELEASE:
        return (escalation.raiser_address,)
    if not decisions:
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
    return msgspec.structs.replace(
        _common(view, part="duty"),
        facts=_facts(facts, view) if facts is not None else (),
        parties=_parties(view, faceless=False),
        because=_because(view),
        history=_history(view.history, only=frozenset(What)),
        releases=releases(escalation, view.decisions),
        posts=posts if escalation.decisions else (),
        may_confirm=escalation.state is State.WAITING_CONFIRMATION,
        may_route=escalation.decisions > 0,
    )


def for_party(view: View, person: Person | None) -> SeenEscalation:
    """A party sees where it stands, who holds it, the clock and why. person: None for a raiser not yet routed.

    A raiser whose address nobody vouches for sees roles and office telephones.
    """
    part = person.part if person is not None else Part.RAISER
    faceless = part is Part.RAISER and not view.trusted
    return msgspec.structs.replace(
        _common(view, part=part.value),
        parties=_parties(view, faceless=faceless),
        because=_because(view),
        history=_history(view.history, only=_FOR_ALL),
    )


def _common(view: View, *, part: str) -> SeenEscalation:
    decision = view.decision
    due = in_words(decision.due_at, view.zone) if decision is not None and decision.due_at is not None else ""
    return SeenEscalation(
        ref=view.escalation.ref,
        state=view.escalation.state.value,
        stage_label=decision.stage_label if decision is not None else "",
        part=part,
        due_words=due,
    )


def _parties(view: View, *, faceless: bool) -> tuple[Line, ...]:
    persons = view.decision.persons if view.decision is not None else ()
    offices = view.wording.phones if view.wording is not None else {}
    shown = (one for one in persons if one.told or one.must_act)
    return tuple(_party(one, office=offices.get(one.agency, "") if faceless else None) for one in shown)


def _party(person: Person, *, office: str | None) -> Line:
    """One person. office: not None where only the role and the office's telephone are shown."""
    hidden = office is not None and person.part is not Part.RAISER
    name, number = ("", office) if hidden else (person.name, person.phone)
    acts = "asked to act" if person.must_act else ""
    phone = f"telephone {number}" if number else ""
    said = ", ".join(text for text in (name, person.role, person.agency, phone, acts) if text)
    return Line(label=_KINDS_OF_PART[person.part], text=said)


def _because(view: View) -> tuple[Line, ...]:
    decision, down = view.decision, view.mail_down_since
    reasons = decision.reasons if decision is not None else ()
    gaps = decision.gaps if decision is not None else ()
    example = {Basis.DEMONSTRATION: " (example, not in the policy text)"}
    waits = f"It has been down since {in_words(down, view.zone)}. Notices wait; nobody is replaced." if down else ""
    return (
        *((Line(label="Mail", text=waits),) if waits else ()),
        *(Line(label=one.rule, text=f"{one.says}{example.get(one.basis, '')}") for one in reasons),
        *(Line(label=gap.code, text=gap.says) for gap in gaps),
    )


def _history(lines: Iterable[Happened], *, only: frozenset[What]) -> tuple[Entry, ...]:
    return tuple(
        Entry(at=line.at, what=f"{_TOLD_OF[line.what]}{_note(line)}", who=line.who)
        for line in _newest([line for line in lines if line.what in only])
    )


def _newest(lines: Sequence[Happened]) -> list[Happened]:
    """As many lines as an answer has room for, in their order."""
    room, kept = {True: _MOST_LOOKS, False: _MOST_LINES}, []
    for line in reversed(lines):
        looked = line.what is What.SEEN
        room[looked] -= 1
        if room[looked] >= 0:
            kept.append(line)
    return kept[::-1]


def _note(line: Happened) -> str:
    return f" {line.note}" if line.note else ""


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
        ("Decided on", facts.decided_on.isoformat() if facts.decided_on else ""),
        ("Area of disagreement", area_words(facts, view.wording)),
        ("Stage asked for", str(facts.stage)),
        ("Entered because", "; ".join(entry_words(facts, view.wording))),
        ("Status of the child", facts.child_status.value.replace("_", " ")),
        ("Route", facts.route.value.replace("_", " ")),
        *facts.lines,
    )
    return tuple(Line(label=label, text=text) for label, text in rows if text)


def _typed(named: Named) -> str:
    return _named(named.name, named.role, named.address, named.phone)


def _named(*texts: str) -> str:
    return ", ".join(text for text in texts if text)


def _agency(name: str, phone: str) -> str:
    return _named(name, phone)
