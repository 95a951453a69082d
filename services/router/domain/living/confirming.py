"""Whose word the text of an outcome needs, and whether it is given. Pure.

Everybody whose word counts is looked up among those who are in it now; words of others stand, and count no more.
"""

from collections.abc import Iterable, Sequence

from services.router.domain.escalation import Standing
from services.router.domain.life import Life, OutcomeAnswer, OutcomeCode, OutcomeVersion
from services.router.domain.living.present import Present, those

ON_CALL = "on-call"
_RAISING = frozenset({Standing.RAISER, Standing.RAISERS_MANAGER, Standing.RAISING_CONTACT})


def current(life: Life) -> OutcomeVersion | None:
    """The version that the parties are asked about, or have confirmed."""
    return life.versions[-1] if life.versions else None


def answer_by(version: OutcomeVersion, address: str) -> OutcomeAnswer | None:
    return next((one for one in version.answers if one.address == address), None)


def confirmers(everybody: Iterable[Present]) -> tuple[Present, ...]:
    """Everybody whose word the text needs: a contact's may be given by the deputy who was called in their place.

    Who is only on call is not asked: by day another has it.
    """
    asked = _asked(everybody)
    here = {one.address for one in asked}
    return tuple(one for one in asked if one.instead_of not in here)


def word_for(version: OutcomeVersion, one: Present, everybody: Iterable[Present]) -> OutcomeAnswer | None:
    """Their word, or that of the deputy who speaks for them."""
    own = answer_by(version, one.address)
    spoken = (answer_by(version, other.address) for other in everybody if other.instead_of == one.address)
    return own or next((given for given in spoken if given is not None), None)


def waits_for(version: OutcomeVersion, everybody: Sequence[Present]) -> tuple[Present, ...]:
    """Whoever may give a word that is needed and not yet given."""
    silent = {one.address for one in confirmers(everybody) if word_for(version, one, everybody) is None}
    return tuple(one for one in _asked(everybody) if one.address in silent or one.instead_of in silent)


def is_confirmed(version: OutcomeVersion, everybody: Sequence[Present]) -> bool:
    """Whether everybody whose word is needed now has confirmed this very version, its writer not alone.

    A panel does not decide before everybody who is asked to sit on it has answered. Nothing is agreed between the
    raising side alone, where the other has nobody now: that side can withdraw it, or wait until somebody is found.
    """
    if those(everybody, Standing.MEMBER) and those(everybody, Standing.SEAT_OFFERED):
        return False
    asked = confirmers(everybody)
    given = [word_for(version, one, everybody) for one in asked]
    others = any(one is not None and one.address != version.by for one in given)
    both_sides = version.code is OutcomeCode.WITHDRAWN or any(map(_is_asked_to_answer, asked))
    return others and both_sides and all(one is not None and one.agrees for one in given)


def withdraws_alone(version: OutcomeVersion, everybody: Sequence[Present]) -> bool:
    """Whether the one who withdraws it is the only one whose word is needed: nobody is there to confirm it."""
    asked = confirmers(everybody)
    alone = len(asked) == 1 and asked[0].address == version.by
    return alone and version.code is OutcomeCode.WITHDRAWN and not version.pairs


def is_settled(life: Life) -> bool:
    """Whether the current version has had its effect: it closed the escalation, or settled its pairs of agencies."""
    version = current(life)
    if version is None:
        return False
    return life.closed_at is not None or (bool(version.pairs) and set(version.pairs) <= set(life.settled))


def _is_asked_to_answer(one: Present) -> bool:
    """Whether they speak for more than the side that raised it."""
    return bool(one.standings & {Standing.HOLDER, Standing.MEMBER}) or one.standings.isdisjoint(_RAISING)


def _asked(everybody: Iterable[Present]) -> tuple[Present, ...]:
    return tuple(one for one in those(everybody, Standing.CONFIRMER) if one.person.because != (ON_CALL,))
