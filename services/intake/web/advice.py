"""Which partnership's policy applies to a visitor, and why. Codes in, words out. Pure."""

import msgspec

from shared.public_book import PublicArea, PublicBook, PublicPartnership

NOT_SURE, ELSEWHERE = "not_sure", "elsewhere"


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What to tell a visitor. partnerships: one where it is clear, several to choose from, none where we serve nobody.

    area: where the decision was made, if that is known.
    """

    title: str
    why: str
    partnerships: tuple[PublicPartnership, ...] = ()
    area: PublicArea | None = None
    elsewhere: bool = False


def areas_of(book: PublicBook) -> tuple[PublicArea, ...]:
    """Every council area of the book, once, by name."""
    areas = {area.id: area for p in book.partnerships for area in p.areas}
    return tuple(sorted(areas.values(), key=lambda area: area.name))


def advise(book: PublicBook, *, decided: str, works: str) -> Advice | None:
    """Which policy applies. None where nothing was asked yet. Unknown codes count as not sure.

    Source: domain.md section 4, case 22: the policy of the area whose decision is challenged.
    """
    if not decided and not works:
        return None
    known = {area.id: area for area in areas_of(book)}
    if decided in known:
        return _decided_here(book, known[decided], works)
    if decided == ELSEWHERE:
        return Advice(
            title="Use the policy of the area where the decision was made",
            why="We do not serve that area. The policy of the area whose decision you challenge applies, "
            "wherever you work. Its safeguarding partnership publishes it.",
            partnerships=_serving(book, works),
            elsewhere=True,
        )
    if works in known:
        return Advice(
            title="Start with the policy where you work",
            why=f"You are not sure where the decision was made. Start with {known[works].name}: "
            "if it belongs to another area, people there hand it over and tell you.",
            partnerships=_serving(book, works),
        )
    return Advice(
        title="Choose the nearest partnership, or ring one",
        why="We cannot tell yet which policy applies. Any of these partnerships will help you find out.",
        partnerships=book.partnerships,
    )


def _decided_here(book: PublicBook, area: PublicArea, works: str) -> Advice:
    serving = _serving(book, area.id)
    also = "" if not works or works in (area.id, NOT_SURE) else " That is so although you work in another area."
    return Advice(
        title=f"Use the policy of {serving[0].name}" if len(serving) == 1 else "Choose the partnership",
        why=f"The decision was made in {area.name}. The policy of the area whose decision you challenge applies.{also}",
        partnerships=serving,
        area=area,
    )


def _serving(book: PublicBook, area: str) -> tuple[PublicPartnership, ...]:
    return tuple(p for p in book.partnerships if any(each.id == area for each in p.areas))
