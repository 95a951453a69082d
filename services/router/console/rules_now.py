"""The rules that no source states, as a manager looks at them and decides them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from services.router.console.directory_forms import Problems
from services.router.console.settings_reading import Reader
from services.router.domain.keeping.attention import in_days
from services.router.domain.partnership import Adopted, Partnership
from services.router.domain.routing.adopting import Form, adopted_of, decided_in_settings, form_of
from services.router.policy.loading import SPONSOR
from services.router.policy.model import Policy, Rung
from services.router.policy.step import Reason

replace = msgspec.structs.replace
AS_IT_IS, OWN, LEFT = "as-it-is", "own", "left"
MOST_ROLES = 3
_MOST = 99
_KINDS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("Stages", ("stage-",)),
    ("Who speaks for an agency", ("rung-",)),
    ("Special routes", ("route-",)),
    ("Wording of choices", ("area-", "trigger-", "action-", "entry-")),
    ("Ways elsewhere", ("diversion-", "signpost-")),
)
_OTHERS = "For every stage"


class Rule(NamedTuple):
    """A rule. adopted: how the partnership took it, None where it has not; in_settings: it is decided there.

    where: the stage or route that it stands in, "" where its own words say it.
    """

    reason: Reason
    form: Form
    adopted: Adopted | None
    in_settings: bool
    where: str = ""

    @property
    def own(self) -> str:
        """What stands in its place, in words; "" where it stands as it is."""
        one = self.adopted
        if one is None:
            return ""
        return one.says or (str(one.number) if one.number is not None else ", then ".join(one.roles).replace("_", " "))


def rules_of(policy: Policy, partnership: Partnership) -> tuple[Rule, ...]:
    """Every rule of the pack that no source states, in its order. policy: as it is written."""
    taken, set_here = adopted_of(policy, partnership.adopted), decided_in_settings(partnership)
    return tuple(
        Rule(one, form_of(one.rule), taken.get(one.rule), one.rule in set_here, _where(policy, one.rule))
        for one in policy.demonstration_rules
    )


def _where(policy: Policy, rule: str) -> str:
    """The stage or route of a rule about one of its seats."""
    around, dot, _ = rule.partition(".")
    places = {f"stage-{number}": stage.label for number, stage in policy.stages.items()}
    places |= {f"route-{one.id}": one.text.title for one in policy.routes}
    return places.get(around, "") if dot else ""


def grouped(rules: Iterable[Rule]) -> list[tuple[str, list[Rule]]]:
    """The rules under what they are about."""
    found: dict[str, list[Rule]] = {title: [] for title in (*(title for title, _ in _KINDS), _OTHERS)}
    for one in rules:
        kinds = (title for title, begins in _KINDS if one.reason.rule.startswith(begins))
        found[next(kinds, _OTHERS)].append(one)
    return [(title, listed) for title, listed in found.items() if listed]


def rung_of(policy: Policy, rule: str) -> Rung | None:
    every = (rung for by_stage in policy.rungs.values() for rung in by_stage.values())
    return next((one for one in every if one.reason.rule == rule), None)


def roles_for(policy: Policy, rung: Rung) -> list[tuple[str, str]]:
    """(as written, in words) of the roles that may stand there; those at the sponsor where the pack has them so."""
    there = {one.code for one in rung.roles if one.at_sponsor}
    plain = sorted(policy.role_words.items(), key=lambda one: one[1].casefold())
    return [*plain, *((f"{SPONSOR}{code}", f"{words}, at its sponsor") for code, words in plain if code in there)]


def written_roles(rung: Rung) -> list[str]:
    return [f"{SPONSOR}{one.code}" if one.at_sponsor else one.code for one in rung.roles]


def with_adopted(partnership: Partnership, policy: Policy, taken: Mapping[str, Adopted | None]) -> Partnership:
    """The partnership with these rules of the policy decided; None for one that is left again."""
    kept = tuple(one for one in partnership.adopted if one.rule not in taken or one.policy not in ("", policy.id))
    return replace(partnership, adopted=(*kept, *(one for one in taken.values() if one is not None)))


class Paper(NamedTuple):
    """Who decided, when, and where that is written down."""

    by: str
    on: str
    source: str


def read_paper(read: Reader) -> Paper:
    by, source, day = read.line("decided_by"), read.line("source", needed=False), read.day("decided_on")
    if day is None:
        read.wrong.setdefault("decided_on", "Enter the day on which it was decided, for example 2 11 2026.")
    return Paper(by, in_days(day), source)


def adopt(policy: Policy, rule: str, paper: Paper) -> Adopted:
    """The rule as it stands."""
    return Adopted(rule=rule, policy=policy.id, by=paper.by, on=paper.on, source=paper.source)


def read_rule(read: Reader, policy: Policy, rule: Rule) -> tuple[Adopted | None, Problems]:
    """How one rule is decided by its form; None where it is left undecided again."""
    what = read.form.one("what")
    if what == LEFT:
        return None, {}
    taken = adopt(policy, rule.reason.rule, read_paper(read))
    if what == OWN and rule.form is Form.NUMBER:
        taken = replace(taken, number=read.number("number", least=1, most=_MOST))
    elif what == OWN and rule.form is Form.ROLES:
        taken = replace(taken, roles=_roles(read, policy, rule.reason.rule))
    elif what == OWN and rule.form is Form.WORDS:
        taken = replace(taken, says=read.line("says"))
    elif what == OWN and rule.form is Form.TEXT:
        taken = replace(taken, says=read.words("says"))
        if not taken.says:
            read.wrong["says"] = "Write what is to stand there."
    elif what != AS_IT_IS:
        read.wrong["what"] = "Choose what is to hold."
    return taken, read.wrong


def _roles(read: Reader, policy: Policy, rule: str) -> tuple[str, ...]:
    rung = rung_of(policy, rule)
    codes = {code for code, _ in roles_for(policy, rung)} if rung is not None else set[str]()
    chosen = tuple(dict.fromkeys(one for index in range(MOST_ROLES) if (one := read.among(f"role_{index}", codes))))
    if not chosen:
        read.wrong["role_0"] = "Choose whom to ask first."
    return chosen
