"""The codes by which a page names a person back to router: no address stands in a page's choices. Pure."""

from collections.abc import Iterable

from services.router.domain.escalation import Escalation, Standing, same_address
from services.router.domain.letters.written import in_role
from services.router.domain.living.outcome import shown
from services.router.domain.living.present import Present
from shared.following import ChoiceSeen
from shared.references import derive_id

_SYMBOLS = 12


def by_code(escalation: Escalation, everybody: Iterable[Present]) -> dict[str, Present]:
    """Whoever may pursue an outstanding issue, by the code that the page has for them: the same at every look."""
    return {code_of(escalation, one.address): one for one in everybody if one.standings != {Standing.SEAT_OFFERED}}


def code_of(escalation: Escalation, address: str) -> str:
    """The code of whoever has this address, the same at every stage of the matter."""
    return derive_id("person", escalation.matter, same_address(address))[:_SYMBOLS]


def owners(escalation: Escalation, everybody: Iterable[Present], *, faceless: bool = False) -> tuple[ChoiceSeen, ...]:
    """The same as a page lists them. faceless: by role and agency alone."""
    words = in_role if faceless else shown
    return tuple(ChoiceSeen(code=code, words=words(one)) for code, one in by_code(escalation, everybody).items())
