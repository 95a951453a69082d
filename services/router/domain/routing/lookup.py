"""Finds the person for a seat: holder, deputy, allocating post, safeguarding lead, sponsor, duty contact. Pure.

Whoever is barred is skipped and recorded; what is missing is recorded as a gap; nothing is dropped silently.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from services.router.domain.decision import Gap
from services.router.domain.directory import Agency, Directory, Holder, Placed, absence_on, holder_on
from services.router.domain.partnership import Partnership
from services.router.policy.step import Asked, RoleAt
from shared.terms import PostId, TeamId

LEAD_ROLE = "safeguarding_lead"
LEAD_ROLES = (LEAD_ROLE, "designated_safeguarding_lead")
USED = "already spoke for this agency at an earlier stage: the next one is asked"


class Found(NamedTuple):
    """Who was found. placed is None for the duty contact. standing_in: not the seat's own post."""

    placed: Placed | None
    holder: Holder
    standing_in: bool


class Search:
    """The look-ups of one decision, with what they met on the way. day: local, of the decision.

    barred: address to why its owner is skipped. held: posts that earlier stages used; spoke: who holds them.
    """

    def __init__(
        self,
        directory: Directory,
        partnership: Partnership,
        *,
        day: date,
        barred: dict[str, str],
        held: tuple[str, ...],
    ) -> None:
        self.directory = directory
        self.partnership = partnership
        self.day = day
        self.barred = barred
        self.held = frozenset(held)
        self.spoke = frozenset(_holders(directory, held, day)) if held else frozenset[str]()
        self.excluded: dict[tuple[str, str], None] = {}
        self.gaps: dict[tuple[str, str], None] = {}
        self.away: dict[str, None] = {}

    def gap(self, code: str, says: str) -> None:
        """Note something that a person must look at."""
        self.gaps[(code, says)] = None

    def has_gap(self, code: str) -> bool:
        return bool(self.gaps) and any(known == code for known, _ in self.gaps)

    def gaps_found(self) -> tuple[Gap, ...]:
        return tuple(Gap(code=code, says=says) for code, says in self.gaps)

    def find(self, seat: Asked, agency: Agency | None, *, team: TeamId | None = None) -> Found | None:
        """The person for `seat` at `agency`; None where even the duty contact cannot be asked."""
        if agency is None:
            return self.duty(seat.words)
        before = len(self.excluded)
        found = self._rung(agency, seat.roles, team)
        if found is None and len(self.excluded) > before:
            found = next((one for roles in seat.above if (one := self._rung(agency, roles, None)) is not None), None)
            found = found and found._replace(standing_in=True)
        if found is not None:
            return found
        if seat.roles:
            self.gap("no-holder", f"{agency.name}: nobody can be found for {seat.words}.")
        return self.stand_in(seat, agency)

    def stand_in(self, seat: Asked, agency: Agency) -> Found | None:
        """Who stands in at `agency` where the seat's own posts give nobody."""
        found = self.lead(agency)
        sponsor = self.directory.agencies.get(agency.sponsor) if agency.sponsor is not None else None
        if found is None and sponsor is not None:
            found = self._rung(sponsor, seat.roles, None) or self.lead(sponsor)
        return found._replace(standing_in=True) if found is not None else self.duty(seat.words)

    def lead(self, agency: Agency) -> Found | None:
        """The agency's safeguarding lead."""
        for placed in (one for role in LEAD_ROLES for one in self.directory.with_role(agency.id, role)):
            found = self.holder(placed)
            if found is not None:
                return found
        return None

    def sponsored(self, seat: Asked) -> Found | None:
        """Who speaks for an agency that is not listed: the sponsor of its type, else the duty contact."""
        sponsor = self.partnership.sponsors.get(seat.type) if seat.type is not None else None
        agency = self.directory.agencies.get(sponsor) if sponsor is not None else None
        found = self.lead(agency) if agency is not None else None
        return found._replace(standing_in=True) if found is not None else self.duty(seat.words)

    def duty(self, words: str) -> Found | None:
        """The partnership's duty contact, by its shared mailbox."""
        contact = self.partnership.duty
        self.gap("duty-stands-in", f"The duty contact is asked to find {words}.")
        if contact.mailbox.casefold() in self.barred:
            return None
        return Found(None, Holder(name=contact.name, address=contact.mailbox, phone=contact.phone), True)

    def _rung(self, agency: Agency, roles: tuple[RoleAt, ...], team: TeamId | None) -> Found | None:
        for role in roles:
            place = agency
            if role.at_sponsor:
                sponsor = self.directory.agencies.get(agency.sponsor) if agency.sponsor is not None else None
                if sponsor is None:
                    continue
                place = sponsor
            found = self._role(place, role.code, team)
            if found is not None:
                return found
        return None

    def _role(self, agency: Agency, role: str, team: TeamId | None) -> Found | None:
        posts = self.directory.with_role(agency.id, role)
        if team is not None and len(posts) > 1:
            posts = tuple(one for one in posts if one.post.team == team) or posts
        if len(posts) == 1:
            found = self._unused(posts[0])
            if found is not None:
                return found
        for placed in self.directory.allocating(agency.id, role):
            found = self._unused(placed)
            if found is not None:
                return found._replace(standing_in=True)
        if len(posts) > 1:
            self.gap("several-holders", f"{agency.name}: several posts fit and nobody allocates between them.")
        return None

    def _unused(self, placed: Placed) -> Found | None:
        if placed.post.id in self.held:
            self.excluded[(placed.post.title, USED)] = None
            return None
        return self.holder(placed)

    def holder(self, placed: Placed) -> Found | None:
        """Who holds the post today or deputises for it, passing over whoever is barred."""
        settled = self.directory.settled.get(placed.post.id)
        if settled is not None and settled.key not in self.barred and settled.key not in self.spoke:
            return Found(placed, settled.holder, False)
        seen: set[PostId] = set()
        standing_in = False
        current: Placed | None = placed
        while current is not None and current.post.id not in seen:
            post = current.post
            seen.add(post.id)
            absence = absence_on(post, self.day) if post.absences else None
            if absence is None:
                holder = self._free(current)
                if holder is not None:
                    return Found(current, holder, standing_in)
            else:
                until = f"{absence.last.day} {absence.last:%B %Y}"
                self.away[f"{post.title} is away until {until}: the deputy is asked."] = None
            deputy = absence.deputy if absence is not None and absence.deputy is not None else post.deputy
            current = self.directory.posts.get(deputy) if deputy is not None else None
            standing_in = True
        return None

    def _free(self, placed: Placed) -> Holder | None:
        holder = holder_on(placed.post, self.day)
        if holder is None:
            self.gap("post-vacant", f"{placed.agency.name}: nobody holds the post {placed.post.title}.")
            return None
        key = holder.address.casefold()
        why = self.barred.get(key) or (USED if key in self.spoke else None)
        if why is not None:
            self.excluded[(placed.post.title, why)] = None
            return None
        return holder


def _holders(directory: Directory, posts: tuple[str, ...], day: date) -> Iterator[str]:
    """Who holds these posts: one person may hold several, and speaks once."""
    for post in posts:
        placed = directory.posts.get(PostId(post))
        holder = holder_on(placed.post, day) if placed is not None else None
        if holder is not None:
            yield holder.address.casefold()
