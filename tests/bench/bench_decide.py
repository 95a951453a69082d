"""How many decisions one core makes in a second: the policy's step and the people for it. Shell."""

import time
from collections.abc import Callable
from itertools import repeat

from services.router.domain.deciding import decide_escalation, informed
from services.router.policy.engine import decide
from services.router.policy.facts import Facts
from shared.working_days import holidays_of
from tests.contract.test_scenarios import facts_of
from tests.policy_world import REF, directory, policies, scenarios

ROUNDS = 100
BATCHES = 10
AIM = 20_000


def decisions_per_second(rounds: int = ROUNDS) -> float:
    """Whole decisions, over every worked example in turn, on a prepared directory. The best of several batches."""
    known = directory()

    def whole(facts: Facts) -> Callable[[], object]:
        partnership = known.partnerships[facts.partnership]
        policy, holidays, now = policies()[partnership.policy], holidays_of(partnership.nation), facts.opened_at
        return lambda: decide_escalation(REF, facts, policy=policy, directory=known, holidays=holidays, now=now)

    return _best([whole(facts_of(row)) for row in scenarios().values()], rounds)


def steps_per_second(rounds: int = ROUNDS) -> float:
    """The policy's steps alone: `decide()`, by role. The best of several batches."""
    known = directory()

    def step(facts: Facts) -> Callable[[], object]:
        partnership = known.partnerships[facts.partnership]
        policy, holidays = policies()[partnership.policy], holidays_of(partnership.nation)
        options = known.options[partnership.id]
        return lambda: decide(policy, facts, holidays=holidays, options=options)

    return _best([step(informed(facts_of(row), known)) for row in scenarios().values()], rounds)


def _best(calls: list[Callable[[], object]], rounds: int) -> float:
    """Calls a second of this process's own time: what else runs on the machine does not count against it."""
    found = []
    for _ in repeat(None, BATCHES):
        start = time.process_time()
        for _ in repeat(None, rounds):
            for call in calls:
                call()
        found.append(rounds * len(calls) / (time.process_time() - start))
    return max(found)


if __name__ == "__main__":
    print(f"whole decisions a second: {decisions_per_second():,.0f} (aim {AIM:,})")
    print(f"decide() a second: {steps_per_second():,.0f} (aim {AIM:,})")
