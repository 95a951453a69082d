"""Who sits at the table of a stage or route: seats by role, one for each agency concerned. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from services.router.policy.matching import Kind, holds
from services.router.policy.model import Policy, Rung, Seat
from services.router.policy.step import Asked, Part, Reason, RoleAt, Where, Who
from shared.messages import AskedAs
from shared.private import Private
from shared.terms import AgencyType

HIGHEST_RUNG = 4
MANAGER_RUNG = 2
LEAD = "designated_safeguarding_lead"
NOBODY = -1
_ASKED_AS = {
    "conference_chair": AskedAs.CHAIR,
    "independent_reviewing_officer": AskedAs.REVIEWING_OFFICER,
    "independent_scrutineer": AskedAs.SCRUTINEER,
    "business_manager": AskedAs.CONVENER,
}


class Table(Private, frozen=True, kw_only=True):
    """What seats are laid for. stage: the rung that a seat means where it names none.

    raising, receiving: the types of the agencies on each side, in order. own_rung: where the raiser stands.
    """

    policy: Policy
    kind: Kind
    stage: int
    raising: tuple[AgencyType | None, ...]
    receiving: tuple[AgencyType | None, ...]
    own_rung: int


def seat_all(seats: tuple[Seat, ...], table: Table, *, partnership: Reason | None = None) -> tuple[Asked, ...]:
    """Every seat, the raisers first and always. partnership: the rule by which the partnership is told, if it is."""
    asked = list(_raisers(table))
    for seat in seats:
        if seat.when is None or holds(seat.when, table.kind):
            asked.extend(_laid(seat, table))
    if partnership is not None:
        asked.append(_for_partnership(partnership))
    return tuple(asked)


def raiser_rung(policy: Policy, kind: Kind) -> int:
    """The rung on which the raiser stands; 1 where nothing says more. Source: domain.md section 4, rows 10 and 11."""
    own = kind.raising[0] if kind.raising else None
    rungs = policy.rungs.get(own, {}) if own is not None else {}
    role = kind.role or (LEAD if kind.is_lead else "")
    held = [number for number, rung in rungs.items() if any(one.code == role for one in rung.roles)]
    return max((MANAGER_RUNG if kind.is_manager else 1, *held))


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
    rules = (table.policy.general.raiser_reason.rule,)
    for index, kind in enumerate(table.raising or (None,)):
        yield Asked(
            part=Part.RAISER,
            where=Where.RAISING,
            who=Who.DECISION_MAKER,
            side=index,
            type=kind,
            roles=(),
            words="raiser",
            must_act=False,
            may_read=True,
            rules=rules,
            why_you="You raised it." if index == 0 else "You raise it too, for your agency.",
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


def _laid(seat: Seat, table: Table) -> Iterator[Asked]:
    """The seat once for each agency that it is meant for."""
    receiving = seat.where is Where.RECEIVING or seat.where is Where.EACH
    raising = seat.where is Where.RAISING or seat.where is Where.EACH
    if seat.where is Where.OWN:
        for kind in table.raising[:1]:
            yield _at(seat, table, index=0, kind=kind, where=Where.RAISING)
    elif not (receiving or raising):
        yield _fixed(seat)
    for index, kind in enumerate(table.raising if raising else ()):
        yield _at(seat, table, index=index, kind=kind, where=Where.RAISING)
    for index, kind in enumerate(table.receiving if receiving else ()):
        yield _at(seat, table, index=index, kind=kind, where=Where.RECEIVING)


def _fixed(seat: Seat) -> Asked:
    return Asked(
        part=seat.part,
        where=seat.where,
        who=seat.who,
        side=NOBODY,
        type=AgencyType.CHILDRENS_SOCIAL_CARE if seat.where is Where.SOCIAL_CARE else None,
        roles=seat.roles,
        words=seat.words,
        must_act=seat.must_act,
        may_read=seat.may_read,
        told=seat.told,
        rules=(seat.reason.rule,),
        why_you=_why(seat.why_you, seat.words),
        asked_as=_ASKED_AS.get(seat.roles[0].code) if seat.roles else None,
    )


def _at(seat: Seat, table: Table, *, index: int, kind: AgencyType | None, where: Where) -> Asked:
    rung = _rung(seat, table, kind=kind, own=where is Where.RAISING and index == 0)
    return Asked(
        part=seat.part,
        where=where,
        who=seat.who,
        side=index,
        type=kind,
        roles=rung.roles,
        words=rung.words,
        must_act=seat.must_act,
        may_read=seat.may_read,
        told=seat.told,
        rules=rung.rules,
        above=rung.above,
        why_you=rung.why_you,
        asked_as=AskedAs.RECEIVING if where is Where.RECEIVING else AskedAs.RAISING,
    )


class _Rung(NamedTuple):
    roles: tuple[RoleAt, ...]
    words: str
    above: tuple[tuple[RoleAt, ...], ...]
    rules: tuple[str, ...]
    why_you: str


def _rung(seat: Seat, table: Table, *, kind: AgencyType | None, own: bool) -> _Rung:
    """The roles of a seat. own: at the raiser's own agency nobody below the raiser, nor the raiser's peer, is asked."""
    if seat.who is not Who.RUNG and seat.who is not Who.MANAGER:
        return _Rung(seat.roles, seat.words, (), (seat.reason.rule,), _why(seat.why_you, seat.words))
    number = seat.rung if seat.rung is not None else table.stage
    found = tuple(rungs_from(table.policy, kind, max(number, table.own_rung + 1) if own else number))
    if not found:
        words = seat.words or "manager"
        return _Rung((), words, (), (seat.reason.rule,), _why(seat.why_you, words))
    first, above = found[0], tuple(rung.roles for rung in found[1:])
    challenged = seat.part is Part.CONTACT and seat.where is Where.RECEIVING
    why_you = (first.why_you if challenged else "") or _why(seat.why_you, first.words)
    return _Rung(first.roles, first.words, above, (seat.reason.rule, first.reason.rule), why_you)


def _why(why_you: str, role: str) -> str:
    return why_you.replace("{role}", role)
