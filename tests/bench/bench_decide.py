"""How many decisions one core makes in a second: the policy's step and the people for it. Shell."""

import time

from services.router.domain.deciding import decide_escalation, informed
from services.router.policy.engine import decide
from services.router.policy.facts import Facts
from shared.working_days import holidays_of
from tests.contract.test_scenarios import facts_of
from tests.policy_world import REF, directory, policies, scenarios

ROUNDS = 400
AIM = 20_000


def decisions_per_second(rounds: int = ROUNDS) -> float:
    """Whole decisions, over every worked example in turn, on a prepared directory."""
    prepared = [(one, *_ground(one)) for one in map(facts_of, scenarios().values())]
    start = time.process_time()
    for _ in range(rounds):
        for facts, policy, holidays in prepared:
            decide_escalation(REF, facts, policy=policy, directory=directory(), holidays=holidays, now=facts.opened_at)
    return rounds * len(prepared) / (time.process_time() - start)


def steps_per_second(rounds: int = ROUNDS) -> float:
    """The policy's steps alone: `decide()`, by role."""
    prepared = [(informed(one, directory()), *_ground(one)) for one in map(facts_of, scenarios().values())]
    start = time.process_time()
    for _ in range(rounds):
        for facts, policy, holidays in prepared:
            decide(policy, facts, holidays=holidays, options=directory().options[facts.partnership])
    return rounds * len(prepared) / (time.process_time() - start)


def _ground(facts: Facts):  # type: ignore[no-untyped-def]  # a pair of what the two calls need
    partnership = directory().partnerships[facts.partnership]
    return policies()[partnership.policy], holidays_of(partnership.nation)


if __name__ == "__main__":
    print(f"whole decisions a second: {decisions_per_second():,.0f} (aim {AIM:,})")
    print(f"decide() a second: {steps_per_second():,.0f} (aim {AIM:,})")
