"""Who sits at the table of a stage or route: seats by role, one for each agency concerned. Pure."""

from collections.abc import Iterator

from services.router.policy.facts import Facts, Side
from services.router.policy.model import Policy, Rung, Seat
from services.router.policy.step import Asked, Part, Reason, RoleAt, Where, Who
from shared.private import Private
from shared.terms import AgencyType

HIGHEST_RUNG = 4
MANAGER_RUNG = 2
LEAD = "designated_safeguarding_lead"
NOBODY = -1


class Table(Private, frozen=True, kw_only=True):
    """What seats are laid for. stage: the rung that a seat means where it names none."""

    policy: Policy
    facts: Facts
    stage: int


def seat_all(seats: tuple[Seat, ...], table: Table, *, partnership: Reason | None = None) -> tuple[Asked, ...]:
    """Every seat, the raisers first and always. partnership: the rule by which the partnership is told, if it is."""
    asked = list(_raisers(table))
    own_rung = raiser_rung(table.policy, table.facts)
    for seat in seats:
        asked.extend(_laid(seat, table, own_rung))
    if partnership is not None:
        asked.append(_for_partnership(partnership))
    return tuple(asked)


def raiser_rung(policy: Policy, facts: Facts) -> int:
    """The rung on which the raiser stands; 1 where nothing says more. Source: domain.md section 4, rows 10 and 11."""
    side = facts.raising[0] if facts.raising else None
    rungs = policy.rungs.get(side.type) if side is not None and side.type is not None else None
    rung = MANAGER_RUNG if facts.raiser.is_manager else 1
    if rungs is None:
        return rung
    role = policy.role_names.get(facts.raiser.role.strip().casefold(), LEAD if facts.raiser.is_lead else "")
    if not role:
        return rung
    for number in range(HIGHEST_RUNG, rung, -1):
        found = rungs.get(number)
        if found is not None and any(one.code == role for one in found.roles):
            return number
    return rung


def rungs_from(policy: Policy, kind: AgencyType | None, number: int) -> Iterator[Rung]:
    """The rung `number` of that type of agency and those above it, lowest first."""
    rungs = policy.rungs.get(kind) if kind is not None else None
    if rungs is None:
        return
    for one in range(max(number, 1), HIGHEST_RUNG + 1):
        found = rungs.get(one)
        if found is not None:
            yield found


def _raisers(table: Table) -> Iterator[Asked]:
    rules = (table.policy.raiser_reason.rule,)
    for index in range(max(len(table.facts.raising), 1)):
        side = table.facts.raising[index] if table.facts.raising else None
        yield Asked(
            part=Part.RAISER,
            where=Where.RAISING,
            who=Who.DECISION_MAKER,
            side=index,
            type=side.type if side is not None else None,
            roles=(),
            words="raiser",
            must_act=False,
            may_read=True,
            rules=rules,
        )


def _for_partnership(reason: Reason) -> Asked:
    return Asked(
        part=Part.PARTNERSHIP,
        where=Where.PARTNERSHIP,
        who=Who.DUTY,
        side=NOBODY,
        type=None,
        roles=(),
        words="safeguarding partnership",
        must_act=False,
        may_read=False,
        rules=(reason.rule,),
    )


def _laid(seat: Seat, table: Table, own_rung: int) -> Iterator[Asked]:
    facts = table.facts
    if seat.where is Where.RECEIVING:
        yield from (_at(seat, table, index=index, side=side) for index, side in enumerate(facts.receiving))
    elif seat.where is Where.RAISING:
        yield from (
            _at(seat, table, index=index, side=side, least=own_rung + 1 if index == 0 else 1)
            for index, side in enumerate(facts.raising)
        )
    elif seat.where is Where.OWN:
        yield from (_at(seat, table, index=0, side=side, least=own_rung + 1) for side in facts.raising[:1])
    elif seat.where is Where.EACH:
        yield from (_at(seat, table, index=index, side=side, where=Where.RAISING) for index, side in enumerate(facts.raising))
        yield from (
            _at(seat, table, index=index, side=side, where=Where.RECEIVING) for index, side in enumerate(facts.receiving)
        )
    else:
        yield _fixed(seat, seat.where)


def _fixed(seat: Seat, where: Where) -> Asked:
    return Asked(
        part=seat.part,
        where=where,
        who=seat.who,
        side=NOBODY,
        type=AgencyType.CHILDRENS_SOCIAL_CARE if where is Where.SOCIAL_CARE else None,
        roles=seat.roles,
        words=seat.words,
        must_act=seat.must_act,
        may_read=seat.may_read,
        told=seat.told,
        rules=(seat.reason.rule,),
    )


def _at(
    seat: Seat, table: Table, *, index: int, side: Side, where: Where | None = None, least: int = 1
) -> Asked:
    roles, words, above, rules = seat.roles, seat.words, (), (seat.reason.rule,)
    if seat.who is Who.RUNG or seat.who is Who.MANAGER:
        number = max(seat.rung if seat.rung is not None else table.stage, least)
        roles, words, above, rules = _rung(seat, table.policy, kind=side.type, number=number)
    return Asked(
        part=seat.part,
        where=where if where is not None else seat.where,
        who=seat.who,
        side=index,
        type=side.type,
        roles=roles,
        words=words,
        must_act=seat.must_act,
        may_read=seat.may_read,
        told=seat.told,
        rules=rules,
        above=above,
    )


Found = tuple[tuple[RoleAt, ...], str, tuple[tuple[RoleAt, ...], ...], tuple[str, ...]]


def _rung(seat: Seat, policy: Policy, *, kind: AgencyType | None, number: int) -> Found:
    found = tuple(rungs_from(policy, kind, number))
    if not found:
        return (), seat.words or "manager", (), (seat.reason.rule,)
    first = found[0]
    return first.roles, first.words, tuple(rung.roles for rung in found[1:]), (seat.reason.rule, first.reason.rule)
