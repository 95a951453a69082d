"""What the pages of escalations and the desk are drawn from. Shell."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from services.router.console.comfort import going_on
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.listing import ShownLine, Wanted
from services.router.domain.admin.on_desk import Everywhere, OnDesk, SetAside
from services.router.domain.changes import Happened, SentNotice, StoredDecision
from services.router.domain.decision import Circumstances, Decision
from services.router.domain.directory import Directory
from services.router.domain.escalation import Escalation
from services.router.domain.grounding import DirectoryGround, Rules
from services.router.domain.page.preview import facts_of
from services.router.domain.partnership import Partnership
from services.router.policy.model import Policy
from shared.forms import FormDefinition
from shared.questions import RouteQuestion
from shared.terms import EscalationRef, Instant, PartnershipId

_FOLLOW_SECONDS = 5.0
_FORM = "monitoring-form"


class Listing(Protocol):
    """The list of open escalations, as of the last refresh."""

    async def refresh(self) -> bool: ...

    async def count(self, partnership: PartnershipId, wanted: Wanted) -> int: ...

    async def lines(
        self, partnership: PartnershipId, wanted: Wanted, *, first: int, most: int
    ) -> tuple[ShownLine, ...]: ...

    async def states(self, partnership: PartnershipId) -> Mapping[str, int]: ...


class Looked(Protocol):
    """Escalations as router keeps them, to be looked at."""

    async def escalation(self, ref: EscalationRef) -> Escalation | None: ...

    async def of_matter(self, matter: EscalationRef) -> tuple[Escalation, ...]: ...

    async def decisions(self, ref: EscalationRef) -> tuple[StoredDecision, ...]: ...

    async def notices(self, ref: EscalationRef) -> tuple[SentNotice, ...]: ...

    async def history(self, ref: EscalationRef) -> tuple[Happened, ...]: ...


class Desk(Protocol):
    """What needs somebody, and what was set aside."""

    async def waiting(self, partnership: PartnershipId) -> list[OnDesk]: ...

    async def set_aside(self, aside: SetAside, audited: Audited) -> bool: ...

    async def put_back(self, key: str, partnership: PartnershipId, audited: Audited) -> bool: ...

    async def aside(self, partnership: PartnershipId, *, most: int) -> tuple[SetAside, ...]: ...

    async def everywhere(self) -> Everywhere: ...


class DeskNow:
    """The list, the escalations, and the policies they are decided by."""

    def __init__(self, listing: Listing, escalations: Looked, store: Desk, *, rules: Rules) -> None:
        self.listing = listing
        self.escalations = escalations
        self.store = store
        self._rules = rules

    def stages(self, partnership: Partnership) -> Sequence[tuple[int, str]]:
        """The stages of the newest edition of its policy."""
        return [(int(number), stage.label) for number, stage in sorted(self._rules.policy(partnership).stages.items())]

    def policy(self, partnership: Partnership) -> Policy:
        """The newest edition of its policy, with what the partnership made its own."""
        return self._rules.policy(partnership)

    def ground(self, directory: Directory) -> DirectoryGround:
        """What router decides on, to look at beforehand."""
        return DirectoryGround(directory, self._rules, base_url="")

    def form(self) -> FormDefinition:
        """The newest version of the form that an escalation is raised with."""
        return max((one for one in self._rules.forms.values() if one.id == _FORM), key=lambda one: one.version)

    def tried(self, question: RouteQuestion, directory: Directory, *, at: Instant) -> Decision:
        """What would be decided now. Nothing of it is kept."""
        ground = DirectoryGround(directory, self._rules, base_url="")
        facts, nothing = facts_of(question, at=at), Circumstances()
        return ground.decide(EscalationRef(""), facts, circumstances=nothing, at=at)

    async def follow(self) -> None:
        """Take in what changed, without end, so that no page has to."""
        while True:
            with going_on():
                while await self.listing.refresh():
                    await asyncio.sleep(0)
            await asyncio.sleep(_FOLLOW_SECONDS)
