"""Rules that no source states: adopted, replaced, and what is decided by them then. Pure."""

from datetime import date

import msgspec
import pytest

from services.router.domain.directory import Entries
from services.router.domain.keeping.directory_check import faults
from services.router.domain.keeping.guarding import change_routes_to_nobody
from services.router.domain.partnership import Adopted, Partnership
from services.router.domain.routing.adopting import Form, form_of, own, undecided
from services.router.domain.routing.deciding import decide_escalation
from services.router.policy.facts import Facts
from services.router.policy.model import Policy
from services.router.policy.step import Basis, Reason
from shared.terms import AgencyId, AgencyType, EscalationRef, PartnershipId
from shared.working_days import holidays_of
from tests.policy_world import MONDAY, directory, entries, policies, stage_two

replace = msgspec.structs.replace
WEST = PartnershipId("west-sussex")
PACK = policies()["pan-sussex"]
HERE = directory().partnerships[WEST]
DAY = date(2026, 11, 23)


def adopted(rule: str, **values: object) -> Adopted:
    return Adopted(rule=rule, by="the partnership’s board", on="2 November 2026", **values)  # type: ignore[arg-type]


def here(*rules: Adopted, **values: object) -> Partnership:
    return replace(HERE, adopted=rules, **values)


def with_here(partnership: Partnership) -> Entries:
    others = tuple(one for one in entries().partnerships if one.id != WEST)
    return replace(entries(), partnerships=(partnership, *others))


def test_a_rule_that_is_adopted_names_its_source_wherever_it_is_applied() -> None:
    policy = own(PACK, here(adopted("raiser", source="Board minutes, item 4")))
    reason = policy.rules["raiser"]
    assert (reason.basis, reason.source) == (Basis.SETTING, "Board minutes, item 4")
    assert policy.general.raiser_reason == reason
    assert reason.says == PACK.rules["raiser"].says


def test_a_rule_without_a_paper_names_who_adopted_it_and_when() -> None:
    policy = own(PACK, here(adopted("action-other")))
    assert policy.rules["action-other"].source == "the partnership’s board, 2 November 2026"


def test_what_nobody_adopted_stays_an_example() -> None:
    policy = own(PACK, here(adopted("raiser")))
    assert {one.rule for one in PACK.demonstration_rules} - {one.rule for one in policy.demonstration_rules} == {
        "raiser"
    }


def test_a_clause_of_the_policy_cannot_be_replaced() -> None:
    assert PACK.rules["timeframe"].basis is Basis.CLAUSE
    assert own(PACK, here(adopted("rung-2-police", roles=("designated_safeguarding_lead",)))).rungs == PACK.rungs


def test_another_number_decides() -> None:
    policy = own(PACK, here(adopted("warn", number=14), adopted("pattern", number=5)))
    assert (policy.general.warn_days, policy.general.pattern_at) == (14, 5)
    assert "14 days" in policy.rules["warn"].says


def test_another_role_is_asked() -> None:
    roles = ("sponsor:named_gp",) if "named_gp" in PACK.role_words else (next(iter(PACK.role_words)),)
    policy = own(PACK, here(adopted("rung-3-probation", roles=roles)))
    rung = policy.rungs[next(kind for kind in policy.rungs if kind == "probation")][3]
    assert rung.roles[0].code == roles[0].removeprefix("sponsor:")
    assert rung.words == PACK.role_words[rung.roles[0].code]
    assert rung.words in policy.rules["rung-3-probation"].says


def test_words_and_texts_are_the_partnerships_own() -> None:
    policy = own(
        PACK,
        here(adopted("action-other", says="Something of another kind"), adopted("signpost-nspcc", says="One.\n\nTwo.")),
    )
    assert next(one for one in policy.desired_actions if one.code == "other").words == "Something of another kind"
    assert next(one for one in policy.signposts if one.code == "nspcc").paragraphs == ("One.", "Two.")


def test_the_partnerships_own_time_limit_is_the_one_the_form_begins_with() -> None:
    policy = own(PACK, replace(HERE, timeframe_days=3))
    assert policy.general.default_days == 3
    assert policy.general.default_days_reason.says.startswith("The time limit is 3 working days")
    assert policy.rules["timeframe"].basis is Basis.SETTING


def test_the_same_entry_gives_the_very_same_rules() -> None:
    assert own(PACK, here(adopted("raiser"))) is own(PACK, here(adopted("raiser")))
    assert own(PACK, HERE) is PACK


def test_a_decision_says_that_the_rule_is_the_partnerships() -> None:
    facts = stage_two()
    rules = tuple(adopted(one.rule) for one in PACK.demonstration_rules)
    made = decided(facts, own(PACK, here(*rules)))
    assert Basis.DEMONSTRATION not in {one.basis for one in made}
    assert Basis.DEMONSTRATION in {one.basis for one in decided(facts, PACK)}


def decided(facts: Facts, policy: Policy) -> list[Reason]:
    holidays = holidays_of(HERE.nation)
    decision = decide_escalation(
        EscalationRef("WS-7K3-QM9-PXC"), facts, policy=policy, directory=directory(), holidays=holidays, now=MONDAY
    )
    return list(decision.reasons)


def test_a_setting_decides_what_the_example_did() -> None:
    rules = {one.rule for one in undecided(policies()["pan-bedfordshire"], HERE)}
    assert "told" not in rules
    assert "timeframe" in rules
    assert "timeframe" not in {
        one.rule for one in undecided(policies()["pan-bedfordshire"], replace(HERE, timeframe_days=5))
    }


def test_a_partnership_goes_live_only_when_every_example_is_decided() -> None:
    def missing(partnership: Partnership) -> list[str]:
        found = faults([partnership], policies=policies())
        return [one.says for one in found if "No source states" in one.says]

    rules = [adopted(one.rule) for one in PACK.demonstration_rules]
    assert len(missing(replace(HERE, demonstration=False))) == len(undecided(PACK, HERE)) > 50
    assert missing(here(*rules, demonstration=False)) == []
    assert len(missing(here(*rules[1:], demonstration=False))) == 1


def test_a_role_that_nobody_holds_is_refused_with_the_list() -> None:
    after = with_here(here(adopted("rung-4-police", roles=("family_court_adviser",))))
    plain = change_routes_to_nobody(entries(), with_here(here()), policies=policies(), touched=frozenset(), day=DAY)
    assert plain == ()
    vacant = without_leads(after)
    lost = change_routes_to_nobody(without_leads(entries()), vacant, policies=policies(), touched=frozenset(), day=DAY)
    assert {(one.agency, one.rung) for one in lost} >= {("Sussex Police", "Stage 4")}
    assert all(one.partnership == WEST for one in lost)


def without_leads(given: Entries) -> Entries:
    police = AgencyId("sussex-police")
    return replace(
        given,
        agencies=tuple(
            replace(one, posts=tuple(post for post in one.posts if not post.role.endswith("safeguarding_lead")))
            if one.id == police
            else one
            for one in given.agencies
        ),
    )


def test_another_policy_that_asks_somebody_whom_nobody_is_is_refused() -> None:
    bedford = policies()["pan-bedfordshire"]
    rungs = {**bedford.rungs, AgencyType.POLICE: {**bedford.rungs[AgencyType.POLICE]}}
    rung = next(iter(rungs[AgencyType.POLICE].values()))
    rungs[AgencyType.POLICE] = {one: replace(rung, stage=one, roles=()) for one in rungs[AgencyType.POLICE]}
    stranger = replace(bedford, rungs=rungs)
    known = {**policies(), "pan-bedfordshire": stranger}
    other = with_here(replace(HERE, policy="pan-bedfordshire"))
    bare, changed = without_leads(entries()), without_leads(other)
    lost = change_routes_to_nobody(bare, changed, policies=known, touched=frozenset(), day=DAY)
    assert {one.agency for one in lost} == {"Sussex Police"}


@pytest.mark.parametrize(
    ("rule", "form"),
    [
        ("warn", Form.NUMBER),
        ("told", Form.SETTING),
        ("rung-2-police", Form.ROLES),
        ("action-other", Form.WORDS),
        ("diversion-adult", Form.TEXT),
        ("stage-2", Form.NOTHING),
        ("route-looked_after", Form.NOTHING),
    ],
)
def test_what_may_stand_in_a_rules_place(rule: str, form: Form) -> None:
    assert form_of(rule) is form
