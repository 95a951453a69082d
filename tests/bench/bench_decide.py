"""How many decisions one core makes in a second: the policy's step and the people for it. Shell.

Counted in this process's own time: what else runs on the machine does not count against it.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import repeat

import msgspec

from services.router.domain.routing.deciding import decide_escalation, informed
from services.router.policy.engine import decide
from services.router.policy.facts import Facts
from shared.working_days import holidays_of
from tests.contract.test_scenarios import facts_of
from tests.policy_world import REF, directory, policies, scenarios

ROUNDS = 10
BATCHES = 150
AIM = 20_000


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions, and encodings of those very decisions as JSON."""

    decisions_a_second: float
    encodings_a_second: float


def measure(rounds: int = ROUNDS) -> Measured:
    """Whole decisions, over every worked example in turn, on a prepared directory. The best of several batches."""
    calls = _whole()
    decisions = [call() for call in calls]
    encodings = [partial(msgspec.json.encode, decision) for decision in decisions]
    return Measured(decisions_a_second=_best(calls, rounds), encodings_a_second=_best(encodings, rounds))


def _whole() -> list[Callable[[], object]]:
    known = directory()

    def whole(facts: Facts) -> Callable[[], object]:
        partnership = known.partnerships[facts.partnership]
        policy, holidays, now = policies()[partnership.policy], holidays_of(partnership.nation), facts.opened_at
        return lambda: decide_escalation(REF, facts, policy=policy, directory=known, holidays=holidays, now=now)

    return [whole(facts_of(row)) for row in scenarios().values()]


def steps_per_second(rounds: int = ROUNDS) -> float:
    """The policy's steps alone: `decide()`, by role. The best of several batches."""
    known = directory()

    def step(facts: Facts) -> Callable[[], object]:
        partnership = known.partnerships[facts.partnership]
        policy, holidays = policies()[partnership.policy], holidays_of(partnership.nation)
        options = known.options[partnership.id]
        return lambda: decide(policy, facts, holidays=holidays, options=options)

    return _best([step(informed(facts_of(row), known)) for row in scenarios().values()], rounds)


def _best(calls: Sequence[Callable[[], object]], rounds: int) -> float:
    found = []
    for _ in repeat(None, BATCHES):
        start = time.process_time()
        for _ in repeat(None, rounds):
            for call in calls:
                call()
        found.append(rounds * len(calls) / (time.process_time() - start))
    return max(found)


if __name__ == "__main__":
    found = measure()
    print(f"whole decisions a second: {found.decisions_a_second:,.0f} (aim {AIM:,})")
    print(f"encodings of them a second: {found.encodings_a_second:,.0f}")
    print(f"decide() a second: {steps_per_second():,.0f} (aim {AIM:,})")
