"""All the facts of the form by which a route is tried: what is on offer for each, and the question they make. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from services.router.domain.directory import Agency
from services.router.domain.keeping.importing import read_day
from services.router.domain.partnership import Partnership
from services.router.policy.model import Policy
from shared.forms import NOT_LISTED, FormDefinition
from shared.questions import RouteQuestion
from shared.terms import PartnershipId, StageNumber, TeamId

Pairs = Sequence[tuple[str, str]]
MORE = 3
"""How many further agencies a side may have here; the form takes more."""
YES_NO: Pairs = (("no", "No"), ("yes", "Yes"))
UNITS: Pairs = (("working_days", "Working days"), ("hours", "Hours"), ("until", "A date"))
_MOST_AMOUNT, _MOST_HOURS = 999, 999


class Ask(NamedTuple):
    """One fact. choices: () for a number or a day that is typed. empty: what stands for "not said".

    of_agencies: the choices are the agencies, which the page writes once for all.
    """

    name: str
    label: str
    choices: Pairs = ()
    empty: str = ""
    hint: str = ""
    of_agencies: bool = False


class Group(NamedTuple):
    """Facts that belong together. folded: it opens once something in it was chosen."""

    title: str
    asks: tuple[Ask, ...]
    folded: bool = True


class Known(NamedTuple):
    """What there is to choose from. agencies: those that serve the partnership; listed: them in words, by name."""

    partnership: Partnership
    policy: Policy
    form: FormDefinition
    agencies: Sequence[Agency]
    listed: Pairs


def by_name(agencies: Sequence[Agency]) -> Pairs:
    """(id, name), and the way out for one that is not among them."""
    known = sorted(agencies, key=lambda one: one.name.casefold())
    return [(NOT_LISTED, "Not listed"), *((str(one.id), one.name) for one in known)]


def groups(known: Known, chosen: Mapping[str, str]) -> tuple[Group, ...]:
    """Every fact, in the order of the form. chosen: so far, for the teams of agencies that are chosen."""
    return (
        Group("Who, and about whom", tuple(_sides(known, chosen)), folded=False),
        Group("Several agencies on a side", tuple(_more(known, chosen))),
        Group("The child and the matter", tuple(_matter(known))),
        Group("Special kinds of disagreement", tuple(_special(known))),
        Group("Who the raiser is", tuple(_raiser(known))),
        Group("Time", tuple(_time())),
    )


def _sides(known: Known, chosen: Mapping[str, str]) -> list[Ask]:
    kinds = _offer(known, "receiving_agency_other_type")
    found = [Ask("raising", "Who raises it", known.listed, "Choose an agency", of_agencies=True)]
    found += _beside("raising", "Its team", chosen=chosen, known=known, kinds=kinds)
    found += [Ask("receiving", "Whose decision it is about", known.listed, "Choose an agency", of_agencies=True)]
    found += _beside("receiving", "The team that decided", chosen=chosen, known=known, kinds=kinds)
    stages = [(str(number), stage.label) for number, stage in sorted(known.policy.stages.items())]
    return [*found, Ask("stage", "Stage", stages), Ask("urgent", "Immediate harm", YES_NO)]


def _beside(side: str, label: str, *, chosen: Mapping[str, str], known: Known, kinds: Pairs) -> list[Ask]:
    """The team of a chosen agency that has some; the kind of one that is not listed."""
    if chosen.get(side) == NOT_LISTED:
        return [Ask(f"{side}_type", "What kind of agency it is", kinds, "Not said")]
    teams = [(one.id, one.name) for each in known.agencies if each.id == chosen.get(side) for one in each.teams]
    return [Ask(f"{side}_team", label, teams, "Not known")] if teams else []


def _more(known: Known, chosen: Mapping[str, str]) -> list[Ask]:
    """A place for one agency more on each side than are chosen."""
    found = []
    for side, label in (("with", "Also raises it"), ("and", "Also decided it")):
        last = max((one for one in range(1, MORE + 1) if chosen.get(f"{side}_{one}")), default=0)
        places = range(1, min(last + 1, MORE) + 1)
        found += [
            Ask(f"{side}_{one}", f"{label}, {one}", known.listed, "Nobody else", of_agencies=True) for one in places
        ]
    return found


def _matter(known: Known) -> list[Ask]:
    here = [(one.id, one.name) for one in known.partnership.areas]
    areas = [*here, ("elsewhere", "Somewhere else"), ("not_known", "Not known")]
    topics = [(one.code, one.words) for one in known.policy.areas]
    return [
        Ask("status", _label(known, "child_status"), _offer(known, "child_status"), "Not said"),
        Ask("subject", _label(known, "subject"), _offer(known, "subject"), "Not said"),
        Ask("topic", _label(known, "area"), topics, "Not said"),
        Ask("area", _label(known, "decision_area"), areas, "Not said"),
        Ask("child", _label(known, "child_area"), areas, "As the decision"),
        Ask("concern", "Who the concern is about", (("child", "A child"), ("adult", "An adult"))),
    ]


def _special(known: Known) -> list[Ask]:
    return [
        Ask("route", _label(known, "route"), _offer(known, "route"), "Not said"),
        Ask("dissent", _label(known, "dissent"), _offer(known, "dissent"), "Not said"),
        Ask("ended", "Hours since the conference ended", hint="A whole number, for example 20."),
        Ask("backs", "A safeguarding lead or senior manager supports it", YES_NO),
        Ask("entry", _label(known, "entry"), _offer(known, "entry"), "Not said"),
    ]


def _raiser(known: Known) -> list[Ask]:
    roles = sorted(known.policy.role_words.items(), key=lambda one: one[1].casefold())
    return [
        Ask("role", "The raiser’s role", roles, "Not said"),
        Ask("is", _label(known, "raiser_is"), _offer(known, "raiser_is"), "Not said"),
        Ask("own", "Their own manager decided", YES_NO),
        Ask("named", "Whoever decided is named", (("yes", "Yes"), ("no", "No"))),
    ]


def _time() -> list[Ask]:
    return [
        Ask("unit", "An answer is needed within", UNITS),
        Ask("days", "How many", hint="Working days or hours."),
        Ask("until", "Or by the date", hint="For example 14 12 2026."),
    ]


def _label(known: Known, name: str) -> str:
    return next((one.label for section in known.form.sections for one in section.fields if one.id == name), name)


def _offer(known: Known, name: str) -> Pairs:
    fields = (one for section in known.form.sections for one in section.fields if one.id == name)
    return [(choice.code, choice.words) for one in fields for choice in one.choices]


def names(every: Sequence[Group]) -> list[str]:
    return [ask.name for group in every for ask in group.asks]


def wrong(every: Sequence[Group], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of facts that are not on offer, or cannot be."""
    found = [
        ask.label
        for group in every
        for ask in group.asks
        if chosen[ask.name] and ask.choices and chosen[ask.name] not in {code for code, _ in ask.choices}
    ]
    numbers = {"days": _MOST_AMOUNT, "ended": _MOST_HOURS}
    typed = [
        one.label for group in every for one in group.asks if one.name in numbers and not _number(chosen[one.name])
    ]
    days = ["Or by the date"] if chosen["until"] and read_day(chosen["until"]) is None else []
    return (*found, *typed, *days)


def _number(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 4)


def question(partnership: PartnershipId, said: Callable[[str], str]) -> RouteQuestion:
    """What the facts ask of router, as the form would. said: what was chosen, by name."""
    unlisted = {side: said(side) == NOT_LISTED for side in ("raising", "receiving")}
    day = read_day(said("until")) if said("until") else None
    return RouteQuestion(
        partnership=partnership,
        stage=StageNumber(int(said("stage"))) if said("stage") else None,
        entry=(said("entry"),) if said("entry") else (),
        child_status=said("status"),
        subject=said("subject"),
        route=said("route"),
        dissent=said("dissent"),
        conference_hours=int(said("ended")) if said("ended") else None,
        lead_backs=said("backs") == "yes",
        decision_area=said("area"),
        child_area=said("child") or said("area"),
        area=said("topic"),
        immediate_harm=said("urgent") == "yes",
        own_manager=said("own") == "yes",
        raiser_is=said("is"),
        raiser_role_code=said("role"),
        decision_maker_named=said("named") != "no",
        subject_of_concern=said("concern") or "child",
        raising_agency=said("raising"),
        raising_agency_type=said("raising_type") if unlisted["raising"] else "",
        receiving_agency=said("receiving"),
        receiving_agency_type=said("receiving_type") if unlisted["receiving"] else "",
        receiving_team=TeamId(said("receiving_team")) if said("receiving_team") else None,
        raising_team=TeamId(said("raising_team")) if said("raising_team") else None,
        more_raising=tuple(one for index in range(1, MORE + 1) if (one := said(f"with_{index}"))),
        more_agencies=tuple(one for index in range(1, MORE + 1) if (one := said(f"and_{index}"))),
        timeframe_unit=said("unit") or ("until" if day is not None else "working_days"),
        timeframe_amount=int(said("days")) if said("days") else 5,
        timeframe_until=day.isoformat() if day is not None else "",
    )
